import { sql } from 'kysely';
import { purchaseTotals } from '#modules/trade/index.ts';
import { holds } from '#platform/access/actor.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';

export interface Amount {
  amountMinor: string;
  currency: string;
}

/** What customers bought, as far as the caller may see purchases; null when not at all. */
export async function boughtBy(context: Context, customerIds: string[]): Promise<Map<string, Amount> | null> {
  if (!holds(context.actor, 'purchase:read')) return null;
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
