import { type Owner, expect, join, test } from "./site";
import type { Page } from "@playwright/test";

const forSale = (owner: Owner) => owner.publishes({ source: "Open.\n\n<!--paywall-->\n\nThe rest.", access: "paid", price: "9.90" });

/** Buys an article and pays it; stands on the order's page. */
async function buys(page: Page, article: string) {
  await page.goto(article);
  await page.getByRole("button", { name: "Buy this article for CN¥9.90" }).click();
  await expect(page).toHaveURL(/\/orders\/[^/]+$/);
  const order = page.url();
  await page.getByRole("button", { name: /^Pay with the test provider/ }).click();
  await page.getByRole("button", { name: "Pay", exact: true }).click();
  await expect(page.getByText("The rest.")).toBeVisible();
  await page.goto(order);
}

test("a contract is withdrawn from in two steps, without an account, and leaves a proof", async ({ page, owner, browser, baseURL, javaScriptEnabled }) => {
  const article = await forSale(owner);
  const member = await join(page);
  await buys(page, article);
  const number = await page.getByText(/^O-\d{6}$/).innerText();
  const elsewhere = await browser.newContext({ baseURL, javaScriptEnabled, locale: "en-US" });
  const visitor = await elsewhere.newPage();
  await visitor.goto("/");
  await visitor.getByRole("link", { name: "Withdraw from contract" }).click();
  await visitor.getByLabel("Your name").fill("Ann Lin");
  await visitor.getByLabel("Number").fill(number);
  await visitor.getByLabel("E-mail address of the account").fill(member.email);
  await visitor.getByRole("button", { name: "Continue" }).click();
  await expect(visitor.getByText("Article “")).toBeVisible();
  await visitor.getByRole("button", { name: "Withdraw now" }).click();
  await expect(visitor.getByRole("heading", { name: "Proof of withdrawal" })).toBeVisible();
  await expect(visitor.getByText("Ann Lin")).toBeVisible();
  await expect(visitor.getByText("Received. An admin decides about it.")).toBeVisible();
  await elsewhere.close();
});

test("a receipt names whom the buyer wants, and a fapiao can be asked for", async ({ page, owner }) => {
  const article = await forSale(owner);
  await join(page);
  await buys(page, article);
  const order = page.url();
  await page.getByRole("link", { name: "Print the receipt" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/^Receipt \d{4}-\d{6}$/);
  await page.getByLabel("Name or company").fill("Porch & Sons");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator(".document-parties")).toContainText("Porch & Sons");
  await page.goto(order);
  await page.getByRole("link", { name: "Ask for a fapiao" }).click();
  await page.getByLabel("For", { exact: true }).selectOption("company");
  await page.getByLabel("Name on it").fill("学廊科技");
  await page.getByLabel("Tax number").fill("123");
  await page.getByLabel("E-mail it is sent to").fill("a@example.org");
  await page.getByRole("button", { name: "Ask for it" }).click();
  await expect(page.getByText("A tax number has 15 to 20 letters and digits.")).toBeVisible();
  await page.getByLabel("Tax number").fill("91110000802100433B");
  await page.getByRole("button", { name: "Ask for it" }).click();
  await expect(page.getByText("Asked for. Until it is issued you can change it.")).toBeVisible();
});
