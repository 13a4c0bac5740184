import { sql } from 'kysely';
import { dropUniqueValues, setUniqueValues } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { dropSearchDocuments } from '#platform/search/documents.ts';
import { Problem } from '#shared/errors.ts';
import type { Provenance } from '#shared/fields.ts';
import { storedOf } from './card.ts';
import { dropKeys, indexRecords } from './keys.ts';
import { type CustomerRow, customerFields } from './store.ts';

/** What a module does when customers become one, and when that is taken back. Rows with `customer_id` move by themselves. */
export interface MergeParty {
  /** Stable: what `move` returned is kept under it. */
  name: string;
  /** Returns what `undo` will need, as plain data. */
  move(context: Context, merge: { survivorId: string; mergedIds: string[] }): Promise<unknown>;
  undo(context: Context, merge: { survivorId: string; mergedIds: string[]; moved: unknown }): Promise<void>;
}
const parties: MergeParty[] = [];
/** Lets a module recalculate or move what the general move of `customer_id` columns does not cover. */
export const registerMerge = (party: MergeParty): void => void parties.push(party);
export const mergeParties = (): readonly MergeParty[] => parties;

/** The customer and all that were merged into it: their histories are read together. */
export async function familyOf(context: Context, id: string): Promise<string[]> {
  const found = await sql<{ id: string }>`
    with recursive down as (
      select ${id}::uuid as id, 0 as depth
      union all
      select c.id, depth + 1 from customer c join down on c.merged_into = down.id
      where c.org_id = ${context.orgId} and depth < 50)
    select id from down limit 200`.execute(context.tx);
  return found.rows.map((row) => row.id);
}

/** Makes a locked customer a signpost to another: found by nothing, blocking no unique value, its history kept. */
export async function setMerged(context: Context, row: CustomerRow, survivorId: string): Promise<void> {
  await context.tx
    .updateTable('customer')
    .set({ state: 'merged', merged_into: survivorId, version: sql`version + 1`, updated_at: context.now() })
    .where('org_id', '=', context.orgId)
    .where('id', '=', row.id)
    .execute();
  await dropKeys(context, [row.id]);
  await dropSearchDocuments(context, [row.id]);
  await dropUniqueValues(context, row.id);
  await recordEvent(context, {
    kind: 'customer.merged',
    subjectKind: 'customer',
    subjectId: row.id,
    customerId: row.id,
    data: { number: row.number, name: row.name, into: survivorId },
  });
}

/** Makes a merged customer stand for itself again. Returns false when a unique value was taken by another meanwhile. */
export async function setUnmerged(context: Context, id: string): Promise<boolean> {
  const row = await context.tx
    .updateTable('customer')
    .set({ state: 'active', merged_into: null, version: sql`version + 1`, updated_at: context.now() })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const stored = await storedOf(context, row);
  const fields = await customerFields(context);
  let whole = true;
  for (const [key, value] of Object.entries(stored.values)) {
    try {
      await setUniqueValues(context, 'customer', id, fields, { [key]: value });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      whole = false;
    }
  }
  await indexRecords(context, [{ object: 'customer', customerId: id, ...stored }], fields.values());
  await recordEvent(context, {
    kind: 'customer.unmerged',
    subjectKind: 'customer',
    subjectId: id,
    customerId: id,
    data: { number: row.number, name: row.name },
  });
  return whole;
}

/** Renews search and keys of a customer whose former numbers changed. */
export async function reindexCustomer(context: Context, row: CustomerRow): Promise<void> {
  const stored = await storedOf(context, row);
  const fields = await customerFields(context);
  await indexRecords(context, [{ object: 'customer', customerId: row.id, ...stored }], fields.values());
}

/** Keeps where values came from when they were taken over from another customer. */
export async function setProvenance(context: Context, id: string, entries: Record<string, Provenance>): Promise<void> {
  if (Object.keys(entries).length === 0) return;
  await sql`update customer set provenance = provenance || ${JSON.stringify(entries)}::jsonb
    where org_id = ${context.orgId} and id = ${id}`.execute(context.tx);
}
