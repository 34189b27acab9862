// Lets the service worker of this site keep, for a signed-in member, the articles they opened (`sw.js` says how), and lists
// these on the offline page.

import { articleCaches } from "./kept.js";

const keeper = document.querySelector('meta[name="keeper"]')?.content;
const workers = navigator.serviceWorker;

if (keeper && workers) {
  const wasThere = Boolean(workers.controller);
  // Where it cannot be registered (a private window, no https) nothing is kept, and nothing else is missing.
  workers.register(keeper, { scope: "/" }).then(async () => {
    const { active } = await workers.ready;
    // The page that was loaded before there was a worker.
    if (!wasThere && location.pathname.startsWith("/p/")) active.postMessage({ opened: location.href.split("#")[0] });
  }, () => {});
  document.addEventListener("submit", ({ target }) => {
    if (new URL(target.action, location).pathname === "/sign-out") workers.controller?.postMessage("forget");
  });
}

const list = document.querySelector("[data-offline-list]");
if (list && globalThis.caches) showKept();

async function showKept() {
  const items = [];
  for (const name of await articleCaches()) {
    const articles = await caches.open(name);
    for (const request of (await articles.keys()).reverse()) {
      const html = await (await articles.match(request)).text();
      const title = new DOMParser().parseFromString(html, "text/html").querySelector("h1");
      const link = document.createElement("a");
      link.href = new URL(request.url).pathname;
      link.textContent = title?.textContent ?? link.pathname;
      if (title?.lang) link.lang = title.lang;
      const item = document.createElement("li");
      item.append(link);
      items.push(item);
    }
  }
  list.querySelector("ul").append(...items);
  list.querySelector(items.length ? "[data-offline-some]" : "[data-offline-none]").hidden = false;
}
