import { applyChange, storedOf } from '#modules/customers/index.ts';
import type { Context } from '#platform/context.ts';
import type { ValueSource } from '#shared/fields.ts';
import { applyContactChange } from './store.ts';

/** Somebody who was written to: a person at a customer, or the customer itself. */
export interface WrittenTo {
  customerId: string | null;
  contactId: string | null;
}

/**
 * Notes on the card of who was written to that forms, materials and the like are refused by mail, or welcome again. It holds at
 * once and for all of them. False when there is no such record any more.
 */
export async function setNoMail(
  context: Context,
  { customerId, contactId }: WrittenTo,
  noMail: boolean,
  source: ValueSource,
): Promise<boolean> {
  const change = { values: { noMail }, sources: { noMail: { source } }, source };
  if (contactId) {
    const contact = await context.tx
      .selectFrom('contact')
      .selectAll()
      .where('org_id', '=', context.orgId)
      .where('id', '=', contactId)
      .where('state', '=', 'active')
      .forUpdate()
      .executeTakeFirst();
    if (contact) await applyContactChange(context, contact, change);
    return contact !== undefined;
  }
  if (!customerId) return false;
  const customer = await context.tx
    .selectFrom('customer')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', customerId)
    .where('state', '=', 'active')
    .forUpdate()
    .executeTakeFirst();
  if (customer) await applyChange(context, await storedOf(context, customer), change);
  return customer !== undefined;
}
