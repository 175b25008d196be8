// Keeps the shell's own files and one page that says there is no network. Never a page with data, never an answer of the API.
const STORE = "muster-shell-2";
const OFFLINE = "/offline/";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(STORE).then((store) => store.add(new Request(OFFLINE, { cache: "reload" }))).then(() => self.skipWaiting()));
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
  } else if (url.pathname.startsWith("/static/assets/")) {
    event.respondWith(
      caches.match(request).then((kept) => kept ?? fetch(request).then((fresh) => {
        if (fresh.ok) {
          const copy = fresh.clone();
          event.waitUntil(caches.open(STORE).then((store) => store.put(request, copy)));
        }
        return fresh;
      })),
    );
  }
});
