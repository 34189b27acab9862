import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";

/** Fails with what is wrong and where, when the page breaks a rule of WCAG 2.2 level A or AA that axe can check. */
export async function expectAccessible(page: Page) {
  const scriptless = test.info().project.use.javaScriptEnabled === false;
  const shown = scriptless ? await copyWithScripts(page) : page;
  const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await new AxeBuilder({ page: shown }).withTags(rules).analyze();
  if (scriptless) await shown.context().close();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `    ${node.target.join(" ")}`).join("\n")}`);
  expect(found, page.url()).toEqual([]);
}

/** axe is a script: what a browser without scripts shows, is shown to it in one that has them but loads none of the page's. */
async function copyWithScripts(page: Page): Promise<Page> {
  const html = await page.content();
  const context = await page.context().browser()!.newContext({ javaScriptEnabled: true, viewport: page.viewportSize() });
  const copy = await context.newPage();
  await copy.route("**/*.js", (route) => route.abort());
  await copy.route(page.url(), (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: html }));
  await copy.goto(page.url());
  return copy;
}
