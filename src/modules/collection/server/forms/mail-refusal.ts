import { applyContactChange } from '#modules/contacts/index.ts';
import { applyChange, storedOf } from '#modules/customers/index.ts';
import type { Context } from '#platform/context.ts';
import type { PublicContext } from '#platform/http/route.ts';
import type { Links } from '#platform/links/index.ts';
import { Problem } from '#shared/errors.ts';

/**
 * Whoever was written to may say "no more mail" by the link of that mail, also when it was answered or ran out. Holds at once,
 * for every form and every other mail to many: it is a field of the person's or the customer's card.
 */
export async function refuseMail(links: Links, request: PublicContext, token: string): Promise<undefined> {
  await links.open(
    request,
    token,
    'form',
    async (context, link) => {
      const change = {
        values: { noMail: true },
        sources: { noMail: { source: 'form' as const } },
        source: 'form' as const,
      };
      if (link.contactId) {
        const contact = await contactOf(context, link.contactId);
        if (contact) await applyContactChange(context, contact, change);
      } else if (link.customerId) {
        const customer = await customerOf(context, link.customerId);
        if (customer) await applyChange(context, await storedOf(context, customer), change);
      } else throw new Problem(404, 'link.gone');
    },
    { spent: true },
  );
  return undefined;
}

const customerOf = (context: Context, id: string) =>
  context.tx
    .selectFrom('customer')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .where('state', '=', 'active')
    .forUpdate()
    .executeTakeFirst();

const contactOf = (context: Context, id: string) =>
  context.tx
    .selectFrom('contact')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .where('state', '=', 'active')
    .forUpdate()
    .executeTakeFirst();
