// Keeps the page for use without a network.

const CACHE = "playground";
const FILES = [
  "./",
  "main.js",
  "picture.js",
  "sample.json",
  "style.css",
  "lib/directory.js",
  "lib/errors.js",
  "lib/full.js",
  "lib/full_parsers.js",
  "lib/index.js",
  "lib/ledger.js",
  "lib/load.js",
  "lib/parsers.js",
  "lib/start.js",
  "wasm/full/core.js",
  "wasm/full/core_bg.wasm",
];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
});

/** A newer page comes first. Without a network, the kept one is used. */
const answer = async (request) => {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept === undefined) throw error;
    return kept;
  }
};

addEventListener("fetch", (event) => event.respondWith(answer(event.request)));
