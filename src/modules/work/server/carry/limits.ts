import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';

/** Cards a person carries at once where the role says nothing else. */
export const usualLimit = 20;

/** The widest limit among the caller's roles. */
export async function limitOf(context: Context): Promise<number> {
  const found = await sql<{ cards: number | null }>`
    select max(coalesce(l.cards, ${usualLimit}))::integer as cards from user_role ur
    left join carry_limit l on l.org_id = ur.org_id and l.role_id = ur.role_id
    where ur.org_id = ${context.orgId} and ur.user_id = ${context.actor.userId}`.execute(context.tx);
  return found.rows[0]?.cards ?? usualLimit;
}

interface LimitRow {
  roleId: string;
  zh: string;
  en: string;
  cards: number | null;
  version: number;
}

async function rows(context: Context, roleId: string | null): Promise<LimitRow[]> {
  const one = roleId ? sql`and r.id = ${roleId}` : sql`and r.grants ? 'carry:take'`;
  const found = await sql<LimitRow>`
    select r.id as "roleId", r.name_zh as zh, r.name_en as en, l.cards, coalesce(l.version, 0) as version
    from role r left join carry_limit l on l.org_id = r.org_id and l.role_id = r.id
    where r.org_id = ${context.orgId} ${one} order by r.created_at, r.id limit 200`.execute(context.tx);
  return found.rows;
}

const view = ({ roleId, zh, en, cards, version }: LimitRow) => ({ roleId, role: { zh, en }, cards, version });

export const carryLimits = async (context: Context) => ({
  usual: usualLimit,
  items: (await rows(context, null)).map(view),
});

/** Sets what a role may carry; back to the usual number keeps the row, so that its version goes on counting. */
export async function setCarryLimit(context: Context, roleId: string, cards: number | null) {
  const role = await context.tx
    .selectFrom('role')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('id', '=', roleId)
    .forUpdate()
    .executeTakeFirst();
  if (!role) throw notFound('role');
  const [before] = await rows(context, roleId);
  if (!before) throw notFound('role');
  requireVersion(context, before.version, () => view(before));
  await sql`
    insert into carry_limit (org_id, id, role_id, cards) values (${context.orgId}, ${newId()}, ${roleId}, ${cards})
    on conflict (org_id, role_id) do update set cards = excluded.cards, version = carry_limit.version + 1`.execute(
    context.tx,
  );
  await recordEvent(context, {
    kind: 'carry.limitSet',
    subjectKind: 'role',
    subjectId: roleId,
    changes: { cards: { from: before.cards, to: cards } },
  });
  const [after] = await rows(context, roleId);
  return view(after ?? before);
}
