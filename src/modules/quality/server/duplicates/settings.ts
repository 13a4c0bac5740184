import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { prepared } from '#platform/db/database.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { invalid } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { DuplicateSettings } from '../../duplicates-contract.ts';
import { customerColumns } from './customer-records.ts';
import { type Comparer, createComparer, defaultModel } from './model.ts';
import { readStatistics } from './statistics.ts';

async function row(context: Context, lock = false) {
  const select = context.tx.selectFrom('duplicate_setting').selectAll().where('org_id', '=', context.orgId);
  const found = await (lock ? select.forUpdate() : select.modifyEnd(prepared)).executeTakeFirst();
  if (found) return found;
  await sql`insert into duplicate_setting (org_id, id) values (${context.orgId}, ${newId()}) on conflict do nothing`.execute(
    context.tx,
  );
  return select.executeTakeFirstOrThrow();
}

// A real of the database has seven digits: 0.3 comes back as 0.30000001.
const rounded = (value: number) => Math.round(value * 1000) / 1000;

export async function getSettings(context: Context, lock = false): Promise<DuplicateSettings> {
  const found = await row(context, lock);
  return {
    version: found.version,
    suggestFrom: rounded(found.suggest_from),
    listFrom: rounded(found.list_from),
    stopFrom: rounded(found.stop_from),
  };
}

export async function updateSettings(
  context: Context,
  input: { suggestFrom: number; listFrom: number; stopFrom: number },
): Promise<DuplicateSettings> {
  const before = await getSettings(context, true);
  requireVersion(context, before.version, () => before);
  if (input.suggestFrom > input.stopFrom) throw invalid([{ field: 'stopFrom', code: 'duplicates.order' }]);
  const after = await context.tx
    .updateTable('duplicate_setting')
    .set({
      suggest_from: input.suggestFrom,
      list_from: input.listFrom,
      stop_from: input.stopFrom,
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .returning('id')
    .executeTakeFirstOrThrow();
  const { version: _version, ...from } = before;
  await recordEvent(context, {
    kind: 'duplicateSetting.updated',
    subjectKind: 'duplicateSetting',
    subjectId: after.id,
    changes: { thresholds: { from, to: input } },
  });
  return getSettings(context);
}

const comparers = new Map<string, { counted: string | null; persons: Comparer; companies: Comparer }>();

/** The engine over this company's base: the same expectations for all, frequencies as last counted by a sweep. */
export async function baseComparers(context: Context): Promise<{ persons: Comparer; companies: Comparer }> {
  const head = await sql<{ counted_at: Date | null }>`
    select counted_at from duplicate_setting where org_id = ${context.orgId} ${prepared}`.execute(context.tx);
  const counted = head.rows[0]?.counted_at ? new Date(head.rows[0].counted_at).toISOString() : null;
  const known = comparers.get(context.orgId);
  if (known && known.counted === counted) return known;
  const stored = counted ? (await row(context)).word_counts : null;
  const statistics = readStatistics(stored, customerColumns.length);
  const made = {
    counted,
    persons: createComparer(defaultModel(customerColumns, true), statistics),
    companies: createComparer(defaultModel(customerColumns, false), statistics),
  };
  comparers.set(context.orgId, made);
  return made;
}
