import { sql } from 'kysely';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { logAccess } from '#platform/events/index.ts';
import { searchCandidates } from '#platform/search/documents.ts';

/** Newest customers and people matching the query that the caller may see. Candidates are many more than results, for narrow scopes. */
export async function search(context: Context, q: string, limit: number) {
  const candidates = searchCandidates(q, context.actor.grants['customer:read'] === 'all' ? limit * 2 : 2000);
  if (!candidates) return { items: [] };
  const result = await sql<{
    kind: 'customer' | 'contact';
    id: string;
    customerId: string;
    title: string;
    number: string;
    customerName: string;
  }>`
    select candidates.kind, candidates.record_id as id, customer.id as "customerId", candidates.title, customer.number, customer.name as "customerName"
    from ${candidates} join customer on customer.org_id = ${context.orgId} and customer.id = candidates.customer_id
    where customer.state = 'active' and ${visible(context.actor, 'customer:read', 'customer')}
    order by candidates.record_id desc limit ${limit}`.execute(context.tx);
  await logAccess(context, { action: 'search', subjectKind: 'customer', detail: { q, count: result.rows.length } });
  return { items: result.rows };
}
