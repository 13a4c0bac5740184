import { sql } from 'kysely';
import { permissionHolders } from '#modules/people/index.ts';
import type { Context } from '#platform/context.ts';
import type { Approver } from '../flow-shapes.ts';

/** More people than this are not asked at once; whoever holds the permission may decide all the same. */
const maximum = 50;

const ids = (rows: { id: string }[]): string[] => rows.map((row) => row.id);

/** Of these users the ones who can sign in. */
export async function activeUsers(context: Context, userIds: string[]): Promise<string[]> {
  if (userIds.length === 0) return [];
  const rows = await context.tx
    .selectFrom('app_user')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('id', 'in', userIds)
    .where('state', '=', 'active')
    .execute();
  const active = new Set(ids(rows));
  return userIds.filter((id) => active.has(id));
}

async function roleMembers(context: Context, roleId: string): Promise<string[]> {
  const rows = await context.tx
    .selectFrom('user_role')
    .innerJoin('app_user', (join) =>
      join.onRef('app_user.org_id', '=', 'user_role.org_id').onRef('app_user.id', '=', 'user_role.user_id'),
    )
    .select('app_user.id')
    .where('user_role.org_id', '=', context.orgId)
    .where('user_role.role_id', '=', roleId)
    .where('app_user.state', '=', 'active')
    .orderBy('app_user.id')
    .limit(maximum)
    .execute();
  return ids(rows);
}

/**
 * Superiors of a user, nearest first: those who oversee approvals in the user's team, then in the teams above, then in the
 * whole company. Whoever oversees the own team is nobody's subordinate there: for them it begins one team higher.
 */
async function superiors(context: Context, userId: string): Promise<string[][]> {
  const found = await sql<{ id: string; depth: number }>`
    with holder as (
      select u.id, u.team_id, bool_or(r.grants->>'approval:oversee' = 'all') as everywhere
      from app_user u join user_role ur on ur.org_id = u.org_id and ur.user_id = u.id
      join role r on r.org_id = ur.org_id and r.id = ur.role_id
      where u.org_id = ${context.orgId} and u.state = 'active'
        and r.grants->>'approval:oversee' in ('team', 'region', 'all')
      group by u.id, u.team_id
    ), me as (
      select coalesce(t.path, '{}') as path, exists (select 1 from holder h where h.id = u.id) as leads
      from app_user u left join team t on t.org_id = u.org_id and t.id = u.team_id
      where u.org_id = ${context.orgId} and u.id = ${userId}
    )
    select h.id, coalesce(array_position(me.path, h.team_id), 0) as depth
    from holder h, me
    where h.id <> ${userId} and (h.everywhere or h.team_id = any(me.path))
      and not (me.leads and h.team_id is not null and h.team_id = me.path[cardinality(me.path)])
    order by 2 desc, h.id limit 200`.execute(context.tx);
  const levels = new Map<number, string[]>();
  for (const row of found.rows) levels.set(row.depth, [...(levels.get(row.depth) ?? []), row.id]);
  return [...levels.values()];
}

/** The superiors at a level; the highest there are when the tree is not that deep. */
export async function managersOf(context: Context, userId: string, level = 1): Promise<string[]> {
  const levels = await superiors(context, userId);
  return (levels[level - 1] ?? levels.at(-1) ?? []).slice(0, maximum);
}

/** Who is meant by an approver of a flow, without the requester: nobody decides on an own request. */
export async function resolveApprover(context: Context, approver: Approver, requestedBy: string): Promise<string[]> {
  const found = await {
    role: () => roleMembers(context, (approver as { roleId: string }).roleId),
    person: () => activeUsers(context, (approver as { userIds: string[] }).userIds),
    manager: () => managersOf(context, requestedBy, (approver as { level: number }).level),
    permission: () => permissionHolders(context, (approver as { permission: string }).permission),
  }[approver.by]();
  return found.filter((id) => id !== requestedBy);
}
