// A toast floats once there is a script to take it away: it can be closed, goes by itself after a while unless it holds
// something to press or somebody is at it, and is not said again when the page is loaded anew.

const STAYS = 8000;

for (const toast of document.querySelectorAll('[data-live="toast"]')) {
  toast.classList.add("floats");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "linklike";
  close.textContent = toast.dataset.close;
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
  if (!toast.querySelector("form")) {
    const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, STAYS) : toast.remove());
    setTimeout(leave, STAYS);
  }
}

// Later, when the page stands: changing the address while it is being faded in stops the fading.
if (/[?&]done=/.test(location.search)) {
  addEventListener("load", () => setTimeout(() => {
    const here = new URL(location.href);
    here.searchParams.delete("done");
    here.searchParams.delete("undo");
    history.replaceState(history.state, "", here);
  }, 500));
}
