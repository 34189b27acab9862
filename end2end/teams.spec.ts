import { expect, join, scripted, test, unique } from "./site";

test("one buys three seats, two join by the link, and one is taken out again", async ({ page, owner, browser }) => {
  const name = unique("Tier");
  const form = { name, description: "Every article.", monthly: "30", yearly: "", teams: "on", team_off_from: "3", team_off: "10" };
  const tier = new RegExp(`href="/admin/tiers/(\\d+)">${name}<`).exec(await (await owner.request.post("/admin/tiers", { form })).text())![1];
  const path = await owner.publishes({ access: "paid", tier, source: "Before.\n\n<!--paywall-->\n\nBehind the wall." });

  await join(page);
  await page.goto("/membership");
  await page.getByRole("article").filter({ has: page.getByRole("heading", { name }) }).getByRole("link", { name: "Buy for a team" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Buy for a team");
  await page.getByLabel("How many seats").fill("1");
  await page.getByLabel("Name of the team").fill("The desk");
  await page.getByRole("button", { name: "Go on to pay" }).click();
  await expect(page.getByText("Please give a whole number from 2 to 50.")).toBeVisible();
  await page.getByLabel("How many seats").fill("3");
  await page.getByRole("button", { name: "Go on to pay" }).click();
  await expect(page.locator(".order-total")).toContainText("CN¥81.00");
  await page.getByRole("button", { name: /^Pay with the test provider/ }).click();
  await page.getByRole("button", { name: "Pay", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("The desk");
  const here = page.url().split("?")[0];
  const link = await page.getByRole("textbox", { name: "Invitation link" }).inputValue();

  const friends = [];
  for (const who of ["ann", "ben"]) {
    const there = await browser.newContext({ baseURL: process.env.STOA_URL, locale: "en-US", javaScriptEnabled: scripted() });
    const friend = await there.newPage();
    const handle = unique(who);
    await friend.goto(link);
    await expect(friend.getByText("Whoever pays will see your name")).toBeVisible();
    await friend.locator(".redeem-doors").getByRole("link", { name: "Join" }).click();
    await friend.getByLabel("E-mail").fill(`${handle}@example.org`);
    await friend.getByLabel("Handle").fill(handle);
    await friend.getByLabel("Password").fill("a password of my own");
    await friend.getByRole("button", { name: "Join" }).click();
    await friend.getByRole("button", { name: "Join the team" }).click();
    await expect(friend.getByText("You have joined the team")).toBeVisible();
    await friend.goto(path);
    await expect(friend.getByText("Behind the wall.")).toBeVisible();
    friends.push({ handle, friend, there });
  }

  await page.goto(here);
  await expect(page.locator(".team-seats")).toHaveText("2 of 3 used, 1 free");
  await page.getByRole("button", { name: `Take away: the seat of ${friends[0].handle}` }).click();
  await expect(page.locator(".team-seats")).toHaveText("1 of 3 used, 2 free");
  await friends[0].friend.reload();
  await expect(friends[0].friend.getByText("Behind the wall.")).toHaveCount(0);
  await friends[1].friend.goto("/account/teams");
  await friends[1].friend.getByRole("button", { name: "Leave the team" }).click();
  await expect(friends[1].friend.getByText("You have no team, and no seat in one.")).toBeVisible();
  for (const { there } of friends) await there.close();
});
