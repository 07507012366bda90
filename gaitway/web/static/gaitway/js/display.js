// The display form, at once: a choice shows before it is saved and goes back when saving fails.

import { say } from "./live.js";

const root = document.documentElement;

async function save(form) {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "manual" });
  // A redirect that is not followed has the status 0: the server took it.
  if (!answer.ok && answer.type !== "opaqueredirect") throw new Error(String(answer.status));
}

for (const form of document.querySelectorAll("[data-display]")) {
  form.querySelector("button").hidden = true;
  form.addEventListener("change", async ({ target }) => {
    const { name, value } = target;
    if (name === "language") {
      form.submit(); // every word of the page changes
      return;
    }
    const before = root.dataset[name];
    root.dataset[name] = value;
    try {
      await save(form);
    } catch {
      root.dataset[name] = before;
      form.querySelector(`[name="${name}"][value="${before}"]`).checked = true;
      say(form.dataset.failed);
    }
  });
}
