import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { notFound } from '#shared/errors.ts';
import type { TextPointValue } from '#shared/fields.ts';

/** Whom a one-time link is for. */
export interface Recipient {
  customerId: string;
  contactId?: string;
}

/** Where its mail goes: nowhere without an address, and nowhere when mail was refused. */
export interface Addressed {
  customerId: string;
  contactId: string | null;
  email: string | null;
  refused: boolean;
}

const firstMail = (value: unknown): string | null =>
  ((value ?? []) as TextPointValue[]).find((item) => item.valid)?.value ?? null;

/**
 * The address of each recipient: the named person's, else the customer's own, else that of the person who is the primary contact
 * or the first with an address. Who is not visible to the caller is "not found".
 */
export async function addressesOf(context: Context, recipients: Recipient[]): Promise<Addressed[]> {
  if (recipients.length === 0) return [];
  const ids = [...new Set(recipients.map((one) => one.customerId))];
  const customers = await context.tx
    .selectFrom('customer')
    .select(['id', 'emails', 'no_mail'])
    .where('org_id', '=', context.orgId)
    .where('id', 'in', ids)
    .where('state', '=', 'active')
    .where(visible(context.actor, 'customer:read', 'customer'))
    .execute();
  const contacts = await context.tx
    .selectFrom('contact')
    .select(['id', 'customer_id', 'emails', 'no_mail', 'is_primary'])
    .where('org_id', '=', context.orgId)
    .where('customer_id', 'in', ids)
    .where('state', '=', 'active')
    .orderBy('id')
    .execute();
  return recipients.map(({ customerId, contactId }) => {
    const customer = customers.find((one) => one.id === customerId);
    if (!customer) throw notFound('customer');
    const people = contacts.filter((one) => one.customer_id === customerId);
    const named = contactId ? people.find((one) => one.id === contactId) : undefined;
    if (contactId && !named) throw notFound('contact');
    const own = firstMail(customer.emails);
    const reachable = people
      .filter((one) => firstMail(one.emails) && !one.no_mail)
      .sort((a, b) => Number(b.is_primary ?? false) - Number(a.is_primary ?? false));
    const person = named ?? (own ? undefined : reachable[0]);
    return {
      customerId,
      contactId: person?.id ?? null,
      email: (person && firstMail(person.emails)) ?? own,
      refused: (customer.no_mail ?? false) || (person?.no_mail ?? false),
    };
  });
}
