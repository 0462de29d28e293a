/* Plays a recorded list of states: play, step, scrub, or by keys.
 *
 * The data, made by a program of chapters/NN-name/figures:
 *   {"format": "strata-steps-1", "view": "ring", "title": "...",
 *    "steps": [{"say": "one sentence", "line": "text of a listing's line",
 *               "state": {...}}]}
 * `line` may be missing. What a state holds depends on the view: see the
 * drawing of that name in drawings.js.
 */
(function () {
  "use strict";
  const Strata = window.Strata;
  const FORMAT = "strata-steps-1";
  const PLAY_MS = 1600;
  const PLAY_CALM_MS = 2600; // nothing moves, so that more is to be read

  /** Checks the reader's file as a whole; throws what is wrong with it. */
  function checked(run, view) {
    const fail = (why) => {
      throw new Error(why);
    };
    if (run === null || typeof run !== "object") fail("it is not an object");
    if (run.format !== FORMAT) fail(`its "format" is not "${FORMAT}"`);
    if (run.view !== view) fail(`its "view" is not "${view}"`);
    if (!Array.isArray(run.steps)) fail('it has no list "steps"');
    if (run.steps.length === 0) fail('its list "steps" is empty');
    run.steps.forEach((step, number) =>
      checkStep(step, number + 1, view, fail)
    );
    return run;
  }

  function checkStep(step, number, view, fail) {
    if (!step || typeof step.say !== "string") {
      fail(`step ${number} has no text "say"`);
    }
    if (!step.state || typeof step.state !== "object") {
      fail(`step ${number} has no object "state"`);
    }
    try {
      for (const narrow of [false, true])
        Strata.drawings[view](step.state, narrow);
    } catch (error) {
      fail(`step ${number} cannot be drawn: ${error.message}`);
    }
  }

  class Stepper {
    constructor(host, run, options) {
      this.host = host;
      this.view = options.view || run.view;
      this.lights = options.lights;
      this.run = checked(run, this.view);
      this.at = 0;
      this.timer = null;
      this.makeParts(options.label || run.title);
      this.listen();
      this.use(this.run);
    }

    makeParts(label) {
      const { element, button } = Strata;
      this.host.setAttribute("role", "group");
      this.host.setAttribute("aria-label", label);
      this.title = element("p", { class: "widget-title" });
      this.host.append(this.title);
      this.stage = new Strata.Stage(this.host, label);
      this.say = element("p", { class: "widget-say", "aria-live": "polite" });
      // The listing may be out of sight: its line is shown here as well.
      this.line = element("a", { class: "widget-line" });
      this.back = button("←", "Previous step", () => this.go(this.at - 1));
      this.forward = button("→", "Next step", () => this.go(this.at + 1));
      this.play = button("Play", "", () => this.toggle());
      this.play.classList.add("primary");
      this.range = element("input", {
        type: "range",
        min: 1,
        "aria-label": "Step",
        oninput: () => this.go(Number(this.range.value) - 1),
      });
      this.count = element("span", { class: "widget-count" });
      this.host.append(this.say);
      if (this.lights.length > 0) this.host.append(this.line);
      this.host.append(this.makeBar());
    }

    makeBar() {
      const own = Strata.ownFile(this.host, "Load your own run", (text) =>
        this.use(checked(Strata.parseJson(text), this.view))
      );
      const bar = Strata.element(
        "div",
        { class: "widget-bar" },
        this.back,
        this.play,
        this.forward,
        this.range,
        this.count,
        own.control
      );
      return Strata.element("div", {}, bar, own.problem);
    }

    listen() {
      const keys = {
        ArrowRight: () => this.go(this.at + 1),
        ArrowLeft: () => this.go(this.at - 1),
        Home: () => this.go(0),
        End: () => this.go(this.run.steps.length - 1),
      };
      this.host.addEventListener("keydown", (event) => {
        // The slider has the same keys of its own.
        if (event.target === this.range || !keys[event.key]) return;
        event.preventDefault();
        keys[event.key]();
      });
    }

    /** Shows a run from its first step on. */
    use(run) {
      this.run = run;
      this.title.textContent = run.title || "";
      this.range.max = run.steps.length;
      this.stage.clear();
      this.stage.reserve(run.steps.map((step) => this.drawing(step)));
      this.go(0);
    }

    drawing(step) {
      return (narrow) => Strata.drawings[this.view](step.state, narrow);
    }

    go(to) {
      this.stop();
      this.show(to);
    }

    show(to) {
      const last = this.run.steps.length - 1;
      this.at = Math.max(0, Math.min(last, to));
      const step = this.run.steps[this.at];
      const place = `${this.at + 1} of ${last + 1}`;
      this.stage.show(this.drawing(step));
      this.say.textContent = step.say;
      this.count.textContent = place;
      this.range.value = this.at + 1;
      this.range.setAttribute("aria-valuetext", `${place}: ${step.say}`);
      this.back.disabled = this.at === 0;
      this.forward.disabled = this.at === last;
      this.light(step.line);
    }

    light(text) {
      const line = Strata.lightLines(this.lights, text);
      this.line.textContent = line ? line.textContent.trim() : "";
      if (line) this.line.href = `#${line.id}`;
      else this.line.removeAttribute("href");
    }

    toggle() {
      if (this.timer) return this.stop();
      if (this.at === this.run.steps.length - 1) this.show(0);
      this.play.textContent = "Pause";
      const pause = Strata.reducedMotion() ? PLAY_CALM_MS : PLAY_MS;
      this.timer = setInterval(() => this.playOn(), pause);
    }

    playOn() {
      this.show(this.at + 1);
      if (this.at === this.run.steps.length - 1) this.stop();
    }

    stop() {
      clearInterval(this.timer);
      this.timer = null;
      this.play.textContent = "Play";
    }
  }

  Strata.widget("stepper", (host, run, options) => {
    new Stepper(host, run, options);
  });
})();
