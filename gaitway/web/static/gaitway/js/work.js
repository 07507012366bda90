// Fields that save themselves, and the people who can be named with an @.

import { say } from "./live.js";

for (const form of document.querySelectorAll("[data-inplace]")) {
  form.addEventListener("change", ({ target }) => save(form, target));
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !event.target.matches("input")) return;
    event.target.value = event.target.defaultValue;
    show(form, event.target, "");
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); document.activeElement.blur(); });
}

/** The words stand under the field; what was typed stays in it. */
function show(form, field, words) {
  const place = form.querySelector(`[data-error="${field.name}"]`);
  place.textContent = words;
  place.hidden = !words;
  if (words) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  if (words) field.setAttribute("aria-describedby", place.id);
}

async function save(form, field) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.append(field.name, field.value);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
    const json = answer.headers.get("Content-Type")?.startsWith("application/json");
    const found = json ? await answer.json() : {};
    if (!answer.ok && !found.errors) throw new Error("failed");
    const wrong = found.errors?.[field.name] ?? "";
    show(form, field, wrong);
    if (!wrong && field.matches("input")) field.defaultValue = field.value;
    say(wrong || found.says);
  } catch (error) {
    const words = document.getElementById("live").dataset[error instanceof TypeError ? "lost" : "failed"];
    show(form, field, words);
    say(words);
  }
}

// An @ and some letters: those who may see the task.
const CALL = /(^|[^\w@])@([\p{L}\p{N} ._-]{0,40})$/u;
let asked = 0;

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-mentions] textarea")) suggest(target);
});

async function suggest(area) {
  const list = area.form.querySelector("[role=listbox]");
  const call = CALL.exec(area.value.slice(0, area.selectionStart));
  const number = ++asked;
  if (!call) return close(area, list);
  try {
    const answer = await fetch(`${area.form.dataset.mentions}?q=${encodeURIComponent(call[2])}`);
    if (number !== asked || !answer.ok) return;
    list.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.children);
  } catch {
    return;
  }
  list.hidden = !list.childElementCount;
  if (list.hidden) return close(area, list);
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "true"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) {
    area.setAttribute(name, value);
  }
  area.setAttribute("aria-activedescendant", list.firstElementChild.id);
}

function close(area, list) {
  list.hidden = true;
  area.setAttribute("aria-expanded", "false");
  area.removeAttribute("aria-activedescendant");
  if (area.getAttribute("role") !== "combobox") area.removeAttribute("aria-expanded");
}

function choose(area, list, option) {
  const call = CALL.exec(area.value.slice(0, area.selectionStart));
  if (!call) return;
  const begin = area.selectionStart - call[2].length;
  area.setRangeText(`${option.dataset.name} `, begin, area.selectionStart, "end");
  close(area, list);
  area.focus();
}

document.addEventListener("keydown", (event) => {
  const area = event.target;
  if (!area.matches("[data-mentions] textarea")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return area.form.requestSubmit();
  const list = area.form.querySelector("[role=listbox]");
  if (list.hidden) return;
  const options = [...list.children];
  const at = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const next = options[(at + step + options.length) % options.length];
    for (const each of options) each.setAttribute("aria-selected", String(each === next));
    area.setAttribute("aria-activedescendant", next.id);
  } else if (event.key === "Enter" || event.key === "Tab") choose(area, list, options[at]);
  else if (event.key === "Escape") close(area, list);
  else return;
  event.preventDefault();
});
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.("[data-mentions] [role=option]");
  if (!option) return;
  event.preventDefault();
  const form = option.closest("form");
  choose(form.querySelector("textarea"), form.querySelector("[role=listbox]"), option);
});
