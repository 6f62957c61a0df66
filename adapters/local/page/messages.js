// One message as an element: who, when, the card, its controls.
import { dayOf, el, fromServer, sayTimes } from "./dom.js";
import { controlRow } from "./controls.js";

const FOLD_LINES = 13;
const FOLD_ALONE = 26; // one text is what its card is about, such as a ballot's answer
const LOCK = '<svg viewBox="0 0 12 12" width="11" height="11" aria-hidden="true"><path d="M3 5.5V4a3 3 0 0 1 6 0v1.5M2.5 5.5h7v5h-7z" fill="none" stroke="currentColor" stroke-width="1.25" stroke-linejoin="round"/></svg>';

const initials = (name) => name.split(/\s+/).slice(0, 2).map((part) => [...part][0] ?? "").join("").toUpperCase();

const clock = (at) => at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

// A card that stands instead of an earlier one says so; one that changed where it stands says when, if that was later.
function updated(entry) {
  const [first, last] = [new Date(entry.at), new Date(entry.edited_at ?? entry.at)];
  if (last - first < 60_000) return "updated";
  const day = dayOf(entry.edited_at) === dayOf(entry.at) ? "" : `${last.toLocaleDateString("en-GB", { weekday: "short" })} `;
  return `updated ${day}${clock(last)}`;
}

function head(entry) {
  const at = new Date(entry.at);
  return el("div", { className: "by" },
    el("b", {}, entry.by),
    el("time", { dateTime: entry.at, title: at.toLocaleString("en-GB", { dateStyle: "full", timeStyle: "short" }) },
      clock(at)),
    entry.private && (entry.edited_at || entry.instead) ? el("span", { className: "updated" }, updated(entry)) : null,
    entry.private && el("span", { className: "only" }, fromServer(LOCK), "Only you can see this"),
    entry.asked ? el("code", { dir: "auto" }, entry.asked.length > 60 ? `${entry.asked.slice(0, 59)}…` : entry.asked) : null);
}

function card(entry, member, onPress) {
  const made = el("div", { className: "card" }, el("h2", { dir: "auto" }, entry.title));
  made.dataset.accent = entry.accent;
  for (const block of entry.blocks) made.append(fromServer(block));
  if (entry.controls.length) {
    made.append(el("div", { className: "controls" },
      ...entry.controls.map((row, i) => controlRow(row, `e${entry.id}-${i}`, onPress))));
  }
  if (entry.footer) made.append(el("div", { className: "footer" }, fromServer(entry.footer)));
  linkFiles(made, entry, member);
  offerCommands(made);
  sayTimes(made);
  return made;
}

// The commands there are for whoever looks: name and description.
let commands = [];
export function knowCommands(known) { commands = known; }

// A command in a sentence goes into the command box at a press, and its title says what it does.
function offerCommands(made) {
  for (const code of made.querySelectorAll("code")) {
    const said = code.textContent;
    if (!said.startsWith("/") || code.closest("pre, .said, blockquote")) continue;
    const named = commands.find((c) => `${said} `.startsWith(`/${c.name} `));
    if (!named && !commands.some((c) => `/${c.name}`.startsWith(`${said} `))) continue;
    const line = named && !said.includes(":") ? `/${named.name}` : said;
    code.replaceWith(el("button", { type: "button", className: "as-code", title: named?.description, "data-line": line }, said));
  }
}

function linkFiles(made, entry, member) {
  for (const place of made.querySelectorAll("[data-file]")) {
    const file = entry.files[place.dataset.file];
    const url = `/api/file/${entry.id}/${place.dataset.file}?${new URLSearchParams({ member, v: entry.version })}`;
    if (place.tagName === "IMG") place.src = url;
    else Object.assign(place, { href: url, download: file.name });
  }
}

// Long words of members are folded once they stand in the page and their height is known.
export function foldLong(message) {
  const texts = message.querySelectorAll(".said");
  const most = texts.length > 1 ? FOLD_LINES : FOLD_ALONE;
  for (const said of texts) {
    const quote = said.querySelector("blockquote");
    const line = parseFloat(getComputedStyle(quote).lineHeight) || 24;
    if (quote.scrollHeight < line * (most + 2)) continue;
    said.classList.add("folded");
    const more = el("button", { type: "button", className: "button link", textContent: "Show all", "aria-expanded": "false" });
    more.addEventListener("click", () => {
      const folded = said.classList.toggle("folded");
      more.textContent = folded ? "Show all" : "Show less";
      more.setAttribute("aria-expanded", String(!folded));
    });
    said.append(more);
  }
  for (const wide of message.querySelectorAll(".wide")) {
    if (wide.scrollWidth > wide.clientWidth) {
      wide.tabIndex = 0;
      wide.setAttribute("role", "region");
      wide.setAttribute("aria-label", "Table, scrolls sideways");
    }
  }
}

export function messageOf(entry, member, onPress) {
  const made = el("article", { className: `message${entry.private ? " private" : ""}`, id: `entry-${entry.id}`, tabIndex: -1, "aria-label": entry.title });
  made.dataset.version = entry.version;
  made.dataset.day = dayOf(entry.at);
  made.dataset.slot = entry.slot;
  made.dataset.renews = entry.renews?.slot ?? "";
  made.append(el("div", { className: "disc", "aria-hidden": "true" }, initials(entry.by)),
    el("div", {}, head(entry), card(entry, member, onPress)));
  return made;
}

// Day lines stand before the first message of each day.
export function drawDays(log) {
  for (const line of log.querySelectorAll(".day")) line.remove();
  let last = null;
  for (const message of [...log.children]) {
    if (message.dataset.day !== last) {
      last = message.dataset.day;
      message.before(el("div", { className: "day", role: "separator", "aria-label": last }, last));
    }
  }
}

// Where the focus stood in a message, so that it can go to the same control of its new face.
export function focusPlace(message) {
  if (document.activeElement === message) return { whole: true };
  const controls = [...message.querySelectorAll(".controls button, .controls a, .controls select, .controls input")];
  const at = controls.indexOf(document.activeElement);
  return at < 0 ? null : { at, label: document.activeElement.textContent };
}

export function focusAgain(message, place) {
  if (place.whole) { message.focus({ preventScroll: true }); return; }
  const open = ":not(:disabled):not([aria-disabled=true])";
  const controls = [...message.querySelectorAll(`.controls button${open}, .controls a, .controls select, .controls input`)];
  const same = controls.find((control) => control.textContent === place.label);
  (same ?? message.querySelector(`.controls .primary${open}`) ?? controls[Math.min(place.at, controls.length - 1)] ?? message).focus({ preventScroll: true });
}
