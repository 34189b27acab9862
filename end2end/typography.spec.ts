// What people read: code, footnotes, contents, and that it holds on a small window and on paper.
import type { Page } from "@playwright/test";
import { expectAccessible } from "./accessible";
import { expect, scripted, test } from "./site";

const LONG = "a".repeat(300);
const FILLER = Array.from({ length: 14 }, (_, n) => `Paragraph ${n} has some words, so that there is something to scroll through.`).join("\n\n");

const SOURCE = `Begins with a note[^1] and goes on.

## Code

\`\`\`rust title="src/main.rs"
/* a comment
   of two lines */
fn main() { println!("${"hello ".repeat(40)}"); }
\`\`\`

${FILLER}

## A table

| what | how many |
|------|---------:|
| one  |        1 |

${FILLER}

## The end

${FILLER}

[^1]: What the *note* says.
`;

const figure = (page: Page) => page.locator("figure.code").first();
const code = (page: Page) => figure(page).locator("code");
/** How far the page can be scrolled sideways, in pixels. */
const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test("a sample says its file and its language, and scrolls by itself from the keyboard", async ({ page, owner }) => {
  await page.goto(await owner.publishes({ source: SOURCE }));
  await expect(figure(page).locator("figcaption")).toHaveText("src/main.rsrust");
  const sample = figure(page).locator("pre");
  await sample.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => sample.evaluate((pre) => pre.scrollLeft)).toBeGreaterThan(0);
  expect(await sideways(page)).toBe(0);
  await expect(page.getByRole("group", { name: "what · how many" })).toHaveAttribute("tabindex", "0");
});

test("what is copied is the code, without its numbers, and the answer is said", async ({ page, context, owner }) => {
  test.skip(!scripted(), "needs JavaScript");
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(await owner.publishes({ source: SOURCE }));
  const written = (await code(page).textContent())!;
  await figure(page).getByRole("button", { name: "Lines" }).click();
  await expect(code(page).locator(".line")).toHaveCount(3);
  expect(await code(page).textContent()).toBe(written);
  await figure(page).getByRole("button", { name: "Copy" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Copied" })).toBeAttached();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(written.trimEnd());
  // By hand, too.
  const selected = await code(page).evaluate((code) => (getSelection()!.selectAllChildren(code), getSelection()!.toString()));
  expect(selected.trimEnd()).toBe(written.trimEnd());
});

test("lines are wrapped and numbered by choice, and the choice is remembered", async ({ page, owner }) => {
  test.skip(!scripted(), "needs JavaScript");
  const [one, other] = [await owner.publishes({ source: SOURCE }), await owner.publishes({ source: SOURCE })];
  await page.goto(one);
  const wider = () => figure(page).locator("pre").evaluate((pre) => pre.scrollWidth > pre.clientWidth);
  expect(await wider()).toBe(true);
  await figure(page).getByRole("button", { name: "Wrap" }).click();
  expect(await wider()).toBe(false);
  await figure(page).getByRole("button", { name: "Lines" }).press("Enter");
  await page.goto(other);
  for (const name of ["Wrap", "Lines"]) await expect(figure(page).getByRole("button", { name })).toHaveAttribute("aria-pressed", "true");
  expect(await wider()).toBe(false);
  const drawn = await code(page).locator(".line").nth(1).evaluate((line) => getComputedStyle(line, "::before").content);
  expect(drawn).toBe("counter(line)");
  await figure(page).getByRole("button", { name: "Wrap" }).click();
  await page.reload();
  await expect(figure(page).getByRole("button", { name: "Wrap" })).toHaveAttribute("aria-pressed", "false");
});

test("a footnote opens in place from the keyboard, and Escape leads back to its mark", async ({ page, owner }) => {
  test.skip(!scripted(), "needs JavaScript");
  const article = await owner.publishes({ source: SOURCE });
  await page.goto(article);
  const mark = page.locator(".footnote a").first();
  await mark.press("Enter");
  const note = page.getByRole("dialog", { name: "Footnote 1" });
  await expect(note).toBeFocused();
  await expect(note).toContainText("What the note says.");
  await expect(note).not.toContainText("↩");
  const [under, box] = [(await mark.boundingBox())!, (await note.boundingBox())!];
  expect(box.y - (under.y + under.height)).toBeLessThan(20);
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(page.viewportSize()!.width);
  await page.keyboard.press("Escape");
  await expect(note).toHaveCount(0);
  await expect(mark).toBeFocused();
  await expect(page).toHaveURL(new RegExp(`${article}$`));
  await mark.click();
  await note.getByRole("button", { name: "Close" }).click();
  await expect(note).toHaveCount(0);
  await expect(mark).toBeFocused();
});

test("the tools and an open note are there for everybody", async ({ page, owner }) => {
  test.skip(!scripted(), "axe needs scripts");
  await page.goto(await owner.publishes({ source: SOURCE }));
  for (const name of ["Wrap", "Lines"]) await figure(page).getByRole("button", { name }).click();
  await page.locator(".footnote a").first().press("Enter");
  await expect(page.getByRole("dialog", { name: "Footnote 1" })).toBeVisible();
  await expectAccessible(page);
});

test("without a script a footnote is jumped to, and its arrow leads back", async ({ page, owner }) => {
  test.skip(scripted(), "needs a browser without JavaScript");
  await page.goto(await owner.publishes({ source: SOURCE }));
  await page.locator(".footnote a").first().click();
  await expect(page.locator("#fn-1")).toBeInViewport();
  await page.locator("#fn-1").getByRole("link", { name: "↩" }).click();
  await expect(page.locator("#fnref-1")).toBeInViewport();
  await expect(page.locator(".code-tools")).toHaveCount(0);
});

test("the contents follow and mark where one reads", async ({ page, owner, isMobile }) => {
  await page.goto(await owner.publishes({ source: SOURCE }));
  const contents = page.getByRole("navigation", { name: "Contents" });
  if (isMobile) await page.locator(".post-contents summary").click();
  await expect(contents.getByRole("link")).toHaveText(["Code", "A table", "The end"]);
  await contents.getByRole("link", { name: "A table" }).click();
  await expect(page.getByRole("heading", { name: "A table" })).toBeInViewport();
  if (!isMobile) await expect(contents).toBeInViewport();
  if (!scripted()) return;
  await expect(contents.locator("[aria-current=location]")).toHaveText("A table");
  await page.getByRole("heading", { name: "The end" }).evaluate((heading) => heading.scrollIntoView({ behavior: "instant" }));
  await expect(contents.locator("[aria-current=location]")).toHaveText("The end");
  await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
  await expect(contents.locator("[aria-current]")).toHaveCount(0);
});

test("nothing a person writes makes the page wider than a small window", async ({ page, owner }) => {
  const cells = "| a | b | c | d | e | f |\n|-|-|-|-|-|-|\n| one thing | two things | three things | four things | five things | six things |";
  const hold = [LONG, `## ${LONG}`, `https://example.org/${LONG}`, `\`${LONG}\``, `> - ${LONG}`, `\`\`\`rust title="${LONG}"\n${LONG}\n\`\`\``, cells];
  const source = [...hold, `![${LONG}](/no-such.png "${LONG}")`, "مرحبا بالعالم", `Note[^1]\n\n[^1]: ${LONG}`].join("\n\n");
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(await owner.publishes({ title: LONG.slice(0, 200), source }));
  expect(await sideways(page)).toBe(0);
  const rightToLeft = page.getByText("مرحبا بالعالم");
  expect(await rightToLeft.evaluate((p) => getComputedStyle(p).unicodeBidi)).toBe("plaintext");
});

test("a line holds 65 to 75 letters or 34 to 40 Han characters on a desk", async ({ page, owner, isMobile }) => {
  test.skip(Boolean(isMobile), "a phone holds what it can");
  const english = "The measure of a line is what an eye can find its way back from, and most books have settled on much the same. ".repeat(12);
  const chinese = "一行的长短取决于眼睛能否顺利回到下一行的开头大多数书籍都选择了差不多的宽度".repeat(12);
  for (const [source, least, most] of [[english, 65, 75], [chinese, 34, 40]] as const) {
    await page.goto(await owner.publishes({ source }));
    const paragraph = page.locator(".post > .prose > p").first();
    const lines = await paragraph.evaluate((p) => {
      const text = p.firstChild as Text;
      const range = document.createRange();
      const tops: number[] = [];
      for (let at = 0; at < text.length; at++) {
        range.setStart(text, at);
        range.setEnd(text, at + 1);
        tops.push(Math.round(range.getBoundingClientRect().top));
      }
      const counts = [...new Set(tops)].map((top) => tops.filter((other) => other === top).length).slice(0, -1);
      return counts.sort((a, b) => a - b);
    });
    const median = lines[lines.length >> 1];
    test.info().annotations.push({ type: "measure", description: `${lines[0]} to ${lines.at(-1)}, median ${median}` });
    expect(median).toBeGreaterThanOrEqual(least);
    expect(median).toBeLessThanOrEqual(most);
    await expect(paragraph).not.toHaveCSS("text-align", "justify");
  }
});

test("nothing moves while an article is loaded, images of any size included", async ({ page, owner }) => {
  test.skip(!scripted(), "needs JavaScript to measure");
  const source = `![tall](/icon.svg "An icon")\n\n${SOURCE}\n\n![known](/icon.svg){width=200 height=200}\n\n${FILLER}`;
  const article = await owner.publishes({ source });
  await page.addInitScript(() => {
    const seen = ((window as unknown as { shifted: number[] }).shifted = [] as number[]);
    const each = (list: PerformanceObserverEntryList) => list.getEntries().forEach((entry) => seen.push((entry as unknown as { value: number }).value));
    new PerformanceObserver(each).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(article, { waitUntil: "load" });
  const first = page.getByRole("img", { name: "tall" });
  await expect.poll(() => first.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0)).toBe(true);
  await expect(page.locator(".code-tools").first()).toBeAttached();
  await expect(page.locator("figure.image figcaption")).toHaveText("An icon");
  const known = page.getByRole("img", { name: "known" });
  expect(await known.evaluate((image) => [image.clientWidth, image.clientHeight])).toEqual([200, 200]);
  expect(await page.evaluate(() => (window as unknown as { shifted: number[] }).shifted)).toEqual([]);
});

test("on paper there is the article alone, black on white, with where its links lead", async ({ page, owner }) => {
  const article = await owner.publishes({ source: `${SOURCE}\n\n[a link](https://example.org/there)` });
  await page.goto(article);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const gone of [".site-header", ".site-footer", ".post-contents", ".discussion", ".code-tools", ".anchor"]) {
    await expect(page.locator(gone).filter({ visible: true }), gone).toHaveCount(0);
  }
  await expect(page.getByText("What the note says.")).toBeVisible();
  await expect(page.locator("body")).toHaveCSS("color", "rgb(0, 0, 0)");
  await expect(figure(page).locator("pre")).toHaveCSS("white-space-collapse", "preserve");
  expect(await figure(page).locator("pre").evaluate((pre) => pre.scrollWidth <= pre.clientWidth)).toBe(true);
  const after = await page.getByRole("link", { name: "a link" }).evaluate((link) => getComputedStyle(link, "::after").content);
  expect(after).toContain("https://example.org/there");
});
