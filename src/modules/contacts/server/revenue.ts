import { sql } from 'kysely';
import { dictionaryFor } from '#modules/fields/index.ts';
import { purchaseTotals } from '#modules/trade/index.ts';
import { holds } from '#platform/access/actor.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';

export interface Amount {
  amountMinor: string;
  currency: string;
}

/** Whether the caller may see what customers bought: purchases, and the field of the card that sums them. */
export const seesRevenue = async (context: Context): Promise<boolean> =>
  holds(context.actor, 'purchase:read') &&
  (await dictionaryFor(context, 'customer')).fields.some((field) => field.key === 'purchaseTotal');

/** What customers bought, as far as the caller may see purchases; null when not at all. */
export async function boughtBy(context: Context, customerIds: string[]): Promise<Map<string, Amount> | null> {
  if (!(await seesRevenue(context))) return null;
  const ids = [...new Set(customerIds)];
  if (ids.length === 0) return new Map();
  const mine = await sql<{
    id: string;
  }>`select id from customer where org_id = ${context.orgId} and id = any(${ids}::uuid[])
    and ${visible(context.actor, 'purchase:read', 'customer')}`.execute(context.tx);
  const totals = await purchaseTotals(
    context,
    mine.rows.map((row) => row.id),
  );
  return new Map(
    [...totals].map(([id, { amountMinor, currency }]) => [id, { amountMinor: String(amountMinor), currency }]),
  );
}

/** Sums per currency; amounts of different currencies are never added. */
export function sumAmounts(bought: Map<string, Amount>, customerIds: Iterable<string>): Amount[] {
  const sums = new Map<string, bigint>();
  for (const id of new Set(customerIds)) {
    const total = bought.get(id);
    if (total) sums.set(total.currency, (sums.get(total.currency) ?? 0n) + BigInt(total.amountMinor));
  }
  return [...sums].map(([currency, amount]) => ({ currency, amountMinor: String(amount) }));
}
