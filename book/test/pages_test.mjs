// Opens every page of the book and looks at what must hold on each: nothing
// in the console, a bounded weight, nothing wider than a phone, figures that
// say what they show, and no violation of WCAG 2.0 to 2.2, A and AA, that axe
// can see, by day and by night, on a wide screen and on a phone.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  PAGES, finish, forAll, htmlOf, kindOf, launch, listen, open, settled,
  report, tool,
} from "./harness.mjs";

const AXE = tool("axe-core").source;
const ALL_RULES = {
  type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
};
// By night only colors change: the other rules have nothing new to see.
const COLOR_RULES = {
  type: "rule", values: ["color-contrast", "link-in-text-block"],
};
const WEIGHT_MAX_KIB = 400;
const TEXT_MIN_PX = 11.5; // in drawings on a phone: 12, less rounding
// The height says nothing here, and what is painted costs time.
const WIDE = { width: 1440, height: 600 };
const PHONE = { width: 390, height: 600 };
const SMALL_PHONE = { width: 360, height: 600 };
const VIEWS = [
  { name: "wide, light", size: WIDE, scheme: "light", rules: ALL_RULES },
  { name: "wide, dark", size: WIDE, scheme: "dark", rules: COLOR_RULES },
  { name: "phone, light", size: PHONE, scheme: "light", rules: ALL_RULES },
  { name: "phone, dark", size: PHONE, scheme: "dark", rules: COLOR_RULES },
];

// What is looked at: name, and what to do when something is found.
const CHECKS = {
  console: "every page: the console is empty",
  weight: `every page: at most ${WEIGHT_MAX_KIB} KiB with all it asks for`,
  overflow: "every page: nothing wider than 390 and 360 px",
  figures: "every page: figures have a caption and say what they show",
  drawings: "every page: text in drawings is readable on a phone",
  axe: "text pages and samples: axe, by day and night, wide and phone",
};
const ADVICE = {
  console: "mend the script, or the address that it asks for",
  weight: "split the page, or shorten its listings",
  overflow: "let the element wrap or scroll inside its own box",
  figures: "give the directive an :alt: and a caption",
  drawings: "draw the text larger, or give the figure a phone layout",
  axe: "the rule's page says how: the address ends the line",
};

const words = process.argv.slice(3).join(" ");
const wanted = (check) => CHECKS[check].includes(words);
const findings = Object.fromEntries(
  Object.keys(CHECKS).map((check) => [check, []]));
const weights = [];

function found(check, page, what) {
  findings[check].push(`${page}: ${what}`);
}

// ------------------------------------------------------------------- sample

/**
 * A program writes the pages of one kind alike. So axe sees one of each: the
 * API page in the middle by length, and likewise a source page per suffix.
 */
function sample(kind) {
  const alike = new Map();
  for (const page of PAGES.filter((one) => kindOf(one) === kind)) {
    const suffix = page.replace(/\.html$/, "").split(".").at(-1);
    const key = kind === "source" ? suffix : kind;
    alike.set(key, [...(alike.get(key) || []), page]);
  }
  return [...alike.values()].map((pages) => {
    pages.sort((a, b) => htmlOf(a).length - htmlOf(b).length);
    return pages[pages.length >> 1];
  });
}

const forAxe = new Set([
  ...PAGES.filter((page) => ["text", "index"].includes(kindOf(page))),
  ...sample("api"), ...sample("source"),
]);

// ------------------------------------------------------- inside of the page

/* Shows each widget, since they start when they come near the window. */
async function showWidgets() {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  for (const widget of document.querySelectorAll(".strata-widget, [loading]")) {
    widget.scrollIntoView({ behavior: "instant" });
    await frame();
    await frame();
  }
  window.scrollTo({ top: 0, behavior: "instant" });
  return true;
}

/* Words and boxes that stick out of the window, not out of a box that scrolls;
 * the widest three. */
function stickingOut() {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const held = (element) => {
    for (let box = element; box && box !== document.body;
      box = box.parentElement) {
      const { position, overflowX } = getComputedStyle(box);
      if (position === "fixed" || overflowX !== "visible") return true;
    }
    return false;
  };
  const out = [];
  const note = (element, right) => {
    if (right > root.clientWidth + 1 && !held(element)) {
      out.push({ element, right: Math.round(right) });
    }
  };
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(words.currentNode);
    note(words.currentNode.parentElement, range.getBoundingClientRect().right);
  }
  for (const element of document.body.querySelectorAll("*")) {
    if (element.childElementCount > 0 && element.tagName !== "TABLE") continue;
    note(element, element.getBoundingClientRect().right);
  }
  out.sort((a, b) => b.right - a.right);
  return [`the page is ${root.scrollWidth} px wide: ` +
    out.slice(0, 3).map(({ element, right }) => {
      const near = element.closest("[id]");
      return `<${element.tagName.toLowerCase()}> near ` +
        `#${near ? near.id : "?"} reaches ${right} px: ` +
        `"${element.textContent.trim().slice(0, 40)}"`;
    }).join("; ")];
}

/* Figures and pictures that do not say what they show. */
function muteFigures() {
  const found = [];
  const where = (element) => {
    const near = element.closest("[id]");
    return `near #${near ? near.id : "?"}`;
  };
  for (const problem of document.querySelectorAll(".widget-problem")) {
    if (problem.textContent) {
      found.push(`${problem.textContent} ${where(problem)}`);
    }
  }
  for (const figure of document.querySelectorAll("article figure")) {
    const caption = figure.querySelector("figcaption");
    if (!caption || !caption.textContent.trim()) {
      found.push(`a figure without a caption ${where(figure)}`);
    }
  }
  for (const image of document.querySelectorAll("img")) {
    if (!image.hasAttribute("alt")) {
      found.push(`<img> without alt ${where(image)}: ${image.src}`);
    }
  }
  for (const drawing of document.querySelectorAll("article figure svg")) {
    if (drawing.parentElement.closest("svg, [aria-hidden=true], button")) {
      continue;
    }
    const hidden = drawing.getAttribute("aria-hidden") === "true";
    const said = drawing.getAttribute("aria-label") ||
      drawing.getAttribute("aria-labelledby") ||
      drawing.querySelector(":scope > title");
    const outer = drawing.parentElement.closest("[role=img][aria-label]");
    if (!hidden && !said && !outer) {
      found.push(`a drawing without a name ${where(drawing)}`);
    }
  }
  return found;
}

/* Words in drawings that are painted smaller than can be read. */
function smallWords(least) {
  const found = new Map();
  for (const text of document.querySelectorAll("article svg text")) {
    const matrix = text.getScreenCTM();
    const box = text.getBoundingClientRect();
    if (!matrix || box.width === 0 || !text.textContent.trim()) continue;
    const scale = Math.sqrt(Math.abs(
      matrix.a * matrix.d - matrix.b * matrix.c));
    const size = parseFloat(getComputedStyle(text).fontSize) * scale;
    const figure = text.closest("figure[id], [id]:not(svg [id])");
    const place = figure ? figure.id : "?";
    if (size < least && (!found.has(place) || found.get(place).size > size)) {
      found.set(place, { size, words: text.textContent.trim() });
    }
  }
  return [...found].map(([place, { size, words: text }]) =>
    `#${place}: "${text.slice(0, 30)}" is ${size.toFixed(1)} px high`);
}

/* Runs axe and says rule, element and remedy of each violation. What a build
 * without STRICT marks as an unknown reference is no fault of the page. */
async function violations(rules) {
  const { violations: all } = await window.axe.run(
    { exclude: [".problematic"] }, {
      runOnly: rules,
      resultTypes: ["violations"],
      preload: false, // would ask for the style sheets again, in vain on disk
    });
  return all.map(({ id, helpUrl, nodes: [node, ...others] }) => {
    const [reason] = [...node.any, ...node.all, ...node.none];
    const more = others.length > 0 ? ` and ${others.length} more` : "";
    return `${id}: ${node.target.join(" ")}${more}: ` +
      `${node.html.replace(/\s+/g, " ").slice(0, 100)} ` +
      `(${reason.message.split("(Expected")[0]}) ${helpUrl.split("?")[0]}`;
  });
}

// ------------------------------------------------------------------- visits

/** Bytes of all files that a page asked for, uncompressed. */
function weigh(addresses) {
  const files = [...addresses].filter((one) => one.startsWith("file:"))
    .map((one) => fileURLToPath(one.split(/[?#]/)[0]));
  const sizes = [...new Set(files)]
    .map((file) => [fs.existsSync(file) ? fs.statSync(file).size : 0, file])
    .sort((a, b) => b[0] - a[0]);
  const kib = sizes.reduce((sum, [size]) => sum + size, 0) / 1024;
  const heaviest = sizes.slice(0, 3).map(
    ([size, file]) => `${path.basename(file)} ${Math.round(size / 1024)}`);
  return { kib, heaviest: heaviest.join(", ") };
}

async function show(page, { size, scheme }) {
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: scheme });
  await settled(page);
}

/** Starts all that starts late, and waits until it has. */
async function startAll(page) {
  await page.evaluate(showWidgets);
  await page.waitForFunction(() =>
    [...document.querySelectorAll(".strata-widget")].every((widget) => {
      const problem = widget.querySelector(".widget-problem");
      return widget.matches(".widget-runs") ||
        (problem && problem.textContent !== "");
    }));
  await page.waitForLoadState("load");
}

async function visit(page, name) {
  const asked = new Set();
  const note = (request) => asked.add(request.url());
  page.on("request", note);
  await show(page, forAxe.has(name) ? VIEWS[0] : VIEWS[2]);
  await open(page, name);
  await startAll(page);
  page.off("request", note);
  const { kib, heaviest } = weigh(asked);
  weights.push({ name, kib, heaviest });
  if (kib > WEIGHT_MAX_KIB) {
    found("weight", name, `${Math.round(kib)} KiB: ${heaviest}`);
  }
  for (const one of await page.evaluate(muteFigures)) {
    found("figures", name, one);
  }
  await look(page, name);
}

/** Runs axe in all views; what is wrong in several is said once. */
async function runAxe(page, name) {
  const seen = new Map();
  await page.evaluate(AXE);
  for (const view of VIEWS) {
    await show(page, view);
    for (const one of await page.evaluate(violations, view.rules)) {
      const [rule, element] = one.split(": ");
      const key = `${rule} ${element.split(" and ")[0]}`;
      const { views } = seen.get(key) || { views: [] };
      seen.set(key, { one, views: [...views, view.name] });
    }
  }
  for (const { one, views } of seen.values()) {
    found("axe", name, `${one} [${views.join("; ")}]`);
  }
}

/** Looks at an open page in all sizes and colors. */
async function look(page, name) {
  if (forAxe.has(name) && wanted("axe")) await runAxe(page, name);
  await show(page, { size: PHONE, scheme: "light" });
  await measure(page, name, PHONE.width);
  // What a program lays out alike on each page is looked at once.
  if (kindOf(name) === "source") return;
  await show(page, { size: SMALL_PHONE, scheme: "light" });
  await measure(page, name, SMALL_PHONE.width);
}

/** Looks for what is too wide, and in drawings too small, on a phone. */
async function measure(page, name, width) {
  for (const one of await page.evaluate(stickingOut)) {
    found("overflow", `${name} at ${width} px`, one);
  }
  if (width !== PHONE.width) return;
  for (const one of await page.evaluate(smallWords, TEXT_MIN_PX)) {
    found("drawings", name, one);
  }
}

async function main() {
  const browser = await launch();
  const context = () => browser.newContext({ reducedMotion: "reduce" });
  const tabs = await Promise.all([0, 1].map(async () => {
    const page = await (await context()).newPage();
    return { page, said: listen(page) };
  }));
  await forAll(PAGES, async (name, worker) => {
    const { page, said } = tabs[worker];
    try {
      await visit(page, name);
    } catch (error) {
      found("console", name, `could not be looked at: ${error.message}`);
    }
    for (const one of said.splice(0)) found("console", name, one);
  });
  await browser.close();
}

function sayHeaviest() {
  weights.sort((a, b) => b.kib - a.kib);
  for (const { name, kib, heaviest } of weights.slice(0, 10)) {
    console.log(`       ${Math.round(kib)} KiB ${name} (${heaviest})`);
  }
}

const any = Object.keys(CHECKS).some(wanted);
if (any) await main();
for (const check of Object.keys(CHECKS).filter(wanted)) {
  const count = check === "axe" ? `${forAxe.size} pages, 4 views`
    : `${PAGES.length} pages`;
  const list = findings[check].sort();
  report(CHECKS[check], list, count);
  if (list.length > 0) console.log(`       -> ${ADVICE[check]}`);
  if (check === "weight") sayHeaviest();
}
finish();
