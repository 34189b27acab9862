import { readFile } from "node:fs/promises";
import { expect, join, test, unique } from "./site";

test("only admins see the admin's pages", async ({ page }) => {
  const status = async (path: string) => (await page.request.get(path)).status();
  const paths = ["/admin", "/admin/costs", "/admin/members", "/admin/tiers", "/admin/spaces", "/admin/rows/ledger", "/admin/csv/ledger"];
  for (const path of paths) expect(await status(path), path).toBe(401);
  await join(page);
  for (const path of paths) expect(await status(path), path).toBe(403);
});

test("four models say how the site is doing and how each is counted", async ({ page, asOwner }) => {
  await asOwner();
  await page.goto("/admin");
  const tiles = page.getByRole("region", { name: "The four models" }).locator(".stat");
  await expect(tiles).toHaveCount(4);
  for (const tile of await tiles.all()) {
    await expect(tile.locator(".stat-value")).toHaveText(/\S/);
    await expect(tile.locator(".stat-definition")).toHaveText(/\S/);
  }
  const menu = page.getByRole("navigation", { name: "Admin" });
  // On a telephone it is folded.
  const folded = menu.getByText("Admin menu");
  if (await folded.isVisible()) await folded.click();
  await menu.getByRole("link", { name: "Costs" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Costs and advertising");
});

test("behind a chart are its numbers and its rows", async ({ page, owner, asOwner }) => {
  await owner.startsTopic(await owner.opens());
  await asOwner();
  await page.goto("/admin");
  const chart = page.locator(".charts .chart").first();
  await chart.getByText("Show the numbers").click();
  await expect(chart.getByRole("table")).toBeVisible();
  await page.getByRole("link", { name: "Interactions", exact: true }).first().click();
  await expect(page.locator("tbody tr").first()).toBeVisible();
});

test("the calculator counts the example, and what is typed", async ({ page, asOwner }) => {
  await asOwner();
  await page.goto("/admin");
  await page.getByRole("button", { name: "Calculate" }).click();
  await expect(page.locator(".whatif-profit dd")).toHaveText("−2,000 CNY");
  await page.getByLabel("Paying members").fill("250");
  await page.getByRole("button", { name: "Calculate" }).click();
  await expect(page.locator(".whatif-profit dd")).toHaveText("0 CNY");
  await page.getByLabel("Paying members").fill("some");
  await page.getByRole("button", { name: "Calculate" }).click();
  await expect(page.getByLabel("Paying members")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Paying members")).toHaveValue("some");
});

test("a cost is written down and stands in the file of costs", async ({ page, asOwner }) => {
  await asOwner();
  const note = unique("server");
  await page.goto("/admin/costs");
  const form = page.locator('form[action="/admin/costs"]');
  await form.getByLabel("Amount").fill("12.50");
  await form.getByLabel("Note").fill(note);
  await form.getByRole("button", { name: "Record the cost" }).click();
  const row = page.getByRole("row", { name: new RegExp(note) });
  await expect(row).toContainText("CN¥12.50");

  await page.goto("/admin/rows/costs");
  const begun = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download CSV" }).click();
  const download = await begun;
  expect(download.suggestedFilename()).toMatch(/^stoa-costs-.*\.csv$/);
  expect(await readFile(await download.path(), "utf8")).toContain(note);

  await page.goto("/admin/costs");
  await row.getByRole("link", { name: "Edit" }).click();
  await page.getByRole("button", { name: "Delete it" }).click();
  await expect(page.getByRole("status").first()).toContainText("Deleted.");
  await expect(row).toHaveCount(0);
});

test("an admin finds a member and gives them a role", async ({ page, asOwner }) => {
  const { handle } = await join(page);
  await asOwner();
  await page.goto("/admin/members");
  await page.getByLabel(/begins with/).fill(handle);
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByLabel(`Role of @${handle}`).selectOption("moderator");
  const change = page.getByRole("button", { name: "Change" });
  const lines = (button: Element) => {
    const words = document.createRange();
    words.selectNodeContents(button);
    return words.getClientRects().length;
  };
  expect(await change.evaluate(lines)).toBe(1);
  await change.click();
  await expect(page.getByLabel(`Role of @${handle}`)).toHaveValue("moderator");
});
