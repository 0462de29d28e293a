// Tests of the figures that run in the page, from file://, as readers without
// a server see them. Most use pages of their own, which are built here from
// fixtures/site and the book's recordings; the last ones look at the book.
//
// Call: node widgets_test.mjs FOLDER_OF_HTML [words of the test's name]

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  HTML,
  PAGES,
  htmlOf,
  open,
  painted,
  run,
  settled,
  test,
  tool,
} from "./harness.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const BOOK = path.dirname(HERE);
const PHONE = { viewport: { width: 390, height: 844 } };
const SCRIPTS_MAX_KB = 60; // of the figures of one page
const TARGET_MIN_PX = 24;
const TEXT_MIN_PX = 11.5; // 12, less rounding
const VIEWS = [
  "ring",
  "stack",
  "predictor",
  "tree",
  "heap",
  "channel",
  "graph",
];

// ------------------------------------------------------------------- fixtures

/** Builds the pages of the fixtures; returns the folder of their HTML. */
function buildFixtures(folder) {
  const source = path.join(folder, "source");
  const html = path.join(folder, "html");
  fs.cpSync(path.join(HERE, "fixtures/site"), source, { recursive: true });
  for (const chapter of ["01", "02"]) {
    fs.cpSync(
      path.join(BOOK, "_recorded", chapter),
      path.join(source, "_recorded", chapter),
      { recursive: true }
    );
  }
  const sphinx = ["-m", "sphinx", "-q", "-W", "-b", "html", source, html];
  execFileSync("/usr/bin/python3", sphinx, {
    env: { ...process.env, STRATA_BOOK: BOOK },
    stdio: "inherit",
  });
  return html;
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "strata-widgets-"));
process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
const fixtures = buildFixtures(folder);

const fixture = (name) =>
  fs.readFileSync(path.join(HERE, "fixtures", name), "utf8");

/** Opens a page of the fixtures and waits until a figure there runs. */
async function figure(page, id) {
  const name = /^fig-(steal|yield)$/.test(id) ? "traces" : "steppers";
  await page.goto(pathToFileURL(path.join(fixtures, `${name}.html`)).href);
  return started(page, id);
}

async function started(page, id) {
  const host = page.locator(`#${id} .strata-widget`);
  await host.scrollIntoViewIfNeeded();
  await page.locator(`#${id} .widget-runs`).waitFor();
  await settled(page);
  return host;
}

const textOf = (host, css) => host.locator(css).innerText();
const next = (host) => host.getByRole("button", { name: "Next step" });
const timeline = (host) => host.locator(".trace-stage canvas");

async function isText(host, css, pattern) {
  assert.match(await textOf(host, css), pattern);
}

/** Hands a file to the figure's picker. */
async function load(host, name, text) {
  const buffer = Buffer.from(text);
  const file = { name, mimeType: "application/json", buffer };
  await host.locator("input[type=file]").setInputFiles(file);
}

/** Loads a file that is refused; returns what the figure says about it. */
async function refused(host, text) {
  await load(host, "mine.json", text);
  await host.locator(".widget-problem:visible").waitFor();
  return textOf(host, ".widget-problem");
}

/** The timeline as a picture. */
function dotsOf(host) {
  return timeline(host).evaluate((canvas) => canvas.toDataURL());
}

/** The part of the run that is seen, in words. */
const seen = (host) => textOf(host, ".trace-seen");

// -------------------------------------------------------------------- stepper

test("stepper: keys walk, and stop at both ends", async (page) => {
  const host = await figure(page, "fig-ring");
  await next(host).focus();
  await isText(host, ".widget-count", /^1 of 21$/);
  assert(await host.getByRole("button", { name: "Previous" }).isDisabled());
  for (let i = 0; i < 30; i += 1) await page.keyboard.press("ArrowRight");
  await isText(host, ".widget-count", /^21 of 21$/);
  assert(await next(host).isDisabled());
  await host.locator("input[type=range]").focus();
  await page.keyboard.press("ArrowLeft");
  await isText(host, ".widget-count", /^20 of 21$/);
  await page.keyboard.press("Home");
  await isText(host, ".widget-count", /^1 of 21$/);
});

test("stepper: End goes to the last step, from any control", async (page) => {
  const host = await figure(page, "fig-ring");
  await host.getByRole("button", { name: "Play" }).focus();
  await page.keyboard.press("End");
  await isText(host, ".widget-count", /^21 of 21$/);
});

test("stepper: the slider scrubs and says where it is", async (page) => {
  const host = await figure(page, "fig-ring");
  const slider = host.locator("input[type=range]");
  await slider.fill("14");
  await isText(host, ".widget-say", /compare-and-swap fails/);
  const said = await slider.getAttribute("aria-valuetext");
  assert.match(said, /^14 of 21: .*fails/);
});

test("stepper: it lights the line, and only that line", async (page) => {
  const host = await figure(page, "fig-ring");
  const lit = page.locator(".ln-now");
  assert.equal(await lit.count(), 0);
  await next(host).click();
  assert.match(await lit.innerText(), /slots_\[index\(tail\)\]/);
  await isText(host, ".widget-line", /^slots_\[index\(tail\)\]\.store\(&g\);$/);
  await next(host).click();
  assert.deepEqual(await lit.evaluateAll((all) => all.map(({ id }) => id)), [
    "lst-put-L-2",
  ]);
  await page.keyboard.press("End");
  assert.equal(await lit.count(), 0);
});

test("stepper: it plays, pauses, and ends by itself", async (page) => {
  await page.clock.install();
  const host = await figure(page, "fig-tree");
  const play = host.locator("button.primary");
  await play.click();
  await isText(host, "button.primary", /Pause/);
  await page.clock.runFor(3000);
  await isText(host, ".widget-count", /^2 of 5$/);
  await play.click();
  await page.clock.runFor(9000);
  await isText(host, ".widget-count", /^2 of 5$/);
  await play.click();
  await page.clock.runFor(30000);
  await isText(host, ".widget-count", /^5 of 5$/);
  await isText(host, "button.primary", /Play/);
  await play.click(); // from the end it begins again
  await isText(host, ".widget-count", /^1 of 5$/);
});

test("stepper: what stays moves, what goes is gone", async (page) => {
  const host = await figure(page, "fig-tree");
  const nodes = host.locator(".stage .node");
  assert.equal(await nodes.count(), 0);
  await next(host).click();
  const root = await nodes.first().elementHandle();
  const before = await root.evaluate((node) => node.style.transform);
  await next(host).click();
  assert.equal(await nodes.count(), 2);
  assert.notEqual(await root.evaluate((n) => n.style.transform), before);
  await page.keyboard.press("Home");
  assert.equal(await nodes.count(), 0);
});

test("stepper: reduced motion moves nothing", async (page) => {
  const host = await figure(page, "fig-ring");
  await next(host).click();
  const moves = host.locator(".stage .moves").first();
  const time = await moves.evaluate(
    (node) => getComputedStyle(node).transitionDuration
  );
  assert.equal(time, "0s");
});

test("stepper: my own run plays", async (page) => {
  const host = await figure(page, "fig-tree");
  await load(host, "mine.json", fixture("small-steps.json"));
  await host.getByText("Two keys").waitFor();
  await isText(host, ".widget-count", /^1 of 2$/);
  await next(host).click();
  await isText(host, ".widget-say", /3 is smaller/);
});

test("stepper: a run can be dropped onto the figure", async (page) => {
  const host = await figure(page, "fig-tree");
  await host.locator(".widget-live").evaluate((live, text) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], "mine.json"));
    live.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
  }, fixture("small-steps.json"));
  await host.getByText("Two keys").waitFor();
});

test("stepper: a bad file is refused with what is wrong", async (page) => {
  const host = await figure(page, "fig-tree");
  const steps = JSON.parse(fixture("small-steps.json"));
  const change = (more) => JSON.stringify({ ...steps, ...more });
  assert.match(await refused(host, "{"), /^mine\.json was not loaded: .*JSON/);
  assert.match(await refused(host, "null"), /not an object/);
  assert.match(await refused(host, "{}"), /"format" is not "strata-steps-1"/);
  assert.match(await refused(host, change({ view: "ring" })), /"view"/);
  assert.match(await refused(host, change({ steps: [] })), /"steps" is empty/);
  const silent = [steps.steps[0], { state: {} }];
  assert.match(
    await refused(host, change({ steps: silent })),
    /step 2 .*"say"/
  );
  const rootless = [{ say: "x", state: { hot: [] } }];
  assert.match(await refused(host, change({ steps: rootless })), /"root"/);
  await isText(host, ".widget-count", /^1 of 5$/); // still the old run
  await load(host, "mine.json", fixture("small-steps.json"));
  await host.getByText("Two keys").waitFor();
  assert.equal(await host.locator(".widget-problem").isVisible(), false);
});

test("stepper: a state that cannot be drawn is refused", async (page) => {
  const host = await figure(page, "fig-graph");
  const state = {
    nodes: [{ name: "A", color: "gray" }],
    work: [],
    edges: [["A", "Z"]],
  };
  const run = {
    format: "strata-steps-1",
    view: "graph",
    steps: [{ say: "x", state }],
  };
  assert.match(await refused(host, JSON.stringify(run)), /edge A to Z/);
});

test("stepper: markup in a file stays text", async (page) => {
  const host = await figure(page, "fig-channel");
  const evil = "<img src=x onerror=alert(1)>";
  const state = { capacity: 1, buffer: [evil], receivers: [], senders: [] };
  const run = {
    format: "strata-steps-1",
    view: "channel",
    title: evil,
    steps: [{ say: evil, state }],
  };
  await load(host, "mine.json", JSON.stringify(run));
  await host.locator(".widget-title", { hasText: "<img" }).waitFor();
  assert.equal(await host.locator("img").count(), 0);
});

for (const view of VIEWS) {
  for (const width of [1280, 390]) {
    test(
      `drawing ${view}: every step fits, at ${width} px`,
      {
        viewport: { width, height: 900 },
      },
      async (page) => {
        const host = await figure(page, `fig-${view}`);
        const steps = Number(
          (await textOf(host, ".widget-count")).split(" ")[2]
        );
        for (let step = 1; step <= steps; step += 1) {
          await host.locator("input[type=range]").fill(String(step));
          const [outside, small] = await host
            .locator(".stage")
            .evaluate(misfits);
          assert.deepEqual(outside, [], `step ${step} leaves the picture`);
          assert.deepEqual(small, [], `step ${step} has small text`);
        }
      }
    );
  }
}

/** Runs in the page: texts outside of the figure, texts that are too small. */
function misfits(svg) {
  const frame = svg.closest(".strata-widget").getBoundingClientRect();
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  const outside = [];
  const small = [];
  for (const text of svg.querySelectorAll("text")) {
    const { left, right } = text.getBoundingClientRect();
    const words = text.textContent;
    if (left < frame.left || right > frame.right) outside.push(words);
    if (parseFloat(getComputedStyle(text).fontSize) * scale < 11.5) {
      small.push(words);
    }
  }
  return [outside, small];
}

// ---------------------------------------------------------------------- trace

test("trace: lanes by P and by goroutine", async (page) => {
  const host = await figure(page, "fig-steal");
  const byP = host.getByRole("button", { name: "by P" });
  const byG = host.getByRole("button", { name: "by goroutine" });
  const height = async () => (await timeline(host).boundingBox()).height;
  assert.equal(await byP.getAttribute("aria-pressed"), "true");
  const low = await height();
  await byG.click();
  assert.equal(await byG.getAttribute("aria-pressed"), "true");
  assert.equal(await byP.getAttribute("aria-pressed"), "false");
  assert.equal((await height()) - low, (16 - 2) * 34);
});

test("trace: :view: chooses the lanes that are shown first", async (page) => {
  const host = await figure(page, "fig-yield");
  const byG = host.getByRole("button", { name: "by goroutine" });
  assert.equal(await byG.getAttribute("aria-pressed"), "true");
});

test("trace: search counts hits and walks through them", async (page) => {
  const host = await figure(page, "fig-steal");
  const find = host.getByRole("searchbox");
  await find.fill("yielded");
  await isText(host, ".widget-count", /^– of [1-9]\d*$/);
  await find.press("Enter");
  await isText(host, ".widget-count", /^1 of/);
  await isText(host, ".trace-info", /main G1: runnable \(yielded\)/);
  await find.press("Enter");
  await isText(host, ".widget-count", /^2 of/);
  await find.press("Shift+Enter");
  await isText(host, ".widget-count", /^1 of/);
  await find.fill("nobody");
  await isText(host, ".widget-count", /^– of 0$/);
});

test("trace: buttons zoom in, out, and show all", async (page) => {
  const host = await figure(page, "fig-steal");
  const all = await seen(host);
  await host.getByRole("button", { name: "Zoom in" }).click();
  const closer = await seen(host);
  assert.notEqual(closer, all);
  await host.getByRole("button", { name: "Zoom out" }).click();
  assert.equal(await seen(host), all);
  for (let i = 0; i < 40; i += 1) {
    await host.getByRole("button", { name: "Zoom in" }).click();
  }
  await host.getByRole("button", { name: "All of the run" }).click();
  assert.equal(await seen(host), all);
});

test("trace: keys zoom, pan, fit and walk", async (page) => {
  const host = await figure(page, "fig-steal");
  const all = await seen(host);
  await timeline(host).focus();
  await page.keyboard.press("+");
  const middle = await seen(host);
  await page.keyboard.press("ArrowLeft");
  const left = await seen(host);
  assert.equal(new Set([all, middle, left]).size, 3);
  await page.keyboard.press("f");
  assert.equal(await seen(host), all);
  await page.keyboard.press("n");
  await isText(host, ".trace-info", /^main G1: running on P 0/);
  await page.keyboard.press("n");
  await isText(host, ".trace-info", /^task G\d+: running on P 1/);
  await page.keyboard.press("p");
  await isText(host, ".trace-info", /^main G1/);
});

test("trace: Ctrl and wheel zoom, the wheel alone scrolls", async (page) => {
  const host = await figure(page, "fig-steal");
  const all = await seen(host);
  await timeline(host).hover();
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -200);
  await page.keyboard.up("Control");
  await page.waitForFunction(
    (before) => document.querySelector(".trace-seen").textContent !== before,
    all
  );
  const closer = await seen(host);
  await page.mouse.wheel(0, 100);
  await painted(page);
  assert.equal(await seen(host), closer);
});

test(
  "trace: two fingers pinch",
  {
    ...PHONE,
    hasTouch: true,
    isMobile: true,
  },
  async (page) => {
    const host = await figure(page, "fig-steal");
    const all = await seen(host);
    const { x, y, width, height } = await timeline(host).boundingBox();
    const session = await page.context().newCDPSession(page);
    const fingers = (...places) =>
      places.map((place, id) => ({
        id,
        x: x + place * width,
        y: y + height / 2,
      }));
    const touch = (type, touchPoints) =>
      session.send("Input.dispatchTouchEvent", { type, touchPoints });
    await touch("touchStart", fingers(0.5, 0.6));
    await touch("touchMove", fingers(0.4, 0.7));
    await touch("touchMove", fingers(0.3, 0.8));
    await touch("touchEnd", []);
    assert.notEqual(await seen(host), all);
  }
);

test("trace: dragging pans, the minimap jumps", async (page) => {
  const host = await figure(page, "fig-steal");
  for (let i = 0; i < 3; i += 1) {
    await host.getByRole("button", { name: "Zoom in" }).click();
  }
  const before = await seen(host);
  const { x, y, width, height } = await timeline(host).boundingBox();
  await page.mouse.move(x + width * 0.7, y + height - 5);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.5, y + height - 5, { steps: 4 });
  await page.mouse.up();
  const dragged = await seen(host);
  assert.notEqual(dragged, before);
  await host.locator(".trace-mini").click({ position: { x: 4, y: 10 } });
  assert.match(await seen(host), /^shown: 0 ns/);
});

test("trace: a slice tells about itself when pointed at", async (page) => {
  const host = await figure(page, "fig-steal");
  await timeline(host).hover({ position: { x: 200, y: 24 + 17 } });
  await host.locator(".trace-tip:visible").waitFor();
  await isText(host, ".trace-tip", /main G1: running on P 0 for/);
  await timeline(host).click({ position: { x: 200, y: 24 + 17 } });
  await isText(host, ".trace-info", /main G1: running on P 0 for/);
});

test("trace: the timeline is painted, and again by night", async (page) => {
  const host = await figure(page, "fig-steal");
  const day = await dotsOf(host);
  await page.evaluate(() => {
    document.body.dataset.theme = "dark";
  });
  await painted(page);
  const night = await dotsOf(host);
  assert.notEqual(day, night);
  const empty = await timeline(host).evaluate((canvas) => {
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [canvas.width, canvas.height];
    return copy.toDataURL() === canvas.toDataURL();
  });
  assert.equal(empty, false);
});

test("trace: the table says the same", async (page) => {
  const host = await figure(page, "fig-steal");
  await host.getByText("The same run as a table").click();
  assert.equal(await host.locator("tbody tr").count(), 16);
  const row = host.getByRole("row", { name: /task G3/ });
  await row.waitFor();
  assert.match(await row.innerText(), /G1\s+1\s+\d+(\.\d+)? µs/);
});

test("trace: my own trace is shown, waiting too", async (page) => {
  const host = await figure(page, "fig-steal");
  await load(host, "mine.json", fixture("small-trace.json"));
  await host.getByText("Two goroutines").waitFor();
  await host.getByText("The same run as a table").click();
  assert.equal(await host.locator("tbody tr").count(), 2);
  const main = await host.getByRole("row", { name: /main G1/ }).innerText();
  assert.match(main, /–\s+2\s+12\.7 µs\s+1\.3 µs\s+11 µs/);
  await host.getByRole("searchbox").fill("child is done");
  await isText(host, ".widget-count", /of 1$/);
});

test("trace: a bad file is refused with what is wrong", async (page) => {
  const host = await figure(page, "fig-steal");
  const trace = JSON.parse(fixture("small-trace.json"));
  const withEvent = (event) =>
    JSON.stringify({ ...trace, traceEvents: [...trace.traceEvents, event] });
  const event = { ts: 30, tid: 1, args: { do: "start", g: 1 } };
  assert.match(await refused(host, "not json"), /not JSON/);
  assert.match(await refused(host, "[]"), /"traceEvents"/);
  assert.match(
    await refused(host, '{"traceEvents": []}'),
    /"otherData\.format"/
  );
  const named = {
    ...trace,
    otherData: { ...trace.otherData, names: { 1: "x" } },
  };
  assert.match(await refused(host, JSON.stringify(named)), /list of pairs/);
  const wrong = [
    [
      { ...event, args: { do: "jump", g: 1 } },
      /event 15 \(jump\): no such word/,
    ],
    [{ ...event, ts: "soon" }, /event 15 \(start\): "ts" is not a number/],
    [{ ...event, tid: 0 }, /"tid" is not a P plus one/],
    [{ ...event, args: { do: "start" } }, /"args\.g" is not a goroutine/],
  ];
  for (const [bad, message] of wrong) {
    assert.match(await refused(host, withEvent(bad)), message);
  }
  await host.getByText("One P makes work").first().waitFor();
});

test("trace: Save gives the file that is shown", async (page) => {
  const host = await figure(page, "fig-steal");
  const coming = page.waitForEvent("download");
  await host.getByRole("button", { name: /Save/ }).click();
  const download = await coming;
  const saved = JSON.parse(fs.readFileSync(await download.path(), "utf8"));
  const recorded = fs.readFileSync(
    path.join(BOOK, "_recorded/02/steal-trace.json"),
    "utf8"
  );
  assert.deepEqual(saved, JSON.parse(recorded));
});

// ----------------------------------------------------------------- all figures

test(
  "figures: without scripts there are pictures",
  {
    javaScriptEnabled: false,
  },
  async (page) => {
    for (const name of ["steppers", "traces"]) {
      await page.goto(pathToFileURL(path.join(fixtures, `${name}.html`)).href);
      for (const still of await page.locator(".widget-still").all()) {
        assert(await still.locator("svg.wide").isVisible());
        assert.equal(await still.locator("svg.narrow").isVisible(), false);
        assert(await still.locator("svg.wide").getAttribute("aria-label"));
      }
    }
  }
);

test("figures: on paper there are pictures and no controls", async (page) => {
  for (const id of ["fig-ring", "fig-steal"]) {
    const host = await figure(page, id);
    await page.emulateMedia({ media: "print" });
    assert(await host.locator(".widget-still svg.wide").isVisible());
    assert.equal(await host.locator(".widget-live").isVisible(), false);
    await page.emulateMedia({ media: "screen" });
    assert.equal(await host.locator(".widget-still").isVisible(), false);
  }
});

for (const name of ["steppers", "traces"]) {
  test(
    `figures: nothing is wider than 360 px (${name})`,
    {
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      isMobile: true,
    },
    async (page) => {
      await page.goto(pathToFileURL(path.join(fixtures, `${name}.html`)).href);
      for (const one of await page.locator("figure").all()) {
        await started(page, await one.getAttribute("id"));
      }
      const width = await page.evaluate(
        () => document.documentElement.scrollWidth
      );
      assert(width <= 360, `the page is ${width} px wide`);
    }
  );

  test(
    `figures: controls are big enough for fingers (${name})`,
    PHONE,
    async (page) => {
      await page.goto(pathToFileURL(path.join(fixtures, `${name}.html`)).href);
      for (const one of await page.locator("figure").all()) {
        const host = await started(page, await one.getAttribute("id"));
        const controls = host.locator("button, input:visible, label, summary");
        for (const control of await controls.all()) {
          const { width, height } = await control.boundingBox();
          const size = Math.min(width, height);
          assert(
            size >= TARGET_MIN_PX,
            `${await control.innerText()}: ${size} px`
          );
        }
      }
    }
  );

  for (const colorScheme of ["light", "dark"]) {
    test(
      `figures: axe finds nothing (${name}, ${colorScheme})`,
      {
        colorScheme,
      },
      async (page) => {
        await page.goto(
          pathToFileURL(path.join(fixtures, `${name}.html`)).href
        );
        for (const one of await page.locator("figure").all()) {
          await started(page, await one.getAttribute("id"));
        }
        for (const more of await page.locator("summary").all())
          await more.click();
        await page.evaluate(tool("axe-core").source);
        const found = await page.evaluate(() =>
          window.axe.run(".strata-widget", {
            preload: false, // it would fetch style sheets
            runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
          })
        );
        const said = found.violations.map(
          ({ id, nodes }) => `${id}: ${nodes[0].html}`
        );
        assert.deepEqual(said, []);
      }
    );
  }
}

test("figures: a start does not move what is above or below", async (page) => {
  await page.goto(pathToFileURL(path.join(fixtures, "steppers.html")).href);
  const jumps = [];
  for (const id of ["fig-ring", "fig-stack", "fig-tree"]) {
    const box = page.locator(`#${id} .strata-widget`);
    const still = await box.evaluate((host) => {
      const copy = host.cloneNode(true);
      copy.classList.remove("widget-runs");
      copy.querySelector(".widget-live")?.remove();
      host.after(copy);
      const { height } = copy.getBoundingClientRect();
      copy.remove();
      return height;
    });
    await started(page, id);
    const { height } = await box.boundingBox();
    if (Math.abs(height - still) > 40) jumps.push(`${id}: ${still} ${height}`);
  }
  assert.deepEqual(jumps, []);
});

// -------------------------------------------------------------------- the book

const figureScripts = (page) =>
  [...htmlOf(page).matchAll(/src="[^"]*_static\/(widgets\/[\w-]+\.js)/g)].map(
    (match) => match[1]
  );

test("book: scripts of figures only where there are figures", async () => {
  for (const page of PAGES) {
    const has = htmlOf(page).includes('class="strata-widget"');
    const linked = figureScripts(page).includes("widgets/common.js");
    assert.equal(linked, has, page);
  }
});

test("book: the scripts of a page's figures are light", async () => {
  for (const page of PAGES) {
    const bytes = figureScripts(page).map(
      (file) => fs.statSync(path.join(HTML, "_static", file)).size
    );
    const sum = bytes.reduce((a, b) => a + b, 0) / 1000;
    assert(sum <= SCRIPTS_MAX_KB, `${page}: ${sum} kB`);
  }
});

for (const page of PAGES) {
  // The run queue lab has no steps; runq_lab_test.mjs works its buttons.
  const ids = [
    ...htmlOf(page).matchAll(
      /<figure[^>]*id="([^"]+)"[^>]*>\s*<div class="strata-widget"([^>]*)/g
    ),
  ].filter((match) => !match[2].includes('data-kind="runq-lab"'))
    .map((match) => match[1]);
  for (const id of ids) {
    test(`book: ${page} runs ${id}`, async (tab) => {
      await open(tab, page);
      const host = await started(tab, id);
      assert.equal(await host.locator(".widget-problem:visible").count(), 0);
      const lights = await host.getAttribute("data-lights");
      const kind = await host.getAttribute("data-kind");
      if (lights && kind === "stepper") await lightsUp(tab, host);
    });
  }
}

/** A stepper that names listings lights some line while it plays. */
async function lightsUp(page, host) {
  let lit = 0;
  while (await next(host).isEnabled()) {
    await next(host).click();
    lit += await page.locator(".ln-now").count();
  }
  assert(lit > 0, "no step lights a line of the listings in :lights:");
}

await run();
