// The line beside a number follows what is typed.

const FORM = { width: 320, height: 48 }; // as the server draws it

/** What was typed as the value that the line shows; null where it can't be told yet. */
function valueOf(text, share) {
  const number = (piece) => (piece.trim() ? Number(piece.trim().replace(/\s/g, "").replace(",", ".").replace(/%$/, "")) : NaN);
  let value;
  if (text.includes(";")) value = number(text.split(";")[1]);
  else if (text.includes("/")) value = number(text.split("/")[0]) / number(text.split("/")[1]);
  else value = share ? number(text) / 100 : number(text);
  return Number.isFinite(value) ? value : null;
}

function draw(svg, values, target) {
  const known = [...values, target].filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const x = (place) => 2 + (place / Math.max(values.length - 1, 1)) * (FORM.width - 6);
  const y = (value) => (high > low ? 4 + ((high - value) / (high - low)) * (FORM.height - 8) : FORM.height / 2);
  let line = "";
  values.forEach((value, place) => {
    if (value === null) return;
    const gap = place === 0 || values[place - 1] === null;
    line += `${gap ? "M" : "L"}${x(place).toFixed(1)} ${y(value).toFixed(1)}`;
  });
  svg.querySelector("path:not(.goal)").setAttribute("d", line);
  svg.querySelector("circle").setAttribute("cx", x(values.length - 1).toFixed(1));
  svg.querySelector("circle").setAttribute("cy", y(values.at(-1)).toFixed(1));
  if (target !== null) svg.querySelector(".goal")?.setAttribute("d", `M0 ${y(target).toFixed(1)}H${FORM.width}`);
}

export function follow(box) {
  const line = box.querySelector("[data-follow]");
  const input = box.querySelector("input[inputmode]");
  const svg = line?.querySelector("svg");
  if (!input || !svg) return;
  const asServed = svg.innerHTML;
  const values = JSON.parse(line.dataset.follow);
  const target = line.dataset.target ? Number(line.dataset.target) : null;
  const show = () => {
    const value = valueOf(input.value, "share" in line.dataset);
    if (value === null) svg.innerHTML = asServed;
    else draw(svg, [...values, value], target);
  };
  input.addEventListener("input", show);
  if (input.value) show();
}
