import { relatedCustomers } from '#modules/contacts/index.ts';
import { loadCustomer, registerBriefPart, viewCard } from '#modules/customers/index.ts';
import type { Context } from '#platform/context.ts';
import { normalizeCompanyName } from '#shared/text/company-name.ts';
import { listNotes } from './notes.ts';

/** Who the customer competes with, as far as the caller may know: by the card and by recorded relations. */
async function competitorsOf(context: Context, customerId: string) {
  const card = await viewCard(context, await loadCustomer(context, customerId, 'customer:read'));
  const named = Array.isArray(card.values.competitors) ? (card.values.competitors as string[]) : [];
  return {
    keys: named.map((name) => normalizeCompanyName(String(name)).slice(0, 250)).filter(Boolean),
    customerIds: await relatedCustomers(context, customerId, 'competitor'),
  };
}

registerBriefPart({
  key: 'intelligence',
  permission: 'intelligence:read',
  async read(context, customerId) {
    const valid = { validity: 'valid', state: 'active' } as const;
    const own = await listNotes(context, { ...valid, customerId, limit: 5 });
    const rivals = await competitorsOf(context, customerId);
    const known = rivals.keys.length + rivals.customerIds.length > 0;
    const news = await listNotes(context, {
      ...valid,
      subject: 'competitor',
      limit: 5,
      ...(known ? { competitors: rivals } : {}),
    });
    return {
      own: own.items,
      competitors: news.items.filter((item) => !own.items.some((mine) => mine.id === item.id)),
      /** Whether the news are of this customer's competitors; else of competitors at large. */
      theirs: known,
    };
  },
});
