import { expectAccessible, expectFits } from "./accessible";
import { letterTo } from "./letters";
import { expect, join, scripted, test, unique } from "./site";

test("articles are sold together, opened together, and shut when the money goes back", async ({ page, owner, asOwner, browser, baseURL, javaScriptEnabled }) => {
  const chapter = (name: string, price: string) =>
    owner.publishes({ title: name, source: `Before.\n\n<!--paywall-->\n\nThe end of ${name}.`, access: "paid", price });
  const [first, second] = [unique("First"), unique("Second")];
  const paths = [await chapter(first, "12.50"), await chapter(second, "7.50")];
  const title = unique("Bundle");

  await asOwner();
  await page.goto("/admin/bundles");
  await page.getByRole("link", { name: "New bundle" }).click();
  await page.getByLabel("Title").fill(title);
  await page.getByRole("textbox", { name: "Articles" }).fill(`${paths[0]}\nno-such-article`);
  await page.getByLabel(/^Price/).fill("15");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Line 2: there is no article at this address.")).toBeVisible();
  await expect(page.getByLabel("Title")).toHaveValue(title);
  await page.getByRole("textbox", { name: "Articles" }).fill(paths.join("\n"));
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await expectFits(page);
  if (scripted()) await expectAccessible(page);

  const there = await browser.newContext({ baseURL, javaScriptEnabled, locale: "en-US", extraHTTPHeaders: { "x-forwarded-for": "2001:db8:b0b::1" } });
  const buyer = await there.newPage();
  await join(buyer);
  await buyer.goto(paths[0]);
  await buyer.getByRole("link", { name: `In the bundle “${title}”` }).click();
  await expect(buyer.getByRole("heading", { level: 1 })).toHaveText(title);
  await expect(buyer.getByText("CN¥15.00 for all. One by one they cost CN¥20.00: you save CN¥5.00.")).toBeVisible();
  await expectFits(buyer);
  if (scripted()) await expectAccessible(buyer);
  await buyer.getByRole("button", { name: "Buy the bundle for CN¥15.00" }).click();
  await expect(buyer.locator(".order-contents li")).toHaveText([first, second]);
  await expectFits(buyer);
  const order = new URL(buyer.url()).pathname;
  await buyer.getByRole("button", { name: /^Pay with the test provider/ }).click();
  await buyer.getByRole("button", { name: "Pay", exact: true }).click();
  await expect(buyer.getByText("Paid. The articles of the bundle are open to you now.")).toBeVisible();
  await expect(buyer.locator(".bundle-articles .badge")).toHaveText(["Open to you", "Open to you"]);
  for (const [name, path] of [[first, paths[0]], [second, paths[1]]]) {
    await buyer.goto(path);
    await expect(buyer.getByText(`The end of ${name}.`)).toBeVisible();
  }

  await page.goto("/admin/orders");
  await page.getByRole("link", { name: `Bundle “${title}”` }).click();
  await page.getByLabel("Amount").fill("15");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: /^Give back / }).click();
  await expect(async () => {
    await buyer.goto(order);
    await expect(buyer.getByText("The money was given back.")).toBeVisible({ timeout: 1000 });
  }).toPass();
  for (const [name, path] of [[first, paths[0]], [second, paths[1]]]) {
    await buyer.goto(path);
    await expect(buyer.getByText(`The end of ${name}.`)).toHaveCount(0);
  }
  await there.close();
});

test("a card opens a bundle, and a letter says what it opened", async ({ page, owner, browser, baseURL, javaScriptEnabled }) => {
  const chapter = (price: string) => owner.publishes({ source: "Before.\n\n<!--paywall-->\n\nBehind the wall.", access: "paid", price });
  const paths = [await chapter("12.50"), await chapter("7.50")];
  const title = unique("Bundle");
  await owner.request.post("/admin/bundles/new", { form: { title, articles: paths.join("\n"), price: "15", published: "on" } });
  const asOwner = await browser.newContext({ baseURL, javaScriptEnabled, locale: "en-US", storageState: await owner.request.storageState() });
  const desk = await asOwner.newPage();
  await desk.goto("/admin/codes/new");
  await desk.getByLabel("Name", { exact: true }).fill(unique("Batch"));
  await desk.getByLabel("How many").fill("1");
  await desk.getByLabel("Bundle (optional)").selectOption({ label: title });
  await desk.getByRole("button", { name: "Make them" }).click();
  const code = await desk.getByLabel("1 codes").inputValue();
  await asOwner.close();

  const reader = await join(page);
  await page.goto("/redeem");
  await page.getByLabel("Code", { exact: true }).fill(code);
  await page.getByRole("button", { name: "Redeem" }).click();
  await expect(page.locator(".plan")).toContainText(`the bundle “${title}”`);
  await expect(page.locator(".plan-end")).toHaveText("for good");
  for (const path of paths) {
    await page.goto(path);
    await expect(page.getByText("Behind the wall.")).toBeVisible();
  }
  const letter = await letterTo(reader.email, "redeemed");
  expect(letter.text).toContain(title);
  expect(letter.text).toContain("for good");
});
