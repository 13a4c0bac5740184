import { sql } from 'kysely';
import { loadCustomer } from '#modules/customers/index.ts';
import { mayTouch } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { cursorOf, cursorPart, cursorParts, pageOfRows } from '#shared/cursor.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import type { PurchaseView } from '../contract.ts';
import { companyTerms, refreshPurchaseFacts } from './facts.ts';
import {
  changePurchase,
  type PurchaseInput,
  type PurchaseRow,
  selectPurchases,
  writePurchases,
  wrongInPurchase,
} from './write-purchases.ts';

type CustomerRow = Awaited<ReturnType<typeof loadCustomer>>;

const viewOf = (row: PurchaseRow, update: boolean): PurchaseView => ({
  id: row.id,
  version: row.version,
  customerId: row.customer_id,
  day: row.day,
  amountMinor: Number(row.amount_minor),
  currency: row.currency,
  product: row.product,
  source: row.source,
  externalKey: row.external_key,
  state: row.state as PurchaseView['state'],
  can: { update },
});

/** The customer, when the actor may see it and holds the permission on it. */
async function customerFor(context: Context, id: string, permission: string, lock = false): Promise<CustomerRow> {
  const row = await loadCustomer(context, id, 'customer:read', lock);
  if (!mayTouch(context.actor, permission, row)) throw notFound('customer');
  return row;
}

/** What a customer bought, a page at a time. */
export async function listPurchases(
  context: Context,
  customerId: string,
  query: { limit: number; cursor?: string; state: 'active' | 'trashed' },
) {
  const customer = await customerFor(context, customerId, 'purchase:read');
  let rows = selectPurchases(context)
    .where('customer_id', '=', customerId)
    .where('state', '=', query.state)
    .orderBy('day', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) {
    const [day, id] = cursorParts(query.cursor, cursorPart.day, cursorPart.id);
    rows = rows.where(sql<boolean>`(day, id) < (${day}::date, ${id}::uuid)`);
  }
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit, (last) => cursorOf(last.day, last.id));
  const active = customer.state === 'active';
  const update = active && mayTouch(context.actor, 'purchase:update', customer);
  const totals = (await purchaseTotals(context, [customerId])).get(customerId);
  const { currency } = await companyTerms(context);
  return {
    items: page.map((row) => viewOf(row, update)),
    nextCursor,
    can: { create: active && mayTouch(context.actor, 'purchase:create', customer) },
    totals: totals ?? { amountMinor: 0, currency, count: 0 },
  };
}

export async function createPurchase(context: Context, customerId: string, input: PurchaseInput) {
  const customer = await customerFor(context, customerId, 'purchase:create', true);
  if (customer.state !== 'active') throw conflict('customer.trashed');
  const { currency, today } = await companyTerms(context);
  const errors = wrongInPurchase(input, today);
  if (errors.length > 0) throw invalid(errors);
  const { rows } = await writePurchases(context, [{ ...input, customerId, index: 0 }], {
    source: 'manual',
    currency,
    batchId: null,
  });
  const row = rows[0];
  if (!row) throw conflict('purchase.known', { field: 'externalKey' });
  return viewOf(row, mayTouch(context.actor, 'purchase:update', customer));
}

/** A purchase the actor may change, its customer locked before it so that all writers take locks in one order. */
async function openForChange(context: Context, id: string): Promise<PurchaseRow> {
  const found = await selectPurchases(context).where('id', '=', id).executeTakeFirst();
  if (!found) throw notFound('purchase');
  await customerFor(context, found.customer_id, 'purchase:update', true).catch(() => {
    throw notFound('purchase');
  });
  const row = await selectPurchases(context).where('id', '=', id).forUpdate().executeTakeFirstOrThrow();
  requireVersion(context, row.version, () => viewOf(row, true));
  return row;
}

const reload = async (context: Context, id: string) =>
  viewOf(await selectPurchases(context).where('id', '=', id).executeTakeFirstOrThrow(), true);

export async function updatePurchase(
  context: Context,
  id: string,
  { reason, ...input }: Partial<PurchaseInput> & { reason?: string },
) {
  const row = await openForChange(context, id);
  if (row.state !== 'active') throw conflict('purchase.trashed');
  const { today } = await companyTerms(context);
  const errors = wrongInPurchase(input, today);
  if (errors.length > 0) throw invalid(errors);
  const event = await changePurchase(context, row, input);
  if (event) {
    await recordEvent(context, { ...event, reason: reason ?? null });
    await refreshPurchaseFacts(context, [row.customer_id]);
  }
  return reload(context, id);
}

export async function setPurchaseTrashed(context: Context, id: string, trashed: boolean, reason?: string) {
  const row = await openForChange(context, id);
  await moveToState(context, row, trashed, reason);
  return reload(context, id);
}

async function moveToState(context: Context, row: PurchaseRow, trashed: boolean, reason?: string) {
  if ((row.state === 'trashed') === trashed) return;
  await context.tx
    .updateTable('purchase')
    .set({ state: trashed ? 'trashed' : 'active', version: sql`version + 1`, updated_at: context.now() })
    .where('org_id', '=', context.orgId)
    .where('id', '=', row.id)
    .execute();
  await recordEvent(context, {
    kind: trashed ? 'purchase.trashed' : 'purchase.restored',
    subjectKind: 'purchase',
    subjectId: row.id,
    customerId: row.customer_id,
    reason: reason ?? null,
  });
  await refreshPurchaseFacts(context, [row.customer_id]);
}

/** What customers bought in all, in the company's currency; a customer without purchases is absent. */
export async function purchaseTotals(
  context: Context,
  customerIds: string[],
): Promise<Map<string, { amountMinor: number; currency: string; count: number }>> {
  const { currency } = await companyTerms(context);
  const result = await sql<{ customer_id: string; amount: string | null; count: number }>`
    select customer_id, sum(amount_minor) filter (where currency = ${currency})::text as amount, count(*) as count
    from purchase where org_id = ${context.orgId} and customer_id = any(${customerIds}::uuid[]) and state = 'active'
    group by customer_id`.execute(context.tx);
  return new Map(
    result.rows.map((row) => [
      row.customer_id,
      { amountMinor: Number(row.amount ?? 0), currency, count: Number(row.count) },
    ]),
  );
}
