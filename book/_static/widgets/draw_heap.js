/* Draws a heap of any arity as a tree, and below it the array that it is.
 *
 * State: {"arity": 4, "items": [10, 20, 30], "hot": [0]}; hot are indexes.
 */
(function () {
  "use strict";
  const { ball, box, link, text } = window.Strata;

  /** Counts, per index, the level and the place in it. */
  function levels(count, arity) {
    const places = [];
    for (let level = 0, first = 0, size = 1; first < count; level += 1) {
      for (let place = 0; place < size && first + place < count; place += 1) {
        places.push({ level, place, size });
      }
      first += size;
      size *= arity;
    }
    return places;
  }

  const LEVEL = 62;

  /** Puts the balls; where a level is crowded every other one stands lower. */
  function placeBalls(state, room, r, hot) {
    return levels(state.items.length, state.arity).map(
      ({ level, place, size }, index) => {
        // A big level is drawn as wide as it is full.
        const step = room / Math.min(size, Math.max(16, state.items.length));
        const lower = step < 2 * r + 3 && place % 2 === 1 ? 2 * r : 0;
        const label = state.items[index];
        const css = "node" + (hot.has(index) ? " hot" : "");
        const more = { label, css, key: `item ${label}` };
        return ball(step * (place + 0.5), 24 + level * LEVEL + lower, r, more);
      }
    );
  }

  function drawEdges(balls, arity) {
    return balls.slice(1).map((node, index) => {
      return link(balls[Math.floor(index / arity)], node, "edge");
    });
  }

  /** The array, in as many rows as it takes. */
  function drawArray(items, room, top, hot) {
    const perRow = Math.min(16, Math.floor(room / 34));
    const cell = Math.min(46, room / perRow);
    return items.flatMap((label, index) => {
      const x = (index % perRow) * cell;
      const y = top + Math.floor(index / perRow) * 58;
      const middle = x + (cell - 3) / 2;
      const css = "cell" + (hot.has(index) ? " hot" : "");
      return [
        box(x, y, cell - 3, 32, { css }),
        text(middle, y + 21, label, "mid"),
        text(middle, y + 47, index, "small mid"),
      ];
    });
  }

  window.Strata.drawing("heap", ["arity", "items"], (state, narrow) => {
    const room = narrow ? 340 : 610;
    const hot = new Set(state.hot || []);
    const balls = placeBalls(state, room, narrow ? 14 : 18, hot);
    const top = Math.max(24, ...balls.map(({ y }) => y)) + 34;
    const cells = drawArray(state.items, room, top, hot);
    const shapes = [...drawEdges(balls, state.arity), ...balls, ...cells];
    if (balls.length === 0)
      shapes.push(text(room / 2, 30, "empty", "note mid"));
    const height = Math.max(top, ...cells.map(({ y }) => y)) + 8;
    return { width: room, height, shapes };
  });
})();
