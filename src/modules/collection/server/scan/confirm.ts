import {
  applyContactChange,
  checkedContact,
  contactFields,
  insertContacts,
  loadContact,
} from '#modules/contacts/index.ts';
import {
  admitCustomer,
  applyChange,
  loadCustomer,
  originHandler,
  registerOrigin,
  storedOf,
} from '#modules/customers/index.ts';
import { checkValues, dictionaryFor, fromRow } from '#modules/fields/index.ts';
import { settleCapture } from '#modules/work/index.ts';
import { checkContextOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import type { Translator } from '#platform/i18n/index.ts';
import { conflict, invalid, Problem } from '#shared/errors.ts';
import type { CustomerKind, FieldValues, Provenance } from '#shared/fields.ts';
import type { BusinessCardView } from '../../scan-contract.ts';
import { loadOwnCard, reopen, settle, viewCardScan } from './cards.ts';

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
  const made = input.customerId ? await known(context, input.customerId, input) : await fresh(context, id, input);
  if (made.customerId) await keepPicture(context, row.file_id);
  if (row.capture_id) await settleCapture(context, row.capture_id, made);
  const settled = await settle(context, id, made);
  await recordEvent(context, {
    kind: 'businessCard.confirmed',
    subjectKind: 'businessCard',
    subjectId: id,
    customerId: made.customerId,
    data: { contactId: made.contactId, intakeId: made.intakeId, created: !input.customerId },
  });
  return viewCardScan(context, settled, translate);
}

interface Made {
  customerId: string | null;
  contactId: string | null;
  intakeId: string | null;
}

async function known(context: Context, customerId: string, input: Confirmation): Promise<Made> {
  await named('customer', () => fillCustomer(context, customerId, input.customer));
  const contactId = input.contact ? await named('contact', () => person(context, customerId, input)) : null;
  return { customerId, contactId, intakeId: null };
}

/** A new customer with its person, or an intake of the two where the caller's customers are reviewed first. */
async function fresh(context: Context, id: string, input: Confirmation): Promise<Made> {
  const { kind, customer, allowDuplicate } = input;
  const given = input.contact;
  const people = given ? [await named('contact', () => newPerson(context, given))] : [];
  const sources = Object.fromEntries(Object.keys(customer).map((key) => [key, { source }]));
  const origin = { kind: originKind, id };
  const made = await named('customer', () =>
    admitCustomer(context, { kind, values: customer, sources, source, allowDuplicate, people, origin }),
  );
  const { customerId } = made;
  if (!customerId) return { ...made, contactId: null };
  const [contactId = null] = await named('contact', () =>
    insertContacts(
      context,
      people.map((values) => ({ customerId, values, source })),
    ),
  );
  return { ...made, contactId };
}

const originKind = 'businessCard';
registerOrigin(originKind, {
  async became(context, id, { customerId, contactIds }) {
    const row = await settle(context, id, { customerId, contactId: contactIds[0] ?? null });
    await keepPicture(context, row.file_id);
    if (row.capture_id) await originHandler('capture')?.became(context, row.capture_id, { customerId, contactIds });
  },
  async dropped(context, id) {
    const { capture_id } = await reopen(context, id);
    if (capture_id) await originHandler('capture')?.dropped(context, capture_id);
  },
});

/** The photo stays with the customer: it no longer ends with the unconfirmed ones. */
async function keepPicture(context: Context, fileId: string): Promise<void> {
  await context.tx
    .updateTable('file')
    .set({ expires_at: null })
    .where('org_id', '=', context.orgId)
    .where('id', '=', fileId)
    .execute();
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

/** A known customer gets what it lacks; what it has is not overwritten by a photo. */
async function fillCustomer(context: Context, id: string, input: FieldValues): Promise<void> {
  const row = await loadCustomer(context, id, 'customer:update', true);
  if (row.state !== 'active') throw conflict('customer.trashed');
  const { fields } = await dictionaryFor(context, 'customer');
  const byKey = new Map(fields.map((field) => [field.key, field] as const));
  const stored = await storedOf(context, row);
  const lacking = Object.fromEntries(Object.entries(input).filter(([key]) => stored.values[key] === undefined));
  const { values, errors } = checkValues(byKey, lacking, {
    ...(await checkContextOf(context, row.country)),
    kind: row.kind,
    create: false,
  });
  if (errors.length > 0) throw invalid(errors);
  await applyChange(context, stored, { values, source });
}

async function newPerson(context: Context, given: FieldValues): Promise<FieldValues> {
  const values = await checkedContact(context, given, true);
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

async function person(context: Context, customerId: string, input: Confirmation): Promise<string> {
  const { contactId } = input;
  const given = input.contact ?? {};
  if (!contactId) {
    const [id = ''] = await insertContacts(context, [{ customerId, values: await newPerson(context, given), source }]);
    return id;
  }
  const row = await loadContact(context, contactId, 'customer:update', true);
  if (row.customer_id !== customerId) throw invalid([{ field: 'contactId', code: 'link.unknown' }]);
  const checked = await checkedContact(context, given, false);
  const stored = fromRow((await contactFields(context)).values(), row);
  const verified = row.provenance as Record<string, Provenance>;
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
