// [Preview] below a long text: how it will be shown, drawn by the server as cards are.
import { Problem, post } from "./api.js";
import { el, fromServer } from "./dom.js";

const SOON = 400;

// The button and the box it opens; what is shown follows what is typed. Null for a field that has no marks.
export function previewOf(field, made, member) {
  if (!field.preview) return null;
  const box = el("div", { className: "preview", id: `${made.id}-preview`, role: "region", "aria-label": "Preview", hidden: true });
  const button = el("button", { type: "button", className: "button link", "aria-expanded": "false", "aria-controls": box.id }, "Preview");
  let timer = 0;
  let asked = 0;
  async function draw() {
    const mine = asked += 1;
    let shown = "Nothing is typed yet.";
    try {
      if (made.value.trim()) shown = fromServer((await post("preview", { member, text: made.value, as: field.preview })).html);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      shown = error.message;
    }
    if (mine === asked) box.replaceChildren(shown);
  }
  button.addEventListener("click", async () => {
    const opens = box.hidden;
    if (opens) await draw();
    box.hidden = !opens;
    button.textContent = opens ? "Hide preview" : "Preview";
    button.setAttribute("aria-expanded", String(opens));
    if (opens) box.scrollIntoView({ block: "nearest" });
  });
  made.addEventListener("input", () => {
    clearTimeout(timer);
    if (!box.hidden) timer = setTimeout(draw, SOON);
  });
  return { box, button };
}
