import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import type { FieldOption, RecordObject } from '#shared/fields.ts';
import { bumpDictionary, viewField } from './dictionary.ts';
import { reindexAfter } from './reindex.ts';

/**
 * Changes the options of a field by another module's catalogue (tags, categories, segments). The field's row is locked, so
 * that two changes at once both last. Returns the new options.
 */
export async function setFieldOptions(
  context: Context,
  object: RecordObject,
  key: string,
  change: (options: FieldOption[]) => FieldOption[],
): Promise<FieldOption[]> {
  const row = await context.tx
    .selectFrom('field')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('object', '=', object)
    .where('key', '=', key)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const before = row.options as FieldOption[];
  const options = change(before);
  if (JSON.stringify(options) === JSON.stringify(before)) return options;
  const changed = await context.tx
    .updateTable('field')
    .set({ options: JSON.stringify(options), version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await bumpDictionary(context);
  await reindexAfter(context, [viewField(row), viewField(changed)]);
  return options;
}
