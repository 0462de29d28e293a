// What the browser tests of the book share: the built pages, one browser, at
// most two pages at a time, and a report whose last line is a sum.
//
//   import { test, run, open, pagesWith } from "./harness.mjs";
//   test("the quiz answers", async (page) => {
//     await open(page, pagesWith(/class="quiz/)[0]);
//     ...
//   });
//   await run();
//
// Call: node NAME_test.mjs FOLDER_OF_HTML [words of the test's name]
//       BOOK_PAGES=02-sched node NAME_test.mjs ...    only pages named so
//
// A test fails when it throws, and when its page writes anything to the
// console: a page of the book has nothing to say there. Nobody waits for a
// number of milliseconds here, only for conditions.

import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const AT_ONCE = 2; // pages; a page more per core only makes all slower
const PATIENCE_MS = 15000;

/** Folder with the programs that npm brought: make check-book fills it. */
export const TOOLS = process.env.BOOK_TOOLS ||
  path.resolve(HERE, "../../build/book-tools");

/** Folder of the built pages. */
export const HTML = path.resolve(
  process.argv[2] || path.join(HERE, "../../build/book/html"));

/** Loads a package that npm brought. */
export function tool(name) {
  try {
    return createRequire(path.join(TOOLS, "package.json"))(name);
  } catch (error) {
    console.error(`${name} is not in ${TOOLS}: run make check-book, which ` +
                  `fetches it (${error.code})`);
    process.exit(2);
  }
}

// -------------------------------------------------------------------- pages

function htmlFiles(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      return entry.name === "_static" ? [] : htmlFiles(file);
    }
    return file.endsWith(".html") ? [file] : [];
  });
}

/**
 * All pages, relative to the folder of HTML, sorted. Without the page for
 * wrong addresses: a server shows it, with addresses from the server's root.
 */
export const PAGES = htmlFiles(HTML)
  .map((file) => path.relative(HTML, file))
  .filter((page) => page !== "404.html")
  .filter((page) => page.includes(process.env.BOOK_PAGES || ""))
  .sort();

/** What a page is: "source", "api", "index" (generated lists) or "text". */
export function kindOf(page) {
  if (/^_?sources?\//.test(page)) return "source";
  if (/^api\//.test(page)) return "api";
  if (/^(genindex.*|search)\.html$/.test(page)) return "index";
  return "text";
}

/** The HTML of a page as it was built, before any script ran. */
export function htmlOf(page) {
  return fs.readFileSync(path.join(HTML, page), "utf8");
}

/** The pages whose HTML matches; at least one, or the test fails. */
export function pagesWith(pattern) {
  const found = PAGES.filter((page) => pattern.test(htmlOf(page)));
  if (found.length === 0) throw new Error(`no page has ${pattern}`);
  return found;
}

/** The address of a page, as a reader without a server has it. */
export function address(page) {
  const [file, rest = ""] = page.split(/(?=[#?])(.*)/s);
  return pathToFileURL(path.join(HTML, file)).href + rest;
}

/** Opens a page of the book, complete with its fonts. */
export async function open(page, name) {
  await page.goto(address(name));
  await page.evaluate(() => document.fonts.ready.then(() => true));
}

/** Waits until the browser has painted what it was told. */
export async function painted(page) {
  await page.evaluate(() => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
  }));
}

/** Lets all transitions end at once, and waits until nothing moves. */
export async function settled(page) {
  await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    for (;;) {
      await frame();
      await frame();
      const moving = document.getAnimations()
        .filter((one) => one.playState === "running");
      if (moving.length === 0) return;
      for (const one of moving) {
        if (one.effect.getComputedTiming().endTime === Infinity) one.cancel();
        else one.finish();
      }
    }
  });
}

// ------------------------------------------------------------------ browser

function findChromium() {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const folders = (process.env.PATH || "").split(path.delimiter);
  for (const name of names) {
    for (const folder of folders) {
      const file = path.join(folder, name);
      if (fs.existsSync(file)) return file;
    }
  }
  console.error("no chromium here: make deps GROUP=site");
  return process.exit(2);
}

/** Starts the browser; it asks the network for nothing. */
export function launch() {
  const root = process.getuid && process.getuid() === 0;
  return tool("playwright-core").chromium.launch({
    executablePath: process.env.CHROMIUM || findChromium(),
    args: ["--disable-gpu", "--disable-quic", "--disable-sync",
           ...(root ? ["--no-sandbox"] : [])], // Chromium has none for root
  });
}

/** Notes all that the page says where readers do not look. */
export function listen(page) {
  const said = [];
  page.on("console", (message) => {
    said.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => said.push(`script: ${error.message}`));
  page.on("request", (request) => {
    if (/^(https?|wss?|ftp):/.test(request.url())) {
      said.push(`asks the network for ${request.url()}`);
    }
  });
  return said;
}

/** Calls work(item) for all items, a few at a time. */
export async function forAll(items, work) {
  const left = [...items];
  const worker = async (number) => {
    while (left.length > 0) await work(left.shift(), number);
  };
  await Promise.all([...Array(AT_ONCE).keys()].map(worker));
}

// ------------------------------------------------------------------- report

let passed = 0;
let failed = 0;

/** Says how a test went: no findings is a pass. */
export function report(name, findings, remark = "") {
  if (findings.length === 0) {
    passed += 1;
    console.log(`ok     ${name}${remark ? ` (${remark})` : ""}`);
    return;
  }
  failed += 1;
  console.log(`FAILED ${name}${remark ? ` (${remark})` : ""}`);
  for (const finding of findings) console.log(`       ${finding}`);
}

/** Prints the sum and sets the exit status. */
export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

const tests = [];

/**
 * Adds a test: test(name, work) or test(name, options, work). The options are
 * those of Playwright's newContext; allowConsole lets a page write there.
 */
export function test(name, options, work = options) {
  tests.push({ name, options: work === options ? {} : options, work });
}

async function runOne(browser, { name, options, work }) {
  const { allowConsole = false, ...rest } = options;
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...rest,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const said = listen(page);
  try {
    await work(page);
    report(name, allowConsole ? [] : said);
  } catch (error) {
    const lines = error.message.split("\n").filter((line) => line.trim());
    report(name, [`at ${page.url().split("/html/").pop()}`,
                  ...lines.slice(0, 8), ...said]);
  } finally {
    await context.close();
  }
}

/** Runs all tests, or those whose name holds the words of the command. */
export async function run() {
  const words = process.argv.slice(3).join(" ");
  const browser = await launch();
  await forAll(tests.filter(({ name }) => name.includes(words)),
               (one) => runOne(browser, one));
  await browser.close();
  finish();
}
