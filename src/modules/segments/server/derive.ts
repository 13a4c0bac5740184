import { type RawBuilder, sql } from 'kysely';
import { purchaseWindow } from '#modules/trade/index.ts';
import type { Context } from '#platform/context.ts';
import type { DivisionsConfig, RfmConfig } from '../schemes-contract.ts';
import type { Bounds } from './bounds.ts';
import { basisColumn } from './bounds.ts';

type Sql = RawBuilder<unknown>;
const last = sql.ref('customer.last_purchase_on');
const first = sql.ref('customer.first_purchase_on');

/** The four divisions from the facts; `orders` and `amount` are those of the volume window. */
export function divisionColumns(config: DivisionsConfig, today: string): Record<string, Sql> {
  const since = (days: number) => sql`${today}::date - ${days}::integer`;
  const { volume } = config;
  const enough = volume.mainAmount === null ? sql`` : sql` or bought.amount >= ${volume.mainAmount}::numeric`;
  return {
    timeClass: sql`case when ${last} is null then 'future' when ${last} > ${since(config.currentDays)} then 'current' else 'former' end`,
    tenureClass: sql`case when ${first} is null then 'potential' when ${first} > ${since(config.newDays)} then 'new' else 'old' end`,
    processClass: sql`case when ${last} is null then 'upcoming' when ${last} > ${since(config.ongoingDays)} then 'ongoing' else 'done' end`,
    volumeClass: sql`case when customer.purchase_count = 0 then null
      when bought.orders >= ${volume.mainOrders}::integer${enough} then 'main'
      when bought.orders >= ${volume.generalOrders}::integer then 'general' else 'sporadic' end`,
  };
}

/** What each customer bought in the volume window, to join as `bought`. */
export const boughtJoin = async (context: Context, config: DivisionsConfig): Promise<Sql> =>
  sql`cross join lateral (${await purchaseWindow(context, config.volume.days, sql.ref('customer.id'))}) bought`;

function scoreSql(column: Sql, bounds: (string | number | null)[], type: string): Sql {
  const steps = [5, 4, 3, 2].flatMap((score) => {
    const least = bounds[score - 2];
    return least === null || least === undefined
      ? []
      : [sql`when ${column} >= ${String(least)}::${sql.raw(type)} then ${sql.lit(score)}`];
  });
  const scored = steps.length > 0 ? sql`case ${sql.join(steps, sql` `)} else 1 end` : sql`1`;
  return sql`case when customer.purchase_count > 0 then (${scored})::numeric end`;
}

/** Scores, named group and ABC class by the run's bounds. */
export function valueColumns(bounds: Bounds, rfm: RfmConfig): Record<string, Sql> {
  const r = scoreSql(last, bounds.r, 'date');
  const f = scoreSql(sql.ref('customer.purchase_count12m'), bounds.f, 'numeric');
  const m = scoreSql(sql.ref('customer.purchase_total12m'), bounds.m, 'numeric');
  const from = rfm.highFrom;
  const [hr, hf, hm] =
    rfm.high === 'score'
      ? [sql`${r} >= ${from}`, sql`${f} >= ${from}`, sql`${m} >= ${from}`]
      : [
          sql`${last} > ${bounds.high.r ?? '9999-12-31'}::date`,
          sql`customer.purchase_count12m > ${String(bounds.high.f)}::numeric`,
          sql`customer.purchase_total12m > ${String(bounds.high.m)}::numeric`,
        ];
  const group = (
    name: string,
  ) => sql`case when ${hr} then case when ${hf} then ${sql.lit(`${name}Value`)} else ${sql.lit(`${name}Develop`)} end
    when ${hf} then ${sql.lit(`${name}Keep`)} else ${sql.lit(`${name}Retain`)} end`;
  const amount = basisColumn(bounds.abc.basis);
  const least = (value: number | null) => sql`${value === null ? null : String(value)}::numeric`;
  return {
    rfmR: r,
    rfmF: f,
    rfmM: m,
    rfmSegment: sql`case when customer.purchase_count > 0 then case when ${hm} then ${group('important')} else ${group('general')} end end`,
    abcClass: sql`case when ${amount} <= 0 then null when ${amount} >= ${least(bounds.abc.a)} then 'A'
      when ${amount} >= ${least(bounds.abc.b)} then 'B' else 'C' end`,
  };
}
