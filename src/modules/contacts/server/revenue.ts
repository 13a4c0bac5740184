import type { Context } from '#platform/context.ts';

export interface Amount {
  amountMinor: string;
  currency: string;
}

/** What customers bought, per customer and currency; null while the caller may not see purchases. */
export async function boughtBy(_context: Context, _customerIds: string[]): Promise<Map<string, Amount[]> | null> {
  return null;
}

/** Sums per currency; amounts of different currencies are never added. */
export function sumAmounts(bought: Map<string, Amount[]>, customerIds: Iterable<string>): Amount[] {
  const sums = new Map<string, bigint>();
  for (const id of new Set(customerIds)) {
    for (const { amountMinor, currency } of bought.get(id) ?? [])
      sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(amountMinor));
  }
  return [...sums].map(([currency, amount]) => ({ currency, amountMinor: String(amount) }));
}
