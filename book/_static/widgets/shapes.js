/* What drawings are made of, and how it becomes SVG.
 *
 * A drawing is a pure function (state, narrow) -> {width, height, shapes}, one
 * in each draw_NAME.js. The page animates between two of them; the build runs
 * the same functions to make the still pictures, so neither this file nor
 * those touch a document. `narrow` asks for the layout of a phone, about 340
 * units wide.
 *
 * A shape is {is: "box" | "ball" | "line" | "text", ...}. One with a `key` is
 * the same thing in the next picture and moves there.
 */
(function () {
  "use strict";
  const Strata = (window.Strata = window.Strata || {});
  Strata.drawings = {};

  /** Registers a drawing; a state must have the fields that it needs. */
  Strata.drawing = function (name, needs, draw) {
    Strata.drawings[name] = (state, narrow) => {
      const missing = needs.filter((field) => !(field in state));
      if (missing.length > 0)
        throw new Error(`its state has no "${missing[0]}"`);
      return draw(state, narrow);
    };
  };

  Strata.box = (x, y, w, h, more) => ({ is: "box", x, y, w, h, ...more });
  Strata.ball = (x, y, r, more) => ({ is: "ball", x, y, r, ...more });
  Strata.text = (x, y, words, css) => ({ is: "text", x, y, words, css });
  Strata.line = (x1, y1, x2, y2, css) => ({ is: "line", x1, y1, x2, y2, css });

  /** A line between two balls, from rim to rim. */
  Strata.link = function (a, b, css) {
    const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
    const [dx, dy] = [(b.x - a.x) / length, (b.y - a.y) / length];
    const end = b.r + (/\barrow\b/.test(css) ? 3 : 0);
    const round = (number) => Math.round(number * 10) / 10;
    return Strata.line(
      round(a.x + dx * a.r),
      round(a.y + dy * a.r),
      round(b.x - dx * end),
      round(b.y - dy * end),
      css
    );
  };

  // ---- markup -------------------------------------------------------------

  const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  const escape = (words) => String(words).replace(/[&<>"]/g, (c) => SIGNS[c]);

  function textMarkup(x, y, words, css) {
    const open = `<text x="${x}" y="${y}" class="${css || ""}">`;
    return `${open}${escape(words)}</text>`;
  }

  function boxMarkup({ w, h, label, note }) {
    const corner = `x="${-w / 2}" y="${-h / 2}"`;
    let markup = `<rect ${corner} width="${w}" height="${h}" rx="4"/>`;
    if (label != null) markup += textMarkup(0, 5, label, "mid");
    if (note != null) markup += textMarkup(0, h / 2 + 15, note, "small mid");
    return markup;
  }

  function ballMarkup({ r, label, note }) {
    let markup = `<circle r="${r}"/>` + textMarkup(0, 5, label, "mid");
    if (note != null) markup += textMarkup(0, r + 14, note, "small mid");
    return markup;
  }

  // The head of an arrow is drawn by hand: a <marker> would need an id, and
  // ids must differ between all figures of a page.
  function lineMarkup({ x1, y1, x2, y2, css }) {
    const ends = `x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"`;
    const path = `<line ${ends} class="${css}"/>`;
    if (!/\barrow\b/.test(css)) return path;
    const turn = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
    const place = `translate(${x2} ${y2}) rotate(${turn.toFixed(1)})`;
    const head = `<path class="head" d="M2 0L-8 -4.5V4.5z"`;
    return `${path}${head} transform="${place}"/>`;
  }

  /** What stands inside a box or ball, around its own middle. */
  Strata.insideOf = function (shape) {
    return shape.is === "ball" ? ballMarkup(shape) : boxMarkup(shape);
  };

  /** Where a box or ball stands: the middle of it. */
  Strata.placeOf = function ({ is, x, y, w, h }) {
    return is === "ball" ? [x, y] : [x + w / 2, y + h / 2];
  };

  /** The markup of one shape. */
  Strata.shapeMarkup = function (shape) {
    const { is, x, y, css } = shape;
    if (is === "line") return lineMarkup(shape);
    if (is === "text") return textMarkup(x, y, shape.words, css);
    const place = Strata.placeOf(shape).join(" ");
    const inside = Strata.insideOf(shape);
    const open = `<g class="${css || ""}" transform="translate(${place})">`;
    return `${open}${inside}</g>`;
  };
})();
