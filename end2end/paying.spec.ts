// A membership from the page of tiers to its end, with and without script. The test provider plays the payment company.
import { expect, join, test, unique } from "./site";
import type { Page } from "@playwright/test";

const cardOf = (page: Page, name: string) => page.locator(".tier-card", { has: page.getByRole("heading", { name }) });

/** Buys a month of a tier at the test provider, and is back on the page of tiers. */
async function buyMonth(page: Page, name: string) {
  await page.goto("/membership?term=month");
  await cardOf(page, name).getByRole("button", { name: "Buy a month" }).click();
  await page.getByRole("button", { name: /^Pay with the test provider/ }).click();
  await page.getByRole("button", { name: "Pay", exact: true }).click();
  await expect(page.getByRole("status").first()).toContainText("Paid. Your membership has begun.");
}

test("the page of tiers shows a month or a year, and the address says which", async ({ page, owner }) => {
  const name = unique("Tier");
  await owner.request.post("/admin/tiers", { form: { name, description: "", monthly: "30", yearly: "300" } });
  await page.goto("/membership");
  await page.getByRole("navigation", { name: "Term" }).getByRole("link", { name: "By the year" }).click();
  await expect(page).toHaveURL(/term=year/);
  await expect(cardOf(page, name)).toContainText("CN¥300.00 a year");
  await expect(cardOf(page, name)).toContainText("CN¥60.00 less than twelve months");
  await page.getByRole("link", { name: "By the month" }).click();
  await expect(cardOf(page, name)).toContainText("CN¥30.00 a month");
});

test("a membership is renewed, paused and taken up again on one page", async ({ page, owner }) => {
  const tier = await owner.sells("18");
  await join(page);
  await buyMonth(page, tier.name);
  await expect(cardOf(page, tier.name)).toContainText("Your membership");
  await page.goto("/account/membership");
  const plan = page.locator(".plan-shown", { has: page.getByRole("heading", { name: tier.name }) });
  const end = await plan.locator(".plan-when").textContent();
  // One press, and the payment company's page is there.
  await plan.getByRole("button", { name: "Renew for one month: CN¥18.00" }).click();
  await page.getByRole("button", { name: "Pay", exact: true }).click();
  await expect(page).toHaveURL(/\/account\/membership/);
  await expect(plan.locator(".plan-when")).not.toHaveText(end ?? "");
  await plan.getByRole("button", { name: "Pause", exact: true }).click();
  await expect(plan).toContainText("Paused");
  await plan.getByRole("button", { name: "Resume", exact: true }).click();
  await expect(plan).toContainText("Open to you");
});

test("what is left of one tier becomes time of another", async ({ page, owner }) => {
  const [plain, dear] = [await owner.sells("20"), await owner.sells("40")];
  await join(page);
  await buyMonth(page, plain.name);
  await page.goto("/account/membership");
  await page.getByRole("button", { name: `Change to “${dear.name}”` }).click();
  await expect(page.getByRole("heading", { name: dear.name })).toBeVisible();
  await expect(page.getByRole("heading", { name: plain.name })).toHaveCount(0);
});
