/* Draws two stacks and the processor's registers during a switch.
 *
 * State: {"running": 0, "hot": "rbx",
 *   "registers": [{"name": "rbx", "value": "0xa2", "owner": 0}, ...],
 *   "stacks": [{"name": "Ann", "used": 3,
 *               "words": [{"name": "return", "value": "..."}, ...]}, ...]}
 * Words are from the top of a stack down; the first `used` are in use, the
 * rest lies below the stack pointer. `owner` says whose value a register has.
 */
(function () {
  "use strict";
  const { box, line, text } = window.Strata;

  const ROW = 27;
  const OWNERS = ["ann", "bob"];

  // Three columns, or on a phone the registers above the two stacks.
  function sizesOf(state, narrow) {
    const words = Math.max(...state.stacks.map((stack) => stack.words.length));
    if (narrow) {
      const rows = Math.ceil(state.registers.length / 2);
      const stackTop = 34 + rows * ROW + 36;
      return {
        width: 340,
        column: 163,
        columns: [0, 177],
        stackTop,
        narrow,
        registers: [0, 34],
        height: stackTop + words * ROW + 12,
      };
    }
    return {
      width: 610,
      column: 186,
      columns: [0, 424],
      stackTop: 36,
      narrow,
      registers: [218, 36],
      height: 36 + words * ROW + 12,
    };
  }

  function drawStack(stack, number, state, size) {
    const x = size.columns[number];
    const runs = state.running === number ? " · running" : "";
    const shapes = [
      text(x, size.stackTop - 14, `${stack.name}’s stack${runs}`, "strong"),
    ];
    stack.words.forEach((word, row) => {
      const y = size.stackTop + row * ROW;
      const used = row < stack.used;
      const isHot = used && word.name === state.hot && state.running === number;
      const owner = used ? OWNERS[number] : "dead";
      const css = `word ${owner}${isHot ? " hot" : ""}`;
      shapes.push(box(x, y, size.column, ROW - 3, { css }));
      shapes.push(text(x + 7, y + 17, word.name, used ? "" : "faint"));
      const value = text(
        x + size.column - 7,
        y + 17,
        word.value,
        used ? "mono end" : "mono end faint"
      );
      shapes.push(value);
    });
    if (state.running === number) shapes.push(...drawPointer(stack, x, size));
    return shapes;
  }

  /** The stack pointer: below the last word in use. */
  function drawPointer(stack, x, size) {
    const y = size.stackTop + stack.used * ROW - 1.5;
    const mark = { css: "pointer", label: "rsp", key: "stack pointer" };
    return [
      line(x - 4, y, x + size.column + 4, y, "pointer"),
      box(x + size.column / 2 - 20, y - 9, 40, 18, mark),
    ];
  }

  function drawRegisters(state, size) {
    const [left, top] = size.registers;
    const width = size.narrow ? 163 : 174;
    const shapes = [
      text(left, top - 14, "the processor’s registers", "strong"),
    ];
    state.registers.forEach((register, index) => {
      const rows = size.narrow
        ? Math.ceil(state.registers.length / 2)
        : Infinity;
      const x = left + (index < rows ? 0 : 177);
      const y = top + (index < rows ? index : index - rows) * ROW;
      const isHot = register.name === state.hot;
      const css = `word ${OWNERS[register.owner]}${isHot ? " hot" : ""}`;
      shapes.push(box(x, y, width, ROW - 3, { css }));
      shapes.push(text(x + 7, y + 17, register.name));
      shapes.push(text(x + width - 7, y + 17, register.value, "mono end"));
    });
    return shapes;
  }

  window.Strata.drawing(
    "stack",
    ["running", "registers", "stacks"],
    (state, narrow) => {
      const size = sizesOf(state, narrow);
      const shapes = drawRegisters(state, size);
      state.stacks.forEach((stack, number) => {
        shapes.push(...drawStack(stack, number, state, size));
      });
      return { width: size.width, height: size.height, shapes };
    }
  );
})();
