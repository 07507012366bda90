// What was sent without a network is kept on this phone, under the key by which the server takes it once; and drafts.
// Each belongs to the person who wrote it: nobody else sees or sends it.

const KEPT = "gaitway-check-ins";
const DRAFT = "gaitway-check-in:";
const PATIENCE = 12_000; // milliseconds; what was taken all the same is the same once more

function read(name, other) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? other;
  } catch {
    return other; // somebody else's, or no room: as if there were none
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export const kept = (person) => read(KEPT, []).filter((each) => each.person === person);

/** Whether there was room for it. */
export function keep(item) {
  return write(KEPT, [...read(KEPT, []).filter((each) => each.key !== item.key), item]);
}

export function drop(key) {
  write(KEPT, read(KEPT, []).filter((each) => each.key !== key));
}

export const draft = (id) => read(DRAFT + id, null);
export const keepDraft = (id, fields) => write(DRAFT + id, fields);
export const dropDraft = (id) => localStorage.removeItem(DRAFT + id);

export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) => each.toString(16).padStart(2, "0")).join("");
}

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

/** Sends fields (pairs of name and value). `state`: sent, offline, signin, refused (with `errors` by field, `doubts`) or failed. */
export async function send(address, fields) {
  const body = new FormData();
  for (const [name, value] of fields) if (name !== "csrfmiddlewaretoken" || !token()) body.append(name, value);
  const headers = { Accept: "application/json" };
  if (token()) headers["X-CSRFToken"] = token(); // a page that was kept has an old one
  let answer;
  try {
    answer = await fetch(address, { method: "POST", body, headers, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    return { state: "offline" };
  }
  if (answer.type === "opaqueredirect") return { state: "signin" };
  const found = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
  if (answer.ok && found) return { state: "sent", ...found };
  if (found?.errors) return { state: "refused", ...found };
  return { state: "failed" };
}
