import { sql } from 'kysely';
import { canonical, dropUniqueValues } from '#modules/fields/index.ts';
import { mayTouch } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { planAnew } from '#platform/db/insert.ts';
import { recordEvents } from '#platform/events/index.ts';
import type { JobContext } from '#platform/jobs/kinds.ts';
import { dropSearchDocuments } from '#platform/search/documents.ts';
import type { FieldValues } from '#shared/fields.ts';
import { type CustomerRow, storedOf } from './card.ts';
import { moveToOwner } from './change.ts';
import { dropKeys } from './keys.ts';
import { applyChange } from './store.ts';

/** An event of the batch to be taken back. */
export interface BatchEvent {
  id: string;
  kind: string;
  subject_kind: string;
  subject_id: string;
  customer_id: string | null;
  changes: Record<string, { from: unknown; to: unknown }> | null;
  data: { from?: string | null; to?: string | null } | null;
}

/** What could not be taken back because somebody changed it since. */
export interface KeptChange {
  customerId: string;
  name: string;
  fields: string[];
}

export interface Undone {
  undone: number;
  kept: KeptChange[];
}

/** Undoing by modules whose records a batch also made (contacts, purchases): events newest first, as many at once as there are. */
type UndoHandler = (context: Context, events: BatchEvent[], batchId: string) => Promise<Undone>;
const handlers = new Map<string, UndoHandler>();
/** Registered by the module that owns records of the kind. */
export const registerUndo = (subjectKind: string, handler: UndoHandler): void =>
  void handlers.set(subjectKind, handler);

const pageSize = 1000;
/** Pages after which the connection plans anew: removing cascades through tables that may have been empty when first planned. */
const plansEvery = 10;

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
  for (let done = 0, page = 0; ; page += 1) {
    const from: string | null = before;
    const last: string | null = await job.inTransaction(async (context): Promise<string | null> => {
      if (page % plansEvery === 0) await planAnew(context.tx);
      const older = from ? sql`and id < ${from}::uuid` : sql``;
      const events =
        await sql<BatchEvent>`select id, kind, subject_kind, subject_id, customer_id, changes, data from event
        where org_id = ${context.orgId} and batch_id = ${batchId} and kind not like '%.undone' ${older}
        order by id desc limit ${pageSize}`.execute(context.tx);
      const kinds = Map.groupBy(events.rows, (event) => event.subject_kind);
      // What hangs on customers goes before them.
      for (const [kind, list] of [...kinds].sort(([a], [b]) => Number(a === 'customer') - Number(b === 'customer'))) {
        const outcome =
          kind === 'customer'
            ? await undoCustomers(context, list, batchId, permission)
            : await handlers.get(kind)?.(context, list, batchId);
        undone += outcome?.undone ?? 0;
        kept.push(...(outcome?.kept ?? []));
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

async function undoCustomers(
  context: Context,
  all: BatchEvent[],
  batchId: string,
  permission: string | undefined,
): Promise<Undone> {
  const result: Undone = { undone: 0, kept: [] };
  const rows = await context.tx
    .selectFrom('customer')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', 'in', [...new Set(all.map((event) => event.subject_id))])
    .where('state', '=', 'active')
    .orderBy('id')
    .forUpdate()
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  const events = all.filter((event) => {
    const row = byId.get(event.subject_id);
    if (!row || !permission) return row !== undefined;
    // Who gave a customer away may take it back, though it is out of reach now.
    const owner = event.kind === 'customer.assigned' ? (event.data?.from ?? null) : row.owner_id;
    const may = mayTouch(context.actor, permission, { ...row, owner_id: owner });
    if (!may) keep(result.kept, { ...row, name: row.number }, []);
    return may;
  });
  const created = events.filter((event) => event.kind === 'customer.created' && byId.has(event.subject_id));
  for (const event of events) {
    if (event.kind === 'customer.created') continue;
    const row = byId.get(event.subject_id);
    if (row && (await undoChange(context, row, event, result.kept))) {
      result.undone += 1;
      // A further event of the same customer starts from what this one left.
      const now = await context.tx
        .selectFrom('customer')
        .selectAll()
        .where('org_id', '=', context.orgId)
        .where('id', '=', row.id)
        .executeTakeFirstOrThrow();
      byId.set(row.id, now);
    }
  }
  await removeCreated(context, created, byId, batchId, result);
  return result;
}

/** Gives the former values back where nobody changed them since; false when there is nothing to give back. */
async function undoChange(context: Context, row: CustomerRow, event: BatchEvent, kept: KeptChange[]): Promise<boolean> {
  if (event.kind === 'customer.assigned') {
    if (row.owner_id !== (event.data?.to ?? null)) {
      keep(kept, row, ['ownerId']);
      return false;
    }
    await moveToOwner(context, row, { ownerId: event.data?.from ?? null }, null);
    return true;
  }
  const stored = await storedOf(context, row);
  const back: FieldValues = {};
  const changed: string[] = [];
  for (const [key, change] of Object.entries(event.changes ?? {})) {
    if (canonical(stored.values[key]) === canonical(change.to)) back[key] = change.from ?? null;
    else if (canonical(stored.values[key]) !== canonical(change.from)) changed.push(key);
  }
  if (changed.length > 0) keep(kept, row, changed);
  if (Object.keys(back).length === 0) return false;
  await applyChange(context, stored, { values: back, event: 'customer.undone', reason: 'undo' });
  return true;
}

/** Customers the batch made go away with their people, unless somebody worked on them since. */
async function removeCreated(
  context: Context,
  events: BatchEvent[],
  byId: Map<string, CustomerRow>,
  batchId: string,
  result: Undone,
): Promise<void> {
  if (events.length === 0) return;
  const made = events.map((event) => ({ customer_id: event.subject_id, event_id: event.id }));
  const touched = await sql<{ customer_id: string; fields: string[] }>`
    select e.customer_id, coalesce(array_agg(distinct key) filter (where key is not null), '{}') as fields
    from json_to_recordset(${JSON.stringify(made)}::json) as w(customer_id uuid, event_id uuid)
    join event e on e.org_id = ${context.orgId} and e.customer_id = w.customer_id and e.id > w.event_id
    left join lateral jsonb_object_keys(coalesce(e.changes, '{}')) key on true
    where e.batch_id is distinct from ${batchId}::uuid and e.reason is distinct from 'undo'
      -- Another batch counts as somebody's work, unless it was taken back itself.
      and not exists (select 1 from event u where u.org_id = e.org_id and u.customer_id is null and u.subject_id = e.batch_id and u.kind like '%.undone')
    group by 1`.execute(context.tx);
  const worked = new Map(touched.rows.map((row) => [row.customer_id, row.fields]));
  const gone: CustomerRow[] = [];
  for (const { subject_id } of events) {
    const row = byId.get(subject_id);
    if (!row) continue;
    const fields = worked.get(subject_id);
    if (fields) keep(result.kept, row, fields);
    else gone.push(row);
  }
  if (gone.length === 0) return;
  const ids = gone.map((row) => row.id);
  const contacts = await context.tx
    .selectFrom('contact')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('customer_id', 'in', ids)
    .execute();
  const records = [...ids, ...contacts.map((contact) => contact.id)];
  await dropKeys(context, records);
  await dropSearchDocuments(context, records);
  await dropUniqueValues(context, ids);
  await context.tx.deleteFrom('customer').where('org_id', '=', context.orgId).where('id', 'in', ids).execute();
  await recordEvents(
    context,
    gone.map((row) => ({
      kind: 'customer.undone',
      subjectKind: 'customer',
      subjectId: row.id,
      customerId: row.id,
      data: { number: row.number },
      reason: 'undo',
    })),
  );
  result.undone += gone.length;
}

function keep(kept: KeptChange[], row: CustomerRow, fields: string[]): void {
  kept.push({ customerId: row.id, name: row.name, fields });
}
