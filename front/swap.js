// A small deed, such as a vote, without a new page: the press shows at once, the form is sent behind it, and what it changed
// is taken over from the answer, together with what the answer says. `data-swap` on the form is a selector: the part to take
// over is what it matches around the pressed button, and has an id; `data-also` has the ids of other parts. When anything goes wrong the form is sent the plain way.

async function swap(form, button, old) {
  const at = [...old.querySelectorAll("button")].indexOf(button);
  const pressed = button.getAttribute("aria-pressed");
  if (pressed) button.setAttribute("aria-pressed", String(pressed !== "true"));
  old.ariaBusy = "true";
  try {
    const answer = await fetch(button.getAttribute("formaction") ?? form.getAttribute("action"), { method: "POST", body: new URLSearchParams(new FormData(form, button)) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = answer.ok && page.getElementById(old.id);
    if (!fresh) throw new Error(`answered ${answer.status}`);
    old.replaceWith(fresh);
    for (const id of form.dataset.also?.split(" ") ?? []) {
      const [there, here] = [page.getElementById(id), document.getElementById(id)];
      if (there) here?.replaceWith(there);
    }
    fresh.querySelectorAll("button")[at]?.focus();
  } catch {
    old.ariaBusy = null;
    form.removeAttribute("data-swap");
    form.requestSubmit(button);
  }
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter: button } = event;
  const old = form.dataset.swap && button?.closest(form.dataset.swap);
  if (!old?.id) return;
  event.preventDefault();
  if (!old.ariaBusy) swap(form, button, old);
});
