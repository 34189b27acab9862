import { type Owner, expect, join, test, unique } from "./site";
import type { Page } from "@playwright/test";

const SECRET = "The words one pays for.";
const forSale = (owner: Owner) => owner.publishes({ source: `Open.\n\n<!--paywall-->\n\n${SECRET}`, access: "paid", price: "9.90" });

/** From the wall to the payment company's page. */
async function goAndPay(page: Page, article: string) {
  await page.goto(article);
  await page.getByRole("button", { name: "Buy this article for CN¥9.90" }).click();
  await expect(page.locator(".order-total")).toContainText("CN¥9.90");
  await page.getByRole("button", { name: /^Pay with the test provider/ }).click();
  await expect(page.getByRole("heading", { name: /Test provider/ })).toBeVisible();
}

async function expectOpen(page: Page) {
  await expect(page.getByRole("status").first()).toContainText("Paid. The whole article is open to you now.");
  await expect(page.getByText(SECRET)).toBeVisible();
}

test("who pays can read on, and has a receipt", async ({ page, owner }) => {
  const article = await forSale(owner);
  await join(page);
  await goAndPay(page, article);
  await page.getByRole("button", { name: "Pay", exact: true }).click();
  await expectOpen(page);
  await page.goto("/account/purchases");
  await page.getByRole("row", { name: /Paid/ }).getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Receipt");
  await expect(page.locator(".receipt")).toContainText("CN¥9.90");
});

test("a visitor who wants to buy joins on the way", async ({ page, owner }) => {
  const article = await forSale(owner);
  const handle = unique("reader");
  await page.goto(article);
  await page.getByRole("button", { name: "Buy this article for CN¥9.90" }).click();
  await page.getByRole("main").getByRole("link", { name: "Join" }).click();
  await page.getByLabel("E-mail").fill(`${handle}@example.org`);
  await page.getByLabel("Handle").fill(handle);
  await page.getByLabel("Password").fill("a password of my own");
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page).toHaveURL(new RegExp(article));
  await expect(page.getByRole("button", { name: "Buy this article for CN¥9.90" })).toBeVisible();
});

test("a declined payment opens nothing, and the order can be paid again", async ({ page, owner }) => {
  const article = await forSale(owner);
  await join(page);
  await goAndPay(page, article);
  await page.getByRole("button", { name: "Decline" }).click();
  await expect(page.getByRole("alert")).toContainText("declined");
  const order = page.url();
  await page.goto(article);
  await expect(page.getByText(SECRET)).toHaveCount(0);
  await page.goto(order);
  await page.getByRole("button", { name: /^Try again/ }).click();
  await page.getByRole("button", { name: "Pay", exact: true }).click();
  await expectOpen(page);
});

test("money that comes later opens the article when it arrives", async ({ page, owner }) => {
  const article = await forSale(owner);
  await join(page);
  await goAndPay(page, article);
  await page.getByRole("button", { name: "Pay, money arrives later" }).click();
  await expect(page.getByRole("status").first()).toContainText("on its way");
  const order = page.url();
  await page.goto(article);
  await expect(page.getByText(SECRET)).toHaveCount(0);
  await page.goto(order);
  await page.getByRole("button", { name: "See how it stands: the test provider" }).click();
  await page.getByRole("button", { name: "The money arrives" }).click();
  await expectOpen(page);
});

test("who pays twice has one purchase, and is told what is owed back", async ({ page, owner }) => {
  const article = await forSale(owner);
  await join(page);
  await goAndPay(page, article);
  await page.getByRole("button", { name: "Pay twice" }).click();
  await expectOpen(page);
  await page.goto("/account/purchases");
  await expect(page.getByRole("row", { name: /Paid/ })).toHaveCount(1);
  await page.getByRole("row", { name: /Paid/ }).getByRole("link").click();
  await expect(page.getByText("We received CN¥9.90 more than the price")).toBeVisible();
});

test("a month of membership opens the articles of its tier", async ({ page, owner }) => {
  const tier = await owner.sells("18");
  const article = await owner.publishes({ source: `Open.\n\n<!--paywall-->\n\n${SECRET}`, access: "paid", tier: tier.id });
  await join(page);
  await page.goto("/membership");
  const card = page.locator(".tier-card", { has: page.getByRole("heading", { name: tier.name }) });
  await card.getByRole("button", { name: "Buy a month" }).click();
  await expect(page.locator(".order-total")).toContainText(/CN¥18/);
  await page.getByRole("button", { name: /^Pay with the test provider/ }).click();
  await page.getByRole("button", { name: "Pay", exact: true }).click();
  await expect(page.getByRole("status").first()).toContainText("Paid. Your membership has begun.");
  await expect(card.getByText("Your membership")).toBeVisible();
  await page.goto(article);
  await expect(page.getByText(SECRET)).toBeVisible();
  await page.goto("/account");
  await expect(page.locator(".plan")).toContainText(tier.name);
});
