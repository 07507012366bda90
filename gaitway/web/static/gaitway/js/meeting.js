// The review meeting: arrows turn to the next and the one before, d a n lead to what can be done, a note is saved as it is
// typed, and a quiet clock tells how long one initiative has been talked about.

import { say } from "./live.js";

const root = document.documentElement;
const typing = (node) => node.isContentEditable || node.matches("input:not([type=radio], [type=checkbox]), select, textarea");

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (root.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target) || event.target.closest("[data-plot], [type=radio]") || document.querySelector("dialog[open]")) return;
  const way = { ArrowRight: "next", ArrowLeft: "before" }[event.key];
  const button = way && document.querySelector(`[data-turn="${way}"]`);
  if (!button) return;
  event.preventDefault();
  keep().then(() => button.click());
});

const LEADS = {
  note: () => document.getElementById("note"),
  action: () => document.getElementById("action"),
  decide: () => {
    const sheet = document.getElementById("meet-decide");
    if (sheet) sheet.open = true;
    return sheet?.querySelector("[name=choice]");
  },
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-focus]");
  const target = link && LEADS[link.dataset.focus]?.();
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.scrollIntoView({ block: "nearest" });
});

// The note. What was typed last is sent last: one request at a time, and once more where something was typed meanwhile.
const PAUSE = 600; // milliseconds without a key
let timer;
let sending;
const form = () => document.querySelector("[data-note]");
const field = () => form()?.querySelector("textarea");
let kept = field()?.value;

function said(words) {
  const place = form()?.querySelector("[data-note-said]");
  if (place) place.textContent = place.dataset[words];
}

async function keep() {
  clearTimeout(timer);
  const here = form();
  const text = field()?.value;
  if (!here || text === kept) return sending;
  if (sending) {
    await sending;
    return keep();
  }
  said("saving");
  sending = fetch(here.action, { method: "POST", body: new FormData(here), headers: { Accept: "application/json" }, keepalive: true })
    .then((answer) => {
      if (!answer.ok) throw new Error(answer.status);
      kept = text;
      const area = field();
      if (area) area.defaultValue = text; // what is saved needn't be kept from newer news
      said("saved");
    })
    .catch(() => {
      said("failed");
      say(form()?.querySelector("[data-note-said]")?.dataset.failed ?? "");
    })
    .finally(() => { sending = undefined; });
  return sending;
}

document.addEventListener("input", (event) => {
  if (!event.target.closest("[data-note]")) return;
  clearTimeout(timer);
  timer = setTimeout(keep, PAUSE);
});
document.addEventListener("focusout", (event) => { if (event.target.closest("[data-note]")) keep(); });
addEventListener("pagehide", () => { keep(); });

// Minutes and seconds since the talk of this one began.
function tick() {
  for (const clock of document.querySelectorAll("[data-clock]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(clock.dataset.clock)) / 1000));
    const minutes = Math.floor(seconds / 60);
    clock.textContent = minutes < 100 ? `${String(minutes).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}` : "";
  }
}
if (document.querySelector("[data-clock]")) {
  tick();
  setInterval(tick, 1000);
}
