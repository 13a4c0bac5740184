import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import type { FieldDefinition, FieldValues, RecordObject } from '#shared/fields.ts';
import { toColumns } from './values.ts';

/** Changed values of a stored record; null empties a field. `columns`: further columns, by their names. */
export interface ChangedRecord {
  id: string;
  values: FieldValues;
  columns: Record<string, unknown>;
}

/**
 * Writes changes of many locked records by one statement, each with a new version: what a record does not name keeps its value.
 * Keys, search documents and events are the caller's.
 */
export async function writeMany(
  context: Context,
  object: RecordObject,
  fields: Map<string, FieldDefinition>,
  records: ChangedRecord[],
): Promise<void> {
  if (records.length === 0) return;
  const names = new Set<string>();
  const rows = records.map(({ id, values, columns: further }) => {
    const { columns, custom } = toColumns(fields, values);
    const row = { ...columns, ...further };
    for (const name in row) names.add(name);
    const entries = Object.entries(custom);
    return {
      id,
      row,
      kept: Object.fromEntries(entries.filter(([, value]) => value !== null)),
      removed: entries.flatMap(([key, value]) => (value === null ? [key] : [])),
    };
  });
  const table = sql.table(object);
  const sets = [...names].map(
    (name) => sql`${sql.ref(name)} = case when w."row" ? ${name} then r.${sql.ref(name)} else t.${sql.ref(name)} end`,
  );
  await sql`update ${table} t set ${sql.join([
    ...sets,
    sql`custom = (t.custom || w.kept) - array(select jsonb_array_elements_text(w.removed))`,
    sql`version = t.version + 1`,
    sql`updated_at = ${context.now()}`,
    sql`updated_by = ${context.actor.kind === 'system' ? null : context.actor.userId}::uuid`,
  ])}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as w(id uuid, "row" jsonb, kept jsonb, removed jsonb),
      jsonb_populate_record(null::${table}, w."row") as r
    where t.org_id = ${context.orgId} and t.id = w.id`.execute(context.tx);
}
