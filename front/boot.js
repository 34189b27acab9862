// Wakes the islands of a page: the parts drawn by the server that also live in the browser.
//
// The page names the two files it needs:
//   <script type="module" src="/pkg/boot.HASH.js" data-js="/pkg/stoa.HASH.js" data-wasm="/pkg/stoa.HASH.wasm"></script>
//
// Nothing is loaded before it is wanted: an island wakes when the browser is idle and the island is (nearly) in view, or at
// once when it is pointed at or focused. Until then, and if loading fails, it is the plain HTML that the server drew.
// An awake island carries `data-awake`.

const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
const tag = "leptos-island";

// Leptos looks these up when an island has a resource or an error boundary; our pages are drawn in one piece and have none.
for (const name of ["__RESOLVED_RESOURCES", "__SERIALIZED_ERRORS", "__INCOMPLETE_CHUNKS"]) globalThis[name] ??= [];

let loading;
const load = () => (loading ??= import(js).then(async (islands) => {
  await islands.default({ module_or_path: wasm });
  islands.hydrate?.();
  return islands;
}));

const woken = new WeakSet();

/** Wakes one outermost island and all inside it, once. Document order is what Leptos needs: outer before inner. */
async function wake(outermost) {
  if (woken.has(outermost)) return;
  woken.add(outermost);
  const islands = await load();
  for (const island of [outermost, ...outermost.querySelectorAll(tag)]) {
    // What an outer island provides reaches an inner one through the slot that holds it.
    island.parentElement.closest("leptos-children")?.$$on_hydrate?.();
    await islands[island.dataset.component](island);
    island.dataset.awake = "";
  }
}

const outermostOf = new WeakMap();
const idle = globalThis.requestIdleCallback ?? setTimeout;
const inView = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    inView.unobserve(target);
    idle(() => wake(outermostOf.get(target)), { timeout: 2000 });
  }
}, { rootMargin: "200px" });

for (const island of document.querySelectorAll(tag)) {
  if (island.parentElement.closest(tag)) continue;
  // Its children too: the element itself has no box where the style says `display: contents`.
  for (const part of [island, ...island.children]) {
    outermostOf.set(part, island);
    inView.observe(part);
  }
  for (const event of ["pointerover", "focusin"]) island.addEventListener(event, () => wake(island), { once: true, passive: true });
}
