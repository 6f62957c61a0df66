// Lettered choices: a letter's key presses its button, as does its text; Enter presses what a card is for.
const LETTER = /^([A-G])( ✓)?$/;
const open = (button) => button.getAttribute("aria-disabled") !== "true" && button.getAttribute("aria-busy") !== "true";

let last = ""; // the slot, or the message, in which a key was used

function lettered(message) {
  const found = new Map();
  for (const button of message.querySelectorAll(".controls button")) {
    const letter = LETTER.exec(button.textContent)?.[1];
    if (letter && open(button)) found.set(letter, button);
  }
  return found;
}

export const hasChoices = (message) => lettered(message).size > 0;

// Lets the words of each choice press its button. The button is what the keyboard and a screen reader use.
export function pressByText(message) {
  const buttons = lettered(message);
  for (const [letter, button] of buttons) button.setAttribute("aria-keyshortcuts", letter);
  for (const words of buttons.size ? message.querySelectorAll(".text p") : []) {
    const letter = words.firstChild?.nodeName === "STRONG" ? words.firstChild.textContent : "";
    if (!buttons.has(letter)) continue;
    words.classList.add("choice");
    words.addEventListener("click", (event) => {
      if (!event.target.closest("a") && getSelection().isCollapsed) click(message, buttons.get(letter));
    });
  }
}

const placeOf = (message) => message.dataset.slot || message.id;

// What a key means in the messages; true where it pressed something.
export function pressByKey(log, key) {
  const messages = [...log.querySelectorAll(".message")].reverse();
  if (key === "Enter") {
    const at = document.activeElement;
    const held = at?.closest(".message");
    if (at?.matches("button, a") || (held && at !== held)) return false; // it has an Enter of its own
    const aim = messages.find((message) => placeOf(message) === last);
    if (held && held !== aim) return false;
    return click(aim, aim?.querySelector(".controls .primary"));
  }
  const letter = key.toUpperCase();
  const aim = messages.find((message) => lettered(message).has(letter));
  return aim ? click(aim, lettered(aim).get(letter)) : false;
}

function click(message, button) {
  if (!message || !button || !open(button)) return false;
  last = placeOf(message);
  button.click();
  return true;
}
