// What can happen to what is bought, whoever is paid. The site's clock is the real one: what only time brings (a term that
// runs out, days of grace, reminders, a checkout that expires, a notification ten minutes late) is lived through in
// tests/histories and tests/http, where clocks are moved by hand.
import type { Page } from "@playwright/test";
import type { Owner } from "../site";
import {
  at, buy, card, expect, expectBooked, expectListed, expectOpen, fact, type Fate, forSale, giveBack, join, look, order, plan, test, today, type Way,
} from "./steps";

/** The lives of an article and of a term pass, paid one way. `fee`: what the provider keeps of CN¥9.90, where it says so at once. */
export function livesOf(way: Way, fee: number) {
  const fees = (kept: number): Record<string, number> => (kept === 0 ? {} : { "Provider fees": kept });
  /** All was given back; what the provider kept is gone. */
  const nothing: Record<string, number> = fee === 0 ? {} : { [way.held]: -fee, ...fees(fee) };
  const paid = { [way.held]: 990 - fee, ...fees(fee), "Earned by articles": -990 };

  test("an article is bought, given back in part and then whole @phone", async ({ page, owner, desk, counter }) => {
    const article = await forSale(owner);
    const reference = await buy(page, counter, article, way);
    await expectListed(page, article.title, "Paid");
    await expectBooked(desk, reference, "Paid", paid);
    await giveBack(desk, reference, "3.30");
    await expectBooked(desk, reference, "Paid", { ...paid, [way.held]: 660 - fee, "Earned by articles": -660 });
    await expectOpen(page, article.path, true);
    await giveBack(desk, reference);
    await expectBooked(desk, reference, "Refunded", nothing);
    await expectOpen(page, article.path, false);
    await expectListed(page, article.title, "Refunded");
  });

  test("money given back at the provider closes the article, a forged word of it does not", async ({ page, owner, desk, counter }) => {
    const [article, other] = [await forSale(owner), await forSale(owner)];
    const reference = await buy(page, counter, article, way);
    await way.refund(counter, article.title, "out-of-order");
    await expectBooked(desk, reference, "Refunded", nothing);
    await expectOpen(page, article.path, false);
    await page.context().clearCookies();
    const kept = await buy(page, counter, other, way);
    await way.refund(counter, other.title, "forged");
    await expectRefused(counter, way);
    await expectBooked(desk, kept, "Paid", paid);
    await expectOpen(page, other.path, true);
  });

  test("a notification that is lost is not missed, and one that comes twice counts once", async ({ page, owner, desk, counter }) => {
    const [first, second] = [await forSale(owner), await forSale(owner)];
    const lost = await buy(page, counter, first, way, "lost");
    await expectBooked(desk, lost, "Paid", paid);
    await page.context().clearCookies();
    const twice = await buy(page, counter, second, way, "twice");
    await expectBooked(desk, twice, "Paid", paid);
  });

  test("a payment that fails keeps the order, which can be paid another way", async ({ page, owner, desk, counter }) => {
    const article = await forSale(owner);
    await join(page);
    const reference = await order(page, article);
    await page.getByRole("button", { name: way.button }).click();
    await way.fail(page, counter, article.title);
    await expect(page).toHaveURL(new RegExp(`/orders/${reference}`));
    await expectOpen(page, article.path, false);
    await page.goto(`/orders/${reference}`);
    await page.getByRole("button", { name: /the test provider/ }).click();
    await page.getByRole("button", { name: "Pay", exact: true }).click();
    await expectOpen(page, article.path, true);
    await look(desk, reference);
    await expect(fact(desk, "Status").first()).toHaveText("Paid");
  });

  test("a term pass is bought, extended with one press, paused and resumed @phone", async ({ page, owner, desk, counter }) => {
    const tier = await owner.sells("18");
    await join(page);
    await page.goto("/membership?term=month");
    await card(page, tier.name).getByRole("button", { name: "Buy a month" }).click();
    const reference = new URL(page.url()).pathname.split("/").pop()!;
    await page.getByRole("button", { name: way.button }).click();
    await way.pay(page, counter, tier.name);
    await expect(page.getByRole("status").first()).toContainText("Paid. Your membership has begun.");
    await page.goto("/account/membership");
    const pass = plan(page, tier.name);
    const end = await pass.locator(".plan-when").innerText();
    await pass.getByRole("button", { name: "Renew for one month: CN¥18.00" }).click();
    await way.pay(page, counter, tier.name);
    await expect(page).toHaveURL(/\/account\/membership/);
    await expect(pass.locator(".plan-when")).not.toHaveText(end);
    // What was paid for first is given back: the second month is left.
    await giveBack(desk, reference);
    await expect.poll(async () => (await desk.reload(), fact(desk, "Status").first().innerText())).toContain("Refunded");
    await page.reload();
    // A month from the second payment on, which came a moment after the first: the same day.
    await expect(pass.locator(".plan-when")).toContainText(end.split(",")[0]!);
    await pass.getByRole("button", { name: "Pause", exact: true }).click();
    await expect(pass).toContainText("Paused");
    await pass.getByRole("button", { name: "Resume", exact: true }).click();
    await expect(pass).toContainText("Open to you");
  });
}

/** What a provider that charges again and again does at the end of a term. */
export interface Renewing extends Way {
  /** The next term is due now. */
  renew: (counter: Page, agreed: Agreed, fate?: Fate) => Promise<void>;
  /** Whether charges go through from now on. */
  charging: (counter: Page, agreed: Agreed, succeeds: boolean) => Promise<void>;
  /** What failed is tried again. */
  again: (counter: Page, agreed: Agreed) => Promise<void>;
}

/** The tier that renews, and its member's address. */
export interface Agreed {
  name: string;
  email: string;
}

/** A new member agrees to be charged each month for a tier, and is on the page of their membership. */
export async function subscribe(page: Page, counter: Page, owner: Owner, way: Way): Promise<Agreed> {
  const { name } = await owner.sells("18");
  const { email } = await join(page);
  await page.goto("/membership?term=month");
  await card(page, name).getByRole("button", { name: "Subscribe" }).click();
  await page.getByRole("button", { name: way.button }).click();
  await way.pay(page, counter, name);
  await expect(page.getByRole("status").first()).toContainText("Paid. Your membership has begun.");
  await page.goto("/account/membership");
  await expect(plan(page, name)).toContainText("Renews by itself");
  return { name, email };
}

/** Until the member's page of memberships says so. */
export async function expectPlan(page: Page, name: string, said: string | RegExp) {
  await expect
    .poll(async () => {
      await page.goto("/account/membership");
      return plan(page, name).innerText();
    })
    .toMatch(said);
}

const terms = async (page: Page, name: string) => {
  await page.goto("/account/purchases");
  return page.getByRole("row").filter({ hasText: name }).filter({ hasText: "Paid" }).count();
};

/** `comesBack`: what was cancelled can be resumed. */
export function livesOfAgreements(way: Renewing, comesBack: boolean) {
  test("an agreement is charged each term, survives a charge that fails, and ends when its member says so", async ({ page, owner, desk, counter }) => {
    const agreed = await subscribe(page, counter, owner, way);
    const { name } = agreed;
    await way.renew(counter, agreed, "out-of-order");
    await expect.poll(() => terms(page, name)).toBe(2);
    await way.renew(counter, agreed, "twice");
    await expect.poll(() => terms(page, name)).toBe(3);
    await way.charging(counter, agreed, false);
    await way.renew(counter, agreed);
    await expectPlan(page, name, "A charge failed");
    await desk.goto("/admin/subscriptions?state=past_due");
    await expect(desk.getByRole("row").filter({ hasText: name })).toContainText("Charge failed");
    await way.charging(counter, agreed, true);
    await way.again(counter, agreed);
    await expectPlan(page, name, "Renews by itself");
    expect(await terms(page, name)).toBe(4);
    await page.goto("/account/membership");
    await plan(page, name).getByRole("button", { name: "Cancel renewal" }).click();
    await expect(plan(page, name)).toContainText("Will not renew");
    const resume = plan(page, name).getByRole("button", { name: "Resume renewal" });
    await expect(resume).toHaveCount(comesBack ? 1 : 0);
    if (comesBack) {
      await resume.click();
      await expect(plan(page, name)).toContainText("Renews by itself");
    }
  });

  test("charges are paused and go on", async ({ page, owner, counter }) => {
    const { name } = await subscribe(page, counter, owner, way);
    await plan(page, name).getByRole("button", { name: "Pause charges" }).click();
    await expect(plan(page, name)).toContainText("Paused");
    await plan(page, name).getByRole("button", { name: "Resume charges" }).click();
    await expect(plan(page, name)).toContainText("Renews by itself");
  });

  test("an admin ends an agreement at once, and gives its money back", async ({ page, owner, desk, counter }) => {
    const { name } = await subscribe(page, counter, owner, way);
    await desk.goto("/admin/subscriptions");
    await desk.getByRole("link", { name, exact: true }).click();
    await desk.getByLabel("Reason").fill("asked for by mail");
    await desk.getByRole("button", { name: "End at once" }).click();
    await expect(fact(desk, "Status")).toHaveText("Ended");
    await expectPlan(page, name, "Open to you");
    await desk.getByRole("link", { name: /^Order O-\d+$/ }).click();
    const form = desk.locator(".refund-form");
    await form.getByRole("button", { name: "Continue" }).click();
    await desk.getByRole("button", { name: /^Give back / }).click();
    await expect(desk).toHaveURL(/done=refund-asked/);
    await expect.poll(async () => (await desk.reload(), fact(desk, "Status").first().innerText())).toContain("Refunded");
    await page.goto("/account/membership");
    await expect(plan(page, name)).toHaveCount(0);
  });
}

/** The newest notification was not believed. */
async function expectRefused(counter: Page, way: Way) {
  const answer = async () => {
    await counter.goto(at(way.provider));
    return counter.locator("table tbody tr").first().innerText();
  };
  await expect.poll(answer).toContain("forged");
}

/** Has the books of a day laid side by side. */
export async function reconciled(desk: Page, way: Way) {
  await desk.goto("/admin/reconciliation");
  await desk.getByLabel("Way to pay").selectOption(way.provider);
  await desk.getByRole("textbox", { name: "Day" }).fill(today());
  await desk.getByRole("button", { name: "Compare" }).click();
}

/** Nothing was put aside or given up. */
export async function expectQuiet(desk: Page) {
  await desk.goto("/admin/notifications");
  for (const state of ["Quarantined", "Given up"]) await expect(desk.getByRole("link", { name: `${state} 0` })).toBeVisible();
}
