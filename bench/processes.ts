import { readdirSync, readFileSync } from 'node:fs';

/** A process and all below it. */
export function family(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((item) => /^\d+$/.test(item))) {
    try {
      parents.set(Number(name), Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]));
    } catch {
      // Ended meanwhile.
    }
  }
  const found = [root];
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child);
  return found;
}

/** Resident memory in MB; pages several processes share are divided among them. */
export function memory(pids: number[]): number {
  let kilobytes = 0;
  for (const pid of pids) {
    try {
      kilobytes += Number(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+)/m)?.[1] ?? 0);
    } catch {
      // Ended meanwhile.
    }
  }
  return kilobytes / 1024;
}

/** Seconds of processor time: tells what the work costs also on a machine that is busy with other things. */
export function processor(pids: number[], places = [11, 12, 13, 14]): number {
  let ticks = 0;
  for (const pid of pids) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      // Their own and, behind it, that of children already ended.
      for (const place of places) ticks += Number(fields[place]);
    } catch {
      // Ended meanwhile.
    }
  }
  return ticks / 100;
}

/** What a process is, by the file it was started with. */
export function role(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').match(/([\w-]+)\.ts/)?.[1] ?? 'other';
  } catch {
    return 'other';
  }
}
