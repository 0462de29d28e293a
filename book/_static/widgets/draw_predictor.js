/* Draws calls and returns of two flows beside the processor's return stack.
 *
 * State: {"running": 0, "right": 2, "wrong": 1,
 *   "flows": [{"name": "Ann", "frames": ["loop", "outer", "inner"]}, ...],
 *   "entries": ["loop", "outer"],
 *   "return": {"to": "outer", "guess": "inner"}}
 * Frames and entries are from the oldest to the newest. `return` is there
 * when the step is one.
 */
(function () {
  "use strict";
  const { box, text } = window.Strata;

  const ROW = 30;
  const ROWS_MIN = 4;

  function drawColumn(x, width, title, items, css, bottom, name) {
    const shapes = [text(x, bottom + 20, title, "strong")];
    items.forEach((label, row) => {
      const y = bottom - (row + 1) * ROW;
      const key = `${name} ${row} ${label}`;
      shapes.push(box(x, y, width, ROW - 4, { css, label, key }));
    });
    return shapes;
  }

  function verdictOf(state) {
    const step = state.return;
    if (!step) return [];
    const right = step.to === step.guess;
    const guess = step.guess || "nothing, it is empty";
    return [
      [`return to: ${step.to}`, "strong"],
      [`guess: ${guess}`, right ? "good" : "bad"],
      [right ? "right" : "wrong", right ? "good strong" : "bad strong"],
    ];
  }

  window.Strata.drawing(
    "predictor",
    ["running", "flows", "entries"],
    (state, narrow) => {
      const width = narrow ? 340 : 610;
      const column = narrow ? 86 : 112;
      const places = narrow ? [0, 127, 254] : [0, 150, 300];
      const heights = [
        ...state.flows.map((flow) => flow.frames),
        state.entries,
      ];
      const rows = Math.max(ROWS_MIN, ...heights.map((items) => items.length));
      const bottom = rows * ROW + 10;
      const shapes = [];
      state.flows.forEach(({ name, frames }, number) => {
        const runs = state.running === number;
        const title = narrow || !runs ? name : `${name} runs`;
        const css = `frame ${runs ? "run" : "rest"}`;
        const x = places[number === 0 ? 0 : 2];
        shapes.push(...drawColumn(x, column, title, frames, css, bottom, name));
      });
      const entries = [places[1], column, "return stack", state.entries];
      shapes.push(...drawColumn(...entries, "entry", bottom, "entry"));
      const x = narrow ? 0 : 446;
      const y = narrow ? bottom + 46 : 24;
      verdictOf(state).forEach(([words, css], row) => {
        shapes.push(text(x, y + row * 20, words, css));
      });
      const sums = `right ${state.right}, wrong ${state.wrong}`;
      shapes.push(text(x, narrow ? y + 62 : bottom + 20, sums));
      return { width, height: bottom + (narrow ? 116 : 30), shapes };
    }
  );
})();
