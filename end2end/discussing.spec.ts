import { expect, join, test, unique } from "./site";

test("a member starts a topic in a space", async ({ page, owner }) => {
  const space = await owner.opens("members");
  await page.goto(space);
  await expect(page.getByRole("link", { name: "New topic" })).toHaveCount(0);
  await join(page);
  await page.goto(space);
  await page.getByRole("link", { name: "New topic" }).click();
  await page.getByLabel("Title").fill("How do you read?");
  await page.getByLabel("Text", { exact: true }).fill("I read **slowly**.");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByRole("region", { name: "Preview" }).locator("strong")).toHaveText("slowly");
  await page.getByRole("button", { name: "Post" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("How do you read?");
  await page.goto(space);
  await expect(page.locator(".topic-line")).toContainText("How do you read?");
});

test("members answer a topic and each other, change and delete what they wrote", async ({ page, owner }) => {
  const topic = await owner.startsTopic(await owner.opens());
  await join(page);
  await page.goto(topic);
  const [first, second] = [unique("first"), unique("second")];
  await page.getByLabel("Write a reply").fill(first);
  await page.getByRole("button", { name: "Reply" }).click();
  const reply = page.locator(".reply", { hasText: first });
  await expect(reply).toHaveCount(1);

  await reply.getByRole("link", { name: "Reply" }).click();
  await reply.getByLabel("Write a reply").fill(second);
  await reply.getByRole("button", { name: "Reply" }).click();
  const nested = page.locator(".reply .reply", { hasText: second });
  await expect(nested).toHaveCount(1);

  await nested.getByRole("link", { name: "Edit or delete" }).click();
  await page.getByLabel("Text", { exact: true }).fill(`${second}, said better`);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(nested).toContainText("said better");
  await expect(nested).toContainText("edited");

  await reply.getByRole("link", { name: "Edit or delete" }).first().click();
  await page.getByRole("button", { name: "Delete this reply" }).click();
  await expect(page.getByText("deleted by its author")).toBeVisible();
  await expect(page.getByText(first)).toHaveCount(0);
  await expect(page.getByText(second)).toBeVisible();
});

test("a reply that cannot be kept comes back with what was typed", async ({ page, owner }) => {
  const topic = await owner.startsTopic(await owner.opens());
  await join(page);
  await page.goto(topic);
  await page.getByLabel("Write a reply").fill("Long thoughts.");
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Reply" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByLabel("Write a reply")).toHaveValue("Long thoughts.");
  await expect(page.getByRole("link", { name: "Sign in in a new tab" })).toBeVisible();
});

test("a vote counts once and can be taken back", async ({ page, owner }) => {
  const topic = await owner.startsTopic(await owner.opens());
  await join(page);
  await page.goto(topic);
  const votes = page.locator(".topic-votes");
  const up = votes.getByRole("button", { name: "Vote up" });
  await up.click();
  await expect(up).toHaveAttribute("aria-pressed", "true");
  await expect(votes.locator(".vote-count")).toHaveText(/^1\b/);
  await votes.getByRole("button", { name: "Vote down" }).click();
  await expect(votes.locator(".vote-count")).toHaveText(/^−1\b/);
  await votes.getByRole("button", { name: "Vote down" }).click();
  await expect(votes.locator(".vote-count")).toHaveText(/^0\b/);
});

test("a moderator hides a reply from everybody else and shows it again", async ({ page, owner, asOwner }) => {
  const topic = await owner.startsTopic(await owner.opens());
  await join(page);
  await page.goto(topic);
  const rude = unique("rude");
  await page.getByLabel("Write a reply").fill(rude);
  await page.getByRole("button", { name: "Reply" }).click();
  const asReader = await page.context().cookies();

  await asOwner();
  await page.goto(topic);
  const reply = page.locator(".replies .reply").first();
  await reply.getByRole("button", { name: "Hide" }).click();
  await expect(reply.getByText("hidden by a moderator")).toBeVisible();
  await page.context().clearCookies();
  await page.goto(topic);
  await expect(page.getByText("hidden by a moderator")).toBeVisible();
  expect(await page.content()).not.toContain(rude);

  await asOwner();
  await page.goto(topic);
  await reply.getByRole("button", { name: "Show again" }).click();
  await page.context().clearCookies();
  await page.context().addCookies(asReader);
  await page.goto(topic);
  await expect(page.getByText(rude)).toBeVisible();
});

test("a reader rates an article and may change the stars", async ({ page, owner }) => {
  const article = await owner.publishes();
  await join(page);
  await page.goto(article);
  const rating = page.getByRole("group", { name: /^Rate this article|^You gave/ });
  await rating.getByRole("button", { name: "4 stars" }).click();
  await expect(rating.getByRole("button", { name: "4 stars" })).toHaveAttribute("aria-pressed", "true");
  await expect(page.locator(".post-header .stars")).toContainText("4.0 (1)");
  await rating.getByRole("button", { name: "2 stars" }).click();
  await expect(rating.getByText("You gave 2 of 5; you can change it")).toBeVisible();
  await expect(page.locator(".post-header .stars")).toContainText("2.0 (1)");
});
