import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';

export interface Viewer {
  userId: string;
  name: string;
  because: 'owner' | 'team' | 'region' | 'all';
  roles: { zh: string; en: string }[];
}

/** Who holds a permission on a row, and through which scope: the answer to "who can see this?", at most 500 by name. */
export async function whoCan(
  context: Context,
  permission: string,
  row: { owner_id: string | null; team_id: string | null; region_id: string | null },
): Promise<{ total: number; viewers: Viewer[] }> {
  const result = await sql<Viewer & { total: number }>`
    with holder as (
      select u.id, u.name, u.name_sort, u.team_id, u.region_ids, r.name_zh, r.name_en, r.grants->>${permission} as scope
      from app_user u join user_role ur on ur.org_id = u.org_id and ur.user_id = u.id
      join role r on r.org_id = ur.org_id and r.id = ur.role_id
      where u.org_id = ${context.orgId} and u.state = 'active' and jsonb_exists(r.grants, ${permission})
    ), above as (
      select coalesce((select path from team where org_id = ${context.orgId} and id = ${row.team_id}::uuid), '{}') as teams,
        coalesce((select path from sales_region where org_id = ${context.orgId} and id = ${row.region_id}::uuid), '{}') as regions
    ), reached as (
      select holder.*, case
        when id = ${row.owner_id}::uuid then 'owner'
        when scope in ('team', 'region') and team_id = any(above.teams) then 'team'
        when scope = 'region' and region_ids && above.regions then 'region'
        when scope = 'all' then 'all' end as because
      from holder, above)
    select id as "userId", name, (array['owner', 'team', 'region', 'all'])[min(array_position(array['owner', 'team', 'region', 'all'], because))] as because,
      jsonb_agg(jsonb_build_object('zh', name_zh, 'en', name_en) order by name_zh) as roles, count(*) over () as total
    from reached where because is not null group by id, name, name_sort
    order by bool_or(because = 'owner') desc, name_sort collate "C", id limit 500`.execute(context.tx);
  const viewers = result.rows.map(({ userId, name, because, roles }) => ({ userId, name, because, roles }));
  return { total: result.rows[0]?.total ?? 0, viewers };
}
