import { viewContactsOf } from '#modules/contacts/index.ts';
import type { CustomerRow } from '#modules/customers/index.ts';
import { dictionaryFor, fieldsShown, fromRow, hidesContacts } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import type { FieldValues, TextPointValue } from '#shared/fields.ts';
import type { RecipientView } from '../send-contract.ts';

/** Who at the customer wants no mail of this kind; `null` among them stands for the customer itself, and means everybody. */
export async function refusers(context: Context, customerId: string): Promise<Set<string | null>> {
  const customer = await context.tx
    .selectFrom('customer')
    .select('no_mail')
    .where('org_id', '=', context.orgId)
    .where('id', '=', customerId)
    .executeTakeFirst();
  const people = await context.tx
    .selectFrom('contact')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', customerId)
    .where('no_mail', '=', true)
    .execute();
  return new Set([...people.map((person) => person.id), ...(customer?.no_mail ? [null] : [])]);
}

export const refuses = (refusing: Set<string | null>, contactId: string | null): boolean =>
  refusing.has(null) || (contactId !== null && refusing.has(contactId));

const addressesIn = (values: FieldValues): string[] =>
  ((values.emails ?? []) as TextPointValue[]).filter((item) => item.valid).map((item) => item.value);

/** People at the customer and the customer itself, with the addresses this actor may read. */
export async function recipientsOf(context: Context, customer: CustomerRow): Promise<RecipientView[]> {
  const { fields } = await dictionaryFor(context, 'customer');
  const shown = fieldsShown(fields, hidesContacts(context.actor, customer)).filter((field) => field.key === 'emails');
  const refusing = await refusers(context, customer.id);
  const people = await viewContactsOf(context, customer.id);
  return [
    ...people.map((contact) => ({
      contactId: contact.id,
      name: String(contact.values.name ?? ''),
      position: String(contact.values.position ?? ''),
      emails: addressesIn(contact.values),
      refused: refuses(refusing, contact.id),
    })),
    {
      contactId: null,
      name: customer.name,
      position: '',
      emails: addressesIn(fromRow(shown, customer)),
      refused: refuses(refusing, null),
    },
  ];
}
