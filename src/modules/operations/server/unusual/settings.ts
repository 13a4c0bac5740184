import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { invalid } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { UnusualSettings } from '../../unusual-contract.ts';

/** The company's settings; the usual ones are written when they are first asked for. */
export async function unusualSettings(context: Context, lock = false): Promise<UnusualSettings> {
  const select = context.tx.selectFrom('unusual_setting').selectAll().where('org_id', '=', context.orgId);
  const find = () => (lock ? select.forUpdate() : select).executeTakeFirst();
  let row = await find();
  if (!row) {
    await sql`insert into unusual_setting (org_id, id) values (${context.orgId}, ${newId()}) on conflict do nothing`.execute(
      context.tx,
    );
    row = await select.executeTakeFirstOrThrow();
  }
  return {
    version: row.version,
    times: row.times,
    floors: row.floors as UnusualSettings['floors'],
    workFrom: row.work_from,
    workTo: row.work_to,
  };
}

export async function saveUnusualSettings(
  context: Context,
  input: Omit<UnusualSettings, 'version'>,
): Promise<UnusualSettings> {
  const { version, ...before } = await unusualSettings(context, true);
  requireVersion(context, version, () => ({ version, ...before }));
  if (input.workFrom >= input.workTo) throw invalid([{ field: 'workTo', code: 'unusual.hours' }]);
  const { id } = await context.tx
    .updateTable('unusual_setting')
    .set({
      times: input.times,
      floors: JSON.stringify(input.floors),
      work_from: input.workFrom,
      work_to: input.workTo,
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .returning('id')
    .executeTakeFirstOrThrow();
  await recordEvent(context, {
    kind: 'unusualSetting.updated',
    subjectKind: 'unusualSetting',
    subjectId: id,
    changes: { settings: { from: before, to: input } },
  });
  return unusualSettings(context);
}
