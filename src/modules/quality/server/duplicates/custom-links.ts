import { sql } from 'kysely';
import { fullDictionary } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';

const prefix = 'custom.';
/** Moves of fields a company added are noted under this column name. */
export const isCustomLink = (column: string): boolean => column.startsWith(prefix);

/** Lets every field of the company's own that names one record name the other. Returns what moved, by table and field. */
export async function moveCustomLinks(context: Context, object: 'customer' | 'contact', fromId: string, toId: string) {
  const { fields } = await fullDictionary(context);
  const moves: { relation: string; column: string; keys: { id: string }[] }[] = [];
  for (const field of fields.filter((item) => !item.builtin && item.type === object)) {
    // Nobody names itself, also not by way of the merge.
    const moved = await sql<{ id: string }>`update ${sql.table(field.object)}
      set custom = jsonb_set(custom, array[${field.key}], to_jsonb(${toId}::text))
      where org_id = ${context.orgId} and custom ->> ${field.key} = ${fromId} and id <> ${toId}::uuid returning id`.execute(
      context.tx,
    );
    if (moved.rows.length > 0)
      moves.push({
        relation: field.object,
        column: `${prefix}${field.key}`,
        keys: moved.rows.map(({ id }) => ({ id })),
      });
  }
  return moves;
}

/** Gives the links back; returns how many. Those changed since stay. */
export async function returnCustomLinks(
  context: Context,
  move: { relation: string; column_name: string; from_id: string; keys: Record<string, unknown>[] },
  survivorId: string,
): Promise<number> {
  const key = move.column_name.slice(prefix.length);
  const back = await sql`update ${sql.table(move.relation)}
    set custom = jsonb_set(custom, array[${key}], to_jsonb(${move.from_id}::text))
    where org_id = ${context.orgId} and id = any(${move.keys.map((item) => item.id)}::uuid[])
      and custom ->> ${key} = ${survivorId} returning id`.execute(context.tx);
  return back.rows.length;
}
