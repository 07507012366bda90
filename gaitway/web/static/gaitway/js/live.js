// What a person hears about a change: the live region, failed requests, and tidy addresses of filters.

document.documentElement.classList.add("js");

const region = document.getElementById("live");
let timer;

/** Say it once, seen and heard; it goes by itself. */
export function say(words) {
  clearTimeout(timer);
  region.textContent = words;
  timer = setTimeout(() => { region.textContent = ""; }, 8000);
}

document.addEventListener("htmx:sendError", () => say(region.dataset.lost));
document.addEventListener("htmx:timeout", () => say(region.dataset.lost));
document.addEventListener("htmx:responseError", () => say(region.dataset.failed));

// A filter that is not set has no place in the address that people share.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") return;
  for (const name of [...Object.keys(detail.parameters)]) {
    if (detail.parameters[name] === "") delete detail.parameters[name];
  }
});

// A swap may take the focused element away: the one in its place, or the first of the part, gets the focus.
let lost = -1;
const places = (part) => [...part.querySelectorAll("[data-row] [data-done], [data-row] [data-open]")];
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  lost = places(detail.target).indexOf(document.activeElement);
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (lost < 0 || document.activeElement !== document.body) return;
  const part = document.getElementById(detail.target.id) ?? document.getElementById("page");
  const left = places(part);
  (left[Math.min(lost, left.length - 1)] ?? document.getElementById("page")).focus();
  lost = -1;
});
