import { sql } from 'kysely';
import { canonical, dropUniqueValues, retireNumbers } from '#modules/fields/index.ts';
import { mayTouch } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { planAnew } from '#platform/db/insert.ts';
import { writeOrRefuse } from '#platform/db/savepoint.ts';
import { type Change, recordEvents } from '#platform/events/index.ts';
import type { JobContext } from '#platform/jobs/kinds.ts';
import { dropSearchDocuments } from '#platform/search/documents.ts';
import { invalid } from '#shared/errors.ts';
import type { FieldValues, Provenance } from '#shared/fields.ts';
import { storedOf } from './card.ts';
import { moveToOwner } from './change.ts';
import { applyChanges } from './change-many.ts';
import { hangsUnder, waitForChains } from './change-rules.ts';
import { dropKeys } from './keys.ts';
import type { CustomerRow } from './store.ts';

/** An event of the batch to be taken back. */
export interface BatchEvent {
  id: string;
  kind: string;
  subject_kind: string;
  subject_id: string;
  customer_id: string | null;
  changes: Record<string, Change> | null;
  data: { from?: string | null; to?: string | null; before?: string | null } | null;
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
/** Registered for a kind of records by the module that owns them, or for one kind of their events alone. */
export const registerUndo = (kind: string, handler: UndoHandler): void => void handlers.set(kind, handler);

const pageSize = 1000;
/** Pages after which the connection plans anew: removing cascades through tables that may have been empty when first planned. */
const plansEvery = 10;
/** Kept changes that are named; further ones are only counted. */
const named = 1000;

/** How far an undo has come; kept with the job, so that one that is taken up again tells all of it. */
interface Progress {
  /** Customers the batch made go first, people and all; then what is left, event by event. */
  phase: 'created' | 'rest';
  before: string | null;
  done: number;
  undone: number;
  kept: KeptChange[];
  keptCount: number;
}

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
  const total = await job.inTransaction(async (context) => {
    const counted = await sql<{
      count: number;
    }>`select count(*) as count from event where org_id = ${context.orgId} and batch_id = ${batchId}
      and kind not like '%.undone'`.execute(context.tx);
    return counted.rows[0]?.count ?? 0;
  });
  let at: Progress = (job.kept as Progress | null) ?? {
    ...{ phase: 'created', before: null, done: 0, undone: 0, kept: [], keptCount: 0 },
  };
  for (let page = 0; ; page += 1) {
    const from = at;
    const more = await job.inTransaction(async (context) => {
      if (page % plansEvery === 0) await planAnew(context.tx);
      at = await undoPage(context, batchId, from, permission);
      await job.keep(context, { ...at });
      return isLeft(context, batchId, at);
    });
    if (!more) break;
    await job.progress(Math.min(at.done, total), total);
  }
  // What hung on customers that are gone went with them and was not counted.
  await job.complete(total);
  const { undone, kept, keptCount } = at;
  return { undone, kept, keptCount };
}

/** The next events of the batch, newest first. */
async function eventsAfter(context: Context, batchId: string, at: Progress, limit: number): Promise<BatchEvent[]> {
  const older = at.before ? sql`and e.id < ${at.before}::uuid` : sql``;
  // What was only noted in passing, such as the search for duplicates an import began, has nothing to be taken back.
  const takenBack = ['customer', ...handlers.keys()];
  // What hung on a customer that is gone is gone with it.
  const which =
    at.phase === 'created'
      ? sql`e.kind = 'customer.created'`
      : sql`e.kind not like '%.undone' and e.kind <> 'customer.created'
          and (e.subject_kind = any(${takenBack}::text[]) or e.kind = any(${takenBack}::text[])) and (e.customer_id is null or exists (
          select 1 from customer c where c.org_id = e.org_id and c.id = e.customer_id))`;
  const { rows } =
    await sql<BatchEvent>`select e.id, e.kind, e.subject_kind, e.subject_id, e.customer_id, e.changes, e.data
    from event e where e.org_id = ${context.orgId} and e.batch_id = ${batchId} and ${which} ${older}
    order by e.id desc limit ${limit}`.execute(context.tx);
  return rows;
}

const rest = (at: Progress): Progress => ({ ...at, phase: 'rest', before: null });

async function isLeft(context: Context, batchId: string, at: Progress): Promise<boolean> {
  const phases = at.phase === 'created' ? [at, rest(at)] : [at];
  for (const phase of phases) if ((await eventsAfter(context, batchId, phase, 1)).length > 0) return true;
  return false;
}

/** Takes back the next events. */
async function undoPage(
  context: Context,
  batchId: string,
  at: Progress,
  permission: string | undefined,
): Promise<Progress> {
  const rows = await eventsAfter(context, batchId, at, pageSize);
  const last = rows.at(-1);
  if (!last) return at.phase === 'created' ? undoPage(context, batchId, rest(at), permission) : at;
  if (rows.some(({ changes }) => changes && 'parentCustomerId' in changes)) await waitForChains(context);
  const next = { ...at, before: last.id, done: at.done + rows.length, kept: [...at.kept] };
  const kinds = Map.groupBy(rows, (event) => (handlers.has(event.kind) ? event.kind : event.subject_kind));
  // What hangs on customers goes before them.
  for (const [kind, list] of [...kinds].sort(([a], [b]) => Number(a === 'customer') - Number(b === 'customer'))) {
    const outcome =
      kind === 'customer'
        ? await undoCustomers(context, list, batchId, permission)
        : await handlers.get(kind)?.(context, list, batchId);
    next.undone += outcome?.undone ?? 0;
    next.keptCount += outcome?.kept.length ?? 0;
    next.kept.push(...(outcome?.kept ?? []).slice(0, named - next.kept.length));
  }
  return next;
}

async function undoCustomers(
  context: Context,
  all: BatchEvent[],
  batchId: string,
  permission: string | undefined,
): Promise<Undone> {
  const result: Undone = { undone: 0, kept: [] };
  const rows = await lockCustomers(context, [...new Set(all.map((event) => event.subject_id))]);
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
  const created = events.filter((event) => event.kind === 'customer.created');
  let rest = events.filter((event) => event.kind !== 'customer.created');
  // One change of each customer at a time: a further one starts from what that one left.
  while (rest.length > 0) {
    const round = new Map<string, BatchEvent>();
    for (const event of rest) if (!round.has(event.subject_id)) round.set(event.subject_id, event);
    result.undone += await undoChanges(context, [...round.values()], byId, result.kept);
    rest = rest.filter((event) => round.get(event.subject_id) !== event);
    const again = new Set(rest.map((event) => event.subject_id));
    if (again.size > 0) for (const row of await lockCustomers(context, [...again])) byId.set(row.id, row);
  }
  await removeCreated(context, created, byId, batchId, result);
  return result;
}

const lockCustomers = (context: Context, ids: string[]): Promise<CustomerRow[]> =>
  context.tx
    .selectFrom('customer')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', 'in', ids)
    .where('state', '=', 'active')
    .orderBy('id')
    .forUpdate()
    .execute();

/** Gives former owners and values back where nobody changed them since; returns in how many customers. */
async function undoChanges(
  context: Context,
  events: BatchEvent[],
  byId: Map<string, CustomerRow>,
  kept: KeptChange[],
): Promise<number> {
  let undone = 0;
  const items: Parameters<typeof applyChanges>[1] = [];
  for (const event of events) {
    const row = byId.get(event.subject_id);
    if (!row) continue;
    if (event.kind === 'customer.assigned') {
      if (row.owner_id === (event.data?.to ?? null)) {
        await moveToOwner(context, row, { ownerId: event.data?.from ?? null }, null);
        undone += 1;
      } else keep(kept, row, ['ownerId']);
      continue;
    }
    const stored = await storedOf(context, row);
    const values: FieldValues = {};
    const formerly: Record<string, Provenance> = {};
    const changed: string[] = [];
    for (const [key, change] of Object.entries(event.changes ?? {})) {
      if (canonical(stored.values[key]) === canonical(change.to)) {
        values[key] = change.from ?? null;
        if (change.was) formerly[key] = change.was as Provenance;
      } else if (canonical(stored.values[key]) !== canonical(change.from)) changed.push(key);
    }
    if (changed.length > 0) keep(kept, row, changed);
    if (Object.keys(values).length > 0)
      items.push({ stored, change: { values, formerly, event: 'customer.undone', reason: 'undo' } });
  }
  const write = async (some: typeof items) => {
    const changed = await applyChanges(context, some);
    for (const { stored, change } of some)
      if (await hangsUnder(context, change.values.parentCustomerId, [stored.id]))
        throw invalid([{ field: 'values.parentCustomerId', code: 'tree.circle' }]);
    undone += changed.size;
  };
  // A former value that must be unique may belong to somebody else by now, a former dealer hang below its customer.
  await writeOrRefuse(context, items, write, ({ stored: { id }, change }) => {
    const row = byId.get(id);
    if (row) keep(kept, row, Object.keys(change.values));
  });
  return undone;
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
    with since as (
      select e.customer_id, change.key,
        -- What was changed and changed back, such as by a bulk edit that was undone, is as the batch made it.
        first_value(change.was) over (partition by e.subject_id, change.key order by e.id) is not distinct from
          last_value(change.is) over (partition by e.subject_id, change.key order by e.id
            rows between unbounded preceding and unbounded following) as as_made,
        e.batch_id is distinct from ${batchId}::uuid and e.reason is distinct from 'undo'
          -- Another batch counts as somebody's work, unless it was taken back itself.
          and not exists (select 1 from event u where u.org_id = e.org_id and u.customer_id is null and u.subject_id = e.batch_id and u.kind like '%.undone') as by_others
      from json_to_recordset(${JSON.stringify(made)}::json) as w(customer_id uuid, event_id uuid)
      join event e on e.org_id = ${context.orgId} and e.customer_id = w.customer_id and e.id > w.event_id
      left join lateral (
        select key, nullif(value->'from', 'null') as was, nullif(value->'to', 'null') as is
          from jsonb_each(coalesce(e.changes, '{}'))
        union all select 'ownerId', nullif(e.data->'from', 'null'), nullif(e.data->'to', 'null')
          where e.kind = 'customer.assigned') change on true
      -- Only customers that are not in the trash come here: one moved there was taken back.
      where e.kind not in ('customer.trashed', 'customer.restored'))
    select customer_id, coalesce(array_agg(distinct key) filter (where key is not null), '{}') as fields
    from since where by_others and (key is null or not as_made) group by 1`.execute(context.tx);
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
    .select(['id', 'batch_id'])
    .where('org_id', '=', context.orgId)
    .where('customer_id', 'in', ids)
    .execute();
  const records = [...ids, ...contacts.map((contact) => contact.id)];
  await dropKeys(context, records);
  await dropSearchDocuments(context, records);
  await dropUniqueValues(context, ids);
  await context.tx.deleteFrom('customer').where('org_id', '=', context.orgId).where('id', 'in', ids).execute();
  await retireNumbers(
    context,
    'customer',
    gone.map((row) => row.number),
  );
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
  result.undone += gone.length + contacts.filter((contact) => contact.batch_id === batchId).length;
}

function keep(kept: KeptChange[], row: CustomerRow, fields: string[]): void {
  kept.push({ customerId: row.id, name: row.name, fields });
}
