import { sql } from 'kysely';
import type { BatchEvent, Undone } from '#modules/customers/index.ts';
import type { Context } from '#platform/context.ts';
import { type NewEvent, recordEvents } from '#platform/events/index.ts';
import { refreshPurchaseFacts } from './facts.ts';
import { changePurchase, type PurchaseInput, type PurchaseRow } from './write-purchases.ts';

/** Takes back what a batch recorded: new purchases go, changed ones get their former values; what somebody changed since stays. */
export async function undoPurchases(context: Context, events: BatchEvent[], batchId: string): Promise<Undone> {
  const customerIds = [...new Set(events.flatMap((event) => event.customer_id ?? []))].sort();
  const customers = await context.tx
    .selectFrom('customer')
    .select(['id', 'name'])
    .where('org_id', '=', context.orgId)
    .where('id', 'in', customerIds)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  const names = new Map(customers.map((row) => [row.id, row.name]));
  const rows = await context.tx
    .selectFrom('purchase')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', 'in', [...new Set(events.map((event) => event.subject_id))])
    .where('state', '=', 'active')
    .forUpdate()
    .execute();
  const worked = await workedOn(
    context,
    customerIds,
    rows.map((row) => row.id),
    batchId,
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  const result: Undone = { undone: 0, kept: [] };
  const gone: PurchaseRow[] = [];
  const told: NewEvent[] = [];
  const keep = (row: PurchaseRow, fields: string[]) =>
    result.kept.push({ customerId: row.customer_id, name: names.get(row.customer_id) ?? '', fields });
  for (const event of events) {
    const row = byId.get(event.subject_id);
    if (!row) continue;
    if (event.kind === 'purchase.recorded') {
      if (worked.has(row.id)) keep(row, []);
      else gone.push(row);
      continue;
    }
    const { back, changed } = formerValues(row, event);
    if (changed.length > 0) keep(row, []);
    const undone = await changePurchase(context, row, back);
    if (!undone) continue;
    // An older change of the same purchase starts from what this one left.
    byId.set(row.id, withValues(row, back));
    told.push({ ...undone, kind: 'purchase.undone', reason: 'undo' });
    result.undone += 1;
  }
  if (gone.length > 0) {
    const ids = gone.map((row) => row.id);
    await context.tx.deleteFrom('purchase').where('org_id', '=', context.orgId).where('id', 'in', ids).execute();
    for (const row of gone)
      told.push({
        ...{
          kind: 'purchase.undone',
          subjectKind: 'purchase',
          subjectId: row.id,
          customerId: row.customer_id,
          reason: 'undo',
        },
        data: {
          day: row.day,
          amountMinor: Number(row.amount_minor),
          currency: row.currency,
          product: row.product,
        },
      });
    result.undone += gone.length;
  }
  await recordEvents(context, told);
  await refreshPurchaseFacts(
    context,
    customers.map((row) => row.id),
  );
  return result;
}

function formerValues(row: PurchaseRow, event: BatchEvent): { back: Partial<PurchaseInput>; changed: string[] } {
  const present: Record<string, unknown> = {
    ...{ day: row.day, amountMinor: Number(row.amount_minor), currency: row.currency, product: row.product },
  };
  const back: Record<string, unknown> = {};
  const changed: string[] = [];
  for (const [key, change] of Object.entries(event.changes ?? {})) {
    if (present[key] === change.to) back[key] = change.from;
    else if (present[key] !== change.from) changed.push(key);
  }
  return { back, changed };
}

const withValues = (row: PurchaseRow, back: Partial<PurchaseInput>): PurchaseRow => ({
  ...row,
  day: back.day ?? row.day,
  amount_minor: back.amountMinor ?? row.amount_minor,
  currency: back.currency ?? row.currency,
  product: back.product === undefined ? row.product : back.product,
});

/** Purchases that somebody else, or another batch, changed. */
async function workedOn(context: Context, customerIds: string[], ids: string[], batchId: string): Promise<Set<string>> {
  const found = await sql<{ subject_id: string }>`select distinct e.subject_id from event e
    where e.org_id = ${context.orgId} and e.customer_id = any(${customerIds}::uuid[]) and e.subject_id = any(${ids}::uuid[])
      and e.batch_id is distinct from ${batchId}::uuid and e.reason is distinct from 'undo'`.execute(context.tx);
  return new Set(found.rows.map((row) => row.subject_id));
}
