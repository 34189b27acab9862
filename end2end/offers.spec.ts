import { expect, join, test, unique } from "./site";

/** An offer on a new tier at 30.00 a month, made in the admin's own form; its code. */
async function offered(page: import("@playwright/test").Page, worth: string): Promise<{ code: string; tier: string }> {
  const [code, tier] = [unique("spring"), unique("Readers")];
  await page.goto("/admin/tiers");
  await page.getByLabel("Name").fill(tier);
  await page.getByLabel("Price of a month").fill("30");
  await page.getByRole("button", { name: "Save" }).click();
  await page.goto("/admin/offers");
  await page.getByLabel("Name").fill("Spring");
  await page.getByLabel("Code", { exact: true }).fill(code.toUpperCase());
  await page.getByLabel("How much").fill(worth);
  await page.getByLabel("For", { exact: true }).selectOption(tier);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Spring");
  return { code, tier };
}

test("whoever follows the link sees what it costs now and after, pays that, and has it on the receipt", async ({ page, asOwner }) => {
  await asOwner();
  const { code } = await offered(page, "50");
  await page.context().clearCookies();
  await join(page);
  await page.goto(`/offers/${code}`);
  await expect(page.getByText("one month for CN¥15.00 now, instead of CN¥30.00")).toBeVisible();
  await page.getByRole("button", { name: "Buy" }).click();
  await expect(page.locator(".order-total")).toContainText("CN¥15.00");
  await expect(page.locator(".order-summary")).toContainText("Spring, CN¥15.00 off");
  await page.getByRole("button", { name: /^Pay with the test provider/ }).click();
  await page.getByRole("button", { name: "Pay", exact: true }).click();
  await page.goto("/account/purchases");
  await page.getByRole("row", { name: /Paid/ }).getByRole("link").click();
  await expect(page.locator(".receipt")).toContainText("CN¥30.00");
  await expect(page.locator(".receipt")).toContainText("CN¥15.00");
});

test("a code that is typed leads to its offer, and a wrong one is kept with what is wrong", async ({ page, asOwner }) => {
  await asOwner();
  const { code, tier } = await offered(page, "100");
  await page.context().clearCookies();
  await join(page);
  await page.goto("/membership");
  await page.getByLabel("Offer code").fill("no-such-code");
  await page.getByRole("button", { name: "Use the code" }).click();
  await expect(page.getByText("This code is not valid, or it is not for you.")).toBeVisible();
  await expect(page.getByLabel("Offer code")).toHaveValue("no-such-code");
  await page.getByLabel("Offer code").fill(` ${code.toUpperCase()} `);
  await page.getByRole("button", { name: "Use the code" }).click();
  await page.getByRole("link", { name: "See this offer among the tiers" }).click();
  await page.getByRole("article").filter({ hasText: tier }).getByRole("button", { name: "Get it free" }).click();
  await page.goto("/account/purchases");
  await expect(page.locator(".given")).toContainText(`${tier} · one month`);
});
