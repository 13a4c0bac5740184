import {
  applyContactChange,
  type ContactRow,
  contactFields,
  loadContact,
  restoreContact,
  trashContact,
  viewContact,
} from '#modules/contacts/index.ts';
import { loadCustomer } from '#modules/customers/index.ts';
import { canonical, dictionaryFor, fromRow } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import { badRequest, conflict, invalid, Problem } from '#shared/errors.ts';
import type { FieldValues, Provenance } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import { countAttached, moveAttached, returnAttached } from './attached.ts';
import { chosenValues, proposals } from './choose-values.ts';
import { engineRecord } from './customer-records.ts';
import { checkParticipants, eldest, type Kept, type MergeInput, mergeableFields } from './merge.ts';
import { explain } from './model.ts';
import { type CutLine, cutCircles, joinLines } from './reporting-lines.ts';
import { baseComparers, getSettings } from './settings.ts';
import { settleLater } from './settle.ts';

/** People of one customer that may be the same, the surest first. */
export async function contactDuplicates(context: Context, customerId: string) {
  await loadCustomer(context, customerId, 'customer:merge');
  const fields = await contactFields(context);
  const rows = await context.tx
    .selectFrom('contact')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', customerId)
    .where('state', '=', 'active')
    .orderBy('id')
    .limit(300)
    .execute();
  const { suggestFrom } = await getSettings(context);
  const { persons } = await baseComparers(context);
  const records = rows.map((row) => engineRecord(row.id, null, fromRow(fields.values(), row)));
  const items: { score: number; a: ReturnType<typeof short>; b: ReturnType<typeof short> }[] = [];
  const short = (row: ContactRow) => ({ id: row.id, version: row.version, name: row.name });
  for (const [first, a] of rows.entries()) {
    for (let second = first + 1; second < rows.length; second += 1) {
      const [left, right, b] = [records[first], records[second], rows[second]];
      if (!left || !right || !b) continue;
      // Colleagues share the firm's numbers; within one firm the same name is already likely the same person.
      const { score, reasons } = explain(persons, left, right);
      const named = reasons.some((reason) => reason.feature === 'name' && reason.level <= 1);
      const shown = named ? Math.max(score, 0.6) : score;
      if (shown >= suggestFrom && reasons.some((reason) => reason.feature === 'name' && reason.level <= 3))
        items.push({ score: Math.round(shown * 1000) / 1000, a: short(a), b: short(b) });
    }
  }
  return { items: items.sort((x, y) => y.score - x.score).slice(0, 100) };
}

const ofOneCustomer = (rows: ContactRow[]): void => {
  if (new Set(rows.map((row) => row.customer_id)).size > 1)
    throw invalid([{ field: 'participants', code: 'duplicates.oneCustomer' }]);
};

/** The people side by side as the caller sees them, with what would be kept and what would move. */
export async function previewContactMerge(context: Context, ids: string[]) {
  if (new Set(ids).size !== ids.length) throw invalid([{ field: 'ids', code: 'duplicates.twice' }]);
  const rows: ContactRow[] = [];
  for (const id of ids) rows.push(await loadContact(context, id, 'customer:merge'));
  ofOneCustomer(rows);
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
    fields: proposals(mergeableFields(fields, 'contact'), survivorId, cards),
    attached: await countAttached(
      context,
      'contact',
      ids.filter((id) => id !== survivorId),
    ),
  };
}

/** Merges people of one customer: values are taken over, what hangs on the others moves, the others go to the trash. */
export async function mergeContacts(context: Context, input: MergeInput): Promise<string> {
  checkParticipants(input);
  const rows: ContactRow[] = [];
  for (const { id, version } of [...input.participants].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const row = await loadContact(context, id, 'customer:merge', true);
    if (row.version !== version) throw new Problem(412, 'version.conflict', { field: id });
    rows.push(row);
  }
  ofOneCustomer(rows);
  const survivor = rows.find((row) => row.id === input.survivorId);
  if (!survivor) throw invalid([{ field: 'survivorId', code: 'duplicates.survivor' }]);
  const fields = await contactFields(context);
  const readable = new Set((await dictionaryFor(context, 'contact')).fields.map((field) => field.key));
  for (const key of Object.keys(input.choices))
    if (!readable.has(key)) throw badRequest('field.unknown', { field: `choices.${key}`, params: { field: key } });
  const others = rows.filter((row) => row !== survivor);
  const participant = (row: ContactRow) => ({
    id: row.id,
    values: fromRow(fields.values(), row),
    provenance: row.provenance as unknown as Record<string, Provenance>,
  });
  const before = participant(survivor);
  const chosen = chosenValues(
    mergeableFields(fields.values(), 'contact'),
    survivor.id,
    rows.map(participant),
    input.choices,
  );
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

export async function unmergeContacts(
  context: Context,
  merge: {
    id: string;
    survivorId: string;
    merged: { id: string; name: string }[];
    changes: Record<string, { from: unknown; to: unknown }>;
    parties: Record<string, unknown>;
  },
): Promise<Kept> {
  const survivor = await context.tx
    .selectFrom('contact')
    .selectAll()
    .where('org_id', '=', context.orgId)
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
  const rows = await returnAttached(context, merge.id, survivor.id);
  await joinLines(context, (merge.parties.reportingLines ?? []) as CutLine[]);
  const unique: string[] = [];
  for (const item of merge.merged) if (!(await restoreContact(context, item.id))) unique.push(item.name);
  return { fields: kept, rows, unique };
}
