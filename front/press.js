// A form that was sent says so at once and is not sent twice. Coming back to the page with "back" makes it fresh again.
// It hears of it last, on the window, so that what sends a form its own way (swap.js) comes before.

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get") return;
  if (form.ariaBusy) event.preventDefault();
  form.ariaBusy = "true";
});
addEventListener("pageshow", () => {
  for (const form of document.forms) form.ariaBusy = null;
});
