// The run queue lab: layer 2's C++ in the page, worked by its buttons.

import { PAGES, htmlOf, open, run, test } from "./harness.mjs";

const FIGURE = '.strata-widget[data-kind="runq-lab"]';
const [PAGE] = PAGES.filter((page) => htmlOf(page).includes("runq-lab\""));

/** Opens the lab; returns how to press a button and what the lab says. */
async function lab(page) {
  await open(page, PAGE);
  await page.locator(FIGURE).scrollIntoViewIfNeeded();
  const live = page.locator(`${FIGURE} .widget-live`);
  await live.locator("button").first().waitFor();
  return {
    live,
    async press(...words) {
      for (const word of words) {
        const exact = new RegExp(`^${word}$`);
        await live.locator("button", { hasText: exact }).click();
      }
      return live.locator(".widget-say").innerText();
    },
    row: (name) => live.locator("tbody tr", { hasText: name }).textContent(),
  };
}

function expect(said, wanted) {
  if (!wanted.test(said)) throw new Error(`"${said}" lacks ${wanted}`);
}

const cases = {
  "a full ring gives its older half and the new one away": async (page) => {
    const { press, row } = await lab(page);
    expect(await press("put", "put", "put", "put", "put"), /is full/);
    expect(await row("global"), /G1 G2 G5/);
    expect(await row("P 0"), /G3 G4/);
  },

  "a thief takes the older half": async (page) => {
    const { press, row } = await lab(page);
    const said = await press("put", "put", "put", "P 1", "steal half");
    expect(said, /steals G1 to G2, .* runs G2\. G1 waits/);
    expect(await row("P 0"), /G3/);
    expect(await row("P 1"), /G1/);
  },

  "the front slot goes first, and is taken last": async (page) => {
    const { press } = await lab(page);
    expect(await press("put", "put next", "get"), /G2 from the front slot/);
    expect(await press("get", "put next", "P 1", "steal half"),
           /takes G3 from its front slot/);
  },

  "only an empty ring steals": async (page) => {
    const { press, live } = await lab(page);
    await press("put");
    const thief = live.locator("button", { hasText: "steal half" });
    if (!(await thief.isDisabled())) throw new Error("it may steal");
  },

  "keys alone are enough": async (page) => {
    const { live } = await lab(page);
    await live.locator("button", { hasText: /^put$/ }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Space");
    expect(await live.locator(".widget-say").innerText(), /G2 into slot 1/);
  },

  "reset starts again": async (page) => {
    const { press, row } = await lab(page);
    await press("put", "put", "reset");
    expect(await row("P 0"), /empty00/);
  },
};

if (PAGE) {
  for (const [name, work] of Object.entries(cases)) {
    test(`run queue lab: ${name}`, work);
  }
}
await run();
