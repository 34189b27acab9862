// Makes plain HTML a little handier. Everything here works without it, or is not there without it.
//
// A page loads it when something on it says `data-live`. One file a thing, fetched when a reader comes within a screen of what
// it is for; without a network the page stays as it is. What only members have a use for is in member.js. Sentences come from
// the server, in data attributes; those of the scripts for reading from src/pages/shell/reading.rs.

import "./press.js";

const words = document.querySelector("template[data-live=reading]")?.dataset;

/** Does it once, when something that the selector matches is on the screen or nearly. */
function near(selector, load) {
  const watch = new IntersectionObserver(
    (seen) => {
      if (!seen.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      load().catch(() => {});
    },
    { rootMargin: "100%" },
  );
  for (const element of document.querySelectorAll(selector)) watch.observe(element);
}

if (words) {
  near("figure.code", async () => (await import("./code.js")).help(words));
  near(".footnote > a", async () => (await import("./footnotes.js")).help(words));
  near(".post-contents", () => import("./contents.js"));
}
near("[data-share]", () => import("./share.js"));

// Wherever they stand, at once.
if (document.querySelector("[data-live=toast]")) import("./toast.js");
if (document.querySelector("[data-live=countdown], [data-live=paying], [data-live=bridge]")) import("./paying.js");
