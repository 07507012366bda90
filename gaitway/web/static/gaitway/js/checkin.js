// Check-ins: drafts that stay, a line that follows what is typed, and on a telephone one card after the other, sent now or
// kept until there is a network.

import { draft, drop, dropDraft, keep, keepDraft, kept, newKey, send } from "./checkin-kept.js";
import { follow } from "./checkin-spark.js";
import { say } from "./live.js";

const TEXTS = ["said", "successes", "difficulties", "help", "next"];
const deck = document.getElementById("deck");
const forms = [...document.querySelectorAll("form[data-draft]")];

const fields = (form) => [...new FormData(form)].map(([name, value]) => [name, String(value)]);
const written = (form) => fields(form).filter(([name, value]) => value && (TEXTS.includes(name) || name === "outlook" || name.startsWith("c:")));

function fill(form, pairs) {
  const outlook = pairs.find(([name]) => name === "outlook")?.[1];
  for (const [name, value] of pairs) {
    const here = form.elements[name] ? name : name === "said" ? (outlook === "on track" ? "successes" : "difficulties") : "";
    if (!here) continue;
    if (form.elements[here] instanceof RadioNodeList) form.elements[here].value = value;
    else form.elements[here].value = value;
    form.elements[here].closest?.("details")?.setAttribute("open", "");
  }
}

function complain(form, errors, doubts = []) {
  for (const place of form.querySelectorAll("[data-error]")) {
    const words = errors[place.dataset.error] ?? "";
    place.hidden = !words && place.dataset.error !== "__all__";
    place.textContent = words;
    place.classList.toggle("message", place.dataset.error === "__all__" && Boolean(words));
    const field = form.elements[place.dataset.error];
    if (field instanceof Element) field.toggleAttribute("aria-invalid", Boolean(words));
    if (words && field instanceof Element) field.setAttribute("aria-invalid", "true");
  }
  for (const sure of form.querySelectorAll("[data-sure]")) sure.hidden = !doubts.includes(sure.dataset.sure);
  const first = Object.keys(errors).map((name) => form.elements[name]).find((each) => each instanceof HTMLElement);
  first?.focus();
  say(Object.values(errors)[0] ?? "");
}

function ready(form) {
  form.noValidate = true; // said in our own words, under the field
  if (!written(form).length && draft(form.dataset.draft)) fill(form, draft(form.dataset.draft));
  form.addEventListener("input", () => keepDraft(form.dataset.draft, written(form)));
  form.querySelectorAll("[data-number]").forEach(follow);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(form);
  });
}

async function submit(form) {
  const button = form.querySelector("button.primary");
  if (button.disabled) return;
  form.elements.key.value = form.dataset.key ??= newKey();
  const pairs = fields(form);
  const has = (name) => pairs.find(([each]) => each === name)?.[1].trim();
  const text = form.elements.said ? "said" : "difficulties";
  if (deck && has("outlook") && has("outlook") !== "on track" && !has(text) && !has("help")) {
    complain(form, { [text]: deck.dataset.need });
    return;
  }
  button.disabled = true;
  const said = await send(form.action, deck ? [...pairs, ["person", deck.dataset.person]] : pairs);
  button.disabled = false;
  if (said.state === "refused") {
    complain(form, said.errors, said.doubts);
  } else if (said.state === "sent") {
    dropDraft(form.dataset.draft);
    if (said.to) location.assign(said.to);
    else next(form, deck.dataset.sent.replace("{name}", form.dataset.name));
  } else if (deck && said.state !== "failed" && has("outlook") && keepFor(form, pairs)) {
    dropDraft(form.dataset.draft);
    list(said.state);
    next(form, deck.dataset.kept);
  } else {
    say(document.getElementById("live").dataset[said.state === "offline" ? "lost" : "failed"]);
  }
}

function keepFor(form, pairs) {
  const now = new Date();
  const on = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((each) => String(each).padStart(2, "0")).join("-");
  const item = { key: form.dataset.key, person: deck.dataset.person, card: form.dataset.card, name: form.dataset.name, says: "" };
  item.fields = [...pairs.filter(([name]) => name !== "csrfmiddlewaretoken"), ["person", item.person], ["on", on]];
  return keep(item);
}

/** The card is done: the one after it, or the end. */
function next(form, words = "") {
  delete form.dataset.key;
  form.dataset.done = "";
  const left = forms.filter((each) => !("done" in each.dataset));
  const after = left.find((each) => forms.indexOf(each) > forms.indexOf(form)) ?? left[0];
  show(after);
  say(words);
}

function show(card) {
  forms.forEach((each) => { each.hidden = each !== card; });
  const end = document.getElementById("done");
  end.hidden = Boolean(card);
  const head = card?.querySelector("h2") ?? end.querySelector("h2");
  head.tabIndex = -1;
  head.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** What waits on this phone, and why. */
function list(state = "") {
  const items = kept(deck.dataset.person);
  const banner = document.getElementById("offline");
  const words = state === "signin" ? deck.dataset.signin : deck.dataset.kept;
  banner.hidden = !items.some((each) => !each.says);
  if (!banner.hidden) banner.firstElementChild.textContent = words;
  banner.querySelector("a").hidden = state !== "signin";
  const rows = items.filter((each) => each.says || state !== "sent").map((item) => {
    const row = document.getElementById("kept-line").content.cloneNode(true);
    row.querySelector("[data-name]").textContent = item.name;
    row.querySelector("[data-says]").textContent = item.says;
    row.querySelector("[data-retry]").addEventListener("click", () => flush());
    row.querySelector("[data-open]").addEventListener("click", () => open(item));
    row.querySelector("[data-drop]").addEventListener("click", () => { drop(item.key); list(); });
    return row;
  });
  const box = document.getElementById("kept");
  box.replaceChildren(...rows);
  box.hidden = !rows.length;
}

/** Back into its form: the one here, or that at a desk. */
function open(item) {
  const id = `${item.person}:${item.card}`;
  const card = forms.find((each) => each.dataset.draft === id);
  const pairs = item.fields.filter(([name]) => TEXTS.includes(name) || name === "outlook" || name.startsWith("c:"));
  drop(item.key);
  keepDraft(id, pairs);
  if (!card) {
    location.assign(deck.dataset.desk.replace("a/b", item.card));
    return;
  }
  fill(card, pairs);
  delete card.dataset.done;
  show(card);
  list();
}

let flushing = false;
async function flush() {
  if (flushing) return;
  flushing = true;
  let state = "";
  for (const item of kept(deck.dataset.person)) {
    const said = await send(deck.dataset.action, item.fields);
    state = said.state;
    if (!kept(item.person).some((each) => each.key === item.key)) continue; // taken back into its form meanwhile
    if (said.state === "sent") {
      drop(item.key);
      say(deck.dataset.sent.replace("{name}", item.name));
    } else if (said.state === "refused") {
      keep({ ...item, says: Object.values(said.errors)[0] });
    } else if (said.state === "failed") {
      keep({ ...item, says: deck.dataset.failed });
    } else {
      break; // no network, or nobody is signed in: the others wait too
    }
  }
  flushing = false;
  list(state);
}

async function offline() {
  const worker = await navigator.serviceWorker.register(deck.dataset.worker, { scope: deck.dataset.action });
  const active = worker.active ?? (await navigator.serviceWorker.ready).active;
  const named = [...document.querySelectorAll("link[href], script[src]")].map((each) => each.href || each.src);
  const parts = new Set([...named, ...performance.getEntriesByType("resource").map((each) => each.name)]);
  active.postMessage({ keep: [...parts].filter((each) => each.startsWith(`${location.origin}/static/`)) });
}

forms.forEach(ready);
if (deck) {
  const waiting = kept(deck.dataset.person).map((each) => each.card);
  forms.filter((each) => waiting.includes(each.dataset.card)).forEach((each) => { each.dataset.done = ""; });
  const first = forms.find((each) => !("done" in each.dataset));
  forms.forEach((each) => { each.hidden = each !== first; });
  document.getElementById("done").hidden = Boolean(first);
  deck.classList.add("ready");
  list();
  flush();
  addEventListener("online", flush);
  if ("serviceWorker" in navigator) addEventListener("load", () => { offline().catch(() => {}); });
}
