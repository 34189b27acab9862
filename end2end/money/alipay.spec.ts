// Alipay: its own cashier, on a desktop and on a phone.
import { expectQuiet, livesOf, reconciled } from "./lives";
import { block, expect, press, test, type Way } from "./steps";

export const way: Way = {
  provider: "alipay",
  button: /with Alipay$/,
  held: "Received through Alipay",
  pay: async (page, _counter, _name, fate) => press(page, "Pay", fate),
  // Alipay knows no failed payment: whoever cannot pay goes back.
  fail: async (page) => page.getByRole("link", { name: "Back to the merchant" }).click(),
  refund: async (counter, name, fate, part) =>
    press(await block(counter, "alipay", name), part ? "Refund a part" : "Refund all", fate, part),
};

livesOf(way, 0);

test("the day's books agree, and tell of what nobody told", async ({ desk }) => {
  await reconciled(desk, way);
  // The refund whose only notification was forged is known by now.
  await expect(desk.getByText("Everything matches.")).toBeVisible();
  await expectQuiet(desk);
});
