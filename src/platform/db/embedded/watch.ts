import { connect } from 'node:net';
import type { Log } from '../../log.ts';

const lookMs = 1000;
const longestPauseMs = 30_000;
/** After so many failures in a row, about five minutes, somebody must look: the log says what the server says. */
const mostAttempts = 15;

/** Starts the server again when it was killed under a running app. Returns how to stop watching. */
export function watchServer(port: number, restart: () => Promise<{ port: number }>, log: Log): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let failures = 0;

  async function look(): Promise<void> {
    if (await accepts(port)) {
      failures = 0;
      return next(lookMs);
    }
    if (stopped) return;
    log.error({ port, failures }, 'PostgreSQL is gone: starting it again');
    try {
      const server = await restart();
      if (server.port !== port) throw new Error(`it came back at port ${server.port}`);
      log.warn({ port }, 'PostgreSQL is back');
      failures = 0;
      next(lookMs);
    } catch (error) {
      failures += 1;
      log.error({ err: error, failures }, 'PostgreSQL did not come back');
      if (failures < mostAttempts) next(Math.min(longestPauseMs, lookMs * 2 ** failures));
    }
  }

  function next(ms: number): void {
    if (stopped) return;
    timer = setTimeout(() => void look(), ms);
    timer.unref();
  }

  next(lookMs);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** Whether anybody listens there; a server that is starting or recovering does already. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(5000, () => done(true));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
