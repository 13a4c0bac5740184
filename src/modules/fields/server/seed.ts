import type { Context } from '#platform/context.ts';
import type { RecordObject } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import type { FieldSpec, ObjectSpec, SectionSpec } from '../spec.ts';
import { bumpDictionary } from './dictionary.ts';

const objects: ObjectSpec[] = [];
const extensions: { object: RecordObject; sections: SectionSpec[]; fields: FieldSpec[] }[] = [];

/** A module tells which built-in fields its records have; called once while modules load. */
export function registerObject(spec: ObjectSpec): void {
  if (!objects.some((known) => known.object === spec.object)) objects.push(spec);
}

/**
 * Adds built-in fields to another module's record: facts kept by the module that adds them (last contact, purchases,
 * completeness …). They are real columns, read-only for users, and so usable in every list, filter, export and report.
 */
export function extendObject(object: RecordObject, more: { sections?: SectionSpec[]; fields: FieldSpec[] }): void {
  extensions.push({ object, sections: more.sections ?? [], fields: more.fields });
}

/** Keys of the fields added by `extendObject`: no part of what a user changes. */
export const extensionKeys = (object: RecordObject): string[] =>
  extensions.flatMap((item) => (item.object === object ? item.fields.map((field) => field.key) : []));

function complete(spec: ObjectSpec): ObjectSpec {
  const mine = extensions.filter((item) => item.object === spec.object);
  return {
    ...spec,
    sections: [...spec.sections, ...mine.flatMap((item) => item.sections)],
    fields: [...spec.fields, ...mine.flatMap((item) => item.fields.map((field) => ({ ...field, readOnly: true })))],
  };
}

/**
 * Writes the built-in sections and fields a company does not have yet: at set-up all of them, after an upgrade the new ones.
 * What the company changed in existing ones stays.
 */
export async function seedDictionary(context: Context): Promise<void> {
  let added = 0;
  for (const spec of objects.map(complete)) {
    const sections = spec.sections.map((section, index) => ({
      org_id: context.orgId,
      id: newId(),
      object: spec.object,
      key: section.key,
      label_zh: section.zh,
      label_en: section.en,
      kinds: section.kinds ?? null,
      position: index + 1,
      builtin: true,
    }));
    const fields = spec.fields.map((field, index) => fieldRow(context, spec, field, index + 1));
    const newSections = await context.tx
      .insertInto('section')
      .values(sections)
      .onConflict((conflict) => conflict.columns(['org_id', 'object', 'key']).doNothing())
      .returning('id')
      .execute();
    const newFields = await context.tx
      .insertInto('field')
      .values(fields)
      .onConflict((conflict) => conflict.columns(['org_id', 'object', 'key']).doNothing())
      .returning('id')
      .execute();
    added += newSections.length + newFields.length;
  }
  if (added > 0) await bumpDictionary(context);
}

function fieldRow(context: Context, spec: ObjectSpec, field: FieldSpec, position: number) {
  return {
    org_id: context.orgId,
    id: newId(),
    object: spec.object,
    key: field.key,
    type: field.type,
    label_zh: field.zh,
    label_en: field.en,
    help_zh: field.helpZh ?? '',
    help_en: field.helpEn ?? '',
    section: field.section,
    kinds: field.kinds ?? null,
    position,
    required: field.required ?? false,
    is_unique: field.unique ?? false,
    default_value: field.defaultValue === undefined ? null : JSON.stringify(field.defaultValue),
    rules: JSON.stringify(field.rules ?? {}),
    options: JSON.stringify(field.options ?? []),
    sensitivity: field.sensitivity ?? 'internal',
    personal: field.personal ?? 'none',
    purpose: field.purpose ?? '',
    tracked: field.tracked ?? false,
    searchable: field.searchable ?? false,
    filterable: field.filterable ?? true,
    weight: field.weight ?? 1,
    builtin: true,
    read_only: field.readOnly ?? false,
  };
}
