// The command box: completion, marks where a line is wrong, and the lines sent before.
import { Problem, get } from "./api.js";
import { el } from "./dom.js";

const line = document.getElementById("line");
const ways = document.getElementById("ways");
const mirror = document.getElementById("mirror");
const wrong = document.getElementById("wrong");
const composer = document.getElementById("composer");

let found = [];
let at = -1;
let asked = 0;
let pending = false;
let takeSoon = false;
let timer = 0;
let busy = false;
const sent = [];
let back = 0;

// member() promises whose completions to ask for; onSend(line) sends it and returns what the server said.
export function startLine({ member, onSend }) {
  line.addEventListener("input", () => { clearWrong(); back = 0; ask(member); });
  line.addEventListener("focus", () => { if (line.value) ask(member); });
  line.addEventListener("blur", () => setTimeout(hide, 120));
  line.addEventListener("scroll", () => { mirror.scrollLeft = line.scrollLeft; });
  line.addEventListener("keydown", (event) => key(event, member));
  ways.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const row = event.target.closest("li[role=option]");
    if (row) take(Number(row.dataset.at), member);
  });
  composer.addEventListener("submit", (event) => { event.preventDefault(); send(onSend, member); });
}

export function putLine(said, member) {
  line.value = said;
  line.focus();
  clearWrong();
  ask(member);
}

function ask(member) {
  clearTimeout(timer);
  const said = line.value;
  asked += 1;
  const mine = asked;
  takeSoon = false;
  if (!said.trim()) { hide(); return; }
  pending = true;
  mark(-1);
  timer = setTimeout(async () => {
    try {
      const answer = await get("complete", { member: await member(), line: said });
      if (mine !== asked || document.activeElement !== line) return;
      show(answer);
      if (takeSoon && found.length) take(0, member);
    } catch {
      if (mine === asked) hide();
    }
  }, 60);
}

function show(answer) {
  pending = false;
  found = answer.filter((way) => way.line.trimEnd() !== line.value.trimEnd() || way.line.endsWith(":"));
  at = -1;
  let group = "";
  ways.replaceChildren(...found.flatMap((way, i) => {
    const head = way.group === group ? [] : [el("li", { className: "group", role: "presentation" }, way.group)];
    group = way.group;
    const row = el("li", { role: "option", id: `way-${i}`, "aria-selected": "false" }, el("b", {}, way.label), el("span", {}, way.note));
    row.dataset.at = i;
    return [...head, row];
  }));
  ways.hidden = found.length === 0;
  line.setAttribute("aria-expanded", String(found.length > 0));
  line.removeAttribute("aria-activedescendant");
}

function hide() {
  asked += 1;
  pending = false;
  found = [];
  at = -1;
  ways.hidden = true;
  line.setAttribute("aria-expanded", "false");
  line.removeAttribute("aria-activedescendant");
}

function mark(next) {
  at = next < 0 ? -1 : next % found.length;
  for (const row of ways.querySelectorAll("[role=option]")) {
    const on = Number(row.dataset.at) === at;
    row.setAttribute("aria-selected", String(on));
    if (on) row.scrollIntoView({ block: "nearest" });
  }
  if (at < 0) line.removeAttribute("aria-activedescendant");
  else line.setAttribute("aria-activedescendant", `way-${at}`);
}

function take(index, member) {
  line.value = found[index].line;
  line.setSelectionRange(line.value.length, line.value.length);
  line.scrollLeft = line.scrollWidth;
  hide();
  ask(member);
}

function key(event, member) {
  if (event.isComposing) return;
  const open = !ways.hidden && found.length > 0;
  if (event.key === "Escape" && (open || pending)) { event.preventDefault(); hide(); return; }
  if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    mark(event.key === "ArrowDown" ? at + 1 : at <= 0 ? found.length - 1 : at - 1);
  } else if (event.key === "Tab" && !event.shiftKey && (open || pending)) {
    event.preventDefault();
    if (pending) takeSoon = true; // what is shown belongs to what was typed before
    else take(Math.max(at, 0), member);
  } else if (open && event.key === "Enter" && at >= 0) {
    event.preventDefault();
    take(at, member);
  } else if (!open && event.key === "ArrowUp" && sent.length && (back > 0 || !line.value)) {
    event.preventDefault();
    recall(back + 1);
  } else if (!open && event.key === "ArrowDown" && back > 0) {
    event.preventDefault();
    recall(back - 1);
  }
}

function recall(step) {
  back = Math.max(0, Math.min(step, sent.length));
  line.value = back ? sent[sent.length - back] : "";
  clearWrong();
}

async function send(onSend, member) {
  const said = line.value.trim();
  if (!said || busy) { line.focus(); return; }
  busy = true;
  hide();
  composer.setAttribute("aria-busy", "true");
  try {
    const answer = await onSend(said);
    if (answer.line_error) {
      showWrong(said, answer.line_error);
      if (answer.line_error.start >= [...said].length) line.value += " "; // what is missing comes next
      ask(member);
      return;
    }
    if (sent.at(-1) !== said) sent.push(said);
    back = 0;
    if (line.value.trim() === said) line.value = "";
    clearWrong();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    showWrong(said, { message: error.message, start: 0, end: 0 });
  } finally {
    busy = false;
    composer.removeAttribute("aria-busy");
  }
}

// Positions from the server count characters, the box counts UTF-16 units: both are cut from the characters.
function showWrong(said, { message, start, end }) {
  const chars = [...said];
  const before = chars.slice(0, start).join("");
  const word = chars.slice(start, end).join("");
  line.value = said;
  mirror.replaceChildren(before, el("mark", {}, word || " "), chars.slice(end).join(""));
  mirror.scrollLeft = line.scrollLeft;
  wrong.textContent = message;
  wrong.hidden = false;
  line.setAttribute("aria-invalid", "true");
  line.setAttribute("aria-describedby", "wrong");
  line.focus();
  const from = before.length;
  line.setSelectionRange(from, from + word.length);
}

function clearWrong() {
  wrong.hidden = true;
  mirror.replaceChildren();
  line.removeAttribute("aria-invalid");
  line.removeAttribute("aria-describedby");
}
