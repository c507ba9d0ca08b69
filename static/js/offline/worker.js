// The service worker: keeps the pages' shell, never anybody's data. Every page comes from the network while there is one;
// without one, pages of the shell stand in. What it keeps is listed in HOUSE, which the server writes above this file.
const SHELL = `shell-${self.HOUSE.version}`;
const READER = `reader-${self.HOUSE.readerVersion}`;
const KEPT = new Set([...self.HOUSE.shell, ...self.HOUSE.reader]);

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", answer);
self.addEventListener("message", (event) => event.data === "draws" && event.waitUntil(fetchReader().catch(() => undefined)));
self.addEventListener("sync", (event) => event.tag === "waiting-room" && event.waitUntil(sync()));

// A new version takes over at once: pages in the old one go on, as everything of theirs is loaded or on the server.
async function install() {
  const cache = await caches.open(SHELL);
  await cache.addAll(self.HOUSE.pages.map((address) => new Request(address, { credentials: "omit", cache: "reload" })));
  await cache.addAll(self.HOUSE.shell);
  if ((await caches.keys()).some((name) => name.startsWith("reader-"))) await fetchReader().catch(() => undefined);
  await self.skipWaiting();
}

async function activate() {
  const old = (await caches.keys()).filter((name) => /^(shell|reader)-/.test(name) && name !== SHELL && name !== READER);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

// For those who draw.
async function fetchReader() {
  const cache = await caches.open(READER);
  const there = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
  await cache.addAll(self.HOUSE.reader.filter((address) => !there.has(address)));
}

function answer(event) {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST" && pathname === self.HOUSE.shared) event.respondWith(shared(request));
  else if (request.method !== "GET") return;
  else if (request.mode === "navigate") event.respondWith(page(event, pathname));
  else if (KEPT.has(pathname)) event.respondWith(file(request));
}

async function page(event, pathname) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    const standIn = self.HOUSE.standIn[pathname] ?? self.HOUSE.elsewhere;
    return (await caches.match(standIn)) ?? Response.error();
  }
}

async function file(request) {
  return (await caches.match(request.url)) ?? fetch(request);
}

// Somebody shared pictures with the app: they wait for the page "New", where they are looked at and sent.
async function shared(request) {
  const form = await request.formData();
  await self.waitingRoom.share(form.getAll("image").filter((value) => value instanceof File));
  return Response.redirect(self.HOUSE.afterwards, 303);
}

// There is a network again, also when no page is open any more. What fails is tried again when the browser thinks best.
async function sync() {
  const { stopped } = await self.dispatch();
  if (stopped === "offline" || stopped === "busy") throw new Error(`Sending stopped: ${stopped}.`);
}
