// Cards move by pointer, by the menu of each, and by the keys 1 to 4: all the same way. The card stands in its new place at
// once, and where it stood if the server says no.

import { say } from "./live.js";
import { toast } from "./undo.js";

const STATES = ["to do", "doing", "waiting", "done"];
const FAR = 6; // pixels until a press is a drag
const menu = document.getElementById("move");
const board = () => document.getElementById("columns");
const list = (state) => board()?.querySelector(`[data-state="${state}"]`);
const movable = (node) => node?.closest?.("[data-card]:not([data-fixed])");
let current; // the card of the open menu
let drag;

const tab = (column) => document.querySelector(`#tabs [href="#${column.id}"]`);

function count(cards, by) {
  const column = cards.closest(".column");
  for (const place of [column, tab(column)]) {
    const number = place?.querySelector("[data-count]");
    if (number) number.textContent = String(Number(number.textContent) + by);
  }
}

/** Puts the card below another one of the column, or on top; gives back how it is put where it was. */
function put(card, cards, after) {
  const from = card.parentElement;
  const next = card.nextElementSibling;
  const focused = card.contains(document.activeElement) ? document.activeElement : null;
  cards.insertBefore(card, after ? after.nextElementSibling : cards.firstElementChild);
  if (from !== cards) { count(from, -1); count(cards, 1); }
  focused?.focus({ preventScroll: true });
  return () => {
    if (!from.isConnected || !card.isConnected) return; // a fresh board knows better
    const had = card.contains(document.activeElement) ? document.activeElement : null;
    from.insertBefore(card, next?.parentElement === from ? next : null);
    if (from !== cards) { count(from, 1); count(cards, -1); }
    had?.focus({ preventScroll: true });
  };
}

async function move(card, state, after = null) {
  const cards = list(state);
  if (!cards || (card.parentElement === cards && card.previousElementSibling === after)) return;
  const back = put(card, cards, after);
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  const body = new FormData(menu.querySelector("form"));
  body.set("state", state);
  if (after) body.set("after", after.dataset.card);
  card.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`/tasks/${card.dataset.card}/move/`, {
      method: "POST", body, headers: { Accept: "application/json" }, redirect: "error",
    });
    const json = answer.headers.get("Content-Type")?.startsWith("application/json");
    const { says, undo } = json ? await answer.json() : {};
    if (!answer.ok) throw new Error(says ?? document.getElementById("live").dataset.failed);
    if (undo) toast(says, undo);
    else say(says);
  } catch (error) {
    back();
    const words = error instanceof TypeError ? document.getElementById("live").dataset.lost : error.message;
    say(`${words} ${board()?.dataset.said ?? ""}`);
  } finally {
    card.removeAttribute("aria-busy");
  }
}

// The menu: one for all cards. Without JavaScript the dots lead to the page of the task.
document.addEventListener("click", (event) => {
  const dots = event.target.closest?.("[data-menu]");
  if (!dots || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  current = movable(dots);
  menu.querySelector("[data-name]").textContent = current.querySelector("[data-open]").textContent;
  const now = current.parentElement.dataset.state;
  for (const button of menu.querySelectorAll("button")) button.disabled = button.value === now;
  menu.showPopover({ source: dots });
  menu.querySelector("button:enabled").focus();
});
menu?.addEventListener("submit", (event) => {
  event.preventDefault();
  menu.hidePopover();
  current.querySelector("[data-open]").focus({ preventScroll: true });
  move(current, event.submitter.value);
});
menu?.addEventListener("keydown", (event) => {
  const buttons = [...menu.querySelectorAll("button:enabled")];
  const at = buttons.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const digit = menu.querySelector(`button:enabled[value="${STATES[Number(event.key) - 1]}"]`);
  if (step) buttons[(at + step + buttons.length) % buttons.length].focus();
  else if (digit) digit.click();
  else return;
  event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (drag && event.key === "Escape") return drop(false);
  if (document.documentElement.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const card = movable(event.target);
  const state = STATES[Number(event.key) - 1];
  if (!card || !state || menu.matches(":popover-open")) return;
  event.preventDefault();
  move(card, state);
});

// Dragging, with a mouse or a pen: a finger scrolls.
document.addEventListener("pointerdown", (event) => {
  const card = movable(event.target);
  if (!card || event.button || event.pointerType === "touch" || event.target.closest("[data-menu]")) return;
  const box = card.getBoundingClientRect();
  drag = { card, x: event.clientX, y: event.clientY, left: box.left, top: box.top, width: box.width };
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
  if (!drag.ghost) {
    if (Math.hypot(dx, dy) < FAR) return;
    lift();
  }
  drag.ghost.style.translate = `${drag.left + dx}px ${drag.top + dy}px`;
  aim(event.clientX, event.clientY);
});

function lift() {
  drag.ghost = drag.card.cloneNode(true);
  drag.ghost.classList.add("ghost");
  for (const name of ["id", "data-row", "data-card"]) drag.ghost.removeAttribute(name);
  drag.ghost.setAttribute("aria-hidden", "true");
  drag.ghost.inert = true;
  drag.ghost.style.inlineSize = `${drag.width}px`;
  drag.slot = Object.assign(document.createElement("li"), { className: "slot" });
  drag.slot.setAttribute("aria-hidden", "true");
  drag.card.classList.add("dragged");
  document.documentElement.classList.add("dragging");
  document.body.append(drag.ghost);
}

/** Shows where the card would stand. */
function aim(x, y) {
  const column = document.elementFromPoint(x, y)?.closest(".column");
  for (const each of document.querySelectorAll(".column.here")) each.classList.toggle("here", each === column);
  drag.slot.remove();
  if (!column) return;
  column.classList.add("here");
  const cards = column.querySelector(".cards");
  const below = [...cards.querySelectorAll("[data-card]")].find((each) => {
    const box = each.getBoundingClientRect();
    return y < box.top + box.height / 2;
  });
  cards.insertBefore(drag.slot, below ?? null);
}

function drop(done) {
  const { card, ghost, slot } = drag;
  drag = undefined;
  if (!ghost) return;
  const cards = slot.parentElement;
  let after = slot.previousElementSibling;
  slot.remove();
  ghost.remove();
  card.classList.remove("dragged");
  document.documentElement.classList.remove("dragging");
  for (const each of document.querySelectorAll(".column.here")) each.classList.remove("here");
  addEventListener("click", (event) => { event.preventDefault(); event.stopPropagation(); }, { capture: true, once: true });
  setTimeout(() => dispatchEvent(new Event("click", { cancelable: true }))); // where no click follows, none is swallowed later
  if (!done || !cards || !card.isConnected) return;
  if (after === card) after = card.previousElementSibling;
  move(card, cards.dataset.state, after);
}

document.addEventListener("pointerup", () => drag && drop(true));
document.addEventListener("pointercancel", () => drag && drop(false));
document.addEventListener("dragstart", (event) => movable(event.target) && event.preventDefault());
document.addEventListener("part:fresh", () => drag && drop(false));

// A phone shows one column at a time: the tab of the one in the middle is marked.
let watcher;
function watch() {
  watcher?.disconnect();
  if (!board()) return;
  watcher = new IntersectionObserver((changes) => {
    for (const { target, isIntersecting } of changes) {
      if (isIntersecting) tab(target)?.setAttribute("aria-current", "true");
      else tab(target)?.removeAttribute("aria-current");
    }
  }, { root: board(), rootMargin: "0px -49%" });
  for (const column of board().children) watcher.observe(column);
}
for (const event of ["part:fresh", "htmx:afterSettle"]) document.addEventListener(event, watch);
watch();
