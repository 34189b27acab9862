import type { Page } from "@playwright/test";
import { expect, join, scripted, test } from "./site";

test.skip(() => !scripted(), "a service worker is a script");

/** The articles that are kept, by their paths. */
const kept = (page: Page) =>
  page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    const own = (await caches.keys()).filter((name) => name.startsWith("stoa-articles-"));
    const keys = await Promise.all(own.map(async (name) => (await (await caches.open(name)).keys()).map((key) => new URL(key.url).pathname)));
    return keys.flat();
  });

const names = (page: Page) => page.evaluate(() => caches.keys());

test("an article that a member opened can be read without a network, until they sign out", async ({ page, context, owner, complaints }) => {
  const article = await owner.publishes({ title: "Kept for later", source: "Words to keep." });
  const other = await owner.publishes({ title: "Never opened" });
  await join(page);
  await page.goto(article);
  await expect.poll(() => kept(page)).toEqual([article]);
  await expect(page.locator(".offline-note")).toBeHidden();

  await context.setOffline(true);
  await page.reload();
  await expect(page.getByText("Words to keep.")).toBeVisible();
  await expect(page.locator(".offline-note")).toContainText("This copy was kept on");
  await expect(page.locator("main form").first()).toBeHidden();
  expect(await page.evaluate(() => getComputedStyle(document.body).display), "with its style").toBe("grid");

  await page.goto(other);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("You are offline");
  await page.getByRole("link", { name: "Kept for later" }).click();
  await expect(page.getByText("Words to keep.")).toBeVisible();

  await context.setOffline(false);
  await page.goto("/account");
  await page.goto(article);
  await expect(page.locator(".offline-note")).toBeHidden();
  expect(await kept(page), "no page of the account").toEqual([article]);
  await page.getByRole("button", { name: /^Your menu/ }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/");
  await expect.poll(() => names(page)).toEqual([]);
  await context.setOffline(true);
  await expect(page.goto(article)).rejects.toThrow(/ERR_INTERNET_DISCONNECTED/);
  // A page that cannot be loaded is what this test is about.
  complaints.splice(0);
});

test("what one member opened is forgotten when another signs in", async ({ page, owner }) => {
  const [first, second] = [await owner.publishes(), await owner.publishes()];
  await join(page);
  await page.goto(first);
  await expect.poll(() => kept(page)).toEqual([first]);
  await page.context().clearCookies();
  await join(page);
  await page.goto(second);
  await expect.poll(() => kept(page)).toEqual([second]);
});

test("an article that comes after its reader signed out in another tab is not kept", async ({ page, owner }) => {
  const [late, next] = [await owner.publishes(), await owner.publishes()];
  await join(page);
  await page.goto("/");
  await page.evaluate(async (address) => {
    const { active } = await navigator.serviceWorker.ready;
    // It is asked for, and before it can have come all is forgotten.
    active!.postMessage({ opened: address });
    active!.postMessage("forget");
  }, new URL(late, process.env.STOA_URL).href);
  await page.goto(next);
  await expect.poll(() => kept(page)).toEqual([next]);
});

test("nothing is kept for a visitor", async ({ page, owner }) => {
  const article = await owner.publishes();
  await page.goto(article);
  expect(await names(page)).toEqual([]);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
});

test("a link can be copied, and its QR code is drawn when it is wanted", async ({ page, context, owner }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const article = await owner.publishes();
  const codes: string[] = [];
  page.on("request", (request) => request.url().includes("/qr/") && codes.push(request.url()));
  await page.goto(article);
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(page.locator(".share-said")).toHaveText("Copied");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(new URL(article, page.url()).href);
  expect(codes).toEqual([]);
  await page.getByText("QR code").click();
  const code = page.getByRole("img", { name: "QR code of this article’s link" });
  await expect.poll(() => code.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(200);
});
