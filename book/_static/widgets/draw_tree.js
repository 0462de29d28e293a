/* Draws a binary tree, such as a treap.
 *
 * State: {"root": {"key": 40, "note": 895, "left": null, "right": {...}},
 *         "hot": [40]}; the note stands below the key.
 */
(function () {
  "use strict";
  const { ball, link, text } = window.Strata;

  const RADIUS = 19;

  /** Puts nodes in order from left to right, parents above children. */
  function placeNodes(root) {
    const placed = [];
    const walk = (node, depth, parent) => {
      if (!node) return;
      const here = { node, depth, parent };
      walk(node.left, depth + 1, here);
      here.column = placed.length;
      placed.push(here);
      walk(node.right, depth + 1, here);
    };
    walk(root, 0, null);
    return placed;
  }

  window.Strata.drawing("tree", ["root"], (state, narrow) => {
    const placed = placeNodes(state.root);
    const hot = new Set(state.hot || []);
    const room = narrow ? 340 : 610;
    const step = Math.min(56, (room - 44) / Math.max(1, placed.length - 1));
    // Close neighbors get smaller, so that nodes of one level do not touch.
    const r = Math.min(RADIUS, Math.max(14, step * 0.7));
    for (const here of placed) {
      const { key, note } = here.node;
      const css = "node" + (hot.has(key) ? " hot" : "");
      const y = 24 + here.depth * 62;
      here.shape = ball(22 + here.column * step, y, r, {
        label: key,
        note,
        css,
        key,
      });
    }
    const edges = placed
      .filter(({ parent }) => parent)
      .map(({ parent, shape }) => link(parent.shape, shape, "edge"));
    const shapes = [...edges, ...placed.map(({ shape }) => shape)];
    if (placed.length === 0)
      shapes.push(text(room / 2, 40, "empty", "note mid"));
    const deepest = Math.max(0, ...placed.map(({ depth }) => depth));
    return { width: room, height: 24 + deepest * 62 + 44, shapes };
  });
})();
