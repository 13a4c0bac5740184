import { type RawBuilder, sql } from 'kysely';
import { columnOf, conditionSql, fullDictionary } from '#modules/fields/index.ts';
import { systemActor } from '#platform/access/actor.ts';
import { companyToday, timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import type { Condition } from '#shared/conditions.ts';
import { openPools, type PoolRow, rulesOf } from './pools.ts';

/** Days between new rules and the first return by them: the reminders come before. */
const graceDays = 3;

/** Conditions of pools ask for any field, whoever happens to cause the computation. */
export const unlimited = (context: Context): Context => ({
  ...context,
  actor: { ...systemActor(context.orgId, [], context.actor.dictionaryVersion), lang: context.lang },
});

/** A fact another module keeps on the customer, or nothing while no module keeps it. */
async function fact(context: Context, key: string, type: string): Promise<RawBuilder<unknown>> {
  const { fields } = await fullDictionary(context);
  const known = fields.some((field) => field.object === 'customer' && field.key === key && field.builtin);
  return known ? sql`${sql.ref(`customer.${columnOf(key)}`)}` : sql`null::${sql.raw(type)}`;
}

/** Whether the customer has bought. */
export const hasBought = async (context: Context): Promise<RawBuilder<boolean>> =>
  sql<boolean>`coalesce(${await fact(context, 'purchaseCount', 'numeric')} > 0, false)`;

/** The first pool whose condition the customer meets, as SQL over `customer`. */
export async function homeOf(context: Context, pools: PoolRow[]): Promise<RawBuilder<unknown>> {
  if (pools.length === 0) return sql`null::text`;
  const cases = [];
  for (const pool of pools) {
    const where = pool.condition
      ? await conditionSql(unlimited(context), 'customer', pool.condition as Condition)
      : sql`true`;
    cases.push(sql`when ${where} then ${pool.id}`);
  }
  return sql`(case ${sql.join(cases, sql` `)} else null end)`;
}

const perPool = (pools: PoolRow[], value: (pool: PoolRow) => RawBuilder<unknown>) =>
  pools.length === 0
    ? sql`null::date`
    : sql`(case home.pool ${sql.join(
        pools.map((pool) => sql`when ${pool.id} then ${value(pool)}`),
        sql` `,
      )} else null::date end)`;

/** How many days without follow-up a customer of this grade may have. */
function followUpDays(pool: PoolRow): RawBuilder<unknown> {
  const { followUp } = rulesOf(pool.rules);
  const grades = Object.entries(followUp.grades);
  const other = sql`${followUp.other}::integer`;
  if (grades.length === 0) return other;
  return sql`(case customer.grade ${sql.join(
    grades.map(([grade, days]) => sql`when ${grade} then ${days}::integer`),
    sql` `,
  )} else ${other} end)`;
}

/**
 * Where owned customers return to and by which day, computed from facts, as a select over the customers of `where`:
 * `customer_id, home_pool, return_due_on, rule, was_home, was_due`. On the day itself there is still time; the night after
 * takes it. Pools may be given to try rules that are not saved.
 */
export async function dueRows(
  context: Context,
  where: RawBuilder<boolean>,
  pools?: PoolRow[],
): Promise<RawBuilder<unknown>> {
  const tried = pools ?? (await openPools(context));
  const today = await companyToday(context);
  const timeZone = await timeZoneOf(context);
  const lastContact = await fact(context, 'lastContactAt', 'timestamptz');
  const lastDeal = await fact(context, 'lastPurchaseOn', 'date');
  const bought = await hasBought(context);
  const day = (value: RawBuilder<unknown>) => sql`(${value} at time zone ${timeZone})::date`;
  const term = (from: RawBuilder<unknown>, add: RawBuilder<unknown>, pool: PoolRow) =>
    sql`greatest(${from} + ${add}, ${pool.rules_since}::date + ${graceDays}::integer)`;
  const rules = (pool: PoolRow) => rulesOf(pool.rules);
  const stays = (pool: PoolRow, due: RawBuilder<unknown>) =>
    rules(pool).exemptBuyers ? sql`case when ${bought} then null else ${due} end` : due;
  // `null + days` is null, and `greatest` would pass over it: a rule that is not set must give no day.
  const rule = (pool: PoolRow, days: RawBuilder<unknown>, from: RawBuilder<unknown>) =>
    sql`case when ${days} is null then null else ${stays(pool, term(from, days, pool))} end`;
  const contacted = sql`coalesce(greatest(${day(lastContact)}, since.day), since.day)`;
  return sql`
    select customer.id as customer_id, home.pool as home_pool, least(r.new_due, r.follow_due, r.deal_due) as return_due_on,
      case least(r.new_due, r.follow_due, r.deal_due) when r.new_due then 'newContact' when r.follow_due then 'followUp'
        when r.deal_due then 'deal' end as rule, customer.home_pool as was_home, customer.return_due_on as was_due
    from customer
    cross join lateral (select ${day(sql`coalesce(customer.claimed_at, customer.created_at)`)} as day) since
    cross join lateral (select ${await homeOf(context, tried)} as pool) home
    cross join lateral (select
      ${perPool(tried, (pool) => {
        const days = sql`${rules(pool).newContactDays}::integer`;
        return sql`case when ${lastContact} >= coalesce(customer.claimed_at, customer.created_at) then null
          else ${rule(pool, days, sql`since.day`)} end`;
      })} as new_due,
      ${perPool(tried, (pool) => rule(pool, followUpDays(pool), contacted))} as follow_due,
      ${perPool(tried, (pool) =>
        rule(pool, sql`${rules(pool).dealDays}::integer`, sql`coalesce(greatest(${lastDeal}, since.day), since.day)`),
      )} as deal_due) d
    cross join lateral (select
      case when customer.locked_until >= ${today}::date then null else d.new_due end as new_due,
      case when customer.locked_until >= ${today}::date then null else d.follow_due end as follow_due,
      case when customer.locked_until >= ${today}::date then null else d.deal_due end as deal_due) r
    where customer.org_id = ${context.orgId}::uuid and customer.state = 'active' and customer.owner_id is not null
      and ${where}`;
}

/** Writes the terms of these customers where they changed; facts, so no version and no event. */
export async function refreshDue(context: Context, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const rows = await dueRows(context, sql<boolean>`customer.id = any(${ids}::uuid[])`);
  await sql`update customer set home_pool = due.home_pool, return_due_on = due.return_due_on from (${rows}) due
    where customer.org_id = ${context.orgId}::uuid and customer.id = due.customer_id
      and row(due.home_pool, due.return_due_on) is distinct from row(due.was_home, due.was_due)`.execute(context.tx);
}
