import { sql } from 'kysely';
import { newId } from '#shared/ids.ts';
import type { Lang } from '#shared/languages.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/database.ts';
import { waitTurn } from '../db/turn.ts';
import { jobKind } from './kinds.ts';

export interface Enqueue {
  kind: string;
  payload?: Record<string, unknown>;
  /** While one with this key waits or runs, no second is queued. */
  uniqueKey?: string;
  runAt?: Date;
  maxAttempts?: number;
}

/** Queues work in the caller's transaction: it runs if and only if the transaction commits. Returns the job's id. */
export async function enqueue(context: Context, job: Enqueue): Promise<string> {
  const id = newId();
  const inserted = await context.tx
    .insertInto('job')
    .values({
      org_id: context.orgId,
      id,
      kind: job.kind,
      payload: JSON.stringify(job.payload ?? {}),
      unique_key: job.uniqueKey ?? null,
      run_at: job.runAt ?? new Date(),
      max_attempts: job.maxAttempts ?? 5,
      created_by: context.actor.kind === 'system' ? null : context.actor.userId,
      lang: context.lang,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['org_id', 'kind', 'unique_key'])
        .where('state', 'in', sql<string[]>`('queued', 'running')` as never)
        .where('unique_key', 'is not', null)
        .doNothing(),
    )
    .returning('id')
    .executeTakeFirst();
  if (inserted) return inserted.id;
  const waiting = await context.tx
    .selectFrom('job')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('kind', '=', job.kind)
    .where('unique_key', '=', job.uniqueKey ?? '')
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirst();
  return waiting?.id ?? id;
}

export interface ClaimedJob {
  org_id: string;
  id: string;
  kind: string;
  payload: unknown;
  attempts: number;
  max_attempts: number;
  cancel_requested: boolean;
  created_by: string | null;
  /** The language the work was asked for in. */
  lang: Lang | null;
  /** What an earlier attempt kept. */
  result: Record<string, unknown> | null;
}

const aloneAmong = (kinds: string[]): string[] => kinds.filter((kind) => jobKind(kind)?.alone);

const isDue = (orgId: string, kinds: string[]) => sql`org_id = ${orgId} and kind = any(${kinds})
  and ((state = 'queued' and run_at <= now()) or (state = 'running' and lease_until < now()))
  and not (kind = any(${aloneAmong(kinds)}) and exists (select 1 from job other where other.org_id = ${orgId}
    and other.kind = job.kind and other.state = 'running' and other.lease_until >= now()))`;

/**
 * Takes the next due job of one of the kinds, or none. A running job whose lease ended belonged to a process that died:
 * it is taken again; the runner ends it when it was cancelled meanwhile or has killed its process too often.
 * `skip locked` lets any number of processes claim without waiting for each other; only those who also take kinds that run alone take
 * turns. `background`: those of the kinds that come last.
 */
export async function claim(
  db: Database,
  orgId: string,
  kinds: string[],
  worker: string,
  leaseSeconds: number,
  background: string[] = [],
): Promise<ClaimedJob | undefined> {
  return db.inOrg(orgId, async (tx) => {
    // Two that look at the same time must not both find nothing of the kind running.
    if (aloneAmong(kinds).length > 0) await waitTurn(tx, `claim ${orgId}`);
    const result = await sql<ClaimedJob>`
      update job set state = 'running', locked_by = ${worker}, attempts = attempts + 1,
        lease_until = now() + make_interval(secs => ${leaseSeconds}), started_at = coalesce(started_at, now())
      where org_id = ${orgId} and id = (
        select id from job where ${isDue(orgId, kinds)}
        order by kind = any(${background}), run_at limit 1 for update skip locked)
      returning org_id, id, kind, payload, attempts, max_attempts, cancel_requested, created_by, lang, result`.execute(
      tx,
    );
    return result.rows[0];
  });
}

/** Whether a job of one of the kinds waits in any company. */
export async function hasDue(db: Database, orgIds: string[], kinds: string[]): Promise<boolean> {
  for (const orgId of orgIds) {
    const due = await db.inOrg(orgId, (tx) => sql`select 1 from job where ${isDue(orgId, kinds)} limit 1`.execute(tx));
    if (due.rows.length > 0) return true;
  }
  return false;
}

/** All companies of the installation. */
export async function orgIds(db: Database): Promise<string[]> {
  const result = await db.outside((tx) => sql<{ org_id: string }>`select org_id from installation_orgs()`.execute(tx));
  return result.rows.map((row) => row.org_id);
}
