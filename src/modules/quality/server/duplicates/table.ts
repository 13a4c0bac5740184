import { z } from 'zod';
import { Problem } from '#shared/errors.ts';
import { type Column, type Feature, features, type RecordKind } from './features.ts';
import type { SourceRecord } from './match.ts';

const headings = z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(20)]);

/** What each column of a table says: features of the engine to headings of the file. */
export const tableMap = z.strictObject({
  id: z.string().min(1),
  kind: z.enum(['person', 'company']).optional(),
  ...(Object.fromEntries(features.map((feature) => [feature, headings.optional()])) as Record<
    Feature,
    z.ZodOptional<typeof headings>
  >),
});
export type TableMap = z.infer<typeof tableMap>;

const wrongMap = (message: string, field: string) => new Problem(422, 'duplicates.map', { message, field });

/** Checks a map as read from JSON; says which entry is wrong and what is allowed. */
export function readTableMap(json: string): TableMap {
  let value: unknown;
  try {
    value = JSON.parse(json.replace(/^\ufeff/, ''));
  } catch (error) {
    throw wrongMap(`the map is not JSON: ${(error as Error).message}`, 'map');
  }
  const parsed = tableMap.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const at = issue?.path.join('.') ?? '';
    const unknown =
      issue?.code === 'unrecognized_keys'
        ? `unknown entry "${issue.keys.join('", "')}"; `
        : at
          ? `"${at}": ${issue?.message}; `
          : `${issue?.message}; `;
    throw wrongMap(
      `the map is wrong: ${unknown}entries are id, kind (person or company), ${features.join(', ')}`,
      at || 'map',
    );
  }
  if (features.every((feature) => parsed.data[feature] === undefined))
    throw wrongMap(`the map names no column to compare; entries are ${features.join(', ')}`, 'map');
  return parsed.data;
}

/** Columns to compare, in the order of the map. */
export const mapColumns = (map: TableMap): Column[] =>
  features.flatMap((feature) => [map[feature] ?? []].flat().map((key) => ({ key, feature })));

/** What the records mostly are when the map does not say: dates of birth and separate given names belong to people. */
export function mapKind(map: TableMap): RecordKind {
  if (map.kind) return map.kind;
  return map.dateOfBirth !== undefined || (Array.isArray(map.name) && map.name.length > 1) ? 'person' : 'company';
}

/**
 * Records of a table: the first row holds the headings. Throws when an id is missing, or a heading of the map; the latter is left to
 * `lacking` where given, and the column is empty.
 */
export function tableRecords(
  map: TableMap,
  rows: Iterable<readonly unknown[]>,
  file: string,
  lacking?: (problem: Problem) => void,
): SourceRecord[] {
  const columns = mapColumns(map);
  const kind = mapKind(map);
  const records: SourceRecord[] = [];
  const seen = new Set<string>();
  let positions: number[] | undefined;
  let idAt = -1;
  let line = 0;
  for (const row of rows) {
    line += 1;
    if (!positions) {
      const found = row.map((cell) => String(cell ?? '').trim());
      const at = (heading: string) => {
        // `title|name`: the two files may name the same column unlike.
        const index = [heading, ...heading.split('|')]
          .map((wanted) => found.findIndex((item) => item.toLowerCase() === wanted.trim().toLowerCase()))
          .reduce((first, next) => (first >= 0 ? first : next), -1);
        if (index >= 0) return index;
        const problem = wrongMap(`${file} has no column "${heading}"; its columns are: ${found.join(', ')}`, heading);
        if (!lacking || heading === map.id) throw problem;
        lacking(problem);
        return index;
      };
      idAt = at(map.id);
      positions = columns.map((column) => at(column.key));
      continue;
    }
    if (row.every((cell) => cell === null || cell === undefined || String(cell).trim() === '')) continue;
    const id = String(row[idAt] ?? '').trim();
    if (id === '') throw wrongMap(`${file}, line ${line}: no value in "${map.id}"`, map.id);
    if (seen.has(id))
      throw wrongMap(`${file}, line ${line}: "${id}" is there twice in "${map.id}"; ids must differ`, map.id);
    seen.add(id);
    records.push({
      id,
      kind,
      values: positions.map((at, index) => {
        const cell = row[at];
        if (cell === null || cell === undefined) return [];
        const text = String(cell);
        const many = columns[index]?.feature === 'phone' || columns[index]?.feature === 'email';
        return many ? text.split(/[;；、|\n]+/).filter((part) => part.trim() !== '') : [text];
      }),
    });
  }
  if (!positions) throw wrongMap(`${file} is empty`, 'records');
  return records;
}
