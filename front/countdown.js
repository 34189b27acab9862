// Counts down what the server wrote as whole minutes: `14:09`, and at the end what it says then.

for (const clock of document.querySelectorAll('[data-live="countdown"]')) {
  const until = Date.parse(clock.dateTime);
  const tick = () => {
    const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    clock.textContent = left ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : clock.dataset.over;
    if (left) setTimeout(tick, 1000);
  };
  tick();
}
