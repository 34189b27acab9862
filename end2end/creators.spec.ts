import { expectAccessible, expectFits } from "./accessible";
import { expect, join, scripted, test, unique } from "./site";

test("a co-author sees what a sale brought, and is paid", async ({ page, owner, asOwner, browser, baseURL, javaScriptEnabled }) => {
  const coAuthor = await join(page);
  await owner.request.post("/admin/creators", { form: { sale_rate: "70", pool_rate: "0", pool_by: "opened" } });
  // A price that no other test reaches, so that this run pays this creator.
  const price = `${2000 + Math.floor(Math.random() * 1000)}.00`;
  const title = unique("Shared");
  const article = await owner.publishes({ title, source: "Open.\n\n<!--paywall-->\n\nThe rest.", access: "paid", price });

  const [mine, theirs] = [page, await browser.newPage({ baseURL, javaScriptEnabled, locale: "en-US" })];
  const asAuthor = await browser.newContext({ baseURL, javaScriptEnabled, locale: "en-US", storageState: await owner.request.storageState() });
  const author = await asAuthor.newPage();
  await author.goto(article);
  await author.getByRole("link", { name: "Edit" }).click();
  await author.goto((await author.getByRole("link", { name: "Co-authors and earnings" }).getAttribute("href"))!);
  await author.getByLabel("Member's handle").fill("nobody-of-this-name");
  await author.getByLabel("Part", { exact: true }).fill("50");
  await author.getByRole("button", { name: "Save" }).click();
  await expect(author.getByText("There is nobody with this handle; please check it.")).toBeVisible();
  await expect(author.getByLabel("Part", { exact: true })).toHaveValue("50");
  await author.getByLabel("Member's handle").fill(coAuthor.handle);
  await author.getByRole("button", { name: "Save" }).click();
  await expect(author.getByRole("row", { name: `@${coAuthor.handle}` })).toContainText("50%");
  if (scripted()) await expectAccessible(author);
  await asAuthor.close();

  await join(theirs);
  await theirs.goto(article);
  await theirs.getByRole("button", { name: /^Buy this article/ }).click();
  await theirs.getByRole("button", { name: /^Pay with the test provider/ }).click();
  await theirs.getByRole("button", { name: "Pay", exact: true }).click();
  await expect(theirs.getByText("The rest.")).toBeVisible();
  await theirs.close();

  await mine.goto("/account");
  await mine.getByRole("link", { name: "See your earnings" }).click();
  const minor = Math.floor((Number(price) * 70) / 2);
  const share = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2 }).format(minor / 100);
  await expect(mine.getByRole("region", { name: "Balance" })).toContainText(`CN¥${share}`);
  await mine.getByLabel("Name on the account").fill("Co Author");
  await mine.getByLabel("Account", { exact: true }).fill("Bank 0017");
  await mine.getByRole("button", { name: "Save" }).click();
  await expect(mine.getByText("Saved.")).toBeVisible();
  await expectFits(mine);
  if (scripted()) await expectAccessible(mine);
  await mine.getByRole("region", { name: "Month by month" }).getByRole("link").first().click();
  await expect(mine.getByText(`Sale: ${title}`)).toBeVisible();
  await expectFits(mine);
  if (scripted()) await expectAccessible(mine);

  await asOwner();
  await page.goto("/admin/payouts");
  await expect(page.getByRole("row", { name: `@${coAuthor.handle}` })).toContainText("Bank 0017");
  await page.getByLabel("Minimum").fill((minor / 100).toFixed(2));
  await page.getByRole("button", { name: "Set aside and make the file" }).click();
  await expect(page.getByRole("row", { name: coAuthor.handle })).toContainText("Under way");
  await expectFits(page);
  if (scripted()) await expectAccessible(page);
  await page.getByLabel("Payout", { exact: true }).first().selectOption({ label: await optionOf(page, coAuthor.handle) });
  await page.getByLabel("Reference").fill("B-17");
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("row", { name: coAuthor.handle })).toContainText("B-17");
});

/** The choice that names somebody. */
async function optionOf(page: import("@playwright/test").Page, handle: string): Promise<string> {
  return (await page.getByRole("option").filter({ hasText: `@${handle}` }).first().innerText()).trim();
}
