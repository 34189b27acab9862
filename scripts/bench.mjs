// Measures a release build: `make bench`. Prints requests a second, latency, and processor milliseconds a request for the
// pages that matter, each beside a static answer of the same bytes from the same Axum in the same run; what a first visit
// transfers; memory; the time from start to first answer.
//
// STOA_ARTICLES=DIR imports the Markdown files there; without it, 700 articles are made up.

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SECONDS = Number(process.env.STOA_BENCH_SECONDS ?? 6);
const CONNECTIONS = 16;
const REPLIES = 200;
const TICKS = Number(execFileSync("getconf", ["CLK_TCK"]));
const PASSWORD = "a bench needs no secret";
const stoa = process.env.STOA_BIN;
const staticServer = process.env.STOA_STATIC_SERVER;
const folder = mkdtempSync(join(tmpdir(), "stoa-bench-"));
const running = new Set();

process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const port = await freePort();
const base = `http://127.0.0.1:${port}`;
const environment = {
  ...process.env,
  STOA_DATABASE_URL: `sqlite://${join(folder, "stoa.db")}`,
  STOA_DATA_DIR: folder,
  STOA_LISTEN: `127.0.0.1:${port}`,
  STOA_BASE_URL: base,
  STOA_LOG: "warn",
  STOA_SETUP_PASSWORD: PASSWORD,
};
const command = (...args) => execFileSync(stoa, args, { env: environment, cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

function start(program, args) {
  const child = spawn(program, args, { env: environment, cwd: folder, stdio: "ignore" });
  running.add(child);
  child.on("exit", () => running.delete(child));
  return child;
}

const stop = (child) =>
  new Promise((resolve) => {
    child.on("exit", resolve);
    child.kill("SIGTERM");
  });

/** Milliseconds until the address answers. */
async function untilItAnswers(address) {
  const began = performance.now();
  for (;;) {
    try {
      await (await fetch(address, { redirect: "manual" })).arrayBuffer();
      return performance.now() - began;
    } catch {
      if (performance.now() - began > 20_000) throw new Error(`${address} does not answer`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

/** A browser without JavaScript: cookies, forms. */
class Person {
  cookies = new Map();

  async fetch(path, options = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { cookie, "accept-language": "en", "sec-fetch-site": "same-origin", ...options.headers };
    const answer = await fetch(base + path, { redirect: "manual", ...options, headers });
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(";")[0].split("=");
      this.cookies.set(name, value);
    }
    return answer;
  }

  async post(path, fields) {
    const answer = await this.fetch(path, { method: "POST", body: new URLSearchParams(fields) });
    if (answer.status !== 303) throw new Error(`POST ${path}: ${answer.status}\n${(await answer.text()).slice(0, 2000)}`);
    return answer;
  }

  header() {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }
}

function madeUpArticles() {
  const articles = join(folder, "articles");
  mkdirSync(articles);
  const sentence = "A server that answers at once is one that did its work before it was asked. ";
  for (let i = 0; i < 700; i += 1) {
    const day = `20${10 + (i % 15)}-${String(1 + (i % 12)).padStart(2, "0")}-${String(1 + (i % 28)).padStart(2, "0")}`;
    const parts = Array.from({ length: 6 }, (_, part) => `## Part ${part + 1}\n\n${sentence.repeat(10)}\n\n\`\`\`rust\nfn part(n: u64) -> u64 { n * ${i} }\n\`\`\`\n`);
    writeFileSync(join(articles, `article-${i}.md`), `+++\ntitle = "Article ${i}"\ndate = "${day}"\nauthors = ["Author ${i % 20}"]\n+++\n\n${parts.join("\n")}`);
  }
  return articles;
}

function processorMilliseconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}

const megabytes = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

/** Loads an address and tells what it took. */
function load(address, pid, cookie) {
  const headers = cookie ? ["-H", `cookie: ${cookie}`] : [];
  const wrk = (seconds) =>
    execFileSync("wrk", ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "--latency", ...headers, address], { encoding: "utf8" });
  wrk(1);
  const before = processorMilliseconds(pid);
  const said = wrk(SECONDS);
  const spent = processorMilliseconds(pid) - before;
  const requests = Number(/(\d+) requests in/.exec(said)[1]);
  if (/Non-2xx/.test(said)) throw new Error(`${address} failed under load\n${said}`);
  const latency = (share) => new RegExp(`^\\s+${share}%\\s+(\\S+)`, "m").exec(said)[1];
  return { rate: Number(/Requests\/sec:\s+(\S+)/.exec(said)[1]), p50: latency(50), p99: latency(99), processor: spent / requests };
}

const row = (name, m) => `${name.padEnd(30)}${m.rate.toFixed(0).padStart(9)}${m.p50.padStart(11)}${m.p99.padStart(11)}${m.processor.toFixed(3).padStart(10)}`;

async function measure(name, path, server, person) {
  const body = Buffer.from(await (await (person ?? new Person()).fetch(path, { headers: { "accept-encoding": "identity" } })).arrayBuffer());
  const file = join(folder, "page.html");
  writeFileSync(file, body);
  const stoaFigures = load(base + path, server.pid, person?.header());
  const staticPort = await freePort();
  const other = start(staticServer, [String(staticPort), file]);
  await untilItAnswers(`http://127.0.0.1:${staticPort}/`);
  const staticFigures = load(`http://127.0.0.1:${staticPort}/`, other.pid);
  await stop(other);
  console.log(row(`${name} (${(body.length / 1024).toFixed(1)} kB)`, stoaFigures));
  console.log(`${row("  static, same bytes", staticFigures)}   ratio ${(stoaFigures.processor / staticFigures.processor).toFixed(1)}`);
}

/** Bytes of the body as a browser gets it. fetch would decompress; curl does not. */
const transferred = (path, cookie) =>
  Number(
    execFileSync("curl", ["-s", "-o", "/dev/null", "-w", "%{size_download}", "-H", "accept-encoding: br, gzip", "-H", `cookie: ${cookie ?? ""}`, base + path], { encoding: "utf8" }),
  );

async function firstVisit(name, path, person) {
  const html = await (await (person ?? new Person()).fetch(path)).text();
  const all = (pattern) => [...html.matchAll(pattern)].map((match) => match[1]);
  // Every style sheet and every script that the page names, and what these import at once. What they fetch when it is needed
  // (a footnote that is opened) belongs to no first visit; the WebAssembly of an island is counted, though it waits too.
  const scripts = all(/<script[^>]*src="([^"]+)"/g);
  for (const script of scripts) {
    const source = await (await fetch(base + script)).text();
    for (const [, name] of source.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) {
      if (!scripts.includes(`/pkg/${name}`)) scripts.push(`/pkg/${name}`);
    }
  }
  const parts = {
    css: all(/<link[^>]*href="([^"]+\.css)"/g),
    scripts,
    glue: all(/data-js="([^"]+)"/g),
    wasm: all(/data-wasm="([^"]+)"/g),
  };
  const sum = (addresses) => addresses.reduce((bytes, address) => bytes + transferred(address), 0);
  const sizes = [["html", transferred(path, person?.header())], ...Object.entries(parts).filter(([, at]) => at.length).map(([kind, at]) => [kind, sum(at)])];
  const total = sizes.reduce((bytes, [, more]) => bytes + more, 0);
  const list = sizes.map(([kind, bytes]) => `${kind} ${(bytes / 1000).toFixed(1)}`).join(", ");
  console.log(`${name.padEnd(34)}${(total / 1000).toFixed(1)} kB   (${list})`);
}

console.log("filling a site …");
command("setup", "--name", "Bench", "--email", "bench@example.org", "--handle", "bench");
command("import", "markdown", process.env.STOA_ARTICLES ?? madeUpArticles());
let server = start(stoa, ["serve"]);
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
await stop(server);

server = start(stoa, ["serve"]);
const first = await untilItAnswers(`${base}/`);
await new Promise((resolve) => setTimeout(resolve, 500));
const atRest = megabytes(server.pid);

console.log(`\n${"page".padEnd(30)}${"req/s".padStart(9)}${"p50".padStart(11)}${"p99".padStart(11)}${"CPU ms".padStart(10)}`);
await measure("home", "/", server);
await measure("article, visitor", article, server);
await measure("article, signed in", article, server, members[0]);
await measure(`article, ${REPLIES} replies`, discussed, server, members[0]);
const underLoad = megabytes(server.pid);

console.log("\nfirst visit, compressed");
await firstVisit("article, visitor", article);
await firstVisit("article, member", article, members[0]);
await firstVisit("home, visitor", "/");

console.log(`\nmemory: ${atRest.toFixed(1)} MB at rest, ${underLoad.toFixed(1)} MB after the load`);
console.log(`start to first answer: ${first.toFixed(0)} ms`);
await stop(server);
process.exit(0);
