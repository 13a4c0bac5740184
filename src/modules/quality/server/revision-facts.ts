import { sql } from 'kysely';
import { dictionaryFor } from '#modules/fields/index.ts';
import { purchasesYearBefore } from '#modules/trade/index.ts';
import type { Context } from '#platform/context.ts';
import type { RevisionFacts } from '../revision-contract.ts';

/** What says whether a customer grows or shrinks, for a page of a revision's list: only facts the caller may read on the card. */
export async function factsOf(context: Context, customerIds: string[]): Promise<Map<string, RevisionFacts>> {
  if (customerIds.length === 0) return new Map();
  const readable = new Set((await dictionaryFor(context, 'customer')).fields.map((field) => field.key));
  const { rows } = await sql<{
    id: string;
    last_contact_at: Date | null;
    last_purchase_on: string | null;
    purchase_total12m: string | null;
  }>`select id, last_contact_at, last_purchase_on, purchase_total12m from customer
    where org_id = ${context.orgId} and id = any(${customerIds}::uuid[])`.execute(context.tx);
  const before = readable.has('purchaseTotal12m') ? await purchasesYearBefore(context, customerIds) : new Map();
  return new Map(
    rows.map((row) => [
      row.id,
      {
        ...(readable.has('lastContactAt') ? { lastContactAt: row.last_contact_at?.toISOString() ?? null } : {}),
        ...(readable.has('lastPurchaseOn') ? { lastPurchaseOn: row.last_purchase_on } : {}),
        ...(readable.has('purchaseTotal12m')
          ? {
              purchaseTotal12m: row.purchase_total12m === null ? null : Number(row.purchase_total12m),
              purchaseTotalBefore: before.get(row.id) ?? null,
            }
          : {}),
      },
    ]),
  );
}
