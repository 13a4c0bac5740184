import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { conflict, invalid } from '#shared/errors.ts';

/** System, security and audit administration (GB/T 22239 8.1.5): in a hardened company nobody holds two of them. */
const duties = ['user:manage', 'role:manage', 'audit:read'];

/** Whether the company runs with separated administrators. Locks its row: one change of rights at a time. */
async function lockHardened(context: Context): Promise<boolean> {
  const org = await context.tx
    .selectFrom('org')
    .select('settings')
    .where('org_id', '=', context.orgId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return isHardened(org.settings);
}

const isHardened = (settings: unknown) => (settings as { hardened?: unknown }).hardened === true;

/** Whether the company runs with separated administrators. */
export async function hardened(context: Context): Promise<boolean> {
  const org = await context.tx
    .selectFrom('org')
    .select('settings')
    .where('org_id', '=', context.orgId)
    .executeTakeFirstOrThrow();
  return isHardened(org.settings);
}

const held = sql`app_user u join user_role ur on ur.org_id = u.org_id and ur.user_id = u.id
  join role r on r.org_id = ur.org_id and r.id = ur.role_id`;

/** After any change of users or roles: somebody can still manage both, and separated duties are still separate. */
export async function requireSoundRights(context: Context): Promise<void> {
  await requireSeparation(context);
  for (const permission of ['user:manage', 'role:manage']) {
    // A company in which nobody holds these could never be repaired from inside.
    const governor = await sql`select 1 from ${held} where u.org_id = ${context.orgId} and u.state = 'active'
      and jsonb_exists(r.grants, ${permission}) limit 1`.execute(context.tx);
    if (governor.rows.length === 0) throw conflict('role.lastGovernor', { params: { permission } });
  }
}

/** In a hardened company nobody who can sign in holds two of the three administrations. */
export async function requireSeparation(context: Context): Promise<void> {
  if (!(await lockHardened(context))) return;
  const union = await sql<{ name: string }>`
    select u.name from ${held} cross join unnest(${duties}::text[]) as duty
    where u.org_id = ${context.orgId} and u.state <> 'blocked' and jsonb_exists(r.grants, duty)
    group by u.id, u.name having count(distinct duty) > 1 limit 1`.execute(context.tx);
  const holder = union.rows[0];
  if (holder) throw invalid([{ field: 'roleIds', code: 'role.separation', params: { name: holder.name } }]);
}
