/* The trace viewer: a recorded run as lanes over time.
 *
 * trace_model.js reads the file and documents its format. This file draws on a
 * canvas: runs have thousands of slices, too many for elements of the page.
 * What the canvas shows is also said in words: the chosen slice in a line that
 * screen readers announce, and the whole run as a table.
 */
(function () {
  "use strict";
  const Strata = window.Strata;
  const { element, button, duration } = Strata;

  const LANE = 34; // pixels, height of a lane
  const AXIS = 24; // height of the time axis
  const MINI = 38; // height of the minimap
  const SHORTEST_NS = 200; // nobody zooms in further
  const KEYS =
    "Arrow keys pan, plus and minus zoom, F shows the whole run, " +
    "N and P walk from slice to slice.";

  const clamp = (x, low, high) => Math.min(Math.max(x, low), high);

  // ---- what part of the run is seen ---------------------------------------

  class Range {
    constructor(length) {
      this.reset(length);
    }

    reset(length) {
      this.length = length;
      this.from = 0;
      this.to = length;
    }

    get width() {
      return this.to - this.from;
    }

    set(from, width) {
      const wanted = clamp(
        width,
        Math.min(SHORTEST_NS, this.length),
        this.length
      );
      this.from = clamp(from, 0, this.length - wanted);
      this.to = this.from + wanted;
    }

    zoom(factor, around = (this.from + this.to) / 2) {
      const width = clamp(
        this.width * factor,
        Math.min(SHORTEST_NS, this.length),
        this.length
      );
      const share = (around - this.from) / this.width;
      this.set(around - share * width, width);
    }

    pan(ns) {
      this.set(this.from + ns, this.width);
    }

    /** Brings a slice into sight, with some of its surroundings. */
    reveal({ from, to }, closer) {
      const room = closer ? (to - from) * 6 : this.width;
      const width = Math.max(room, (to - from) * 1.2);
      if (closer || from < this.from || to > this.to) {
        this.set((from + to - width) / 2, width);
      }
    }
  }

  // ---- drawing ------------------------------------------------------------

  const COLORS = "fg mute bg card line run runnable wait hit".split(" ");

  /** Reads the page's colors; `dark` is judged by its background. */
  function readColors() {
    const colors = {};
    for (const name of COLORS) colors[name] = Strata.color(name);
    const [red, green, blue] = toRgb(colors.bg);
    colors.dark = red + green + blue < 384;
    colors.font = getComputedStyle(document.body).getPropertyValue(
      "--font-stack"
    );
    return colors;
  }

  function toRgb(color) {
    const pen = document.createElement("canvas").getContext("2d");
    pen.fillStyle = color;
    const hex = parseInt(pen.fillStyle.slice(1), 16);
    return [hex >> 16, (hex >> 8) & 255, hex & 255];
  }

  /** A color for a goroutine, pale enough for the page's ink to be read. */
  function tint(g, dark) {
    const hue = (g * 137.508) % 360; // neighbors differ most
    return dark ? `hsl(${hue} 36% 30%)` : `hsl(${hue} 62% 80%)`;
  }

  class Picture {
    constructor(stage) {
      this.canvas = element("canvas", {
        tabindex: 0,
        role: "application",
        "aria-label": "Timeline. " + KEYS,
      });
      this.mini = element("canvas", {
        class: "trace-mini",
        "aria-hidden": "true",
      });
      stage.append(this.canvas);
      this.pen = this.canvas.getContext("2d");
      this.colors = readColors();
    }

    /** Fits both canvases to the width and to the number of lanes. */
    resize(width, lanes) {
      this.width = width;
      this.left = width < 480 ? 58 : 84;
      this.height = AXIS + lanes * LANE + 4;
      fit(this.canvas, width, this.height);
      fit(this.mini, width, MINI);
    }

    x(t, range) {
      const share = (t - range.from) / range.width;
      return this.left + share * (this.width - this.left);
    }

    time(x, range) {
      const share = (x - this.left) / (this.width - this.left);
      return range.from + share * range.width;
    }

    laneAt(y, lanes) {
      return lanes[Math.floor((y - AXIS) / LANE)];
    }

    draw(view) {
      const { pen, colors } = this;
      pen.clearRect(0, 0, this.width, this.height);
      pen.font = `12px ${colors.font || "sans-serif"}`;
      pen.textBaseline = "middle";
      this.drawAxis(view.range);
      view.lanes.forEach((lane, row) => this.drawLane(view, lane, row));
      this.drawArrows(view);
      this.drawMini(view);
    }

    drawAxis(range) {
      const { pen, colors } = this;
      const marks = Math.max(2, (this.width - this.left) / 110);
      const step = Strata.roundStep(range.width / marks);
      pen.lineWidth = 1;
      pen.strokeStyle = colors.line;
      pen.fillStyle = colors.mute;
      for (
        let t = Math.ceil(range.from / step) * step;
        t <= range.to;
        t += step
      ) {
        const x = Math.round(this.x(t, range)) + 0.5;
        this.stroke([x, AXIS - 8], [x, this.height]);
        const words = duration(t);
        const fits = x + 3 + pen.measureText(words).width < this.width;
        if (fits) pen.fillText(words, x + 3, 9);
      }
    }

    drawLane(view, lane, row) {
      const { pen, colors } = this;
      const y = AXIS + row * LANE;
      pen.fillStyle = colors.fg;
      pen.fillText(lane.label, 0, y + LANE / 2, this.left - 8);
      pen.save();
      pen.beginPath();
      pen.rect(this.left, y, this.width - this.left, LANE);
      pen.clip();
      if (view.by === "p") this.drawHolds(view, lane, y);
      for (const slice of lane.slices) {
        if (slice.to < view.range.from || slice.from > view.range.to) continue;
        this.drawSlice(view, slice, y);
      }
      if (view.by === "p") this.drawMarks(view, lane, y);
      pen.restore();
    }

    /** A thread has the P: a line, on which it looks for work. */
    drawHolds(view, lane, y) {
      const { pen, colors } = this;
      pen.fillStyle = colors.mute;
      for (const hold of view.run.holds) {
        if (hold.p !== lane.key) continue;
        const [from, to] = this.span(hold, view.range);
        pen.fillRect(from, y + LANE / 2 - 1, to - from, 2);
      }
    }

    drawSlice(view, slice, y) {
      const { pen, colors } = this;
      const [from, to] = this.span(slice, view.range);
      const [top, height] = this.bandOf(slice);
      pen.fillStyle = colors.card; // hides the line of the P's thread
      pen.fillRect(from, y + top, to - from, height);
      pen.globalAlpha = view.isFaint(slice) ? 0.3 : 1;
      pen.fillStyle = this.fillOf(view, slice);
      pen.fillRect(from, y + top, to - from, height);
      this.drawSeam(to, from, y + top, height);
      if (slice.state === "running") this.drawLabel(view, slice, from, to, y);
      pen.globalAlpha = 1;
      if (slice !== view.chosen && slice !== view.hovered) return;
      pen.lineWidth = 2;
      pen.strokeStyle = colors.fg;
      pen.strokeRect(from, y + 4, to - from, LANE - 8);
    }

    /** A seam, so that slices of one color can be told apart. */
    drawSeam(to, from, y, height) {
      if (to - from < 4) return;
      this.pen.fillStyle = this.colors.card;
      this.pen.fillRect(to - 1, y, 1, height);
    }

    span({ from, to }, range) {
      const begin = Math.max(this.x(from, range), this.left - 4);
      const end = Math.min(this.x(to, range), this.width + 4);
      return [begin, Math.max(end, begin + 1.2)];
    }

    /** States differ by height, not by color alone. */
    bandOf({ state }) {
      if (state === "running") return [5, LANE - 10];
      return state === "runnable" ? [12, 10] : [15, 4];
    }

    fillOf(view, { g, state }) {
      if (view.by === "p") return tint(g, this.colors.dark);
      const name = { running: "run", runnable: "runnable", waiting: "wait" }[
        state
      ];
      return this.colors[name];
    }

    drawLabel(view, slice, from, to, y) {
      const { pen, colors } = this;
      const words = view.by === "p" ? `G${slice.g}` : `P${slice.p}`;
      const begin = Math.max(from, this.left) + 4;
      if (begin + pen.measureText(words).width > to - 2) return;
      pen.fillStyle = view.by === "p" ? colors.fg : colors.bg;
      pen.fillText(words, begin, y + LANE / 2);
    }

    drawMarks(view, lane, y) {
      const { pen, colors } = this;
      pen.fillStyle = colors.hit;
      for (const mark of view.run.marks) {
        if (mark.p !== lane.key || mark.do !== "steal") continue;
        const x = this.x(mark.t, view.range);
        this.fill([x - 5, y], [x + 5, y], [x, y + 8]);
      }
    }

    /** Who woke or started whom: from lane to lane. */
    drawArrows(view) {
      const rows = new Map(view.lanes.map((lane, row) => [lane.key, row]));
      const middle = (row) => AXIS + row * LANE + LANE / 2;
      for (const arrow of view.run.arrows) {
        const ends = view.endsOf(arrow);
        if (!ends || !rows.has(ends.from) || !rows.has(ends.to)) continue;
        if (ends.until < view.range.from || arrow.t > view.range.to) continue;
        this.pen.globalAlpha = view.isAbout(arrow) ? 1 : 0.35;
        this.drawArrow(
          [this.x(arrow.t, view.range), middle(rows.get(ends.from))],
          [this.x(ends.until, view.range), middle(rows.get(ends.to))]
        );
        this.pen.globalAlpha = 1;
      }
    }

    drawArrow([x1, y1], [x2, y2]) {
      if (x1 < this.left || x2 < this.left) return;
      const { pen, colors } = this;
      const turn = Math.atan2(y2 - y1, x2 - x1);
      const corner = (side) => [
        x2 - 9 * Math.cos(turn + side),
        y2 - 9 * Math.sin(turn + side),
      ];
      pen.lineWidth = 1.4;
      pen.strokeStyle = pen.fillStyle = colors.hit;
      this.stroke([x1, y1], [x2, y2]);
      this.fill([x2, y2], corner(0.4), corner(-0.4));
    }

    drawMini(view) {
      const { colors, width } = this;
      const pen = this.mini.getContext("2d");
      const x = (t) => (t / view.run.length) * width;
      const lanes = view.run.lanes("p");
      const height = (MINI - 4) / lanes.length;
      pen.clearRect(0, 0, width, MINI);
      pen.fillStyle = colors.run;
      lanes.forEach((lane, row) => {
        for (const { from, to } of lane.slices) {
          const w = Math.max(0.6, x(to) - x(from) - 0.5);
          pen.fillRect(x(from), 2 + row * height, w, height - 1.5);
        }
      });
      const from = x(view.range.from);
      const to = Math.max(x(view.range.to), from + 3);
      pen.globalAlpha = 0.16;
      pen.fillStyle = colors.hit;
      pen.fillRect(from, 0, to - from, MINI);
      pen.globalAlpha = 1;
      pen.strokeStyle = colors.fg;
      pen.strokeRect(from + 0.5, 0.5, to - from - 1, MINI - 1);
    }

    stroke([x1, y1], [x2, y2]) {
      this.pen.beginPath();
      this.pen.moveTo(x1, y1);
      this.pen.lineTo(x2, y2);
      this.pen.stroke();
    }

    fill(...points) {
      this.pen.beginPath();
      for (const [x, y] of points) this.pen.lineTo(x, y);
      this.pen.fill();
    }
  }

  /** Sizes a canvas in CSS pixels, with as many dots as the screen has. */
  function fit(canvas, width, height) {
    const dots = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * dots);
    canvas.height = Math.round(height * dots);
    canvas.style.height = height + "px";
    canvas.getContext("2d").setTransform(dots, 0, 0, dots, 0, 0);
  }

  // ---- the viewer ---------------------------------------------------------

  class Viewer {
    constructor(host, raw, options) {
      this.host = host;
      this.by = options.view === "g" ? "g" : "p";
      this.query = "";
      this.stage = element("div", { class: "trace-stage" });
      this.picture = new Picture(this.stage);
      this.tip = element("div", { class: "trace-tip", hidden: true });
      this.stage.append(this.tip);
      this.info = element("p", { class: "trace-info", "aria-live": "polite" });
      this.table = element("details", { class: "trace-table" });
      host.setAttribute("role", "group");
      host.setAttribute("aria-label", options.label);
      this.own = Strata.ownFile(host, "Load your own trace", (text) =>
        this.use(Strata.parseJson(text))
      );
      this.title = element("p", { class: "widget-title" });
      host.append(this.title, this.makeBar(), this.stage, this.picture.mini);
      host.append(this.makeLegend(), this.info, this.own.problem, this.table);
      this.use(raw);
      this.listen();
    }

    makeBar() {
      this.byP = button("by P", "", () => this.show("p"));
      this.byG = button("by goroutine", "", () => this.show("g"));
      this.find = element("input", {
        type: "search",
        placeholder: "Find: G3, fork, yielded",
        "aria-label": "Find goroutines or reasons",
        oninput: () => this.search(this.find.value),
      });
      this.hits = element("span", {
        class: "widget-count",
        "aria-live": "polite",
      });
      return element(
        "div",
        { class: "widget-bar" },
        element("span", { class: "trace-views" }, this.byP, this.byG),
        button("−", "Zoom out", () => this.zoom(1.6)),
        button("+", "Zoom in", () => this.zoom(1 / 1.6)),
        button("All", "All of the run", () => this.showAll()),
        this.find,
        this.hits,
        this.own.control,
        button(
          "Save",
          "Save this trace as a file that Perfetto opens, too",
          () => this.save()
        )
      );
    }

    save() {
      const file = new Blob([JSON.stringify(this.raw)], {
        type: "application/json",
      });
      const address = URL.createObjectURL(file);
      element("a", { href: address, download: "strata-trace.json" }).click();
      URL.revokeObjectURL(address);
    }

    makeLegend() {
      const key = (name, words) =>
        element("span", {}, element("i", { class: "key key-" + name }), words);
      this.seen = element("span", { class: "trace-seen" });
      this.legend = { p: key("hold", "thread without goroutine") };
      this.legend.steal = key("steal", "steal");
      this.legend.g = ["running", "runnable", "waiting"].map((s) => key(s, s));
      return element(
        "p",
        { class: "trace-legend" },
        this.legend.p,
        this.legend.steal,
        ...this.legend.g,
        key("arrow", "who started or woke whom"),
        this.seen
      );
    }

    /** Shows another run, from beginning to end; throws if it is none. */
    use(raw) {
      const run = Strata.readTrace(raw);
      this.raw = raw;
      this.run = run;
      this.range = new Range(run.length);
      this.chosen = this.hovered = null;
      this.title.textContent = run.title;
      const size = `${run.goroutines.length} goroutines, ${run.procs} P`;
      this.info.textContent =
        `${size}, ${duration(run.length)}. ` +
        "Point at a slice, or press N in the timeline.";
      this.fillTable();
      this.search("");
      this.find.value = "";
      this.show(this.by);
    }

    show(by) {
      this.by = by;
      this.lanes = this.run.lanes(by);
      this.byP.setAttribute("aria-pressed", String(by === "p"));
      this.byG.setAttribute("aria-pressed", String(by === "g"));
      this.legend.p.hidden = this.legend.steal.hidden = by !== "p";
      this.legend.g.forEach((key) => (key.hidden = by !== "g"));
      this.resize();
    }

    resize() {
      this.picture.resize(this.stage.clientWidth, this.lanes.length);
      this.draw();
    }

    draw() {
      const { from, to } = this.range;
      this.seen.textContent = `shown: ${duration(from)} to ${duration(to)}`;
      this.picture.draw(this);
    }

    zoom(factor, around) {
      this.range.zoom(factor, around);
      this.draw();
    }

    pan(ns) {
      this.range.pan(ns);
      this.draw();
    }

    showAll() {
      this.range.reset(this.run.length);
      this.draw();
    }

    // ---- words --------------------------------------------------------------

    describe(slice) {
      const { g, state, why, from, to, p } = slice;
      const reason = why ? ` (${why})` : "";
      const place = state === "running" ? ` on P ${p}` : "";
      return `${this.run.name(g)}: ${state}${reason}${place} for ${duration(
        to - from
      )}, from ${duration(from)}.`;
    }

    fillTable() {
      const heads = [
        "goroutine",
        "started by",
        "turns",
        "running",
        "runnable",
        "waiting",
      ];
      const head = element(
        "tr",
        {},
        ...heads.map((h) => element("th", { scope: "col" }, h))
      );
      const rows = this.run
        .summary()
        .map((row) =>
          element(
            "tr",
            {},
            element("th", { scope: "row" }, this.run.name(row.g)),
            element("td", {}, row.by ? `G${row.by}` : "–"),
            element("td", {}, String(row.turns)),
            ...["running", "runnable", "waiting"].map((state) =>
              element("td", {}, duration(row[state]))
            )
          )
        );
      this.table.replaceChildren(
        element("summary", {}, "The same run as a table"),
        element(
          "div",
          {
            class: "trace-rows",
            tabindex: 0,
            role: "region",
            "aria-label": "Table of goroutines",
          },
          element(
            "table",
            {},
            element("thead", {}, head),
            element("tbody", {}, ...rows)
          )
        )
      );
    }

    // ---- choosing -----------------------------------------------------------

    isHit(slice) {
      if (!this.query) return false;
      const words = `${this.run.name(slice.g)} ${slice.why}`.toLowerCase();
      return words.includes(this.query);
    }

    isFaint(slice) {
      if (this.query) return !this.isHit(slice);
      return (
        Boolean(this.chosen) && this.by === "p" && slice.g !== this.chosen.g
      );
    }

    isAbout({ from, to }) {
      return Boolean(this.chosen) && [from, to].includes(this.chosen.g);
    }

    /** Where an arrow stands in this view; in lanes of P only a chosen one. */
    endsOf(arrow) {
      if (this.by === "g") return { ...arrow, until: arrow.t };
      if (!this.isAbout(arrow) || !arrow.start) return null;
      return { from: arrow.p, to: arrow.start.p, until: arrow.start.t };
    }

    /** The slices that N and P walk through. */
    walk() {
      const { slices } = this.run;
      if (this.query) return slices.filter((slice) => this.isHit(slice));
      return slices.filter((slice) => slice.state === "running");
    }

    search(words) {
      this.query = words.trim().toLowerCase();
      this.chosen = null;
      this.countHits();
      if (this.lanes) this.draw();
    }

    countHits() {
      const hits = this.walk();
      const at = hits.indexOf(this.chosen) + 1;
      this.hits.textContent = this.query
        ? `${at || "–"} of ${hits.length}`
        : "";
    }

    choose(slice) {
      this.chosen = slice;
      if (slice) this.info.textContent = this.describe(slice);
      this.countHits();
      this.draw();
    }

    step(by, closer) {
      const slices = this.walk();
      if (slices.length === 0) return;
      const at = slices.indexOf(this.chosen);
      const next = at < 0 ? (by > 0 ? 0 : slices.length - 1) : at + by;
      const slice = slices[(next + slices.length) % slices.length];
      this.range.reveal(slice, closer);
      this.choose(slice);
    }

    sliceAt(x, y) {
      const lane = this.picture.laneAt(y, this.lanes);
      if (!lane || x < this.picture.left) return null;
      const t = this.picture.time(x, this.range);
      const slack = (this.range.width / this.picture.width) * 3;
      const near = lane.slices.filter(
        (s) => s.from - slack <= t && t <= s.to + slack
      );
      return near.find((s) => s.from <= t && t <= s.to) || near[0] || null;
    }

    hover(x, y) {
      const slice = this.sliceAt(x, y);
      this.tip.hidden = !slice;
      if (slice) {
        this.tip.textContent = this.describe(slice);
        this.tip.style.left = clamp(x + 12, 0, this.picture.width - 230) + "px";
        this.tip.style.top = y + 18 + "px";
      }
      if (slice === this.hovered) return;
      this.hovered = slice;
      this.draw();
    }

    // ---- hands --------------------------------------------------------------

    listen() {
      const { canvas, mini } = this.picture;
      canvas.addEventListener("keydown", (event) => this.key(event));
      canvas.addEventListener("wheel", (event) => this.wheel(event), {
        passive: false,
      });
      canvas.addEventListener("dblclick", (event) => {
        const slice = this.sliceAt(event.offsetX, event.offsetY);
        if (!slice) return;
        this.range.reveal(slice, true);
        this.draw();
      });
      this.find.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        this.step(event.shiftKey ? -1 : 1, true);
      });
      this.listenToPointers(canvas);
      this.listenToMini(mini);
      Strata.onThemeChange(() => {
        this.picture.colors = readColors();
        this.draw();
      });
      new ResizeObserver(() => {
        if (this.stage.clientWidth !== this.picture.width) this.resize();
      }).observe(this.stage);
    }

    key(event) {
      const { width } = this.range;
      const actions = {
        arrowleft: () => this.pan(-width / 6),
        arrowright: () => this.pan(width / 6),
        "+": () => this.zoom(1 / 1.5),
        "=": () => this.zoom(1 / 1.5),
        "-": () => this.zoom(1.5),
        f: () => this.showAll(),
        n: () => this.step(1),
        p: () => this.step(-1),
      };
      const act = actions[event.key.toLowerCase()];
      // With Ctrl or Alt the key belongs to the browser.
      if (!act || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      act();
    }

    /** Plain wheel scrolls the page; with Ctrl it zooms, with Shift it pans. */
    wheel(event) {
      if (!(event.ctrlKey || event.metaKey || event.shiftKey)) return;
      event.preventDefault();
      const turned = event.deltaY || event.deltaX;
      if (event.shiftKey) return this.pan((this.range.width * turned) / 900);
      const around = this.picture.time(event.offsetX, this.range);
      this.zoom(Math.exp(turned / 300), around);
    }

    /** One finger or the mouse pans and chooses, two fingers zoom. */
    listenToPointers(canvas) {
      const down = new Map(); // pointer -> where it is
      let moved = false;
      canvas.addEventListener("pointerdown", (event) => {
        canvas.setPointerCapture(event.pointerId);
        down.set(event.pointerId, event.offsetX);
        moved = down.size > 1;
      });
      canvas.addEventListener("pointermove", (event) => {
        const before = down.get(event.pointerId);
        if (before === undefined)
          return this.hover(event.offsetX, event.offsetY);
        if (!moved && Math.abs(event.offsetX - before) < 4) return;
        moved = true;
        if (down.size === 2) this.pinch(down, event);
        else this.drag(event.offsetX - before);
        down.set(event.pointerId, event.offsetX);
      });
      canvas.addEventListener("pointerup", (event) => {
        down.delete(event.pointerId);
        if (!moved) this.choose(this.sliceAt(event.offsetX, event.offsetY));
      });
      canvas.addEventListener("pointercancel", (event) =>
        down.delete(event.pointerId)
      );
      canvas.addEventListener("pointerleave", () => this.hover(-1, -1));
    }

    drag(pixels) {
      const { left, width } = this.picture;
      this.pan((-pixels * this.range.width) / (width - left));
    }

    pinch(down, event) {
      const [other] = [...down]
        .filter(([id]) => id !== event.pointerId)[0]
        .slice(1);
      const before = Math.abs(down.get(event.pointerId) - other);
      const now = Math.abs(event.offsetX - other);
      if (before < 8 || now < 8) return;
      const around = this.picture.time((event.offsetX + other) / 2, this.range);
      this.zoom(before / now, around);
    }

    listenToMini(mini) {
      const go = (event) => {
        const middle = (event.offsetX / this.picture.width) * this.run.length;
        this.range.set(middle - this.range.width / 2, this.range.width);
        this.draw();
      };
      mini.addEventListener("pointerdown", (event) => {
        mini.setPointerCapture(event.pointerId);
        go(event);
      });
      mini.addEventListener("pointermove", (event) => {
        if (event.buttons) go(event);
      });
    }
  }

  Strata.widget("trace", (host, raw, options) => {
    new Viewer(host, raw, options);
  });
})();
