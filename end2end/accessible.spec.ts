// Every kind of page, looked at by axe, in the light on a desktop and in the dark on a phone, and measured. What a browser says aloud on the way fails too.
import type { Page } from "@playwright/test";
import { expectAccessible, expectFits } from "./accessible";
import { type Owner, expect, join, scripted, test } from "./site";

// axe is itself a script; without scripts the pages are the same HTML.
test.skip(() => !scripted(), "axe needs scripts");

const SOURCE = `Begins with a note[^1], a [link](/) and a word of \`code\`.

## Code

\`\`\`rust
/// A very long line of code that no phone can show at once, so that it has to be moved inside its own box to be read.
fn main() { println!("hello"); }
\`\`\`

## A table

| what | how many | and one more column that is wide | and another one |
|------|---------:|-----------------------------------|-----------------|
| one  |        1 | words words words words            | words words     |

## The end

> Averylongwordwithoutanyplacewhereitcouldbebrokenintotwolinesbecauseithasnospacesatallinsideofitself.

- [ ] a task

[^1]: What the note says.
`;
const WALLED = `${SOURCE}\n<!--paywall-->\n\n## Behind\n\nThe rest.`;

async function look(page: Page, path: string) {
  await page.goto(path);
  await expectFits(page);
  await expectAccessible(page);
}

const paid = async (owner: Owner) =>
  owner.publishes({ source: WALLED, access: "paid", price: "9.90", tier: (await owner.sells("18")).id, tags: "reading, writing" });

test("what a visitor reads", async ({ page, owner }) => {
  const article = await owner.publishes({ source: SOURCE, tags: "reading, writing" });
  for (const path of [article, "/", "/tags/reading", "/u/keeper", await paid(owner), "/membership", "/community", "/no-such-page"]) await look(page, path);
  await look(page, await owner.publishes({ source: WALLED, access: "members" }));
});

test("the forms to join and to sign in, and what they say", async ({ page }) => {
  for (const path of ["/join", "/forgot", "/verify?token=old", "/reset?token=old", "/sign-in"]) await look(page, path);
  await page.getByLabel("E-mail").fill("nobody@example.org");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expectAccessible(page);
});

test("what a buyer goes through", async ({ page, owner }) => {
  const article = await paid(owner);
  await join(page);
  await look(page, article);
  await page.getByRole("button", { name: /^Buy this article/ }).click();
  await look(page, page.url());
  await page.getByRole("button", { name: /^Pay with/ }).click();
  await look(page, page.url());
  await page.getByRole("button", { name: "Decline" }).click();
  await look(page, page.url());
  await page.getByRole("button", { name: /^Try again/ }).click();
  await page.getByRole("button", { name: "Pay twice" }).click();
  await look(page, page.url());
  await page.goto("/account/purchases");
  await look(page, (await page.getByRole("link", { name: /^Receipt/ }).getAttribute("href"))!);
});

test("a space and what is said there", async ({ page, owner }) => {
  const [space, closed] = [await owner.opens(), await owner.opens("members")];
  const topic = await owner.startsTopic(space);
  await look(page, closed);
  await join(page);
  for (const path of [space, `${space}/new`]) await look(page, path);
  await page.goto(topic);
  await page.getByLabel("Write a reply").fill(SOURCE.replaceAll("## ", "# "));
  await page.getByRole("button", { name: "Reply" }).click();
  await page.getByRole("link", { name: "Reply" }).first().click();
  await look(page, page.url());
  await page.getByRole("link", { name: "Edit or delete" }).first().click();
  await look(page, page.url());
});

test("a member's own pages", async ({ page }) => {
  await join(page);
  for (const name of ["", "/purchases", "/activity", "/following", "/profile", "/mail", "/security", "/privacy"]) await look(page, `/account${name}`);
});

test("where articles are written", async ({ page, owner, asOwner }) => {
  const article = await owner.publishes({ source: WALLED, access: "paid", price: "9.90" });
  await asOwner();
  for (const path of ["/write", "/write/new", "/account/earnings"]) await look(page, path);
  await page.goto(article);
  await page.getByRole("link", { name: "Edit" }).click();
  await look(page, page.url());
  await page.getByLabel("Text", { exact: true }).fill(SOURCE);
  await expect(page.getByRole("region", { name: "Preview" }).getByRole("heading", { name: "The end" })).toBeVisible();
  await expectAccessible(page);
});

test("where the numbers stand", async ({ page, asOwner }) => {
  await asOwner();
  for (const path of ["/admin?period=this-month", "/admin?from=2001-01-01&to=2001-02-01", "/admin/rows/interactions", "/admin/costs"]) await look(page, path);
});

test("where the place is run", async ({ page, owner, asOwner }) => {
  const tier = await owner.sells("18");
  await asOwner();
  for (const path of ["/admin/members", "/admin/members/import", "/admin/members/segments", "/admin/members/letters", "/admin/members/letters/new", "/admin/offers", "/admin/tiers", `/admin/tiers/${tier.id}`, "/admin/spaces", "/admin/creators", "/admin/payouts"]) await look(page, path);
});

test("where its letters are written", async ({ page, asOwner }) => {
  await asOwner();
  for (const path of ["/admin/mail", "/admin/mail/kinds", "/admin/mail/kinds/receipt", "/admin/mail/account"]) await look(page, path);
});
