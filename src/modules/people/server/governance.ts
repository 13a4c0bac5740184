import { sql } from 'kysely';
import { requirePermission } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { conflict, invalid, Problem } from '#shared/errors.ts';
import { exceeds, type Rights, rightsOfRoles, rightsOfUser } from './rights.ts';

/** System, security and audit administration (GB/T 22239 8.1.5): in a hardened company nobody holds two of them. */
const duties = ['user:manage', 'role:manage', 'audit:read'];

const held = sql`app_user u join user_role ur on ur.org_id = u.org_id and ur.user_id = u.id
  join role r on r.org_id = ur.org_id and r.id = ur.role_id`;

/** Whether the company runs with separated administrators. */
export async function isSeparated(context: Context): Promise<boolean> {
  return hardened(await orgRow(context).executeTakeFirstOrThrow());
}

const orgRow = (context: Context) =>
  context.tx.selectFrom('org').select('settings').where('org_id', '=', context.orgId);
const hardened = (org: { settings: unknown }) => (org.settings as { hardened?: unknown }).hardened === true;

/**
 * After any change of users or roles: somebody can still manage both, separated duties are still separate, and the
 * caller has not become more than before. Locks the company's row, so that two changes at once do not pass each other.
 */
export async function requireSoundRights(context: Context, before: Rights): Promise<void> {
  const separated = hardened(await orgRow(context).forUpdate().executeTakeFirstOrThrow());
  if (separated) await requireSeparateHolders(context);
  for (const permission of ['user:manage', 'role:manage']) {
    // A company in which nobody holds these could never be repaired from inside.
    const governor = await sql`select 1 from ${held} where u.org_id = ${context.orgId} and u.state = 'active'
      and jsonb_exists(r.grants, ${permission}) limit 1`.execute(context.tx);
    if (governor.rows.length === 0) throw conflict('role.lastGovernor', { params: { permission } });
  }
  if (context.actor.kind === 'system') return;
  if (exceeds(await rightsOfUser(context, context.actor.userId), before)) throw new Problem(403, 'role.ownRights');
}

async function requireSeparateHolders(context: Context): Promise<void> {
  const union = await sql<{ name: string }>`
    select u.name from ${held} cross join unnest(${duties}::text[]) as duty
    where u.org_id = ${context.orgId} and u.state <> 'blocked' and jsonb_exists(r.grants, duty)
    group by u.id, u.name having count(distinct duty) > 1 limit 1`.execute(context.tx);
  const holder = union.rows[0];
  if (holder) throw invalid([{ field: 'roleIds', code: 'role.separation', params: { name: holder.name } }]);
}

/** Switches separated administrators on or off; on only once three people hold the three duties and nobody two of them. */
export async function setSeparated(context: Context, on: boolean): Promise<{ on: boolean }> {
  const before = hardened(await orgRow(context).forUpdate().executeTakeFirstOrThrow());
  if (on) {
    await requireSeparateHolders(context);
    for (const duty of duties) {
      const holder = await sql`select 1 from ${held} where u.org_id = ${context.orgId} and u.state = 'active'
        and jsonb_exists(r.grants, ${duty}) limit 1`.execute(context.tx);
      if (holder.rows.length === 0) throw conflict('role.dutyMissing', { params: { permission: duty } });
    }
  }
  await sql`update org set settings = settings || ${JSON.stringify({ hardened: on })}::jsonb where org_id = ${context.orgId}`.execute(
    context.tx,
  );
  await recordEvent(context, {
    kind: 'org.separationChanged',
    subjectKind: 'org',
    subjectId: context.orgId,
    changes: { hardened: { from: before, to: on } },
  });
  return { on };
}

/** Roles are given by who manages roles; who only manages users gives at most what the giver may do. */
export async function requireMayGive(context: Context, roleIds: string[], taken: string[] = []): Promise<void> {
  if (context.actor.kind === 'system' || context.actor.grants['role:manage']) return;
  const own = await rightsOfUser(context, context.actor.userId);
  for (const ids of [roleIds, taken])
    if (exceeds(await rightsOfRoles(context, ids), own)) requirePermission(context.actor, 'role:manage');
}

/** Whether the user may do something the caller may not: then the caller must not be able to become that user. */
export async function isAbove(context: Context, userId: string): Promise<boolean> {
  if (context.actor.kind === 'system' || context.actor.grants['role:manage']) return false;
  return exceeds(await rightsOfUser(context, userId), await rightsOfUser(context, context.actor.userId));
}
