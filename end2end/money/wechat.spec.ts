// WeChat Pay: a code on a desktop, WeChat itself on a phone.
import { expectQuiet, livesOf, reconciled } from "./lives";
import { at, block, buy, expect, expectBooked, forSale, join, order, press, scripted, test, type Way } from "./steps";
import type { Page } from "@playwright/test";

const onPhone = () => test.info().project.name.startsWith("phone");

/** The phone scans the code and pays; the desktop's page turns by itself, or when its reader says so. */
async function scan(page: Page, counter: Page, name: string, fate: Parameters<Way["pay"]>[3]) {
  await expect(page.getByRole("heading", { name: "Scan with WeChat Pay" })).toBeVisible();
  const here = page.url();
  await press(await block(counter, "wechat", name), "Pay", fate);
  // Without scripts the page loads itself again now and then: it may be gone before anybody presses.
  const gone = () => expect(page).not.toHaveURL(here);
  if (!scripted() || fate === "lost") await page.getByRole("button", { name: "I have paid" }).click({ timeout: 15_000 }).catch(gone);
  await gone();
}

export const way: Way = {
  provider: "wechat",
  button: /with WeChat Pay$/,
  held: "Received through WeChat Pay",
  pay: async (page, counter, name, fate) => {
    if (onPhone()) await press(page, "Pay", fate);
    else await scan(page, counter, name, fate);
  },
  fail: async (page, counter, name) => {
    await press(await block(counter, "wechat", name), "Fail to pay");
    await page.getByRole("link", { name: "Pay another way" }).click();
  },
  refund: async (counter, name, fate, part) =>
    press(await block(counter, "wechat", name), part ? "Refund a part" : "Refund all", fate, part),
};

livesOf(way, 0);

test.describe("within WeChat", () => {
  test.use({ userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 MicroMessenger/8.0.50" });

  test("its buyer is known there, and pays in WeChat's own sheet", async ({ page, owner, desk }) => {
    test.skip(!scripted(), "WeChat's own browser runs scripts");
    // What WeChat's browser does with what a page wants to be paid.
    await page.exposeFunction("sheet", async (parameters: unknown) => {
      const answer = await fetch(`${at("wechat")}/sheet`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(parameters) });
      return (await answer.json()).err_msg;
    });
    await page.addInitScript(() => {
      const here = window as unknown as { sheet: (parameters: unknown) => Promise<string>; WeixinJSBridge: unknown };
      here.WeixinJSBridge = {
        invoke: async (_deed: string, parameters: unknown, then: (answer: { err_msg: string }) => void) => then({ err_msg: await here.sheet(parameters) }),
      };
    });
    const article = await forSale(owner);
    await join(page);
    const reference = await order(page, article);
    await page.getByRole("button", { name: way.button }).click();
    await page.getByRole("button", { name: "Pay with WeChat" }).click();
    await expect(page.getByRole("status").first()).toContainText("Paid. The whole article is open to you now.");
    await expectBooked(desk, reference, "Paid", { [way.held]: 990, "Earned by articles": -990 });
  });

  test("without script it is said where to pay", async ({ page, owner }) => {
    test.skip(scripted());
    const article = await forSale(owner);
    await join(page);
    await order(page, article);
    await page.getByRole("button", { name: way.button }).click();
    await expect(page.getByText("Please open this page within WeChat to pay, or pay another way.")).toBeVisible();
  });
});

test("who says too early that they have paid is told so", async ({ page, owner, counter }) => {
  const article = await forSale(owner);
  await join(page);
  await order(page, article);
  await page.getByRole("button", { name: way.button }).click();
  await page.getByRole("button", { name: "I have paid" }).click();
  await expect(page.getByText("WeChat Pay does not know of a payment yet.")).toBeVisible();
  await press(await block(counter, "wechat", article.title), "Pay", "late");
  await page.getByRole("button", { name: "I have paid" }).click();
  await expect(page.getByRole("status").first()).toContainText("Paid. The whole article is open to you now.");
});

test("the day's bill is not made yet, and says so", async ({ page, owner, desk, counter }) => {
  await buy(page, counter, await forSale(owner), way);
  await reconciled(desk, way);
  await expect(desk.locator(".banner")).toContainText("is not made before the next morning");
  await expectQuiet(desk);
});
