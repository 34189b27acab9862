// Builds what a browser loads into `target/site`, where the server finds it:
//
//   manifest.json                  the names below, as {"css", "text", "talk", "lists", "forms", "desk", "js", "wasm", "boot", "page", "member", "inputs"}
//   pkg/stoa.HASH.{css,js,wasm}    style/main.css with its imports; the glue and the wasm of the islands
//   pkg/{text,talk,lists,forms,desk}.HASH.css   style/NAME.css, where a page has a use for it
//   pkg/boot.HASH.js               front/boot.js, which wakes the islands
//   pkg/page.HASH.js               front/page.js, which makes plain HTML a little handier
//   pkg/member.HASH.js             front/member.js, the same for members
//   pkg/….HASH.js                  what these share, and what they fetch when it is needed
//   sw.js                          front/sw.js, which keeps articles for reading without a network
//   everything in public/          icons
//
// A hash is of the content, so a name may be cached for ever. `--release` optimises the wasm for size and puts a .br and a
// .gz beside every file that shrinks. Nothing is done when no input has changed.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

const release = process.argv.includes("--release");
const target = resolve(process.env.CARGO_TARGET_DIR ?? "target");
const bindgen = process.env.STOA_BINDGEN ?? execFileSync("scripts/setup.sh", ["bindgen-path"], { encoding: "utf8" }).trim();
// The server reads (in a release: embeds) this folder of the checkout, wherever cargo keeps its own files.
const site = resolve("target/site");
const work = resolve("target/front");
const stamp = join(work, "stamp");
const browsers = ["chrome111", "edge111", "firefox115", "safari16.4"];

const say = (what) => console.log(`front: ${what}`);
const digest = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

/** Every file below a folder; none when there is no such folder. */
function filesIn(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name)).sort();
}

/** Compiles the islands and answers where cargo left them. */
function compileWasm() {
  const profile = release ? "wasm-release" : "dev";
  say(`compiling the islands (${profile})`);
  const features = ["--no-default-features", "--features", "hydrate"];
  const options = ["--lib", "--crate-type", "cdylib", "--target", "wasm32-unknown-unknown", "--profile", profile, ...features];
  execFileSync("cargo", ["rustc", ...options], { stdio: "inherit" });
  return join(target, "wasm32-unknown-unknown", release ? "wasm-release" : "debug", "stoa.wasm");
}

/** What the result depends on, in one hash. */
function inputs(wasm) {
  const sources = ["style", "front", "public", "tools/bindgen/src"].flatMap(filesIn);
  const hash = createHash("sha256").update(release ? "release" : "development");
  for (const file of [wasm, "scripts/front.mjs", "package-lock.json", "tools/bindgen/Cargo.lock", ...sources]) {
    hash.update(`\0${file === wasm ? "wasm" : file}\0`).update(readFileSync(file));
  }
  return hash.digest("hex").slice(0, 16);
}

/** Addresses on the site, like url(/icon.svg), are left as they are. */
const addresses = {
  name: "addresses",
  setup(build) {
    build.onResolve({ filter: /^\// }, ({ path, kind }) => (kind === "entry-point" ? undefined : { path, external: true }));
  },
};

async function bundle(file, define = {}) {
  const settings = { bundle: true, minify: true, format: "esm", target: browsers, legalComments: "none", plugins: [addresses], define };
  const result = await esbuild.build({ entryPoints: [file], write: false, logLevel: "warning", ...settings });
  return result.outputFiles[0].contents;
}

/** Scripts of ours that share parts, and parts that are fetched when they are needed. Answers the names of the entries. */
async function publishScripts(folder, names) {
  const files = { outdir: join(folder, "pkg"), entryNames: "[name].[hash]", chunkNames: "[name].[hash]", splitting: true, metafile: true };
  const settings = { bundle: true, minify: true, format: "esm", target: browsers, legalComments: "none", logLevel: "warning" };
  const entryPoints = names.map((name) => `front/${name}.js`);
  const { metafile } = await esbuild.build({ entryPoints, ...settings, ...files });
  const paths = {};
  for (const [file, { bytes, entryPoint }] of Object.entries(metafile.outputs)) {
    const path = relative(folder, resolve(file)).replaceAll("\\", "/");
    say(`  ${path}  ${bytes.toLocaleString("en")} bytes`);
    const name = names.find((name) => entryPoint === `front/${name}.js`);
    if (name) paths[name] = path;
  }
  return paths;
}

/** Puts a file under its hashed name and answers the name. */
function publish(folder, name, extension, bytes) {
  const path = `pkg/${name}.${digest(bytes)}.${extension}`;
  writeFileSync(join(folder, path), bytes);
  say(`  ${path}  ${bytes.length.toLocaleString("en")} bytes`);
  return path;
}

function compress(folder) {
  const text = [".css", ".js", ".wasm", ".svg", ".txt", ".json", ".webmanifest", ".xml"];
  const quality = { [constants.BROTLI_PARAM_QUALITY]: 11 };
  for (const file of filesIn(folder).filter((file) => text.includes(extname(file)))) {
    const bytes = readFileSync(file);
    const params = { ...quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    const smaller = { ".br": brotliCompressSync(bytes, { params }), ".gz": gzipSync(bytes, { level: 9 }) };
    for (const [suffix, packed] of Object.entries(smaller)) {
      if (packed.length < bytes.length) writeFileSync(file + suffix, packed);
    }
    say(`  ${relative(folder, file)}  br ${smaller[".br"].length.toLocaleString("en")}, gz ${smaller[".gz"].length.toLocaleString("en")}`);
  }
}

const wasm = compileWasm();
const wanted = inputs(wasm);
if (existsSync(join(site, "manifest.json")) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) {
  say("up to date");
  process.exit(0);
}

rmSync(work, { recursive: true, force: true });
const next = join(work, "site");
mkdirSync(join(next, "pkg"), { recursive: true });
if (existsSync("public")) cpSync("public", next, { recursive: true });

say("writing the glue");
execFileSync(bindgen, [wasm, join(work, "glue"), "stoa"], { stdio: "inherit" });

say("bundling styles and scripts");
const manifest = {
  css: publish(next, "stoa", "css", await bundle("style/main.css")),
  text: publish(next, "text", "css", await bundle("style/text.css")),
  talk: publish(next, "talk", "css", await bundle("style/talk.css")),
  lists: publish(next, "lists", "css", await bundle("style/lists.css")),
  forms: publish(next, "forms", "css", await bundle("style/forms.css")),
  desk: publish(next, "desk", "css", await bundle("style/desk.css")),
  js: publish(next, "stoa", "js", await bundle(join(work, "glue/stoa.js"))),
  wasm: publish(next, "stoa", "wasm", readFileSync(join(work, "glue/stoa_bg.wasm"))),
  ...(await publishScripts(next, ["boot", "page", "member"])),
  // Not a file: it makes the manifest, and so the server that embeds it, change with anything in the folder.
  inputs: wanted,
};
// By a fixed name, which is what browsers know a service worker by.
writeFileSync(join(next, "sw.js"), await bundle("front/sw.js", { BUILD: JSON.stringify(wanted) }));
if (release) {
  say("compressing");
  compress(next);
}
// Last, and uncompressed: it is read by the server only.
writeFileSync(join(next, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

rmSync(site, { recursive: true, force: true });
renameSync(next, site);
writeFileSync(stamp, wanted);
say(`done: ${relative(root, site)}`);
