import {
  applyContactChange,
  checkedContact,
  contactFields,
  insertContacts,
  loadContact,
} from '#modules/contacts/index.ts';
import { applyChange, createCustomer, loadCustomer, storedOf } from '#modules/customers/index.ts';
import { checkValues, dictionaryFor, fromRow } from '#modules/fields/index.ts';
import { requirePermission } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import type { Translator } from '#platform/i18n/index.ts';
import { conflict, invalid, Problem } from '#shared/errors.ts';
import type { CustomerKind, FieldValues, Provenance } from '#shared/fields.ts';
import type { BusinessCardView } from '../../scan-contract.ts';
import { loadOwnCard, settle, viewCardScan } from './cards.ts';

const source = 'businessCard' as const;

export interface Confirmation {
  kind: CustomerKind;
  customerId?: string;
  contactId?: string;
  customer: FieldValues;
  contact: FieldValues | null;
  allowDuplicate: boolean;
}

/** Writes what a person has confirmed, all of it or nothing, and keeps the photo with it. */
export async function confirmCard(
  context: Context,
  translate: Translator,
  id: string,
  input: Confirmation,
): Promise<BusinessCardView> {
  const row = await loadOwnCard(context, id, true);
  requireVersion(context, row.version, () => viewCardScan(context, row, translate));
  if (row.state !== 'read' && row.state !== 'failed')
    throw conflict(
      row.state === 'confirmed' || row.state === 'discarded' ? 'businessCard.settled' : 'businessCard.waiting',
    );
  if (input.contactId && !input.customerId) throw invalid([{ field: 'customerId', code: 'input.required' }]);
  const customerId = input.customerId
    ? await named('customer', () => fillCustomer(context, input.customerId ?? '', input.customer))
    : await named('customer', () => newCustomer(context, input));
  const contactId = input.contact ? await named('contact', () => person(context, customerId, input)) : null;
  await context.tx
    .updateTable('file')
    .set({ expires_at: null })
    .where('org_id', '=', context.orgId)
    .where('id', '=', row.file_id)
    .execute();
  const settled = await settle(context, id, { state: 'confirmed', customer_id: customerId, contact_id: contactId });
  await recordEvent(context, {
    kind: 'businessCard.confirmed',
    subjectKind: 'businessCard',
    subjectId: id,
    customerId,
    data: { contactId, created: !input.customerId },
  });
  return viewCardScan(context, settled, translate);
}

/** Wrong values are named by the part of the form they stand in: `customer.name`, `contact.phones`. */
async function named<T>(part: 'customer' | 'contact', work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const rename = (field: string) => field.replace(/^values\./, `${part}.`);
    throw new Problem(error.status, error.code, {
      field: error.field ? rename(error.field) : undefined,
      params: error.params,
      errors: error.errors.map((item) => ({ ...item, field: rename(item.field) })),
      data: error.data,
    });
  }
}

async function newCustomer(context: Context, { kind, customer, allowDuplicate }: Confirmation): Promise<string> {
  requirePermission(context.actor, 'customer:create');
  const sources = Object.fromEntries(Object.keys(customer).map((key) => [key, { source }]));
  const card = await createCustomer(context, { kind, values: customer, sources, source, allowDuplicate });
  return card.id;
}

/** A known customer gets what it lacks; what it has is not overwritten by a photo. */
async function fillCustomer(context: Context, id: string, input: FieldValues): Promise<string> {
  const row = await loadCustomer(context, id, 'customer:update', true);
  if (row.state !== 'active') throw conflict('customer.trashed');
  const { fields } = await dictionaryFor(context, 'customer');
  const org = await context.tx
    .selectFrom('org')
    .select(['country', 'currency'])
    .where('org_id', '=', context.orgId)
    .executeTakeFirstOrThrow();
  const byKey = new Map(fields.map((field) => [field.key, field] as const));
  const stored = await storedOf(context, row);
  const lacking = Object.fromEntries(Object.entries(input).filter(([key]) => stored.values[key] === undefined));
  const { values, errors } = checkValues(byKey, lacking, { kind: row.kind, ...org, create: false });
  if (errors.length > 0) throw invalid(errors);
  await applyChange(context, stored, { values, source });
  return row.id;
}

async function person(context: Context, customerId: string, input: Confirmation): Promise<string> {
  const { contactId } = input;
  const given = input.contact ?? {};
  if (!contactId) {
    const values = await checkedContact(context, given, true);
    const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
    const [id = ''] = await insertContacts(context, [{ customerId, values: filled, source }]);
    return id;
  }
  const row = await loadContact(context, contactId, 'customer:update', true);
  if (row.customer_id !== customerId) throw invalid([{ field: 'contactId', code: 'link.unknown' }]);
  const checked = await checkedContact(context, given, false);
  const stored = fromRow((await contactFields(context)).values(), row);
  const verified = row.provenance as unknown as Record<string, Provenance>;
  const values: FieldValues = {};
  for (const [key, value] of Object.entries(checked)) {
    if (value === null) continue;
    if (key === 'phones' || key === 'emails') values[key] = united(stored[key], value);
    else if (stored[key] === undefined && !verified[key]?.verifiedAt) values[key] = value;
  }
  await applyContactChange(context, row, { values, source });
  return row.id;
}

/** The numbers a person has, and the new ones behind them. */
function united(known: unknown, found: unknown): unknown[] {
  const old = Array.isArray(known) ? (known as { value: string }[]) : [];
  const fresh = Array.isArray(found) ? (found as { value: string }[]) : [];
  return [...old, ...fresh.filter((item) => !old.some((other) => other.value === item.value))];
}
