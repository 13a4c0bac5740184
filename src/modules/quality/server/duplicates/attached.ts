import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { newId } from '#shared/ids.ts';
import { isCustomLink, moveCustomLinks, returnCustomLinks } from './custom-links.ts';

interface Reference {
  relation: string;
  column: string;
  /** Primary key without the company and without the reference itself. */
  keys: string[];
}

/** Tables whose rows a merge leaves where they are or moves by a rule of its own, each with the reason. */
export const apart: Readonly<Record<string, string>> = {
  event: 'evidence is never rewritten; histories of merged customers are read together',
  access_log: 'evidence is never rewritten',
  identity_key: 'look-up keys go with the merged customer and follow the people who move',
  search_document: 'goes with the merged customer and follows the people who move',
  duplicate_key: 'goes with the merged customer and follows the people who move',
};
/** The same for customers alone. */
export const apartOfCustomers: Readonly<Record<string, string>> = {
  relation: 'both ends may be customers: the contacts module moves them, so that none leads to itself',
};

/**
 * Every column of every table that names a customer (or contact), by its name (`customer_id`, `parent_customer_id` …) or by its
 * foreign key (`reports_to`). Read from the schema, so that a table added by a later module moves with the others.
 */
async function references(context: Context, object: 'customer' | 'contact'): Promise<Reference[]> {
  const found = await sql<Reference>`
    select c.relname as relation, a.attname as column, coalesce((
      select array_agg(k.attname::text order by k.attnum) from pg_index i join pg_attribute k on k.attrelid = c.oid and k.attnum = any(i.indkey)
      where i.indrelid = c.oid and i.indisprimary and k.attname not in ('org_id', a.attname)), '{}') as keys
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and a.atttypid = 'uuid'::regtype and not a.attisdropped
      and (a.attname ~ ${`(^|_)${object}_id$`} or exists (select 1 from pg_constraint k where k.conrelid = c.oid and k.contype = 'f'
        and k.confrelid = ${object}::regclass and a.attnum = any(k.conkey) and a.attname <> 'org_id'))
      and has_table_privilege(c.oid, 'UPDATE')
      and exists (select 1 from pg_attribute o where o.attrelid = c.oid and o.attname = 'org_id')
    order by 1, 2`.execute(context.tx);
  return found.rows.filter(
    (item) => !(item.relation in apart) && !(object === 'customer' && item.relation in apartOfCustomers),
  );
}

/** How many rows hang on each of the records, by table. */
export async function countAttached(context: Context, object: 'customer' | 'contact', ids: string[]) {
  const counts: { id: string; relation: string; count: number }[] = [];
  for (const { relation, column } of await references(context, object)) {
    const { rows } = await sql<{ id: string; count: number }>`select ${sql.ref(column)} as id, count(*) as count
      from ${sql.table(relation)} where org_id = ${context.orgId} and ${sql.ref(column)} = any(${ids}::uuid[])
      group by 1`.execute(context.tx);
    for (const { id, count } of rows) {
      const known = counts.find((item) => item.id === id && item.relation === relation);
      if (known) known.count += count;
      else counts.push({ id, relation, count });
    }
  }
  return counts;
}

/** Moves what hangs on one record to another and notes each row, so that undoing returns exactly these. */
export async function moveAttached(
  context: Context,
  object: 'customer' | 'contact',
  mergeId: string,
  fromId: string,
  toId: string,
): Promise<void> {
  const moves: { relation: string; column: string; keys: Key[] }[] = [];
  for (const reference of await references(context, object)) {
    const keys = await moveRows(context, reference, fromId, toId);
    if (keys.length > 0) moves.push({ relation: reference.relation, column: reference.column, keys });
  }
  moves.push(...(await moveCustomLinks(context, object, fromId, toId)));
  for (const { relation, column, keys } of moves)
    await context.tx
      .insertInto('record_merge_move')
      .values({
        org_id: context.orgId,
        id: newId(),
        merge_id: mergeId,
        relation,
        column_name: column,
        from_id: fromId,
        keys: JSON.stringify(keys),
      })
      .execute();
}

type Key = Record<string, unknown>;

async function moveRows(context: Context, reference: Reference, fromId: string, toId: string): Promise<Key[]> {
  const { relation, column, keys } = reference;
  const table = sql.table(relation);
  const key = sql`jsonb_build_object(${keys.length > 0 ? sql.join(keys.flatMap((name) => [sql.lit(name), sql.ref(name)])) : sql``})`;
  const itself = placeless(reference, toId);
  await sql`savepoint attached`.execute(context.tx);
  try {
    const moved = await sql<{ key: Key }>`update ${table} set ${sql.ref(column)} = ${toId}::uuid
      where org_id = ${context.orgId} and ${sql.ref(column)} = ${fromId}::uuid ${itself} returning ${key} as key`.execute(
      context.tx,
    );
    await sql`release savepoint attached`.execute(context.tx);
    return moved.rows.map((row) => row.key);
  } catch (error) {
    if (!hasNoPlace(error)) throw error;
    await sql`rollback to savepoint attached`.execute(context.tx);
  }
  // The survivor already has some of these (a campaign both were in): the others move one by one, those stay behind.
  const rows = await sql<{ key: Key }>`select ${key} as key from ${table}
    where org_id = ${context.orgId} and ${sql.ref(column)} = ${fromId}::uuid ${itself}`.execute(context.tx);
  const moved: Key[] = [];
  for (const row of rows.rows) {
    await sql`savepoint attached`.execute(context.tx);
    try {
      await sql`update ${table} set ${sql.ref(column)} = ${toId}::uuid
        where org_id = ${context.orgId} and ${sql.ref(column)} = ${fromId}::uuid and ${matches(row.key)}`.execute(
        context.tx,
      );
      moved.push(row.key);
    } catch (error) {
      if (!hasNoPlace(error)) throw error;
      await sql`rollback to savepoint attached`.execute(context.tx);
    }
    await sql`release savepoint attached`.execute(context.tx);
  }
  return moved;
}

/** Rows that would say nothing, or nonsense, of the survivor: they stay behind. */
function placeless({ relation, column }: Reference, toId: string) {
  // A customer that hung under the one merged into it would hang under itself.
  if (relation === 'customer') return sql`and id <> ${toId}::uuid`;
  // Two records of one person are one post: what it is called was chosen, the other one tells no more.
  if (relation === 'employment' && column === 'contact_id')
    return sql`and not exists (select 1 from employment has where has.org_id = employment.org_id and has.contact_id = ${toId}::uuid
      and has.customer_id = employment.customer_id and has.to_on is null and employment.to_on is null
      and has.customer_id = (select customer_id from contact where org_id = has.org_id and id = has.contact_id)
      and coalesce(employment.from_on, has.from_on) is not distinct from has.from_on
      and coalesce(employment.reports_to, has.reports_to) is not distinct from has.reports_to)`;
  return sql``;
}

/** A unique value the survivor has, or a check such as "not to oneself". */
const hasNoPlace = (error: unknown) => ['23505', '23514', '23P01'].includes((error as { code?: string }).code ?? '');
const matches = (key: Key) => {
  const parts = Object.entries(key).map(([name, value]) => sql`${sql.ref(name)}::text = ${String(value)}`);
  return parts.length > 0 ? sql.join(parts, sql` and `) : sql`true`;
};

/** Returns what a merge moved. Rows deleted or given to another since are counted and stay where they are. */
export async function returnAttached(context: Context, mergeId: string, survivorId: string) {
  const moves = await context.tx
    .selectFrom('record_merge_move')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('merge_id', '=', mergeId)
    .orderBy('id')
    .execute();
  const kept: { relation: string; count: number }[] = [];
  for (const move of moves) {
    const keys = move.keys as Key[];
    if (isCustomLink(move.column_name)) {
      const missing = keys.length - (await returnCustomLinks(context, { ...move, keys }, survivorId));
      if (missing > 0) kept.push({ relation: move.relation, count: missing });
      continue;
    }
    const names = Object.keys(keys[0] ?? {});
    const same = names.map((name) => sql`t.${sql.ref(name)}::text = k.value ->> ${name}`);
    const back = await sql`update ${sql.table(move.relation)} t set ${sql.ref(move.column_name)} = ${move.from_id}::uuid
      from jsonb_array_elements(${JSON.stringify(keys)}::jsonb) k
      where t.org_id = ${context.orgId} and t.${sql.ref(move.column_name)} = ${survivorId}::uuid
        ${same.length > 0 ? sql`and ${sql.join(same, sql` and `)}` : sql``} returning 1`.execute(context.tx);
    const missing = keys.length - back.rows.length;
    if (missing > 0) kept.push({ relation: move.relation, count: missing });
  }
  return kept;
}

/** Look-up keys of contacts follow their contact to its customer. */
export async function followContacts(context: Context, customerIds: string[]): Promise<void> {
  for (const relation of ['identity_key', 'search_document', 'duplicate_key']) {
    await sql`update ${sql.table(relation)} k set customer_id = c.customer_id from contact c
      where c.org_id = ${context.orgId} and c.customer_id = any(${customerIds}::uuid[])
        and k.org_id = c.org_id and k.record_id = c.id and k.customer_id <> c.customer_id`.execute(context.tx);
  }
}
