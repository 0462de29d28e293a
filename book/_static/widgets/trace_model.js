/* What a recorded run says: from trace events to slices, arrows and marks.
 *
 * The file is Chrome's Trace Event Format, so Perfetto opens it as well:
 *   {"otherData": {"format": "strata-trace-1", "title": "...", "procs": 2,
 *                  "names": [[1, "main"], [2, "child"]]},
 *    "traceEvents": [{"ph": "B", "ts": 1.25, "pid": 1, "tid": 1,
 *                     "args": {"do": "start", "g": 7}}, ...]}
 * Here only events with `args.do` count; the others are for Perfetto. `ts` is
 * in microseconds, `tid` is the number of the P plus one, `args.g` a goroutine.
 *   create g by    `by` started g             start g       g runs on this P
 *   yield g        g will run again           end g         g has returned
 *   park g why     g waits for something      ready g by why   g may run again
 *   acquire m      a thread took the P        release m     the P is idle
 *   steal g from   taken from P `from`        take g        from the global one
 *   overflow g n   half a ring went there     spin m        looks for work
 * "yield", "end" and "park" of who left may come after the next one's "start":
 * a switch reports them from the other side.
 *
 * This file touches no document; the build runs it for the still pictures.
 */
(function () {
  "use strict";
  const Strata = (window.Strata = window.Strata || {});
  const FORMAT = "strata-trace-1";
  const VERBS =
    "create start yield end park ready acquire release steal take overflow " +
    "spin";
  const KNOWN = new Set(VERBS.split(" "));
  const ABOUT_G = new Set("create start yield end park ready".split(" "));

  // ---- checking -----------------------------------------------------------

  function fail(why) {
    throw new Error(why);
  }

  function checkHead(raw) {
    if (raw === null || typeof raw !== "object") fail("it is not an object");
    if (!Array.isArray(raw.traceEvents)) fail('it has no list "traceEvents"');
    const format = (raw.otherData || {}).format;
    if (format !== FORMAT) fail(`its "otherData.format" is not "${FORMAT}"`);
    const { names = [] } = raw.otherData;
    const isPair = (one) => Array.isArray(one) && one.length === 2;
    if (!Array.isArray(names) || !names.every(isPair)) {
      fail('"otherData.names" is not a list of pairs, number and name');
    }
  }

  function checkEvent(event, number) {
    const { args, ts, tid } = event;
    const say = (why) => fail(`event ${number} (${args.do}): ${why}`);
    if (!KNOWN.has(args.do)) say("no such word");
    if (!Number.isFinite(ts)) say('"ts" is not a number');
    if (!Number.isInteger(tid) || tid < 1) say('"tid" is not a P plus one');
    if (ABOUT_G.has(args.do) && !Number.isInteger(args.g)) {
      say('"args.g" is not a goroutine');
    }
  }

  /** Returns the events that count, by time: [{do, t, p, g, ...}]. */
  function readEvents(raw) {
    const events = [];
    raw.traceEvents.forEach((event, index) => {
      if (!event || !event.args || event.args.do === undefined) return;
      checkEvent(event, index + 1);
      events.push({ ...event.args, t: event.ts * 1000, p: event.tid - 1 });
    });
    if (events.length === 0) fail('no event has "args.do"');
    events.sort((a, b) => a.t - b.t); // stable: equal times keep their order
    const first = events[0].t;
    for (const event of events) event.t -= first;
    return events;
  }

  // ---- playing ------------------------------------------------------------

  class Run {
    constructor(raw) {
      checkHead(raw);
      const events = readEvents(raw);
      const about = raw.otherData;
      this.title = about.title || "A recorded run";
      this.names = new Map(about.names || []);
      this.length = Math.max(1, events[events.length - 1].t);
      this.slices = []; // {g, state, from, to, p, why}
      this.arrows = []; // {from, to, t, p, made, start}: who made or woke whom
      this.marks = []; // steals and the like: {do, t, p, ...}
      this.holds = []; // a thread has the P: {p, from, to}
      this.open = new Map(); // g -> the slice that has not ended
      this.running = new Map(); // p -> g
      this.held = new Map(); // p -> since when a thread has it
      events.forEach((event) => this[event.do](event));
      this.finish(about.procs || 0);
    }

    name(g) {
      return `${this.names.get(g) || "go"} G${g}`;
    }

    create(event) {
      this.change(event.g, "runnable", event, `started by G${event.by}`);
      if (event.by) this.arrow(event);
    }

    start(event) {
      this.leave(event);
      this.hold(event);
      this.change(event.g, "running", event, "");
      this.running.set(event.p, event.g);
      const arrow = this.arrows.find((a) => a.to === event.g && !a.start);
      if (arrow) arrow.start = { t: event.t, p: event.p };
    }

    /** Ends the slice of who runs on this P; why, is said later. */
    leave({ p, t }) {
      const g = this.running.get(p);
      if (g === undefined) return;
      this.running.delete(p);
      this.close(g, t);
      this.open.set(g, { g, state: "leaving", from: t, p });
    }

    /** What became of a goroutine that ran until now or a moment ago. */
    after(event, state, why) {
      if (this.running.get(event.p) === event.g) this.leave(event);
      const slice = this.open.get(event.g);
      const t = slice && slice.state === "leaving" ? slice.from : event.t;
      this.change(event.g, state, { ...event, t }, why);
    }

    yield(event) {
      this.after(event, "runnable", "yielded");
    }

    park(event) {
      this.after(event, "waiting", event.why || "");
    }

    end(event) {
      this.after(event, "ended", "");
      this.open.delete(event.g);
    }

    ready(event) {
      this.change(event.g, "runnable", event, event.why || "made ready");
      if (event.by) this.arrow(event);
    }

    acquire(event) {
      this.held.set(event.p, event.t);
      this.marks.push(event);
    }

    release(event) {
      const from = this.held.get(event.p) ?? 0;
      this.holds.push({ p: event.p, from, to: event.t });
      this.held.set(event.p, null);
      this.marks.push(event);
    }

    steal(event) {
      this.marks.push(event);
    }

    take(event) {
      this.marks.push(event);
    }

    overflow(event) {
      this.marks.push(event);
    }

    spin(event) {
      this.marks.push(event);
    }

    arrow({ do: verb, by, g, t, p }) {
      const made = verb === "create";
      this.arrows.push({ from: by, to: g, t, p, made, start: null });
    }

    /** Who runs has a thread; since when, was before the recording. */
    hold({ p }) {
      if (this.held.get(p) == null) this.held.set(p, 0);
    }

    change(g, state, { t, p }, why) {
      this.close(g, t);
      this.open.set(g, { g, state, from: t, p, why });
    }

    close(g, t) {
      const slice = this.open.get(g);
      if (!slice || slice.state === "leaving") return;
      if (t > slice.from || slice.state === "running") {
        this.slices.push({ ...slice, to: t });
      }
    }

    finish(procs) {
      for (const g of this.open.keys()) this.close(g, this.length);
      for (const [p, from] of this.held) {
        if (from !== null) this.holds.push({ p, from, to: this.length });
      }
      this.slices.sort((a, b) => a.from - b.from || a.g - b.g);
      const seen = [...this.slices, ...this.marks].map((one) => one.p + 1);
      this.procs = Math.max(procs, ...seen);
      this.goroutines = [...new Set(this.slices.map((slice) => slice.g))];
      this.goroutines.sort((a, b) => a - b);
    }

    /** The lanes of a view: [{key, label, slices}]. */
    lanes(view) {
      if (view === "g") {
        return this.goroutines.map((g) => ({
          key: g,
          label: this.name(g),
          slices: this.slices.filter((slice) => slice.g === g),
        }));
      }
      const running = this.slices.filter((s) => s.state === "running");
      return [...Array(this.procs).keys()].map((p) => ({
        key: p,
        label: `P ${p}`,
        slices: running.filter((slice) => slice.p === p),
      }));
    }

    /** One row per goroutine: how often it ran and how long it was what. */
    summary() {
      return this.goroutines.map((g) => {
        const row = { g, by: 0, turns: 0, running: 0, runnable: 0, waiting: 0 };
        const made = this.arrows.find((arrow) => arrow.to === g && arrow.made);
        if (made) row.by = made.from;
        for (const slice of this.slices) {
          if (slice.g !== g) continue;
          row[slice.state] += slice.to - slice.from;
          if (slice.state === "running") row.turns += 1;
        }
        return row;
      });
    }
  }

  /** Reads a trace; throws an Error that says what is wrong with it. */
  Strata.readTrace = (raw) => new Run(raw);

  /** Prints nanoseconds as people read them. */
  Strata.duration = function (ns) {
    if (ns >= 1e6) return Number((ns / 1e6).toFixed(2)) + " ms";
    if (ns >= 1e3) return Number((ns / 1e3).toFixed(1)) + " µs";
    return Math.round(ns) + " ns";
  };

  /** Finds a round step of time that is at least so long. */
  Strata.roundStep = function (ns) {
    const power = 10 ** Math.floor(Math.log10(ns));
    return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= ns);
  };
})();
