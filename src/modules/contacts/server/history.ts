import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { fieldChanges } from '#platform/events/history.ts';
import { type Change, recordEvent } from '#platform/events/index.ts';
import { badRequest, notFound } from '#shared/errors.ts';
import type { Provenance } from '#shared/fields.ts';
import type { ContactView } from '../contract.ts';
import { loadContact, openContact, readableFields, reloadContact, shownFields, updateContact } from './card.ts';
import type { ContactRow } from './store.ts';

/** Keys of the fields that may be read of the person, if the wanted one is among them. */
async function readable(context: Context, key: string, row: ContactRow): Promise<Set<string>> {
  const fields = await shownFields(context, row);
  if (!fields.has(key)) throw badRequest('field.unknown', { field: key, params: { field: key } });
  return new Set(fields.keys());
}

/** Events of a person lie at the customers the person worked for; the index of events is by customer. */
const ofPerson = (context: Context, id: string) => sql`org_id = ${context.orgId} and subject_id = ${id}
  and customer_id in (
    select customer_id from employment where org_id = ${context.orgId} and contact_id = ${id} and customer_id is not null
    union select customer_id from contact where org_id = ${context.orgId} and id = ${id})`;

/** Every change of one readable field, newest first. */
export async function contactFieldHistory(
  context: Context,
  id: string,
  key: string,
  query: { limit: number; cursor?: string },
) {
  const keys = await readable(context, key, await loadContact(context, id, 'customer:read'));
  return fieldChanges(context, ofPerson(context, id), key, keys, query);
}

/** Puts back the value the field had before an event; an ordinary change with its own event. */
export async function restoreContactValue(
  context: Context,
  id: string,
  key: string,
  eventId: string,
): Promise<ContactView> {
  await readable(context, key, await loadContact(context, id, 'customer:update'));
  const found = await sql<{ changes: Record<string, Change> | null }>`select changes from event
    where ${ofPerson(context, id)} and id = ${eventId}`.execute(context.tx);
  const change = found.rows[0]?.changes?.[key];
  if (!change) throw notFound('event');
  return updateContact(context, id, {
    values: { [key]: change.from ?? null },
    sources: { [key]: { source: 'system' } },
    reason: 'restore',
  });
}

/** Marks the present value of a tracked field as checked by the caller. */
export async function verifyContactValue(
  context: Context,
  id: string,
  key: string,
  note: string | undefined,
): Promise<ContactView> {
  const row = await openContact(context, id, 'customer:verify');
  const field = (await readableFields(context)).get(key);
  const entries = row.provenance as Record<string, Provenance>;
  const stored = (await reloadContact(context, id)).values;
  if (!field?.tracked || stored[key] === undefined) throw notFound('field');
  const now = context.now().toISOString();
  const entry = entries[key] ?? { source: 'system' as const, at: now, by: null };
  const verified = { ...entry, ...(note ? { note } : {}), verifiedAt: now, verifiedBy: context.actor.name };
  await context.tx
    .updateTable('contact')
    .set({ provenance: JSON.stringify({ ...entries, [key]: verified }), version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await recordEvent(context, {
    kind: 'contact.verified',
    subjectKind: 'contact',
    subjectId: id,
    customerId: row.customer_id,
    data: { field: key, name: row.name, ...(note ? { note } : {}) },
  });
  return reloadContact(context, id);
}
