import { sql } from 'kysely';
import { conditionSql } from '#modules/fields/index.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import type { Condition } from '#shared/conditions.ts';
import { addDays } from '#shared/dates/zoned.ts';
import { newId } from '#shared/ids.ts';
import type { ReturnRules } from '../../ownership-contract.ts';
import { dueRows } from './due.ts';
import { openPools, type PoolRow } from './pools.ts';

/** What such rules would take, without the days of grace new rules give: the warning before they are saved. */
export async function previewPool(
  context: Context,
  input: { poolId?: string; condition: Condition | null; rules: ReturnRules },
) {
  if (input.condition) await conditionSql(context, 'customer', input.condition);
  const today = await companyToday(context);
  const id = input.poolId ?? newId();
  const tried = {
    id,
    condition: input.condition,
    rules: input.rules,
    rules_since: '1970-01-01',
  } as PoolRow;
  const saved = await openPools(context);
  const pools = saved.some((pool) => pool.id === id)
    ? saved.map((pool) => (pool.id === id ? tried : pool))
    : [...saved, tried];
  const result = await sql<{ owned: number; overdue: number; soon: number }>`
    select count(*) filter (where home_pool = ${id}) as owned,
      count(*) filter (where home_pool = ${id} and return_due_on < ${today}::date) as overdue,
      count(*) filter (where home_pool = ${id} and return_due_on between ${today}::date and ${addDays(today, 3)}::date) as soon
    from (${await dueRows(context, sql<boolean>`true`, pools)}) due`.execute(context.tx);
  return result.rows[0] ?? { owned: 0, overdue: 0, soon: 0 };
}
