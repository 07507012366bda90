// Pages that open over the one below: a link with data-sheet shows the #sheet-part of its page in the dialog. Without
// JavaScript it is a page of its own.

import { say } from "./live.js";

const sheet = document.getElementById("sheet");
const body = document.getElementById("sheet-body");

/** Shows a page as a sheet; forms on it come back to the page below. */
export async function open(address) {
  const target = new URL(address, location.href);
  target.searchParams.set("next", location.pathname + location.search);
  try {
    const answer = await fetch(target, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.getElementById("sheet-part");
    part.id = "sheet-open"; // nobody finds the part of a page that is none
    body.replaceChildren(document.importNode(part, true));
    htmx.process(body);
    const heading = body.querySelector("h1");
    if (heading) sheet.setAttribute("aria-label", heading.textContent);
    if (!sheet.open) sheet.showModal();
    body.querySelector("#f-to")?.focus();
  } catch {
    say(sheet.dataset.failed);
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-sheet]");
  if (!link || !sheet || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(link.getAttribute("href"));
});

// Browsers without closedby: a click beside the sheet closes it.
sheet?.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
