import { sql } from 'kysely';
import { visibleRecords } from '#modules/fields/index.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { badRequest, conflict, notFound } from '#shared/errors.ts';
import type { Referrer, RelationView } from '../relation-contract.ts';
import { changeable, type EndRef, endOf, visibleNodes } from './ends.ts';
import { changeRow, openRelation, thanksOf } from './relations.ts';
import { type Amount, boughtBy, sumAmounts } from './revenue.ts';

const referralType = (context: Context) =>
  sql`(select id from relation_type where org_id = ${context.orgId} and key = 'referral')`;

/** The ends of a referral the actor may see, as a condition on `referral`: a chain goes on only through those. */
const seen = (context: Context, side: 'from' | 'to') => sql`(
  exists (select 1 from customer where customer.org_id = referral.org_id and customer.id = ${sql.ref(`referral.${side}_customer_id`)}
    and customer.state = 'active' and ${visible(context.actor, 'customer:read', 'customer')})
  or exists (select 1 from contact where contact.org_id = referral.org_id and contact.id = ${sql.ref(`referral.${side}_contact_id`)}
    and contact.state = 'active' and ${visibleRecords(context, 'contact', 'customer:read')}))`;

/** Who brought customers, by how many. */
export async function listReferrers(
  context: Context,
  query: { limit: number; cursor?: string; thanksDue?: 'true' | 'false' },
): Promise<{ items: Referrer[]; nextCursor: string | null }> {
  const after = /^(\d+)\.([0-9a-f-]{36})$/.exec(query.cursor ?? '');
  if (query.cursor && !after) throw badRequest('cursor.invalid', { field: 'cursor' });
  const result = await sql<{ id: string; direct: number; due: number }>`
    select * from (
      select referral.from_id as id, count(*) as direct,
        count(*) filter (where referral.thanks_due_on is not null and referral.thanked_at is null) as due
      from relation referral where referral.org_id = ${context.orgId} and referral.type_id = ${referralType(context)}
        and ${seen(context, 'from')} and ${seen(context, 'to')}
      group by referral.from_id) ranked
    where ${query.thanksDue === 'true' ? sql`due > 0` : sql`true`}
      and ${after ? sql`(-direct, id) > (${-Number(after[1])}, ${after[2]}::uuid)` : sql`true`}
    order by -direct, id limit ${query.limit + 1}`.execute(context.tx);
  const page = result.rows.slice(0, query.limit);
  const ids = page.map((row) => row.id);
  const nodes = await visibleNodes(context, ids);
  const chains = await chainsOf(context, ids);
  const bought = await boughtBy(
    context,
    [...chains.values()].flatMap((chain) => [...chain.customers]),
  );
  const last = page.at(-1);
  return {
    items: page.flatMap((row) => {
      const node = nodes.get(row.id);
      const chain = chains.get(row.id);
      return node
        ? [
            {
              referrer: endOf(node),
              direct: row.direct,
              chain: chain?.count ?? row.direct,
              thanksDue: row.due,
              revenue: bought && sumAmounts(bought, chain?.customers ?? []),
            },
          ]
        : [];
    }),
    nextCursor: result.rows.length > query.limit && last ? `${last.direct}.${last.id}` : null,
  };
}

/** For each referrer everybody of the chain, read in one query. */
async function chainsOf(
  context: Context,
  ids: string[],
): Promise<Map<string, { count: number; customers: Set<string> }>> {
  const chains = new Map<string, { count: number; customers: Set<string> }>();
  if (ids.length === 0) return chains;
  const result = await sql<{ root: string; id: string; customerId: string | null }>`
    with recursive chain as (
      select referral.from_id as root, referral.to_id as id, referral.to_customer_id, referral.to_contact_id
      from relation referral where referral.org_id = ${context.orgId} and referral.type_id = ${referralType(context)}
        and referral.from_id = any(${ids}::uuid[]) and ${seen(context, 'to')}
      union
      select chain.root, referral.to_id, referral.to_customer_id, referral.to_contact_id
      from chain join relation referral on referral.org_id = ${context.orgId} and referral.type_id = ${referralType(context)}
        and referral.from_id = chain.id and ${seen(context, 'to')})
    select distinct chain.root, chain.id, coalesce(chain.to_customer_id, contact.customer_id) as "customerId"
    from chain left join contact on contact.org_id = ${context.orgId} and contact.id = chain.to_contact_id
    limit 50000`.execute(context.tx);
  for (const row of result.rows) {
    const chain = chains.get(row.root) ?? { count: 0, customers: new Set<string>() };
    chain.count += 1;
    if (row.customerId) chain.customers.add(row.customerId);
    chains.set(row.root, chain);
  }
  return chains;
}

/** A chain beyond this is read in parts: from one of those it names. */
const longest = 500;

/** Everybody somebody brought, and whom those brought, nearest first. */
export async function referralChain(context: Context, root: EndRef) {
  const start = await visibleNodes(context, [root.id]);
  if (start.get(root.id)?.kind !== root.kind) throw notFound(root.kind);
  const result = await sql<{
    id: string;
    version: number;
    from_id: string;
    to_id: string;
    from_on: string | null;
    thanks_due_on: string | null;
    thanked_at: Date | null;
    thanked_by: string | null;
    thanks_note: string | null;
    depth: number;
  }>`
    with recursive chain as (
      select referral.*, 1 as depth from relation referral
      where referral.org_id = ${context.orgId} and referral.type_id = ${referralType(context)} and referral.from_id = ${root.id}
        and ${seen(context, 'to')}
      union all
      select referral.*, chain.depth + 1 from chain join relation referral on referral.org_id = ${context.orgId}
        and referral.type_id = ${referralType(context)} and referral.from_id = chain.to_id and ${seen(context, 'to')}
      where chain.depth < 20)
    select id, version, from_id, to_id, from_on, thanks_due_on, thanked_at, thanked_by, thanks_note, depth
    from chain order by depth, id limit ${longest + 1}`.execute(context.tx);
  const rows = result.rows.slice(0, longest);
  const ids = rows.flatMap((row) => [row.from_id, row.to_id, ...(row.thanked_by ? [row.thanked_by] : [])]);
  const nodes = await visibleNodes(context, ids);
  const may = await changeable(context, ids);
  const customers = rows.flatMap((row) => nodes.get(row.to_id)?.customerId ?? []);
  const bought = await boughtBy(context, customers);
  return {
    items: rows.flatMap((row) => {
      const referred = nodes.get(row.to_id);
      if (!referred) return [];
      const revenue: Amount[] | null = bought && sumAmounts(bought, referred.customerId ? [referred.customerId] : []);
      return [
        {
          relationId: row.id,
          version: row.version,
          by: row.from_id,
          depth: row.depth,
          referred: endOf(referred),
          fromOn: row.from_on,
          thanks: thanksOf(row as never, nodes),
          can: { update: may.has(row.from_id) || may.has(row.to_id) },
          revenue,
        },
      ];
    }),
    truncated: result.rows.length > longest,
  };
}

/** Thanks were given: who says so and when is kept. */
export async function thank(context: Context, id: string, note: string | undefined): Promise<RelationView> {
  const row = await openRelation(context, id);
  if (!row.thanks_due_on) throw conflict('relation.noThanksDue');
  return changeRow(
    context,
    row,
    { thanked_at: context.now(), thanked_by: context.actor.userId, thanks_note: note ?? null },
    'relation.thanked',
  );
}

export async function unthank(context: Context, id: string): Promise<RelationView> {
  const row = await openRelation(context, id);
  if (!row.thanked_at) throw conflict('relation.noThanksDue');
  return changeRow(context, row, { thanked_at: null, thanked_by: null, thanks_note: null }, 'relation.thanksOwed');
}
