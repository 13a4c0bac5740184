import { pino } from 'pino';

/**
 * Structured log to standard output, or to standard error where the output is a command's answer; secrets never reach it because
 * requests are logged without bodies or headers.
 */
export const createLog = (level: string, descriptor: 1 | 2 = 1) =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(descriptor));
export type Log = ReturnType<typeof createLog>;
