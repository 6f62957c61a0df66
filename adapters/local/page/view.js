// Where the reader stands. What is new is shown from its beginning, and nobody is taken away from what they read.
const byId = (id) => document.getElementById(id);
const [scroller, newer] = ["scroller", "newer"].map(byId);
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// What the bot posts within this many milliseconds after one's own press belongs to that press.
const MOMENTS = 4000;
const MARGIN = 8;

let stuck = true;
let top = 0;
let acts = 0;
let leadUntil = 0;
let brought = null;
let aimed = null;

const atBottom = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
const behavior = (smooth) => (smooth && !calm.matches ? "smooth" : "instant");
const fits = (message) => message.offsetHeight <= scroller.clientHeight - 2 * MARGIN;

export function toBottom(smooth) {
  stuck = true;
  newer.hidden = true;
  scroller.scrollTo({ top: scroller.scrollHeight, behavior: behavior(smooth) });
}

// What comes in above leaves the reader where they stand.
export function stayWhile(change) {
  const [height, at] = [scroller.scrollHeight, scroller.scrollTop];
  change();
  scroller.scrollTop = at + scroller.scrollHeight - height;
}

// Everything from this message on, where that fits; else the window begins with the message.
export function show(message) {
  newer.hidden = true;
  goTo(message);
}

function goTo(message) {
  aimed = message.id;
  if (fitsFrom(message)) { toBottom(true); return; }
  stuck = false;
  scroller.scrollTo({ top: placeOf(message), behavior: behavior(true) });
}

// Whether the window holds a message with all that follows it.
export const fitsFrom = (message) => scroller.scrollHeight - placeOf(message) <= scroller.clientHeight;

// Where the window stands when it begins with a message. Offsets know nothing of an animation that still moves it.
function placeOf(message) {
  return message.offsetTop - scroller.offsetTop - MARGIN;
}

// A message that changed under one's finger: all of it where it fits; else its end, where the controls are. With another
// title it is another matter, which begins at its beginning.
export function keepInView(message, sameMatter) {
  stuck = false;
  aimed = null;
  const block = fits(message) ? "nearest" : sameMatter ? "end" : "start";
  message.scrollIntoView({ block, behavior: behavior(true) });
}

// A way down that is still being scrolled is no wish to stay above; a way up is. Scrolling is told a frame late, so that
// what arrives within it looks for itself.
function look() {
  if (atBottom()) { stuck = true; newer.hidden = true; }
  else if (scroller.scrollTop < top) stuck = false;
  top = scroller.scrollTop;
}

const isPosted = (message) => !message.classList.contains("private");
// A reply has a slot. What is sent to one beside it, such as the next of the first steps, has none.
const isSent = (message) => !message.dataset.slot;

// New messages, oldest first: they are followed by those who stood at the end, or whose own press brought them.
export function arrive(messages) {
  look();
  const aim = isLed() ? messages.find(isPosted) ?? (brought ? null : messages.find(isSent)) : null;
  if (aim) { brought ??= aim; show(aim); }
  else if (stuck) show(messages[0]);
  else pointTo(messages[0], "New messages");
}

// A way to what came, or changed, where one does not look.
export function pointTo(message, words) {
  if (!newer.hidden) return;
  newer.hidden = false;
  newer.textContent = words;
  newer.dataset.entry = message.id;
}

export function isInView(message) {
  const [seen, at] = [scroller.getBoundingClientRect(), message.getBoundingClientRect()];
  return at.bottom > seen.top && at.top < seen.bottom;
}

// A message became another one where it stands: those who stood at the end see it from its beginning.
export function keepUp(message) {
  if (stuck) show(message);
}

// From a press until moments after its reply, or until one scrolls or types again, what is posted is shown.
export function beginAct() {
  acts += 1;
  leadUntil = 0;
  brought = null;
}

// The message that one's own press brought beside its reply, if it is there already: a public one before a private one.
export const broughtMessage = () => (brought?.isConnected ? brought : null);

export function endAct() {
  acts -= 1;
  leadUntil = performance.now() + MOMENTS;
}

const isLed = () => acts > 0 || performance.now() < leadUntil;

for (const event of ["wheel", "touchmove", "keydown", "pointerdown"]) {
  document.addEventListener(event, () => { leadUntil = 0; aimed = null; }, { passive: true });
}

newer.addEventListener("click", () => {
  const message = byId(newer.dataset.entry);
  if (!message) { toBottom(true); return; }
  show(message);
  message.focus({ preventScroll: true });
});
// What grows or shrinks above it while the window is still moving would leave the window beside what it moves to.
new ResizeObserver(() => {
  const message = aimed && isLed() ? byId(aimed) : null;
  if (message && !fitsFrom(message)) goTo(message);
}).observe(byId("log"));
new ResizeObserver(() => { if (stuck) toBottom(false); }).observe(scroller);
scroller.addEventListener("scroll", look, { passive: true });
