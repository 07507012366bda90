// Go to, or do: what the server finds for the words, what the page itself offers, and where this person was lately.

import { say } from "./live.js";

const dialog = document.getElementById("palette");
const field = document.getElementById("palette-q");
const list = document.getElementById("palette-list");
const found = document.getElementById("palette-found");
const own = document.getElementById("palette-own"); // what the page offers
const recent = document.getElementById("palette-recent");
const model = document.getElementById("palette-option").content.firstElementChild;
const store = `gaitway-recent-${dialog.dataset.viewer}`;
const RECENT = 6;
let opener;
let asked = null; // the words of the answer that is shown

const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
const options = () => [...list.querySelectorAll("[role=option]")].filter((node) => node.checkVisibility());
const current = () => list.querySelector('[aria-selected="true"]');

function choose(node, scroll = true) {
  current()?.setAttribute("aria-selected", "false");
  node?.setAttribute("aria-selected", "true");
  if (node) field.setAttribute("aria-activedescendant", node.id);
  else field.removeAttribute("aria-activedescendant");
  if (scroll) node?.scrollIntoView({ block: "nearest" });
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(store)) ?? [];
  } catch {
    return [];
  }
}

function remember() {
  const title = document.querySelector("h1")?.textContent.trim();
  if (!title || !document.querySelector("#page")) return;
  const here = location.pathname;
  const rest = remembered().filter(({ href }) => href !== here);
  try {
    localStorage.setItem(store, JSON.stringify([{ title: title.slice(0, 80), href: here }, ...rest].slice(0, RECENT + 1)));
  } catch { /* a full or closed store forgets */ }
}

function option(words, id, work) {
  const node = model.cloneNode(true);
  node.id = id;
  node.querySelector("span").textContent = words;
  Object.assign(node, work);
  return node;
}

const words = (node) => (node.dataset.do || node.getAttribute("aria-label") || node.textContent).trim().replace(/\s+/g, " ");

/** The buttons and links of the page that say that they may be done from here. */
function offers() {
  const nodes = [...document.querySelectorAll("#page [data-key], #page [data-do]")].filter((node) => node.checkVisibility());
  const seen = new Set();
  const fresh = nodes.filter((node) => words(node) && !seen.has(words(node)) && seen.add(words(node)));
  own.replaceChildren(own.firstElementChild, ...fresh.slice(0, 12).map((node, index) => {
    const made = option(words(node), `p-own-${index}`, { work: () => node.click() });
    if (node.dataset.key) made.querySelector("kbd").textContent = node.dataset.key.toUpperCase();
    made.querySelector("kbd").hidden = !node.dataset.key;
    return made;
  }));
}

function places() {
  const rows = remembered().filter(({ href }) => href !== location.pathname && href.startsWith("/"));
  recent.replaceChildren(recent.firstElementChild, ...rows.slice(0, RECENT).map(({ title, href }, index) => {
    const made = option(title, `p-recent-${index}`, { work: () => location.assign(href) });
    made.querySelector("kbd").hidden = true;
    return made;
  }));
}

/** What the page has by itself follows the words at once; the server's part follows when it is there. */
function sift() {
  const sought = fold(field.value).split(/\s+/).filter(Boolean);
  for (const node of own.querySelectorAll("[role=option]")) {
    node.hidden = !sought.every((word) => fold(node.textContent).includes(word));
  }
  own.hidden = ![...own.querySelectorAll("[role=option]")].some((node) => !node.hidden);
  recent.hidden = sought.length > 0 || recent.childElementCount < 2;
}

export function openPalette() {
  opener = document.activeElement;
  offers();
  places();
  dialog.showModal();
  field.select();
  sift();
  if (asked !== field.value) htmx.trigger(field, "ask");
  choose(options()[0]);
}

function take(node) {
  if (!node) return;
  if (node.href) return location.assign(node.href);
  dialog.close();
  if (node.dataset.display) {
    const [name, value] = node.dataset.display.split(":");
    const radio = document.querySelector(`[data-display] [name="${name}"][value="${value}"]`);
    if (radio && !radio.checked) radio.click();
    return say(node.textContent.trim());
  }
  opener?.focus?.();
  node.work?.();
}

field.addEventListener("input", () => { sift(); choose(options()[0]); });
field.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const all = options();
  const at = all.indexOf(current());
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    const wraps = event.key.startsWith("Arrow") && all.length;
    choose(all[wraps ? (to + all.length) % all.length : Math.max(0, Math.min(all.length - 1, to))]);
  } else if (event.key === "Enter" && current()?.checkVisibility()) {
    event.preventDefault();
    if (current().href && (event.ctrlKey || event.metaKey)) window.open(current().href, "_blank", "noopener");
    else if (found.contains(current()) && asked !== field.value) field.dataset.enter = "on"; // of older words: what comes decides
    else take(current());
  }
});
list.addEventListener("pointermove", ({ target }) => {
  const node = target.closest("[role=option]");
  if (node && node !== current()) choose(node, false);
});
list.addEventListener("click", (event) => {
  const node = event.target.closest("[role=option]");
  if (!node || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  take(node);
});
found.addEventListener("htmx:afterSwap", () => {
  asked = field.value;
  choose(options()[0]);
  if (!field.dataset.enter) return;
  delete field.dataset.enter;
  take(current());
});
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
dialog.addEventListener("close", () => { delete field.dataset.enter; });

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (dialog.open) dialog.close();
  else if (!document.querySelector("dialog[open]")) openPalette();
});
for (const button of document.querySelectorAll("[data-palette-open]")) button.addEventListener("click", (event) => {
  event.preventDefault();
  openPalette();
});
// Who leaves takes along where they were.
document.querySelector("[data-logout]")?.addEventListener("submit", () => localStorage.removeItem(store));
remember();
