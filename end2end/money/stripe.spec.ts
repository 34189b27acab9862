// Stripe: cards, payments that take days, agreements charged each term, its portal, disputes.
import { expectPlan, expectQuiet, livesOf, livesOfAgreements, reconciled, type Renewing, subscribe } from "./lives";
import { block, buy, expect, expectBooked, expectOpen, forSale, join, order, plan, press, test } from "./steps";
import type { Page } from "@playwright/test";

export const way: Renewing = {
  provider: "stripe",
  button: /with card \(Stripe\)$/,
  held: "Received through Card (Stripe)",
  pay: async (page, _counter, _name, fate) => press(page, "Pay", fate),
  fail: async (page) => {
    await press(page, "Card declined");
    await page.getByRole("link", { name: "Back to the shop" }).click();
  },
  refund: async (counter, name, fate, part) =>
    press(await block(counter, "stripe", name, "Payments"), part ? "Refund a part" : "Refund what is left", fate, part),
  renew: async (counter, { name }, fate) => press(await block(counter, "stripe", name, "Subscriptions"), "Let the term end now", fate),
  charging: async (counter, { name }, succeeds) =>
    press(await block(counter, "stripe", name, "Subscriptions"), succeeds ? "Let charges succeed" : "Let charges fail"),
  again: async (counter, { name }) => press(await block(counter, "stripe", name, "Invoices"), "Try the charge again"),
};

/** What Stripe keeps of CN¥9.90. */
const FEE = 58;
/** And of a dispute. */
const DISPUTE = 1500;
const contested = { [way.held]: -FEE - DISPUTE, "Contested: Card (Stripe)": 990, "Provider fees": FEE + DISPUTE };
const paid = { [way.held]: 990 - FEE, "Provider fees": FEE, "Earned by articles": -990 };

livesOf(way, FEE);

test("money that takes days opens the article when it comes", async ({ page, owner, desk, counter }) => {
  const article = await forSale(owner);
  await join(page);
  const reference = await order(page, article);
  await page.getByRole("button", { name: way.button }).click();
  await press(page, "Pay by a slow method");
  await expect(page.getByText("The payment is on its way.")).toBeVisible();
  await expectOpen(page, article.path, false);
  await press(await block(counter, "stripe", article.title, "Checkout pages"), "The slow payment comes");
  await expectBooked(desk, reference, "Paid", paid);
  await expectOpen(page, article.path, true);
});

const disputed = async (counter: Page, name: string, button: string) => press(await block(counter, "stripe", name, "Disputes"), button);

test("a dispute that is won leaves all as it was, one that is lost closes the article", async ({ page, owner, desk, counter }) => {
  const [first, second] = [await forSale(owner), await forSale(owner)];
  const won = await buy(page, counter, first, way);
  await press(await block(counter, "stripe", first.title, "Payments"), "Dispute");
  await expectBooked(desk, won, "Paid", { ...contested, "Earned by articles": -990 });
  await expect(desk.getByRole("region", { name: "Refunds and disputes" })).toContainText("Contested");
  await disputed(counter, first.title, "Won");
  await expectBooked(desk, won, "Paid", { ...paid, [way.held]: 990 - FEE - DISPUTE, "Provider fees": FEE + DISPUTE });
  await expectOpen(page, first.path, true);
  await page.context().clearCookies();
  const lost = await buy(page, counter, second, way);
  await press(await block(counter, "stripe", second.title, "Payments"), "Dispute");
  await disputed(counter, second.title, "Lost");
  await expectBooked(desk, lost, "Refunded", { [way.held]: -FEE - DISPUTE, "Provider fees": FEE + DISPUTE });
  await expectOpen(page, second.path, false);
});

livesOfAgreements(way, true);

test("an agreement is cancelled at the portal, and ends with its term", async ({ page, owner, desk, counter }) => {
  const agreed = await subscribe(page, counter, owner, way);
  const { name } = agreed;
  await plan(page, name).getByRole("link", { name: "Change how you pay" }).click();
  await expect(page.getByRole("heading", { name: "Manage your subscription" })).toBeVisible();
  await press(page, "Cancel at the end of the term");
  await page.getByRole("link", { name: "Back to the shop" }).click();
  await expectPlan(page, name, "Will not renew");
  await way.renew(counter, agreed);
  await expectPlan(page, name, "Open to you");
  await desk.goto("/admin/subscriptions?state=ended");
  await expect(desk.getByRole("row").filter({ hasText: name })).toContainText("Ended");
});

test("the day's books agree, and tell of what nobody told", async ({ desk }) => {
  await reconciled(desk, way);
  // The refund whose only notification was forged is known by now.
  await expect(desk.getByText("Everything matches.")).toBeVisible();
  await expectQuiet(desk);
});
