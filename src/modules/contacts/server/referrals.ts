import { sql } from 'kysely';
import { holds } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { cursorOf, cursorPart, cursorParts } from '#shared/cursor.ts';
import { badRequest, conflict, forbidden, notFound } from '#shared/errors.ts';
import type { Referrer, RelationView } from '../relation-contract.ts';
import { changeable, type EndRef, endOf, endSeen, visibleNodes } from './ends.ts';
import { changeRow, openRelation, thanksOf } from './relations.ts';
import { type Amount, boughtBy, seesRevenue, sumAmounts } from './revenue.ts';

const referralType = (context: Context) =>
  sql`(select id from relation_type where org_id = ${context.orgId} and key = 'referral')`;

/** A chain goes on only through those the actor may see. */
const seen = (context: Context, side: 'from' | 'to') => endSeen(context, 'referral', side);

interface Asked {
  limit: number;
  cursor?: string;
  thanksDue?: 'true' | 'false';
  sort: 'direct' | 'revenue';
}
type Ranked = { id: string; direct: number; due: number };
/** So many of those who brought most are compared by what their chains bought. */
const compared = 2000;

/** Where a page goes on: the number it is ranked by, and the id. */
function place(cursor: string | undefined) {
  if (!cursor) return null;
  const [rank, id] = cursorParts(cursor, cursorPart.count, cursorPart.id);
  return { rank: BigInt(rank), id };
}

async function byCount(context: Context, thanksDue: boolean, limit: number, after: ReturnType<typeof place>) {
  const result = await sql<Ranked>`
    select * from (
      select referral.from_id as id, count(*) as direct,
        count(*) filter (where referral.thanks_due_on is not null and referral.thanked_at is null) as due
      from relation referral where referral.org_id = ${context.orgId} and referral.type_id = ${referralType(context)}
        and ${seen(context, 'from')} and ${seen(context, 'to')}
      group by referral.from_id) ranked
    where ${thanksDue ? sql`due > 0` : sql`true`}
      and ${after ? sql`(-direct, id) > (${String(-after.rank)}::numeric, ${after.id}::uuid)` : sql`true`}
    order by -direct, id limit ${limit}`.execute(context.tx);
  return result.rows;
}

/** Who brought customers, by how many or by what their chains bought. */
export async function listReferrers(
  context: Context,
  query: Asked,
): Promise<{ items: Referrer[]; nextCursor: string | null }> {
  const after = place(query.cursor);
  const byRevenue = query.sort === 'revenue';
  if (byRevenue && !holds(context.actor, 'purchase:read')) throw forbidden('purchase:read');
  if (byRevenue && !(await seesRevenue(context)))
    throw badRequest('field.unknown', { field: 'sort', params: { field: 'purchaseTotal' } });
  const due = query.thanksDue === 'true';
  const found = byRevenue
    ? await byCount(context, due, compared, null)
    : await byCount(context, due, query.limit + 1, after);
  const candidates = byRevenue ? found : found.slice(0, query.limit);
  const chains = await chainsOf(
    context,
    candidates.map((row) => row.id),
  );
  const bought = await boughtBy(
    context,
    [...chains.values()].flatMap((chain) => [...chain.customers]),
  );
  const revenueOf = (id: string) => bought && sumAmounts(bought, chains.get(id)?.customers ?? []);
  // What purchases are summed in is the company's currency alone.
  const ranked = candidates.map((row) => {
    const revenue = revenueOf(row.id);
    return { ...row, revenue, rank: byRevenue ? BigInt(revenue?.[0]?.amountMinor ?? 0) : BigInt(row.direct) };
  });
  if (byRevenue) ranked.sort((a, b) => (a.rank === b.rank ? (a.id < b.id ? -1 : 1) : a.rank > b.rank ? -1 : 1));
  const rest =
    byRevenue && after
      ? ranked.filter((row) => row.rank < after.rank || (row.rank === after.rank && row.id > after.id))
      : ranked;
  const page = rest.slice(0, query.limit);
  const more = byRevenue ? rest.length > query.limit : found.length > query.limit;
  const nodes = await visibleNodes(
    context,
    page.map((row) => row.id),
  );
  const last = page.at(-1);
  return {
    items: page.flatMap((row) => {
      const node = nodes.get(row.id);
      if (!node) return [];
      const chain = chains.get(row.id)?.count ?? row.direct;
      return [{ referrer: endOf(node), direct: row.direct, chain, thanksDue: row.due, revenue: row.revenue }];
    }),
    nextCursor: more && last ? cursorOf(last.rank, last.id) : null,
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
        and referral.from_id = chain.id and referral.to_id <> chain.root and ${seen(context, 'to')})
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

/** Everybody somebody brought, and whom those brought, nearest first; a referral reached over two of them is one line. */
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
      select referral.id, referral.to_id, 1 as depth from relation referral
      where referral.org_id = ${context.orgId} and referral.type_id = ${referralType(context)} and referral.from_id = ${root.id}
        and ${seen(context, 'to')}
      union
      select referral.id, referral.to_id, chain.depth + 1 from chain join relation referral on referral.org_id = ${context.orgId}
        and referral.type_id = ${referralType(context)} and referral.from_id = chain.to_id
        and referral.to_id <> ${root.id} and ${seen(context, 'to')}
      where chain.depth < 20),
    nearest as (select id, min(depth) as depth from chain group by id order by min(depth), id limit ${longest + 1})
    select relation.id, version, from_id, to_id, from_on, thanks_due_on, thanked_at, thanked_by, thanks_note, depth
    from nearest join relation on relation.org_id = ${context.orgId} and relation.id = nearest.id
    order by depth, relation.id`.execute(context.tx);
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
