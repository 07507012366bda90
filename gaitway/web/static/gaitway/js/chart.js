// Read-out of a chart that the server drew: pointer or arrow keys pick a point, its words come from the table of numbers.

function words(figure) {
  const heads = [...figure.querySelectorAll("thead th")].map((head) => head.textContent);
  return [...figure.querySelectorAll("tbody tr")].map((row) => {
    const [day, value, ...rest] = [...row.cells].map((cell) => cell.textContent.trim());
    return { value, day, rest: rest.map((text, index) => text && `${heads[index + 2]} ${text}`).filter(Boolean) };
  });
}

function show(read, { value, day, rest }) {
  const strong = document.createElement("b");
  strong.className = "num";
  strong.textContent = value;
  const others = [day, ...rest].map((text) => {
    const part = document.createElement("span");
    part.textContent = text;
    return part;
  });
  read.replaceChildren(...[strong, ...others].flatMap((part) => [part, " "]));
}

function nearest(xs, x) {
  let best = 0;
  for (let index = 1; index < xs.length; index += 1) {
    if (Math.abs(xs[index] - x) < Math.abs(xs[best] - x)) best = index;
  }
  return best;
}

function start(figure) {
  const plot = figure.querySelector("[data-plot]");
  const svg = plot.querySelector("svg");
  const read = figure.querySelector(".read");
  const xs = svg.dataset.x.split(" ").map(Number);
  const ys = svg.dataset.y.split(" ");
  const texts = words(figure);
  const cross = svg.querySelector(".cross");
  const here = svg.querySelector(".here");
  const resting = [...read.childNodes];
  let at = xs.length - 1;

  function pick(index) {
    at = Math.max(0, Math.min(xs.length - 1, index));
    svg.classList.add("reading");
    cross.setAttribute("transform", `translate(${xs[at]})`);
    here.setAttribute("cx", xs[at]);
    // A period without data has a place in time and none in height.
    here.setAttribute("cy", ys[at] === "-" ? -99 : ys[at]);
    show(read, texts[at]);
  }

  function rest() {
    svg.classList.remove("reading");
    read.replaceChildren(...resting);
  }

  plot.tabIndex = 0;
  plot.setAttribute("role", "group");
  plot.setAttribute("aria-label", plot.dataset.label);
  plot.addEventListener("pointermove", (event) => {
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    pick(nearest(xs, place.x));
  });
  plot.addEventListener("pointerleave", rest);
  plot.addEventListener("blur", rest);
  plot.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: xs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    pick(to);
  });
}

document.querySelectorAll("[data-chart]").forEach(start);
document.addEventListener("part:fresh", ({ target }) => target.querySelectorAll("[data-chart]").forEach(start));
