import { Worker } from 'node:worker_threads';
import type { ReadText } from './text.ts';

interface Waiting {
  resolve(text: ReadText): void;
  reject(error: Error): void;
}
interface Running {
  thread: Worker;
  waiting: Map<number, Waiting>;
}

let running: Running | undefined;
let serial = 0;

/** Started with the first picture and kept: the models take a second to load. */
function start(): Running {
  const thread = new Worker(new URL('./worker.ts', import.meta.url));
  const waiting = new Map<number, Waiting>();
  const started = { thread, waiting };
  const lost = (error: Error) => {
    forget(started);
    for (const item of waiting.values()) item.reject(error);
    waiting.clear();
  };
  thread.on('message', ({ id, text, error }: { id: number; text?: ReadText; error?: string }) => {
    const item = waiting.get(id);
    waiting.delete(id);
    // An idle reader does not keep its process alive.
    if (waiting.size === 0) thread.unref();
    if (text) item?.resolve(text);
    else item?.reject(new Error(error ?? 'text recognition failed'));
  });
  thread.on('error', lost);
  thread.on('exit', () => lost(new Error('text recognition ended')));
  return started;
}

const forget = (started: Running) => {
  if (running === started) running = undefined;
};

/**
 * Reads the text of a picture, top to bottom, however it was held, in a thread of its own. Nothing leaves the machine.
 * Needs some 900 MB: for job processes and commands. `signal` ends it at once.
 */
export function readText(picture: Uint8Array, signal?: AbortSignal): Promise<ReadText> {
  signal?.throwIfAborted();
  running ??= start();
  const present = running;
  present.thread.ref();
  serial += 1;
  const id = serial;
  const stop = () => {
    forget(present);
    void present.thread.terminate();
  };
  signal?.addEventListener('abort', stop, { once: true });
  return new Promise<ReadText>((resolve, reject) => {
    present.waiting.set(id, { resolve, reject });
    present.thread.postMessage({ id, picture });
  }).finally(() => signal?.removeEventListener('abort', stop));
}
