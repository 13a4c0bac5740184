import type { Actor } from '../access/actor.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/database.ts';
import type { Log } from '../log.ts';

/** What a running job sees. Each `inTransaction` is a durable step: after a crash the job runs again from its last one. */
export interface JobContext {
  id: string;
  orgId: string;
  /** Who asked for the work as it began, the system for scheduled work; each step has their permissions of its own moment. */
  actor: Actor;
  db: Database;
  log: Log;
  /** Aborted when somebody cancels the job or the process stops. */
  signal: AbortSignal;
  inTransaction<T>(work: (context: Context) => Promise<T>): Promise<T>;
  /**
   * Shows progress; throws when the job was cancelled or has to step aside, so that loops end at a clean step.
   */
  progress(done: number, total: number | null, message?: string): Promise<void>;
  /** Shows that nothing is left; a cancel comes too late from here on, and ends nothing as cancelled that is done. */
  complete(done: number): Promise<void>;
  /** What an earlier attempt kept, if there was one. */
  kept: Record<string, unknown> | null;
  /** Keeps in a step's transaction what the job must know when it is taken up again. */
  keep(context: Context, state: Record<string, unknown>): Promise<void>;
}

export interface JobKind<P = never> {
  kind: string;
  /** Heavy kinds run in a process of their own, so that the server's event loop stays free. */
  heavy: boolean;
  /**
   * Work nobody waits for: it begins when nothing else is due. `inParts`: it also goes on where it stood, so that it steps aside between
   * two steps for work somebody waits for.
   */
  background?: 'whole' | 'inParts';
  /** One at a time in a company, however many processes work: it relies on seeing what the one before wrote. */
  alone?: true;
  maxAttempts?: number;
  /** Done for the company with the system's rights, whoever asked: it goes on when that user is blocked meanwhile. */
  forCompany?: true;
  run(job: JobContext, payload: P): Promise<Record<string, unknown> | undefined>;
  /**
   * Called in the transaction that ends a job other than well, whoever ends it (a cancel while it waited, a failure for good,
   * a process that died once too often): what the job worked on gets its final state here.
   */
  ended?(context: Context, payload: P, state: 'failed' | 'cancelled', jobId: string): Promise<void>;
}

export interface Schedule {
  key: string;
  /** Cron pattern in the company's time zone. */
  cron: string;
  kind: string;
}

const kinds = new Map<string, JobKind>();
/** The declared kind of that name. */
export const jobKind = (kind: string): JobKind | undefined => kinds.get(kind);

/** Declares a kind of job with its payload type. */
export function defineJob<P>(kind: JobKind<P>): JobKind {
  const declared = kind as unknown as JobKind;
  kinds.set(kind.kind, declared);
  return declared;
}
