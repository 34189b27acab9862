import { expect, scripted, test, unique } from "./site";

test.beforeEach(async ({ asOwner }) => asOwner());

test("while one writes, the preview shows how it will look", async ({ page }) => {
  await page.goto("/write/new");
  await page.getByLabel("Title").fill("On previews");
  await page.getByLabel("Text", { exact: true }).fill("# Draft words\n\nOpen.\n\n<!--paywall-->\n\nBehind the *wall*.");
  if (!scripted()) await page.getByRole("button", { name: "Preview" }).click();
  const preview = page.getByRole("region", { name: "Preview" });
  // It wakes when somebody comes to look at it: on a phone it stands below the form.
  await preview.scrollIntoViewIfNeeded();
  await expect(preview.getByRole("heading", { name: "Draft words" })).toBeVisible();
  await expect(preview.locator(".wall-line")).toBeVisible();
  await expect(preview.locator("em")).toHaveText("wall");
  await expect(page.getByLabel("Title")).toHaveValue("On previews");
  if (scripted()) {
    await page.getByLabel("Text", { exact: true }).fill("Quite another text.");
    await expect(preview.getByText("Quite another text.")).toBeVisible();
    await expect(preview.locator(".wall-line")).toHaveCount(0);
  }
});

test("an article is saved as a draft, published, changed and taken back", async ({ page, request }) => {
  const slug = unique("written");
  const asVisitor = async () => (await request.get(`/p/${slug}`)).status();
  const text = page.getByLabel("Text", { exact: true });
  await page.goto("/write/new");
  await page.getByLabel("Title").fill("A first try");
  await text.fill("The first words.");
  await page.getByLabel("Address").fill(slug);
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByRole("status").first()).toContainText("Saved.");
  expect(await asVisitor()).toBe(404);

  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page).toHaveURL(new RegExp(`/p/${slug}`));
  await expect(page.getByText("The first words.")).toBeVisible();
  expect(await asVisitor()).toBe(200);

  await page.getByRole("link", { name: "Edit" }).click();
  await expect(text).toHaveValue("The first words.");
  await text.fill("The second words.");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("status").first()).toContainText("Saved.");
  expect(await (await request.get(`/p/${slug}`)).text()).toContain("The second words.");

  await page.getByRole("button", { name: "Take back to a draft" }).click();
  await expect(page.getByRole("status").first()).toContainText("Taken back to a draft.");
  expect(await asVisitor()).toBe(404);
});

test("a draft that nobody ever saw can be deleted", async ({ page }) => {
  const title = unique("Draft");
  await page.goto("/write/new");
  await page.getByLabel("Title").fill(title);
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.goto("/write");
  await page.getByRole("link", { name: title }).click();
  await page.getByText("Delete this draft").click();
  await page.getByRole("button", { name: "Delete it for good" }).click();
  await expect(page.getByRole("status").first()).toContainText("Deleted.");
  await expect(page.getByRole("link", { name: title })).toHaveCount(0);
});

test("what is wrong is said beside its field, and the text stays", async ({ page }) => {
  await page.goto("/write/new");
  await page.getByLabel("Title").fill("Too dear");
  await page.getByLabel("Text", { exact: true }).fill("Hours of work.");
  await page.getByLabel("Who may read it").selectOption("paid");
  await page.getByLabel("Price of this article alone").fill("many coins");
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByLabel("Price of this article alone")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Price of this article alone")).toHaveValue("many coins");
  await expect(page.getByLabel("Text", { exact: true })).toHaveValue("Hours of work.");
  await expect(page.getByLabel("Who may read it")).toHaveValue("paid");
});
