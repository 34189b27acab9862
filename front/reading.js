// Remembers how far a member came in an article, and goes back there.
//
//   <article data-reading="17">   on a page whose reading is remembered, with the article's number
//   /p/an-article#at-43           leads to 43 hundredths of the text
//
// The server is told at every tenth of the text, when the reader rests there, and when the page is put away, by `visibilitychange` and `pagehide`: a handler of `unload` would keep the
// page out of the back/forward cache.

const article = document.querySelector("[data-reading]");
/** Milliseconds without moving after which a place counts as reached, also if the page is never put away properly. */
const RESTS = 1000;

if (article) {
  let furthest = 0;
  let told = -1;

  /** How much of the article has come up over the lower edge of the window, 0 to 1. */
  const look = () => {
    const { top, height } = article.getBoundingClientRect();
    if (height > 0) furthest = Math.max(furthest, Math.min(1, (innerHeight - top) / height));
  };

  const tell = () => {
    const share = Math.floor(Math.max(0, furthest) * 100);
    if (document.prerendering || share <= told) return;
    told = share;
    navigator.sendBeacon("/reading", new URLSearchParams({ post: article.dataset.reading, share }));
  };

  const resume = /^#at-(\d{1,3})$/.exec(location.hash);
  if (resume) {
    const { top, height } = article.getBoundingClientRect();
    // What was read last stands at the upper third of the window, so that the eye finds the line again.
    const at = scrollY + top + height * Math.min(1, resume[1] / 100) - innerHeight;
    scrollTo({ top: Math.max(0, at + innerHeight / 3), behavior: "instant" });
  }

  let resting;
  const moved = () => {
    look();
    clearTimeout(resting);
    resting = setTimeout(() => furthest * 100 - told >= 10 && tell(), RESTS);
  };

  addEventListener("scroll", moved, { passive: true });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && tell());
  addEventListener("pagehide", tell);
  // A page that is drawn ahead has not been seen.
  if (document.prerendering) document.addEventListener("prerenderingchange", look, { once: true });
  else look();
}
