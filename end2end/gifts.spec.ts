import { linkIn, letterTo } from "./letters";
import { expect, join, scripted, test, unique } from "./site";

test("an article is given by a letter, and opens to whoever takes it", async ({ page, owner, browser }) => {
  const path = await owner.publishes({ access: "paid", price: "12.50", source: "Before.\n\n<!--paywall-->\n\nBehind the wall." });
  await join(page);
  await page.goto(path);
  await page.getByRole("link", { name: "Give it to somebody" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Give a gift");
  await page.getByRole("button", { name: "Go on to pay" }).click();
  await expect(page.getByText("Please give a valid e-mail address")).toBeVisible();
  const handle = unique("friend");
  await page.getByLabel("Their e-mail address").fill(`${handle}@example.org`);
  await page.getByLabel("A note (optional)").fill("Happy birthday!\nYours");
  await page.getByRole("button", { name: "Go on to pay" }).click();
  await page.getByRole("button", { name: /^Pay with the test provider/ }).click();
  await page.getByRole("button", { name: "Pay", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your gift");
  await page.goto(path);
  await expect(page.getByText("Behind the wall.")).toHaveCount(0);

  const letter = await letterTo(`${handle}@example.org`, "gift");
  expect(letter.text).toContain("Happy birthday!");
  const there = await browser.newContext({ baseURL: process.env.STOA_URL, locale: "en-US", javaScriptEnabled: scripted() });
  const friend = await there.newPage();
  await friend.goto(linkIn(letter, "/gift/"));
  await expect(friend.locator(".gift-note")).toContainText("Happy birthday!");
  await friend.locator(".redeem-doors").getByRole("link", { name: "Join" }).click();
  await friend.getByLabel("E-mail").fill(`${handle}@example.org`);
  await friend.getByLabel("Handle").fill(handle);
  await friend.getByLabel("Password").fill("a password of my own");
  await friend.getByRole("button", { name: "Join" }).click();
  await friend.getByRole("button", { name: "Take the gift" }).click();
  await expect(friend.getByText("The gift is yours, and open to you now.")).toBeVisible();
  await expect(friend.getByText("Behind the wall.")).toBeVisible();
  await there.close();

  await page.goto("/account/purchases");
  await page.getByRole("link", { name: "Bought as a gift" }).click();
  await expect(page.locator(".gift-state")).toContainText("Taken by");
});

test("a friend reads one article by a link, and its giver sees that somebody did", async ({ page, owner, browser }) => {
  const path = await owner.publishes({ access: "paid", price: "12.50", source: "Before.\n\n<!--paywall-->\n\nBehind the wall." });
  await join(page);
  await page.goto(path);
  await page.getByRole("button", { name: /^Buy this article/ }).click();
  await page.getByRole("button", { name: /^Pay with the test provider/ }).click();
  await page.getByRole("button", { name: "Pay", exact: true }).click();
  await page.getByRole("button", { name: "Give to a friend · 5 left this month" }).click();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();

  const there = await browser.newContext({ locale: "en-US", javaScriptEnabled: scripted() });
  const friend = await there.newPage();
  await friend.goto(link);
  await friend.getByRole("button", { name: "Read the article" }).click();
  await expect(friend.getByText("Behind the wall.")).toBeVisible();
  await expect(friend.locator(".banner")).toContainText("gave you this article");
  await there.close();

  await page.reload();
  await expect(page.locator(".gift-link-state")).toContainText("1 of 5");
  await page.getByRole("button", { name: "End this link" }).click();
  await expect(page.locator(".gift-link-state")).toHaveText("Ended");
});
