// Payment notifications: ten thousand orders are begun on the site and paid at the simulator of Stripe, which loses every word
// of it. Then all of them are told within ten seconds, a thousand a second, signed as Stripe signs. How many are acknowledged,
// how soon, and how long until the site has asked the simulator about each and opened what was bought.

import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { Person, PASSWORD, base, start, stop, untilItAnswers } from "./site.mjs";

const A_SECOND = 1000;
const SECONDS = 10;
// For a shorter run say how many; 0 leaves them out.
const MANY = Number(process.env.STOA_BENCH_NOTIFICATIONS ?? A_SECOND * SECONDS);
const BUYERS = 100;
const AT_ONCE = 16;
// Both programs share the machine with this one.
const PATIENCE = 3_600_000;
const SIMULATOR = "http://127.0.0.1:4901";
/** Not secret: it opens nothing but the simulator. */
const SECRET = "whsec_simulator_of_no_worth";

/** Puts an article up for sale and answers its number. */
export async function forSale(owner, slug) {
  const fields = { do: "publish", slug, title: slug, source: "Before.\n\n<!--paywall-->\n\nBehind.", tags: "", access: "paid", price: "9.90", tier: "" };
  await owner.post("/write/new", fields);
  const page = await (await new Person().fetch(`/p/${slug}`)).text();
  return /name="post"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="post"/.exec(page).slice(1).find(Boolean);
}

/** Begins to buy an article, and answers where the order is. */
export async function orderOf(buyer, post) {
  return (await buyer.post("/checkout", { kind: "post", post, to: "/" })).headers.get("location");
}

/** Does a thing for each, several at once. */
async function each(list, deed) {
  const left = list.values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const item of left) await deed(item);
  }));
}

/** Pays an order at the simulator, which tells nobody; answers the number of the session. */
async function pay(buyer, order) {
  const page = await (await buyer.fetch((await buyer.post(`${order}/pay`, { provider: "stripe" })).headers.get("location"))).text();
  const session = /\/c\/pay\/(cs_\w+)/.exec(page)[1];
  const deed = new URLSearchParams({ number: session, deed: "pay", fate: "lost", back: "/" });
  const answer = await fetch(`${SIMULATOR}/deeds`, { method: "POST", body: deed, redirect: "manual" });
  if (answer.status >= 400) throw new Error(`the simulator answered ${answer.status}: ${await answer.text()}`);
  return session;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Tells that a session is completed; answers how many milliseconds it took, or nothing when it was not acknowledged. */
function tell(session, n) {
  const created = Math.floor(Date.now() / 1000);
  const object = { id: session, object: "checkout.session", metadata: {} };
  const event = { id: `evt_bench_${n}`, object: "event", type: "checkout.session.completed", created, livemode: false, data: { object } };
  const body = JSON.stringify(event);
  const signature = createHmac("sha256", SECRET).update(`${created}.${body}`).digest("hex");
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body), "stripe-signature": `t=${created},v1=${signature}` };
  const began = performance.now();
  return new Promise((resolve) => {
    const sent = request(`${base}/webhooks/stripe`, { method: "POST", agent, headers }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode === 200 ? performance.now() - began : undefined));
    });
    sent.on("error", () => resolve(undefined));
    sent.end(body);
  });
}

/** How many notifications are in each state, as the admin's page says. */
async function states(owner) {
  const page = await (await owner.fetch("/admin/notifications")).text();
  const tabs = page.matchAll(/notifications\?state=([a-z]+)"[^>]*>[^<]*?(\d+)/g);
  return Object.fromEntries([...tabs].map(([, state, n]) => [state, Number(n)]));
}

export async function notifications(owner) {
  if (!MANY) return;
  const simulator = start(["simulate", "stripe"]);
  await untilItAnswers(SIMULATOR);
  await owner.post("/admin/payments/stripe/simulator", {});
  const buyers = await Promise.all(
    Array.from({ length: BUYERS }, async (_, i) => {
      const buyer = new Person();
      await buyer.post("/join", { email: `b${i}@example.org`, handle: `buyer-${i}`, password: PASSWORD });
      return buyer;
    }),
  );
  const articles = [];
  for (let i = 0; i < Math.ceil(MANY / BUYERS); i += 1) articles.push(await forSale(owner, `sold-${i}`));
  const bought = articles.flatMap((post) => buyers.map((buyer) => [buyer, post])).slice(0, MANY);
  const sessions = [];
  const began = performance.now();
  await each(bought, async ([buyer, post]) => sessions.push(await pay(buyer, await orderOf(buyer, post))));
  const seconds = (since) => ((performance.now() - since) / 1000).toFixed(1);
  console.log(`\nnotifications: ${sessions.length} orders begun and paid in ${seconds(began)} s`);

  const first = performance.now();
  const told = [];
  while (told.length < sessions.length) {
    const due = Math.min(sessions.length, Math.ceil(((performance.now() - first) / 1000) * A_SECOND));
    for (let n = told.length; n < due; n += 1) told.push(tell(sessions[n], n));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const sent = seconds(first);
  const took = (await Promise.all(told)).filter((ms) => ms !== undefined).sort((a, b) => a - b);
  const share = (of) => `${(took[Math.floor((took.length - 1) * of)] ?? NaN).toFixed(1)} ms`;
  const pace = Math.round(told.length / sent);
  console.log(`  told ${told.length} in ${sent} s (${pace} a second); acknowledged ${took.length} in ${seconds(first)} s, p50 ${share(0.5)}, p99 ${share(0.99)}, slowest ${share(1)}`);

  let now = await states(owner);
  const settled = () => (now.done ?? 0) + (now.ignored ?? 0) + (now.quarantined ?? 0) + (now.dead ?? 0);
  while (settled() < took.length && performance.now() - first < PATIENCE) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    now = await states(owner);
  }
  const all = settled() < took.length ? "NOT all" : "all";
  console.log(`  ${all} processed, ${settled()} of ${took.length}, ${seconds(first)} s after the first was told: ${JSON.stringify(now)}`);
  await stop(simulator);
}
