// What the main pages say to whoever hears them instead of seeing them: roles, names, levels and order, in `aria/*.aria.yml`.
//
// A snapshot holds what has to be there, in its order; what other tests add to a list may stand between. Dates, numbers and
// names that are made for one run are patterns. A page that is meant to change gets its file changed by hand, in the same commit.
import type { Page } from "@playwright/test";
import { expect, join, type Owner, test } from "./site";

test.skip(() => test.info().project.name.startsWith("phone"), "the phone shows the same tree in other places");

const SOURCE = `Begins with a note[^1], a [link](/membership) and a word of \`code\`.

## What it is

\`\`\`rust
fn main() {}
\`\`\`

## What it costs

| what | how many |
|------|---------:|
| one  |        1 |

[^1]: What the note says.

<!--paywall-->

## Behind

The rest.`;

const LANGUAGES = [["zh", "zh-CN"], ["en", "en"]] as const;

const inLanguage = (page: Page, locale: string) =>
  page.context().addCookies([{ name: "stoa_locale", value: locale, url: process.env.STOA_URL! }]);

const paid = async (owner: Owner) => owner.publishes({ title: "An article to be heard", source: SOURCE, access: "paid", price: "9.90" });

const matches = (page: Page, part: "body" | "main", name: string) =>
  expect.soft(page.locator(part)).toMatchAriaSnapshot({ name: `${name}.aria.yml` });

/** The frame is the same on every page: it has files of its own. */
const frame = (page: Page, name: string) => matches(page, "body", `frame-${name}`);

async function sounds(page: Page, path: string, name: string) {
  await page.goto(path);
  await matches(page, "main", name);
}

for (const [short, locale] of LANGUAGES) {
  test(`the home page in ${locale}, to a visitor and to a member`, async ({ page }) => {
    await inLanguage(page, locale);
    await sounds(page, "/", `home-visitor-${short}`);
    await frame(page, `visitor-${short}`);
    await join(page);
    await sounds(page, "/", `home-member-${short}`);
    await frame(page, `member-${short}`);
  });

  test(`an article in ${locale}, to a visitor and to a member`, async ({ page, owner }) => {
    const article = await paid(owner);
    await inLanguage(page, locale);
    await sounds(page, article, `article-visitor-${short}`);
    await join(page);
    await sounds(page, article, `article-member-${short}`);
  });
}

test("the door, the tiers, a space and a topic", async ({ page, owner }) => {
  const space = await owner.opens();
  const topic = await owner.startsTopic(space);
  await sounds(page, "/sign-in", "sign-in");
  await sounds(page, "/membership", "tiers");
  await sounds(page, space, "space");
  await sounds(page, topic, "topic");
});

test("one's own pages", async ({ page }) => {
  await join(page);
  await sounds(page, "/account", "account");
});

test("the pages of whoever runs the place", async ({ page, asOwner }) => {
  await asOwner();
  await sounds(page, "/admin?from=2001-01-01&to=2001-02-01", "admin-analytics");
  await sounds(page, "/admin/look", "admin-look");
});
