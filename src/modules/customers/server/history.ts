import { sql } from 'kysely';
import { dictionaryFor, fieldsShown, fromRow, hidesContacts, linkLabels } from '#modules/fields/index.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { fieldChanges, mayReadReason, olderThan } from '#platform/events/history.ts';
import { type Change, logAccess } from '#platform/events/index.ts';
import { iso } from '#platform/time.ts';
import { pageOfRows } from '#shared/cursor.ts';
import { badRequest, notFound } from '#shared/errors.ts';
import type { FieldValues } from '#shared/fields.ts';
import { isId } from '#shared/ids.ts';
import type { CustomerCard } from '../contract.ts';
import { fieldsOfRow, loadCustomer, systemKeys } from './card.ts';
import { updateCustomer } from './change.ts';
import { familyOf } from './merged.ts';
import type { CustomerRow } from './store.ts';

interface EventRow {
  id: string;
  at: Date;
  occurred_at: Date | null;
  kind: string;
  subject_kind: string;
  subject_id: string;
  actor_name: string;
  author: string | null;
  source: string | null;
  reason: string | null;
  changes: Record<string, Change> | null;
  data: Record<string, unknown> | null;
}

const columns = sql`id, at, occurred_at, kind, subject_kind, subject_id, actor_name, author, source, reason, changes, data`;

/** Every change of one readable field, newest first. Event ids grow with time, so they are the cursor. */
export async function fieldHistory(
  context: Context,
  id: string,
  key: string,
  query: { limit: number; cursor?: string },
) {
  const readable = await readableKeys(context, await loadCustomer(context, id, 'customer:read'), key);
  await logLook(context, id, { part: 'history', field: key });
  const own = sql`org_id = ${context.orgId} and customer_id = ${id} and subject_id = ${id}`;
  return fieldChanges(context, own, key, readable, query);
}

/** Looking at what a card was is looking at the card. */
const logLook = (context: Context, id: string, detail: Record<string, unknown>) =>
  logAccess(context, { action: 'view', subjectKind: 'customer', subjectId: id, customerId: id, detail });

/** Keys of the fields that may be read of the customer, if the wanted one is among them. */
async function readableKeys(context: Context, row: CustomerRow, key: string): Promise<Set<string>> {
  const keys = new Set((await fieldsOfRow(context, row)).map((field) => field.key));
  if (!keys.has(key)) throw badRequest('field.unknown', { field: key, params: { field: key } });
  return keys;
}

/** Puts back the value the field had before an event; an ordinary change with its own event. */
export async function restoreValue(context: Context, id: string, key: string, eventId: string): Promise<CustomerCard> {
  await readableKeys(context, await loadCustomer(context, id, 'customer:update'), key);
  const event = await context.tx
    .selectFrom('event')
    .select('changes')
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', id)
    .where('subject_id', '=', id)
    .where('id', '=', eventId)
    .executeTakeFirst();
  const change = (event?.changes as Record<string, Change> | null)?.[key];
  if (!change) throw notFound('event');
  return updateCustomer(context, id, {
    values: { [key]: change.from ?? null },
    sources: { [key]: { source: 'system' } },
    reason: 'restore',
  });
}

/** The card at the end of a past day: today's values with every later change taken back, newest first. */
export async function customerAsOf(context: Context, id: string, date: string) {
  const row = await loadCustomer(context, id, 'customer:read');
  await logLook(context, id, { part: 'asOf', date });
  const fields = await fieldsOfRow(context, row);
  const values: FieldValues = fromRow(fields, row);
  const later = await sql<{ kind: string; changes: Record<string, Change> | null }>`select kind, changes from event
    where org_id = ${context.orgId} and customer_id = ${id} and subject_id = ${id}
      and coalesce(occurred_at, at) >= ((${date}::date + 1)::timestamp at time zone ${await timeZoneOf(context)})
    order by id desc limit 20000`.execute(context.tx);
  let existed = true;
  for (const event of later.rows) {
    if (event.kind === 'customer.created') existed = false;
    for (const [key, change] of Object.entries(event.changes ?? {})) {
      if (change.from === null || change.from === undefined) delete values[key];
      else values[key] = change.from;
    }
  }
  const readable = new Set(fields.map((field) => field.key));
  const kept = systemKeys();
  const shown = existed
    ? Object.fromEntries(
        Object.entries(values).filter(
          ([key]) => readable.has(key) && (!kept.includes(key) || key === 'number' || key === 'kind'),
        ),
      )
    : {};
  return { date, existed, values: shown, labels: await linkLabels(context, fields, [shown]) };
}

/** Everything that happened with a customer and what hangs on it. Changes of unreadable fields are left out of each entry. */
export async function customerTimeline(
  context: Context,
  id: string,
  query: { limit: number; cursor?: string; kinds?: string },
) {
  const customer = await loadCustomer(context, id, 'customer:read');
  await logLook(context, id, { part: 'timeline', continued: query.cursor !== undefined });
  const family = await familyOf(context, id);
  const kinds = query.kinds?.split(',').filter((kind) => kind !== '');
  const wanted = kinds && kinds.length > 0 ? sql`and split_part(kind, '.', 1) = any(${kinds}::text[])` : sql``;
  const result = await sql<EventRow>`select ${columns} from event
    where org_id = ${context.orgId} and customer_id = any(${family}::uuid[]) ${wanted} ${olderThan(query.cursor)}
    order by id desc limit ${query.limit + 1}`.execute(context.tx);
  const fields = fieldsShown((await dictionaryFor(context)).fields, hidesContacts(context.actor, customer));
  const readable = {
    customer: new Set(fields.filter((field) => field.object === 'customer').map((field) => field.key)),
    contact: new Set(fields.filter((field) => field.object === 'contact').map((field) => field.key)),
  };
  const { page, nextCursor } = pageOfRows(result.rows, query.limit);
  const entries = page.map((row) => {
    const allowed = row.subject_kind === 'contact' ? readable.contact : readable.customer;
    const changes = row.changes
      ? Object.fromEntries(Object.entries(row.changes).filter(([key]) => allowed.has(key)))
      : null;
    // When everything that changed is above the caller's clearance, what was said about it is too.
    const hidden =
      (Object.keys(row.changes ?? {}).length > 0 && Object.keys(changes ?? {}).length === 0) ||
      (typeof row.data?.field === 'string' && !allowed.has(row.data.field));
    return {
      id: row.id,
      at: iso(row.occurred_at ?? row.at),
      kind: row.kind,
      subjectKind: row.subject_kind,
      subjectId: row.subject_id,
      by: row.author ?? row.actor_name,
      source: hidden ? null : row.source,
      reason: !hidden && mayReadReason(row.changes, allowed) ? row.reason : null,
      changes: changes
        ? Object.fromEntries(
            Object.entries(changes).map(([key, change]) => [key, { from: change.from ?? null, to: change.to ?? null }]),
          )
        : null,
      data: hidden ? null : row.data,
    };
  });
  const linked = entries
    .flatMap((entry) => Object.values(entry.changes ?? {}).flatMap((change) => [change.from, change.to]))
    .filter((value): value is string => typeof value === 'string' && isId(value));
  const owners = entries
    .flatMap((entry) => [entry.data?.from, entry.data?.to, entry.data?.ownerId])
    .filter((value): value is string => typeof value === 'string' && isId(value));
  const userField = { ...fields[0], key: 'user', type: 'user' } as (typeof fields)[number];
  const customerField = { ...fields[0], key: 'customer', type: 'customer' } as (typeof fields)[number];
  const labels = await linkLabels(
    context,
    [userField, customerField],
    [...linked, ...owners].map((value) => ({ user: value, customer: value })),
  );
  return { items: entries, nextCursor, labels };
}
