import type { Log } from '../log.ts';

const everyMs = 60_000;

/**
 * Tells the log whether the queue is reached: once when it is lost, then at most once a minute, and when it is back. Whoever asks
 * several times a second would fill the log with one outage.
 */
export function queueReach(log: Pick<Log, 'warn' | 'info'>, now: () => number = Date.now) {
  let toldAt: number | undefined;
  return {
    lost(error: unknown): void {
      if (toldAt !== undefined && now() - toldAt < everyMs) return;
      toldAt = now();
      log.warn({ err: error }, 'job queue not reachable');
    },
    reached(): void {
      if (toldAt !== undefined) log.info('job queue reachable again');
      toldAt = undefined;
    },
  };
}
