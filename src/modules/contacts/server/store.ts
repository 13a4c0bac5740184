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
  claimValues,
  dropUniqueValues,
  fromRow,
  fullDictionary,
  setUniqueValues,
  toColumns,
  withScores,
  writeMany,
} from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { insertMany, meanwhile } from '#platform/db/insert.ts';
import { type NewEvent, recordEvents } from '#platform/events/index.ts';
import { dropSearchDocuments } from '#platform/search/documents.ts';
import { Problem } from '#shared/errors.ts';
import type { FieldDefinition, FieldValues, Provenance, ValueSource } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
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
  for (const input of prepared) {
    await claimValues(context, 'contact', input.id, fields, input.values);
  }
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
  const events = await meanwhile(writeIndex(context, index), () =>
    prepared.map(
      (input): NewEvent => ({
        kind: 'contact.created',
        subjectKind: 'contact',
        subjectId: input.id,
        customerId: input.customerId,
        changes: Object.fromEntries(Object.entries(input.values).map(([key, to]) => [key, { from: null, to }])),
        source: input.source ?? null,
        sources: input.sources,
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

/** Writes changes of contacts already locked, each named once. Returns the ids of those in which something differed. */
export async function applyContactChanges(
  context: Context,
  items: { row: ContactRow; change: ContactChange }[],
): Promise<Set<string>> {
  const fields = await contactFields(context);
  const planned = items.flatMap((item) => {
    const plan = planContactChange(context, fields, item.row, item.change);
    return plan ? [{ ...item, ...plan }] : [];
  });
  for (const { row, changed } of planned) {
    await claimValues(context, 'contact', row.id, fields, changed);
  }
  await writeMany(
    context,
    'contact',
    fields,
    planned.map(({ row, changed, customerId, provenance }) => ({
      id: row.id,
      values: changed,
      columns: {
        provenance,
        customer_id: customerId,
        ...(changed.name ? { name_sort: pinyinSortKey(String(changed.name)) } : {}),
      },
    })),
  );
  await followPosts(
    context,
    planned.filter(({ changed }) => 'position' in changed || 'department' in changed),
  );
  await indexRecords(
    context,
    planned.map(({ row, customerId, wanted, changes }) => ({
      ...{ object: 'contact' as const, id: row.id, customerId, kind: null },
      values: wanted,
      ...(customerId === row.customer_id ? { changed: Object.keys(changes) } : {}),
    })),
    fields.values(),
  );
  await recordEvents(
    context,
    planned.map(({ row, change, changes, customerId }) => ({
      kind: change.event ?? 'contact.updated',
      subjectKind: 'contact',
      subjectId: row.id,
      customerId,
      changes,
      source: change.source,
      sources: change.sources,
      reason: change.reason,
      batchId: change.batchId,
    })),
  );
  return new Set(planned.map(({ row }) => row.id));
}

/** Writes a change of a contact already locked: row, provenance, keys, search document and event together. */
export const applyContactChange = async (context: Context, row: ContactRow, change: ContactChange): Promise<boolean> =>
  (await applyContactChanges(context, [{ row, change }])).size > 0;

function planContactChange(
  context: Context,
  fields: Map<string, FieldDefinition>,
  row: ContactRow,
  change: ContactChange,
) {
  const before = fromRow(fields.values(), row);
  const customerId = change.customerId ?? row.customer_id;
  const wanted = withScores(fields.values(), { ...before, ...change.values });
  const changes: Record<string, { from: unknown; to: unknown }> = {};
  for (const key of Object.keys(wanted)) {
    if (canonical(before[key]) !== canonical(wanted[key]))
      changes[key] = { from: before[key] ?? null, to: wanted[key] ?? null };
  }
  if (Object.keys(changes).length === 0 && customerId === row.customer_id) return null;
  const changed = Object.fromEntries(Object.entries(changes).map(([key, { to }]) => [key, to]));
  const provenance = {
    ...(row.provenance as Record<string, Provenance>),
    ...provenanceFor(context, fields, changed, change.sources ?? {}, change.source ?? undefined),
  };
  for (const key of Object.keys(changed)) if (changed[key] === null) delete provenance[key];
  return { wanted, changed, changes, customerId, provenance };
}

/** The card tells what the person does now; the present post says the same. */
async function followPosts(
  context: Context,
  people: { row: ContactRow; customerId: string; wanted: FieldValues }[],
): Promise<void> {
  if (people.length === 0) return;
  const rows = people.map(({ row, customerId, wanted }) => ({
    contact_id: row.id,
    customer_id: customerId,
    position: wanted.position ?? null,
    department: wanted.department ?? null,
  }));
  await sql`update employment e set position = w.position, department = w.department
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as w(contact_id uuid, customer_id uuid, position text, department text)
    where e.org_id = ${context.orgId} and e.contact_id = w.contact_id and e.customer_id = w.customer_id and e.to_on is null`.execute(
    context.tx,
  );
}

/** Keeps where values came from when they were taken over from another person. */
export async function setContactProvenance(
  context: Context,
  id: string,
  entries: Record<string, Provenance>,
): Promise<void> {
  await sql`update contact set provenance = provenance || ${JSON.stringify(entries)}::jsonb
    where org_id = ${context.orgId} and id = ${id}`.execute(context.tx);
}

/** Moves contacts to the trash: found by nothing, shown nowhere, kept in the history. */
export async function trashContacts(
  context: Context,
  rows: ContactRow[],
  event = 'contact.trashed',
  mergedInto: string | null = null,
): Promise<void> {
  if (rows.length === 0) return;
  const ids = rows.map((row) => row.id);
  await context.tx
    .updateTable('contact')
    .set({ state: 'trashed', merged_into: mergedInto, version: sql`version + 1`, updated_at: context.now() })
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

export const trashContact = (context: Context, row: ContactRow, event?: string, mergedInto?: string): Promise<void> =>
  trashContacts(context, [row], event, mergedInto);

/** Takes a contact back from the trash. Returns false when a unique value was taken by another meanwhile. */
export async function restoreContact(context: Context, id: string): Promise<boolean> {
  const row = await context.tx
    .updateTable('contact')
    .set({ state: 'active', merged_into: null, version: sql`version + 1`, updated_at: context.now() })
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
