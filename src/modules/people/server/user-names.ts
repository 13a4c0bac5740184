import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { invalid } from '#shared/errors.ts';

/** `%text%` for ILIKE, with the text's own wildcards taken literally. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/** Names of up to 20 users that are not blocked, for choosing an owner. */
export async function userOptions(context: Context, q: string | undefined) {
  let select = context.tx
    .selectFrom('app_user')
    .select(['id', 'name'])
    .where('org_id', '=', context.orgId)
    .where('state', '!=', 'blocked')
    .orderBy(sql`name_sort collate "C"`)
    .limit(20);
  if (q) {
    const like = containing(q);
    select = select.where((eb) => eb.or([eb('name', 'ilike', like), eb('name_sort', 'ilike', like)]));
  }
  return select.execute();
}

/** Names of users by id, blocked ones included: old records still name them. */
export async function userNames(context: Context, ids: string[]): Promise<Record<string, string>> {
  if (ids.length === 0) return {};
  const rows = await context.tx
    .selectFrom('app_user')
    .select(['id', 'name'])
    .where('org_id', '=', context.orgId)
    .where('id', 'in', ids)
    .execute();
  return Object.fromEntries(rows.map((row) => [row.id, row.name]));
}

/** Team a user's records belong to, or a field error when there is no such user or the user is blocked. */
export async function ownerTeam(context: Context, ownerId: string, field: string): Promise<string | null> {
  const row = await context.tx
    .selectFrom('app_user')
    .select(['team_id', 'state'])
    .where('org_id', '=', context.orgId)
    .where('id', '=', ownerId)
    .executeTakeFirst();
  if (!row || row.state === 'blocked') throw invalid([{ field, code: 'link.unknown' }]);
  return row.team_id;
}
