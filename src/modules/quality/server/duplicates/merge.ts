import { sql } from 'kysely';
import { countMovingRelations } from '#modules/contacts/index.ts';
import {
  applyChange,
  type CustomerRow,
  customerFields,
  hangsUnder,
  loadCustomer,
  mergeParties,
  reindexCustomer,
  setMerged,
  setProvenance,
  setUnmerged,
  storedOf,
  systemKeys,
  viewCard,
  waitForChains,
} from '#modules/customers/index.ts';
import { dictionaryFor } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { logAccess } from '#platform/events/index.ts';
import { conflict, invalid, Problem } from '#shared/errors.ts';
import type { FieldDefinition } from '#shared/fields.ts';
import { countAttached, followContacts, moveAttached, returnAttached } from './attached.ts';
import { chosenValues, proposals } from './choose-values.ts';
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
import { type CutLine, cutCircles, joinLines, linesOf } from './reporting-lines.ts';
import { settleLater } from './settle.ts';

export interface MergeInput {
  survivorId: string;
  participants: { id: string; version: number }[];
  choices: Record<string, string>;
  reason?: string;
}

/** Names the wrong part of a merge before anything is locked. */
export function checkParticipants(input: MergeInput): void {
  const ids = input.participants.map((item) => item.id);
  if (new Set(ids).size !== ids.length) throw invalid([{ field: 'participants', code: 'duplicates.twice' }]);
  if (!ids.includes(input.survivorId)) throw invalid([{ field: 'survivorId', code: 'duplicates.survivor' }]);
  for (const [key, choice] of Object.entries(input.choices))
    if (choice !== 'all' && !ids.includes(choice))
      throw invalid([{ field: `choices.${key}`, code: 'duplicates.survivor' }]);
}

/** Fields a merge decides: not those the system keeps or computes. */
export const mergeableFields = (fields: Iterable<FieldDefinition>, object: 'customer' | 'contact'): FieldDefinition[] =>
  [...fields].filter(
    (field) =>
      field.object === object && field.type !== 'score' && !(object === 'customer' && systemKeys().includes(field.key)),
  );

/** Who has been with us longest is proposed to stay: people and papers know that number. */
export const eldest = (rows: { id: string; created_at: Date }[]): string =>
  [...rows].sort((a, b) => a.created_at.getTime() - b.created_at.getTime())[0]?.id ?? '';

export async function previewMerge(context: Context, ids: string[]) {
  if (new Set(ids).size !== ids.length) throw invalid([{ field: 'ids', code: 'duplicates.twice' }]);
  const rows: CustomerRow[] = [];
  for (const id of ids) {
    const row = await loadCustomer(context, id, 'customer:merge');
    if (row.state !== 'active') throw conflict('customer.trashed');
    await logAccess(context, { action: 'view', subjectKind: 'customer', subjectId: id, customerId: id });
    rows.push(row);
  }
  const { fields } = await dictionaryFor(context, 'customer');
  const survivorId = eldest(rows);
  const participants = [];
  for (const row of rows) participants.push(await storedOf(context, row));
  const cards = [];
  for (const row of rows) cards.push(await viewCard(context, row));
  const relations = await countMovingRelations(context, ids);
  return {
    survivorId,
    cards,
    fields: proposals(mergeableFields(fields, 'customer'), survivorId, participants),
    attached: [
      ...(await countAttached(context, 'customer', ids)),
      ...relations.map((item) => ({ ...item, relation: 'relation' })),
    ],
  };
}

/** Locks all participants in one order, so that two merges never wait for each other, and compares their versions. */
async function openParticipants(context: Context, input: MergeInput): Promise<CustomerRow[]> {
  const rows: CustomerRow[] = [];
  for (const { id, version } of [...input.participants].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const row = await loadCustomer(context, id, 'customer:merge', true);
    if (row.version !== version)
      throw new Problem(412, 'version.conflict', { field: id, data: { current: await viewCard(context, row) } });
    if (row.state !== 'active') throw conflict('customer.trashed');
    rows.push(row);
  }
  return rows;
}

/** Merges customers in the caller's transaction. Returns the merge's id. */
export async function mergeCustomers(context: Context, input: MergeInput): Promise<string> {
  checkParticipants(input);
  await waitForChains(context);
  const rows = await openParticipants(context, input);
  const fields = await customerFields(context);
  const mergeable = mergeableFields(fields.values(), 'customer');
  checkChoices(input.choices, (await dictionaryFor(context, 'customer')).fields, mergeable);
  const survivor = rows.find((row) => row.id === input.survivorId);
  if (!survivor) throw invalid([{ field: 'survivorId', code: 'duplicates.survivor' }]);
  const others = rows.filter((row) => row !== survivor);
  const mergedIds = others.map((row) => row.id);
  const stored = await storedOf(context, survivor);
  const participants = [stored];
  for (const row of others) participants.push(await storedOf(context, row));
  const chosen = chosenValues(mergeable, survivor.id, participants, input.choices);
  // Nobody hangs under itself, also not by way of the merge.
  if (mergedIds.includes(String(chosen.values.parentCustomerId)) || chosen.values.parentCustomerId === survivor.id)
    chosen.values.parentCustomerId = null;
  if (await hangsUnder(context, chosen.values.parentCustomerId, [survivor.id, ...mergedIds]))
    throw invalid([{ field: 'choices.parentCustomerId', code: 'duplicates.circle' }]);
  const changes = changesTo(stored.values, chosen.values);
  const merged = others.map((row) => ({ id: row.id, number: row.number, name: row.name }));
  const name = String(chosen.values.name ?? survivor.name);
  const reason = input.reason ?? null;
  const { provenance } = stored;
  const mergeId = await noteMerge(
    context,
    'customer',
    { id: survivor.id, name },
    { merged, changes, provenance, reason },
  );
  for (const row of others) await setMerged(context, row, survivor.id);
  await applyChange(context, stored, {
    values: newValues(changes),
    columns: {},
    event: 'customer.absorbed',
    data: { mergeId, merged },
    reason,
  });
  await setProvenance(context, survivor.id, entriesOf(chosen.provenance, changes));
  const postIds = await linesOf(context, mergedIds);
  for (const id of mergedIds) await moveAttached(context, 'customer', mergeId, id, survivor.id);
  await followContacts(context, [survivor.id]);
  await reindexCustomer(context, await reread(context, survivor.id));
  const told: Record<string, unknown> = { reportingLines: await cutCircles(context, { postIds }) };
  for (const party of mergeParties())
    told[party.name] = (await party.move(context, { survivorId: survivor.id, mergedIds })) ?? null;
  await noteParties(context, mergeId, told);
  await settlePairs(context, [survivor.id, ...mergedIds], 'merged');
  await settleLater(context, mergeId);
  return mergeId;
}

const reread = (context: Context, id: string) =>
  context.tx
    .selectFrom('customer')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();

async function settlePairs(context: Context, ids: string[], state: 'merged' | 'later'): Promise<void> {
  await sql`update duplicate_pair set state = ${state}, decided_at = ${context.now()}, decided_by = ${context.actor.userId}::uuid,
      decided_name = ${context.actor.name}, version = version + 1
    where org_id = ${context.orgId} and a_id = any(${ids}::uuid[]) and b_id = any(${ids}::uuid[])
      and (${state} = 'merged' or state = 'merged')`.execute(context.tx);
}

/** The dealer of a customer that comes back may have become its customer's customer meanwhile: the customer has none then. */
async function leaveCircle(context: Context, id: string): Promise<boolean> {
  if (!(await hangsUnder(context, id, [id]))) return false;
  await applyChange(context, await storedOf(context, await reread(context, id)), {
    values: { parentCustomerId: null },
    reason: 'undo',
  });
  return true;
}

/** Takes a customer merge back, its row locked by the caller. What was changed since stays and is returned. */
export async function unmergeCustomers(context: Context, merge: RecordMerge): Promise<Kept> {
  const survivor = await context.tx
    .selectFrom('customer')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', merge.survivorId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (survivor.state !== 'active') throw conflict('duplicates.survivorGone');
  const mergedIds = merge.merged.map((item) => item.id);
  const stored = await storedOf(context, survivor);
  const { back, kept } = valuesBack(stored.values, merge.changes);
  const rows = await returnAttached(context, merge.id, survivor.id);
  await joinLines(context, (merge.parties.reportingLines ?? []) as CutLine[]);
  if (await hangsUnder(context, back.parentCustomerId, [survivor.id])) {
    delete back.parentCustomerId;
    kept.push('parentCustomerId');
  }
  await applyChange(context, stored, {
    values: back,
    columns: {},
    event: 'customer.separated',
    data: { mergeId: merge.id, merged: merge.merged },
    reason: 'undo',
  });
  await setProvenance(context, survivor.id, entriesOf(merge.provenance, back));
  const unique: string[] = [];
  for (const item of merge.merged) {
    if (!(await setUnmerged(context, item.id))) unique.push(item.number ?? item.name);
    if (await leaveCircle(context, item.id)) kept.push('parentCustomerId');
  }
  await followContacts(context, [survivor.id, ...mergedIds]);
  await reindexCustomer(context, await reread(context, survivor.id));
  for (const party of mergeParties())
    await party.undo(context, { survivorId: survivor.id, mergedIds, moved: merge.parties[party.name] });
  await settlePairs(context, [survivor.id, ...mergedIds], 'later');
  return { fields: kept, rows, unique };
}
