import { type RawBuilder, sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import type { AbcConfig, RfmConfig } from '../schemes-contract.ts';
import { configOf } from './schemes.ts';

/** Lowest value of each score from 2 to 5; a score nobody reaches is null. For R a day, the later the better. */
type Scores<T> = [T | null, T | null, T | null, T | null];

/** What separates classes that depend on all customers together; computed once a run, applied row by row. */
export interface Bounds {
  r: Scores<string>;
  f: Scores<number>;
  m: Scores<number>;
  /** High for the eight groups: purchased on or after, more orders than, more amount than. */
  high: { r: string | null; f: number; m: number };
  abc: { basis: AbcConfig['basis']; a: number | null; b: number | null };
}

const active = (context: Context) => sql`customer.org_id = ${context.orgId}::uuid and customer.state = 'active'`;

export async function computeBounds(context: Context, today: string): Promise<Bounds> {
  const rfm = await configOf(context, 'rfm');
  const abc = await configOf(context, 'abc');
  const scores =
    rfm.method === 'quintile'
      ? await quintiles(context)
      : { r: daysBefore(today, rfm.r), f: raise(rfm.f), m: raise(rfm.m) };
  return { ...scores, high: await highs(context, rfm, today), abc: await abcBounds(context, abc) };
}

const raise = (list: number[]) => list as Scores<number>;
const daysBefore = (today: string, days: number[]): Scores<string> =>
  [...days].reverse().map((count) => {
    const date = new Date(`${today}T00:00:00Z`);
    date.setUTCDate(date.getUTCDate() - Math.floor(count));
    return date.toISOString().slice(0, 10);
  }) as Scores<string>;

/** Quintiles 1–5 among customers with purchases. Ties share: a value's score is that of the share of customers below it. */
async function quintiles(context: Context): Promise<Pick<Bounds, 'r' | 'f' | 'm'>> {
  const of = async <T>(column: string) => {
    const result = await sql<{ score: number; least: T }>`
      select score, min(value) as least from (
        select value, least(5, 1 + floor(5 * (sum(n) over (order by value) - n) / sum(n) over ())) as score
        from (select ${sql.ref(column)} as value, count(*) as n from customer
          where ${active(context)} and purchase_count > 0 and ${sql.ref(column)} is not null group by 1) counted) scored
      group by score`.execute(context.tx);
    const least = new Map(result.rows.map((row) => [Number(row.score), row.least]));
    return [2, 3, 4, 5].map((score) => least.get(score) ?? null) as Scores<T>;
  };
  return {
    r: await of<string>('last_purchase_on'),
    f: await of<number>('purchase_count12m'),
    m: await of<number>('purchase_total12m'),
  };
}

async function highs(context: Context, rfm: RfmConfig, today: string): Promise<Bounds['high']> {
  if (rfm.high === 'score') return { r: null, f: 0, m: 0 };
  const result = await sql<{ r: string | null; f: number | null; m: number | null }>`
    select (${today}::date - floor(avg(${today}::date - last_purchase_on))::integer)::date as r,
      avg(purchase_count12m) as f, avg(purchase_total12m) as m
    from customer where ${active(context)} and purchase_count > 0`.execute(context.tx);
  const row = result.rows[0];
  return { r: row?.r ?? null, f: row?.f ?? 0, m: row?.m ?? 0 };
}

/** The smallest amount still in A and in B: a customer is in A while those above it make less than A's share. */
async function abcBounds(context: Context, config: AbcConfig): Promise<Bounds['abc']> {
  const column = basisColumn(config.basis);
  const result = await sql<{ a: number | null; b: number | null }>`
    select min(value) filter (where above < ${config.a}::numeric / 100 * total) as a,
      min(value) filter (where above < ${config.b}::numeric / 100 * total) as b
    from (select value, sum(value * n) over (order by value desc) - value * n as above, sum(value * n) over () as total
      from (select ${column} as value, count(*) as n from customer where ${active(context)} and ${column} > 0 group by 1) counted) summed`.execute(
    context.tx,
  );
  return { basis: config.basis, a: result.rows[0]?.a ?? null, b: result.rows[0]?.b ?? null };
}

export const basisColumn = (basis: AbcConfig['basis']): RawBuilder<number> =>
  sql.ref(basis === 'purchaseTotal' ? 'customer.purchase_total' : 'customer.purchase_total12m') as RawBuilder<number>;

/** The bounds of the last run, for changes of single customers between runs. */
export async function savedBounds(context: Context): Promise<Bounds | undefined> {
  const row = await context.tx
    .selectFrom('class_scheme')
    .select('config')
    .where('org_id', '=', context.orgId)
    .where('dimension', '=', 'bounds')
    .executeTakeFirst();
  return row?.config as Bounds | undefined;
}

export async function saveBounds(context: Context, bounds: Bounds): Promise<void> {
  await sql`insert into class_scheme (org_id, dimension, config) values (${context.orgId}, 'bounds', ${JSON.stringify(bounds)})
    on conflict (org_id, dimension) do update set config = excluded.config, updated_at = now()`.execute(context.tx);
}
