import { sql } from 'kysely';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { logAccess } from '#platform/events/index.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import { cursorOf, cursorPart, cursorParts } from '#shared/cursor.ts';
import { notFound } from '#shared/errors.ts';

export const bulkChange = 'customers.bulkChange';

/** How far a bulk edit has come; kept with the job, so that one taken up again tells all it did. */
export interface BulkProgress {
  after: string | null;
  done: number;
  total: number;
  changed: number;
  /** The first of them. */
  failed: Failure[];
  failedCount: number;
}

interface Failure {
  id: string;
  code: string;
  field?: string;
  params?: Record<string, string | number>;
}

/** Customers left as they were that are named; further ones are only counted. */
export const named = 1000;

/** The job of a bulk edit of the caller; an import or a merge is a batch too, with its own rules. */
async function jobOf(context: Context, batchId: string) {
  const mine = await context.tx
    .selectFrom('job')
    .select('result')
    .where('org_id', '=', context.orgId)
    .where('kind', '=', bulkChange)
    .where('created_by', '=', context.actor.userId)
    .where(sql<boolean>`payload->>'batchId' = ${batchId}`)
    .executeTakeFirst();
  if (!mine) throw notFound('bulkChange');
  return mine;
}

export async function listFailures(context: Context, batchId: string, query: { limit: number; cursor?: string }) {
  const kept = (await jobOf(context, batchId)).result as Partial<BulkProgress> | null;
  const { failed = [], failedCount = failed.length, changed = 0 } = kept ?? {};
  const from = query.cursor === undefined ? 0 : Number(cursorParts(query.cursor, cursorPart.count)[0]);
  const page = failed.slice(from, from + query.limit);
  const end = from + page.length;
  const rows = await context.tx
    .selectFrom('customer')
    .select(['id', 'number', 'name'])
    .where('org_id', '=', context.orgId)
    .where('id', '=', sql<string>`any(${page.map(({ id }) => id)}::uuid[])`)
    .where(visible(context.actor, 'customer:read', 'customer'))
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  await logAccess(context, {
    action: 'list',
    subjectKind: 'customer',
    detail: { part: 'bulkFailures', count: rows.length },
  });
  return {
    items: page.map(({ id, code, field = null, params = {} }) => ({
      customer: byId.get(id) ?? null,
      field,
      code,
      params,
    })),
    nextCursor: end < failed.length ? cursorOf(end) : null,
    changed,
    failed: failedCount,
  };
}

/** Who made a bulk edit may take it back. */
export async function startUndo(context: Context, batchId: string) {
  await jobOf(context, batchId);
  const jobId = await enqueue(context, { kind: 'customers.undoBatch', payload: { batchId }, uniqueKey: batchId });
  return { jobId };
}
