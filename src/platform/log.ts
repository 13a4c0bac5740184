import { pino } from 'pino';

/** Structured log to standard output; secrets never reach it because requests are logged without bodies or headers. */
export const createLog = (level: string) => pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
export type Log = ReturnType<typeof createLog>;
