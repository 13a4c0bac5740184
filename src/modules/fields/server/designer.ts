import { sql } from 'kysely';
import { checkContextOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import type { FieldDefinition, FieldType, RecordObject, SectionDefinition } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import { checkValue } from '#shared/values/check.ts';
import { type Conversion, convertAll } from './conversion.ts';
import { bumpDictionary, fullDictionary, viewField, viewSection } from './dictionary.ts';
import { reindexAfter } from './reindex.ts';
import { uniqueText } from './unique.ts';
import { canonical } from './values.ts';

export type FieldSettings = Partial<
  Omit<FieldDefinition, 'id' | 'object' | 'key' | 'type' | 'builtin' | 'readOnly' | 'version'>
>;

/** A field's key from its English label, with a number when taken. */
function keyFrom(label: string, taken: Set<string>): string {
  const words = label
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9 ]/g, '')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  const camel = words
    .map((word, index) =>
      index === 0 ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1).toLowerCase(),
    )
    .join('');
  const base = /^[a-z]/.test(camel) ? camel.slice(0, 30) : 'field';
  for (let number = 1; ; number += 1) {
    const key = number === 1 && base !== 'field' ? base : `${base}${number}`;
    if (!taken.has(key)) return key;
  }
}

const json = (value: unknown) => (value === undefined || value === null ? null : JSON.stringify(value));

function columns(input: FieldSettings) {
  const entries: Record<string, unknown> = {
    label_zh: input.label?.zh.trim(),
    label_en: input.label?.en.trim(),
    help_zh: input.help?.zh,
    help_en: input.help?.en,
    section: input.section,
    kinds: input.kinds,
    position: input.position,
    required: input.required,
    is_unique: input.unique,
    default_value: 'defaultValue' in input ? json(input.defaultValue) : undefined,
    rules: input.rules && JSON.stringify(input.rules),
    options: input.options && JSON.stringify(input.options),
    sensitivity: input.sensitivity,
    personal: input.personal,
    purpose: input.purpose,
    tracked: input.tracked,
    searchable: input.searchable,
    filterable: input.filterable,
    weight: input.weight,
    hidden: input.hidden,
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

/** Settings that make no sense together are refused with the field at fault. */
async function checkSettings(
  context: Context,
  object: RecordObject,
  type: FieldType,
  key: string,
  input: FieldSettings,
): Promise<void> {
  const dictionary = await fullDictionary(context);
  if (
    input.section &&
    !dictionary.sections.some((section) => section.object === object && section.key === input.section)
  ) {
    throw invalid([{ field: 'section', code: 'section.unknown' }]);
  }
  if (input.options && new Set(input.options.map((option) => option.key)).size < input.options.length) {
    throw invalid([{ field: 'options', code: 'field.optionTwice' }]);
  }
  if (input.rules?.score) {
    for (const term of input.rules.score) {
      const source = dictionary.fields.find((field) => field.object === object && field.key === term.field);
      if (!source || source.type === 'score' || term.field === key)
        throw invalid([{ field: 'rules.score', code: 'field.unknown', params: { field: term.field } }]);
    }
  }
  if (input.defaultValue !== undefined && input.defaultValue !== null) {
    const present = dictionary.fields.find((field) => field.object === object && field.key === key);
    const field = {
      ...present,
      type,
      options: input.options ?? present?.options ?? [],
      rules: input.rules ?? present?.rules ?? {},
    } as FieldDefinition;
    const checked = checkValue(field, input.defaultValue, await checkContextOf(context));
    if (!checked.ok) throw invalid([{ field: 'defaultValue', code: checked.code, params: checked.params }]);
    input.defaultValue = checked.value;
  }
  if (input.unique && ['multichoice', 'addresses', 'boolean', 'score'].includes(type))
    throw invalid([{ field: 'unique', code: 'field.cannotBeUnique' }]);
}

export async function createField(
  context: Context,
  input: FieldSettings & { object: RecordObject; key?: string; type: FieldType },
): Promise<FieldDefinition> {
  const { object, type, key: wanted, ...settings } = input;
  const dictionary = await fullDictionary(context);
  const mine = dictionary.fields.filter((field) => field.object === object);
  // What every object of the language has is no key: looking it up would find something that nobody stored.
  const taken = new Set([...mine.map((field) => field.key), ...Object.getOwnPropertyNames(Object.prototype)]);
  if (wanted && taken.has(wanted)) throw invalid([{ field: 'key', code: 'field.keyTaken' }]);
  const key = wanted ?? keyFrom(input.label?.en ?? '', taken);
  await checkSettings(context, object, type, key, settings);
  const position = input.position ?? Math.max(0, ...mine.map((field) => field.position)) + 1;
  const { unique, ...rest } = settings;
  const row = await context.tx
    .insertInto('field')
    .values({
      ...(columns({ ...rest, position }) as { section: string; label_zh: string; label_en: string }),
      org_id: context.orgId,
      id: newId(),
      object,
      key,
      type,
      position,
      is_unique: unique ?? false,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await bumpDictionary(context);
  await recordEvent(context, {
    kind: 'field.created',
    subjectKind: 'field',
    subjectId: row.id,
    data: { object, key, type, label: input.label },
  });
  return viewField(row);
}

async function lockedField(context: Context, id: string): Promise<FieldDefinition> {
  const row = await context.tx
    .selectFrom('field')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw notFound('field');
  const field = viewField(row);
  requireVersion(context, field.version, () => field);
  return field;
}

const indispensable = ['name', 'number', 'kind', 'ownerId'];

export async function updateField(context: Context, id: string, input: FieldSettings): Promise<FieldDefinition> {
  const before = await lockedField(context, id);
  if (
    before.builtin &&
    indispensable.includes(before.key) &&
    (input.hidden || (input.required === false && before.required) || input.kinds)
  ) {
    throw conflict('field.indispensable');
  }
  await checkSettings(context, before.object, before.type, before.key, input);
  if (input.unique && !before.unique) await claimUnique(context, before);
  const row = await context.tx
    .updateTable('field')
    .set({ ...columns(input), version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (before.unique && input.unique === false) {
    await context.tx
      .deleteFrom('unique_value')
      .where('org_id', '=', context.orgId)
      .where('object', '=', before.object)
      .where('field', '=', before.key)
      .execute();
  }
  await bumpDictionary(context);
  const after = viewField(row);
  const changes = Object.fromEntries(
    Object.keys(input)
      .filter(
        (key) => canonical(before[key as keyof FieldDefinition]) !== canonical(after[key as keyof FieldDefinition]),
      )
      .map((key) => [key, { from: before[key as keyof FieldDefinition], to: after[key as keyof FieldDefinition] }]),
  );
  await reindexAfter(context, before, after);
  await recordEvent(context, { kind: 'field.updated', subjectKind: 'field', subjectId: id, changes });
  return after;
}

/** A field becomes unique only when its present values already are. */
async function claimUnique(context: Context, field: FieldDefinition): Promise<void> {
  if (field.builtin) throw invalid([{ field: 'unique', code: 'field.cannotBeUnique' }]);
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const { rows } = await sql<{ id: string; value: unknown }>`select id, custom->${sql.lit(field.key)} as value
      from ${sql.table(field.object)} where org_id = ${context.orgId} and state = 'active' and id > ${after}::uuid
        and custom->>${sql.lit(field.key)} is not null order by id limit 2000`.execute(context.tx);
    const claims = rows.map((row) => ({ record_id: row.id, value: uniqueText(row.value) }));
    const twice = await sql<{ value: string }>`
      with wanted as (select value, record_id from jsonb_to_recordset(${JSON.stringify(claims)}::jsonb) as w(value text, record_id uuid)),
        claimed as (insert into unique_value (org_id, object, field, value, record_id)
          select ${context.orgId}::uuid, ${field.object}, ${field.key}, value, record_id from wanted on conflict do nothing returning record_id)
      select value from wanted where record_id not in (select record_id from claimed) limit 1`.execute(context.tx);
    if (twice.rows[0])
      throw conflict('field.valuesRepeat', { field: 'unique', params: { value: twice.rows[0].value } });
    const last = rows.at(-1);
    if (!last || rows.length < 2000) return;
    after = last.id;
  }
}

/** Converts a custom field; refused unless every value fits the new type. */
export async function convertField(context: Context, id: string, wanted: Conversion): Promise<FieldDefinition> {
  const before = await lockedField(context, id);
  const trial = await convertAll(context, before, wanted, false);
  if (trial.failures.length > 0)
    throw conflict('field.valuesDoNotConvert', {
      field: 'type',
      params: { count: trial.failures.length },
      data: { failures: trial.failures.slice(0, 50) },
    });
  await convertAll(context, before, wanted, true);
  const row = await context.tx
    .updateTable('field')
    .set({ type: wanted.type, ...columns({ options: wanted.options, rules: wanted.rules }), version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await bumpDictionary(context);
  await recordEvent(context, {
    kind: 'field.converted',
    subjectKind: 'field',
    subjectId: id,
    changes: { type: { from: before.type, to: wanted.type } },
  });
  const after = viewField(row);
  await reindexAfter(context, before, after);
  return after;
}

export async function createSection(
  context: Context,
  input: Pick<SectionDefinition, 'object' | 'label' | 'kinds'>,
): Promise<SectionDefinition> {
  const dictionary = await fullDictionary(context);
  const mine = dictionary.sections.filter((section) => section.object === input.object);
  const key = keyFrom(input.label.en, new Set(mine.map((section) => section.key)));
  const row = await context.tx
    .insertInto('section')
    .values({
      org_id: context.orgId,
      id: newId(),
      object: input.object,
      key,
      label_zh: input.label.zh.trim(),
      label_en: input.label.en.trim(),
      kinds: input.kinds,
      position: Math.max(0, ...mine.map((section) => section.position)) + 1,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await bumpDictionary(context);
  await recordEvent(context, {
    kind: 'section.created',
    subjectKind: 'section',
    subjectId: row.id,
    data: { key, label: input.label },
  });
  return viewSection(row);
}

export async function updateSection(
  context: Context,
  id: string,
  input: Partial<Pick<SectionDefinition, 'label' | 'kinds' | 'position' | 'hidden'>>,
): Promise<SectionDefinition> {
  const stored = await context.tx
    .selectFrom('section')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!stored) throw notFound('section');
  const before = viewSection(stored);
  requireVersion(context, before.version, () => before);
  const row = await context.tx
    .updateTable('section')
    .set({
      ...(input.label ? { label_zh: input.label.zh.trim(), label_en: input.label.en.trim() } : {}),
      ...(input.kinds === undefined ? {} : { kinds: input.kinds }),
      ...(input.position === undefined ? {} : { position: input.position }),
      ...(input.hidden === undefined ? {} : { hidden: input.hidden }),
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await bumpDictionary(context);
  await recordEvent(context, { kind: 'section.updated', subjectKind: 'section', subjectId: id, data: { ...input } });
  return viewSection(row);
}
