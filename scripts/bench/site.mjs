// A site of the release build for `make bench` alone: its folder, its processes, the people who come to it.

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const PASSWORD = "a bench needs no secret";
const stoa = process.env.STOA_BIN;
export const folder = mkdtempSync(join(tmpdir(), "stoa-bench-"));
const running = new Set();

process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

export const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const port = await freePort();
export const base = `http://127.0.0.1:${port}`;
const environment = {
  ...process.env,
  STOA_DATABASE_URL: `sqlite://${join(folder, "stoa.db")}`,
  STOA_DATA_DIR: folder,
  STOA_LISTEN: `127.0.0.1:${port}`,
  STOA_BASE_URL: base,
  STOA_LOG: "warn",
  STOA_SETUP_PASSWORD: PASSWORD,
  // People of the bench say where they come from; else a hundred who join at once would be taken for a script.
  STOA_BEHIND_PROXY: "on",
  // Prices in any currency, and a provider that is a simulator.
  STOA_TEST_PAYMENTS: "on",
};

/** Runs a command of the program to its end. */
export const command = (...args) => execFileSync(stoa, args, { env: environment, cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

/** Starts a program beside the bench; without a name it is ours. */
export function start(args, program = stoa) {
  const child = spawn(program, args, { env: environment, cwd: folder, stdio: "ignore" });
  running.add(child);
  child.on("exit", () => running.delete(child));
  return child;
}

export const stop = (child) =>
  new Promise((resolve) => {
    child.on("exit", resolve);
    child.kill("SIGTERM");
  });

/** Milliseconds until the address answers. */
export async function untilItAnswers(address) {
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
export class Person {
  cookies = new Map();
  address = `2001:db8:${Person.count++}::1`;
  static count = 1;

  async fetch(path, options = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { cookie, "accept-language": "en", "sec-fetch-site": "same-origin", "x-forwarded-for": this.address, ...options.headers };
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

export function madeUpArticles() {
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
