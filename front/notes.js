// A footnote opens in place. What opens it is fetched when the first one is pressed. Where the note is not on the page, the
// browser has no popovers, or there is no network, the mark is the link it always was.
import { words } from "./words.js";

if (words && "popover" in HTMLElement.prototype) {
  document.addEventListener("click", async (event) => {
    const mark = event.target.closest?.(".footnote > a");
    if (!mark || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const note = document.getElementById(mark.hash.slice(1));
    if (!note) return;
    event.preventDefault();
    try {
      (await import("./footnotes.js")).follow(mark, note, words);
    } catch {
      location.hash = mark.hash;
    }
  });
}
