import { type RawBuilder, sql } from 'kysely';
import { scopeOf } from '#platform/access/actor.ts';
import { visible } from '#platform/access/visible.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import type { GraphEdge } from '../relation-contract.ts';
import { endSeen } from './ends.ts';
import { parentTypeKey } from './relations.ts';

export interface EdgeQuery {
  types?: string[];
  minStrength?: number;
  /** Ties that held on this day; today unless told. */
  on?: string | undefined;
  limit: number;
}

/** Strength of ties nobody graded: a post, a reporting line, a company's parent. */
const tie = { worksAt: 4, reportsTo: 4, parent: 4 };

/** Whether a relation or a post holds on a day. */
export const held = (
  table: string,
  day: string,
) => sql<boolean>`coalesce(${sql.ref(`${table}.from_on`)} <= ${day}::date, true)
  and coalesce(${sql.ref(`${table}.to_on`)} >= ${day}::date, true)`;

/** Recorded relations that are asked for: of these types, as strong, and of that day. */
export async function recorded(context: Context, query: Omit<EdgeQuery, 'limit'>): Promise<RawBuilder<boolean>> {
  const typed = query.types
    ? sql`and relation.type_id in (select id from relation_type where org_id = ${context.orgId} and key = any(${query.types}::text[]))`
    : sql``;
  return sql<boolean>`relation.strength >= ${query.minStrength ?? 1} ${typed}
    and ${held('relation', query.on ?? (await companyToday(context)))}`;
}

/**
 * Ties of these customers, people and users that hold on a day: recorded relations, what follows from cards as they are now (parent,
 * dealer, household), posts and reporting lines. Not all other ends are checked: callers look them up by `visibleNodes` before
 * anything leaves.
 */
export async function edgesAround(context: Context, ids: string[], query: EdgeQuery): Promise<GraphEdge[]> {
  if (ids.length === 0) return [];
  const here = sql`${ids}::uuid[]`;
  const post = held('employment', query.on ?? (await companyToday(context)));
  const asked = await recorded(context, query);
  const limit = sql`limit ${query.limit}`;
  const wants = (key: string, strength: number) =>
    (!query.types || query.types.includes(key)) && strength >= (query.minStrength ?? 1);
  // Relations out of sight would use up the limit of a node that has very many. Who sees all has next to none.
  const seen = (other: 'from' | 'to') =>
    scopeOf(context.actor, 'customer:read') === 'all' ? sql`` : sql`and ${endSeen(context, 'relation', other)}`;
  const relation = (end: 'from' | 'to', other: 'from' | 'to') => sql`
    (select relation.id::text as id, relation.from_id as "from", relation.to_id as "to", type.key as "typeKey", relation.strength
    from relation join relation_type type on type.org_id = relation.org_id and type.id = relation.type_id
    where relation.org_id = ${context.orgId} and ${sql.ref(`relation.${end}_id`)} = any(${here}) ${seen(other)}
      and ${asked}
    order by relation.strength desc, relation.id ${limit})`;
  const parts: RawBuilder<unknown>[] = [relation('from', 'to'), relation('to', 'from')];
  const parents = (condition: RawBuilder<unknown>) => sql`
    (select 'parent-' || child.id, parent.id, child.id, ${parentTypeKey}, ${tie.parent}::smallint
    from customer child join customer parent on parent.org_id = child.org_id and parent.id = child.parent_customer_id
    where child.org_id = ${context.orgId} and child.state = 'active' and ${visible(context.actor, 'customer:read', 'child')}
      and ${condition} ${query.types ? sql`and ${parentTypeKey} = any(${query.types}::text[])` : sql``} order by child.id ${limit})`;
  if (tie.parent >= (query.minStrength ?? 1))
    parts.push(parents(sql`child.id = any(${here})`), parents(sql`child.parent_customer_id = any(${here})`));
  const posts = (column: string) => sql`
    (select 'post-' || employment.id, employment.contact_id, employment.customer_id, 'worksAt', ${tie.worksAt}::smallint
    from employment where org_id = ${context.orgId} and ${post} and customer_id is not null
      and ${sql.ref(`employment.${column}`)} = any(${here}) order by employment.id ${limit})`;
  if (wants('worksAt', tie.worksAt)) parts.push(posts('customer_id'), posts('contact_id'));
  const lines = (column: string) => sql`
    (select 'line-' || employment.id, employment.contact_id, employment.reports_to, 'reportsTo', ${tie.reportsTo}::smallint
    from employment where org_id = ${context.orgId} and ${post} and reports_to is not null
      and ${sql.ref(`employment.${column}`)} = any(${here}) order by employment.id ${limit})`;
  if (wants('reportsTo', tie.reportsTo)) parts.push(lines('contact_id'), lines('reports_to'));
  const result = await sql<GraphEdge>`${sql.join(parts, sql` union `)}`.execute(context.tx);
  return result.rows;
}

/** Users who know these customers and people: owners of the customers, and whoever said so. */
export async function knownBy(
  context: Context,
  ids: string[],
): Promise<{ userId: string; nodeId: string; strength: number; typeKey: string }[]> {
  if (ids.length === 0) return [];
  const result = await sql<{ userId: string; nodeId: string; strength: number; typeKey: string }>`
    select owner_id as "userId", id as "nodeId", 3 as strength, 'owns' as "typeKey" from customer
    where org_id = ${context.orgId} and id = any(${ids}::uuid[]) and owner_id is not null
    union all
    select from_user_id, to_id, strength, 'knows' from relation
    where org_id = ${context.orgId} and to_id = any(${ids}::uuid[]) and from_user_id is not null
      and ${held('relation', await companyToday(context))}`.execute(context.tx);
  return result.rows;
}
