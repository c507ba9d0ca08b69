// The service worker of an installation that has switched it off: clears up and goes.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(leave()));

async function leave() {
  const kept = (await caches.keys()).filter((name) => /^(shell|reader)-/.test(name));
  await Promise.all(kept.map((name) => caches.delete(name)));
  await self.registration.unregister();
}
