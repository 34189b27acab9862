// `make lighthouse`: what Lighthouse (phone profile) says of the pages that matter, on the release build and the demo's content.
// Run through scripts/with-site.sh, which names the site and its people. Prints the four scores, the layout shift and what
// falls short; it judges nothing.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const VERSION = "13.5.0";
const { STOA_URL: base, STOA_OWNER_EMAIL: email, STOA_OWNER_PASSWORD: password } = process.env;
const chromium = execFileSync("scripts/setup.sh", ["chromium-path"], { encoding: "utf8" }).trim();
const folder = mkdtempSync(join(tmpdir(), "stoa-lighthouse-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const answer = await fetch(`${base}/sign-in`, { method: "POST", body: new URLSearchParams({ email, password }), redirect: "manual" });
const cookie = answer.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
if (!cookie) throw new Error(`sign-in answered ${answer.status}`);

const pages = [
  ["home", "/"],
  ["article", "/p/sqlite-in-production"],
  ["tiers", "/membership"],
  ["account", "/account", cookie],
  ["analytics", "/admin", cookie],
];
const categories = ["performance", "accessibility", "best-practices", "seo"];
const pad = (text, width) => String(text).padEnd(width);

console.log(`${pad("page", 12)}${categories.map((name) => pad(name, 16)).join("")}layout shift`);
for (const [name, path, signedIn] of pages) {
  const file = join(folder, `${name}.json`);
  const options = [`${base}${path}`, "--quiet", "--output=json", `--output-path=${file}`, "--chrome-flags=--headless=new --no-sandbox"];
  if (signedIn) options.push(`--extra-headers=${JSON.stringify({ Cookie: signedIn })}`);
  execFileSync("npx", ["--yes", `lighthouse@${VERSION}`, ...options], { env: { ...process.env, CHROME_PATH: chromium }, stdio: ["ignore", "ignore", "inherit"] });
  const report = JSON.parse(readFileSync(file));
  const score = (category) => Math.round((report.categories[category]?.score ?? 0) * 100);
  const shift = report.audits["cumulative-layout-shift"]?.displayValue ?? "?";
  console.log(`${pad(name, 12)}${categories.map((category) => pad(score(category), 16)).join("")}${shift}`);
  for (const category of categories) {
    for (const { id, weight } of report.categories[category]?.auditRefs ?? []) {
      const audit = report.audits[id];
      if (weight > 0 && audit.score !== null && audit.score < 0.9) console.log(`    ${category}: ${audit.title} ${audit.displayValue ?? ""}`);
    }
  }
}
