// Who is in the room: a dialog that adds, renames and removes members.
import { Problem, post } from "./api.js";
import { el } from "./dom.js";

const dialog = document.getElementById("people");
const ENOUGH = 8; // whoever votes, seven others have answered: a ballot of pairs
const NAMES = ["Noor", "Jonas", "Priya", "Hana", "Omar", "Lucía", "Emeka", "Ines"];

function rowOf(member) {
  const name = el("input", { type: "text", value: member.name, maxLength: 40, "aria-label": "Name", autocomplete: "off" });
  const row = el("li", { className: "person field" }, name,
    member.organiser ? el("span", { className: "quiet" }, "organiser")
      : el("button", { type: "button", className: "button", "aria-label": `Remove ${member.name || "this member"}`, onclick: () => row.remove() }, "Remove"));
  row.dataset.user = member.user;
  return row;
}

export function openPeople({ me, members, onDone }) {
  const list = el("ul", { className: "persons" }, ...members.map(rowOf));
  const problem = el("p", { className: "error", role: "alert", hidden: true });
  const namesNow = () => [...list.querySelectorAll("input")].map((input) => input.value.trim());
  const add = (name) => { const row = rowOf({ user: "", name }); list.append(row); return row; };
  const close = () => { dialog.close(); dialog.replaceChildren(); };
  const form = el("form", { noValidate: true },
    el("div", { className: "dialog-top" }, el("h2", { id: "people-title" }, "Who is here")),
    el("div", { className: "dialog-body" },
      el("p", { className: "intro" }, "You can be each of them: choose at the top of the page who you are. From seven answers on, a ballot compares pairs. Whoever is removed can no longer take part; what they wrote stays."),
      list, problem,
      el("div", { className: "controls" },
        el("button", { type: "button", className: "button", onclick: () => add("").querySelector("input").focus() }, "Add a member"),
        el("button", { type: "button", className: "button", onclick: () => {
          for (const name of NAMES) if (list.children.length < ENOUGH && !namesNow().includes(name)) add(name);
        } }, "Add sample members"))),
    el("div", { className: "dialog-bottom" },
      el("button", { type: "submit", className: "button primary" }, "Save"),
      el("button", { type: "button", className: "button", onclick: close }, "Cancel")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wanted = [...list.children].map((row) => ({ user: row.dataset.user, name: row.querySelector("input").value }));
    try {
      const found = await post("people", { member: me, people: wanted });
      close();
      onDone(found.members);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problem.textContent = error.message;
      problem.hidden = false;
    }
  });
  dialog.replaceChildren(form);
  dialog.showModal();
}
