// Tests the look at every page (pages_test.mjs) on a small site with planted
// faults: each must be found, with its page, and a good page must pass.

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { finish, report } from "./harness.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));

function pageOf(body) {
  return "<!doctype html><html lang='en'><head><meta charset='utf-8'>" +
    "<meta name='viewport' content='width=device-width'>" +
    `<title>A page</title></head><body><main><article>${body}` +
    "</article></main></body></html>";
}

const drawing = (size, name) =>
  `<figure id="f"><svg viewBox="0 0 300 60" width="300" role="img" ${name}>` +
  `<text x="10" y="40" font-size="${size}">word</text></svg>` +
  "<figcaption>What it shows</figcaption></figure>";

// Name of the page, its body, the check that must find it, words of the find.
const PLANTED = [
  ["good", `<h1>Good</h1>${drawing(14, 'aria-label="A word"')}`, null, null],
  ["talks", "<script>console.log('hello')</script>", "console", "hello"],
  ["throws", "<script>throw new Error('bad')</script>", "console", "bad"],
  ["asks", "<script src='https://strata.example/x.js'></script>", "console",
   "asks the network"],
  ["heavy", `<!--${"x".repeat(410 * 1024)}-->`, "at most", "410 KiB"],
  ["wide", "<div style='width:700px'>wide</div>", "wider",
   "<div>"],
  ["word", `<p style="font:30px monospace">${"x".repeat(80)}</p>`, "wider",
   "xxx"],
  ["scrolls", "<div style='overflow-x:auto' tabindex='0'>" +
   "<pre style='width:700px'>wide</pre></div>", null, null],
  ["mute", drawing(14, ""), "figures", "without a name"],
  ["bare", "<figure id='f'></figure>", "figures", "without a caption"],
  ["stopped", "<div class='strata-widget'><p class='widget-problem'>" +
   "It could not start.</p></div>", "figures", "could not start"],
  ["tiny", drawing(7, 'aria-label="A word"'), "drawings", "7.0 px"],
  ["pale", "<p style='color:#aaa;background:#fff'>pale</p>", "axe",
   "color-contrast"],
  ["night", "<style>@media (prefers-color-scheme: dark) " +
   "{ p { color: #777; background: #666 } }</style><p>dim</p>", "axe",
   "color-contrast"],
];

function plant() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "strata-checks-"));
  for (const [name, body] of PLANTED) {
    fs.writeFileSync(path.join(folder, `${name}.html`), pageOf(body));
  }
  return folder;
}

/** The lines that pages_test.mjs prints, each below the check it is of. */
function look(folder) {
  const command = [path.join(HERE, "pages_test.mjs"), folder];
  let text = "";
  try {
    text = execFileSync("node", command, { encoding: "utf8" });
  } catch (error) {
    text = error.stdout; // the faults make it fail, as they should
  }
  let check = "";
  return text.split("\n").flatMap((line) => {
    if (/^(ok|FAILED)/.test(line)) check = line;
    return line.startsWith("      ") ? [{ check, line }] : [];
  });
}

function wrongOf([name, , check, words], lines) {
  const mine = lines.filter(({ line }) =>
    line.trim().startsWith(`${name}.html`));
  if (!check) return mine.map(({ line }) => `${name}: found ${line.trim()}`);
  const found = mine.some((one) =>
    one.check.includes(check) && one.line.includes(words));
  return found ? [] : [`${name}: "${words}" is not found`];
}

const NAME = "the look at every page finds planted faults, and only those";
if (NAME.includes(process.argv.slice(3).join(" "))) {
  const folder = plant();
  const lines = look(folder);
  fs.rmSync(folder, { recursive: true });
  report(NAME, lines.length === 0 ? ["it printed nothing"]
    : PLANTED.flatMap((one) => wrongOf(one, lines)));
}
finish();
