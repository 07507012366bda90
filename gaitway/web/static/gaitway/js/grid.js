// Numbers by hand: moves as in a spreadsheet, pastes blocks, saves each cell by itself. What could not be saved stays typed.

import { say } from "./live.js";

const undo = document.getElementById("undo");
const saved = new WeakMap(); // input → the text that the server has
const refused = new WeakMap(); // input → the text that it did not take
let queue = Promise.resolve(); // one save after the other: each names the revision that the one before made

const inputs = (form) => [...form.querySelectorAll("td > input")];
const cellName = (input) => input.name.slice(2);
const changed = (input) => input.value.trim() !== saved.get(input);

function tell(input, state, words = "", sure = null) {
  const cell = input.parentElement;
  cell.querySelector(".says")?.remove();
  cell.dataset.state = state;
  if (!state) delete cell.dataset.state;
  const wrong = ["error", "doubt", "conflict"].includes(state);
  input.toggleAttribute("aria-invalid", wrong);
  if (wrong) input.setAttribute("aria-invalid", "true");
  input.removeAttribute("aria-describedby");
  if (!words) return;
  const line = document.createElement("p");
  line.className = "says";
  line.id = `s:${cellName(input)}`;
  line.textContent = words;
  if (sure) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button small";
    button.textContent = sure;
    button.addEventListener("click", () => save([input], { sure: true }));
    line.append(" ", button);
  }
  cell.append(line);
  input.setAttribute("aria-describedby", line.id);
}

async function post(address, fields) {
  const body = new FormData();
  for (const [name, value] of fields) body.append(name, value);
  const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
  const found = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
  if (!answer.ok) throw new Error(found.says ?? "failed");
  return found;
}

/** `again`: also what was refused as it stands. `sure`: also what is unusual. */
function save(cells, { again = false, sure = false } = {}) {
  const open = (input) => sure || (changed(input) && (again || refused.get(input) !== input.value));
  queue = queue.then(() => send(cells.filter(open), sure));
  return queue;
}

async function send(cells, sure) {
  if (!cells.length) return;
  const form = cells[0].form;
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const sent = new Map(cells.map((input) => [input, input.value]));
  for (const input of cells) tell(input, "saving");
  const fields = [["csrfmiddlewaretoken", token], ...cells.map((input) => [input.name, sent.get(input)])];
  if (sure) fields.push(...cells.map((input) => ["sure", cellName(input)]));
  let answers;
  try {
    answers = (await post(form.action, fields)).cells;
  } catch (error) {
    const words = error instanceof TypeError ? form.dataset.lost : form.dataset.failed;
    for (const input of cells) {
      refused.set(input, sent.get(input));
      tell(input, "error", words);
    }
    return say(words);
  }
  const done = [];
  const said = [];
  for (const answer of answers) {
    const input = cells.find((each) => cellName(each) === answer.was);
    input.name = `c:${answer.name}`;
    const wrong = !["saved", "same"].includes(answer.state);
    if (!wrong) {
      saved.set(input, answer.text);
      if (input.value === sent.get(input)) input.value = answer.text; // not while someone types on
      if (answer.state === "saved") done.push(answer.name);
    }
    tell(input, answer.state === "same" ? "" : answer.state, answer.says, answer.state === "doubt" ? form.dataset.sure : null);
    input.dataset.doubted = answer.state === "doubt" ? input.value : "";
    if (wrong) refused.set(input, sent.get(input));
    if (wrong) said.push(`${input.getAttribute("aria-label")} ${form.dataset.wrong}: ${answer.says}`);
  }
  if (done.length) offer(done);
  if (said.length) say(said.slice(0, 2).join(" "));
}

/** The last save can be taken back. */
function offer(names) {
  for (const old of undo.querySelectorAll("[name=cell]")) old.remove();
  for (const name of names) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "cell", value: name });
    undo.append(field);
  }
  undo.hidden = !names.length;
  undo.querySelector("span").textContent = names.length ? undo.dataset.saved : "";
}

async function takeBack() {
  await queue;
  const names = [...undo.querySelectorAll("[name=cell]")].map((field) => field.value);
  const token = undo.querySelector("[name=csrfmiddlewaretoken]").value;
  const at = (name) => name.slice(0, name.lastIndexOf(":") + 1);
  try {
    const { cells } = await post(undo.action, [["csrfmiddlewaretoken", token], ...names.map((name) => ["cell", name])]);
    for (const answer of cells) {
      const input = document.querySelector(`td > input[name^="c:${at(answer.name)}"]`);
      input.name = `c:${answer.name}`;
      input.value = answer.text;
      saved.set(input, answer.text);
      tell(input, "");
    }
    offer([]);
    say(undo.dataset.back);
  } catch (error) {
    say(error.message === "failed" || error instanceof TypeError ? document.getElementById("live").dataset.failed : error.message);
  }
}

function step(input, down, across) {
  const column = input.closest("td").cellIndex + across;
  const rows = [...input.closest("tbody").rows];
  const row = rows[rows.indexOf(input.closest("tr")) + down];
  return row?.cells[column]?.querySelector("input") ?? null;
}

function paste(event) {
  const text = event.clipboardData.getData("text/plain");
  if (!/[\t\n\r]/.test(text.trimEnd())) return;
  event.preventDefault();
  const block = text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t"));
  const filled = [];
  let beyond = false;
  block.forEach((line, down) => line.forEach((value, across) => {
    const input = step(event.target, down, across);
    if (!input) beyond = true;
    else if (value.trim()) {
      input.value = value.trim();
      filled.push(input);
    }
  }));
  save(filled).then(() => { if (beyond) say(event.target.form.dataset.beyond); });
}

function keydown(event) {
  const input = event.target;
  if (event.isComposing || event.altKey) return;
  if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !changed(input) && !undo.hidden) {
    event.preventDefault();
    takeBack();
  }
  if (event.ctrlKey || event.metaKey) return;
  if (event.key === "Escape") {
    input.value = saved.get(input);
    tell(input, "");
    return input.select();
  }
  if (event.key === "Enter") {
    event.preventDefault();
    const sure = Boolean(input.value) && input.dataset.doubted === input.value;
    const next = step(input, event.shiftKey ? -1 : 1, 0);
    // Before the focus goes: the change that it makes known is saved already, or refused, and not sent twice.
    save([input], { again: true, sure }).then(() => {
      const free = document.activeElement === next ? !changed(next) : document.activeElement === document.body;
      if (changed(input) && free) input.focus(); // back to what needs another look, unless someone types on
    });
    return next?.focus();
  }
  const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
  const ways = { ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  if (whole || input.selectionStart === 0) ways.ArrowLeft = [0, -1];
  if (whole || input.selectionStart === input.value.length) ways.ArrowRight = [0, 1];
  const way = ways[event.key];
  const next = way && !event.shiftKey && step(input, ...way);
  if (!next) return;
  event.preventDefault();
  next.focus();
}

for (const form of document.querySelectorAll("[data-grid]")) {
  for (const input of inputs(form)) saved.set(input, input.defaultValue);
  form.addEventListener("focusin", ({ target }) => target.matches("td > input") && target.select());
  form.addEventListener("change", ({ target }) => target.matches("td > input") && save([target]));
  form.addEventListener("paste", (event) => event.target.matches("td > input") && paste(event));
  form.addEventListener("keydown", (event) => event.target.matches("td > input") && keydown(event));
  form.addEventListener("submit", (event) => event.preventDefault());
}
undo?.addEventListener("submit", (event) => { event.preventDefault(); takeBack(); });
window.addEventListener("beforeunload", (event) => {
  const open = [...document.querySelectorAll("[data-grid]")].flatMap(inputs).some(changed);
  if (open) event.preventDefault();
});
