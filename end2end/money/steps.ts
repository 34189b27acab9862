// What the lives of purchases have in common: the providers switched on, the desk of whoever runs the site, and the buttons
// of the simulators.
import { type Locator, type Page } from "@playwright/test";
import { expect, join, type Owner, test as base, unique } from "../site";

export { expect, join, scripted, unique } from "../site";

const PROVIDERS = ["stripe", "paypal", "wechat", "alipay"] as const;
export type Provider = (typeof PROVIDERS)[number];

/** Where a provider's simulator is. */
export const at = (provider: Provider) => `http://127.0.0.1:${Number(process.env.STOA_SIMULATORS_PORT) + PROVIDERS.indexOf(provider)}`;

interface Money {
  /** The browser of whoever runs the site. */
  desk: Page;
  /** A browser at the providers' own sites: the merchant's, or a phone beside the desktop. */
  counter: Page;
}

export const test = base.extend<Money, { providers: void }>({
  providers: [
    async ({ ownersDoor }, use) => {
      const { request } = ownersDoor.context;
      for (const provider of PROVIDERS) {
        const answer = await request.post(`/admin/payments/${provider}/simulator`);
        expect(answer.url(), "the simulator is switched on").toContain("done=simulator");
      }
      await request.post("/admin/payments/offline", { form: { enabled: "on", instructions: "Account 42, Bank of Nowhere" } });
      await use();
    },
    { scope: "worker", auto: true },
  ],
  desk: async ({ browser, ownersDoor }, use) => {
    const context = await browser.newContext();
    await context.addCookies(ownersDoor.state.cookies);
    await use(await context.newPage());
    await context.close();
  },
  counter: async ({ browser }, use) => {
    const context = await browser.newContext();
    await use(await context.newPage());
    await context.close();
  },
});

export type Fate = "at-once" | "late" | "twice" | "out-of-order" | "lost" | "forged";

/** Presses a button of a simulator; what becomes of the notifications, and an amount where only a part is meant. */
export async function press(within: Page | Locator, button: string, fate: Fate = "at-once", part?: string) {
  const page = "page" in within ? within.page() : within;
  const form = within.locator("form").filter({ has: page.getByRole("button", { name: button, exact: true }) });
  const meant = part === undefined ? form.first() : form.filter({ has: page.getByRole("textbox") }).first();
  await meant.getByRole("combobox").selectOption(fate);
  if (part !== undefined) await meant.getByRole("textbox").fill(part);
  await meant.getByRole("button", { name: button, exact: true }).click();
}

/** The blocks of a simulator's console about what was sold, in one of its lists or in all. */
export async function block(counter: Page, provider: Provider, name: string | RegExp, list?: string): Promise<Locator> {
  await counter.goto(at(provider));
  const blocks = list ? counter.locator(`h2:text-is("${list}") ~ section`) : counter.locator("section");
  return blocks.filter({ has: counter.getByRole("heading", { name, exact: true }) });
}

/** A way to pay, as a buyer goes it. */
export interface Way {
  provider: Provider;
  /** The button on the order's page. */
  button: RegExp;
  /** As the ledger names what the provider holds. */
  held: string;
  /** At the provider, until the browser is back. */
  pay: (page: Page, counter: Page, name: string, fate?: Fate) => Promise<void>;
  /** At the provider, where it does not work out; the browser is on the order's page again. */
  fail: (page: Page, counter: Page, name: string) => Promise<void>;
  /** The merchant gives back at the provider's own site: all, or so many of the smallest coin. */
  refund: (counter: Page, name: string, fate?: Fate, part?: string) => Promise<void>;
}

const SECRET = "The words one pays for.";
export const source = `Open.\n\n<!--paywall-->\n\n${SECRET}`;

export interface ForSale {
  title: string;
  path: string;
}

export async function forSale(owner: Owner): Promise<ForSale> {
  const title = unique("On");
  return { title, path: await owner.publishes({ title, source, access: "paid", price: "9.90" }) };
}

/** From the wall to the order; its reference. */
export async function order(page: Page, article: ForSale): Promise<string> {
  await page.goto(article.path);
  await page.getByRole("button", { name: "Buy this article for CN¥9.90" }).click();
  await expect(page.locator(".order-total")).toContainText("CN¥9.90");
  return new URL(page.url()).pathname.split("/").pop()!;
}

/** A new member buys; the order's reference. */
export async function buy(page: Page, counter: Page, article: ForSale, way: Way, fate: Fate = "at-once"): Promise<string> {
  await join(page);
  const reference = await order(page, article);
  await page.getByRole("button", { name: way.button }).click();
  await way.pay(page, counter, article.title, fate);
  await expect(page.getByRole("status").first()).toContainText("Paid. The whole article is open to you now.");
  await expect(page.getByText(SECRET)).toBeVisible();
  return reference;
}

export async function expectOpen(page: Page, path: string, open: boolean) {
  await page.goto(path);
  await expect(page.getByText(SECRET)).toHaveCount(open ? 1 : 0);
}

/** What stands beside a name in a list of facts. */
export const fact = (page: Page, name: string) =>
  page.locator(".facts > div").filter({ has: page.locator("dt", { hasText: new RegExp(`^${name}$`) }) }).locator("dd");

/** The order on the admin's pages. */
export async function look(desk: Page, reference: string) {
  await desk.goto(`/admin/orders?reference=${reference}`);
  await desk.getByRole("main").getByRole("table").getByRole("link").first().click();
  await expect(desk.getByRole("heading", { level: 1 })).toHaveText(/^Order O-\d+$/);
}

const amount = (text: string) => Math.round(Number(text.replace(/[^\d.-]/g, "") || 0) * 100);

/** What the ledger says of the order that is shown, by account, in the smallest coin; what is even is left out. */
async function balances(desk: Page): Promise<Record<string, number>> {
  const rows = await desk.getByRole("region", { name: "Ledger" }).locator("tbody tr").all();
  const sums: Record<string, number> = {};
  for (const row of rows) {
    const [account = "", debit = "", credit = ""] = await row.locator("th, td").allInnerTexts();
    sums[account] = (sums[account] ?? 0) + amount(debit) - amount(credit);
  }
  return Object.fromEntries(Object.entries(sums).filter(([, minor]) => minor !== 0));
}

/** Until the admin's page of the order says so: its state, and the ledger. */
export async function expectBooked(desk: Page, reference: string, status: string, wanted: Record<string, number>) {
  await look(desk, reference);
  const stands = async () => {
    await desk.reload();
    return [(await fact(desk, "Status").first().innerText()).trim(), await balances(desk)];
  };
  await expect.poll(stands).toEqual([status, wanted]);
}

/** What the member's own list of purchases says of an order. */
export async function expectListed(page: Page, name: string, status: string) {
  await page.goto("/account/purchases");
  await expect(page.getByRole("row").filter({ hasText: name }).first()).toContainText(status);
}

/** Gives back on the admin's page of an order: so much, or all that is left. */
export async function giveBack(desk: Page, reference: string, sum = "") {
  await look(desk, reference);
  const form = desk.locator(".refund-form");
  await form.getByLabel("Amount").fill(sum);
  await form.getByLabel("Reason").fill("as agreed");
  await form.getByRole("button", { name: "Continue" }).click();
  await desk.getByRole("button", { name: /^Give back / }).click();
  await expect(desk.getByRole("status").first()).toContainText("The refund is asked for.");
}

/** The card of a tier among those on sale. */
export const card = (page: Page, name: string) => page.locator(".tier-card", { has: page.getByRole("heading", { name }) });

/** A membership on the member's own page. */
export const plan = (page: Page, name: string) => page.locator(".plan-shown", { has: page.getByRole("heading", { name }) });

/** The day it is in the site's time zone, which is eight hours ahead. */
export const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
