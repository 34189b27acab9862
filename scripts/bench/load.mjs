// What an address takes: loads it with wrk, and a static answer of the same bytes beside it.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Person, base, folder, freePort, start, stop, untilItAnswers } from "./site.mjs";

const SECONDS = Number(process.env.STOA_BENCH_SECONDS ?? 6);
const CONNECTIONS = 16;
const TICKS = Number(execFileSync("getconf", ["CLK_TCK"]));

export function processorMilliseconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}

export const megabytes = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

/** Loads an address and tells what it took. */
function load(address, pid, given) {
  const headers = Object.entries(given).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
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

export const heading = `${"page".padEnd(30)}${"req/s".padStart(9)}${"p50".padStart(11)}${"p99".padStart(11)}${"CPU ms".padStart(10)}`;
const row = (name, m) => `${name.padEnd(30)}${m.rate.toFixed(0).padStart(9)}${m.p50.padStart(11)}${m.p99.padStart(11)}${m.processor.toFixed(3).padStart(10)}`;

export async function measure(name, path, server, person) {
  const body = Buffer.from(await (await (person ?? new Person()).fetch(path, { headers: { "accept-encoding": "identity" } })).arrayBuffer());
  const file = join(folder, "page.html");
  writeFileSync(file, body);
  const cookie = person ? { cookie: person.header() } : {};
  const stoaFigures = load(base + path, server.pid, cookie);
  const staticPort = await freePort();
  const other = start([String(staticPort), file], process.env.STOA_STATIC_SERVER);
  await untilItAnswers(`http://127.0.0.1:${staticPort}/`);
  const staticFigures = load(`http://127.0.0.1:${staticPort}/`, other.pid, {});
  await stop(other);
  console.log(row(`${name} (${(body.length / 1024).toFixed(1)} kB)`, stoaFigures));
  console.log(`${row("  static, same bytes", staticFigures)}   ratio ${(stoaFigures.processor / staticFigures.processor).toFixed(1)}`);
}

/** The same as a browser asks for it: compressed. */
export async function measureCompressed(name, path, server) {
  console.log(row(name, load(base + path, server.pid, { "accept-encoding": "br" })));
}
