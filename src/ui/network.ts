import { useSyncExternalStore } from 'react';

const changes = new EventTarget();
const probeMs = 10_000;
let away = false;
let probing: ReturnType<typeof setInterval> | undefined;

/** Told by every request: a browser's own word ("online") only means that some network is there, not ours. */
export function noteNetwork(reached: boolean): void {
  if (away !== reached) return;
  away = !reached;
  if (away) probing ??= setInterval(() => void probe(), probeMs);
  else {
    clearInterval(probing);
    probing = undefined;
  }
  changes.dispatchEvent(new Event('change'));
}

async function probe(): Promise<void> {
  await fetch('/healthz', { cache: 'no-store' }).then(
    () => noteNetwork(true),
    () => noteNetwork(false),
  );
}

if (typeof window !== 'undefined') {
  if (!navigator.onLine) noteNetwork(false);
  window.addEventListener('offline', () => noteNetwork(false));
  window.addEventListener('online', () => void probe());
}

function listen(notify: () => void) {
  changes.addEventListener('change', notify);
  return () => changes.removeEventListener('change', notify);
}

/** Whether the server can be reached, as far as the last request tells. */
export const useOnline = (): boolean => useSyncExternalStore(listen, () => !away);
