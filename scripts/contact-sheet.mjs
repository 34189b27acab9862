// Pictures of every page, for a person to look at: scripts/with-site.sh node scripts/contact-sheet.mjs FOLDER [PAGE…]
// One picture a page: at 360, 768 and 1440 pixels, light and dark, in Chinese and English, side by side. With names of pages,
// only those. A debug build also has /dev/ui; `stoa serve --maintenance` is started for its one page.

import { chromium } from "@playwright/test";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

const WIDTHS = [360, 768, 1440];
const THEMES = ["light", "dark"];
const LANGUAGES = ["zh-CN", "en"];
/** Higher pages are cut off there. */
const TALLEST = 2600;
const SCALE = 0.5;

const [folder, ...only] = process.argv.slice(2);
if (!folder) throw new Error("name a folder");
const { STOA_URL: base, STOA_OWNER_EMAIL, STOA_OWNER_PASSWORD, STOA_DEMO_PASSWORD } = process.env;
mkdirSync(folder, { recursive: true });
const executablePath = execFileSync("scripts/setup.sh", ["chromium-path"], { encoding: "utf8" }).trim();
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

/** Cookies of somebody who signed in; of a visitor none. */
async function cookiesOf(email, password) {
  const context = await browser.newContext({ baseURL: base, extraHTTPHeaders: { "x-forwarded-for": "2001:db8::7" } });
  if (email) await context.request.post("/sign-in", { form: { email, password } });
  return { cookies: (await context.storageState()).cookies, request: context.request };
}
const visitor = await cookiesOf();
const owner = await cookiesOf(STOA_OWNER_EMAIL, STOA_OWNER_PASSWORD);
const sample = (name) => cookiesOf(process.env[`STOA_${name}_EMAIL`], STOA_DEMO_PASSWORD);
const [member, buyer, author] = await Promise.all(["MEMBER", "BUYER", "AUTHOR"].map(sample));

/** The first address on a page that looks like this. */
async function first(who, path, pattern) {
  const found = pattern.exec(await (await who.request.get(path)).text());
  if (!found) console.warn(`nothing on ${path} looks like ${pattern}`);
  return found?.[1];
}
const space = await first(visitor, "/community", /href="(\/c\/[^"?#/]+)"/);
const walled = "/p/sqlite-in-production";
const post = await first(member, walled, /name="post" value="(\d+)"/);
const readable = await first(buyer, "/p/du-dai-ma", /name="post" value="(\d+)"/);
const bought = await member.request.post("/checkout", { form: { kind: "post", post, to: walled }, maxRedirects: 0 });
const order = bought.headers().location;
await owner.request.post("/admin/payments/wechat/simulator", { form: {} });
const paid = await first(buyer, "/account/purchases", /href="(\/orders\/[^"?#]+)"/);

/** What the demo leaves to the admin: an offer, codes, a shop, rules, a seller, a fapiao, a wish to take back. */
const given = async (who, path, form) => {
  const answer = await who.request.post(path, { form, maxRedirects: 0 });
  if (answer.status() >= 400) console.warn(`${path} answered ${answer.status()}`);
  return answer.headers().location?.split("?")[0];
};
const pays = async (who, order) => {
  const at = await given(who, `${order}/pay`, { provider: "test", country: "-" });
  return who.request.post(at, { form: { action: "pay" } });
};
await given(owner, "/admin/refunds", { post_rule: "withdrawal", post_days: "14", tier_rule: "pro-rata", tier_days: "14" });
await given(owner, "/admin/seller", { name: "Porch Ltd", address: "Colonnade 1\nAthens", number: "EL123456789", note: "" });
await given(owner, "/admin/tax", { country: "DE", rate: "19" });
const offer = await given(owner, "/admin/offers", { name: "Spring", code: "Spring-50", kind: "percent", worth: "50", tier: "1", person_limit: "1" });
await given(owner, "/admin/codes/new", { name: "Spring cards", size: "5", tier: "1", term: "month" });
const batch = await first(owner, "/admin/codes", /href="(\/admin\/codes\/\d+)"/);
const bundled = ["sqlite-in-production", "du-dai-ma"].join("\n");
await given(owner, "/admin/bundles/new", { title: "Spring reading", articles: bundled, price: "29", published: "on", description: "Two long reads.\n\nFor a quiet weekend." });
await given(owner, "/admin/codes/taobao/items", { field: "title", how: "contains", text: "会员月卡", tier: "1", term: "days", days: "30" });
await given(buyer, `${paid}/fapiao`, { kind: "company", title: "学廊科技", tax_number: "91110000802100433B", email: "a@example.org" });
const fapiao = await first(owner, "/admin/fapiao", /href="(\/admin\/fapiao\/\d+)"/);
// Rules hold for what is ordered after them.
const regretted = await given(buyer, "/checkout", { kind: "post", post: readable, to: "/" });
await pays(buyer, regretted);
await given(buyer, `${regretted}/take-back`, { reason: "Bought twice." });
const refund = await first(owner, "/admin/refunds", /href="(\/admin\/refunds\/\d+)"/);
await given(owner, "/admin/tiers", { name: "For teams", monthly: "30", yearly: "300", teams: "on", team_off_from: "5", team_off: "10" });
const sold = await first(owner, "/admin/tiers", /href="\/admin\/tiers\/(\d+)">For teams</);
const seats = await given(buyer, "/team", { what: `${sold} year CNY`, seats: "5", name: "Frontend" });
const returned = await pays(buyer, seats);
const team = new URL(returned.url()).pathname;
const invitation = new URL(/value="([^"]+\/team\/[^"]+)"/.exec(await (await buyer.request.get(team)).text())?.[1] ?? base).pathname;
await given(member, invitation, {});
const letter = await first(owner, "/admin/mail", /href="(\/admin\/mail\/\d+)"/);
await given(owner, "/admin/affiliates", { running: "on", sale_rate: "10", tier_rate: "20", days: "90", hold_days: "14" });
await given(member, "/account/affiliate", { deed: "begin" });
const recommending = await first(member, "/account/affiliate", /\/(\?via=[0-9a-f]+)"/);
const affiliate = await first(owner, "/admin/affiliates", /href="(\/admin\/affiliates\/\d+)"/);
await given(owner, "/admin/creators", { sale_rate: "50", pool_rate: "30", pool_by: "opened" });
await given(owner, "/admin/members/segments", { name: "Regulars", filter: "status=paying" });
const everybody = { filter: "status=paying", deed: "label", label: "regular" };
const said = await first(owner, `/admin/members/bulk?${new URLSearchParams(everybody)}`, /name="said" value="(\d+)"/);
await given(owner, "/admin/members/bulk", { ...everybody, said, key: "contact sheet" });
const body = "On Wednesday at eight we read this month's article together.\n\nThere is no need to sign up.";
const circular = await given(owner, "/admin/members/letters/new", { filter: "status=paying", subject: "A reading evening", body });
const lines = ["email,name,complimentary_plan,tiers", "new@example.org,New Reader,true,", "nobody,Nobody,,"].join("\n");
const members = { name: "members.csv", mimeType: "text/csv", buffer: Buffer.from(lines) };
const brought = await owner.request.post("/admin/members/import", { multipart: { file: members }, maxRedirects: 0 });
const gift = await given(member, "/gift", { what: `post ${post}`, by: "link", note: "Enjoy it on the train." });
const topic = space && (await first(visitor, space, /href="(\/t\/[^"?#]+)"/));

const pages = {
  "home-visitor": [visitor, "/"],
  "home-member": [member, "/"],
  articles: [visitor, "/articles"],
  "article-visitor": [visitor, "/p/ownership-in-one-evening"],
  "article-wall": [visitor, walled],
  "article-member": [member, walled],
  "article-bought": [buyer, walled],
  tags: [visitor, "/tags"],
  tag: [visitor, await first(visitor, "/tags", /href="(\/tags\/[^"?#]+)"/)],
  author: [visitor, await first(visitor, "/articles", /href="(\/u\/[^"?#]+)"/)],
  community: [visitor, "/community"],
  space: [visitor, space],
  "space-new": [member, `${space}/new`],
  topic: [visitor, topic],
  "topic-member": [member, topic],
  tiers: [visitor, "/membership"],
  "tiers-member": [member, "/membership"],
  join: [visitor, "/join"],
  "join-recommended": [visitor, `/join${recommending}`],
  "sign-in": [visitor, "/sign-in"],
  simple: [visitor, await first(visitor, "/", /href="(\/pages\/[^"?#]+)"/)],
  "not-found": [visitor, "/p/sqlite-in-prod"],
  forbidden: [member, "/admin"],
  offline: [visitor, "/offline"],
  order: [member, order],
  "order-paid": [buyer, paid],
  "order-taken-back": [buyer, regretted],
  receipt: [buyer, `${paid}/receipt`],
  fapiao: [buyer, `${paid}/fapiao`],
  offer: [visitor, "/offers/Spring-50"],
  bundles: [visitor, "/bundles"],
  bundle: [visitor, "/bundles/spring-reading"],
  "bundle-part": [buyer, "/bundles/spring-reading"],
  redeem: [visitor, "/redeem"],
  "redeem-order": [visitor, "/redeem/order"],
  withdraw: [visitor, "/withdraw"],
  gift: [member, "/gift"],
  "gift-links": [buyer, "/gift-links"],
  "team-buy": [member, "/team"],
  "team-order": [buyer, seats],
  "team-join": [visitor, invitation],
  "team-join-member": [buyer, invitation],
  team: [buyer, team],
  teams: [member, "/account/teams"],
  earnings: [author, "/account/earnings"],
  forgot: [visitor, "/forgot"],
  write: [author, "/write"],
  "write-new": [author, "/write/new"],
  "write-edit": [author, await first(author, "/write", /href="(\/write\/\d+)"/)],
  "dev-ui": [visitor, "/dev/ui"],
};
for (const name of ["", "purchases", "membership", "activity", "following", "profile", "mail", "codes", "affiliate", "security", "privacy"]) pages[`account${name && "-"}${name}`] = [member, `/account/${name}`.replace(/\/$/, "")];
const admin = ["", "costs", "members", "tiers", "tiers/1", "spaces", "look", "pages", "pages/new", "orders", "failed-payments", "subscriptions", "teams", `tiers/${sold}`, "payments", "payments/wechat", "notifications", "ledger", "reconciliation", "refunds", "receipts", "tax", "seller", "fapiao", "bundles", "bundles/new", "bundles/1", "offers", "codes", "codes/new", "codes/taobao", "mail", "mail/account", "mail/kinds", "mail/kinds/receipt", "creators", "affiliates", "payouts", "sponsors", "members/import"];
const rows = ["interactions", "ratings", "members", "ledger", "articles", "views", "summary"];
for (const name of [...admin, ...rows.map((table) => `rows/${table}`)]) pages[`admin${name && "-"}${name.replaceAll("/", "-")}`] = [owner, `/admin/${name}`.replace(/\/$/, "")];
for (const [name, path] of Object.entries({ offer, batch, fapiao, refund, letter, affiliate })) pages[`admin-${name}`] = [owner, path];
pages["admin-members-segments"] = [owner, "/admin/members/segments"];
pages["admin-members-one"] = [owner, await first(owner, "/admin/members?status=paying", /href="(\/admin\/members\/\d+)"/)];
pages["admin-members-bulk"] = [owner, `/admin/members/bulk?${new URLSearchParams(everybody)}`];
pages["admin-letters"] = [owner, "/admin/members/letters"];
pages["admin-circular"] = [owner, circular];
pages["admin-import-report"] = [owner, brought.headers().location];
pages["gift-order"] = [member, gift];
pages.statement = [author, "/account/earnings/statement?month=2026-10"];
pages["admin-order"] = [owner, await first(owner, "/admin/orders", /href="(\/admin\/orders\/\d+)"/)];

/** All twelve of a page, on one sheet. */
async function sheet(name, { cookies }, address) {
  const shots = [];
  for (const lang of LANGUAGES) {
    for (const theme of THEMES) {
      for (const width of WIDTHS) {
        const viewport = { width, height: 800 };
        const context = await browser.newContext({ baseURL: base, colorScheme: theme, locale: lang, viewport, reducedMotion: "reduce" });
        await context.addCookies([...cookies, { name: "stoa_locale", value: lang, url: base }]);
        const page = await context.newPage();
        await page.goto(address);
        const height = Math.min(TALLEST, await page.evaluate(() => document.documentElement.scrollHeight));
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        if (wide) console.warn(`${name} is wider than ${width} (${lang}, ${theme})`);
        await page.setViewportSize({ width, height });
        shots.push({ png: (await page.screenshot()).toString("base64"), title: `${width} ${theme} ${lang}`, width });
        await context.close();
      }
    }
  }
  const page = await browser.newPage({ viewport: { width: 5400 * SCALE, height: 800 } });
  const figures = shots.map(({ png, title, width }) => `<figure><figcaption>${title}</figcaption><img src="data:image/png;base64,${png}" width="${width * SCALE}"></figure>`);
  await page.setContent(`<style>body{display:flex;flex-wrap:wrap;gap:12px;align-items:start;font:14px sans-serif;background:#888}figure{margin:0}</style>${figures.join("")}`);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  await page.close();
}

for (const [name, [who, path]] of Object.entries(pages)) {
  if (!path || (only.length && !only.includes(name))) continue;
  await sheet(name, who, path.startsWith("http") ? path : base + path);
  console.log(name);
}

if (!only.length || only.includes("maintenance")) {
  const port = 20_000 + (process.pid % 10_000);
  const server = spawn(process.env.STOA_BIN ?? "target/debug/stoa", ["serve", "--maintenance"], { env: { ...process.env, STOA_LISTEN: `127.0.0.1:${port}` }, stdio: "ignore" });
  const address = `http://127.0.0.1:${port}/`;
  while (!(await fetch(address).catch(() => undefined))) await new Promise((resolve) => setTimeout(resolve, 100));
  await sheet("maintenance", visitor, address);
  server.kill();
}
await browser.close();
