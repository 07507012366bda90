// The list of initiatives by keys: p or Space opens a look beside the list, x selects a row, a selects it and goes to its new
// lead, Escape closes the look.
// The links and boxes do the same without this.

const form = document.getElementById("together");
const peek = () => document.getElementById("peek");
const typing = (node) => node.isContentEditable || node.matches("input:not([type=checkbox]), select, textarea");
const keysOff = () => document.documentElement.dataset.keys === "off";
let opener = null;

async function look(href) {
  await htmx.ajax("GET", href, { target: "#peek", select: "#peek", swap: "outerHTML" });
  history.pushState({}, "", href);
  const title = document.getElementById("peek-title");
  if (title) title.focus({ preventScroll: true });
  else opener?.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-peek], [data-peek-close]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (link.matches("[data-peek]")) opener = link.closest("[data-row]").querySelector("[data-open]");
  look(link.href);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  if (document.querySelector("dialog[open], [popover]:popover-open")) return;
  if (event.key === "Escape") return peek()?.querySelector("[data-peek-close]")?.click();
  const row = event.target.closest?.("[data-row]");
  if (!row || keysOff()) return;
  if (event.key === "a" && assign(row)) event.preventDefault();
  else if (event.key === "x" && row.querySelector("[name=x]")) row.querySelector("[name=x]").click();
  else if ((event.key === "p" || (event.key === " " && !event.target.matches("input, button, summary"))) && row.querySelector("[data-peek]")) row.querySelector("[data-peek]").click();
  else return;
  event.preventDefault();
});

/** The row is ticked, and the keyboard stands where its new lead is chosen. */
function assign(row) {
  const box = row.querySelector("[name=x]");
  const to = form?.elements.to;
  if (!box || !to) return false;
  if (!box.checked) box.click();
  to.focus();
  return true;
}

function count() {
  if (!form) return;
  const some = document.querySelectorAll("[name=x]:checked").length;
  form.hidden = !some;
  form.querySelector("[data-count]").textContent = some ? form.dataset.some.replace("#", some) : form.dataset.none;
}
document.addEventListener("change", ({ target }) => { if (target.matches("[name=x]")) count(); });
document.addEventListener("htmx:afterSettle", count);
document.addEventListener("part:fresh", count);
addEventListener("popstate", () => location.reload());
count();
