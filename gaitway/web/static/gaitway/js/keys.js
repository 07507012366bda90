// Single-letter keys. The page says what a key does: data-go="p" (after g), data-key="d", data-filter, data-row with data-open
// data-done and data-later. Off when the person switched them off, and never while someone types.

const root = document.documentElement;
const sheet = document.getElementById("keys");
const GO_WITHIN = 1500; // milliseconds between g and the letter
let goSince = -GO_WITHIN;

const typing = (node) => node.isContentEditable || node.matches("input, select, textarea");
const shown = (node) => node.checkVisibility();

function rows() {
  return [...document.querySelectorAll("[data-row]")].filter((row) => shown(row) && row.querySelector("[data-open]"));
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + step));
  const link = all[next].querySelector("[data-open]");
  link.focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "nearest" });
}

function press(selector, within = document) {
  const node = within?.querySelector(selector);
  if (!node || !shown(node)) return false;
  node.click();
  return true;
}

function act(key) {
  switch (key) {
    case "j": move(1); return true;
    case "k": move(-1); return true;
    case "?": sheet.showModal(); return true;
    case "/": {
      const field = document.querySelector("[data-filter]");
      field?.focus();
      field?.select();
      return Boolean(field);
    }
    case "e": return press("[data-done]", document.activeElement.closest("[data-row]"));
    case "h": return press("[data-later]", document.activeElement.closest("[data-row]"));
    default: return /^[a-z]$/.test(key) && press(`[data-key="${key}"]`);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches?.("[data-filter]")) return event.target.blur();
  if (root.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target) || document.querySelector("dialog[open], [popover]:popover-open")) return;
  const afterGo = event.timeStamp - goSince < GO_WITHIN;
  goSince = -GO_WITHIN;
  if (event.key === "g" && !afterGo) {
    goSince = event.timeStamp;
    return;
  }
  const done = afterGo && /^[a-z]$/.test(event.key) ? press(`[data-go="${event.key}"]`) : act(event.key);
  if (done) event.preventDefault();
});

for (const opener of document.querySelectorAll("[data-keys-open]")) {
  opener.hidden = root.dataset.keys === "off";
  opener.addEventListener("click", () => sheet.showModal());
}
// Browsers without closedby: a click beside the sheet closes it.
sheet?.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
