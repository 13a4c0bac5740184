import { type RawBuilder, sql } from 'kysely';
import { conditionSql } from '#modules/fields/index.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { pageOfRows } from '#shared/cursor.ts';
import { invalid } from '#shared/errors.ts';
import type { RulesConfig } from '../schemes-contract.ts';
import type { Ruled } from '../spec.ts';
import { checkRules, valuesOf } from './schemes.ts';

/** Column of a class on the customer. */
export const classColumn: Record<Ruled, string> = { grade: 'grade', importance: 'importance', ladder: 'ladder' };

/** What the rules give a customer, as SQL over `customer`; null where they say nothing. */
export async function ruleSql(context: Context, config: RulesConfig): Promise<RawBuilder<unknown>> {
  if (config.rules.length === 0) return sql`null::text`;
  const conditions = [];
  for (const rule of config.rules)
    conditions.push({ rule, matches: await conditionSql(context, 'customer', rule.condition) });
  const otherwise = sql`${config.otherwise}::text`;
  if (config.method === 'order') {
    const steps = conditions.map(({ rule, matches }) => sql`when ${matches} then ${rule.target}::text`);
    return sql`case ${sql.join(steps, sql` `)} else ${otherwise} end`;
  }
  const points = pointsSql(conditions);
  const steps = config.cutoffs.map((cutoff) => sql`when ${points} >= ${cutoff.atLeast} then ${cutoff.target}::text`);
  return steps.length > 0 ? sql`case ${sql.join(steps, sql` `)} else ${otherwise} end` : otherwise;
}

const pointsSql = (conditions: { rule: RulesConfig['rules'][number]; matches: RawBuilder<boolean> }[]) =>
  sql`(${sql.join(
    conditions.map(({ rule, matches }) => sql`case when ${matches} then ${rule.points ?? 0}::integer else 0 end`),
    sql` + `,
  )})`;

/** Overrides in force, one row a customer: `customer_id`, `value`. */
export const overridesOf = (context: Context, dimension: string, today: string) =>
  sql`select customer_id, value from class_override where org_id = ${context.orgId}::uuid and dimension = ${dimension}
    and ended_at is null and (expires_on is null or expires_on >= ${today}::date)`;

/**
 * Each customer with what it has and what it would get: `id`, `from_value`, `to_value`, `kept`. Kept are those a person set:
 * by override, or on the card where the rules respect that.
 */
export async function outcomes(
  context: Context,
  dimension: Ruled,
  config: RulesConfig,
  today: string,
  where: RawBuilder<unknown>,
): Promise<RawBuilder<unknown>> {
  const column = sql.ref(`customer.${classColumn[dimension]}`);
  const byRule = await ruleSql(context, config);
  const manual =
    dimension === 'grade' && config.keepManual
      ? sql`(customer.grade is not null and customer.grade is distinct from customer.grade_by_rule)`
      : sql`false`;
  return sql`select customer.id, ${column} as from_value, o.value is not null or ${manual} as kept,
      case when o.value is not null then o.value when ${manual} then ${column} else coalesce(${byRule}, ${column}) end as to_value
    from customer left join (${overridesOf(context, dimension, today)}) o on o.customer_id = customer.id
    where customer.org_id = ${context.orgId}::uuid and customer.state = 'active' and ${where}`;
}

async function checked(context: Context, dimension: Ruled, config: RulesConfig): Promise<void> {
  const errors = await checkRules(context, dimension, config);
  if (errors.length > 0) throw invalid(errors);
}

/** Counts every move the rules would make. */
export async function dryRun(context: Context, dimension: Ruled, config: RulesConfig, today: string) {
  await checked(context, dimension, config);
  const seen = visible(context.actor, 'customer:read', 'customer');
  const rows = await sql<{ from_value: string | null; to_value: string | null; kept: boolean; customers: number }>`
    select from_value, to_value, kept, count(*) as customers
    from (${await outcomes(context, dimension, config, today, seen)}) outcome group by 1, 2, 3`.execute(context.tx);
  const order = await valuesOf(context, dimension);
  const rank = (value: string | null) => (value === null ? order.length : order.indexOf(value));
  const result = { total: 0, up: 0, down: 0, fresh: 0, kept: 0 };
  const moves = new Map<string, { from: string | null; to: string | null; customers: number }>();
  for (const row of rows.rows) {
    result.total += row.customers;
    if (row.kept) result.kept += row.customers;
    if (row.from_value === row.to_value) continue;
    if (row.from_value === null) result.fresh += row.customers;
    else if (rank(row.to_value) < rank(row.from_value)) result.up += row.customers;
    else result.down += row.customers;
    const key = `${row.from_value}>${row.to_value}`;
    const move = moves.get(key) ?? { from: row.from_value, to: row.to_value, customers: 0 };
    move.customers += row.customers;
    moves.set(key, move);
  }
  return { ...result, moves: [...moves.values()].sort((a, b) => b.customers - a.customers) };
}

/** The customers behind one move. */
export async function dryRunCustomers(
  context: Context,
  dimension: Ruled,
  input: { config: RulesConfig; from: string | null; to: string | null; cursor?: string; limit: number },
  today: string,
) {
  await checked(context, dimension, input.config);
  const seen = visible(context.actor, 'customer:read', 'customer');
  const beyond = input.cursor ? sql`and c.id > ${input.cursor}::uuid` : sql``;
  const rows = await sql<{ id: string; number: string; name: string }>`
    select c.id, c.number, c.name from (${await outcomes(context, dimension, input.config, today, seen)}) outcome
    join customer c on c.org_id = ${context.orgId}::uuid and c.id = outcome.id
    where outcome.from_value is distinct from outcome.to_value and outcome.from_value is not distinct from ${input.from}::text
      and outcome.to_value is not distinct from ${input.to}::text ${beyond} order by c.id limit ${input.limit + 1}`.execute(
    context.tx,
  );
  const { page, nextCursor } = pageOfRows(rows.rows, input.limit);
  return { items: page, nextCursor };
}
