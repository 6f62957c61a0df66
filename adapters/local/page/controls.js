// The controls under a card: buttons, links, lists to choose from.
import { el } from "./dom.js";

// A row of controls. onPress(action, values, control) returns a promise that ends when the reply is shown.
export function controlRow(row, id, onPress) {
  const made = el("div", { className: "row" });
  const closed = row.filter((control) => control.kind === "button" && control.why !== null);
  row.forEach((control, i) => {
    if (control.kind === "button") made.append(button(control, `${id}-${i}`, onPress));
    else if (control.kind === "link") made.append(link(control));
    else made.append(control.most === 1 ? oneOf(control, id, onPress) : someOf(control, onPress));
  });
  for (const control of closed) {
    const why = el("span", { className: "why", id: `${id}-${row.indexOf(control)}-why` }, control.why);
    if (closed.length > 1) why.prepend(`${control.label}: `);
    made.append(why);
  }
  return made;
}

function link(control) {
  return el("a", { className: "button", href: control.url || null, target: "_blank", rel: "noopener noreferrer" },
    control.label, el("span", { "aria-hidden": "true" }, "\u00a0↗"));
}

function button(control, id, onPress) {
  const made = el("button", { type: "button", className: `button ${control.style}` }, control.label);
  if (control.why !== null) {
    // Not "disabled": the keyboard must reach it, or its reason would never be heard.
    made.setAttribute("aria-disabled", "true");
    made.setAttribute("aria-describedby", `${id}-why`);
    made.title = control.why;
    return made;
  }
  made.addEventListener("click", () => onPress(control.action, [], made));
  return made;
}

// A native list. The mouse chooses at once; the keyboard passes over entries, so there Enter chooses.
function oneOf(control, id, onPress) {
  const hint = el("span", { className: "quiet", hidden: true }, "Enter to choose");
  const list = el("select", { "aria-label": control.placeholder, id: `${id}-list` },
    el("option", { value: "", disabled: control.least > 0, selected: control.chosen.length === 0 }, control.placeholder),
    ...control.options.map((o) => el("option", { value: o.value, selected: control.chosen.includes(o.value) }, o.note ? `${o.label} · ${o.note}` : o.label)));
  let keys = false;
  let enter = false;
  let waiting = false;
  const choose = () => {
    waiting = false;
    hint.hidden = true;
    return onPress(control.action, list.value ? [list.value] : [], list);
  };
  list.addEventListener("pointerdown", () => { keys = false; });
  list.addEventListener("keydown", (event) => {
    keys = true;
    if (event.key !== "Enter") return;
    if (waiting) { event.preventDefault(); choose(); }
    enter = true;
    setTimeout(() => { enter = false; }, 300);
  });
  list.addEventListener("change", () => {
    if (!keys || enter) choose();
    else { waiting = true; hint.hidden = false; }
  });
  return el("span", { className: "choose" }, list, hint);
}

function someOf(control, onPress) {
  const ticks = control.options.map((o) => tick(o, control.chosen.includes(o.value), "checkbox", ""));
  const done = el("button", { type: "button", className: "button" }, "Choose");
  const why = el("span", { className: "why" });
  const chosen = () => ticks.map((t) => t.querySelector("input")).filter((i) => i.checked).map((i) => i.value);
  const look = () => {
    const count = chosen().length;
    const wrong = count < control.least ? `Choose at least ${control.least}.` : count > control.most ? `Choose at most ${control.most}.` : "";
    const changed = [...chosen()].sort().join() !== control.chosen.join();
    done.disabled = Boolean(wrong);
    why.textContent = wrong || (changed ? "Not saved yet." : "");
    unsaved.set(made, changed && !wrong ? { action: control.action, values: chosen(), control: done } : null);
  };
  const made = el("fieldset", {}, el("legend", {}, control.placeholder), el("div", { className: "ticks" }, ...ticks), done, why);
  made.addEventListener("change", look);
  done.addEventListener("click", () => onPress(control.action, chosen(), done));
  look();
  return made;
}

const unsaved = new WeakMap();

// What is ticked in a message and not saved yet, as the press that saves it. Whatever else is pressed there saves it first.
export const ticksOf = (message) => [...message.querySelectorAll(".controls fieldset")].map((made) => unsaved.get(made)).filter(Boolean);

// A checkbox or a radio button with its label and note.
export function tick(choice, checked, type, name) {
  return el("label", { className: "tick" },
    el("input", { type, name, value: choice.value, checked }),
    el("span", { dir: "auto" }, choice.label, choice.note ? el("small", {}, choice.note) : null));
}
