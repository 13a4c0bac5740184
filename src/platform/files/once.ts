import { constants, copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';

/** Writes a secret file unless it is there; of processes that start at once the first one's stays, and a full disk leaves none. */
export function writeOnce(path: string, text: string): void {
  if (existsSync(path)) return;
  const own = `${path}.${process.pid}`;
  try {
    writeFileSync(own, text, { mode: 0o600, flush: true });
    copyFileSync(own, path, constants.COPYFILE_EXCL);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own, { force: true });
  }
}
