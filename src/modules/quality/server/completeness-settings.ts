import { sql } from 'kysely';
import { fullDictionary } from '#modules/fields/index.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { prepared } from '#platform/db/database.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import { invalid } from '#shared/errors.ts';
import { customerKinds } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import type { QualitySettings } from '../completeness-contract.ts';
import { kindGroup } from '../completeness-targets.ts';
import type { Multipliers } from './completeness-score.ts';
import { defaultLimits, type Limits } from './freshness.ts';

interface Stored {
  version: number;
  multipliers: Multipliers;
  limits: Limits;
  timeZone: string;
  calculatedAt: Date | null;
}

/** The company's settings, or the defaults as version 1. */
export async function storedSettings(context: Context): Promise<Stored> {
  const found = await sql<{
    multipliers: Multipliers | null;
    limits: Limits | null;
    version: number | null;
    calculated_at: Date | null;
  }>`select s.multipliers, s.limits, s.version, s.calculated_at
    from quality_setting s where s.org_id = ${context.orgId} ${prepared}`.execute(context.tx);
  const row = found.rows[0];
  return {
    version: row?.version ?? 1,
    multipliers: row?.multipliers ?? {},
    limits: row?.limits ?? defaultLimits,
    timeZone: await timeZoneOf(context),
    calculatedAt: row?.calculated_at ? new Date(row.calculated_at) : null,
  };
}

export async function getSettings(context: Context): Promise<QualitySettings> {
  const { version, multipliers, limits } = await storedSettings(context);
  return { version, multipliers, limits };
}

export async function calculateAll(context: Context): Promise<{ jobId: string }> {
  return { jobId: await enqueue(context, { kind: 'quality.completeness', uniqueKey: 'all' }) };
}

export async function updateSettings(
  context: Context,
  input: { multipliers: Multipliers; limits: Limits },
): Promise<QualitySettings> {
  await sql`insert into quality_setting (org_id, id) values (${context.orgId}, ${newId()}) on conflict do nothing`.execute(
    context.tx,
  );
  await sql`select 1 from quality_setting where org_id = ${context.orgId} for update`.execute(context.tx);
  const before = await getSettings(context);
  requireVersion(context, before.version, () => before);
  const { fields, sections } = await fullDictionary(context);
  const known = new Set([
    ...fields.filter((field) => field.object === 'customer').map((field) => field.key),
    ...sections.filter((section) => section.object === 'customer').map((section) => `section:${section.key}`),
  ]);
  const errors = [
    ...Object.keys(input.limits).map((key) => ({ key, field: `limits.${key}` })),
    ...Object.entries(input.multipliers).flatMap(([grade, byField]) =>
      Object.keys(byField).map((key) => ({ key, field: `multipliers.${grade}.${key}` })),
    ),
  ].flatMap(({ key, field }) => (known.has(key) ? [] : [{ field, code: 'quality.fieldUnknown' }]));
  const grades = fields.find((field) => field.object === 'customer' && field.key === 'grade')?.options ?? [];
  const groups = new Set([...customerKinds.map(kindGroup), ...grades.map((option) => option.key)]);
  for (const group of Object.keys(input.multipliers))
    if (!groups.has(group)) errors.push({ field: `multipliers.${group}`, code: 'quality.groupUnknown' });
  if (errors.length > 0) throw invalid(errors);
  const after = await context.tx
    .updateTable('quality_setting')
    .set({
      multipliers: JSON.stringify(input.multipliers),
      limits: JSON.stringify(input.limits),
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .returning('id')
    .executeTakeFirstOrThrow();
  const { version: _version, ...from } = before;
  await recordEvent(context, {
    kind: 'qualitySetting.updated',
    subjectKind: 'qualitySetting',
    subjectId: after.id,
    changes: { settings: { from, to: input } },
  });
  await calculateAll(context);
  return getSettings(context);
}
