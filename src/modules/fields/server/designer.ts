import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import {
  type FieldDefinition,
  type FieldType,
  isSearchable,
  type RecordObject,
  type SectionDefinition,
} from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import { type Conversion, convertAll } from './conversion.ts';
import { checkSections, checkSettings, type FieldSettings } from './designer-checks.ts';
import {
  bumpDictionary,
  designedDictionary,
  fullDictionary,
  underSection,
  viewField,
  viewSection,
} from './dictionary.ts';
import { type FieldChange, reindexAfter } from './reindex.ts';
import { uniqueText } from './unique.ts';
import { canonical } from './values.ts';

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
  await checkSettings(context, { object, type, key }, settings);
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

export async function updateField(context: Context, id: string, input: FieldSettings): Promise<FieldDefinition> {
  const before = await lockedField(context, id);
  await checkSettings(context, before, input, before);
  if (input.unique && !before.unique) await claimUnique(context, before);
  const row = await context.tx
    .updateTable('field')
    .set({ ...columns(input), version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (before.unique && input.unique === false) await freeUnique(context, before);
  await bumpDictionary(context);
  const after = viewField(row);
  const changes = Object.fromEntries(
    Object.keys(input)
      .filter(
        (key) => canonical(before[key as keyof FieldDefinition]) !== canonical(after[key as keyof FieldDefinition]),
      )
      .map((key) => [key, { from: before[key as keyof FieldDefinition], to: after[key as keyof FieldDefinition] }]),
  );
  await reindexAfter(context, await forRecords(context, before, after));
  await recordEvent(context, { kind: 'field.updated', subjectKind: 'field', subjectId: id, changes });
  return after;
}

/** A change of a field as it holds for records, each time under the section it lies in. */
async function forRecords(context: Context, ...change: FieldChange): Promise<FieldChange> {
  const { sections } = await designedDictionary(context);
  const held = (field: FieldDefinition) => {
    const section = sections.find((item) => item.object === field.object && item.key === field.section);
    return section ? underSection(field, section) : field;
  };
  return [held(change[0]), held(change[1])];
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

const freeUnique = (context: Context, field: FieldDefinition) =>
  context.tx
    .deleteFrom('unique_value')
    .where('org_id', '=', context.orgId)
    .where('object', '=', field.object)
    .where('field', '=', field.key)
    .execute();

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
  if (before.unique) {
    // Values that differed in the old type may be the same in the new one.
    await freeUnique(context, before);
    await claimUnique(context, before);
  }
  const row = await context.tx
    .updateTable('field')
    .set({
      type: wanted.type,
      ...columns({
        options: wanted.options,
        rules: wanted.rules,
        defaultValue: trial.defaultValue,
        searchable: before.searchable && isSearchable(wanted.type),
      }),
      version: sql`version + 1`,
    })
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
  await reindexAfter(context, await forRecords(context, before, after));
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
  await checkSections(context, before, input);
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
  const after = viewSection(row);
  const { fields } = await designedDictionary(context);
  const mine = fields.filter((field) => field.object === before.object && field.section === before.key);
  await reindexAfter(
    context,
    ...mine.map((field): FieldChange => [underSection(field, before), underSection(field, after)]),
  );
  await recordEvent(context, { kind: 'section.updated', subjectKind: 'section', subjectId: id, data: { ...input } });
  return after;
}
