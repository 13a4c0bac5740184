import { samePeople } from '#modules/contacts/index.ts';
import { findDuplicates } from '#modules/customers/index.ts';
import { checkValues, dictionaryFor } from '#modules/fields/index.ts';
import { visible } from '#platform/access/visible.ts';
import { checkContextOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { logAccess } from '#platform/events/index.ts';
import type { FieldValues, RecordObject } from '#shared/fields.ts';

async function sound(context: Context, object: RecordObject, input: FieldValues): Promise<FieldValues> {
  const { fields } = await dictionaryFor(context, object);
  const byKey = new Map(fields.map((field) => [field.key, field] as const));
  const known = Object.fromEntries(Object.entries(input).filter(([key]) => byKey.has(key)));
  const { values } = checkValues(byKey, known, { ...(await checkContextOf(context)), kind: null, create: false });
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

/** Customers that may be the card's company, by the company and by the person, and people that may be the card's person. */
export async function matchesOf(
  context: Context,
  cardId: string,
  input: { kind: string; customer: FieldValues; contact: FieldValues },
) {
  const customer = await sound(context, 'customer', input.customer);
  const contact = await sound(context, 'contact', input.contact);
  const byCompany = await findDuplicates(context, { object: 'customer', kind: input.kind, values: customer }, null);
  const byPerson = await findDuplicates(context, { object: 'contact', kind: null, values: contact }, null);
  const found = new Map([...byPerson.items, ...byCompany.items].map((item) => [item.id, item]));
  const people = await samePeople(context, contact, { at: [...found.keys()], colleagues: true, limit: 20 });
  const changeable = new Set(await mayUpdate(context, [...found.keys(), ...people.map((item) => item.customerId)]));
  const customers = [...found.values()]
    .sort((a, b) => Number(b.certain) - Number(a.certain) || b.score - a.score)
    .map((item) => ({ ...item, mayUpdate: changeable.has(item.id) }));
  await logAccess(context, {
    action: 'search',
    subjectKind: 'customer',
    detail: { part: 'businessCard', cardId, count: customers.length + people.length },
  });
  return {
    customers,
    people: people.map((item) => ({ ...item, mayUpdate: changeable.has(item.customerId) })),
    hidden: Math.max(byCompany.hidden, byPerson.hidden),
  };
}

async function mayUpdate(context: Context, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await context.tx
    .selectFrom('customer')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('id', 'in', ids)
    .where('state', '=', 'active')
    .where(visible(context.actor, 'customer:update', 'customer'))
    .execute();
  return rows.map((row) => row.id);
}
