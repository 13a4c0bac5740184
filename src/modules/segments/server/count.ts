import { type RawBuilder, sql } from 'kysely';
import { recordsWhere } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import type { Condition } from '#shared/conditions.ts';
import type { Count } from '#shared/pages.ts';

const patience = 500;
const sampleRows = 20_000;

/**
 * Counts while somebody edits: exactly, with every core, as long as that takes less than a moment; then by a random sample of
 * the table's pages. An answer always comes within a second.
 */
export async function countCondition(context: Context, filter: Condition | undefined): Promise<Count> {
  const where = await recordsWhere(context, { object: 'customer', ...(filter ? { filter } : {}) });
  return countWithin(context, where);
}

export async function countWithin(context: Context, where: RawBuilder<unknown>): Promise<Count> {
  const { tx } = context;
  await sql`savepoint counting`.execute(tx);
  try {
    await sql`select set_config('statement_timeout', ${String(patience)}, true), set_config('max_parallel_workers_per_gather', '4', true),
      set_config('jit', 'off', true)`.execute(tx);
    const counted = await sql<{ n: number }>`select count(*) as n from customer where ${where}`.execute(tx);
    await sql`select set_config('statement_timeout', '0', true)`.execute(tx);
    await sql`release savepoint counting`.execute(tx);
    return { value: counted.rows[0]?.n ?? 0, exact: true };
  } catch (error) {
    // 57014: stopped for taking too long.
    if ((error as { code?: string }).code !== '57014') throw error;
    await sql`rollback to savepoint counting`.execute(tx);
  }
  const size = await sql<{
    n: number;
  }>`select greatest(reltuples, 1)::bigint as n from pg_class where oid = 'customer'::regclass`.execute(tx);
  const percent = Math.min(100, (100 * sampleRows) / (size.rows[0]?.n ?? 1));
  const sample = await sql<{
    n: number;
  }>`select count(*) as n from customer tablesample system (${percent}) where ${where}`.execute(tx);
  return { value: Math.round(((sample.rows[0]?.n ?? 0) * 100) / percent), exact: false };
}
