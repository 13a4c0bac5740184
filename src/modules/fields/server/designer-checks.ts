import { sql } from 'kysely';
import { checkContextOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { conflict, invalid } from '#shared/errors.ts';
import {
  canBeUnique,
  type FieldDefinition,
  type FieldOption,
  type FieldType,
  isSearchable,
  type RecordObject,
  type SectionDefinition,
} from '#shared/fields.ts';
import { normalizeText } from '#shared/text/normalize.ts';
import { checkValue } from '#shared/values/check.ts';
import { sqlKindOf, valueExpression } from './columns.ts';
import { designedDictionary } from './dictionary.ts';

export type FieldSettings = Partial<
  Omit<FieldDefinition, 'id' | 'object' | 'key' | 'type' | 'builtin' | 'readOnly' | 'version'>
>;

/** Of built-in fields those that no record can be without. */
const indispensable = (field: FieldDefinition) =>
  field.builtin && ['name', 'number', 'kind', 'ownerId'].includes(field.key);

/** Settings that make no sense together, or not with what is stored, are refused with the field at fault; `before`: of a field that is there. */
export async function checkSettings(
  context: Context,
  { object, type, key }: { object: RecordObject; type: FieldType; key: string },
  input: FieldSettings,
  before?: FieldDefinition,
): Promise<void> {
  const dictionary = await designedDictionary(context);
  const section = input.section
    ? dictionary.sections.find((item) => item.object === object && item.key === input.section)
    : undefined;
  if (input.section && !section) throw invalid([{ field: 'section', code: 'section.unknown' }]);
  if (before && indispensable(before)) {
    const lost = input.hidden || (input.required === false && before.required) || input.kinds;
    if (lost || section?.hidden || section?.kinds) throw conflict('field.indispensable');
  }
  if (input.rules) checkRules(dictionary.fields, object, key, input.rules);
  if (input.options) {
    checkOptions(type, input.options, input.rules ?? before?.rules);
    if (before) await refuseUsedOptions(context, before, input.options);
  } else if (!before && isChoice(type) && !input.rules?.reference)
    throw invalid([{ field: 'options', code: 'field.noOptions' }]);
  const present = dictionary.fields.find((field) => field.object === object && field.key === key);
  // Options and rules are changed under a default that is there, too.
  const defaultValue = input.defaultValue === undefined && before ? before.defaultValue : input.defaultValue;
  if (defaultValue !== undefined && defaultValue !== null) {
    const options = input.options ?? present?.options ?? [];
    const field = { ...present, type, options, rules: input.rules ?? present?.rules ?? {} } as FieldDefinition;
    const checked = checkValue(field, defaultValue, await checkContextOf(context));
    if (!checked.ok) throw invalid([{ field: 'defaultValue', code: checked.code, params: checked.params }]);
    if (input.defaultValue !== undefined) input.defaultValue = checked.value;
  }
  if (input.unique && !canBeUnique(type)) throw invalid([{ field: 'unique', code: 'field.cannotBeUnique' }]);
  if (input.searchable && !isSearchable(type)) throw invalid([{ field: 'searchable', code: 'field.cannotBeSearched' }]);
}

/** A section that holds what no record can be without is there for every customer. */
export async function checkSections(
  context: Context,
  section: SectionDefinition,
  input: Partial<Pick<SectionDefinition, 'kinds' | 'hidden'>>,
): Promise<void> {
  if (!input.hidden && !input.kinds) return;
  const { fields } = await designedDictionary(context);
  const needed = fields.some(
    (field) => field.object === section.object && field.section === section.key && indispensable(field),
  );
  if (needed) throw conflict('section.indispensable');
}

function checkRules(
  fields: FieldDefinition[],
  object: RecordObject,
  key: string,
  rules: FieldDefinition['rules'],
): void {
  const { min, max, score = [] } = rules;
  if (min !== undefined && max !== undefined && min > max)
    throw invalid([{ field: 'rules.max', code: 'number.min', params: { min } }]);
  for (const term of score) {
    const source = fields.find((field) => field.object === object && field.key === term.field);
    if (!source || source.type === 'score' || term.field === key)
      throw invalid([{ field: 'rules.score', code: 'field.unknown', params: { field: term.field } }]);
  }
}

const isChoice = (type: FieldType) => type === 'choice' || type === 'multichoice';

function checkOptions(type: FieldType, options: FieldOption[], rules: FieldDefinition['rules'] | undefined): void {
  if (new Set(options.map((option) => option.key)).size < options.length)
    throw invalid([{ field: 'options', code: 'field.optionTwice' }]);
  if (isChoice(type) && options.length === 0 && !rules?.reference)
    throw invalid([{ field: 'options', code: 'field.noOptions' }]);
  // A sheet says an option by its name, in either language: it must mean one.
  const taken = new Map<string, string>();
  for (const { key, zh, en } of options) {
    for (const name of [zh, en]) {
      const text = normalizeText(name).toLowerCase();
      if ((taken.get(text) ?? key) !== key)
        throw invalid([{ field: 'options', code: 'field.optionNameTwice', params: { name } }]);
      taken.set(text, key);
    }
  }
}

/** An option that records hold is no longer offered rather than removed: a card would show its bare key. */
async function refuseUsedOptions(context: Context, field: FieldDefinition, options: FieldOption[]): Promise<void> {
  const removed = field.options.filter((option) => !options.some(({ key }) => key === option.key));
  if (removed.length === 0) return;
  const keys = removed.map((option) => option.key);
  const value = valueExpression(field, field.object);
  const holds =
    sqlKindOf(field) !== 'list'
      ? sql`${value} = any(${keys}::text[])`
      : field.builtin
        ? sql`${value} && ${keys}::text[]`
        : sql`jsonb_exists_any(${value}, ${keys}::text[])`;
  const { rows } = await sql<{ value: unknown }>`select ${value} as value from ${sql.table(field.object)}
    where org_id = ${context.orgId} and ${holds} limit 1`.execute(context.tx);
  const held = [rows[0]?.value].flat();
  const used = removed.find(({ key }) => held.includes(key));
  if (used)
    throw invalid([
      { field: 'options', code: 'field.optionUsed', params: { name: context.lang === 'en-US' ? used.en : used.zh } },
    ]);
}
