// What a person hears and sees of a change: the live region, failed requests, tidy addresses of filters, and the marked
// parts of an open page kept as new as the server.

import { listen, tellOthers } from "./stream.js";

document.documentElement.classList.add("js");

const region = document.getElementById("live");
let timer;

/** Say it once, seen and heard; it goes by itself. */
export function say(words) {
  clearTimeout(timer);
  region.textContent = words;
  timer = setTimeout(() => { region.textContent = ""; }, 8000);
}

document.addEventListener("htmx:sendError", () => say(region.dataset.lost));
document.addEventListener("htmx:timeout", () => say(region.dataset.lost));
document.addEventListener("htmx:responseError", () => say(region.dataset.failed));

// What was typed into a filter is asked for while one types: leaving it is no change, and would close what is opened next.
document.addEventListener("change", (event) => {
  if (event.target.matches("input[data-filter]")) event.stopPropagation();
}, true);

// A filter that is not set has no place in the address that people share.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") return;
  for (const name of [...Object.keys(detail.parameters)]) {
    if (detail.parameters[name] === "") delete detail.parameters[name];
  }
});

// What is shown has an address: a button copies it.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(location.href);
    say(button.dataset.copied);
  } catch {
    say(button.dataset.failed);
  }
});

// A swap may take the focused element away: the one in its place, or the first of the part, gets the focus.
let lost = -1;
const places = (part) => [...part.querySelectorAll("[data-row] [data-done], [data-row] [data-open]")];
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  lost = places(detail.target).indexOf(document.activeElement);
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (lost < 0 || document.activeElement !== document.body) return;
  const part = document.getElementById(detail.target.id) ?? document.getElementById("page");
  const left = places(part);
  (left[Math.min(lost, left.length - 1)] ?? document.getElementById("page")).focus();
  lost = -1;
});

// data-topics names what a part shows. A part that changed is fetched with its page and swapped in alone; focus, open
// details and the place in a list stay as they were.
const JITTER = 400; // milliseconds over which many browsers spread their questions
const stale = new Set(); // by id
let renewal;
let asking = false;
let sent = 0; // questions of htmx: what was asked for before one is of yesterday, and its sender must stay where it is
let unanswered = 0;

const marked = () => [...document.querySelectorAll("[data-topics][id]")];
const wants = (part, topics) => topics.includes("*") || part.dataset.topics.split(", ").some((each) => topics.includes(each));

/** Whether somebody is in the middle of something there. */
function busy(part) {
  const active = document.activeElement;
  if (part.querySelector("[aria-busy=true]")) return true; // what was just done isn't answered yet
  if (part.contains(active) && active.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return true;
  const typed = [...part.querySelectorAll("input:not([type=hidden]), textarea")];
  if (typed.some((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked)) return true;
  const selected = getSelection();
  return selected.rangeCount > 0 && !selected.isCollapsed && part.contains(selected.anchorNode);
}

const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]";
const stops = (node) => [node, ...node.querySelectorAll(STOPS)];
/** Where it is: the nearest thing with a name of its own, and its number therein. */
function place(node) {
  const around = node.closest("[id]");
  return [around.id, stops(around).indexOf(node)];
}

const rolling = (part) => [part, ...part.querySelectorAll(".scroll, pre")];

/** How a part looks to the person in front of it, to be put back. */
function stance(part) {
  const active = part.contains(document.activeElement) ? place(document.activeElement) : null;
  const open = [...part.querySelectorAll("details")].map((each) => each.open);
  const rolled = rolling(part).map(({ scrollLeft, scrollTop }) => ({ left: scrollLeft, top: scrollTop, behavior: "instant" }));
  return (fresh) => {
    fresh.querySelectorAll("details").forEach((each, index) => { each.open = open[index] ?? each.open; });
    rolling(fresh).forEach((each, index) => { if (rolled[index]) each.scrollTo(rolled[index]); });
    const around = active && document.getElementById(active[0]);
    if (around) stops(around)[active[1]]?.focus({ preventScroll: true });
  };
}

// The token of a form is masked anew each time; that is no change.
const bare = (html) => html.replaceAll(/name="csrfmiddlewaretoken" value="\w+"/g, "");
const asServed = new Map(marked().map((part) => [part.id, bare(part.outerHTML)]));

function swap(part, fresh) {
  const html = bare(fresh.outerHTML);
  if ((asServed.get(part.id) ?? bare(part.outerHTML)) === html) return;
  asServed.set(part.id, html);
  const restore = stance(part);
  const node = document.importNode(fresh, true);
  part.replaceWith(node);
  htmx.process(node);
  node.dispatchEvent(new CustomEvent("part:fresh", { bubbles: true }));
  restore(node);
}

async function renew() {
  renewal = undefined;
  if (asking || unanswered || document.hidden || !stale.size) return;
  const ready = [...stale].filter((id) => !document.getElementById(id) || !busy(document.getElementById(id)));
  if (!ready.length) return;
  asking = true;
  ready.forEach((id) => stale.delete(id));
  const address = location.href;
  const before = sent;
  const past = () => location.href !== address || sent !== before;
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html", Renewal: "1" }, redirect: "error" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (past()) throw new Error("another question came in between");
    for (const id of ready) {
      const part = document.getElementById(id);
      const fresh = page.getElementById(id);
      if (part && busy(part)) stale.add(id);
      else if (part && fresh) swap(part, fresh);
    }
  } catch {
    ready.forEach((id) => stale.add(id)); // the next look, or the next news, tries again
  } finally {
    asking = false;
  }
  if (past() || (stale.size && ready.every((id) => !stale.has(id)))) soon();
}

function soon() {
  renewal ??= setTimeout(renew, 50 + Math.random() * JITTER);
}

function hear(topics) {
  const parts = marked().filter((part) => wants(part, topics));
  parts.forEach((part) => stale.add(part.id));
  if (parts.length) soon();
}

document.addEventListener("focusout", () => { if (stale.size) soon(); });
document.addEventListener("visibilitychange", () => { if (stale.size) soon(); });
document.addEventListener("htmx:beforeSend", ({ detail }) => {
  sent += 1;
  unanswered += 1;
  detail.xhr.addEventListener("loadend", () => { // however it ends, and wherever its sender is by then
    unanswered -= 1;
    if (stale.size) soon();
  });
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const part = detail.target.closest?.("[data-topics][id]") ?? document.getElementById(detail.target.id);
  if (part) asServed.delete(part.id);
  // What was done in the inbox shows in the other tabs too.
  if (detail.requestConfig?.verb === "post" && part?.dataset.topics?.includes("inbox")) tellOthers(["inbox"]);
});

listen(hear);
