/* Draws a graph of objects in three colors, and the work list of a collector.
 *
 * State: {"nodes": [{"name": "A", "color": "gray", "x": 0.1, "y": 0.5}, ...],
 *         "edges": [["A", "B"]], "work": ["A"], "hot": ["A"]}
 * x and y, from 0 to 1, may be left out: then the nodes stand on an ellipse.
 * Colors are told by more than color: the name of it stands below each node.
 */
(function () {
  "use strict";
  const { ball, link, text } = window.Strata;

  const TOP = 30;

  function placeOf(node, index, count, width, height) {
    const turn = (index / count) * 2 * Math.PI - Math.PI / 2;
    const x = node.x ?? 0.5 + 0.5 * Math.cos(turn);
    const y = node.y ?? 0.5 + 0.5 * Math.sin(turn);
    return [30 + x * (width - 60), TOP + y * (height - 2 * TOP - 14)];
  }

  window.Strata.drawing(
    "graph",
    ["nodes", "edges", "work"],
    (state, narrow) => {
      const width = narrow ? 340 : 610;
      const height = narrow ? 300 : 260;
      const hot = new Set(state.hot || []);
      const balls = new Map();
      state.nodes.forEach((node, index) => {
        const [x, y] = placeOf(node, index, state.nodes.length, width, height);
        const css = `node tri-${node.color}${hot.has(node.name) ? " hot" : ""}`;
        const more = {
          label: node.name,
          note: node.color,
          css,
          key: node.name,
        };
        balls.set(node.name, ball(Math.round(x), Math.round(y), 20, more));
      });
      const edges = state.edges.map(([from, to]) => {
        if (!balls.has(from) || !balls.has(to)) {
          throw new Error(`no node for the edge ${from} to ${to}`);
        }
        return link(balls.get(from), balls.get(to), "edge arrow");
      });
      const work = state.work.length > 0 ? state.work.join(", ") : "empty";
      const list = text(0, height + 14, `work list: ${work}`, "strong");
      return {
        width,
        height: height + 24,
        shapes: [...edges, ...balls.values(), list],
      };
    }
  );
})();
