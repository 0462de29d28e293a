/* Draws run queues: rings with head and tail, and what thieves copy.
 *
 * State: {"slots": 8, "of": 256, "hot": ["G3"], "queues": [
 *   {"name": "P 0", "head": 1, "tail": 4, "holds": "G1", "next": null,
 *    "note": "...", "cells": ["G1", "G2", null, ...]}]}
 * `slots` are shown out of `of`. `cells` are by slot: what lies outside of
 * head and tail is stale or not yet published. `next` is the front slot, left
 * out where it plays no part. `hot` is what the step is about: goroutines, or
 * places like "0:3" and "1:runs", number of the queue and slot or word.
 */
(function () {
  "use strict";
  const { box, text } = window.Strata;

  const CELL_HEIGHT = 40;

  // A wide picture has all of a queue in one row, a narrow one in two.
  function sizesOf(state, narrow) {
    const fronts = state.queues.some((queue) => "next" in queue) ? 2 : 1;
    if (narrow) {
      const hand = { x: 60, y: -62, name: 6 };
      return { cell: 41, left: 6, hand, top: 80, step: 182, width: 340 };
    }
    const left = 60 + fronts * 58;
    const width = left + state.slots * 58 + 4;
    const hand = { x: 44, y: 0, name: 0 };
    return { cell: 58, left, hand, top: 24, step: 122, width };
  }

  /** Is the slot's goroutine in the queue, or a stale or a hidden pointer? */
  function isQueued({ head, tail }, slot, of) {
    return (slot - (head % of) + of) % of < tail - head;
  }

  function token(x, y, width, label, css, isHot, key) {
    const look = `token ${css}${isHot ? " hot" : ""}`;
    return box(x + 4, y + 4, width - 8, CELL_HEIGHT - 8, {
      css: look,
      label,
      key,
    });
  }

  function drawSlots(queue, state, size, y, isHot) {
    const shapes = [];
    for (let slot = 0; slot < state.slots; slot += 1) {
      const x = size.left + slot * size.cell;
      const width = size.cell - 4;
      shapes.push(text(x + width / 2, y - 7, slot, "small mid"));
      shapes.push(box(x, y, width, CELL_HEIGHT, { css: "cell" }));
      const label = queue.cells[slot];
      if (!label) continue;
      const queued = isQueued(queue, slot, state.of);
      const key = queued ? label : `${queue.name} slot ${slot}`;
      const css = queued ? "" : "ghost";
      shapes.push(token(x, y, width, label, css, isHot(slot, label), key));
    }
    return shapes;
  }

  /** head and tail point from below: at the oldest, and at the first free. */
  function drawEnds(queue, state, size, y) {
    const end = (word, position, lower = 0) => {
      const slot = Math.min(position % state.of, state.slots);
      const middle = size.left + slot * size.cell + (size.cell - 4) / 2;
      const x = Math.min(middle, size.width - 24) - 26;
      const label = `▲ ${word} ${position}`;
      return box(x, y + 44 + lower, 52, 20, {
        css: "marker",
        label,
        key: queue.name + word,
      });
    };
    const { head, tail } = queue;
    // Neighbors would run into each other.
    const lower = tail - head === 1 ? 17 : 0;
    if (head !== tail) return [end("head", head), end("tail", tail, lower)];
    const both = end("head", head);
    return [{ ...both, label: `▲ head, tail ${head}`, x: both.x + 18 }];
  }

  function drawHand(queue, size, y, isHot) {
    const top = y + size.hand.y;
    const shapes = [text(size.hand.name, top + 25, queue.name, "strong")];
    const places = [["runs", queue.holds, "run"]];
    if ("next" in queue) places.push(["next", queue.next, ""]);
    places.forEach(([word, label, css], place) => {
      const x = size.hand.x + place * 58;
      shapes.push(text(x + 23, top - 7, word, "small mid"));
      shapes.push(box(x, top, 46, CELL_HEIGHT, { css: "cell" }));
      if (!label) return;
      shapes.push(token(x, top, 46, label, css, isHot(word, label), label));
    });
    return shapes;
  }

  window.Strata.drawing("ring", ["slots", "of", "queues"], (state, narrow) => {
    const size = sizesOf(state, narrow);
    const hot = new Set(state.hot || []);
    const shapes = [];
    state.queues.forEach((queue, row) => {
      const y = size.top + row * size.step;
      const isHot = (place, g) => hot.has(g) || hot.has(`${row}:${place}`);
      shapes.push(...drawHand(queue, size, y, isHot));
      shapes.push(...drawSlots(queue, state, size, y, isHot));
      shapes.push(...drawEnds(queue, state, size, y));
      if (queue.note) shapes.push(text(size.left, y + 88, queue.note, "note"));
    });
    const shown = `slots 0 to ${state.slots - 1} of ${state.of}`;
    const bottom = size.top + (state.queues.length - 1) * size.step + 96;
    if (state.of > state.slots) {
      shapes.push(text(size.width, bottom + 8, shown, "small end"));
    }
    return { width: size.width, height: bottom + 14, shapes };
  });
})();
