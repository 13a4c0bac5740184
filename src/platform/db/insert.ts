import { sql } from 'kysely';
import type { DB } from '#db/types.ts';
import { prepared, type Tx } from './database.ts';

/**
 * Inserts rows by one JSON parameter: a statement with ten thousand placeholders costs more to build and plan than to run.
 * Values are given as they are (lists, objects and dates unserialised); a column no row names gets its default.
 */
export async function insertMany<T extends keyof DB & string>(
  tx: Tx,
  table: T,
  rows: Partial<Record<keyof DB[T] & string, unknown>>[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = new Set<string>();
  for (const row of rows) for (const name in row) names.add(name);
  const columns = sql.join([...names].map((name) => sql.ref(name)));
  await sql`insert into ${sql.table(table)} (${columns})
    select ${columns} from json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::json) ${prepared}`.execute(
    tx,
  );
}

/** Starts a query and, while the database works on it, does the process's own work for the next one. */
export async function meanwhile<T>(query: Promise<unknown>, work: () => T): Promise<T> {
  const [, result] = await Promise.all([query, new Promise(setImmediate).then(work)]);
  return result;
}

/**
 * Makes the connection plan anew. Long jobs fill tables that were empty when the database first planned their checks of references: a
 * walk through the whole table, kept for the life of the connection, that takes longer with every row.
 */
export const planAnew = (tx: Tx): Promise<unknown> => sql`discard plans`.execute(tx);
