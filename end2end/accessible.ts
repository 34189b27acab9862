import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Fails with what is wrong and where, when the page breaks a rule of WCAG 2.2 level A or AA that axe can check. The desktop
 * is looked at in the light and the phone in the dark: rules that hold in one hold in the other, but for colours. */
export async function expectAccessible(page: Page) {
  await page.emulateMedia({ colorScheme: test.info().project.name.startsWith("phone") ? "dark" : "light" });
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}\n    ${node.target.join(" ")}\n    ${node.any[0]?.message ?? node.html}`));
  expect.soft(found, page.url()).toEqual([]);
}

/** Nobody should have to move a page sideways to read it; tables and code move inside themselves. */
export async function expectFits(page: Page) {
  const { wide, room } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, room: document.documentElement.clientWidth }));
  expect.soft(wide, `${page.url()} is too wide`).toBeLessThanOrEqual(room);
}
