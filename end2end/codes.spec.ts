import { readFile, writeFile } from "node:fs/promises";
import { expect, join, scripted, test, unique } from "./site";

/** Makes codes for a month of a new tier, as the admin does; answers the tier's name and the codes. */
async function makeCodes(page: import("@playwright/test").Page, tier: string, many: string) {
  await page.goto("/admin/codes/new");
  await page.getByLabel("Name", { exact: true }).fill(unique("Batch"));
  await page.getByLabel("How many").fill(many);
  await page.getByLabel("Tier").selectOption({ label: tier });
  await page.getByRole("button", { name: "Make them" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("The codes are made");
  return (await page.getByLabel(`${many} codes`).inputValue()).split("\n");
}

test("codes are made, downloaded, and redeemed by somebody who has no account yet", async ({ page, owner, asOwner, browser }) => {
  const { name } = await owner.sells("18");
  await asOwner();
  const codes = await makeCodes(page, name, "2");
  expect(codes).toHaveLength(2);
  const begun = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download CSV: code, link" }).click();
  const file = await readFile(await (await begun).path(), "utf8");
  expect(file).toContain("卡号,卡密");
  const link = file.split("\r\n")[1].split(",")[1];

  // A card with a link, on somebody else's telephone.
  const context = await browser.newContext({ javaScriptEnabled: scripted(), extraHTTPHeaders: { "x-forwarded-for": "2001:db8:c0de::1" } });
  const phone = await context.newPage();
  await phone.goto(link);
  await expect(phone.getByText(`${name} · one month`)).toBeVisible();
  await phone.getByRole("button", { name: "Redeem" }).click();
  await expect(phone.getByRole("heading", { level: 1 })).toHaveText("One more step");
  await phone.getByRole("main").getByRole("link", { name: "Join" }).click();
  const handle = unique("reader");
  await phone.getByLabel("E-mail").fill(`${handle}@example.org`);
  await phone.getByLabel("Handle").fill(handle);
  await phone.getByLabel("Password").fill("a password of my own");
  await phone.getByRole("button", { name: "Join" }).click();
  await expect(phone.getByRole("status").first()).toContainText("Redeemed.");
  await expect(phone.locator(".plan")).toContainText(`${name} · one month`);
  await expect(phone.locator(".plan-end")).toHaveText(/^until /);

  // The same code again, and one that is none.
  await phone.goto("/membership");
  await phone.getByRole("link", { name: "Redeem it" }).click();
  await phone.getByLabel("Code", { exact: true }).fill(codes[0].toLowerCase());
  await phone.getByRole("button", { name: "Redeem" }).click();
  await expect(phone.getByRole("alert")).toContainText("You have redeemed this code already");
  await phone.getByLabel("Code", { exact: true }).fill("nothing");
  await phone.getByRole("button", { name: "Redeem" }).click();
  await expect(phone.getByText("This code is not known.")).toBeVisible();
  await expect(phone.getByLabel("Code", { exact: true })).toHaveValue("nothing");
  await context.close();

  await page.goto("/admin/codes");
  await page.getByRole("row", { name: new RegExp(name) }).getByRole("link").click();
  await expect(page.getByRole("row", { name: new RegExp(handle) })).toContainText("Redeemed");
});

test("a Taobao order is imported and activated by its number and telephone", async ({ page, owner, asOwner, browser }) => {
  const { name } = await owner.sells("18");
  const item = unique("card");
  await asOwner();
  await page.goto("/admin/codes/taobao");
  const adding = page.locator("details.codes-add");
  if (!(await adding.evaluate((details: HTMLDetailsElement) => details.open))) await adding.locator("summary").click();
  await adding.getByLabel("Text").fill(item);
  await adding.getByLabel("Tier").selectOption({ label: name });
  await adding.getByRole("button", { name: "Add" }).click();
  const number = `${Date.now()}${Math.floor(Math.random() * 1e6)}`;
  const lines = ["订单编号,订单状态,联系手机,宝贝标题", `="${number}",买家已付款,'138****1234,${item}`, `x,交易成功,13800000000,${item}`];
  const path = test.info().outputPath("orders.csv");
  await writeFile(path, lines.join("\r\n"));
  await page.getByLabel("Order file").setInputFiles(path);
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("status").first()).toContainText("The file is in");
  await expect(page.getByRole("row").filter({ hasText: "The order number is not a number" })).toContainText("Broken");

  const context = await browser.newContext({ javaScriptEnabled: scripted(), extraHTTPHeaders: { "x-forwarded-for": "2001:db8:c0de::2" } });
  const phone = await context.newPage();
  await join(phone);
  await phone.goto("/redeem");
  await phone.getByRole("link", { name: "Taobao order" }).click();
  await phone.getByLabel("Order number").fill(number);
  await phone.getByLabel("End of the telephone number").fill("9999");
  await phone.getByRole("button", { name: "Redeem" }).click();
  await expect(phone.getByText("please come back later")).toBeVisible();
  await phone.getByLabel("End of the telephone number").fill("1234");
  await phone.getByRole("button", { name: "Redeem" }).click();
  await expect(phone.locator(".plan")).toContainText(`${name} · one month`);
  await context.close();
});
