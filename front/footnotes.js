// A footnote opens beside its mark; Escape or a press elsewhere closes it, and the reader is back at the mark. Where the note is
// not on the page, or the browser has no popovers, the mark is the link it always was.

const GAP = 6;
const MARGIN = 12;
let opened;

function place(box, mark) {
  const at = mark.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const left = Math.max(MARGIN, Math.min(at.left - MARGIN, clientWidth - width - MARGIN));
  const below = at.bottom + GAP;
  const fits = below + height <= clientHeight || at.top - GAP - height < 0;
  box.style.left = `${left + scrollX}px`;
  box.style.top = `${(fits ? below : at.top - GAP - height) + scrollY}px`;
}

function open(mark, note, words) {
  const box = document.createElement("div");
  box.className = "note";
  box.popover = "auto";
  box.tabIndex = -1;
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", `${words.note} ${mark.textContent}`);
  box.append(...note.cloneNode(true).childNodes);
  box.querySelector("a[href^='#fnref-']:last-child")?.remove();
  for (const named of box.querySelectorAll("[id]")) named.removeAttribute("id");
  const close = Object.assign(document.createElement("button"), { type: "button", className: "linklike", textContent: words.close });
  close.addEventListener("click", () => box.hidePopover());
  box.append(close);
  box.addEventListener("toggle", ({ newState }) => {
    if (newState !== "closed") return;
    const here = document.activeElement;
    if (here === document.body || box.contains(here)) mark.focus({ preventScroll: true });
    box.remove();
  });
  mark.closest("sup").after(box);
  box.showPopover();
  place(box, mark);
  box.focus({ preventScroll: true });
  return { box, mark };
}

/** Opens the note of a mark. A note may refer to another: that one takes its place. */
function follow(mark, note, words) {
  const from = opened?.box.contains(mark) ? opened.mark : mark;
  opened?.box.remove();
  opened = open(from, note, words);
  opened.box.setAttribute("aria-label", `${words.note} ${mark.textContent}`);
}

/** From now on they open, with these sentences. */
export function help(words) {
  if (!("popover" in HTMLElement.prototype)) return;
  document.addEventListener("click", (event) => {
    const mark = event.target.closest?.(".footnote > a");
    if (!mark || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const note = document.getElementById(mark.hash.slice(1));
    if (!note) return;
    event.preventDefault();
    follow(mark, note, words);
  });
}
