import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { newId } from '#shared/ids.ts';
import { relationType } from './relation-types.ts';
import { closesChain, lasting } from './relations.ts';

/** What a merge of two customers did to relations, for taking it back. Plain data: it may be kept as JSON. */
export interface MovedRelations {
  from: string;
  to: string;
  first: string[];
  second: string[];
  /** Rows that had no place after the merge (a relation to oneself, the same relation twice), whole. */
  dropped: Row[];
}

/** How many relations each of these customers would bring along if they became one: not those among them, which cannot remain. */
export async function countMovingRelations(context: Context, ids: string[]): Promise<{ id: string; count: number }[]> {
  const { rows } = await sql<{ id: string; count: number }>`select mine.id, count(*) as count
    from unnest(${ids}::uuid[]) mine(id) join relation on org_id = ${context.orgId} and mine.id in (from_id, to_id)
    where not (from_id = any(${ids}::uuid[]) and to_id = any(${ids}::uuid[]))
    group by mine.id`.execute(context.tx);
  return rows;
}

type Row = Record<string, unknown>;

/** Takes out the relations by which a chain that may not close would lead from these, once they are one, back to them. */
export async function dropClosing(context: Context, ids: string[]): Promise<Row[]> {
  const these = sql`any(${ids}::uuid[])`;
  const closing = await sql<{ row: Row }>`
    with recursive down(type_id, type_key, id) as (
      select begun.type_id, type.key, begun.to_id from relation begun join relation_type type on type.org_id = begun.org_id and type.id = begun.type_id
      where begun.org_id = ${context.orgId} and begun.from_id = ${these} and type.is_acyclic and ${lasting('begun', sql`type.key`)}
      union
      select next.type_id, down.type_key, next.to_id from down join relation next on next.org_id = ${context.orgId} and next.from_id = down.id
        and next.type_id = down.type_id and ${lasting('next', sql`down.type_key`)} where down.id <> all(${ids}::uuid[]))
    delete from relation gone using down where gone.org_id = ${context.orgId} and gone.to_id = ${these}
      and gone.type_id = down.type_id and gone.from_id = down.id and ${lasting('gone', sql`down.type_key`)}
    returning to_jsonb(gone) as row`.execute(context.tx);
  return closing.rows.map((item) => item.row);
}

/**
 * Moves every relation of one customer to another, in the caller's transaction. A relation between the two, and one the other has
 * already, cannot remain: they are taken out and handed back in the undo information. So is one by which the other would be brought,
 * owned or served by its own followers: of a chain that may not close, the customer becomes the beginning.
 */
export async function moveRelations(
  context: Context,
  fromCustomerId: string,
  toCustomerId: string,
): Promise<MovedRelations> {
  const pair = (alias: string) => sql`least(${replaced(alias, 'from_id')}, ${replaced(alias, 'to_id')}),
    greatest(${replaced(alias, 'from_id')}, ${replaced(alias, 'to_id')})`;
  const replaced = (
    alias: string,
    column: string,
  ) => sql`case when ${sql.ref(`${alias}.${column}`)} = ${fromCustomerId}::uuid
    then ${toCustomerId}::uuid else ${sql.ref(`${alias}.${column}`)} end`;
  const dropped = await sql<{ row: Record<string, unknown> }>`
    delete from relation gone where gone.org_id = ${context.orgId}
      and (gone.from_id = ${fromCustomerId} or gone.to_id = ${fromCustomerId})
      and ((gone.from_id = ${toCustomerId} or gone.to_id = ${toCustomerId})
        or exists (select 1 from relation kept where kept.org_id = gone.org_id and kept.type_id = gone.type_id and kept.id <> gone.id
          and kept.to_on is null and gone.to_on is null
          and kept.from_id <> ${fromCustomerId} and kept.to_id <> ${fromCustomerId}
          and (${pair('kept')}) = (${pair('gone')})))
    returning to_jsonb(gone) as row`.execute(context.tx);
  const closing = await dropClosing(context, [fromCustomerId, toCustomerId]);
  const move = async (column: 'from_customer_id' | 'to_customer_id') => {
    const moved = await sql<{
      id: string;
    }>`update relation set ${sql.ref(column)} = ${toCustomerId}, version = version + 1
      where org_id = ${context.orgId} and ${sql.ref(column)} = ${fromCustomerId} returning id`.execute(context.tx);
    return moved.rows.map((row) => row.id);
  };
  const first = await move('from_customer_id');
  const second = await move('to_customer_id');
  return {
    from: fromCustomerId,
    to: toCustomerId,
    first,
    second,
    dropped: [...dropped.rows.map((item) => item.row), ...closing],
  };
}

const stored = [
  ...[
    'org_id',
    'id',
    'type_id',
    'from_customer_id',
    'from_contact_id',
    'from_user_id',
    'to_customer_id',
    'to_contact_id',
  ],
  ...['from_on', 'to_on', 'strength', 'source', 'note', 'thanks_due_on', 'thanked_at', 'thanked_by', 'thanks_note'],
  ...['version', 'created_at', 'created_by', 'updated_at'],
];

/** Takes a move back. Relations removed since stay removed. */
export async function undoMoveRelations(context: Context, moved: MovedRelations): Promise<void> {
  const back = (column: 'from_customer_id' | 'to_customer_id', ids: string[]) =>
    sql`update relation set ${sql.ref(column)} = ${moved.from}, version = version + 1
      where org_id = ${context.orgId} and id = any(${ids}::uuid[]) and ${sql.ref(column)} = ${moved.to}`.execute(
      context.tx,
    );
  await back('from_customer_id', moved.first);
  await back('to_customer_id', moved.second);
  await returnDropped(context, moved.dropped);
}

/** Puts relations back that were taken out; one whose place was taken, or that would close a chain by now, stays out. */
export async function returnDropped(context: Context, rows: Row[]): Promise<void> {
  const columns = sql.join(stored.map((name) => sql.ref(name)));
  for (const row of rows) {
    const whole = { ...row, id: row.id ?? newId() };
    const type = await relationType(context, String(row.type_id));
    const ends = { from_id: String(row.from_id), to_id: String(row.to_id) };
    if (type.acyclic && (await closesChain(context, type, ends))) continue;
    await sql`insert into relation (${columns}) select ${columns}
      from jsonb_populate_record(null::relation, ${JSON.stringify(whole)}::jsonb) on conflict do nothing`.execute(
      context.tx,
    );
  }
}
