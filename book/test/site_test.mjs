// What readers do with the pages: switch the theme, search, copy, answer,
// guess, print, read without scripts, follow a link to a source line. All from
// disk, as the book is handed out.

import assert from "node:assert";
import {
  PAGES, address, htmlOf, kindOf, open, pagesWith, settled, run, test,
} from "./harness.mjs";

const TEXT_PAGES = PAGES.filter((page) => kindOf(page) === "text");

/** Presses Tab until the focus is on what the selector names. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 600; presses += 1) {
    await page.keyboard.press("Tab");
    const there = await page.evaluate(
      (wanted) => document.activeElement.matches(wanted), selector);
    if (there) return;
  }
  assert.fail(`Tab never comes to ${selector}`);
}

/** Puts the focus before an element, as if the reader had come there. */
async function focusBefore(page, selector) {
  await page.locator(selector).first().evaluate((element) => {
    element.scrollIntoView({ block: "center", behavior: "instant" });
    const mark = document.createElement("span");
    mark.tabIndex = -1;
    element.before(mark);
    mark.focus();
  });
}

/** Fails with the first few of what should not be there. */
function assertNone(found, where) {
  if (found.length === 0) return;
  assert.fail(`${where}: ${found.slice(0, 4).join("; ")}` +
              (found.length > 4 ? `; and ${found.length - 4} more` : ""));
}

const textOf = (page, selector) =>
  page.locator(selector).first().innerText();

// -------------------------------------------------------------------- theme

const background = (page) => page.evaluate(
  () => getComputedStyle(document.body).backgroundColor);

/** Clicks the theme's button until the page is drawn in another color. */
async function switchTheme(page) {
  const before = await background(page);
  for (let clicks = 0; clicks < 3; clicks += 1) {
    await page.locator(".theme-toggle:visible").first().click();
    await settled(page);
    if (await background(page) !== before) return;
  }
  assert.fail(`the background stays ${before} after three clicks`);
}

test("the theme's button changes day to night, and it stays so",
     { colorScheme: "light" }, async (page) => {
  await open(page, "index.html");
  await switchTheme(page);
  const night = await background(page);
  await open(page, pagesWith(/<form[^>]*class="quiz/)[0]);
  assert.equal(await background(page), night, "on the next page");
  await page.reload();
  assert.equal(await background(page), night, "after a reload");
});

test("the page is dark for readers whose system is", { colorScheme: "dark" },
     async (page) => {
  await open(page, "index.html");
  const [red] = (await background(page)).match(/\d+/g).map(Number);
  assert(red < 80, `background ${await background(page)}`);
});

// ------------------------------------------------------------------- search

/** Searches and returns the addresses of all that was found. */
async function search(page, words) {
  await page.goto(address(`search.html?q=${words}`));
  await page.waitForFunction(() => {
    const summary = document.querySelector(
      "#search-results p, #search-results .search-summary");
    return summary && /found|did not match/i.test(summary.textContent);
  });
  return page.locator("#search-results li a").evaluateAll(
    (links) => links.map((link) => link.href));
}

for (const words of ["steal", "run_queue"]) {
  test(`the search finds ${words} from disk`, async (page) => {
    const found = await search(page, words);
    assert(found.length >= 3, `${found.length} results`);
    const chapter = found.find((link) => link.includes("/chapters/"));
    assert(chapter, `no chapter among ${found.slice(0, 8).join(" ")}`);
    await page.goto(chapter.split("?")[0]);
    const text = await page.locator("article").textContent();
    assert(text.toLowerCase().includes(words), `${chapter} has no ${words}`);
  });
}

test("the search box of a page leads to the results", async (page) => {
  await open(page, "index.html");
  await page.locator("input[type=search]:visible, input[name=q]:visible")
    .first().fill("goroutine");
  await page.keyboard.press("Enter");
  await page.waitForURL(/search\.html\?q=goroutine/);
  await page.locator("#search-results li a").first().waitFor();
});

test("the search says so when nothing is found", async (page) => {
  assertNone(await search(page, "zyzzyva"), "found for no word at all");
});

// ----------------------------------------------------------------- listings

test("a listing's button copies its code, no more", async (page) => {
  const name = pagesWith(/class="[^"]*highlight-cpp/)
    .find((one) => kindOf(one) === "text");
  await open(page, name);
  const block = page.locator("article div.highlight:has(button.copybtn)")
    .first();
  const code = await block.locator("pre").evaluate((pre) => {
    const copy = pre.cloneNode(true);
    copy.querySelectorAll(".linenos, .dim").forEach((one) => one.remove());
    return copy.textContent;
  });
  await block.hover();
  await block.locator("button.copybtn").click();
  await page.evaluate(() => {
    const box = document.createElement("textarea");
    box.id = "pasted";
    document.body.prepend(box);
    box.focus();
  });
  await page.keyboard.press("Control+V");
  await page.waitForFunction(
    () => document.getElementById("pasted").value !== "");
  const pasted = await page.locator("#pasted").inputValue();
  const lines = (text) => text.trim().split("\n").map((one) => one.trimEnd());
  assert.deepEqual(lines(pasted), lines(code));
});

/** Addresses of lines of source pages, as the chapters have them. */
function lineLinks() {
  const pattern = /href="((?:\.\.\/)*source\/[^"#]+\.html)#([^"]*\d[^"]*)"/g;
  const found = new Map();
  for (const name of TEXT_PAGES.filter((one) => /^chapters\//.test(one))) {
    for (const [, file, line] of htmlOf(name).matchAll(pattern)) {
      const target = file.replace(/^(\.\.\/)+/, "");
      if (!found.has(target)) found.set(target, `${target}#${line}`);
    }
  }
  return [...found.values()];
}

test("a link to a source line shows the line and lights it", async (page) => {
  const links = lineLinks();
  assert(links.length > 0, "no text page links to a line of a source");
  for (const link of links.slice(0, 5)) {
    await open(page, link);
    await settled(page);
    const seen = await page.evaluate(() => {
      const line = document.querySelector(":target");
      if (!line) return { wrong: "the anchor is not on the page" };
      const { top, bottom } = line.getBoundingClientRect();
      const paint = (element) => {
        const style = getComputedStyle(element);
        return style.backgroundColor + style.boxShadow + style.outlineStyle +
          style.borderLeftColor;
      };
      const others = [...line.parentElement.children].filter(
        (one) => one !== line && one.tagName === line.tagName && one.id);
      return {
        visible: top >= 0 && bottom <= window.innerHeight,
        lit: others.length > 0 && paint(others.at(-1)) !== paint(line),
      };
    });
    assert.deepEqual(seen, { visible: true, lit: true }, link);
  }
});

test("the source page of a shown line names the chapter", async (page) => {
  const [link] = lineLinks();
  await open(page, link);
  const back = page.locator("article a[href*='chapters/']");
  assert(await back.count() > 0, `${link} links to no chapter`);
});

// ------------------------------------------------------- questions, guesses

/** The place among the options of the first wrong and first right one. */
async function optionsOf(form) {
  const right = await form.locator(".quiz-option").evaluateAll(
    (options) => options.map((option) => option.dataset.right === "1"));
  return { wrong: right.indexOf(false), right: right.indexOf(true) };
}

/** Chooses an option by arrow keys or Tab, and submits by Enter. */
async function answerByKeyboard(page, form, place) {
  const input = form.locator(".quiz-option input").nth(place);
  await focusBefore(page, "form.quiz");
  await tabTo(page, "form.quiz input");
  const type = await input.getAttribute("type");
  const inputs = await form.locator(".quiz-option input").count();
  for (let presses = 0; presses <= inputs; presses += 1) {
    if (type === "radio" && presses > 0) await page.keyboard.press("ArrowDown");
    if (type !== "radio" && presses > 0) await page.keyboard.press("Tab");
    if (type !== "radio" && await input.evaluate(
      (one) => one === document.activeElement)) {
      await page.keyboard.press("Space");
    } else if (presses === 0) {
      await page.keyboard.press("Space");
    }
    if (await input.isChecked()) break;
  }
  assert(await input.isChecked(), `keys do not choose option ${place + 1}`);
  await tabTo(page, "form.quiz button[type=submit]");
  await page.keyboard.press("Enter");
}

test("a quiz by keyboard: a wrong answer has a remark, a right one passes",
     async (page) => {
  const name = pagesWith(/<form[^>]*class="quiz/)[0];
  await open(page, name);
  const form = page.locator("form.quiz:has(input[type=radio])").first();
  const { wrong, right } = await optionsOf(form);
  const remark = (place) =>
    form.locator(".quiz-option").nth(place).locator(".remark");
  assert(!await remark(wrong).isVisible(), "the remark stands there at once");
  await answerByKeyboard(page, form, wrong);
  assert.match(await form.locator("output").innerText(), /not yet/i);
  assert(await remark(wrong).isVisible(), "no remark for the wrong answer");
  assert((await remark(wrong).innerText()).length > 20, "an empty remark");
  await answerByKeyboard(page, form, right);
  assert.match(await form.locator("output").innerText(), /right/i);
  assert(await remark(right).isVisible(), "no remark for the right answer");
});

test("every quiz has a right option, and a remark for each", async () => {
  for (const name of pagesWith(/<form[^>]*class="quiz/)) {
    const forms = htmlOf(name).match(/<form[^>]*class="quiz[\s\S]*?<\/form>/g);
    for (const form of forms) {
      const id = (form.match(/id="([^"]*)"/) || [])[1];
      const options = form.split(/class="quiz-option/).slice(1);
      assert(options.length >= 2, `${name}#${id}: ${options.length} options`);
      assert(/data-right="1"/.test(form), `${name}#${id}: none is right`);
      for (const option of options) {
        assert(/class="[^"]*remark/.test(option),
               `${name}#${id}: an option without a remark`);
      }
    }
  }
});

test("a guess by keyboard, then what happens", async (page) => {
  await open(page, pagesWith(/class="predict[\s\S]*class="choices/)[0]);
  const box = page.locator(".predict:has(.choices)").first();
  const story = box.locator("details.reveal .fold-body");
  assert(!await story.isVisible(), "the answer stands there before the guess");
  await focusBefore(page, ".predict:has(.choices)");
  await tabTo(page, ".predict input");
  await page.keyboard.press("Space");
  await tabTo(page, ".predict details.reveal > summary");
  await page.keyboard.press("Enter");
  await story.waitFor({ state: "visible" });
  assert((await story.innerText()).length > 20);
});

test("hints and answers open by keyboard", async (page) => {
  const name = pagesWith(/<details class="(hint|answer)/)[0];
  await open(page, name);
  const fold = "details.hint, details.answer";
  await focusBefore(page, fold);
  await tabTo(page, ":is(details.hint, details.answer) > summary");
  await page.keyboard.press("Enter");
  await page.locator(fold).first().locator(".fold-body")
    .waitFor({ state: "visible" });
});

// --------------------------------------------------- paper, and no scripts

/* Texts of an article that nobody can come to see, as "class: words". */
function unreachable() {
  const found = new Set();
  const isSeen = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement
      : node;
    return range.getClientRects().length > 0 &&
      getComputedStyle(element).visibility === "visible";
  };
  const walker = document.createTreeWalker(
    document.querySelector("article"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const words = walker.currentNode.textContent.trim();
    // What no browser paints as words of the text: code of a formula, too.
    const other = "script, style, noscript, svg, annotation";
    if (words.length < 3 || element.closest(other)) continue;
    if (isSeen(walker.currentNode)) continue;
    // Closed, but there is something to click on that opens it.
    const closed = element.closest("details:not([open])");
    if (closed && isSeen(closed.querySelector(":scope > summary"))) continue;
    if (element.closest(".headerlink, .copybtn, [aria-hidden=true]")) continue;
    found.add(`${element.tagName} .${element.className}: ` +
              words.slice(0, 50));
  }
  return [...found];
}

const LOCKED = /<details|<form|strata-widget/;
const INTERACTIVE = TEXT_PAGES.filter((name) => LOCKED.test(htmlOf(name)));

test("without scripts every text, answer and remark can be read",
     { javaScriptEnabled: false }, async (page) => {
  for (const name of TEXT_PAGES) {
    await page.goto(address(name));
    const hidden = await page.evaluate(unreachable);
    assertNone(hidden, name);
  }
});

test("without scripts a widget leaves its picture or its words",
     { javaScriptEnabled: false }, async (page) => {
  for (const name of pagesWith(/class="[^"]*strata-widget/)) {
    await page.goto(address(name));
    const bare = await page.locator(".strata-widget").evaluateAll((widgets) =>
      widgets.filter((widget) => {
        const { height } = widget.getBoundingClientRect();
        const picture = widget.querySelector("svg, img, table, p");
        return height < 20 || !picture;
      }).map((widget) => widget.dataset.name || widget.dataset.kind));
    assertNone(bare, name);
  }
});

test("print opens all that folds, and shows every remark", async (page) => {
  assert(INTERACTIVE.length > 0, "no page has anything that folds");
  for (const name of INTERACTIVE) {
    await page.emulateMedia({ media: "screen" });
    await open(page, name);
    await page.emulateMedia({ media: "print" });
    const closed = await page.evaluate(() => {
      window.dispatchEvent(new Event("beforeprint"));
      return [...document.querySelectorAll("article details")].filter(
        (fold) => {
          const body = fold.querySelector(":scope > :not(summary)");
          return body && !body.checkVisibility({ visibilityProperty: true });
        }).map((fold) => `${fold.className} near #` +
          `${(fold.closest("[id]") || {}).id}: ` +
          fold.textContent.trim().slice(0, 40));
    });
    assertNone(closed, name);
  }
});

test("paper has no menus, and no buttons", async (page) => {
  await open(page, pagesWith(/<form[^>]*class="quiz/)[0]);
  await page.emulateMedia({ media: "print" });
  for (const what of [".sidebar-drawer", ".toc-drawer", "button.copybtn",
                      ".theme-toggle", "form.quiz button"]) {
    const seen = await page.locator(what).evaluateAll((elements) =>
      elements.filter((one) => one.checkVisibility(
        { visibilityProperty: true })).length);
    assert.equal(seen, 0, `${what} is printed`);
  }
});

// --------------------------------------------------------------- navigation

test("on a phone the menu opens, and leads to a chapter",
     { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
     async (page) => {
  await open(page, "index.html");
  await page.locator("label[for=__navigation]:visible").first().tap();
  const link = page.locator(".sidebar-drawer a[href*='02-scheduler']").first();
  await link.waitFor({ state: "visible" });
  await link.tap();
  await page.waitForURL(/02-scheduler/);
  assert.match(await textOf(page, "article h1"), /\w/);
});

test("the first Tab offers to skip to the text", async (page) => {
  await open(page, "index.html");
  await page.keyboard.press("Tab");
  const first = await page.evaluate(
    () => document.activeElement.textContent.trim());
  assert.match(first, /skip/i);
});

test("every text page has one h1, and names itself in its title", async () => {
  for (const name of TEXT_PAGES) {
    const html = htmlOf(name);
    assert.equal((html.match(/<h1\b/g) || []).length, 1, name);
    assert.match(html, /<title>[^<]*Strata[^<]*<\/title>/, name);
  }
});

await run();
