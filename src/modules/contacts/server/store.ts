import { sql } from 'kysely';
import {
  dropKeys,
  indexRecords,
  makeIndex,
  provenanceFor,
  type SourceNote,
  writeIndex,
} from '#modules/customers/index.ts';
import {
  canonical,
  dropUniqueValues,
  fromRow,
  fullDictionary,
  setUniqueValues,
  toColumns,
  toRow,
  withScores,
} from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { insertMany, meanwhile } from '#platform/db/insert.ts';
import { type NewEvent, recordEvents } from '#platform/events/index.ts';
import { dropSearchDocuments } from '#platform/search/documents.ts';
import { Problem } from '#shared/errors.ts';
import type { FieldDefinition, FieldValues, Provenance, ValueSource } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import { normalizeText } from '#shared/text/normalize.ts';
import { pinyinSortKey } from '#shared/text/pinyin.ts';

export interface NewContact {
  id?: string;
  customerId: string;
  values: FieldValues;
  sources?: Record<string, SourceNote>;
  source?: ValueSource;
  batchId?: string | null;
}

export async function contactFields(context: Context): Promise<Map<string, FieldDefinition>> {
  const { fields } = await fullDictionary(context);
  return new Map(fields.filter((field) => field.object === 'contact').map((field) => [field.key, field] as const));
}

/** Inserts people with their keys, search documents and events; the one way a contact comes into being. */
export async function insertContacts(context: Context, inputs: NewContact[]): Promise<string[]> {
  if (inputs.length === 0) return [];
  const fields = await contactFields(context);
  const prepared = inputs.map((input) => ({
    ...input,
    id: input.id ?? newId(),
    values: withScores(fields.values(), input.values),
  }));
  for (const input of prepared) await setUniqueValues(context, 'contact', input.id, fields, input.values);
  const actorId = context.actor.kind === 'system' ? null : context.actor.userId;
  const rows = prepared.map((input) => {
    const { columns, custom } = toColumns(fields, input.values);
    return {
      ...columns,
      custom,
      org_id: context.orgId,
      id: input.id,
      customer_id: input.customerId,
      name: String(input.values.name),
      name_sort: pinyinSortKey(String(input.values.name)),
      provenance: provenanceFor(context, fields, input.values, input.sources ?? {}, input.source),
      batch_id: input.batchId ?? null,
      created_by: actorId,
      updated_by: actorId,
    };
  });
  const posts = prepared.map((input) => ({
    org_id: context.orgId,
    id: newId(),
    contact_id: input.id,
    customer_id: input.customerId,
    position: (input.values.position as string | undefined) ?? null,
    department: (input.values.department as string | undefined) ?? null,
    created_by: actorId,
  }));
  const index = await meanwhile(insertMany(context.tx, 'contact', rows), () =>
    makeIndex(
      prepared.map((input) => ({ object: 'contact', kind: null, ...input })),
      fields.values(),
    ),
  );
  await insertMany(context.tx, 'employment', posts);
  const events = await meanwhile(writeIndex(context, index, true), () =>
    prepared.map(
      (input): NewEvent => ({
        kind: 'contact.created',
        subjectKind: 'contact',
        subjectId: input.id,
        customerId: input.customerId,
        changes: Object.fromEntries(Object.entries(input.values).map(([key, to]) => [key, { from: null, to }])),
        source: input.source ?? null,
        batchId: input.batchId,
      }),
    ),
  );
  await recordEvents(context, events);
  return prepared.map((input) => input.id);
}

const select = (context: Context) => context.tx.selectFrom('contact').selectAll().where('org_id', '=', context.orgId);
export type ContactRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

export interface ContactChange {
  values: FieldValues;
  /** The customer the person belongs to from now on; its keys and search document move along. */
  customerId?: string;
  sources?: Record<string, SourceNote>;
  source?: ValueSource | null;
  event?: string;
  reason?: string | null;
  batchId?: string | null;
}

/** Writes a change of a contact already locked: row, provenance, keys, search document and event together. */
export async function applyContactChange(context: Context, row: ContactRow, change: ContactChange): Promise<boolean> {
  const fields = await contactFields(context);
  const before = fromRow(fields.values(), row);
  const customerId = change.customerId ?? row.customer_id;
  const wanted = withScores(fields.values(), { ...before, ...change.values });
  const changes: Record<string, { from: unknown; to: unknown }> = {};
  for (const key of Object.keys(wanted)) {
    if (canonical(before[key]) !== canonical(wanted[key]))
      changes[key] = { from: before[key] ?? null, to: wanted[key] ?? null };
  }
  if (Object.keys(changes).length === 0 && customerId === row.customer_id) return false;
  const changed = Object.fromEntries(Object.entries(changes).map(([key, { to }]) => [key, to]));
  await setUniqueValues(context, 'contact', row.id, fields, changed);
  const { columns, custom } = toRow(fields, changed);
  const removed = Object.keys(custom).filter((key) => custom[key] === null);
  const kept = Object.fromEntries(Object.entries(custom).filter(([, value]) => value !== null));
  const provenance = {
    ...(row.provenance as unknown as Record<string, Provenance>),
    ...provenanceFor(context, fields, changed, change.sources ?? {}, change.source ?? undefined),
  };
  for (const key of Object.keys(changed)) if (changed[key] === null) delete provenance[key];
  await context.tx
    .updateTable('contact')
    .set({
      ...columns,
      customer_id: customerId,
      ...(changed.name ? { name_sort: pinyinSortKey(String(changed.name)) } : {}),
      custom: sql`(custom || ${JSON.stringify(kept)}::jsonb) - ${removed}::text[]`,
      provenance: JSON.stringify(provenance),
      version: sql`version + 1`,
      updated_at: context.now(),
      updated_by: context.actor.kind === 'system' ? null : context.actor.userId,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', row.id)
    .execute();
  if ('position' in changed || 'department' in changed) {
    // The card tells what the person does now; the present post says the same.
    await context.tx
      .updateTable('employment')
      .set({
        position: (wanted.position as string | undefined) ?? null,
        department: (wanted.department as string | undefined) ?? null,
      })
      .where('org_id', '=', context.orgId)
      .where('contact_id', '=', row.id)
      .where('customer_id', '=', customerId)
      .where('to_on', 'is', null)
      .execute();
  }
  await indexRecords(
    context,
    [{ object: 'contact', id: row.id, customerId, kind: null, values: wanted }],
    fields.values(),
  );
  await recordEvents(context, [
    {
      kind: change.event ?? 'contact.updated',
      subjectKind: 'contact',
      subjectId: row.id,
      customerId,
      changes,
      source: change.source,
      reason: change.reason,
      batchId: change.batchId,
    },
  ]);
  return true;
}

/**
 * A person named in a sheet at a customer already known: one of that name is updated (`fill`: only where empty), else the
 * person is new. The name decides, for people of one company often share its phone. Verified values are left alone.
 */
export async function mergeContact(
  context: Context,
  input: NewContact,
  mode: 'update' | 'fill',
): Promise<'created' | 'updated' | 'same'> {
  const fields = await contactFields(context);
  const rows = await select(context)
    .where('customer_id', '=', input.customerId)
    .where('state', '=', 'active')
    .orderBy('id')
    .limit(500)
    .forUpdate()
    .execute();
  const name = normalizeText(String(input.values.name)).toLowerCase();
  const known = rows.find((row) => normalizeText(row.name).toLowerCase() === name);
  if (!known) {
    await insertContacts(context, [{ ...input, values: { ...input.values, isPrimary: rows.length === 0 } }]);
    return 'created';
  }
  const stored = fromRow(fields.values(), known);
  const provenance = known.provenance as unknown as Record<string, Provenance>;
  const values = Object.fromEntries(
    Object.entries(input.values).filter(
      ([key]) =>
        key !== 'isPrimary' && (mode === 'update' || stored[key] === undefined) && !provenance[key]?.verifiedAt,
    ),
  );
  const change = { values, source: input.source, batchId: input.batchId };
  return (await applyContactChange(context, known, change)) ? 'updated' : 'same';
}

/** Moves contacts to the trash: found by nothing, shown nowhere, kept in the history. */
export async function trashContacts(context: Context, rows: ContactRow[], event = 'contact.trashed'): Promise<void> {
  if (rows.length === 0) return;
  const ids = rows.map((row) => row.id);
  await context.tx
    .updateTable('contact')
    .set({ state: 'trashed', version: sql`version + 1`, updated_at: context.now() })
    .where('org_id', '=', context.orgId)
    .where('id', 'in', ids)
    .execute();
  await dropKeys(context, ids);
  await dropSearchDocuments(context, ids);
  await dropUniqueValues(context, ids);
  await recordEvents(
    context,
    rows.map((row) => ({
      kind: event,
      subjectKind: 'contact',
      subjectId: row.id,
      customerId: row.customer_id,
      data: { name: row.name },
      reason: event === 'contact.undone' ? 'undo' : null,
    })),
  );
}

export const trashContact = (context: Context, row: ContactRow, event?: string): Promise<void> =>
  trashContacts(context, [row], event);

/** Takes a contact back from the trash. Returns false when a unique value was taken by another meanwhile. */
export async function restoreContact(context: Context, id: string): Promise<boolean> {
  const row = await context.tx
    .updateTable('contact')
    .set({ state: 'active', version: sql`version + 1`, updated_at: context.now() })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  if (!row) return false;
  const fields = await contactFields(context);
  const values = fromRow(fields.values(), row);
  let whole = true;
  for (const [key, value] of Object.entries(values)) {
    try {
      await setUniqueValues(context, 'contact', id, fields, { [key]: value });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      whole = false;
    }
  }
  await indexRecords(
    context,
    [{ object: 'contact', id, customerId: row.customer_id, kind: null, values }],
    fields.values(),
  );
  await recordEvents(context, [
    {
      kind: 'contact.restored',
      subjectKind: 'contact',
      subjectId: id,
      customerId: row.customer_id,
      data: { name: row.name },
    },
  ]);
  return whole;
}
