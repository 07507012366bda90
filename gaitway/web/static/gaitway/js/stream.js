// Hears what has changed: one stream for all tabs of a browser. The tab that holds the lock listens and tells the others;
// where locks are missing, or the server is full, every tab looks again by itself now and then.

const POLL = 30_000; // milliseconds between two looks without a stream
const channel = "BroadcastChannel" in window ? new BroadcastChannel("gaitway-live") : null;
const numbers = (mark) => (mark ? mark.split(".").map(Number) : []);

let seen = numbers(document.documentElement.dataset.mark);
let hear = () => {};

/** What this page has not seen yet: "*" is everything. */
function tell({ kind, topics, mark }) {
  if (kind === "topics") hear(topics);
  else if (kind === "poll" || numbers(mark).some((number, index) => number > (seen[index] ?? 0))) hear(["*"]);
  if (mark) seen = numbers(mark);
}

function tellAll(news) {
  tell(news);
  channel?.postMessage(news);
}

/** Of a change that was made here, for the other tabs. */
export function tellOthers(topics) {
  channel?.postMessage({ kind: "topics", topics });
}

function poll(work) {
  return setInterval(() => work({ kind: "poll" }), POLL);
}

/** Listens as long as this page lives. */
function lead() {
  return new Promise((leave) => {
    let source;
    let polling;

    function open() {
      source = new EventSource("/live/");
      source.addEventListener("resync", ({ data, lastEventId }) => {
        clearInterval(polling);
        polling = undefined;
        tellAll({ kind: "resync", mark: data || lastEventId });
      });
      source.addEventListener("topics", ({ data, lastEventId }) => {
        tellAll({ kind: "topics", topics: data.split("\n"), mark: lastEventId });
      });
      source.addEventListener("error", () => {
        if (source.readyState !== EventSource.CLOSED) return; // it comes back by itself
        polling ??= poll(tellAll);
        setTimeout(open, POLL * (1 + Math.random()));
      });
    }

    open();
    addEventListener("pagehide", () => {
      source.close();
      leave();
    }, { once: true });
  });
}

/** Calls `work` with the topics that changed. */
export function listen(work) {
  hear = work;
  channel?.addEventListener("message", ({ data }) => tell(data));
  if (channel && navigator.locks) navigator.locks.request("gaitway-live", lead);
  else poll(tell);
}
