// The page: who one is, the messages, and what happens when something is pressed.
import { Problem, get, listen, post } from "./api.js";
import { ticksOf } from "./controls.js";
import { sayTimes, el } from "./dom.js";
import { draftOf, formIsOpen, openForm, setDraft } from "./forms.js";
import { putLine, startLine } from "./line.js";
import { drawDays, focusAgain, focusPlace, foldLong, knowCommands, messageOf } from "./messages.js";
import { offerOlder } from "./older.js";
import { openPeople } from "./people.js";
import { renewPins, showPins } from "./pins.js";
import { hasChoices, pressByKey, pressByText } from "./choices.js";
import { arrive, beginAct, broughtMessage, endAct, fitsFrom, isInView, keepInView, keepUp, pointTo, show, stayWhile, toBottom } from "./view.js";

const byId = (id) => document.getElementById(id);
const [log, newer, lost, empty, toast, waits] = ["log", "newer", "lost", "empty", "toast", "waits"].map(byId);

let begun;
const ready = new Promise((resolve) => { begun = resolve; });

const state = { me: null, title: "", channel: "", known: new Map(), stop: null, unseen: 0, unkept: 0, busy: new Map(), along: new Set(), leaving: 0, resting: 0, oldest: 0, above: [] };

// Shows what the server said of the conversation up to here; what stands before it is fetched as one scrolls up.
function begin({ entries, older }) {
  state.oldest = older ? Math.min(...entries.map((entry) => entry.id)) : 0;
  log.setAttribute("aria-busy", "true");
  apply([...entries, ...state.above.splice(0)], { fresh: false });
  log.setAttribute("aria-busy", "false");
  offerOlder(older, fetchOlder);
}

async function fetchOlder() {
  const { me, oldest } = state;
  const found = await get("older", { member: me, before: oldest });
  if (me === state.me && oldest === state.oldest) stayWhile(() => begin(found));
}

// Puts entries in their places: new ones at the end, changed ones where they stand, gone ones nowhere. A change above all
// that stands here waits until one scrolls up to it.
function apply(entries, { fresh }) {
  const [drawn, added, changed, ended, ahead] = [[], [], [], new Set(), new Map()];
  for (const entry of [...entries].sort((a, b) => a.id - b.id)) {
    entry.id ??= `unkept-${(state.unkept += 1)}`; // it stands in this page alone
    if ((state.known.get(entry.id) ?? 0) >= entry.version) continue;
    const old = byId(`entry-${entry.id}`);
    if (!old && entry.id < state.oldest) { state.above.push(entry); continue; }
    state.known.set(entry.id, entry.version);
    if (entry.gone) { if (old) { ended.add(matterOf(old)); old.remove(); } continue; }
    if (fresh && !old && entry.private && entry.slot) entry.instead = takeEarlier(entry, ended);
    const made = messageOf(entry, state.me, (action, values, control) => press(entry.id, action, values, control));
    const place = old ? focusPlace(old) : null;
    const moved = !old || (titleOf(old) !== entry.title && (made.dataset.renews || !old.dataset.renews));
    if (fresh && moved && ownIn(made.dataset.renews)) ahead.set(made.dataset.renews, [entry, made]);
    if (old && moved && isInView(old)) changed.push(made);
    else if (old && moved) pointTo(made, "1 change");
    if (old) old.replaceWith(made);
    else { put(made, entry.id); if (fresh) made.classList.add("fresh"); added.push(made); }
    drawn.push(made);
    pressByText(made);
    if (place) focusAgain(made, place);
  }
  drawn.forEach(foldLong); // all at once: each asks how high it stands
  drawDays(log);
  empty.hidden = log.childElementCount > 0;
  if (!fresh) return;
  for (const [entry, made] of ahead.values()) takeAlong(entry, made);
  const news = added.filter((message) => !state.along.has(message.dataset.slot));
  if (!ahead.size && news.length) arrive(news);
  else if (!ahead.size && changed.length) keepUp(changed.at(-1));
  if (document.hidden && added.length) { state.unseen += added.length; sayTitle(); }
}

const titleOf = (message) => message.getAttribute("aria-label");
const matterOf = (message) => `${message.dataset.slot} ${titleOf(message)}`;

// A private card of a slot stands instead of the earlier one. True when it is the same card with other words.
function takeEarlier(entry, ended) {
  const earlier = log.querySelector(`.message.private[data-slot="${CSS.escape(entry.slot)}"]`);
  if (earlier) { ended.add(matterOf(earlier)); earlier.remove(); }
  return ended.has(`${entry.slot} ${entry.title}`);
}

// One's own card of what this message is about.
const ownIn = (slot) => slot && log.querySelector(`.message.private[data-slot="${CSS.escape(slot)}"]`);

// Who takes part sees what comes next, and their own card comes along.
async function takeAlong(entry, made) {
  const [member, slot] = [state.me, made.dataset.renews];
  show(made);
  state.along.add(slot);
  try {
    const found = await post("press", { member, entry: entry.id, action: entry.renews.action, values: [] });
    if (member !== state.me || !found.entries?.length) return;
    const held = ownIn(slot)?.contains(document.activeElement);
    apply(found.entries, { fresh: true });
    const [aim, mine] = [byId(`entry-${entry.id}`), ownIn(slot)];
    if (held) mine?.focus({ preventScroll: true });
    // A private card of the same matter has all that the message has: it is what one acts on.
    const same = mine && titleOf(mine).startsWith(titleOf(made)) && !fitsFrom(made);
    if (aim) show(same ? mine : aim);
  } catch (error) {
    if (!(error instanceof Problem)) throw error; // the card stays as it is
  } finally {
    state.along.delete(slot);
  }
}

function put(made, id) {
  const after = [...log.querySelectorAll(".message")].find((m) => Number(m.id.slice(6)) > id);
  if (after) after.before(made);
  else log.append(made);
}

function sayTitle() {
  document.title = `${state.unseen ? `(${state.unseen}) ` : ""}#${state.channel} · ${state.title || "Studyhall"}`;
}

function say(sentence) {
  toast.textContent = sentence;
  toast.hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { toast.hidden = true; }, 6000);
}

async function press(entry, action, values, control) {
  // A second press of the same button is none; another one, such as the next letter, waits for its turn.
  for (let under; (under = state.busy.get(entry)); ) {
    if (under.action === action) return;
    await under.done;
  }
  let done;
  state.busy.set(entry, { action, done: new Promise((go) => { done = go; }) });
  const member = state.me;
  const message = byId(`entry-${entry}`);
  const title = titleOf(message);
  control.setAttribute("aria-busy", "true");
  beginAct();
  try {
    for (const ticked of ticksOf(message).filter((each) => each.action !== action)) {
      const found = await post("press", { member, entry, action: ticked.action, values: ticked.values });
      if (!found.entries || found.entries.some((each) => each.accent === "bad")) { answered(found, { member, entry, title, back: control }); return; }
      apply(found.entries, { fresh: true });
    }
    const again = { entry, action, values };
    answered(await post("press", { member, ...again }), { member, entry, title, back: control, again });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(error.message);
  } finally {
    endAct();
    state.busy.delete(entry);
    done();
    control.removeAttribute("aria-busy");
  }
}

// A button of the strip: no message stands behind it.
async function pressPin(action, control) {
  if (control.getAttribute("aria-busy")) return;
  const member = state.me;
  const again = { entry: null, action, values: [] };
  control.setAttribute("aria-busy", "true");
  beginAct();
  try {
    answered(await post("press", { member, ...again }), { member, entry: null, title: "", back: control, again });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(error.message);
  } finally {
    endAct();
    control.removeAttribute("aria-busy");
  }
}

const renew = () => renewPins(() => state.me, pressPin);

// After a reload: a form that was left half-written, and the way back to it.
function sayWhatWaits() {
  const draft = draftOf(state.me);
  waits.hidden = !draft;
  if (draft) waits.firstElementChild.textContent = `What you typed into “${draft.title}” waits.`;
}

async function goOn() {
  const [member, { again }] = [state.me, draftOf(state.me)];
  waits.hidden = true;
  try {
    const found = await post(again.line ? "command" : "press", { member, ...again });
    if (!found.form) setDraft(member, null);
    answered(found, { member, entry: again.entry ?? null, title: "", back: byId("line"), again });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(error.message);
  }
}

// Shows what the server said to a press, a form or a line. A reply to somebody one no longer is stays theirs.
function answered(found, context) {
  const { member, entry, back, again } = context;
  if (member !== state.me) return;
  if (!found.form) renew();
  if (found.entries) showReply(found.entries, context);
  if (found.note) say(found.note);
  if (found.form) {
    const onReply = (reply) => answered(reply, { ...context, back: byId("line"), written: true });
    waits.hidden = true;
    openForm(found.form, { member, entry, back, again, errors: found.errors, onReply });
  }
}

// The live stream may have brought the entries first: only then do they still have to be shown. What was written in a
// form takes the focus along to its card; a pressed button keeps it only if its own card is what changed.
function showReply(entries, { entry, title, written }) {
  apply(entries, { fresh: true });
  const last = entries.map((e) => byId(`entry-${e.id}`)).filter(Boolean).at(-1);
  if (!last) return;
  const aim = broughtMessage() ?? last;
  const same = aim === last && last.id === `entry-${entry}`;
  if (same) keepInView(last, titleOf(last) === title);
  else show(aim);
  const loose = document.activeElement === document.body || (!same && log.contains(document.activeElement));
  if (written || hasChoices(last)) last.focus({ preventScroll: true });
  else if (loose) aim.focus({ preventScroll: true });
}

async function become(user) {
  state.stop?.();
  const found = await get("state", user ? { member: user } : {});
  Object.assign(state, { me: found.me, title: found.title, channel: found.channel, known: new Map(), unseen: 0, above: [] });
  byId("channel").textContent = `#${found.channel}`;
  byId("title").textContent = found.title;
  showMembers(found.members);
  sessionStorage.setItem("member", found.me);
  history.replaceState(null, "", `?as=${encodeURIComponent(found.me)}`);
  sayTitle();
  knowCommands(found.commands);
  showPins(found.pins, pressPin);
  log.replaceChildren();
  newer.hidden = true;
  begin(found);
  toBottom(false);
  log.querySelector('.message.private[data-slot^="guide"]')?.scrollIntoView({ block: "nearest" });
  state.version = found.version;
  sayWhatWaits();
  follow();
}

function showMembers(members) {
  state.members = members;
  byId("member").replaceChildren(...members.map((m) => el("option", { value: m.user, selected: m.user === state.me }, m.label)));
  const organises = members.some((m) => m.organiser && m.user === state.me);
  byId("who").hidden = byId("alone").hidden = !organises;
}

function follow() {
  state.stop?.();
  state.stop = listen(state.me, state.version, {
    onEntries: (entries) => {
      state.version = Math.max(state.version, ...entries.map((e) => e.version));
      apply(entries, { fresh: true });
      renew();
    },
    onReset: start,
    onState: (up) => {
      clearTimeout(state.leaving);
      if (up) lost.hidden = true;
      else state.leaving = setTimeout(() => { lost.hidden = false; }, 1200);
    },
  });
}

// Who one is, once the room has said so: what is typed before that waits for it.
async function whoseRoom() {
  await ready;
  return state.me;
}

async function start() {
  const wanted = new URLSearchParams(location.search).get("as") ?? sessionStorage.getItem("member");
  try {
    await become(wanted);
  } catch (error) {
    if (!(error instanceof Problem)) {
      lost.hidden = false;
      setTimeout(start, 1500);
      return;
    }
    await become(null);
  }
  lost.hidden = true;
  begun();
}

byId("member").addEventListener("change", (event) => become(event.target.value).catch((error) => say(error.message)));
for (const id of ["who", "invite"]) byId(id).addEventListener("click", () => openPeople({ me: state.me, members: state.members, onDone: showMembers }));
waits.querySelector("button").addEventListener("click", goOn);
byId("teach").addEventListener("click", () => putLine("/group setup", whoseRoom));
log.addEventListener("click", (event) => {
  const line = event.target.closest("button[data-line]")?.dataset.line;
  if (line) putLine(`${line} `, whoseRoom);
});
document.addEventListener("visibilitychange", () => {
  clearTimeout(state.resting);
  // A browser keeps six connections to one server: a tab that nobody looks at gives its own back.
  if (document.hidden) state.resting = setTimeout(() => { state.stop?.(); state.stop = null; }, 60_000);
  else {
    state.unseen = 0;
    sayTitle();
    if (state.me && !state.stop) follow();
    if (state.me) renew();
  }
});
document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
  const bare = !typing && !formIsOpen() && !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
  if (bare && /^([a-g]|enter)$/i.test(event.key) && pressByKey(log, event.key)) event.preventDefault();
  if (event.key === "/" && !typing && !formIsOpen()) { event.preventDefault(); putLine("/", whoseRoom); }
});
setInterval(() => sayTimes(log), 30_000);
setInterval(() => sayTimes(log, "time[data-style=countdown]"), 1000);
startLine({
  member: whoseRoom,
  onSend: async (line) => {
    const member = await whoseRoom();
    beginAct();
    try {
      const found = await post("command", { member, line });
      if (!found.line_error) answered(found, { member, entry: null, back: byId("line"), again: { line } });
      return found;
    } finally {
      endAct();
    }
  },
});

const theme = byId("theme");
const isDark = () => (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const sayTheme = () => theme.setAttribute("aria-pressed", String(isDark()));
theme.addEventListener("click", () => {
  const next = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  try { localStorage.setItem("theme", next); } catch { /* the choice then lasts until the page closes */ }
  sayTheme();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", sayTheme);
sayTheme();
start();
