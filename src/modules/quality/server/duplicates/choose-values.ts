import { canonical } from '#modules/fields/index.ts';
import type { FieldDefinition, FieldValues, Provenance } from '#shared/fields.ts';

export interface Participant {
  id: string;
  values: FieldValues;
  provenance: Record<string, Provenance>;
}

const listTypes = new Set(['phones', 'emails', 'urls', 'addresses', 'texts', 'multichoice']);
export const isList = (field: FieldDefinition): boolean => listTypes.has(field.type);
export const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

const itemKey = (item: unknown): string => {
  if (typeof item !== 'object' || item === null) return String(item).toLowerCase();
  const { value, text } = item as { value?: unknown; text?: unknown };
  return String(value ?? text ?? canonical(item)).toLowerCase();
};

/** Lists of all participants in one, each entry once, the survivor's first. */
export function united(lists: unknown[]): unknown[] {
  const items = new Map<string, unknown>();
  for (const item of lists.flat()) if (!isEmpty(item) && !items.has(itemKey(item))) items.set(itemKey(item), item);
  return [...items.values()];
}

export interface FieldProposal {
  key: string;
  list: boolean;
  differs: boolean;
  proposed: string | null;
}

/** For each field somebody has: whether they differ, and whose value is proposed. A verified value goes before others. */
export function proposals(fields: FieldDefinition[], survivorId: string, participants: Participant[]): FieldProposal[] {
  const ordered = [...participants].sort((a, b) => Number(b.id === survivorId) - Number(a.id === survivorId));
  return fields.flatMap((field): FieldProposal[] => {
    const holders = ordered.filter((item) => !isEmpty(item.values[field.key]));
    if (holders.length === 0) return [];
    const values = new Set(holders.map((item) => canonical(item.values[field.key])));
    const verified = holders.find((item) => item.provenance[field.key]?.verifiedAt);
    return [
      {
        key: field.key,
        list: isList(field),
        differs: values.size > 1,
        proposed: isList(field) ? null : ((verified ?? holders[0])?.id ?? null),
      },
    ];
  });
}

/** What the survivor's fields become, and where taken-over values came from. */
export function chosenValues(
  fields: FieldDefinition[],
  survivorId: string,
  participants: Participant[],
  choices: Record<string, string>,
): { values: FieldValues; provenance: Record<string, Provenance> } {
  const values: FieldValues = {};
  const provenance: Record<string, Provenance> = {};
  const byId = new Map(participants.map((item) => [item.id, item]));
  const survivor = byId.get(survivorId);
  const ordered = [...participants].sort((a, b) => Number(b.id === survivorId) - Number(a.id === survivorId));
  const byKey = new Map(fields.map((field) => [field.key, field]));
  for (const { key, list, proposed } of proposals(fields, survivorId, participants)) {
    const choice = choices[key] ?? (list ? 'all' : proposed);
    const field = byKey.get(key);
    if (!field) continue;
    if (choice === 'all' && list) {
      values[key] = united(ordered.map((item) => item.values[key] ?? []));
      continue;
    }
    const source = byId.get(choice ?? survivorId) ?? survivor;
    values[key] = isEmpty(source?.values[key]) ? null : source?.values[key];
    const entry = source?.provenance[key];
    if (entry && source?.id !== survivorId) provenance[key] = entry;
  }
  return { values, provenance };
}
