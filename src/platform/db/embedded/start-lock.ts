import { closeSync, openSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

const staleMs = 10_000;

/**
 * One process at a time makes or starts the database of a data folder. The holder keeps the lock file young: one left by a
 * killed process grows old by itself, whatever its process number means by now.
 */
export async function withStartLock<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  const file = join(dataDir, 'starting.lock');
  while (!take(file)) await new Promise((resolve) => setTimeout(resolve, 100));
  const beat = setInterval(() => {
    const now = new Date();
    utimesSync(file, now, now);
  }, 1000);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx', 0o600));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (age > staleMs) rmSync(file, { force: true });
  return false;
}
