// Code samples: copy one; wrap the lines or number them, in all samples at once. The choice is remembered by this browser.

const samples = [...document.querySelectorAll("figure.code")];
let words;
const key = (choice) => `stoa-code-${choice}`;

/** Storage may be forbidden; then a choice lasts as long as the page. */
function remembered(choice) {
  try {
    return localStorage.getItem(key(choice)) === "on";
  } catch {
    return false;
  }
}

function remember(choice, on) {
  try {
    localStorage.setItem(key(choice), on ? "on" : "off");
  } catch {
    // As above.
  }
}

/** Makes each line an element, so that the style can count them. Colours end with their line and go on in the next. */
function partLines(code) {
  if (code.querySelector(".line")) return;
  const lines = [];
  let open = false;
  for (const node of [...code.childNodes]) {
    for (const text of node.textContent.split(/(?<=\n)/)) {
      if (!open) lines.push(Object.assign(document.createElement("span"), { className: "line" }));
      const piece = node.cloneNode();
      piece.textContent = text;
      lines.at(-1).append(piece);
      open = !text.endsWith("\n");
    }
  }
  code.replaceChildren(...lines);
  code.style.setProperty("--digits", `${lines.length}`.length);
}

function choose(choice, on) {
  if (on && choice === "numbers") for (const sample of samples) partLines(sample.querySelector("code"));
  document.documentElement.toggleAttribute(`data-code-${choice}`, on);
  for (const button of document.querySelectorAll(`.code-tools [data-choice=${choice}]`)) button.setAttribute("aria-pressed", on);
}

const answer = Object.assign(document.createElement("p"), { className: "sr-only" });
answer.setAttribute("role", "status");

async function copy(code, button) {
  let said = words.copied;
  try {
    await navigator.clipboard.writeText(code.textContent.replace(/\n$/, ""));
  } catch {
    // Without https there is no clipboard, but what is selected can be copied.
    getSelection().selectAllChildren(code);
    if (!document.execCommand("copy")) said = words.selected;
  }
  answer.textContent = "";
  answer.textContent = said;
  if (said !== words.copied) return;
  button.textContent = said;
  clearTimeout(button.shown);
  button.shown = setTimeout(() => (button.textContent = words.copy), 2000);
}

function button(label, press) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: label });
  made.addEventListener("click", () => press(made));
  return made;
}

/** Puts the tools there, with their sentences. */
export function help(sentences) {
  words = sentences;
  for (const sample of samples) {
    const code = sample.querySelector("code");
    const tools = Object.assign(document.createElement("div"), { className: "code-tools" });
    for (const choice of ["wrap", "numbers"]) {
      const made = button(words[choice], () => {
        const on = made.getAttribute("aria-pressed") !== "true";
        choose(choice, on);
        remember(choice, on);
      });
      made.dataset.choice = choice;
      tools.append(made);
    }
    tools.append(button(words.copy, (made) => copy(code, made)));
    sample.querySelector("pre").before(tools);
  }
  document.body.append(answer);
  for (const choice of ["wrap", "numbers"]) choose(choice, remembered(choice));
}
