/* The run queue lab: layer 2's own C++, compiled to WebAssembly, by buttons.
 *
 * The module is in window.STRATA_WASM.runq_lab as base64; see strata_wasm.py
 * and book/wasm/runq_lab.cpp. Nothing here knows how the queue works: each
 * button calls one function of it, then all its words are read again. Only the
 * order of goroutines in the global queue is kept here, because that class
 * shows nothing but its size; the two are compared after each step.
 */
(function () {
  "use strict";
  const Strata = window.Strata;
  const NO_MODULE =
    "this copy of the book was built without clang's WebAssembly target";

  const nameOf = (number) => (number === 0 ? null : `G${number}`);

  function bytesOf(base64) {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  }

  async function loadModule() {
    const base64 = (window.STRATA_WASM || {}).runq_lab;
    if (!base64) throw new Error(NO_MODULE);
    return WebAssembly.compile(bytesOf(base64));
  }

  /** The C++ queues, and what the page must know beside them. */
  class Queues {
    constructor(module) {
      this.code = new WebAssembly.Instance(module).exports;
      this.code._initialize();
      this.code.start();
      this.slots = this.code.slots();
      this.global = [];
      this.last = 0; // the goroutine made last
    }

    newGoroutine() {
      this.last += 1;
      return this.last;
    }

    ring(p) {
      const cells = [];
      for (let slot = 0; slot < this.slots; slot += 1) {
        cells.push(nameOf(this.code.slot(p, slot)));
      }
      return {
        name: `P ${p}`,
        head: this.code.head(p) >>> 0,
        tail: this.code.tail(p) >>> 0,
        next: nameOf(this.code.next(p)),
        cells,
      };
    }

    /** The goroutines between head and tail, oldest first. */
    queued(p) {
      const { head, tail, cells } = this.ring(p);
      const found = [];
      for (let at = head; at < tail; at += 1) {
        found.push(cells[at % this.slots]);
      }
      return found;
    }

    isFull(p) {
      const { head, tail } = this.ring(p);
      return tail - head === this.slots;
    }

    check() {
      if (this.global.length !== this.code.global_size()) {
        throw new Error("the picture of the global queue is wrong");
      }
    }
  }

  // ---- what the buttons do ------------------------------------------------
  // Each returns {say, hot, line}: sentences, the goroutines they are about,
  // and the text of the line that made the difference.

  const range = (names) =>
    names.length === 1 ? names[0] : `${names[0]} to ${names.at(-1)}`;

  function put(queues, p) {
    const g = queues.newGoroutine();
    const { tail } = queues.ring(p);
    if (!queues.code.put(p, g)) return overflow(queues, p, g);
    const slot = tail % queues.slots;
    return {
      say: `P ${p} puts G${g} into slot ${slot}, moves tail to ${tail + 1}.`,
      hot: [`G${g}`],
      line: "tail_.store(tail + 1",
    };
  }

  // put said no: half of the ring, and the new one, go to everybody.
  function overflow(queues, p, g) {
    const moved = queues.queued(p).slice(0, queues.slots / 2);
    queues.code.overflow(p, g);
    queues.global.push(...moved, `G${g}`);
    return {
      say:
        `The ring of P ${p} is full. Its older half, ${moved.join(" and ")}, ` +
        `goes to the global queue, and G${g} behind it.`,
      hot: [...moved, `G${g}`],
      line: "head + count, std::memory_order_release",
    };
  }

  function putNext(queues, p) {
    const g = queues.newGoroutine();
    const displaced = queues.code.put_next(p, g);
    const first = {
      say: `G${g} is in the front slot of P ${p}: it runs next.`,
      hot: [`G${g}`],
      line: "next_.exchange(&g",
    };
    if (displaced === 0) return first;
    const second = putDisplaced(queues, p, displaced);
    return {
      say: `${first.say} ${second.say}`,
      hot: [...first.hot, ...second.hot],
      line: first.line,
    };
  }

  function putDisplaced(queues, p, g) {
    if (queues.code.put(p, g)) {
      const say = `G${g}, which was there, goes to the end.`;
      return { say, hot: [`G${g}`] };
    }
    return overflow(queues, p, g);
  }

  function get(queues, p) {
    const fromFront = queues.ring(p).next !== null;
    const g = queues.code.get(p);
    if (g === 0) return { say: `P ${p} has nothing to get.`, hot: [] };
    if (fromFront) {
      return {
        say: `P ${p} gets G${g} from the front slot and leaves the ring alone.`,
        hot: [],
        line: "next_.exchange(nullptr",
      };
    }
    const { head } = queues.ring(p);
    return {
      say: `P ${p} gets G${g}, the oldest, and moves head to ${head}.`,
      hot: [],
      line: "head_.compare_exchange_weak",
    };
  }

  function steal(queues, p) {
    const victim = 1 - p;
    const before = queues.queued(victim);
    const g = queues.code.steal(p);
    if (g === 0) return { say: `P ${victim} has nothing to steal.`, hot: [] };
    if (before.length === 0) return stolenFront(p, victim, g);
    const count = before.length - queues.queued(victim).length;
    const kept = queues.queued(p);
    const waits = kept.length === 1 ? "waits" : "wait";
    const rest = kept.length > 0 ? ` ${range(kept)} ${waits} in its ring.` : "";
    return {
      say:
        `P ${p} steals ${range(before.slice(0, count))}, the older half of ` +
        `P ${victim}, and runs G${g}.${rest}`,
      hot: kept,
      line: "victim.head_.compare_exchange_strong",
    };
  }

  function stolenFront(p, victim, g) {
    return {
      say:
        `The ring of P ${victim} is empty, so P ${p} takes G${g} from its ` +
        "front slot and runs it.",
      hot: [],
      line: "victim.next_.compare_exchange_strong",
    };
  }

  function fetchGlobal(queues, p) {
    const g = queues.code.pop_global();
    if (g === 0) return { say: "The global queue is empty.", hot: [] };
    if (queues.global.shift() !== `G${g}`) {
      throw new Error("the global queue lost its order");
    }
    return { say: `P ${p} fetches G${g}, the oldest of all there.`, hot: [] };
  }

  const ACTIONS = [
    ["put", "a new goroutine at the end of the ring", put],
    ["put next", "a new goroutine into the front slot", putNext],
    ["get", "a goroutine to run", get],
    ["steal half", "of the other ring", steal],
    ["fetch global", "from the global queue, its oldest", fetchGlobal],
  ];

  // ---- the figure -----------------------------------------------------------

  class Lab {
    constructor(host, module, options) {
      this.module = module;
      this.lights = options.lights;
      this.acts = 0;
      this.makeParts(host, options.label || "Two run queues");
      this.reset();
    }

    makeParts(host, label) {
      const { element } = Strata;
      this.chooser = [0, 1].map((p) =>
        Strata.button(`P ${p}`, `act as P ${p}`, () => this.choose(p))
      );
      this.buttons = ACTIONS.map(([word, meaning, act]) =>
        Strata.button(word, `${word}: ${meaning}`, () => this.act(act))
      );
      const reset = Strata.button("reset", null, () => this.reset());
      const group = { class: "widget-bar", role: "group" };
      this.say = element("p", { class: "widget-say", "aria-live": "polite" });
      const stage = element("div", {});
      host.append(
        element("div", { ...group, "aria-label": "who acts" }, "Act as",
                ...this.chooser),
        element("div", { ...group, "aria-label": "what it does" },
                ...this.buttons, reset),
        this.say,
        stage,
        this.makeTwin()
      );
      this.picture = new Strata.Stage(stage, label);
    }

    // The same in words, for those who do not see the picture.
    makeTwin() {
      const { element } = Strata;
      const headings = ["queue", "next", "ring, oldest first", "head", "tail"];
      const head = element("tr", {}, ...headings.map((words) =>
        element("th", { scope: "col" }, words)
      ));
      this.twin = element("tbody", {});
      return element("details", { class: "trace-table" },
        element("summary", {}, "The same as a table"),
        element("table", {}, element("thead", {}, head), this.twin));
    }

    reset() {
      this.queues = new Queues(this.module);
      this.picture.clear();
      this.show({ say: "Both rings are empty. Put something.", hot: [] });
    }

    choose(p) {
      this.acts = p;
      this.show({ say: `The buttons now act for P ${p}.`, hot: [] });
    }

    act(action) {
      const step = action(this.queues, this.acts);
      this.queues.check();
      this.show(step);
    }

    show({ say, hot, line }) {
      const rings = [0, 1].map((p) => this.queues.ring(p));
      const { slots, global } = this.queues;
      const state = { slots, hot, acts: this.acts, global: [...global], rings };
      this.say.textContent = say;
      this.picture.show((narrow) => Strata.runqPicture(state, narrow));
      this.showTwin(rings);
      this.showButtons();
      if (this.lights.length > 0) Strata.lightLines(this.lights, line || "");
    }

    showTwin(rings) {
      const { element } = Strata;
      const row = (name, ...cells) =>
        element("tr", {}, element("th", { scope: "row" }, name),
                ...cells.map((words) => element("td", {}, words)));
      const listed = (names) => names.join(" ") || "empty";
      const rows = rings.map(({ name, next, head, tail }, p) =>
        row(name, next || "none", listed(this.queues.queued(p)),
            String(head), String(tail)));
      rows.push(row("global", "", listed(this.queues.global), "", ""));
      this.twin.replaceChildren(...rows);
    }

    // Only a P whose ring is empty steals; the code asserts it.
    showButtons() {
      this.chooser.forEach((button, p) =>
        button.setAttribute("aria-pressed", String(p === this.acts))
      );
      const busy = this.queues.queued(this.acts).length > 0;
      const thief = ACTIONS.findIndex(([, , act]) => act === steal);
      this.buttons[thief].disabled = busy;
      this.buttons[thief].title = busy
        ? `P ${this.acts} steals only when its own ring is empty`
        : this.buttons[thief].getAttribute("aria-label");
    }
  }

  Strata.widget("runq-lab", async function (host, data, options) {
    new Lab(host, await loadModule(), options);
  });
})();
