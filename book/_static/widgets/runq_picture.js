/* Draws what the run queue lab shows: two rings and the global queue.
 *
 * State: {"slots": 4, "hot": ["G3"], "acts": 0, "global": ["G1"], "rings": [
 *   {"name": "P 0", "head": 5, "tail": 8, "next": "G9", "cells": ["G5", ...]}]}
 * `cells` are by slot. Positions count on and on; a slot is what is left of
 * one when whole turns of the ring are taken away.
 */
(function () {
  "use strict";
  const { box, text } = window.Strata;

  const ROW = 116;
  const WIDE = { cell: 58, box: 48, width: 340, step: 58, room: 4 };
  // Drawn at its own size on a phone, so that no letter shrinks.
  const NARROW = { cell: 50, box: 42, width: 300, step: 48, room: 4 };

  // Is the slot's goroutine in the queue, or an old pointer to one?
  function isQueued({ head, tail }, slot, slots) {
    return (slot - (head % slots) + slots) % slots < tail - head;
  }

  function cell(size, x, y, over, label, look) {
    const shapes = [box(x, y, size.box, 40, { css: "cell" })];
    shapes.push(text(x + size.box / 2, y - 7, over, "small mid"));
    if (label) {
      shapes.push(box(x + 4, y + 4, size.box - 8, 32, { label, ...look }));
    }
    return shapes;
  }

  function lookOf(label, hot, queued, key) {
    const css = ["token", queued ? "" : "ghost", hot.has(label) ? "hot" : ""];
    return { css: css.join(" "), key: queued ? label : key };
  }

  // head points at the oldest slot in use, tail at the next free one.
  function ends({ name, head, tail }, slots, size, x, y) {
    const at = (word, position, down) =>
      box(x + (position % slots) * size.cell - 6, y + 43 + down, 60, 18, {
        css: "marker",
        label: `${word} ${position}`,
        key: name + word,
      });
    const down = head % slots === tail % slots ? 16 : 0;
    return [at("head", head, 0), at("tail", tail, down)];
  }

  function ring(state, number, hot, size, y) {
    const queue = state.rings[number];
    const acts = state.acts === number;
    const x = size.width - state.slots * size.cell + size.cell - size.box;
    const front = lookOf(queue.next, hot, true);
    const shapes = [
      text(0, y + 26, queue.name, acts ? "strong" : ""),
      ...cell(size, 44, y, "next", queue.next, front),
    ];
    queue.cells.forEach((label, slot) => {
      const queued = isQueued(queue, slot, state.slots);
      const look = lookOf(label, hot, queued, `${queue.name} slot ${slot}`);
      shapes.push(...cell(size, x + slot * size.cell, y, slot, label, look));
    });
    return shapes.concat(ends(queue, state.slots, size, x, y));
  }

  // As many as fit into a row; the rest are a number.
  function globalQueue(state, hot, size, y) {
    const shown = state.global.slice(0, size.room);
    const shapes = [text(0, y + 26, "global", "")];
    shown.forEach((label, place) => {
      const look = lookOf(label, hot, true);
      const x = 56 + place * size.step;
      shapes.push(...cell(size, x, y, "", label, look));
    });
    if (shown.length === 0) shapes.push(text(56, y + 26, "empty", "small"));
    const more = state.global.length - shown.length;
    if (more > 0) {
      shapes.push(text(size.width, y + 26, `+ ${more}`, "small end"));
    }
    return shapes;
  }

  window.Strata.runqPicture = function (state, narrow) {
    const size = narrow ? NARROW : WIDE;
    const hot = new Set(state.hot);
    const shapes = state.rings.flatMap((queue, number) =>
      ring(state, number, hot, size, 24 + number * ROW)
    );
    const last = 24 + state.rings.length * ROW;
    shapes.push(...globalQueue(state, hot, size, last));
    return { width: size.width, height: last + 44, shapes };
  };
})();
