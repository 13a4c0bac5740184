/**
 * Lets the app open without a network. The files of the shell and of the offline pages are kept when it is installed, others when
 * they are first used; nothing below /api is ever kept. The build puts the list of files here (vite.config.ts).
 */
interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetched extends Extendable {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  addEventListener(kind: 'install' | 'activate', listen: (event: Extendable) => void): void;
  addEventListener(kind: 'fetch', listen: (event: Fetched) => void): void;
  addEventListener(kind: 'message', listen: (event: MessageEvent) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
}
declare const PRECACHED: { version: string; files: string[] };

const worker = globalThis as unknown as Worker;
const { version, files } = PRECACHED;
const cacheName = `kedang-${version}`;
/** A network that does not answer in this time counts as none when a page is opened. */
const patienceMs = 4000;

worker.addEventListener('install', (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(['/', ...files])));
});

worker.addEventListener('activate', (event) => {
  const old = async () => {
    for (const name of await caches.keys())
      if (name.startsWith('kedang-') && name !== cacheName) await caches.delete(name);
    await worker.clients.claim();
  };
  event.waitUntil(old());
});

worker.addEventListener('message', (event) => {
  if (event.data === 'takeOver') void worker.skipWaiting();
});

/** Pages come from the network while there is one, so that a new version is seen; else the kept shell opens. */
async function page(request: Request): Promise<Response> {
  const kept = await caches.match('/', { cacheName });
  const late = new Promise<Response | undefined>((resolve) => setTimeout(() => resolve(kept), patienceMs));
  const first = await Promise.race([fetch(request).catch(() => kept), late]);
  return first ?? fetch(request);
}

/** Built files have their content in their names: what is kept is right for ever. */
async function built(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    const cache = await caches.open(cacheName);
    await cache.put(request, answer.clone());
  }
  return answer;
}

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin || pathname.startsWith('/api/')) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (pathname.startsWith('/assets/') || files.includes(pathname)) event.respondWith(built(request));
});
