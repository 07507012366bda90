// A table is brought by dropping its file anywhere on the form; choosing one reads it at once.

for (const form of document.querySelectorAll("[data-upload]")) {
  const file = form.querySelector("[type=file]");
  const over = (on) => form.classList.toggle("over", on);
  const holds = (event) => event.dataTransfer?.types.includes("Files");
  form.addEventListener("dragover", (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    over(true);
  });
  form.addEventListener("dragleave", (event) => { if (!form.contains(event.relatedTarget)) over(false); });
  form.addEventListener("drop", (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    over(false);
    file.files = event.dataTransfer.files;
    form.requestSubmit();
  });
  file.addEventListener("change", () => { if (file.files.length) form.requestSubmit(); });
}
