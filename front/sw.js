// The service worker: articles a signed-in member opened can be read without a network, and any other page then becomes the
// offline page. The network always comes first; a copy is shown only when it fails.
//
// What may be kept is not decided here. The server says in `stoa-reader` whose page it is, and in `stoa-keep` that it is an
// article for them; nothing else is kept, and a page that is nobody's means that nobody is signed in, so all is forgotten.

import { ARTICLES, FILES, SHELL, articleCaches, forget } from "./kept.js";

/** Articles kept, and hashed files: the newest. */
const MOST_ARTICLES = 50;
const MOST_FILES = 60;
const OFFLINE = ["zh-CN", "en"].map((lang) => `/offline?lang=${lang}`);
/* global BUILD: written in by scripts/front.mjs, so that a new build is a new worker with a new shell. */
const SHELL_NOW = `${SHELL}-${BUILD}`;

/** Goes up whenever all is forgotten. A page that was asked for before that and comes after it is kept no more: in another
 * tab somebody may have signed out meanwhile. While a page is on its way the worker lives, so this is not lost. */
let era = 0;
/** Whose the last page was. */
let last;

function forgetAll() {
  era += 1;
  last = undefined;
  return forget();
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event, url));
  else if (url.pathname.startsWith("/pkg/")) event.respondWith(file(event));
});
self.addEventListener("message", (event) => {
  if (event.data === "forget") event.waitUntil(forgetAll());
  else if (event.data?.opened) event.waitUntil(opened(event.data.opened));
});

async function install() {
  const shell = await caches.open(SHELL_NOW);
  for (const path of OFFLINE) {
    const answer = await fetch(path, { cache: "no-cache" });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    await keepFilesOf(answer.clone());
    await shell.put(path, answer);
  }
  await self.skipWaiting();
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith(SHELL) && name !== SHELL_NOW);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

/** The article that was already on the screen when the worker was installed. It was counted as read: this is no reading. */
async function opened(address) {
  const asked = era;
  await keep(new URL(address), await fetch(address, { headers: { "stoa-copy": "1" } }), asked);
}

async function page(event, url) {
  const asked = era;
  let answer;
  try {
    answer = (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await copyOf(url)) ?? (await offline());
  }
  event.waitUntil(keep(url, answer, asked));
  return answer;
}

/** Keeps, or forgets, as the server says. `asked` is the era in which the page was asked for. */
async function keep(url, answer, asked) {
  const { headers, status } = answer;
  const html = answer.type === "basic" && headers.get("content-type")?.startsWith("text/html");
  if (!html || url.pathname === "/offline") return;
  const reader = headers.get("stoa-reader");
  // A failure may come from something before the site, which knows nobody.
  if (!reader) return answer.ok ? forgetAll() : undefined;
  if (era !== asked) return;
  if (last !== reader) {
    // What is still on its way for another member is not to be kept after this.
    if (last) asked = era += 1;
    last = reader;
  }
  // The article as it is, without parts of its discussion. Copied before anything is awaited: the browser reads it meanwhile.
  const wanted = url.search.replace(/[?&]via=[^&]*/, "");
  const whole = status === 200 && headers.has("stoa-keep") && (!wanted || wanted.startsWith("?done="));
  const copies = whole ? [answer.clone(), answer.clone()] : [];
  await forget(reader);
  if (!url.pathname.startsWith("/p/") || era !== asked) return;
  const articles = await caches.open(ARTICLES + reader);
  const key = url.origin + url.pathname;
  if (whole) {
    await keepFilesOf(copies[0]);
    // A key that is put anew goes to the end: the first ones are the oldest.
    await articles.delete(key);
    if (era !== asked) return;
    await articles.put(key, copies[1]);
    await trim(articles, MOST_ARTICLES);
  } else if ([401, 403, 404, 410].includes(status)) {
    await articles.delete(key);
  }
}

/** What a page loads from /pkg/, so that its copy looks like it: what its head names, never what people wrote into it. */
async function keepFilesOf(answer) {
  const files = await caches.open(FILES);
  const names = new Set((await answer.text()).split("</head>", 1)[0].match(/\/pkg\/[\w.-]+\.(?:css|js)/g));
  for (const name of names) {
    if (await files.match(name)) continue;
    const file = await fetch(name);
    if (file.ok) await files.put(name, file);
  }
  await trim(files, MOST_FILES);
}

/** A name with a hash always means the same file. */
async function file(event) {
  const files = await caches.open(FILES);
  const kept = await files.match(event.request);
  if (kept) return kept;
  const answer = await fetch(event.request);
  if (answer.status === 200) event.waitUntil(files.put(event.request, answer.clone()).then(() => trim(files, MOST_FILES)));
  return answer;
}

async function trim(cache, most) {
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((key) => cache.delete(key)));
}

/** The article as it was kept, marked: the style then shows the note that the server wrote into it. */
async function copyOf(url) {
  if (!url.pathname.startsWith("/p/")) return undefined;
  for (const name of await articleCaches()) {
    const kept = await (await caches.open(name)).match(url.origin + url.pathname);
    if (!kept) continue;
    const html = (await kept.text()).replace("<html ", "<html data-offline-copy ");
    const headers = new Headers(kept.headers);
    for (const name of ["content-encoding", "content-length"]) headers.delete(name);
    return new Response(html, { headers });
  }
  return undefined;
}

/** In the language of the newest article, else of the browser. */
async function offline() {
  let lang = navigator.language;
  for (const name of await articleCaches()) {
    const articles = await caches.open(name);
    const newest = (await articles.keys()).at(-1);
    if (newest) lang = (await articles.match(newest)).headers.get("content-language") ?? lang;
  }
  const path = OFFLINE[lang.startsWith("zh") ? 0 : 1];
  return (await caches.match(path)) ?? Response.error();
}
