// Measures a release build: `make bench`. Prints requests a second, latency, and processor milliseconds a request for the
// pages that matter, each beside a static answer of the same bytes from the same Axum in the same run; what a first visit
// transfers; memory; the time from start to first answer; how many payment notifications are taken and settled.
//
// STOA_BENCH_NOTIFICATIONS=N sends so many of them, a thousand a second (10,000, for ten seconds; fewer for a short run; 0 for none).
// STOA_ARTICLES=DIR imports the Markdown files there; without it, 700 articles are made up.

import { megabytes, heading, measure, measureCompressed } from "./bench/load.mjs";
import { forSale, notifications, orderOf } from "./bench/notifications.mjs";
import { PASSWORD, Person, base, command, madeUpArticles, start, stop, untilItAnswers } from "./bench/site.mjs";
import { firstVisit } from "./bench/visit.mjs";

const REPLIES = 200;

console.log("filling a site …");
command("setup", "--name", "Bench", "--email", "bench@example.org", "--handle", "bench");
command("import", "markdown", process.env.STOA_ARTICLES ?? madeUpArticles());
let server = start(["serve"]);
await untilItAnswers(`${base}/healthz`);

const owner = new Person();
await owner.post("/sign-in", { email: "bench@example.org", password: PASSWORD });
const members = await Promise.all(
  Array.from({ length: 5 }, async (_, i) => {
    const member = new Person();
    await member.post("/join", { email: `m${i}@example.org`, handle: `member-${i}`, password: PASSWORD });
    return member;
  }),
);
const home = await (await owner.fetch("/")).text();
const articles = [...home.matchAll(/href="(\/p\/[^"#?]+)"/g)].map((match) => match[1]);
const [article, discussed] = [...new Set(articles)];
const talk = await (await members[0].fetch(discussed)).text();
const target = /name="target_id"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="target_id"/.exec(talk);
if (!target) throw new Error("the article has no reply form");
for (let i = 0; i < REPLIES; i += 1) {
  const source = `Reply ${i}: **yes**, and \`cargo test\` says so too.\n\n> A short quotation.\n\nA second paragraph with a [link](https://example.org/${i}).`;
  await members[i % members.length].post("/replies", { target_kind: "post", target_id: target[1] ?? target[2], source, to: discussed });
}
// A tier and an article to sell, and an order that waits to be paid.
await owner.post("/admin/tiers", { name: "Reader", description: "Every article.", monthly: "18", yearly: "180" });
const order = await orderOf(members[0], await forSale(owner, "for-sale"));
await stop(server);

server = start(["serve"]);
const first = await untilItAnswers(`${base}/`);
await new Promise((resolve) => setTimeout(resolve, 500));
const atRest = megabytes(server.pid);

console.log(`\n${heading}`);
await measure("home", "/", server);
await measure("article, visitor", article, server);
await measure("article, signed in", article, server, members[0]);
await measure(`article, ${REPLIES} replies`, discussed, server, members[0]);
await measure("tiers", "/membership", server);
await measure("checkout, signed in", order, server, members[0]);
await measureCompressed("article, visitor, compressed", article, server);
const underLoad = megabytes(server.pid);

console.log("\nfirst visit, compressed");
await firstVisit("article, visitor", article);
await firstVisit("article, member", article, members[0]);
await firstVisit("home, visitor", "/");
await firstVisit("tiers, visitor", "/membership");

console.log(`\nmemory: ${atRest.toFixed(1)} MB at rest, ${underLoad.toFixed(1)} MB after the load`);
console.log(`start to first answer: ${first.toFixed(0)} ms`);

await notifications(owner, server);
await stop(server);
process.exit(0);
