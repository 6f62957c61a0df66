// A form in a dialog. What is typed outlives errors, reloads and restarts; Escape closes and keeps it.
import { Problem, keepTyped, post } from "./api.js";
import { tick } from "./controls.js";
import { el, fromServer, sayTimes } from "./dom.js";
import { previewOf } from "./preview.js";
import { beginAct, endAct } from "./view.js";

const dialog = document.getElementById("dialog");
const COUNT_FROM = 0.85;
const RADIOS = 6;
let current = null;

const length = (said) => [...said].length;

function control(field, id) {
  const text = { id, name: field.id, value: field.value, placeholder: field.placeholder, dir: "auto" };
  switch (field.kind) {
    case "short": return el("input", { ...text, type: "text", autocomplete: "off" });
    // What was typed in words stays words, to be corrected.
    case "day": return el("input", { ...text, type: field.value && !/^\d{4}-\d\d-\d\d$/.test(field.value) ? "text" : "date" });
    case "long": return el("textarea", { ...text, rows: 7 });
    case "file": return el("input", { id, name: field.id, type: "file", accept: field.endings.join(",") });
    case "one":
      if (field.options.length < RADIOS) {
        return el("div", { className: "ticks", role: "radiogroup", "aria-labelledby": `${id}-label` },
          ...field.options.map((o) => tick(o, o.value === field.value, "radio", field.id)));
      }
      return el("select", { id, name: field.id },
        el("option", { value: "", disabled: field.required, selected: !field.value }, "Choose one"),
        ...field.options.map((o) => el("option", { value: o.value, selected: o.value === field.value }, o.note ? `${o.label} · ${o.note}` : o.label)));
    case "some":
      return el("div", { className: "ticks", role: "group", "aria-labelledby": `${id}-label` },
        ...field.options.map((o) => tick(o, field.value.includes(o.value), "checkbox", field.id)));
    default: throw new Error(`unknown field ${field.kind}`);
  }
}

function fieldOf(field, i, member) {
  const id = `field-${i}`;
  const made = control(field, id);
  const grouped = made.tagName === "DIV";
  const optional = field.required ? null : el("span", { className: "optional" }, " (optional)");
  const parts = { box: null, field, made,
    error: el("p", { className: "error", id: `${id}-error`, hidden: true }),
    count: el("span", { className: "count", hidden: true }) };
  const preview = previewOf(field, made, member);
  made.setAttribute("aria-describedby", `${field.help ? `${id}-help ` : ""}${id}-error`);
  parts.box = el("div", { className: "field" },
    grouped ? el("span", { className: "label", id: `${id}-label` }, field.label, optional) : el("label", { htmlFor: id }, field.label, optional),
    field.help ? el("p", { className: "help", id: `${id}-help` }, field.help) : null,
    made,
    el("div", { className: "under" }, parts.error, preview?.button, parts.count),
    preview?.box);
  made.addEventListener("input", () => { showCount(parts); showError(parts, ""); });
  showCount(parts);
  return parts;
}

function showCount({ field, made, count }) {
  if (field.kind !== "short" && field.kind !== "long") return;
  const typed = length(made.value);
  count.hidden = typed < field.most * COUNT_FROM;
  count.textContent = typed > field.most ? `${typed - field.most} too many` : `${typed} of ${field.most}`;
  count.classList.toggle("over", typed > field.most);
}

function showError({ box, made, error }, sentence) {
  box.classList.toggle("bad", Boolean(sentence));
  error.hidden = !sentence;
  error.textContent = sentence;
  if (sentence) made.setAttribute("aria-invalid", "true");
  else made.removeAttribute("aria-invalid");
}

function valueOf({ field, made }) {
  const ticked = [...made.querySelectorAll?.("input:checked") ?? []].map((i) => i.value);
  if (field.kind === "some") return ticked;
  if (field.kind === "one" && made.tagName === "DIV") return ticked[0] ?? "";
  return made.value;
}

const typedValues = () => Object.fromEntries(
  current.fields.filter((p) => p.field.kind !== "file").map((p) => [p.field.id, valueOf(p)]));

async function sentValues() {
  const values = typedValues();
  for (const { field, made } of current.fields) {
    if (field.kind !== "file" || !made.files.length) continue;
    const file = made.files[0];
    if (file.size > field.most_bytes) throw { [field.id]: `This file is larger than ${Math.floor(field.most_bytes / 1000)} kB.` };
    const url = await new Promise((done) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.readAsDataURL(file);
    });
    values[field.id] = { name: file.name, data: url.slice(url.indexOf(",") + 1) };
  }
  return values;
}

function missing() {
  const errors = {};
  for (const part of current.fields) {
    const { field, made } = part;
    if (!field.required) continue;
    if (field.kind === "one" && !valueOf(part)) errors[field.id] = "Choose one.";
    if (field.kind === "file" && !made.files.length) errors[field.id] = "Choose a file.";
  }
  return errors;
}

function showErrors(errors) {
  const known = new Set(current.fields.map((p) => p.field.id));
  const loose = Object.entries(errors).filter(([id]) => !known.has(id)).map(([, sentence]) => sentence);
  current.problem.textContent = loose.join(" ");
  current.problem.hidden = loose.length === 0;
  for (const part of current.fields) showError(part, errors[part.field.id] ?? "");
  const first = current.fields.find((p) => errors[p.field.id]);
  const aim = first ? (first.made.tagName === "DIV" ? first.made.querySelector("input") : first.made) : current.problem;
  aim.focus();
  aim.scrollIntoView({ block: "nearest" });
}

function keepSoon() {
  current.changed = true;
  clearTimeout(current.timer);
  current.timer = setTimeout(keepNow, 500);
}

function keepNow() {
  if (!current?.changed) return;
  clearTimeout(current.timer);
  current.changed = false;
  current.keeping = keepTyped(current.member, current.form.id, typedValues());
  setDraft(current.member, { title: current.form.title, again: current.again });
}

async function send() {
  if (current.busy) return;
  const errors = missing();
  if (Object.keys(errors).length) { showErrors(errors); return; }
  const mine = current;
  setBusy(mine, true);
  clearTimeout(mine.timer);
  beginAct();
  try {
    await mine.keeping; // or the half-typed text could arrive after the form, and stay
    const fields = await sentValues();
    const found = await post("submit", { member: mine.member, entry: mine.entry, action: mine.form.id, fields });
    mine.changed = Boolean(found.unkept);
    setBusy(mine, false);
    if (found.unkept && current === mine) { showErrors({ "": found.unkept }); return; }
    if (found.errors && found.form.id === mine.form.id && current === mine) { showErrors(found.errors); return; }
    if (!found.entries?.some((each) => each.accent === "bad")) setDraft(mine.member, null);
    if (current === mine) close();
    mine.onReply(found);
  } catch (error) {
    setBusy(mine, false);
    if (error instanceof Error && !(error instanceof Problem)) throw error;
    if (current === mine) showErrors(error instanceof Problem ? { "": error.message } : error);
  } finally {
    endAct();
  }
}

function setBusy(form, busy) {
  form.busy = busy;
  form.send.setAttribute("aria-busy", String(busy));
  form.send.disabled = busy;
  for (const { made } of form.fields) if ("readOnly" in made) made.readOnly = busy;
}

function close() {
  keepNow();
  clearTimeout(current.timer);
  const back = current.back;
  current = null;
  dialog.close();
  dialog.replaceChildren();
  if (back?.isConnected) back.focus({ preventScroll: true });
  setTimeout(() => { if (!current && history.state?.form) history.back(); }); // another form may follow at once
}

// The newest form that holds words nobody has sent, and what opens it again. This browser remembers it through a reload.
const draftKey = (member) => `draft:${member}`;
export function draftOf(member) {
  try { return JSON.parse(localStorage.getItem(draftKey(member))); } catch { return null; }
}
export function setDraft(member, draft) {
  try {
    if (draft) localStorage.setItem(draftKey(member), JSON.stringify(draft));
    else localStorage.removeItem(draftKey(member));
  } catch { /* the words themselves are kept by the room */ }
}

// Opens a form. onReply(found) gets what the server says to it; errors (by field) are shown at once.
export function openForm(form, context) {
  const { member, entry, back, again, onReply, errors = null } = context;
  if (current) close();
  if (!history.state?.form) history.pushState({ form: true }, ""); // Back then closes the form, and leaves the page alone
  const fields = form.fields.map((field, i) => fieldOf(field, i, member));
  const sendButton = el("button", { type: "submit", className: "button primary" }, form.submit_label);
  const problem = el("p", { className: "error form-error", role: "alert", tabIndex: -1, hidden: true });
  const made = el("form", { noValidate: true },
    el("div", { className: "dialog-top" }, el("h2", { id: "dialog-title", dir: "auto" }, form.title),
      el("button", { type: "button", className: "icon", "aria-label": "Close and keep what is typed", onclick: close }, "✕")),
    el("div", { className: "dialog-body" },
      form.intro ? el("div", { className: "intro" }, fromServer(form.intro)) : null,
      form.restored && !errors ? restored(form, context) : null,
      problem, ...fields.map((p) => p.box)),
    el("div", { className: "dialog-bottom" }, sendButton,
      el("button", { type: "button", className: "button", onclick: close }, "Close"),
      el("span", { className: "hint" }, "Ctrl+Enter sends · Esc closes and keeps your text")));
  current = { form, member, entry, back, again, onReply, fields, problem, send: sendButton, busy: false, changed: false, timer: 0, keeping: null };
  made.addEventListener("input", keepSoon);
  made.addEventListener("submit", (event) => { event.preventDefault(); send(); });
  made.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); send(); }
  });
  dialog.replaceChildren(made);
  sayTimes(made);
  dialog.showModal();
  if (errors) showErrors(errors);
  else focusFirst(fields[0].made);
}

function focusFirst(made) {
  const aim = made.tagName === "DIV" ? made.querySelector("input:checked") ?? made.querySelector("input") : made;
  aim.focus();
  if (aim.tagName === "TEXTAREA") aim.setSelectionRange(aim.value.length, aim.value.length);
}

function restored(form, context) {
  const again = () => {
    keepTyped(context.member, form.id, {});
    setDraft(context.member, null);
    current.changed = false;
    openForm({ ...form, restored: false, fields: form.fields.map((f) => ({ ...f, value: f.first ?? f.value })) }, context);
  };
  return el("p", { className: "restored" }, "What you had typed is still here.",
    el("button", { type: "button", className: "button link", onclick: again }, "Start over"));
}

export const formIsOpen = () => current !== null;

dialog.addEventListener("cancel", (event) => { event.preventDefault(); close(); });
addEventListener("popstate", () => { if (current) close(); });
addEventListener("pagehide", keepNow);
document.addEventListener("visibilitychange", () => { if (document.hidden) keepNow(); });
