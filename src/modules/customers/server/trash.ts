import { dropUniqueValues, setUniqueValues } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { dropSearchDocuments } from '#platform/search/documents.ts';
import { storedOf } from './card.ts';
import { dropKeys, indexRecords } from './keys.ts';
import { applyChange, type CustomerRow, customerFields } from './store.ts';

/** What a module does when a customer goes into the trash, and when it is taken back. */
export interface TrashParty {
  /** Stable: what `leave` returned is kept under it. */
  name: string;
  /** Returns what `back` will need, as plain data; nothing where there is nothing to note. */
  leave(context: Context, customerId: string): Promise<unknown>;
  back(context: Context, left: unknown): Promise<void>;
}
const parties: TrashParty[] = [];
export const registerTrash = (party: TrashParty): void => void parties.push(party);

/** Moves a locked customer to the trash, or takes it back. */
export async function moveToTrash(
  context: Context,
  row: CustomerRow,
  trashed: boolean,
  note: { reason?: string; batchId?: string },
): Promise<void> {
  const { id } = row;
  const stored = await storedOf(context, row);
  const left: Record<string, unknown> = {};
  for (const { name, leave } of trashed ? parties : []) {
    const what = await leave(context, id);
    if (what !== undefined) left[name] = what;
  }
  await applyChange(context, stored, {
    values: {},
    columns: { state: trashed ? 'trashed' : 'active' },
    event: trashed ? 'customer.trashed' : 'customer.restored',
    ...(Object.keys(left).length > 0 ? { data: { left } } : {}),
    ...note,
  });
  if (trashed) {
    // What is in the trash is found by nothing and blocks nobody's unique value.
    await dropKeys(context, [id]);
    await dropSearchDocuments(context, [id]);
    await dropUniqueValues(context, id);
  } else {
    const fields = await customerFields(context);
    await setUniqueValues(context, 'customer', id, fields, stored.values);
    await indexRecords(context, [{ object: 'customer', customerId: id, ...stored }], fields.values());
    const kept = await leftBehind(context, id);
    for (const { name, back } of parties) await back(context, kept[name]);
  }
}

/** What the modules noted when the customer last went into the trash. */
async function leftBehind(context: Context, id: string): Promise<Record<string, unknown>> {
  const event = await context.tx
    .selectFrom('event')
    .select('data')
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', id)
    .where('kind', '=', 'customer.trashed')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (event?.data as { left?: Record<string, unknown> } | null)?.left ?? {};
}
