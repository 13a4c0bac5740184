import { sql } from 'kysely';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { type Change, type NewEvent, recordEvents } from '#platform/events/index.ts';
import { conflict, type FieldError, invalid } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { isCurrency } from '#shared/money.ts';
import { companyTerms, refreshPurchaseFacts } from './facts.ts';

export const selectPurchases = (context: Context) =>
  context.tx.selectFrom('purchase').selectAll().where('org_id', '=', context.orgId);
export type PurchaseRow = Awaited<ReturnType<ReturnType<typeof selectPurchases>['executeTakeFirstOrThrow']>>;

export interface PurchaseInput {
  day: string;
  amountMinor: number;
  currency?: string;
  product?: string | null;
  externalKey?: string;
}

export function wrongInPurchase(input: Partial<PurchaseInput>, today: string, prefix = ''): FieldError[] {
  const errors: FieldError[] = [];
  if (input.day && (input.day > today || input.day < '1900-01-01'))
    errors.push({ field: `${prefix}day`, code: input.day > today ? 'purchase.future' : 'purchase.tooOld' });
  if (input.currency && !isCurrency(input.currency))
    errors.push({ field: `${prefix}currency`, code: 'money.currency' });
  return errors;
}

interface Row extends PurchaseInput {
  customerId: string;
  index: number;
}

/** Inserts purchases, or changes those whose external key is known; facts and events in the same transaction. */
export async function writePurchases(
  context: Context,
  input: Row[],
  options: { source: string; currency: string; batchId: string | null },
) {
  const actorId = context.actor.kind === 'system' ? null : context.actor.userId;
  const keys = input.flatMap((row) => (row.externalKey ? [row.externalKey] : []));
  const known = new Map(
    keys.length === 0
      ? []
      : (
          await selectPurchases(context)
            .where('source', '=', options.source)
            .where('external_key', 'in', keys)
            .forUpdate()
            .execute()
        ).map((row) => [row.external_key ?? '', row] as const),
  );
  const events: NewEvent[] = [];
  const touched = new Set<string>();
  const outcome = { created: 0, updated: 0, unchanged: 0, unchangedIndexes: [] as number[], rows: [] as PurchaseRow[] };
  const fresh: Row[] = [];
  for (const row of input) {
    const before = row.externalKey ? known.get(row.externalKey) : undefined;
    if (!before) {
      fresh.push(row);
      continue;
    }
    if (before.customer_id !== row.customerId) throw known409(row.index);
    const changed = await changePurchase(context, before, { ...row, currency: row.currency ?? options.currency });
    if (!changed) outcome.unchangedIndexes.push(row.index);
    else {
      outcome.updated += 1;
      events.push({ ...changed, batchId: options.batchId });
      touched.add(row.customerId);
    }
  }
  const values = fresh.map((row) => ({
    org_id: context.orgId,
    id: newId(),
    customer_id: row.customerId,
    day: row.day,
    amount_minor: row.amountMinor,
    currency: row.currency ?? options.currency,
    product: row.product || null,
    source: options.source,
    external_key: row.externalKey ?? null,
    batch_id: options.batchId,
    created_by: actorId,
    updated_by: actorId,
  }));
  if (values.length > 0) {
    // Another import may write the same key at this moment: the index decides, and the later one finds it known.
    outcome.rows = await context.tx
      .insertInto('purchase')
      .values(values)
      .onConflict((oc) =>
        oc.columns(['org_id', 'source', 'external_key']).where('external_key', 'is not', null).doNothing(),
      )
      .returningAll()
      .execute();
  }
  outcome.created = outcome.rows.length;
  const written = new Set(outcome.rows.map((row) => row.external_key));
  for (const row of fresh)
    if (row.externalKey && !written.has(row.externalKey)) outcome.unchangedIndexes.push(row.index);
  outcome.unchanged = outcome.unchangedIndexes.length;
  for (const row of outcome.rows) {
    touched.add(row.customer_id);
    events.push({
      kind: 'purchase.recorded',
      subjectKind: 'purchase',
      subjectId: row.id,
      customerId: row.customer_id,
      data: {
        day: row.day,
        amountMinor: Number(row.amount_minor),
        currency: row.currency,
        product: row.product,
      },
      source: options.source,
      batchId: options.batchId,
    });
  }
  await recordEvents(context, events);
  await refreshPurchaseFacts(context, [...touched]);
  return outcome;
}

const known409 = (index: number) =>
  conflict('purchase.otherCustomer', { field: `items.${index}.externalKey`, params: { row: index + 1 } });

/** Writes what differs and returns its event, or undefined. */
export async function changePurchase(
  context: Context,
  before: PurchaseRow,
  input: Partial<PurchaseInput>,
): Promise<NewEvent | undefined> {
  const next = {
    day: input.day ?? before.day,
    amountMinor: input.amountMinor ?? Number(before.amount_minor),
    currency: input.currency ?? before.currency,
    product: input.product === undefined ? before.product : input.product || null,
  };
  const now = {
    day: before.day,
    amountMinor: Number(before.amount_minor),
    currency: before.currency,
    product: before.product,
  };
  const changes: Record<string, Change> = {};
  for (const key of Object.keys(next) as (keyof typeof next)[])
    if (next[key] !== now[key]) changes[key] = { from: now[key], to: next[key] };
  if (Object.keys(changes).length === 0) return undefined;
  await context.tx
    .updateTable('purchase')
    .set({
      day: next.day,
      amount_minor: next.amountMinor,
      currency: next.currency,
      product: next.product,
      version: sql`version + 1`,
      updated_at: context.now(),
      updated_by: context.actor.kind === 'system' ? null : context.actor.userId,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', before.id)
    .execute();
  return {
    kind: 'purchase.changed',
    subjectKind: 'purchase',
    subjectId: before.id,
    customerId: before.customer_id,
    changes,
  };
}

/** Many purchases at once, all or none; wrong rows are all named. */
export async function createPurchases(
  context: Context,
  source: string,
  items: (PurchaseInput & { customerId?: string; customerNumber?: string })[],
) {
  const { currency, today } = await companyTerms(context);
  const ids = items.flatMap((item) => (item.customerId ? [item.customerId] : []));
  const numbers = items.flatMap((item) => (item.customerNumber ? [item.customerNumber] : []));
  const customers = await context.tx
    .selectFrom('customer')
    .select(['id', 'number'])
    .where('org_id', '=', context.orgId)
    .where('state', '=', 'active')
    .where(sql<boolean>`(id = any(${ids}::uuid[]) or number = any(${numbers}::text[]))`)
    .where(visible(context.actor, 'customer:read', 'customer'))
    .where(visible(context.actor, 'purchase:create', 'customer'))
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  const byId = new Set(customers.map((row) => row.id));
  const byNumber = new Map(customers.map((row) => [row.number, row.id]));
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  const rows: Row[] = [];
  for (const [index, item] of items.entries()) {
    const prefix = `items.${index}.`;
    const id = item.customerId ?? byNumber.get(item.customerNumber ?? '');
    if (!id || !byId.has(id))
      errors.push({
        field: `${prefix}${item.customerId ? 'customerId' : 'customerNumber'}`,
        code: 'purchase.customer',
      });
    errors.push(...wrongInPurchase(item, today, prefix));
    if (item.externalKey && seen.has(item.externalKey))
      errors.push({ field: `${prefix}externalKey`, code: 'purchase.keyTwice' });
    if (item.externalKey) seen.add(item.externalKey);
    if (id) rows.push({ ...item, customerId: id, index });
  }
  if (errors.length > 0) throw invalid(errors.slice(0, 100));
  const batchId = newId();
  const { created, updated, unchanged } = await writePurchases(context, rows, { source, currency, batchId });
  return { batchId, created, updated, unchanged };
}
