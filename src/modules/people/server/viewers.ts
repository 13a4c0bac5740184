import { type RawBuilder, sql } from 'kysely';
import { type Shared, sharedUse } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { cursorOf, cursorPart, cursorParts, pageOfRows } from '#shared/cursor.ts';
import { named } from './named.ts';

/** A customer, or a row that stands where one would. */
export interface OwnedRow {
  id: string;
  owner_id: string | null;
  team_id: string | null;
  region_id: string | null;
  pool: string | null;
}

export type Because = 'owner' | 'collaborator' | 'team' | 'region' | 'pool' | 'all';

interface Viewer {
  id: string;
  name: string;
  name_sort: string;
  first: number;
  because: Because;
  roles: { zh: string; en: string }[];
}

/** Collaborators by whose access the permission reaches the row; the same rule as `visible`. */
const shares = (row: OwnedRow, use: Shared): RawBuilder<boolean> =>
  use === 'none'
    ? sql<boolean>`false`
    : sql<boolean>`exists (select 1 from collaborator c where c.org_id = h.org_id and c.user_id = h.id
        and c.customer_id = ${row.id}::uuid ${use === 'write' ? sql`and c.access = 'write'` : sql``})`;

/** Those who may look into the pool the row lies in. */
const claims = (row: OwnedRow, permission: string): RawBuilder<boolean> =>
  permission !== 'customer:read' || !row.pool
    ? sql<boolean>`false`
    : sql<boolean>`exists (select 1 from user_role x join role y on y.org_id = x.org_id and y.id = x.role_id
          where x.org_id = h.org_id and x.user_id = h.id and jsonb_exists(y.grants, 'pool:claim'))
        and exists (select 1 from pool p where p.org_id = h.org_id
          and p.id::text = ${row.pool} and p.state = 'active' and (p.team_ids = '{}' and p.role_ids = '{}'
            or exists (select 1 from team t where t.org_id = h.org_id and t.id = h.team_id and t.path && p.team_ids)
            or exists (select 1 from user_role ur where ur.org_id = h.org_id and ur.user_id = h.id
              and ur.role_id = any(p.role_ids))))`;

/** Everybody who holds the permission on the row, once each, with the reason and the roles it comes from. */
const holders = (context: Context, permission: string, row: OwnedRow): RawBuilder<Viewer> => sql<Viewer>`
  select id, name, name_sort, (min(because) <> 'owner')::int as first, min(because) as because,
    jsonb_agg(jsonb_build_object('zh', name_zh, 'en', name_en)) as roles
  from (
    select h.*, case
      when h.id = ${row.owner_id}::uuid then 'owner'
      when ${shares(row, sharedUse(permission))} then 'collaborator'
      when h.scope in ('team', 'region') and exists (select 1 from team t where t.org_id = h.org_id
        and t.id = ${row.team_id}::uuid and h.team_id = any(t.path)) then 'team'
      when h.scope = 'region' and exists (select 1 from sales_region s where s.org_id = h.org_id
        and s.id = ${row.region_id}::uuid and s.path && h.region_ids) then 'region'
      when h.scope = 'all' then 'all'
      when ${claims(row, permission)} then 'pool' end as because
    from (
      select u.org_id, u.id, u.name, u.name_sort, u.team_id, u.region_ids, r.name_zh, r.name_en,
        r.grants->>${permission} as scope
      from app_user u join user_role ur on ur.org_id = u.org_id and ur.user_id = u.id
      join role r on r.org_id = ur.org_id and r.id = ur.role_id
      where u.org_id = ${context.orgId} and u.state = 'active' and jsonb_exists(r.grants, ${permission})
    ) h
  ) seen where because is not null group by id, name, name_sort`;

const fits = (q: string | undefined): RawBuilder<boolean> => (q ? named(q) : sql<boolean>`true`);

/** Who holds a permission on a row, and through which scope: the answer to "who can see this?". Owner first, then by pinyin. */
export async function whoCan(
  context: Context,
  permission: string,
  row: OwnedRow,
  query: { limit: number; cursor?: string; q?: string },
) {
  const from = query.cursor
    ? cursorParts(query.cursor, cursorPart.oneOf('0', '1'), cursorPart.text, cursorPart.id)
    : undefined;
  const after = from
    ? sql<boolean>`(first, name_sort collate "C", id) > (${Number(from[0])}, ${from[1]}, ${from[2]}::uuid)`
    : sql<boolean>`true`;
  const { rows } = await sql<Viewer & { total: number }>`
    with viewer as materialized (${holders(context, permission, row)}),
      found as (select *, count(*) over ()::int as total from viewer where ${fits(query.q)})
    select * from found where ${after} order by first, name_sort collate "C", id limit ${query.limit + 1}`.execute(
    context.tx,
  );
  const { page, nextCursor } = pageOfRows(rows, query.limit, (last) => cursorOf(last.first, last.name_sort, last.id));
  return {
    total: rows[0]?.total ?? 0,
    items: page.map(({ id, name, because, roles }) => ({ userId: id, name, because, roles })),
    nextCursor,
  };
}

/** A few who hold the permission on every one of the rows: whom to ask, to tell or to offer for a mention. */
export async function someWhoCan(
  context: Context,
  permission: string,
  rows: [OwnedRow, ...OwnedRow[]],
  query: { limit: number; except: (string | null)[]; because?: Because[]; q?: string },
): Promise<{ userId: string; name: string }[]> {
  const [row, ...more] = rows;
  const also = more.map((other) => sql`and id in (select id from (${holders(context, permission, other)}) o)`);
  const found = await sql<{ id: string; name: string }>`
    select id, name from (${holders(context, permission, row)}) v where ${fits(query.q)}
      and id <> all(${query.except.filter((id) => id !== null)}::uuid[])
      ${query.because ? sql`and because = any(${query.because}::text[])` : sql``}
      ${sql.join(also, sql` `)}
    order by first, name_sort collate "C", id limit ${query.limit}`.execute(context.tx);
  return found.rows.map(({ id, name }) => ({ userId: id, name }));
}
