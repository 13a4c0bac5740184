import { readLinks } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import type { WrongCell } from '#platform/sheets/target.ts';
import type { ParsedRow } from './rows.ts';

/**
 * Puts into the rows the records their cells name. Rows with a name that is not there come back apart, with what is wrong: it may
 * be that of a row of the same sheet (a dealer above the customers it serves).
 */
export async function nameLinks(
  context: Context,
  rows: ParsedRow[],
): Promise<{ known: ParsedRow[]; unknown: Map<ParsedRow, WrongCell[]> }> {
  const byType = Map.groupBy(
    rows.flatMap((row) => row.links),
    ({ field }) => field.type,
  );
  const read = new Map<string, Awaited<ReturnType<typeof readLinks>>>();
  for (const [type, cells] of byType)
    read.set(
      type,
      await readLinks(
        context,
        type,
        cells.map(({ text }) => text),
      ),
    );
  const unknown = new Map<ParsedRow, WrongCell[]>();
  for (const row of rows) {
    const wrong: WrongCell[] = [];
    for (const { field, heading, text } of row.links) {
      const found = read.get(field.type)?.get(text);
      const values = field.object === 'customer' ? row.customer : row.contact;
      const fault = (code: string, params = {}) =>
        wrong.push({ column: heading, value: text.slice(0, 200), code, params });
      if (!found?.ok) fault(found?.code ?? 'link.unknown');
      else if (values && values[field.key] !== undefined && values[field.key] !== found.value)
        fault('import.twoValues', { column: row.headings[`${field.object}.${field.key}`] ?? heading });
      else if (values) values[field.key] = found.value;
    }
    if (wrong.length > 0) unknown.set(row, wrong);
  }
  return { known: rows.filter((row) => !unknown.has(row)), unknown };
}
