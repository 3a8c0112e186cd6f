// Keeps the application for the time without a line. The two lines above this one say what and which version.
const CACHE = `gridgov-offline-${VERSION}`;
const [SHELL] = KEPT;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(KEPT.map((address) => new Request(address, { cache: "reload" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("gridgov-offline-") && name !== CACHE;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

// The server first; what is kept when it does not answer.
async function fresh(request, address) {
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) (await caches.open(CACHE)).put(address, answer.clone());
    return answer;
  } catch (error) {
    const kept = await caches.match(address);
    if (kept) return kept;
    throw error;
  }
}

// A card's code that was opened by the phone's own scanner, without a line: on to the application.
async function scanned(request, address) {
  try {
    return await fetch(request);
  } catch {
    return Response.redirect(`${SHELL}#${address.pathname.split("/").pop()}`);
  }
}

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && address.pathname.startsWith("/points-store/q/")) {
    event.respondWith(scanned(event.request, address));
  } else if (KEPT.includes(address.pathname)) {
    event.respondWith(fresh(event.request, address.pathname));
  }
});
