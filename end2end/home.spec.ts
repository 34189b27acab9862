import { type Page } from "@playwright/test";
import { expectAccessible, expectFits } from "./accessible";
import { expect, join, scripted, test, unique } from "./site";

const LONG = Array.from({ length: 60 }, (_, n) => `Paragraph ${n}, which has words enough to fill a line or two of a page that somebody reads.`).join("\n\n");

const begun = (page: Page) => page.getByRole("region", { name: "Continue reading" });

test("a member follows and unfollows an author, a tag and a space", async ({ page, owner }) => {
  const [tag, space] = [unique("tag"), await owner.opens()];
  const article = await owner.publishes({ tags: tag });
  const topic = await owner.startsTopic(space);
  await join(page);
  await page.goto("/");
  await expect(page.getByRole("region", { name: "Following" })).toContainText("Follow an author, a tag or a space");

  const button = page.getByRole("button", { name: "Follow", exact: true });
  for (const path of [`/tags/${tag}`, space, "/u/keeper"]) {
    await page.goto(path);
    await expect(button).toHaveAttribute("aria-pressed", "false");
    await button.click();
    await expect(page.getByRole("status")).toContainText("Followed.");
    await expect(button).toHaveAttribute("aria-pressed", "true");
  }
  await page.goto("/");
  const news = page.getByRole("region", { name: "Following" });
  await expect(news.locator(`a[href="${article}"]`)).toBeVisible();
  await expect(news.locator(`a[href="${topic}"]`)).toBeVisible();

  await news.getByRole("link", { name: "Manage" }).click();
  await expect(page.locator(".following-line")).toHaveCount(3);
  await page.getByRole("button", { name: `Unfollow ${tag}` }).click();
  await expect(page.getByRole("status")).toContainText("Unfollowed.");
  await expect(page.locator(".following-line")).toHaveCount(2);
  await page.goto(space);
  await button.click();
  await expect(button).toHaveAttribute("aria-pressed", "false");
});

test("what was begun stands on the home page, and leads back to where one was", async ({ page, owner }) => {
  const title = unique("Long");
  const article = await owner.publishes({ title, source: LONG });
  await join(page);
  await page.goto(article);
  if (!scripted()) {
    await page.goto("/");
    await expect(begun(page)).toContainText(title);
    await expect(begun(page)).toContainText("Just started");
    return;
  }
  // What a page says as it goes may be lost while the worker for reading without a network is being installed; what it says
  // while one reads is not.
  const told = () => page.waitForRequest((request) => new URL(request.url()).pathname === "/reading");
  await Promise.all([told(), page.getByText("Paragraph 30,").scrollIntoViewIfNeeded()]);
  await page.goto("/");
  // The browser tells it on the side: the page that follows may be a moment faster.
  await expect(async () => {
    await page.reload();
    await expect(begun(page).getByText(/^[3-7]\d% read$/)).toBeVisible({ timeout: 1000 });
  }).toPass();
  await begun(page).getByRole("link", { name: title }).click();
  await expect(page).toHaveURL(new RegExp(`${article}#at-\\d+$`));
  await expect(page.getByText("Paragraph 30,")).toBeInViewport();

  // Read to the end, it is done with.
  await Promise.all([told(), page.getByText("Paragraph 59,").scrollIntoViewIfNeeded()]);
  await expect(async () => {
    await page.goto("/");
    await expect(page.getByRole("heading", { level: 1 })).toBeAttached();
    await expect(begun(page)).toHaveCount(0, { timeout: 1000 });
  }).toPass();
});

test("a visitor finds what the place is, an article to try, and the way in", async ({ page, owner }) => {
  const [tier, space] = [await owner.sells("18"), await owner.opens()];
  const [article, topic] = [await owner.publishes(), await owner.startsTopic(space)];
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator(".home-sample-text")).not.toBeEmpty();
  await expect(page.locator(`main a[href="${article}"]`)).not.toHaveCount(0);
  await expect(page.getByRole("region", { name: "Membership" })).toContainText(tier.name);
  await expect(page.getByRole("region", { name: "Being discussed" }).locator(`a[href="${topic}"]`)).toBeVisible();
  await page.getByRole("link", { name: "All articles" }).click();
  await expect(page).toHaveURL(/\/articles$/);
  await page.getByRole("link", { name: "Browse by tag" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Tags" })).toBeVisible();
});

test("the home page, the tags and what one follows are accessible", async ({ page, owner }) => {
  test.slow();
  test.skip(!scripted(), "axe needs scripts");
  const tag = unique("tag");
  await owner.sells("18");
  await owner.startsTopic(await owner.opens());
  const article = await owner.publishes({ tags: tag, source: LONG });
  const look = async (path: string) => {
    await page.goto(path);
    await expectFits(page);
    await expectAccessible(page);
  };
  for (const path of ["/", "/articles", "/tags", `/tags/${tag}`]) await look(path);
  await join(page);
  await look("/account/following");
  await look("/");
  await page.goto(article);
  await page.goto(`/tags/${tag}`);
  await page.getByRole("button", { name: "Follow", exact: true }).click();
  for (const path of ["/", `/tags/${tag}`, "/account/following", "/u/keeper"]) await look(path);
});
