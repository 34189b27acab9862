import { expectAccessible, expectFits } from "./accessible";
import { expect, scripted, test } from "./site";

test("an admin tries a look that nobody else sees, without a script", async ({ page, browser }) => {
  // A draft belongs to an admin, and every project has the same owner.
  test.skip(scripted(), "once is enough");
  const { STOA_OWNER_EMAIL: email = "", STOA_OWNER_PASSWORD: password = "" } = process.env;
  await page.request.post("/sign-in", { form: { email, password } });
  await page.goto("/admin/look");
  for (const part of ["Accent", "Announcement", "Your own CSS"]) await page.locator("summary", { hasText: part }).click();
  await page.getByRole("textbox", { name: "Colour", exact: true }).fill("#ffeb3b");
  await page.getByLabel("Show the announcement").check();
  await page.getByLabel("Announcement (English)").fill("Doors open on Monday");
  await page.getByLabel("CSS", { exact: true }).fill("a { background: url(https://evil.example) }");
  await page.getByRole("button", { name: "Try it" }).click();
  await expect(page.locator("#css-error")).toHaveText(/^Line 1: /);
  await page.getByLabel("CSS", { exact: true }).fill(".site-header { letter-spacing: 1px }");
  await page.getByRole("button", { name: "Try it" }).click();
  await expect(page.locator(".accent-used")).toContainText("is used instead");

  await page.goto("/membership");
  await expect(page.getByRole("region", { name: "Unpublished look" })).toBeVisible();
  await expect(page.locator(".site-header")).toHaveCSS("letter-spacing", "1px");
  await page.setViewportSize({ width: 360, height: 740 });
  await expectFits(page);
  const visitor = await browser.newPage();
  await visitor.goto(page.url());
  await expect(visitor.getByText("Doors open on Monday")).toHaveCount(0);
  await visitor.close();

  await page.getByRole("button", { name: "Close" }).click();
  await expect(page.getByText("Doors open on Monday")).toHaveCount(0);
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(page.getByRole("status")).toContainText("The unpublished look is discarded.");
  await page.locator("summary", { hasText: "Accent" }).click();
  await expect(page.getByRole("textbox", { name: "Colour", exact: true })).toHaveValue("");
});

test("a simple page is read from the footer", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("navigation", { name: "Footer" }).getByRole("link", { name: "Privacy" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Privacy");
  // axe is a script itself.
  if (scripted()) await expectAccessible(page);
  await expectFits(page);
});

test("the forms for look and pages can be used by everybody", async ({ page, asOwner }) => {
  test.skip(!scripted(), "axe is a script itself");
  await asOwner();
  for (const path of ["/admin/look", "/admin/pages", "/admin/pages/new"]) {
    await page.goto(path);
    await expectAccessible(page);
    await expectFits(page);
  }
});
