import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { prepared } from '#platform/db/database.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { invalid } from '#shared/errors.ts';

const standard = { version: 1, roleIds: [] as string[], dueDays: 2 };

export async function intakeSettings(context: Context, lock = false): Promise<typeof standard> {
  const select = context.tx.selectFrom('intake_setting').selectAll().where('org_id', '=', context.orgId);
  const row = await (lock ? select.forUpdate() : select).executeTakeFirst();
  return row ? { version: row.version, roleIds: row.role_ids, dueDays: row.due_days } : standard;
}

export async function saveIntakeSettings(
  context: Context,
  input: { roleIds: string[]; dueDays: number },
): Promise<typeof standard> {
  await sql`insert into intake_setting (org_id) values (${context.orgId}) on conflict do nothing`.execute(context.tx);
  const before = await intakeSettings(context, true);
  requireVersion(context, before.version, () => before);
  const roleIds = [...new Set(input.roleIds)];
  const known = await context.tx
    .selectFrom('role')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where(sql<boolean>`id = any(${roleIds}::uuid[])`)
    .execute();
  if (known.length < roleIds.length) throw invalid([{ field: 'roleIds', code: 'link.unknown' }]);
  await context.tx
    .updateTable('intake_setting')
    .set({ role_ids: roleIds, due_days: input.dueDays, updated_at: context.now(), version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .execute();
  await recordEvent(context, {
    kind: 'intake.configured',
    subjectKind: 'intake',
    subjectId: context.orgId,
    data: { roleIds, dueDays: input.dueDays },
  });
  return intakeSettings(context);
}

/** Somebody with one role that creates directly may do so; the roles of intake bind those who have no other. */
export async function boundToIntake(context: Context): Promise<boolean> {
  if (context.actor.kind === 'system') return false;
  const found = await sql<{ bound: boolean }>`
    select coalesce(bool_or(r.id = any(s.role_ids)), false)
      and not coalesce(bool_or(r.id <> all(s.role_ids) and jsonb_exists(r.grants, 'customer:create')), false) as bound
    from intake_setting s join user_role ur on ur.org_id = s.org_id and ur.user_id = ${context.actor.userId}::uuid
    join role r on r.org_id = ur.org_id and r.id = ur.role_id
    where s.org_id = ${context.orgId}::uuid ${prepared}`.execute(context.tx);
  return found.rows[0]?.bound ?? false;
}
