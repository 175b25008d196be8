// Keeps the shell's own files and the page for entries without a network. Never a page with data, never an answer of the API.
const STORE = "muster-shell-3";
const OFFLINE = "/offline/";

self.addEventListener("install", (event) => {
  event.waitUntil(
    fetch(new Request(OFFLINE, { cache: "reload", credentials: "omit" }))
      .then((page) => caches.open(STORE).then((store) => store.put(OFFLINE, page)))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter((name) => name !== STORE).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(
      caches.match(request, { ignoreVary: true }).then((kept) => kept ?? fetch(request).then((fresh) => {
        if (fresh.ok) {
          const copy = fresh.clone();
          event.waitUntil(caches.open(STORE).then((store) => store.put(request, copy)));
        }
        return fresh;
      })),
    );
  }
});
