import { expect, join, test, unique } from "./site";

test("somebody joins, signs out and signs in again", async ({ page }) => {
  const handle = unique("reader");
  await page.goto("/");
  await page.getByRole("banner").getByRole("link", { name: "Join" }).click();
  await page.getByLabel("E-mail").fill(`${handle}@example.org`);
  await page.getByLabel("Handle").fill(handle);
  await page.getByLabel("Name (optional)").fill("Ada Reader");
  await page.getByLabel("Password").fill("a password of my own");
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page.getByRole("status")).toContainText("Welcome!");
  const menu = page.getByRole("button", { name: "Your menu: Ada Reader" });
  await menu.click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("banner").getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("E-mail").fill(`${handle}@example.org`);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByLabel("E-mail")).toHaveValue(`${handle}@example.org`);
  await page.getByLabel("Password").fill("a password of my own");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(menu).toBeVisible();
});

test("a form that is wrong comes back with what was typed", async ({ page }) => {
  const handle = unique("reader");
  await page.goto("/join");
  await page.getByLabel("E-mail").fill(`${handle}@example.org`);
  await page.getByLabel("Handle").fill(handle);
  await page.getByLabel("Name (optional)").fill("Ada Reader");
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByLabel("E-mail")).toHaveValue(`${handle}@example.org`);
  await expect(page.getByLabel("Handle")).toHaveValue(handle);
  await expect(page.getByLabel("Name (optional)")).toHaveValue("Ada Reader");
  const password = page.getByLabel("Password");
  await expect(password).toHaveAttribute("aria-invalid", "true");
  await expect(password).toHaveValue("");
  await expect(password).toHaveAccessibleDescription(/.+ .+/);
});

test("joining leads back to the page it began on", async ({ page, owner }) => {
  const article = await owner.publishes({ access: "members", source: "Open.\n\n<!--paywall-->\n\nFor members." });
  const handle = unique("reader");
  await page.goto(article);
  await page.getByRole("link", { name: "Join for free" }).click();
  await page.getByLabel("E-mail").fill(`${handle}@example.org`);
  await page.getByLabel("Handle").fill(handle);
  await page.getByLabel("Password").fill("a password of my own");
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page).toHaveURL(new RegExp(article));
  await expect(page.getByText("For members.")).toBeVisible();
});

test("another language is chosen on any page and keeps it", async ({ page, owner }) => {
  const article = await owner.publishes();
  await page.goto(article);
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.getByRole("button", { name: "中文" }).click();
  await expect(page).toHaveURL(new RegExp(`${article}$`));
  await expect(page.locator("html")).toHaveAttribute("lang", /^zh/);
  await expect(page.getByRole("banner").getByRole("link", { name: "登录" })).toBeVisible();
  await join(page);
  await page.goto("/account");
  await expect(page.getByRole("heading", { name: "会员中心" })).toBeVisible();
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("heading", { name: "Your account" })).toBeVisible();
});
