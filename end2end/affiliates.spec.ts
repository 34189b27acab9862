import { expectAccessible, expectFits } from "./accessible";
import { expect, join, scripted, test, unique } from "./site";

test("who follows a recommendation to the till is told who gets a reward, and who recommended sees it", async ({ page, owner, asOwner, browser, baseURL, javaScriptEnabled }) => {
  const affiliate = await join(page);
  const terms = { running: "on", sale_rate: "10", tier_rate: "10", days: "90", hold_days: "14" };
  await owner.request.post("/admin/affiliates", { form: terms });
  const title = unique("Recommended");
  const article = await owner.publishes({ title, source: "Open.\n\n<!--paywall-->\n\nThe rest.", access: "paid", price: "20.00" });

  await page.goto("/account");
  await page.getByRole("link", { name: "Your affiliate link and rewards" }).click();
  await expect(page.getByText("everything they buy within 90 days earns you")).toBeVisible();
  await page.getByRole("button", { name: "Get my link" }).click();
  await page.getByLabel("Address of an article").fill("somewhere else");
  await page.getByRole("button", { name: "Make the link" }).click();
  await expect(page.getByText("Please give an address of this site")).toBeVisible();
  await page.getByLabel("Address of an article").fill(`${baseURL}${article}`);
  await page.getByRole("button", { name: "Make the link" }).click();
  await expectFits(page);
  if (scripted()) await expectAccessible(page);
  const [home, link] = await Promise.all(["Your link to the home page", "Your link to this article"].map((name) => page.getByLabel(name).inputValue()));
  expect(new URL(link!).pathname).toBe(article);

  // From the home page to the article, to the wall, to joining, by what the pages offer.
  const handle = unique("came");
  const there = await browser.newContext({ baseURL, javaScriptEnabled, locale: "en-US" });
  const visitor = await there.newPage();
  await visitor.goto(home!);
  await visitor.getByRole("link", { name: "All articles" }).or(visitor.getByRole("link", { name: "Articles" })).first().click();
  await expect(visitor).toHaveURL(/via=/);
  await visitor.goto(link!);
  await visitor.getByRole("button", { name: /^Buy this article/ }).click();
  await expect(visitor).toHaveURL(/\/sign-in\?.*via=/);
  expect(await there.cookies(), "nothing is kept in the browser").toEqual([]);
  await visitor.locator("section").getByRole("link", { name: "Join" }).click();
  await expect(visitor.getByText(`You were recommended by ${affiliate.handle}`)).toBeVisible();
  await expectFits(visitor);
  if (scripted()) await expectAccessible(visitor);
  await visitor.getByLabel("E-mail").fill(`${handle}@example.org`);
  await visitor.getByLabel("Handle").fill(handle);
  await visitor.getByLabel("Password").fill("a password of my own");
  await visitor.getByRole("button", { name: "Join" }).click();
  await expect(visitor.getByText("Welcome!")).toBeVisible();
  await visitor.getByRole("button", { name: /^Buy this article/ }).click();
  await expect(visitor.getByText(`${affiliate.handle} recommended this place to you and gets a reward when you pay.`)).toBeVisible();
  await expectFits(visitor);
  if (scripted()) await expectAccessible(visitor);
  await visitor.getByRole("button", { name: /^Pay with the test provider/ }).click();
  await visitor.getByRole("button", { name: "Pay", exact: true }).click();
  await expect(visitor.getByText("The rest.")).toBeVisible();
  // The next one they buy is by nobody: they say so.
  const second = await owner.publishes({ source: "Open.\n\n<!--paywall-->\n\nThe rest.", access: "paid", price: "30.00" });
  await visitor.goto(second);
  await visitor.getByRole("button", { name: /^Buy this article/ }).click();
  await visitor.getByRole("button", { name: "Take this out" }).click();
  await expect(visitor.getByText("It is taken out.")).toBeVisible();
  await expect(visitor.getByText("recommended this place to you")).toHaveCount(0);
  await there.close();

  await page.goto("/account/affiliate");
  const rewards = page.getByRole("region", { name: "Orders and rewards" });
  await expect(rewards.getByRole("row", { name: title })).toContainText("CN¥2.00");
  await expect(rewards.getByRole("row", { name: title })).toContainText("Held until");
  await expect(page.getByText(handle)).toHaveCount(0);
  await expectFits(page);
  if (scripted()) await expectAccessible(page);

  await asOwner();
  await page.goto("/admin/affiliates");
  await expectFits(page);
  if (scripted()) await expectAccessible(page);
  await page.getByRole("link", { name: `@${affiliate.handle}` }).click();
  await page.getByRole("row", { name: title }).getByRole("button", { name: "Exclude" }).click();
  await expect(page.getByRole("row", { name: title })).toContainText("Excluded");
  await expect(page.getByRole("row", { name: title })).toContainText("CN¥0.00");
  await expectFits(page);
  if (scripted()) await expectAccessible(page);
});
