// The decision sheet by keys: d leads to its choices, ⌘ Enter (or Ctrl Enter) records.

const sheet = () => document.querySelector("form[data-decide]");

document.addEventListener("click", (event) => {
  if (!event.target.closest('[data-key="d"][href="#decide"]')) return;
  const form = sheet();
  if (!form) return;
  event.preventDefault();
  (form.querySelector("[name=choice]:checked") ?? form.querySelector("[name=choice]"))?.focus();
});

// The button is hidden where the sheet is in sight; the key works all the same.
document.addEventListener("keydown", (event) => {
  const form = sheet();
  if (!form || event.isComposing) return;
  if (event.key === "Enter" && (event.metaKey || event.ctrlKey) && form.contains(event.target)) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  const typing = event.target.matches("input:not([type=radio]), select, textarea") || event.target.isContentEditable;
  const plain = event.key === "d" && !event.metaKey && !event.ctrlKey && !event.altKey;
  if (!plain || typing || document.documentElement.dataset.keys === "off" || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  form.querySelector("[name=choice]:checked, [name=choice]")?.focus();
});
