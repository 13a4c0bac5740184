import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { invalid } from '#shared/errors.ts';
import type { FieldDefinition, FieldValues, RecordObject } from '#shared/fields.ts';
import { normalizeText } from '#shared/text/normalize.ts';
import { canonical } from './values.ts';

/**
 * Claims the values of unique fields for a record. The primary key decides between two writers at once; the loser gets
 * a field error, not a half-written record.
 */
export async function setUniqueValues(
  context: Context,
  object: RecordObject,
  recordId: string,
  fields: Map<string, FieldDefinition>,
  values: FieldValues,
): Promise<void> {
  for (const [key, value] of Object.entries(values)) {
    if (!fields.get(key)?.unique) continue;
    await context.tx
      .deleteFrom('unique_value')
      .where('org_id', '=', context.orgId)
      .where('object', '=', object)
      .where('field', '=', key)
      .where('record_id', '=', recordId)
      .execute();
    if (value === null || value === undefined) continue;
    const text = uniqueText(value);
    const result = await sql`insert into unique_value (org_id, object, field, value, record_id)
      values (${context.orgId}, ${object}, ${key}, ${text}, ${recordId}) on conflict do nothing returning 1`.execute(
      context.tx,
    );
    if (result.rows.length === 0) throw invalid([{ field: `values.${key}`, code: 'field.notUnique' }]);
  }
}

/** What makes two values the same for a unique field: a phone its number, a text its letters, not how it was typed. */
export function uniqueText(value: unknown): string {
  if (typeof value === 'string') return normalizeText(value).toLowerCase();
  if (Array.isArray(value)) return value.map(uniqueText).sort().join('\n');
  const point = typeof value === 'object' && value !== null ? (value as { value?: unknown }).value : undefined;
  return typeof point === 'string' ? point.trim().toLowerCase() : canonical(value);
}

/** Gives the unique values of records free, when they are trashed or erased. */
export async function dropUniqueValues(context: Context, recordIds: string | string[]): Promise<void> {
  const ids = [recordIds].flat();
  if (ids.length === 0) return;
  await context.tx
    .deleteFrom('unique_value')
    .where('org_id', '=', context.orgId)
    .where('record_id', 'in', ids)
    .execute();
}
