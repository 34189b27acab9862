import { readFile } from "node:fs/promises";
import { expect, join, test } from "./site";

test("a member changes their profile", async ({ page }) => {
  const { handle } = await join(page);
  await page.goto("/account/profile");
  await page.getByLabel("Name").fill("Ada Reader");
  await page.getByLabel("Bio").fill("I read *everything*.");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("status").first()).toContainText("Saved.");
  await page.goto(`/u/${handle}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ada Reader");
  await expect(page.locator(".profile-bio em")).toHaveText("everything");
});

test("a new password signs out other devices and is the one that counts", async ({ page, browser, baseURL }) => {
  const { email, password } = await join(page);
  const elsewhere = await browser.newContext({ baseURL });
  await elsewhere.request.post("/sign-in", { form: { email, password } });
  expect((await elsewhere.request.get("/account")).status()).toBe(200);

  await page.goto("/account/security");
  await expect(page.locator(".session")).toHaveCount(2);
  await page.getByLabel("Current password").fill("not the password");
  await page.getByLabel("New password").fill("another long password");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByLabel("Current password")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Current password").fill(password);
  await page.getByLabel("New password").fill("another long password");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("status").first()).toContainText("Your password is changed");
  expect((await elsewhere.request.get("/account")).status()).toBe(401);
  await elsewhere.request.post("/sign-in", { form: { email, password: "another long password" } });
  expect((await elsewhere.request.get("/account")).status()).toBe(200);

  await page.reload();
  await page.getByRole("button", { name: "Sign out all other devices" }).click();
  await expect(page.locator(".session")).toHaveCount(1);
  expect((await elsewhere.request.get("/account")).status()).toBe(401);
  await elsewhere.close();
});

test("a member takes their data away", async ({ page }) => {
  const { handle, email } = await join(page);
  await page.goto("/account/privacy");
  const begun = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download my data" }).click();
  const download = await begun;
  expect(download.suggestedFilename()).toBe(`stoa-${handle}.json`);
  const text = await readFile(await download.path(), "utf8");
  expect(JSON.stringify(JSON.parse(text))).toContain(email);
});

test("a deleted account is gone, and what it wrote stays without the name", async ({ page, owner }) => {
  const { handle, email, password } = await join(page);
  const topic = await owner.startsTopic(await owner.opens());
  await page.goto(topic);
  await page.getByLabel("Write a reply").fill("This will stay.");
  await page.getByRole("button", { name: "Reply" }).click();
  await expect(page.locator(".reply")).toContainText(handle);

  await page.goto("/account/privacy");
  await page.getByLabel("Your password").fill(password);
  await page.getByLabel("I understand").check();
  await page.getByRole("button", { name: "Delete my account for good" }).click();
  await expect(page.getByRole("status").first()).toContainText("Your account is deleted.");
  await page.goto(topic);
  await expect(page.locator(".reply")).toContainText("This will stay.");
  await expect(page.locator(".reply")).toContainText("deleted member");
  expect(await page.content()).not.toContain(handle);
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
});
