/* What all figures that run in the page share.
 *
 * The book is opened from a folder, without a server, so only classic scripts
 * are used: modules, fetch() and streaming WebAssembly are refused there. Data
 * comes as a script, too; it puts an object into window.STRATA_DATA.
 *
 * A kind of figure registers itself: Strata.widget("trace", start). `start`
 * gets an empty element, the data and the directive's options. It is called
 * when the figure comes near the window. Until then, when anything goes wrong,
 * and on paper, the still picture is shown.
 */
(function () {
  "use strict";
  const Strata = (window.Strata = window.Strata || {});
  const kinds = {};

  Strata.widget = function (kind, start) {
    kinds[kind] = start;
  };

  /** Makes an HTML element. Attributes named on... are listeners. */
  Strata.element = function (tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) {
        element.addEventListener(name.slice(2), value);
      } else if (value === true) {
        element.setAttribute(name, "");
      } else if (value !== false && value != null) {
        element.setAttribute(name, value);
      }
    }
    element.append(...children.filter((child) => child != null));
    return element;
  };

  /** Makes a button. A label is needed when the text is only a sign. */
  Strata.button = function (text, label, onclick) {
    const attributes = { type: "button", onclick };
    if (label) {
      attributes["aria-label"] = label;
      attributes.title = label;
    }
    return Strata.element("button", attributes, text);
  };

  /** Reads a color of the page; canvases cannot use CSS variables. */
  Strata.color = function (name) {
    const style = getComputedStyle(document.body);
    return style.getPropertyValue("--s-" + name).trim() || "#888";
  };

  Strata.onThemeChange = function (listener) {
    new MutationObserver(listener).observe(document.body, {
      attributes: true,
      attributeFilter: ["data-theme"],
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener(
      "change",
      listener
    );
  };

  Strata.reducedMotion = function () {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
  };

  // ---- the reader's own file ----------------------------------------------

  /** Parses a file's text, and says where it stops being JSON. */
  Strata.parseJson = function (text) {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new Error("it is not JSON: " + error.message);
    }
  };

  /**
   * Makes the control that loads the reader's own run, by picker or by drop.
   * `use` gets the text and throws an Error that says what is wrong with it.
   */
  Strata.ownFile = function (host, label, use) {
    const problem = Strata.element("p", {
      class: "widget-problem",
      role: "alert",
      hidden: true,
    });
    const load = async (file) => {
      if (!file) return;
      try {
        use(await file.text());
        problem.hidden = true;
      } catch (error) {
        problem.textContent = `${file.name} was not loaded: ${error.message}.`;
        problem.hidden = false;
      }
    };
    const picker = Strata.element("input", {
      type: "file",
      accept: ".json,application/json",
      class: "widget-file",
      onchange: () => {
        load(picker.files[0]);
        picker.value = ""; // so that the same file can be picked again
      },
    });
    acceptDrops(host, load);
    return {
      control: Strata.element("label", { class: "widget-own" }, picker, label),
      problem,
    };
  };

  function acceptDrops(host, load) {
    const mark = (on) => host.classList.toggle("widget-drop", on);
    host.addEventListener("dragover", (event) => {
      event.preventDefault();
      mark(true);
    });
    host.addEventListener("dragleave", () => mark(false));
    host.addEventListener("drop", (event) => {
      event.preventDefault();
      mark(false);
      load(event.dataTransfer.files[0]);
    });
  }

  // ---- lines of listings --------------------------------------------------

  const squeeze = (line) => line.replace(/\s+/g, " ").trim();

  /** Does the line hold the text, as words of its own? */
  function holds(line, text) {
    const at = line.indexOf(text);
    const end = at + text.length;
    const cutsWord = (place) => /^\w\w$/.test(line.slice(place - 1, place + 1));
    return at >= 0 && !(at > 0 && cutsWord(at)) && !cutsWord(end);
  }

  /**
   * Lights the lines of these listings that hold `text`; blanks count once.
   * Without a text all go out. A listing gives each line an element with an
   * id; lines that are only there for context are dim and never light up.
   * Returns the first that is lit, or null.
   */
  Strata.lightLines = function (listings, text) {
    const wanted = squeeze(text || "");
    let first = null;
    for (const name of listings) {
      const listing = document.getElementById(name);
      if (!listing) continue;
      for (const line of listing.querySelectorAll("pre span[id]:not(.dim)")) {
        const hit = wanted !== "" && holds(squeeze(line.textContent), wanted);
        line.classList.toggle("ln-now", hit);
        if (hit) first = first || line;
      }
    }
    return first;
  };

  // ---- starting -----------------------------------------------------------

  function loadData(host) {
    const { src, name } = host.dataset;
    if (!src) return Promise.resolve(null);
    const loaded = () => (window.STRATA_DATA || {})[name];
    if (loaded()) return Promise.resolve(loaded());
    return new Promise((resolve, reject) => {
      const script = Strata.element("script", {
        src,
        onload: () => resolve(loaded()),
        onerror: () => reject(new Error("its data could not be read")),
      });
      document.head.append(script);
    });
  }

  function optionsOf(host) {
    const { view, lights, label } = host.dataset;
    return { view, label, lights: (lights || "").split(" ").filter(Boolean) };
  }

  async function start(host) {
    const make = kinds[host.dataset.kind];
    if (!make || host.dataset.started) return;
    host.dataset.started = "yes";
    const live = Strata.element("div", { class: "widget-live" });
    try {
      const data = await loadData(host);
      host.append(live);
      await make(live, data, optionsOf(host));
      host.classList.add("widget-runs");
    } catch (error) {
      live.replaceChildren(
        Strata.element(
          "p",
          { class: "widget-problem", role: "alert" },
          `This figure could not start: ${error.message}.`
        )
      );
      host.append(live);
    }
  }

  function watch() {
    const hosts = document.querySelectorAll(".strata-widget");
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (!entry.isIntersecting) continue;
          observer.unobserve(entry.target);
          start(entry.target);
        }
      },
      { rootMargin: "600px" }
    );
    hosts.forEach((host) => observer.observe(host));
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", watch);
  } else {
    watch();
  }
})();
