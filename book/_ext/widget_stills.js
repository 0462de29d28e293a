/* Draws the still pictures of one figure. Run by node while the book is built.
 *
 * Call: node widget_stills.js SCRIPT... DATA.json VIEW
 * The scripts are those of the page: drawings come from there. Prints two
 * <svg> elements, one for wide pages and one for phones.
 */
"use strict";
const fs = require("fs");
const vm = require("vm");

/** Runs those scripts of the page that touch no document. */
function loadScripts(files) {
  const window = {};
  const context = vm.createContext({ window });
  for (const file of files) {
    vm.runInContext(fs.readFileSync(file, "utf8"), context);
  }
  return window.Strata;
}

/** The step with most on it; of equals the one in the middle. */
function fullest(drawings) {
  const most = Math.max(...drawings.map(({ shapes }) => shapes.length));
  const full = drawings.filter(({ shapes }) => shapes.length === most);
  return full[Math.floor(full.length / 2)];
}

/** One step, in a frame that all steps of the run fit into. */
function stepDrawing(Strata, run, view, narrow) {
  const draw = ({ state }) => Strata.drawings[view](state, narrow);
  const drawings = run.steps.map(draw);
  return {
    width: Math.max(...drawings.map(({ width }) => width)),
    height: Math.max(...drawings.map(({ height }) => height)),
    body: fullest(drawings).shapes.map(Strata.shapeMarkup).join(""),
  };
}

// ---- trace ----------------------------------------------------------------

const LANE = 34;
const AXIS = 22;

/** Lanes over time, as the viewer shows them before anybody touches it. */
function traceDrawing(Strata, run, view, narrow) {
  const left = narrow ? 62 : 84;
  const width = narrow ? 340 : 610;
  const lanes = run.lanes(view === "g" ? "g" : "p");
  const x = (t) => left + (t / run.length) * (width - left);
  const parts = [axis(Strata, run, x, AXIS + lanes.length * LANE, narrow)];
  lanes.forEach((lane, row) => {
    const y = AXIS + row * LANE;
    const label = lane.label.replace(/&/g, "&amp;").replace(/</g, "&lt;");
    parts.push(`<text x="0" y="${y + 21}">${label}</text>`);
    for (const slice of lane.slices) parts.push(sliceMarkup(slice, x, y, view));
  });
  if (view !== "g")
    parts.push(...run.marks.map((mark) => stealMarkup(mark, x)));
  return {
    width,
    height: AXIS + lanes.length * LANE + 4,
    body: parts.join(""),
  };
}

function axis(Strata, run, x, bottom, narrow) {
  const step = Strata.roundStep(run.length / (narrow ? 3 : 6));
  let markup = "";
  for (let t = 0; t < run.length * 0.95; t += step) {
    const at = x(t).toFixed(1);
    markup += `<path class="axis" d="M${at} 14V${bottom}"/>`;
    const words = Strata.duration(t);
    markup += `<text class="small" x="${at}" y="11">${words}</text>`;
  }
  return markup;
}

const BANDS = { running: [5, 24], runnable: [12, 10], waiting: [15, 4] };

function sliceMarkup(slice, x, y, view) {
  const [top, height] = BANDS[slice.state];
  const from = x(slice.from);
  const width = Math.max(1, x(slice.to) - from - 0.5);
  const across = `x="${from.toFixed(1)}" width="${width.toFixed(1)}"`;
  const down = `y="${y + top}" height="${height}"`;
  const rect = `<rect class="t-${slice.state}" ${across} ${down}/>`;
  if (slice.state !== "running" || width < 26) return rect;
  const words = view === "g" ? `P${slice.p}` : `G${slice.g}`;
  const place = `x="${(from + 4).toFixed(1)}" y="${y + 21}"`;
  return `${rect}<text class="on" ${place}>${words}</text>`;
}

function stealMarkup(mark, x) {
  if (mark.do !== "steal") return "";
  const tip = `${x(mark.t).toFixed(1)} ${AXIS + mark.p * LANE + 8}`;
  return `<path class="t-steal" d="M${tip}l-5 -8h10z"/>`;
}

function svg(drawing, css) {
  const { width, height, body } = drawing;
  const round = (number) => Math.round(number);
  return (
    `<svg class="drawn ${css}" role="img" aria-label="@LABEL@" ` +
    `viewBox="0 0 ${round(width)} ${round(height)}" ` +
    `style="max-width:${round(width * 1.15)}px">${body}</svg>`
  );
}

function main(paths) {
  const view = paths.pop();
  const data = JSON.parse(fs.readFileSync(paths.pop(), "utf8"));
  const Strata = loadScripts(paths);
  const run = Strata.readTrace ? Strata.readTrace(data) : data;
  const draw = Strata.readTrace ? traceDrawing : stepDrawing;
  const still = (narrow, css) => svg(draw(Strata, run, view, narrow), css);
  process.stdout.write(still(false, "wide") + still(true, "narrow"));
}

main(process.argv.slice(2));
