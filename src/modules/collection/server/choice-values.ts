import { sql } from 'kysely';
import { dictionaryFor } from '#modules/fields/index.ts';
import { checkContextOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { columnNames } from '#shared/column-names.ts';
import { badRequest, invalid } from '#shared/errors.ts';
import type { FieldDefinition } from '#shared/fields.ts';
import { normalizeText } from '#shared/text/normalize.ts';
import { type CheckContext, checkValue, splitChoices } from '#shared/values/check.ts';
import type { ChoiceMeaning, ImportView } from '../contract.ts';

/** What the company means by words that are no option, by `meaningKey`; empty: no option at all. */
export type Meanings = Map<string, string>;

/** A problem quotes 50 characters of an unknown choice: as many tell it from others. */
const valueKey = (value: string): string => normalizeText(value.slice(0, 50)).toLowerCase();
const meaningKey = (target: string, value: string): string => `${target}\n${value}`;

/** What is wrong with a cell whose word is no option, or no country. */
export const unknownWord = new Set(['choice.unknown', 'country.unknown']);

/** What one word of the field is read as. */
const single = (field: FieldDefinition): FieldDefinition =>
  field.type === 'country' ? field : { ...field, type: 'choice' };

/** The meanings given so far for choices of a target. */
export async function meaningsOf(context: Context, object: string): Promise<Meanings> {
  const found = await context.tx
    .selectFrom('import_value')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('object', '=', object)
    .limit(5000)
    .execute();
  return new Map(found.map(({ target, value, meaning }) => [meaningKey(target, value), meaning]));
}

/** The cell of a choice with words that are no option put as what they mean; those that mean none come back as `rest`. */
export function explainChoices(
  field: FieldDefinition,
  raw: unknown,
  { meanings, reading }: { meanings: Meanings; reading: CheckContext },
): { raw: unknown; rest: string[] } {
  const rest: string[] = [];
  const one = single(field);
  const items = field.type === 'multichoice' ? splitChoices(String(raw)) : [String(raw)];
  const meant = items.flatMap((item) => {
    const meaning = meanings.get(meaningKey(`${field.object}.${field.key}`, valueKey(item)));
    if (meaning === undefined || checkValue(one, item, reading).ok) return item;
    if (meaning === '') rest.push(item.trim());
    return meaning === '' ? [] : meaning;
  });
  return { raw: field.type === 'multichoice' ? meant : (meant[0] ?? null), rest };
}

/** The words of an import that are no option, the most frequent first. */
export async function listUnknownChoices(
  context: Context,
  importId: string,
  { columns, mapping }: { columns: ImportView['columns']; mapping: Record<string, string> },
) {
  const targets = new Map([...columnNames(columns)].map(([index, name]) => [name, mapping[String(index)]]));
  const found = await sql<{ heading: string; value: string; rows: number }>`
    select column_name as heading, coalesce(params->>'value', left(value, 50)) as value, count(*) as rows from import_error
    where org_id = ${context.orgId} and import_id = ${importId} and code in (${sql.join([...unknownWord])})
    group by 1, 2 order by 3 desc, 1, 2 limit 200`.execute(context.tx);
  return {
    items: found.rows.flatMap((row) => {
      const target = targets.get(row.heading);
      return target ? [{ ...row, target }] : [];
    }),
  };
}

/** Keeps what was explained, for these rows and every later sheet. */
export async function rememberMeanings(context: Context, object: string, meanings: ChoiceMeaning[]): Promise<void> {
  const { fields } = await dictionaryFor(context);
  for (const [place, { target, value, meaning }] of meanings.entries()) {
    const field = fields.find((item) => `${item.object}.${item.key}` === target);
    if (field?.type !== 'choice' && field?.type !== 'multichoice' && field?.type !== 'country')
      throw badRequest('field.unknown', { field: `meanings.${place}.target`, params: { field: target } });
    const checked = checkValue(single(field), meaning, await checkContextOf(context));
    if (!checked.ok)
      throw invalid([{ field: `meanings.${place}.meaning`, code: checked.code, params: { value: meaning ?? '' } }]);
    const row = { org_id: context.orgId, object, target, value: valueKey(value), meaning: meaning ?? '' };
    await context.tx
      .insertInto('import_value')
      .values(row)
      .onConflict((oc) => oc.columns(['org_id', 'object', 'target', 'value']).doUpdateSet({ meaning: row.meaning }))
      .execute();
  }
}
