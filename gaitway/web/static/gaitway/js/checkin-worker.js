// The page for telephones opens without a network: it and its parts are kept as they last came. Its scope is that page
// alone; who isn't signed in any more finds nothing kept.

const CACHE = "gaitway-check-in";
const PAGE = new URL("./", location.href).pathname;
const AS_KEPT = { ignoreVary: true }; // whatever cookies and headers it was asked with

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The open page names its parts.
self.addEventListener("message", (event) => {
  if (Array.isArray(event.data?.keep)) event.waitUntil(keep(event.data.keep));
});

async function keep(addresses) {
  const cache = await caches.open(CACHE);
  const wanted = new Set([PAGE, ...addresses].map((each) => new URL(each, location.href).href));
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
  for (const address of wanted) {
    if (await cache.match(address, AS_KEPT)) continue;
    const answer = await fetch(address, { redirect: "manual" });
    if (answer.ok) await cache.put(address, answer);
  }
}

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (event.request.mode === "navigate" && address.pathname === PAGE) event.respondWith(page(event.request));
  else if (address.pathname.startsWith("/static/")) event.respondWith(part(event.request));
});

async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(PAGE, answer.clone());
    else if (answer.type === "opaqueredirect" || answer.status === 403) await cache.delete(PAGE);
    return answer;
  } catch {
    return (await cache.match(PAGE, AS_KEPT)) ?? Response.error();
  }
}

async function part(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, AS_KEPT)) ?? Response.error();
  }
}
