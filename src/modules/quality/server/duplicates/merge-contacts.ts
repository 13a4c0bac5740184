import {
  applyContactChange,
  type ContactRow,
  contactFields,
  loadContact,
  postFields,
  restoreContact,
  setContactProvenance,
  trashContact,
  viewContact,
} from '#modules/contacts/index.ts';
import { canonical, dictionaryFor, fromRow, visibleRecords } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import { badRequest, conflict, invalid, notFound, Problem } from '#shared/errors.ts';
import type { FieldDefinition, FieldValues, Provenance } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import { countAttached, moveAttached, returnAttached } from './attached.ts';
import { chosenValues, isEmpty, proposals } from './choose-values.ts';
import { checkParticipants, eldest, type Kept, type MergeInput, mergeableFields } from './merge.ts';
import { type CutLine, cutCircles, joinLines } from './reporting-lines.ts';
import { settleLater } from './settle.ts';

const people = (context: Context) => context.tx.selectFrom('contact').selectAll().where('org_id', '=', context.orgId);

/** Fields a merge of these people decides: of different customers each keeps what the survivor is at its own. */
const fieldsOf = (fields: Iterable<FieldDefinition>, rows: ContactRow[]): FieldDefinition[] => {
  const apart = new Set(rows.map((row) => row.customer_id)).size > 1;
  return mergeableFields(fields, 'contact').filter((field) => !(apart && postFields.includes(field.key)));
};

/** The people side by side as the caller sees them, with what would be kept and what would move. */
export async function previewContactMerge(context: Context, ids: string[]) {
  if (new Set(ids).size !== ids.length) throw invalid([{ field: 'ids', code: 'duplicates.twice' }]);
  const rows: ContactRow[] = [];
  for (const id of ids) rows.push(await loadContact(context, id, 'customer:merge'));
  const cards = [];
  for (const row of rows) {
    await logAccess(context, {
      action: 'view',
      subjectKind: 'contact',
      subjectId: row.id,
      customerId: row.customer_id,
    });
    cards.push(await viewContact(context, row));
  }
  const survivorId = eldest(rows);
  const { fields } = await dictionaryFor(context, 'contact');
  return {
    survivorId,
    cards,
    fields: proposals(fieldsOf(fields, rows), survivorId, cards),
    attached: await countAttached(
      context,
      'contact',
      ids.filter((id) => id !== survivorId),
    ),
  };
}

/**
 * Merges people: values are taken over, what hangs on the others moves, the others go to the trash. People of different customers
 * become one who belongs to the survivor's and works at the others, too: their posts move along.
 */
export async function mergeContacts(context: Context, input: MergeInput): Promise<string> {
  checkParticipants(input);
  const rows: ContactRow[] = [];
  for (const { id, version } of [...input.participants].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const row = await loadContact(context, id, 'customer:merge', true);
    if (row.version !== version) throw new Problem(412, 'version.conflict', { field: id });
    rows.push(row);
  }
  const survivor = rows.find((row) => row.id === input.survivorId);
  if (!survivor) throw invalid([{ field: 'survivorId', code: 'duplicates.survivor' }]);
  const fields = await contactFields(context);
  const readable = new Set((await dictionaryFor(context, 'contact')).fields.map((field) => field.key));
  const mergeable = fieldsOf(fields.values(), rows);
  for (const key of Object.keys(input.choices))
    if (!readable.has(key) || !mergeable.some((field) => field.key === key))
      throw badRequest('field.unknown', { field: `choices.${key}`, params: { field: key } });
  const others = rows.filter((row) => row !== survivor);
  const participant = (row: ContactRow) => ({
    id: row.id,
    values: fromRow(fields.values(), row),
    provenance: row.provenance as Record<string, Provenance>,
  });
  const before = participant(survivor);
  const chosen = chosenValues(mergeable, survivor.id, rows.map(participant), input.choices);
  const changes = Object.fromEntries(
    Object.entries(chosen.values)
      .filter(([key, to]) => canonical(before.values[key] ?? null) !== canonical(to ?? null))
      .map(([key, to]) => [key, { from: before.values[key] ?? null, to: to ?? null }]),
  );
  const mergeId = newId();
  const merged = others.map((row) => ({ id: row.id, number: null, name: row.name }));
  await context.tx
    .insertInto('record_merge')
    .values({
      org_id: context.orgId,
      id: mergeId,
      object: 'contact',
      survivor_id: survivor.id,
      survivor_name: survivor.name,
      merged: JSON.stringify(merged),
      changes: JSON.stringify(changes),
      provenance: JSON.stringify(before.provenance),
      reason: input.reason ?? null,
      made_by: context.actor.userId,
      made_name: context.actor.name,
    })
    .execute();
  for (const row of others) await trashContact(context, row, 'contact.merged', survivor.id);
  await applyContactChange(context, survivor, {
    values: Object.fromEntries(Object.entries(changes).map(([key, { to }]) => [key, to])),
    event: 'contact.absorbed',
    reason: input.reason ?? null,
  });
  await setContactProvenance(context, survivor.id, entriesOf(chosen.provenance, changes));
  for (const row of others) await moveAttached(context, 'contact', mergeId, row.id, survivor.id);
  const reportingLines = await cutCircles(context, survivor.id);
  await context.tx
    .updateTable('record_merge')
    .set({ parties: JSON.stringify({ reportingLines }) })
    .where('org_id', '=', context.orgId)
    .where('id', '=', mergeId)
    .execute();
  await settleLater(context, mergeId);
  await recordEvent(context, {
    kind: 'contact.mergedTogether',
    subjectKind: 'contact',
    subjectId: survivor.id,
    customerId: survivor.customer_id,
    data: { mergeId, merged },
  });
  return mergeId;
}

/** Entries of fields that have a value in `values`. */
const entriesOf = (provenance: Record<string, Provenance>, values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(provenance).filter(([key]) => !isEmpty(values[key])));

export async function unmergeContacts(
  context: Context,
  merge: {
    id: string;
    survivorId: string;
    merged: { id: string; name: string }[];
    changes: Record<string, { from: unknown; to: unknown }>;
    provenance: Record<string, Provenance>;
    parties: Record<string, unknown>;
  },
): Promise<Kept> {
  // They come back to customers of their own: only by who may merge those, too.
  const mergedIds = merge.merged.map((item) => item.id);
  const mine = await people(context)
    .where('id', 'in', mergedIds)
    .where(visibleRecords(context, 'contact', 'customer:merge'))
    .execute();
  if (mine.length < mergedIds.length) throw notFound('merge');
  const survivor = await people(context)
    .where('id', '=', merge.survivorId)
    .where('state', '=', 'active')
    .forUpdate()
    .executeTakeFirst();
  if (!survivor) throw conflict('duplicates.survivorGone');
  const fields = await contactFields(context);
  const present = fromRow(fields.values(), survivor);
  const back: FieldValues = {};
  const kept: string[] = [];
  for (const [key, change] of Object.entries(merge.changes)) {
    if (canonical(present[key] ?? null) === canonical(change.to)) back[key] = change.from;
    else if (canonical(present[key] ?? null) !== canonical(change.from)) kept.push(key);
  }
  await applyContactChange(context, survivor, { values: back, event: 'contact.separated', reason: 'undo' });
  await setContactProvenance(context, survivor.id, entriesOf(merge.provenance, back));
  const rows = await returnAttached(context, merge.id, survivor.id);
  await joinLines(context, (merge.parties.reportingLines ?? []) as CutLine[]);
  const unique: string[] = [];
  for (const item of merge.merged) if (!(await restoreContact(context, item.id))) unique.push(item.name);
  return { fields: kept, rows, unique };
}
