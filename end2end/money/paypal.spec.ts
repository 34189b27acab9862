// PayPal: orders that are captured when the buyer is back, agreements charged each term, disputes.
import { expectQuiet, livesOf, livesOfAgreements, reconciled, type Renewing } from "./lives";
import { block, buy, expect, expectBooked, expectOpen, forSale, join, order, press, test } from "./steps";

export const way: Renewing = {
  provider: "paypal",
  button: /with PayPal$/,
  held: "Received through PayPal",
  pay: async (page, _counter, _name, fate) => press(page, "Agree and pay", fate),
  fail: async (page) => press(page, "Pay with a card that is declined"),
  refund: async (counter, name, fate, part) => press(await block(counter, "paypal", name, "Payments"), "Refund", fate, part),
  renew: async (counter, { email }, fate) => press(await block(counter, "paypal", new RegExp(email), "Subscriptions"), "Charge the next term now", fate),
  charging: async (counter, { email }, succeeds) =>
    press(await block(counter, "paypal", new RegExp(email), "Subscriptions"), succeeds ? "Charges succeed from now on" : "Charges fail from now on"),
  again: async (counter, { email }) => press(await block(counter, "paypal", new RegExp(email), "Subscriptions"), "Charge the next term now"),
};

/** What PayPal keeps of CN¥9.90. */
const FEE = 83;
const paid = { [way.held]: 990 - FEE, "Provider fees": FEE, "Earned by articles": -990 };

livesOf(way, FEE);

test("money from a bank account opens the article when it arrives", async ({ page, owner, desk, counter }) => {
  const article = await forSale(owner);
  await join(page);
  const reference = await order(page, article);
  await page.getByRole("button", { name: way.button }).click();
  await press(page, "Pay from a bank account (takes days)");
  await expect(page.getByText("The payment is on its way.")).toBeVisible();
  await expectOpen(page, article.path, false);
  await press(await block(counter, "paypal", article.title, "Payments"), "It arrives");
  await expectBooked(desk, reference, "Paid", paid);
  await expectOpen(page, article.path, true);
});

test("who turns back at PayPal is at the order again", async ({ page, owner }) => {
  await join(page);
  const reference = await order(page, await forSale(owner));
  await page.getByRole("button", { name: way.button }).click();
  await press(page, "Cancel and go back");
  await expect(page).toHaveURL(new RegExp(`/orders/${reference}`));
  await expect(page.getByRole("button", { name: way.button })).toBeVisible();
});

test("a dispute that is won leaves all as it was, one that is lost closes the article", async ({ page, owner, desk, counter }) => {
  const [first, second] = [await forSale(owner), await forSale(owner)];
  const won = await buy(page, counter, first, way);
  await press(await block(counter, "paypal", first.title, "Payments"), "The buyer disputes it");
  await expectBooked(desk, won, "Paid", { [way.held]: -FEE, "Contested: PayPal": 990, "Provider fees": FEE, "Earned by articles": -990 });
  await press(await block(counter, "paypal", first.title, "Disputes"), "The seller wins");
  await expectBooked(desk, won, "Paid", paid);
  await expectOpen(page, first.path, true);
  await page.context().clearCookies();
  const lost = await buy(page, counter, second, way);
  await press(await block(counter, "paypal", second.title, "Payments"), "The buyer disputes it");
  await press(await block(counter, "paypal", second.title, "Disputes"), "The seller loses");
  await expectBooked(desk, lost, "Refunded", { [way.held]: -FEE, "Provider fees": FEE });
  await expectOpen(page, second.path, false);
});

livesOfAgreements(way, false);

test("the day's books agree, and tell of what nobody told", async ({ desk }) => {
  await reconciled(desk, way);
  await expect(desk.getByText("Everything matches.")).toBeVisible();
  await expectQuiet(desk);
});
