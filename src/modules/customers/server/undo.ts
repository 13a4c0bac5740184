import { sql } from 'kysely';
import { canonical, dropUniqueValues } from '#modules/fields/index.ts';
import { mayTouch } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import type { JobContext } from '#platform/jobs/kinds.ts';
import { dropSearchDocuments } from '#platform/search/documents.ts';
import type { FieldValues } from '#shared/fields.ts';
import { type CustomerRow, storedOf } from './card.ts';
import { moveToOwner } from './change.ts';
import { dropKeys } from './keys.ts';
import { applyChange } from './store.ts';

interface BatchEvent {
  id: string;
  kind: string;
  subject_kind: string;
  subject_id: string;
  changes: Record<string, { from: unknown; to: unknown }> | null;
  data: { from?: string | null; to?: string | null } | null;
}

/** What could not be taken back because somebody changed it since. */
export interface KeptChange {
  customerId: string;
  name: string;
  fields: string[];
}

/** Further undoing by modules whose records a batch also made (contacts). Registered by the owning module. */
type UndoHandler = (context: Context, event: BatchEvent, batchId: string) => Promise<'undone' | 'kept' | 'none'>;
const handlers = new Map<string, UndoHandler>();
export const registerUndo = (subjectKind: string, handler: UndoHandler): void =>
  void handlers.set(subjectKind, handler);

/**
 * Takes back everything a batch (import or bulk edit) did, newest first: what it created is removed, what it changed gets
 * its former value. A value somebody changed since stays and is listed. One mechanism for imports and bulk edits.
 * `permission`: what the actor must still be able to do with a customer for it to be touched.
 */
export async function undoBatch(
  job: JobContext,
  batchId: string,
  permission?: string,
): Promise<Record<string, unknown>> {
  const kept: KeptChange[] = [];
  let undone = 0;
  let before: string | null = null;
  const total = await job.inTransaction(async (context) => {
    const counted = await sql<{
      count: number;
    }>`select count(*) as count from event where org_id = ${context.orgId} and batch_id = ${batchId}`.execute(
      context.tx,
    );
    return counted.rows[0]?.count ?? 0;
  });
  for (let done = 0; ; ) {
    const from: string | null = before;
    const last: string | null = await job.inTransaction(async (context): Promise<string | null> => {
      const older = from ? sql`and id < ${from}::uuid` : sql``;
      const events = await sql<BatchEvent>`select id, kind, subject_kind, subject_id, changes, data from event
        where org_id = ${context.orgId} and batch_id = ${batchId} and kind not like '%.undone' ${older} order by id desc limit 200`.execute(
        context.tx,
      );
      for (const event of events.rows) {
        const outcome =
          event.subject_kind === 'customer'
            ? await undoCustomer(context, event, batchId, kept, permission)
            : await handlers.get(event.subject_kind)?.(context, event, batchId);
        if (outcome === 'undone') undone += 1;
      }
      done += events.rows.length;
      return events.rows.at(-1)?.id ?? null;
    });
    if (!last) break;
    before = last;
    await job.progress(Math.min(done, total), total);
  }
  return { undone, kept: kept.slice(0, 1000), keptCount: kept.length };
}

async function undoCustomer(
  context: Context,
  event: BatchEvent,
  batchId: string,
  kept: KeptChange[],
  permission: string | undefined,
): Promise<'undone' | 'kept' | 'none'> {
  const row = await context.tx
    .selectFrom('customer')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', event.subject_id)
    .where('state', '=', 'active')
    .forUpdate()
    .executeTakeFirst();
  if (!row) return 'none';
  // Who gave a customer away may take it back, though it is out of reach now.
  const owner = event.kind === 'customer.assigned' ? (event.data?.from ?? null) : row.owner_id;
  if (permission && !mayTouch(context.actor, permission, { ...row, owner_id: owner }))
    return keep(kept, { ...row, name: row.number }, []);
  if (event.kind === 'customer.created') return removeCreated(context, row, event, batchId, kept);
  if (event.kind === 'customer.assigned') {
    if (row.owner_id !== (event.data?.to ?? null)) return keep(kept, row, ['ownerId']);
    await moveToOwner(context, row, { ownerId: event.data?.from ?? null }, null);
    return 'undone';
  }
  const stored = await storedOf(context, row);
  const back: FieldValues = {};
  const changed: string[] = [];
  for (const [key, change] of Object.entries(event.changes ?? {})) {
    if (canonical(stored.values[key]) === canonical(change.to)) back[key] = change.from ?? null;
    else if (canonical(stored.values[key]) !== canonical(change.from)) changed.push(key);
  }
  if (changed.length > 0) keep(kept, row, changed);
  if (Object.keys(back).length === 0) return 'none';
  await applyChange(context, stored, { values: back, event: 'customer.undone', reason: 'undo' });
  return 'undone';
}

/** A customer the batch made goes away, unless somebody worked on it since. */
async function removeCreated(
  context: Context,
  row: CustomerRow,
  event: BatchEvent,
  batchId: string,
  kept: KeptChange[],
): Promise<'undone' | 'kept'> {
  const touched = await sql<{ fields: string[] | null }>`
    select array_agg(distinct key) as fields from event e left join lateral jsonb_object_keys(coalesce(e.changes, '{}')) key on true
    where e.org_id = ${context.orgId} and e.customer_id = ${row.id} and e.id > ${event.id}::uuid
      and e.batch_id is distinct from ${batchId}::uuid and e.reason is distinct from 'undo'
      -- Another batch counts as somebody's work, unless it was taken back itself.
      and not exists (select 1 from event u where u.org_id = e.org_id and u.customer_id is null and u.subject_id = e.batch_id and u.kind like '%.undone')
    having count(*) > 0`.execute(context.tx);
  if (touched.rows[0])
    return keep(
      kept,
      row,
      (touched.rows[0].fields ?? []).filter((field) => field !== null),
    );
  const contacts = await context.tx
    .selectFrom('contact')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', row.id)
    .execute();
  const ids = [row.id, ...contacts.map((contact) => contact.id)];
  await dropKeys(context, ids);
  await dropSearchDocuments(context, ids);
  await dropUniqueValues(context, row.id);
  await context.tx.deleteFrom('customer').where('org_id', '=', context.orgId).where('id', '=', row.id).execute();
  await recordEvent(context, {
    kind: 'customer.undone',
    subjectKind: 'customer',
    subjectId: row.id,
    customerId: row.id,
    data: { number: row.number },
    reason: 'undo',
  });
  return 'undone';
}

function keep(kept: KeptChange[], row: CustomerRow, fields: string[]): 'kept' {
  kept.push({ customerId: row.id, name: row.name, fields });
  return 'kept';
}
