import { type RawBuilder, sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import type { FieldDefinition, RecordObject } from '#shared/fields.ts';
import { type SortExpression, shownExpression } from './columns.ts';
import type { Conjunct } from './conditions.ts';
import { hiddenContactsSql } from './hidden-contacts.ts';

/** A row as selected: system columns plus one `f_<key>` column per wanted field. */
export type ListRow = Record<string, unknown> & { id: string; version: number; customer_id: string };

export interface Cursor {
  /** Sort value of the last row; absent once the rows without value began. */
  v?: string;
  id: string;
}

export interface Pick {
  /** What limits the rows whatever is asked for (company, permission, state, search text), and what the filter adds. */
  base: RawBuilder<unknown>[];
  filter: Conjunct[];
  /** Whether an index has the rows in this order. */
  walked: boolean;
  descending: boolean;
  limit: number;
  phase: 'value' | 'none';
  after: Cursor | undefined;
}

/** Rows walked in the order of the list for what may be rare, before everything is searched: a tenth of a second. */
const walk = 20_000;

/**
 * Rows with a sort value and rows without are fetched apart: each phase is one range of the same index, which
 * `nulls last` in a descending order would not be.
 *
 * A condition nobody can tell the rarity of (part of a text, a number, a custom field) is planned as if it held of one row in
 * 200: the index of the order is walked until the page is full. Where it holds of none that is a million rows read at random.
 * So the walk ends after some rows, and what then is missing is found by one pass over the table and ordered afterwards.
 */
export async function selectPage(
  context: Context,
  object: RecordObject,
  fields: FieldDefinition[],
  sort: SortExpression,
  pick: Pick,
): Promise<ListRow[]> {
  const table = sql.table(object);
  const id = sql.ref(`${object}.id`);
  const direction = sql.raw(pick.descending ? 'desc' : 'asc');
  const order =
    pick.phase === 'none' ? sql`${id} ${direction}` : sql`${sort.expression} ${direction}, ${id} ${direction}`;
  const hidden = hiddenContactsSql(context.actor, object);
  const columns = sql.join([
    ...systemColumns(object),
    ...fields.map((field) => sql`${shownExpression(field, object, hidden)} as ${sql.ref(`f_${field.key}`)}`),
    sql`(${sort.expression})::text as sort_value`,
  ]);
  const rowsOf = async (from: RawBuilder<unknown>, parts: RawBuilder<unknown>[]) =>
    (
      await sql<ListRow>`select ${columns} from ${from} where ${sql.join(parts, sql` and `)}
        order by ${order} limit ${pick.limit}`.execute(context.tx)
    ).rows;

  const base = [...pick.base, ...placeOf(sort, pick, id)];
  const filter = pick.filter.map((part) => part.sql);
  const all = [...base, ...filter];
  if (!pick.walked || pick.filter.every((part) => part.estimated)) return rowsOf(table, all);
  // The whole filter stands outside: with a part of it inside, so many rows would be wanted of it that all are sorted instead.
  const near = sql`(select ${table}.* from ${table} where ${sql.join(base, sql` and `)} order by ${order} limit ${walk}) ${table}`;
  const rows = await rowsOf(near, filter);
  if (rows.length === pick.limit) return rows;
  // Without the fence of `offset` the limit of the page would reach inside and bring the walk back.
  return rowsOf(sql`(select ${table}.* from ${table} where ${sql.join(all, sql` and `)} offset 0) ${table}`, [
    sql`true`,
  ]);
}

/** The phase of the list, and where in it the page begins. */
function placeOf(sort: SortExpression, pick: Pick, id: RawBuilder<unknown>): RawBuilder<unknown>[] {
  const beyond = sql.raw(pick.descending ? '<' : '>');
  const parts: RawBuilder<unknown>[] = [];
  if (sort.nullable)
    parts.push(pick.phase === 'none' ? sql`${sort.expression} is null` : sql`${sort.expression} is not null`);
  if (pick.after)
    parts.push(
      pick.phase === 'none'
        ? sql`${id} ${beyond} ${pick.after.id}::uuid`
        : sql`(${sort.expression}, ${id}) ${beyond} (${pick.after.v ?? ''}::${sql.raw(sort.cast)}, ${pick.after.id}::uuid)`,
    );
  return parts;
}

const systemColumns = (object: RecordObject) =>
  (object === 'customer'
    ? ['id', 'version', 'state', 'kind', 'number', 'owner_id', 'team_id', 'region_id', 'pool']
    : ['id', 'version', 'state', 'customer_id']
  ).map((name) => sql`${sql.ref(`${object}.${name}`)}`);
