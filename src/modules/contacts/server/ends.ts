import { sql } from 'kysely';
import { visibleRecords } from '#modules/fields/index.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import type { EndKind, GraphNode, RelationEnd } from '../relation-contract.ts';

export interface EndRef {
  kind: EndKind;
  id: string;
}

/**
 * The customers and people among the ids that the actor may see, and the users, by id. Whatever is drawn, listed or walked goes
 * through here: who is not in the answer does not exist for the actor.
 */
export async function visibleNodes(context: Context, ids: Iterable<string>): Promise<Map<string, GraphNode>> {
  const wanted = [...new Set(ids)];
  const nodes = new Map<string, GraphNode>();
  if (wanted.length === 0) return nodes;
  const result = await sql<GraphNode>`
    select 'customer' as kind, id, name, number as detail, id as "customerId", grade, null as attitude
    from customer where org_id = ${context.orgId} and id = any(${wanted}::uuid[]) and state = 'active'
      and ${visible(context.actor, 'customer:read', 'customer')}
    union all
    select 'contact', contact.id, contact.name, company.name, contact.customer_id, null, contact.attitude
    from contact join customer company on company.org_id = contact.org_id and company.id = contact.customer_id and company.state = 'active'
    where contact.org_id = ${context.orgId} and contact.id = any(${wanted}::uuid[]) and contact.state = 'active'
      and ${visibleRecords(context, 'contact', 'customer:read')}
    union all
    select 'user', id, name, null, null, null, null from app_user
    where org_id = ${context.orgId} and id = any(${wanted}::uuid[]) and state = 'active'`.execute(context.tx);
  for (const row of result.rows) nodes.set(row.id, row);
  return nodes;
}

/** Whether the actor may see an end of a relation, as a condition: what is out of sight is neither counted nor paged over. */
export const endSeen = (context: Context, relation: string, side: 'from' | 'to') => sql<boolean>`(
  exists (select 1 from customer where customer.org_id = ${context.orgId} and customer.id = ${sql.ref(`${relation}.${side}_customer_id`)}
    and customer.state = 'active' and ${visible(context.actor, 'customer:read', 'customer')})
  or exists (select 1 from contact join customer company on company.org_id = contact.org_id and company.id = contact.customer_id and company.state = 'active'
    where contact.org_id = ${context.orgId} and contact.id = ${sql.ref(`${relation}.${side}_contact_id`)}
    and contact.state = 'active' and ${visible(context.actor, 'customer:read', 'company')})
  ${side === 'from' ? sql`or exists (select 1 from app_user where app_user.org_id = ${context.orgId} and app_user.id = ${sql.ref(`${relation}.from_user_id`)} and app_user.state = 'active')` : sql``})`;

export const endOf = ({ kind, id, name, detail, customerId }: GraphNode): RelationEnd => ({
  kind,
  id,
  name,
  detail,
  customerId,
});

/** Of the customers and people among the ids, those the actor may change. */
export async function changeable(context: Context, ids: Iterable<string>): Promise<Set<string>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Set();
  const result = await sql<{ id: string }>`
    select id from customer where org_id = ${context.orgId} and id = any(${wanted}::uuid[]) and state = 'active'
      and ${visible(context.actor, 'customer:update', 'customer')}
    union all
    select id from contact where org_id = ${context.orgId} and id = any(${wanted}::uuid[]) and state = 'active'
      and ${visibleRecords(context, 'contact', 'customer:update')}`.execute(context.tx);
  return new Set(result.rows.map((row) => row.id));
}
