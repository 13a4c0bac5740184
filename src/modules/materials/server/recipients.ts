import { sql } from 'kysely';
import { viewContactsOf } from '#modules/contacts/index.ts';
import { type CustomerRow, loadCustomer } from '#modules/customers/index.ts';
import { dictionaryFor, fieldsShown, fromRow, hidesContacts } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { iso } from '#platform/time.ts';
import { conflict, notFound } from '#shared/errors.ts';
import type { FieldValues, TextPointValue } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import type { RecipientView } from '../send-contract.ts';

/** Addresses are compared in small letters. */
export const addressKey = (email: string): string => email.trim().toLowerCase();

/** Which of these addresses want no such mail. */
export async function refusedAddresses(context: Context, emails: string[]): Promise<Set<string>> {
  if (emails.length === 0) return new Set();
  const rows = await context.tx
    .selectFrom('material_refusal')
    .select('email')
    .where('org_id', '=', context.orgId)
    .where('email', 'in', emails.map(addressKey))
    .execute();
  return new Set(rows.map((row) => row.email));
}

const addressesIn = (values: FieldValues): string[] =>
  ((values.emails ?? []) as TextPointValue[]).filter((item) => item.valid).map((item) => item.value);

/** People at the customer and the customer itself, with the addresses this actor may read. */
export async function recipientsOf(context: Context, customer: CustomerRow): Promise<RecipientView[]> {
  const { fields } = await dictionaryFor(context, 'customer');
  const shown = fieldsShown(fields, hidesContacts(context.actor, customer)).filter((field) => field.key === 'emails');
  const found = [
    ...(await viewContactsOf(context, customer.id)).map((contact) => ({
      contactId: contact.id as string | null,
      name: String(contact.values.name ?? ''),
      position: String(contact.values.position ?? ''),
      emails: addressesIn(contact.values),
    })),
    { contactId: null, name: customer.name, position: '', emails: addressesIn(fromRow(shown, customer)) },
  ];
  const refused = await refusedAddresses(
    context,
    found.flatMap((item) => item.emails),
  );
  return found.map((item) => ({
    ...item,
    emails: item.emails.map((value) => ({ value, refused: refused.has(addressKey(value)) })),
  }));
}

export interface Refusal {
  email: string;
  toldBy: 'person' | 'user';
  customerId: string;
  contactId: string | null;
  note?: string;
}

/** Notes that the owner of an address wants no such mail; said twice it is noted once. */
export async function refuse(context: Context, refusal: Refusal): Promise<void> {
  const id = newId();
  const made = await context.tx
    .insertInto('material_refusal')
    .values({
      org_id: context.orgId,
      id,
      email: addressKey(refusal.email),
      customer_id: refusal.customerId,
      contact_id: refusal.contactId,
      told_by: refusal.toldBy,
      note: refusal.note ?? '',
      created_by: context.actor.kind === 'system' ? null : context.actor.userId,
    })
    .onConflict((clash) => clash.columns(['org_id', 'email']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (made) await recordRefusal(context, 'material.refused', refusal.customerId, id, refusal.note);
}

const recordRefusal = (context: Context, kind: string, customerId: string, id: string, reason?: string) =>
  recordEvent(context, {
    kind,
    subjectKind: 'materialRefusal',
    subjectId: id,
    customerId,
    reason: reason || null,
  });

/** Sends to the address again; the record of both stays in the log of events. */
export async function accept(context: Context, customerId: string, email: string): Promise<void> {
  const gone = await context.tx
    .deleteFrom('material_refusal')
    .where('org_id', '=', context.orgId)
    .where('email', '=', addressKey(email))
    .returning('id')
    .executeTakeFirst();
  if (gone) await recordRefusal(context, 'material.refusalLifted', customerId, gone.id);
}

/** Refusals noted with the customer, where the actor may read the addresses at all. */
export async function listRefusals(context: Context, customerId: string) {
  const customer = await loadCustomer(context, customerId, 'material:send');
  const known = (await recipientsOf(context, customer)).flatMap((item) => item.emails.map(({ value }) => value));
  const rows = await context.tx
    .selectFrom('material_refusal')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where((eb) =>
      eb.or([
        // Noted by the caller, or of an address the caller reads on the card.
        eb.and([eb('customer_id', '=', customerId), eb('created_by', '=', context.actor.userId)]),
        sql<boolean>`email = any(${known.map(addressKey)}::text[])`,
      ]),
    )
    .orderBy('id', 'desc')
    .limit(200)
    .execute();
  return {
    items: rows.map((row) => ({
      id: row.id,
      email: row.email,
      toldBy: row.told_by as 'person' | 'user',
      note: row.note,
      at: iso(row.created_at),
    })),
  };
}

export async function noteRefusal(context: Context, customerId: string, input: { email: string; note: string }) {
  const customer = await loadCustomer(context, customerId, 'material:send');
  if (customer.state !== 'active') throw conflict('customer.trashed');
  await refuse(context, { ...input, toldBy: 'user', customerId, contactId: null });
  return listRefusals(context, customerId);
}

export async function liftRefusal(context: Context, customerId: string, id: string, reason: string) {
  const { items } = await listRefusals(context, customerId);
  if (!items.some((item) => item.id === id)) throw notFound('refusal');
  await context.tx.deleteFrom('material_refusal').where('org_id', '=', context.orgId).where('id', '=', id).execute();
  await recordRefusal(context, 'material.refusalLifted', customerId, id, reason);
  return listRefusals(context, customerId);
}
