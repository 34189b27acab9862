// Bank transfer and cash: nobody tells but an admin.
import { expect, expectBooked, expectListed, expectOpen, forSale, giveBack, join, look, order, test } from "./steps";

test("money that came by hand opens the article once an admin says so, and is given back by hand", async ({ page, owner, desk }) => {
  const article = await forSale(owner);
  await join(page);
  const reference = await order(page, article);
  await page.getByRole("button", { name: "Pay with bank transfer or cash" }).click();
  await expect(page.getByText("Account 42, Bank of Nowhere")).toBeVisible();
  await expectOpen(page, article.path, false);
  await look(desk, reference);
  await desk.getByRole("button", { name: "Confirm payment" }).click();
  await expect(desk.getByRole("status").first()).toContainText("Confirmed.");
  await expectBooked(desk, reference, "Paid", { "Received through Bank transfer or cash": 990, "Earned by articles": -990 });
  await expectOpen(page, article.path, true);
  await giveBack(desk, reference);
  await expectBooked(desk, reference, "Refunded", {});
  await expectOpen(page, article.path, false);
  await expectListed(page, article.title, "Refunded");
});
