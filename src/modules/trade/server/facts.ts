import { type RawBuilder, sql } from 'kysely';
import { writeFactsFrom } from '#modules/customers/index.ts';
import { extendObject, fieldsOf } from '#modules/fields/index.ts';
import { companyOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import { dayIn } from '#platform/time.ts';
import { minorDigits } from '#shared/money.ts';

const plain = { weight: 0 } as const;
const sum = { ...plain, rules: { companyMoney: true } } as const;

/**
 * What the customer bought, as facts on the card. Totals are in major units of the company's currency; purchases in another
 * currency count as purchases but are no part of the totals, for want of a rate.
 */
extendObject('customer', {
  sections: [{ key: 'purchases', zh: '采购情况', en: 'Purchases' }],
  fields: fieldsOf('purchases', [
    ['firstPurchaseOn', 'date', '首次采购', 'First purchase', plain],
    ['lastPurchaseOn', 'date', '最近采购', 'Last purchase', plain],
    ['purchaseCount', 'number', '采购次数', 'Purchases', plain],
    ['purchaseCount12m', 'number', '近12个月采购次数', 'Purchases in 12 months', plain],
    ['purchaseTotal', 'number', '采购总额', 'Purchase total', sum],
    ['purchaseTotal12m', 'number', '近12个月采购额', 'Purchase total in 12 months', sum],
  ]),
});

const keys = [
  'firstPurchaseOn',
  'lastPurchaseOn',
  'purchaseCount',
  'purchaseCount12m',
  'purchaseTotal',
  'purchaseTotal12m',
];

/** Currency, decimal factor and today's date of the company. */
export async function companyTerms(context: Context) {
  const org = await companyOf(context);
  return {
    currency: org.currency,
    factor: 10 ** minorDigits(org.currency),
    today: dayIn(org.timeZone, context.now()),
  };
}

async function factRows(context: Context, ids: string[]) {
  const { currency, factor, today } = await companyTerms(context);
  const recent = sql`p.day > (${today}::date - interval '12 months')::date`;
  return sql`
    select w.id as customer_id, min(p.day) as first_purchase_on, max(p.day) as last_purchase_on,
      count(p.id)::numeric as purchase_count, (count(p.id) filter (where ${recent}))::numeric as purchase_count12m,
      coalesce(trim_scale(sum(p.amount_minor) filter (where p.currency = ${currency}) / ${factor}::numeric), 0) as purchase_total,
      coalesce(trim_scale(sum(p.amount_minor) filter (where p.currency = ${currency} and ${recent}) / ${factor}::numeric), 0)
        as purchase_total12m
    from unnest(${ids}::uuid[]) as w(id)
    left join purchase p on p.org_id = ${context.orgId}::uuid and p.customer_id = w.id and p.state = 'active'
    group by w.id`;
}

/**
 * Recomputes the facts of these customers. Their rows are locked first: of two purchases written at once the second must
 * count after the first is committed.
 */
export async function refreshPurchaseFacts(context: Context, customerIds: string[]): Promise<number> {
  const ids = [...new Set(customerIds)].sort();
  if (ids.length === 0) return 0;
  await sql`select 1 from customer where org_id = ${context.orgId} and id = any(${ids}::uuid[]) order by id for no key update`.execute(
    context.tx,
  );
  return writeFactsFrom(context, keys, await factRows(context, ids));
}

/** Orders and amount (major units, company's currency) of one customer in the last `days` days: a select for a lateral join. */
export async function purchaseWindow(
  context: Context,
  days: number,
  customerId: RawBuilder<unknown>,
): Promise<RawBuilder<unknown>> {
  const { currency, factor, today } = await companyTerms(context);
  return sql`select count(*)::integer as orders,
      coalesce(sum(p.amount_minor) filter (where p.currency = ${currency}) / ${factor}::numeric, 0) as amount
    from purchase p where p.org_id = ${context.orgId}::uuid and p.customer_id = ${customerId} and p.state = 'active'
      and p.day > ${today}::date - ${days}::integer`;
}

/** What customers bought in the twelve months before the last twelve, as `purchaseTotal12m` counts; of who bought nothing there is no entry. */
export async function purchasesYearBefore(context: Context, customerIds: string[]): Promise<Map<string, number>> {
  const { currency, factor, today } = await companyTerms(context);
  const { rows } = await sql<{ customer_id: string; amount: string }>`
    select customer_id, sum(amount_minor) / ${factor}::numeric as amount from purchase
    where org_id = ${context.orgId} and customer_id = any(${customerIds}::uuid[]) and state = 'active' and currency = ${currency}
      and day > (${today}::date - interval '24 months')::date and day <= (${today}::date - interval '12 months')::date
    group by customer_id`.execute(context.tx);
  return new Map(rows.map((row) => [row.customer_id, Number(row.amount)]));
}

/** The night's recomputation: windows of twelve months move on without anybody buying. Only rows that differ are written. */
async function refreshAll(job: JobContext) {
  let after = '00000000-0000-0000-0000-000000000000';
  let changed = 0;
  let done = 0;
  for (;;) {
    const from = after;
    const ids = await job.inTransaction(async (context) => {
      const rows = await sql<{ id: string }>`select id from customer where org_id = ${job.orgId} and id > ${from}::uuid
        order by id limit 10000`.execute(context.tx);
      return rows.rows.map((row) => row.id);
    });
    if (ids.length === 0) break;
    const stale = await job.inTransaction(async (context) => {
      const rows = await sql<{ id: string }>`select c.id from customer c join (${await factRows(context, ids)}) f
        on f.customer_id = c.id where c.org_id = ${job.orgId}
        and row(c.first_purchase_on, c.last_purchase_on, c.purchase_count, c.purchase_count12m, c.purchase_total, c.purchase_total12m)
        is distinct from row(f.first_purchase_on, f.last_purchase_on, f.purchase_count, f.purchase_count12m, f.purchase_total, f.purchase_total12m)`.execute(
        context.tx,
      );
      return rows.rows.map((row) => row.id);
    });
    for (let start = 0; start < stale.length; start += 1000)
      changed += await job.inTransaction((context) => refreshPurchaseFacts(context, stale.slice(start, start + 1000)));
    done += ids.length;
    after = ids.at(-1) ?? after;
    await job.progress(done, null);
  }
  return { customers: done, changed };
}

export const tradeJobs = [defineJob({ kind: 'trade.refreshFacts', heavy: true, background: 'whole', run: refreshAll })];
