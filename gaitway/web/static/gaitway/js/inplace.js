// A value becomes its control where it stands: click, or e. Enter saves, Esc cancels, leaving saves. The control and the value
// come from the server; without this module the pencil leads to the form on a page of its own.

import { say } from "./live.js";

const region = document.getElementById("live");
const before = new WeakMap(); // what a place showed, to be put back

const place = (node) => node.closest("[data-inplace][id]");
const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
const control = (form) => form.querySelector("[aria-invalid], input:not([type=hidden]), textarea, select");

async function open(link) {
  const here = place(link);
  if (!here || before.has(here)) return;
  const address = new URL(link.href);
  address.searchParams.set("part", "1");
  let text;
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    text = await answer.text();
  } catch {
    return say(region.dataset.lost);
  }
  before.set(here, [...here.childNodes]);
  show(here, text);
}

function show(here, text) {
  const form = parsed(text).querySelector("form");
  here.replaceChildren(form);
  here.classList.add("changing");
  const first = control(form);
  first?.focus();
  if (first?.matches("input:not([type=date], [type=checkbox]), textarea")) first.select();
}

function close(here) {
  here.replaceChildren(...before.get(here));
  before.delete(here);
  here.classList.remove("changing");
  here.querySelector("[data-inplace-open]")?.focus();
}

const touched = (form) => [...form.elements].some((field) =>
  field.type !== "hidden" && (field.type === "checkbox" ? field.checked !== field.defaultChecked
    : field.tagName === "SELECT" ? [...field.options].some((each) => each.selected !== each.defaultSelected)
      : field.value !== field.defaultValue));

async function save(form, stay = true) {
  const here = place(form);
  if (form.dataset.busy || !form.reportValidity()) return;
  form.dataset.busy = "1";
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "text/html" } });
  } catch {
    delete form.dataset.busy;
    return say(region.dataset.lost); // the typed text stays
  }
  const text = await answer.text();
  if (answer.status === 422 || answer.status === 409) return show(here, text);
  if (!answer.ok) {
    delete form.dataset.busy;
    return say(region.dataset.failed);
  }
  renew(here, parsed(text));
  if (stay) document.getElementById(here.id)?.querySelector("[data-inplace-open]")?.focus();
}

/** The page came back: take this place, what belongs to it, and what the server says of it. */
function renew(here, page) {
  before.delete(here);
  const fresh = page.getElementById(here.id);
  if (fresh) here.replaceWith(document.adoptNode(fresh));
  const said = page.querySelector(".messages");
  if (!said) return;
  const old = document.querySelector(".messages");
  if (old) old.replaceWith(document.adoptNode(said));
  else say(said.textContent.trim());
}

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const target = event.target;
  if (target.closest("[data-inplace-cancel]") && place(target)) {
    event.preventDefault();
    return close(place(target));
  }
  const here = place(target);
  const link = target.closest("[data-inplace-open]") ?? (target.closest("a, button, form") ? null : here?.querySelector("[data-inplace-open]"));
  if (!link || !getSelection().isCollapsed) return;
  event.preventDefault();
  open(link);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".inplace-form") || !place(event.target)) return;
  event.preventDefault();
  save(event.target);
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".inplace-form");
  const here = form && place(form);
  if (here && event.key === "Escape") {
    event.preventDefault();
    close(here);
  } else if (here && event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches("textarea, select, input[type=checkbox]")) {
    event.preventDefault();
    save(form);
  } else if (!here && event.key === "e" && !event.ctrlKey && !event.metaKey && !event.altKey && document.documentElement.dataset.keys !== "off") {
    if (event.target.matches("input, select, textarea") || event.target.closest("[data-row]") || document.querySelector("dialog[open], [popover]:popover-open")) return;
    const link = (place(event.target) ?? document).querySelector("[data-inplace-open]");
    if (link) {
      event.preventDefault();
      open(link);
    }
  }
});

// Leaving saves what was changed; what wasn't is put back.
document.addEventListener("focusout", (event) => {
  const form = event.target.closest?.(".inplace-form");
  const here = form && place(form);
  if (!here || form.contains(event.relatedTarget)) return;
  setTimeout(() => {
    if (!form.isConnected || form.dataset.busy || form.contains(document.activeElement) || !document.hasFocus()) return;
    if (touched(form)) save(form, false);
    else if (before.has(here)) {
      const left = document.activeElement;
      close(here);
      if (left !== document.body) left?.focus();
    }
  });
});
