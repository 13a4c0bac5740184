import { canonical } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { badRequest } from '#shared/errors.ts';
import type { FieldDefinition, FieldValues, Provenance } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import { isEmpty } from './choose-values.ts';

type Changes = Record<string, { from: unknown; to: unknown }>;

/** A merge as it was noted: all that taking it back needs. */
export interface RecordMerge {
  id: string;
  survivorId: string;
  merged: { id: string; number: string | null; name: string }[];
  changes: Changes;
  provenance: Record<string, Provenance>;
  parties: Record<string, unknown>;
}

/** What stayed as it was when a merge was taken back. */
export interface Kept {
  fields: string[];
  rows: { relation: string; count: number }[];
  unique: string[];
}

/** Throws when a choice is about a field a merge does not decide, or the caller may not read. */
export function checkChoices(
  choices: Record<string, string>,
  readable: FieldDefinition[],
  mergeable: FieldDefinition[],
) {
  for (const key of Object.keys(choices))
    if (![readable, mergeable].every((fields) => fields.some((field) => field.key === key)))
      throw badRequest('field.unknown', { field: `choices.${key}`, params: { field: key } });
}

export const changesTo = (before: FieldValues, after: FieldValues): Changes =>
  Object.fromEntries(
    Object.entries(after)
      .filter(([key, to]) => canonical(before[key] ?? null) !== canonical(to ?? null))
      .map(([key, to]) => [key, { from: before[key] ?? null, to: to ?? null }]),
  );

export const newValues = (changes: Changes): FieldValues =>
  Object.fromEntries(Object.entries(changes).map(([key, { to }]) => [key, to]));

/** Entries of fields that have a value in `values`. */
export const entriesOf = (provenance: Record<string, Provenance>, values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(provenance).filter(([key]) => !isEmpty(values[key])));

/** The values a merge changed, as they were before; those somebody changed since stay and are named. */
export function valuesBack(present: FieldValues, changes: Changes): { back: FieldValues; kept: string[] } {
  const back: FieldValues = {};
  const kept: string[] = [];
  for (const [key, { from, to }] of Object.entries(changes)) {
    const now = canonical(present[key] ?? null);
    if (now === canonical(to)) back[key] = from;
    else if (now !== canonical(from)) kept.push(key);
  }
  return { back, kept };
}

/** Notes a merge before it is carried out; returns its id. */
export async function noteMerge(
  context: Context,
  object: 'customer' | 'contact',
  survivor: { id: string; name: string },
  merge: Pick<RecordMerge, 'merged' | 'changes' | 'provenance'> & { reason: string | null },
): Promise<string> {
  const id = newId();
  await context.tx
    .insertInto('record_merge')
    .values({
      org_id: context.orgId,
      id,
      object,
      survivor_id: survivor.id,
      survivor_name: survivor.name,
      merged: JSON.stringify(merge.merged),
      changes: JSON.stringify(merge.changes),
      provenance: JSON.stringify(merge.provenance),
      reason: merge.reason,
      made_by: context.actor.userId,
      made_name: context.actor.name,
    })
    .execute();
  return id;
}

/** Notes what those who take part in merges must know to take their part back. */
export const noteParties = (context: Context, id: string, parties: Record<string, unknown>) =>
  context.tx
    .updateTable('record_merge')
    .set({ parties: JSON.stringify(parties) })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
