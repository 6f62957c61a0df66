// The strip above the messages: what waits for whoever looks, each a button.
import { get } from "./api.js";
import { el, fromServer, sayTimes } from "./dom.js";

const strip = document.getElementById("today");
const list = strip.querySelector("ul");
const SOON = 200; // milliseconds in which several changes are one

let shown = "";
let timer = null;
let asked = 0;

// What waits, as the server says it. Nothing moves while it stays the same.
export function showPins(pins, onPress) {
  const now = JSON.stringify(pins);
  asked += 1;
  if (now === shown) return;
  shown = now;
  const at = [...list.querySelectorAll("button")].indexOf(document.activeElement);
  list.replaceChildren(...pins.map((pin) => el("li", {}, pinOf(pin, onPress))));
  strip.hidden = !pins.length;
  sayTimes(list);
  if (at >= 0) (list.querySelectorAll("button")[Math.min(at, pins.length - 1)] ?? document.getElementById("scroller")).focus();
}

function pinOf({ button, note }, onPress) {
  const made = el("button", { type: "button", className: `pin ${button.style}` }, el("b", {}, button.label), " ", el("span", {}, fromServer(note)));
  made.addEventListener("click", () => onPress(button.action, made));
  return made;
}

// Asks what waits by now, once for all that changes within a moment; an answer that comes after a later one is let go.
export function renewPins(member, onPress) {
  if (document.hidden) return; // whoever comes back asks
  timer ??= setTimeout(async () => {
    timer = null;
    const mine = (asked += 1);
    const found = await get("pinned", { member: member() }).catch(() => null); // the next change asks again
    if (found && mine === asked) showPins(found.pins, onPress);
  }, SOON);
}
