// The timeline with keys and pointer: arrows lead from gate to gate, [ and ] or a drag move one (which only shows what that
// would touch), a row is dragged or moved with Alt and an arrow to another place in the order.

import { say } from "./live.js";
import { open } from "./sheet.js";

const DRAGGED = 4; // pixels from which on it is no click
const timeline = (node) => node.closest("[data-tl]");
const gates = (row) => [...row.querySelectorAll("a[data-gate]")].sort((a, b) => at(a) - at(b));
const at = (gate) => parseFloat(gate.firstElementChild.getAttribute("x"));
const rows = () => [...document.querySelectorAll(".tl-row")];

/** One gate is in the tab order; arrows reach the others. */
function settle(current) {
  const all = [...document.querySelectorAll(".tl-bars a[data-gate]")];
  const first = current ?? all[0];
  for (const gate of all) gate.setAttribute("tabindex", gate === first ? "0" : "-1");
}

function read(gate) {
  const line = document.querySelector("[data-read]");
  if (line) line.textContent = gate.getAttribute("aria-label");
}

/** The lines of what this row needs and of what needs it. */
function show(row) {
  for (const group of document.querySelectorAll(".tl-links g")) {
    group.classList.toggle("on", Boolean(row) && group.dataset.ends.split(" ").includes(row.dataset.pk));
  }
}

function lead(gate, key) {
  const row = gate.closest(".tl-row");
  const here = gates(row);
  const place = here.indexOf(gate);
  if (key === "ArrowRight") return here[place + 1];
  if (key === "ArrowLeft") return here[place - 1];
  if (key === "Home") return here[0];
  if (key === "End") return here.at(-1);
  const step = key === "ArrowDown" ? 1 : -1;
  const all = rows();
  for (let next = all.indexOf(row) + step; all[next]; next += step) {
    const found = gates(all[next]);
    if (found.length) return found.reduce((best, each) => (Math.abs(at(each) - at(gate)) < Math.abs(at(best) - at(gate)) ? each : best));
  }
  return undefined;
}

function keydown(event) {
  if (event.ctrlKey || event.metaKey) return;
  const gate = event.target.closest?.("a[data-gate]");
  if (gate && !event.altKey) {
    const step = { "[": -1, "]": 1 }[event.key];
    if (step) {
      event.preventDefault();
      event.stopPropagation();
      if (gate.dataset.move) open(`${gate.dataset.move}?step=${step}&z=${timeline(gate).dataset.zoom}`);
      return;
    }
    if (!/^(Arrow(Left|Right|Up|Down)|Home|End)$/.test(event.key)) return;
    event.preventDefault();
    const next = lead(gate, event.key);
    if (!next) return;
    settle(next);
    next.focus();
    next.closest(".tl-row").scrollIntoView({ block: "nearest" });
    return;
  }
  const row = event.target.closest?.("[data-arrange] .tl-row");
  if (row && event.altKey && /^Arrow(Up|Down)$/.test(event.key)) {
    event.preventDefault();
    const other = event.key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
    if (other) place(row, event.key === "ArrowUp" ? other.previousElementSibling : other, event.target);
  }
}

/** Behind another row, or in front of all; put back where that could not be saved. */
async function place(row, after, focused) {
  const list = row.parentElement;
  const before = row.previousElementSibling;
  const put = (behind) => { if (behind) behind.after(row); else list.prepend(row); };
  put(after);
  focused?.focus();
  const body = new FormData();
  body.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  body.append("after", after?.dataset.name ?? "");
  try {
    const answer = await fetch(`${list.dataset.arrange}${row.dataset.name}/order/`, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
  } catch {
    put(before);
    say(timeline(list).dataset.wrong);
  }
}

function drag(event) {
  const gate = event.target.closest?.("a[data-move]");
  const grip = event.target.closest?.("[data-arrange] .grip");
  if (event.button || event.pointerType === "touch") return;
  if (grip) dragRow(event, grip.closest(".tl-row"));
  else if (gate) dragGate(event, gate);
}

function dragGate(event, gate) {
  const use = gate.firstElementChild;
  const tl = timeline(gate);
  const width = gate.ownerSVGElement.getBoundingClientRect().width;
  const days = (pixels) => Math.round((pixels / width) * Number(tl.dataset.days));
  const name = gate.getAttribute("aria-label");
  // The diamond stands where the next stage begins: a day after the end.
  const end = (moved) => new Date(Date.parse(tl.dataset.first) + (Math.round((at(gate) / 100) * Number(tl.dataset.days)) - 1 + moved) * 864e5).toISOString().slice(0, 10);
  let moved = 0;
  let dragged = false;
  const move = ({ clientX }) => {
    dragged ||= Math.abs(clientX - event.clientX) >= DRAGGED;
    if (!dragged) return;
    moved = days(clientX - event.clientX);
    use.setAttribute("transform", `translate(${clientX - event.clientX} 0)`);
    document.querySelector("[data-read]").textContent = `${name} → ${end(moved)}`;
  };
  const stop = (last) => {
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", stop);
    removeEventListener("pointercancel", stop);
    use.removeAttribute("transform");
    if (!dragged) return;
    addEventListener("click", (click) => { click.preventDefault(); click.stopPropagation(); }, { capture: true, once: true });
    setTimeout(() => { if (last.type === "pointerup" && moved) open(`${gate.dataset.move}?to=${end(moved)}`); });
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", stop);
  addEventListener("pointercancel", stop);
}

function dragRow(event, row) {
  event.preventDefault();
  const list = row.parentElement;
  const before = row.previousElementSibling;
  const move = ({ clientY }) => {
    row.classList.add("lifted");
    const over = [...list.children].find((each) => each !== row && clientY < each.getBoundingClientRect().bottom && clientY > each.getBoundingClientRect().top);
    if (over) over[over.getBoundingClientRect().top < row.getBoundingClientRect().top ? "before" : "after"](row);
  };
  const stop = ({ type }) => {
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", stop);
    removeEventListener("pointercancel", stop);
    row.classList.remove("lifted");
    const after = row.previousElementSibling;
    if (before) before.after(row); else list.prepend(row);
    if (type === "pointerup" && after !== before) place(row, after);
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", stop);
  addEventListener("pointercancel", stop);
}

document.addEventListener("keydown", keydown, true);
document.addEventListener("pointerdown", drag);
document.addEventListener("dragstart", (event) => { if (event.target.closest?.(".tl-bars a")) event.preventDefault(); });
document.addEventListener("pointerover", ({ target }) => {
  const gate = target.closest?.("a[data-gate]");
  if (gate) read(gate);
  show(target.closest?.(".tl-row") ?? document.activeElement.closest(".tl-row"));
});
document.addEventListener("focusin", ({ target }) => {
  const gate = target.closest?.("a[data-gate]");
  if (gate) { read(gate); settle(gate); }
  show(target.closest?.(".tl-row"));
});
for (const name of ["htmx:afterSettle", "part:fresh"]) document.addEventListener(name, () => settle());
settle();
