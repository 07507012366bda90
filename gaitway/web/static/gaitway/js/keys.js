// Keys. The page says what a key does: data-go="p" (after g), data-key="d" (in the current row, or on the page), data-row-key="s"
// (in the current row alone), data-filter, data-row with data-open, data-select, data-peek, data-done and data-later. Single
// letters are off when the person switched them off, and never work while someone types.

const root = document.documentElement;
const sheet = document.getElementById("keys");
const toggle = document.querySelector("[data-side-toggle]");
const GO_WITHIN = 1500; // milliseconds between g and the letter
let goSince = -GO_WITHIN;

const typing = (node) => node.isContentEditable || node.matches("input:not([type=checkbox], [type=radio]), select, textarea");
const shown = (node) => node.checkVisibility();
const find = (selector, within = document) => [...(within?.querySelectorAll(selector) ?? [])].find(shown);
const row = () => document.activeElement.closest("[data-row]");

function rows() {
  return [...document.querySelectorAll("[data-row]")].filter((each) => shown(each) && each.querySelector("[data-open]"));
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((each) => each.contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + step));
  const link = all[next].querySelector("[data-open]");
  link.focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "nearest" });
}

/** The first of these that can be seen, in the current row before the page. */
function press(selector, anywhere = false) {
  const node = find(selector, row()) ?? (anywhere ? find(selector) : undefined);
  if (!node) return false;
  if (node.matches("input:not([type=checkbox], [type=radio]), select, textarea")) node.focus();
  else node.click();
  return true;
}

function narrow() {
  const now = root.dataset.side !== "narrow";
  if (now) root.dataset.side = "narrow";
  else delete root.dataset.side;
  toggle.setAttribute("aria-pressed", String(now));
  document.cookie = `side=${now ? "narrow" : "wide"}; path=/; max-age=31536000; samesite=lax`;
  return true;
}

function show() {
  for (const line of sheet.querySelectorAll("[data-needs]")) line.hidden = !find(line.dataset.needs);
  for (const part of sheet.querySelectorAll("section")) part.hidden = !part.querySelector("dl > div:not([hidden])");
  sheet.showModal();
  return true;
}

function act(key) {
  switch (key) {
    case "j": move(1); return true;
    case "k": move(-1); return true;
    case "?": return show();
    case "[": return Boolean(toggle && shown(toggle)) && narrow();
    case "/": {
      const field = find("[data-filter]");
      field?.focus();
      field?.select();
      return Boolean(field);
    }
    case " ": return document.activeElement.matches("[data-row] [data-open]") && press("[data-peek]");
    case "p": return press("[data-peek]") || press('[data-key="p"]', true);
    case "x": return press("[data-select]") || press('[data-key="x"]', true);
    case "e": return press("[data-done]") || press('[data-key="e"]', true);
    case "h": return press("[data-later]") || press('[data-key="h"]', true);
    default: return /^[a-z0-9]$/.test(key) && (press(`[data-row-key="${key}"]`) || press(`[data-key="${key}"]`, true));
  }
}

function go(letter) {
  const link = /^[a-z]$/.test(letter) && document.querySelector(`[data-go="${letter}"]`);
  link?.click?.();
  return Boolean(link);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches?.("[data-filter]")) return event.target.blur();
  if (root.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.defaultPrevented || typing(event.target) || document.querySelector("dialog[open], [popover]:popover-open")) return;
  const afterGo = event.timeStamp - goSince < GO_WITHIN;
  goSince = -GO_WITHIN;
  if (event.key === "g" && !afterGo) {
    goSince = event.timeStamp;
    return;
  }
  if (afterGo ? go(event.key) : act(event.key)) event.preventDefault();
});

// What opens to be written in begins at its first field.
document.addEventListener("toggle", ({ target }) => {
  const field = target.open && target.matches("details[data-write]") && find("input:not([type=hidden]), textarea, select", target);
  if (!field) return;
  field.focus();
  field.select?.();
}, true);

for (const opener of document.querySelectorAll("[data-keys-open]")) {
  opener.hidden = root.dataset.keys === "off";
  opener.addEventListener("click", show);
}
// Browsers without closedby: a click beside the sheet closes it.
sheet?.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
sheet?.querySelector("[popovertarget]")?.addEventListener("click", () => sheet.close());
toggle?.addEventListener("click", narrow);

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const each of document.querySelectorAll("[data-mod]")) each.textContent = "⌘";
  for (const each of document.querySelectorAll('[aria-keyshortcuts="Control+K"]')) each.setAttribute("aria-keyshortcuts", "Meta+K");
}
if (root.dataset.keys !== "off") {
  for (const each of document.querySelectorAll("[data-key]:not([aria-keyshortcuts])")) {
    each.setAttribute("aria-keyshortcuts", each.dataset.key);
  }
}
