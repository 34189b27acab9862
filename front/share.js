// The row under an article: buttons that copy its link or hand it to the system (telephones). Without this the link stands
// in a field, to be selected.

for (const row of document.querySelectorAll("[data-share]")) {
  const { share: url, shareTitle: title } = row.dataset;
  const field = row.querySelector("input");
  const said = row.querySelector("output");
  field.addEventListener("focus", () => field.select());

  const copy = row.querySelector("[data-share-copy]");
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      const copied = await navigator.clipboard.writeText(url).then(() => true, () => false);
      said.textContent = copied ? copy.dataset.done : copy.dataset.failed;
      if (!copied) field.focus();
    });
  }

  const hand = row.querySelector("[data-share-hand]");
  if (navigator.share && matchMedia("(pointer: coarse)").matches) {
    hand.hidden = false;
    // Whoever closes the system's dialog has shared nothing, and that is no error.
    hand.addEventListener("click", () => navigator.share({ title, url }).catch(() => {}));
  }
}
