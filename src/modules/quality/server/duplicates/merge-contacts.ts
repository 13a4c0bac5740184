import {
  applyContactChange,
  type ContactRow,
  contactFields,
  dropClosing,
  loadContact,
  postFields,
  restoreContact,
  returnDropped,
  setContactProvenance,
  trashContact,
  viewContact,
} from '#modules/contacts/index.ts';
import { waitForChains } from '#modules/customers/index.ts';
import { dictionaryFor, fromRow, visibleRecords } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import { conflict, invalid, notFound, Problem } from '#shared/errors.ts';
import type { FieldDefinition, Provenance } from '#shared/fields.ts';
import { countAttached, moveAttached, returnAttached } from './attached.ts';
import { chosenValues, proposals } from './choose-values.ts';
import { checkParticipants, eldest, type MergeInput, mergeableFields } from './merge.ts';
import {
  changesTo,
  checkChoices,
  entriesOf,
  type Kept,
  newValues,
  noteMerge,
  noteParties,
  type RecordMerge,
  valuesBack,
} from './record-merge.ts';
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
    attached: await countAttached(context, 'contact', ids),
  };
}

/**
 * Merges people: values are taken over, what hangs on the others moves, the others go to the trash. People of different customers
 * become one who belongs to the survivor's and works at the others, too: their posts move along.
 */
export async function mergeContacts(context: Context, input: MergeInput): Promise<string> {
  checkParticipants(input);
  await waitForChains(context);
  const rows: ContactRow[] = [];
  for (const { id, version } of [...input.participants].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const row = await loadContact(context, id, 'customer:merge', true);
    if (row.version !== version) throw new Problem(412, 'version.conflict', { field: id });
    rows.push(row);
  }
  const survivor = rows.find((row) => row.id === input.survivorId);
  if (!survivor) throw invalid([{ field: 'survivorId', code: 'duplicates.survivor' }]);
  const fields = await contactFields(context);
  const mergeable = fieldsOf(fields.values(), rows);
  checkChoices(input.choices, (await dictionaryFor(context, 'contact')).fields, mergeable);
  const others = rows.filter((row) => row !== survivor);
  const participant = (row: ContactRow) => ({
    id: row.id,
    values: fromRow(fields.values(), row),
    provenance: row.provenance as Record<string, Provenance>,
  });
  const before = participant(survivor);
  const chosen = chosenValues(mergeable, survivor.id, rows.map(participant), input.choices);
  const changes = changesTo(before.values, chosen.values);
  const merged = others.map((row) => ({ id: row.id, number: null, name: row.name }));
  const reason = input.reason ?? null;
  const { provenance } = before;
  const mergeId = await noteMerge(context, 'contact', survivor, { merged, changes, provenance, reason });
  for (const row of others) await trashContact(context, row, 'contact.merged', survivor.id);
  await applyContactChange(context, survivor, {
    values: newValues(changes),
    event: 'contact.absorbed',
    reason,
  });
  await setContactProvenance(context, survivor.id, entriesOf(chosen.provenance, changes));
  const closing = await dropClosing(
    context,
    rows.map((row) => row.id),
  );
  for (const row of others) await moveAttached(context, 'contact', mergeId, row.id, survivor.id);
  const reportingLines = await cutCircles(context, { contactId: survivor.id });
  await noteParties(context, mergeId, { reportingLines, closing });
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

export async function unmergeContacts(context: Context, merge: RecordMerge): Promise<Kept> {
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
  const { back, kept } = valuesBack(fromRow(fields.values(), survivor), merge.changes);
  // Posts first: what the survivor was before is said by its own posts alone.
  const rows = await returnAttached(context, merge.id, survivor.id);
  await applyContactChange(context, survivor, { values: back, event: 'contact.separated', reason: 'undo' });
  await setContactProvenance(context, survivor.id, entriesOf(merge.provenance, back));
  await joinLines(context, (merge.parties.reportingLines ?? []) as CutLine[]);
  await returnDropped(context, (merge.parties.closing ?? []) as Record<string, unknown>[]);
  const unique: string[] = [];
  for (const item of merge.merged) if (!(await restoreContact(context, item.id))) unique.push(item.name);
  return { fields: kept, rows, unique };
}
