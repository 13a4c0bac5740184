import { sql } from 'kysely';
import { confirmHits, readsWholeIndex } from '#modules/fields/index.ts';
import { scopeOf } from '#platform/access/actor.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { logAccess } from '#platform/events/index.ts';
import { planSearch, searchHits } from '#platform/search/query.ts';

interface SearchHit {
  kind: 'customer' | 'contact';
  id: string;
  customerId: string;
  title: string;
  number: string;
  customerName: string;
}

/** Newest customers and people matching the query that the caller may see. */
export async function search(context: Context, q: string, limit: number) {
  const plan = await planSearch(context, q);
  if (!plan) return { items: [] };
  const everything = scopeOf(context.actor, 'customer:read') === 'all';
  const whole = await readsWholeIndex(context);
  const wanted = whole ? limit : limit * 5;
  const hits = await searchHits(
    context,
    plan,
    wanted,
    everything,
    (candidates) => sql<SearchHit>`
      select candidates.kind, candidates.record_id as id, customer.id as "customerId", candidates.title, customer.number,
        customer.name as "customerName"
      from ${candidates} candidates join customer on customer.org_id = ${context.orgId} and customer.id = candidates.customer_id
      where customer.state = 'active' and ${visible(context.actor, 'customer:read', 'customer')}
      order by candidates.record_id desc limit ${wanted}`,
  );
  const items = whole ? hits : (await confirmHits(context, q, hits)).slice(0, limit);
  await logAccess(context, { action: 'search', subjectKind: 'customer', detail: { q, count: items.length } });
  return { items };
}
