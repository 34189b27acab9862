import type { Page } from "@playwright/test";
import { expect, test, unique } from "./site";

const SOURCE = `Begins with a note[^1] and a word of \`code\`.

## Code

\`\`\`rust
fn main() { println!("hello"); }
\`\`\`

## A table

| what | how many |
|------|---------:|
| one  |        1 |

## The end

[^1]: What the note says.
`;

/** The articles of a list, by their paths. */
const shown = (page: Page) => page.locator(".post-card-title a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));

test("an article shows its code, tables, notes and contents", async ({ page, owner }) => {
  const article = await owner.publishes({ title: "Many things", source: SOURCE });
  await page.goto(article);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Many things");
  await expect(page.locator("pre code")).toContainText("println!");
  await expect(page.getByRole("cell", { name: "one" })).toBeVisible();
  await expect(page.getByText("What the note says.")).toBeVisible();
  const unfold = page.locator(".post-contents summary");
  if (await unfold.isVisible()) await unfold.click();
  await page.getByRole("navigation", { name: "Contents" }).getByRole("link", { name: "A table" }).click();
  await expect(page.getByRole("heading", { name: "A table" })).toBeInViewport();
});

test("a list goes on to older articles, each shown once", async ({ page, owner }) => {
  const tag = unique("tag");
  const paths: string[] = [];
  for (let n = 0; n < 21; n++) paths.push(await owner.publishes({ tags: tag }));
  await page.goto(paths[0]);
  await page.locator(".tags").getByRole("link", { name: tag }).click();
  const newest = await shown(page);
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page.locator(".post-card")).toHaveCount(1);
  expect([...newest, ...(await shown(page))]).toEqual(paths.reverse());
});

test("the list of all articles shows the newest and goes on to older ones", async ({ page, owner }) => {
  await Promise.all(Array.from({ length: 21 }, () => owner.publishes()));
  await page.goto("/articles");
  const newest = await shown(page);
  expect(newest).toHaveLength(20);
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page).toHaveURL(/after=/);
  const older = await shown(page);
  expect(older).not.toEqual([]);
  expect(older.filter((path) => newest.includes(path))).toEqual([]);
});

test("an author's page lists what they wrote", async ({ page, owner }) => {
  const article = await owner.publishes();
  await page.goto(article);
  await page.locator(".post-header .post-author").click();
  await expect(page).toHaveURL(/\/u\/keeper$/);
  await expect(page.getByText("@keeper")).toBeVisible();
  await expect(page.locator(".post-card").first()).toBeVisible();
});

test("the wall says what it costs, and the text behind it is nowhere in the page", async ({ page, owner }) => {
  const tier = await owner.sells("18");
  const source = "This is open.\n\n<!--paywall-->\n\nThis is a secret.\n\n```rust\nlet secret = 1;\n```\n";
  const article = await owner.publishes({ source, access: "paid", price: "9.90", tier: tier.id });
  await page.goto(article);
  await expect(page.getByText("This is open.")).toBeVisible();
  const wall = page.getByRole("region", { name: "The rest is for paying readers" });
  await expect(wall).toContainText("1 code sample");
  await expect(wall.getByRole("button", { name: "Buy this article for CN¥9.90" })).toBeVisible();
  await expect(wall.getByRole("button", { name: /^Join for a month, CN¥18/ })).toBeVisible();
  for (const path of [article, "/", "/articles", "/u/keeper"]) {
    const html = await (await page.request.get(path)).text();
    expect(html.includes("secret"), path).toBe(false);
  }
});

test("a visitor's pages name one small script at most, and load no WebAssembly", async ({ page, owner }) => {
  const article = await owner.publishes({ source: SOURCE });
  const scripts: string[] = [];
  page.on("request", (request) => (request.resourceType() === "script" || request.url().endsWith(".wasm")) && scripts.push(request.url()));
  for (const path of ["/", "/articles", "/u/keeper", "/community", "/membership"]) {
    await page.goto(path);
    await expect(page.locator("script")).toHaveCount(0);
  }
  expect(scripts).toEqual([]);
  // An article has code to copy, notes to open, and a row to share it with.
  await page.goto(article);
  await expect(page.locator("script[src]")).toHaveCount(1);
  await expect(page.locator("script[src]")).toHaveAttribute("src", /\/pkg\/page\.\w+\.js$/);
  // It fetches what is of use near the place on the screen, and nothing else.
  expect(scripts.filter((url) => !/\/pkg\/[\w-]+\.\w+\.js$/.test(url))).toEqual([]);
});

test("what is for scripts alone is not shown before one shows it", async ({ page, owner, javaScriptEnabled }) => {
  await page.goto(await owner.publishes());
  const row = page.getByRole("region", { name: "Share this article" });
  await expect(row.getByRole("textbox", { name: "Link" })).toBeVisible();
  await expect(row.getByRole("button", { name: "Copy link" })).toBeVisible({ visible: javaScriptEnabled });
  // Handing a link to the system is for telephones that can.
  const hands = javaScriptEnabled && (await page.evaluate(() => "share" in navigator && matchMedia("(pointer: coarse)").matches));
  await expect(row.getByRole("button", { name: "Share…" })).toBeVisible({ visible: hands });
});
