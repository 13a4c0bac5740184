import type { FieldType } from '../fields.ts';

const listTypes: FieldType[] = ['multichoice', 'phones', 'emails', 'urls', 'addresses', 'texts'];

/** Whether values of the type are lists of entries that can stand beside each other. */
export const isListed = (type: FieldType | undefined): boolean => type !== undefined && listTypes.includes(type);

const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === null || value === undefined || value === '' ? [] : [value];

/** What makes two entries the same one: what they say, not its writing, type or note. */
function identity(entry: unknown): string {
  if (typeof entry !== 'object' || entry === null) return String(entry).trim().toLowerCase();
  const { value, text } = entry as { value?: unknown; text?: unknown };
  return String(value ?? text ?? JSON.stringify(entry))
    .trim()
    .toLowerCase();
}

const words = ({ type, note, country, region, postcode }: Record<string, unknown>) =>
  JSON.stringify([type ?? '', note ?? '', country ?? '', region ?? '', postcode ?? '']);
const asWords = (entry: unknown) =>
  typeof entry === 'object' && entry !== null ? words(entry as Record<string, unknown>) : '';

/**
 * A list two people changed at once, with the changes of both: what either added is in, what either took out is out, and of an
 * entry both kept, a new type or note of mine counts before theirs. Null when nothing is left.
 */
export function keepBoth(base: unknown, theirs: unknown, mine: unknown): unknown[] | null {
  const before = new Map(listOf(base).map((entry) => [identity(entry), entry]));
  const own = new Map(listOf(mine).map((entry) => [identity(entry), entry]));
  const other = new Map(listOf(theirs).map((entry) => [identity(entry), entry]));
  const rewritten = (key: string) =>
    before.has(key) && own.has(key) && asWords(own.get(key)) !== asWords(before.get(key));
  const kept = [...other]
    .filter(([key]) => own.has(key) || !before.has(key))
    .map(([key, entry]) => (rewritten(key) ? own.get(key) : entry));
  const added = [...own].filter(([key]) => !other.has(key) && !before.has(key)).map(([, entry]) => entry);
  const all = [...kept, ...added];
  return all.length > 0 ? all : null;
}

/**
 * What a sheet says, with the type, note and writing of the entries that were there: a sheet has no place for these, so leaving them
 * out takes nothing away.
 */
export function withWords(before: unknown, said: unknown): unknown {
  if (typeof said !== 'object' || said === null) return said;
  const known = new Map(listOf(before).map((entry) => [identity(entry), entry]));
  const whole = (entry: unknown) => {
    const old = known.get(identity(entry));
    if (typeof old !== 'object' || old === null) return entry;
    return { ...old, ...(entry as object), ...('raw' in old ? { raw: old.raw } : {}) };
  };
  return Array.isArray(said) ? said.map(whole) : whole(said);
}
