import type { Actor, Lang } from './access/actor.ts';
import type { Tx } from './db/database.ts';

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
