import { sql } from 'kysely';
import type { DuplicateFinder, ScoredCustomer } from '#modules/customers/index.ts';
import type { Context } from '#platform/context.ts';
import { prepared } from '#platform/db/database.ts';
import { engineRecord, readRecords, recordBlocks } from './customer-records.ts';
import type { PreparedRecord } from './features.ts';
import { type Comparer, explain } from './model.ts';
import { baseComparers, getSettings } from './settings.ts';

/** Records one key may lead to; a key of more says too little. */
export const largestBlock = 60;
const compared = 40;

export const comparerFor = (comparers: { persons: Comparer; companies: Comparer }, record: PreparedRecord): Comparer =>
  record.kind === 'person' ? comparers.persons : comparers.companies;

/** Customers sharing rare keys, those sharing the rarest first. */
async function sharingBlocks(context: Context, keys: number[]): Promise<string[]> {
  const found = await sql<{ customer_id: string }>`
    select customer_id from (
      select distinct key, customer_id, count(*) over (partition by key) as size from (
        select k.key, o.customer_id from unnest(${keys}::bigint[]) as k(key) cross join lateral (
          select customer_id from duplicate_key o where o.org_id = ${context.orgId} and o.key = k.key
          limit ${largestBlock + 1}) o) hits) blocks
    where size <= ${largestBlock} group by customer_id order by sum(1 / ln(size::float8 + 1.5)) desc limit ${compared} ${prepared}`.execute(
    context.tx,
  );
  return found.rows.map((row) => row.customer_id);
}

/** Scores the customers nearest to a record being typed: a few dozen comparisons, whatever the size of the base. */
export const findSimilar: DuplicateFinder = async (context, record, sharing, readable) => {
  const asked = engineRecord('', record.kind ?? 'company', record.values);
  const keys = recordBlocks(asked);
  if (keys.length === 0) return [];
  const { suggestFrom, stopFrom } = await getSettings(context);
  const ids = [...new Set([...sharing, ...(await sharingBlocks(context, keys))])];
  const records = await readRecords(context, ids, readable);
  const comparer = comparerFor(await baseComparers(context), asked);
  const scored: ScoredCustomer[] = [];
  for (const [customerId, other] of records) {
    const { score, reasons } = explain(comparer, asked, other);
    if (score < suggestFrom && !sharing.includes(customerId)) continue;
    scored.push({
      customerId,
      score: Math.round(score * 1000) / 1000,
      because: [...new Set(reasons.filter((reason) => reason.bits > 1).map((reason) => reason.column))],
      certain: score >= stopFrom,
    });
  }
  return scored.sort((a, b) => b.score - a.score).slice(0, 20);
};
