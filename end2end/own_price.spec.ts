import { expect, join, test } from "./site";

const SOURCE = "Before.\n\n<!--paywall-->\n\nBehind the wall.";

test("the reader decides what an article costs, and what is too little is said with what they typed", async ({ page, owner }) => {
  const path = await owner.publishes({ access: "paid", price: "10", least: "3", source: SOURCE });
  await join(page);
  await page.goto(path);
  await expect(page.getByLabel("What you pay (CNY)")).toHaveValue("10.00");
  await page.getByLabel("What you pay (CNY)").fill("2");
  await page.getByRole("button", { name: "Buy this article" }).click();
  await expect(page.getByText("At least CN¥3.00.")).toBeVisible();
  await expect(page.getByLabel("What you pay (CNY)")).toHaveValue("2");
  await page.getByLabel("What you pay (CNY)").fill("4.50");
  await page.getByRole("button", { name: "Buy this article" }).click();
  await expect(page.locator(".order-total")).toContainText("CN¥4.50");
  await page.getByRole("button", { name: /^Pay with the test provider/ }).click();
  await page.getByRole("button", { name: "Pay", exact: true }).click();
  await expect(page.getByText("Behind the wall.")).toBeVisible();
});

test("an author is thanked with a tip, which opens nothing", async ({ page, owner, asOwner }) => {
  const path = await owner.publishes({ access: "paid", price: "10", source: SOURCE });
  await asOwner();
  await page.goto("/admin/payments");
  await page.getByLabel("Readers can tip the author below an article").check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.context().clearCookies();
  await join(page);
  await page.goto(path);
  await page.getByRole("link", { name: "Leave a tip" }).click();
  await page.getByLabel("Amount (CNY)").fill("6.60");
  await page.getByRole("button", { name: "Go on to pay" }).click();
  await page.getByRole("button", { name: /^Pay with the test provider/ }).click();
  await page.getByRole("button", { name: "Pay", exact: true }).click();
  await expect(page.getByText("Your tip has arrived. Thank you!")).toBeVisible();
  await expect(page.getByText("Behind the wall.")).toHaveCount(0);
});
