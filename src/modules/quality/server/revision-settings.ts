import { sql } from 'kysely';
import { conditionSql } from '#modules/fields/index.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import type { Condition } from '#shared/conditions.ts';
import { invalid } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { RevisionSettings } from '../revision-contract.ts';

/** A day moved by months; the end of a shorter month where the day is missing. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10);
}

const usualMonths = 2;

/** The settings; a company without any gets the usual ones, its first revision two months from now. */
export async function revisionSettingsOf(context: Context, lock = false): Promise<RevisionSettings> {
  const select = () => {
    const query = context.tx.selectFrom('revision_setting').selectAll().where('org_id', '=', context.orgId);
    return (lock ? query.forUpdate() : query).executeTakeFirst();
  };
  let row = await select();
  if (!row) {
    const next = addMonths(await companyToday(context), usualMonths);
    await sql`insert into revision_setting (org_id, id, months, next_on) values (${context.orgId}, ${newId()}, ${usualMonths}, ${next})
      on conflict do nothing`.execute(context.tx);
    row = await select();
  }
  return {
    version: row?.version ?? 1,
    months: row?.months ?? usualMonths,
    days: row?.days ?? 20,
    scope: (row?.scope ?? null) as Condition | null,
    nextOn: String(row?.next_on),
  };
}

export async function updateRevisionSettings(
  context: Context,
  input: Omit<RevisionSettings, 'version'>,
): Promise<RevisionSettings> {
  const before = await revisionSettingsOf(context, true);
  requireVersion(context, before.version, () => before);
  if (input.nextOn < (await companyToday(context))) throw invalid([{ field: 'nextOn', code: 'revision.past' }]);
  if (input.scope) await conditionSql(context, 'customer', input.scope);
  const after = await context.tx
    .updateTable('revision_setting')
    .set({
      months: input.months,
      days: input.days,
      scope: input.scope ? JSON.stringify(input.scope) : null,
      next_on: input.nextOn,
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .returning('id')
    .executeTakeFirstOrThrow();
  const { version: _version, ...from } = before;
  await recordEvent(context, {
    kind: 'revisionSetting.updated',
    subjectKind: 'revisionSetting',
    subjectId: after.id,
    changes: { settings: { from, to: input } },
  });
  return revisionSettingsOf(context);
}
