// What was done goes by itself after a while, and can be taken back until then: by its button, or the newest by Ctrl+Z.

import { say } from "./live.js";

const LASTS = 10_000; // milliseconds, but for those in which somebody is at it
const holder = document.getElementById("toasts");
const model = document.getElementById("toast");
const newest = document.getElementById("undo-newest");

function show(node) {
  let timer;
  const wait = () => { clearTimeout(timer); timer = setTimeout(() => node.remove(), LASTS); };
  const stay = () => clearTimeout(timer);
  const leave = () => { if (!node.matches(":hover, :focus-within")) wait(); };
  for (const name of ["mouseenter", "focusin"]) node.addEventListener(name, stay);
  for (const name of ["mouseleave", "focusout"]) node.addEventListener(name, () => setTimeout(leave));
  node.querySelector("form")?.addEventListener("submit", (event) => {
    event.preventDefault();
    takeBack(event.target);
  });
  holder.append(node);
  wait();
}

/** Those of a page as the server sent it. */
function adopt(page) {
  for (const node of page.querySelectorAll(".messages [data-toast]")) {
    const around = node.parentElement;
    show(document.adoptNode(node));
    if (around && !around.childElementCount) around.remove();
  }
}

/** For scripts: what their answer said was done, with the number of its undo. */
export function toast(words, undo) {
  const node = model.content.firstElementChild.cloneNode(true);
  node.querySelector("span").textContent = words;
  const form = node.querySelector("form");
  if (undo) form.action = form.getAttribute("action").replace("/0/", `/${undo}/`);
  else form.remove();
  show(node);
}

async function takeBack(form) {
  try {
    const answer = await fetch(form.action, {
      method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "error",
    });
    const { done, says } = await answer.json();
    if (!done) return say(says);
    location.reload(); // every number that hung on it is as it was; the page says so when it is there
  } catch {
    say(document.getElementById("live").dataset.failed);
  }
}

adopt(document);
// Before the swap: afterwards the form that asked may be gone, and its events with it.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.requestConfig.verb === "get" || !detail.xhr.responseText.includes("data-toast")) return;
  adopt(new DOMParser().parseFromString(detail.xhr.responseText, "text/html"));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.defaultPrevented) return;
  if (event.target.isContentEditable || event.target.matches("input, select, textarea")) return;
  event.preventDefault();
  takeBack(newest);
});
