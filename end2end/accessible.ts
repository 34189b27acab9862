import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** A letter is shown in a frame that runs no scripts: axe would wait there for ever. */
const axe = (page: Page) => new AxeBuilder({ page }).exclude("iframe[sandbox]");

/** Fails with what is wrong and where, when the page breaks a rule of WCAG 2.2 level A or AA that axe can check. All rules are
 * checked in the light, and once more in the dark those that colours can break. */
export async function expectAccessible(page: Page) {
  // Without motion, so that no colour is on its way from one to the other while it is measured.
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  const dark = await axe(page).withRules(["color-contrast", "link-in-text-block"]).analyze();
  await page.emulateMedia({ colorScheme: "light" });
  const light = await axe(page).withTags(RULES).analyze();
  const violations = [...dark.violations, ...light.violations];
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}\n    ${node.target.join(" ")}\n    ${node.any[0]?.message ?? node.html}`));
  expect.soft(found, page.url()).toEqual([]);
}

/** Nobody should have to move a page sideways to read it; tables and code move inside themselves. */
export async function expectFits(page: Page) {
  const { wide, room } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, room: document.documentElement.clientWidth }));
  expect.soft(wide, `${page.url()} is too wide`).toBeLessThanOrEqual(room);
}
