import { findUsers, userNames } from '#modules/people/index.ts';
import type { Context } from '#platform/context.ts';
import { divisionNames, findDivisions } from '#platform/divisions.ts';
import { bad, type Checked, good } from '#shared/checked.ts';
import type { FieldDefinition, FieldType, FieldValues } from '#shared/fields.ts';
import { isId } from '#shared/ids.ts';

/** What values link to. */
export interface Linked {
  /** Names by id: only of those the actor may see; `active`: only of those that can be chosen. */
  names(context: Context, ids: string[], active: boolean): Promise<Record<string, string>>;
  /** What is meant by names as sheets write them, of what the actor may see and choose: nothing, one, or several. */
  find(context: Context, texts: string[]): Promise<{ text: string; id: string }[]>;
}

const linked = new Map<FieldType, Linked>([
  ['user', { names: userNames, find: findUsers }],
  [
    'region',
    { names: async (_context, codes) => divisionNames(codes), find: async (_, texts) => findDivisions(texts) },
  ],
]);

/** A later module tells about its records that fields can link to. */
export function registerLinked(type: FieldType, records: Linked): void {
  linked.set(type, records);
}

/** Whether values of the type stand for something with a name of its own. */
export const isLinked = (type: FieldType): boolean => linked.has(type);

const unknownCode = (type: FieldType) => (type === 'region' ? 'region.unknown' : 'link.unknown');

/** What texts of a sheet mean as values of the type: an id, or the name people and exports write for it. */
export async function readLinks(
  context: Context,
  type: FieldType,
  texts: string[],
): Promise<Map<string, Checked<string>>> {
  const records = linked.get(type);
  const wanted = [...new Set(texts)];
  const keys = wanted.filter((text) => isId(text) || (type === 'region' && /^\d{6}$/.test(text)));
  const known =
    records && keys.length > 0
      ? await records.names(
          context,
          keys.map((key) => key.toLowerCase()),
          true,
        )
      : {};
  const named = wanted.filter((text) => !keys.includes(text));
  const found = records && named.length > 0 ? await records.find(context, named) : [];
  const byText = Map.groupBy(found, ({ text }) => text);
  const unknown = bad(unknownCode(type));
  return new Map(
    wanted.map((text): [string, Checked<string>] => {
      const key = text.toLowerCase();
      if (keys.includes(text)) return [text, known[key] === undefined ? unknown : good(key)];
      const [one, other] = byText.get(text) ?? [];
      if (one && other) return [text, bad('link.several')];
      return [text, one ? good(one.id) : unknown];
    }),
  );
}

/** The linked records in the values, by the type of their fields. */
function linksIn(fields: Iterable<FieldDefinition>, rows: FieldValues[]): [Linked, Map<string, string[]>][] {
  const found = new Map<Linked, Map<string, string[]>>();
  for (const field of fields) {
    const records = linked.get(field.type);
    if (!records) continue;
    const keysById = found.get(records) ?? new Map<string, string[]>();
    found.set(records, keysById);
    for (const values of rows) {
      const id = values[field.key];
      if (typeof id === 'string') keysById.set(id, [...(keysById.get(id) ?? []), field.key]);
    }
  }
  return [...found].filter(([, keysById]) => keysById.size > 0);
}

/** Names of what the values link to, by id, read in a query for each kind of record however many rows there are. */
export async function linkLabels(
  context: Context,
  fields: FieldDefinition[],
  rows: FieldValues[],
): Promise<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const [records, keysById] of linksIn(fields, rows))
    Object.assign(labels, await records.names(context, [...keysById.keys()], false));
  return labels;
}

/** Names of records given by their ids (commas between), by kind. */
export async function namesById(
  context: Context,
  ids: Partial<Record<'user' | 'customer' | 'contact', string>>,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [type, records] of linked) {
    const list = ids[type as keyof typeof ids]?.split(',');
    if (list) Object.assign(found, await records.names(context, list, false));
  }
  return found;
}

/** An error for each value that links to a record the actor may not choose. */
export async function unknownLinks(context: Context, fields: Iterable<FieldDefinition>, values: FieldValues) {
  const errors: { field: string; code: string }[] = [];
  const all = [...fields];
  const typeOf = new Map(all.map((field) => [field.key, field.type]));
  for (const [records, keysById] of linksIn(all, [values])) {
    const known = await records.names(context, [...keysById.keys()], true);
    for (const [id, keys] of keysById)
      if (known[id] === undefined)
        errors.push(
          ...keys.map((key) => ({ field: `values.${key}`, code: unknownCode(typeOf.get(key) ?? 'customer') })),
        );
  }
  return errors;
}
