import type { Lang } from '#shared/languages.ts';
import type { Actor } from './access/actor.ts';
import type { Database, Tx } from './db/database.ts';
import type { Log } from './log.ts';

/** What every service function takes first: the open transaction, who acts, and why. */
export interface Context {
  tx: Tx;
  orgId: string;
  actor: Actor;
  lang: Lang;
  requestId: string;
  ip: string | null;
  /** Version the caller read, from `If-Match`; null where the endpoint needs none. */
  ifMatch: number | null;
  /** Runs after the transaction is durable; failures are logged, they cannot undo it. */
  afterCommit(work: () => void | Promise<void>): void;
  now(): Date;
}

/** Work of one caller in one transaction of the company; afterwards what it put off until the transaction is durable. */
export async function inContext<T>(
  { db, log }: { db: Database; log: Log },
  caller: Pick<Context, 'actor' | 'lang' | 'requestId' | 'ip' | 'ifMatch'>,
  work: (context: Context) => Promise<T>,
  options?: Parameters<Database['inOrg']>[2],
): Promise<T> {
  const { orgId } = caller.actor;
  const after: (() => void | Promise<void>)[] = [];
  const afterCommit = (task: () => void | Promise<void>) => void after.push(task);
  const result = await db.inOrg(
    orgId,
    (tx) => work({ ...caller, tx, orgId, afterCommit, now: () => new Date() }),
    options,
  );
  for (const task of after) {
    try {
      await task();
    } catch (error) {
      log.error({ err: error }, 'after-commit work failed');
    }
  }
  return result;
}
