// What a first visit transfers.

import { execFileSync } from "node:child_process";
import { Person, base } from "./site.mjs";

/** Bytes of the body as a browser gets it. fetch would decompress; curl does not. */
const transferred = (path, cookie) =>
  Number(
    execFileSync("curl", ["-s", "-o", "/dev/null", "-w", "%{size_download}", "-H", "accept-encoding: br, gzip", "-H", `cookie: ${cookie ?? ""}`, base + path], { encoding: "utf8" }),
  );

export async function firstVisit(name, path, person) {
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
