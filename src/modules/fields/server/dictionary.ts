import { sql } from 'kysely';
import type { Actor } from '#platform/access/actor.ts';
import { cleared } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import type { Tx } from '#platform/db/database.ts';
import type {
  CustomerKind,
  Dictionary,
  FieldDefinition,
  FieldOption,
  FieldRules,
  FieldType,
  RecordObject,
  SectionDefinition,
  Sensitivity,
} from '#shared/fields.ts';

/** `left`: fields no longer searched whose values may still stand in search documents, as `object.key`. */
interface StoredDictionary {
  /** As it was designed: a field says nothing of the section it lies in. */
  designed: Dictionary;
  /** As it holds for records. */
  dictionary: Dictionary;
  left: string[];
}

/** Newest dictionary of each company this process has read. */
const cache = new Map<string, StoredDictionary>();
/** Newest version this process knows of, so that its own changes count at once. */
const known = new Map<string, number>();
/** Open transactions that changed a dictionary. */
const changing = new WeakSet<Tx>();

/**
 * The whole dictionary of the actor's company, hidden fields included: the same object until it changes. What hides a section or
 * keeps it to some kinds of customer goes for its fields too, else a card would ask for what it does not show.
 */
export async function fullDictionary(context: Context): Promise<Dictionary> {
  return (await storedDictionary(context)).dictionary;
}

/** The dictionary as the designer shows and changes it: what a section says of its fields is said there alone. */
export async function designedDictionary(context: Context): Promise<Dictionary> {
  return (await storedDictionary(context)).designed;
}

/** Makes what follows from a dictionary alone once for each version of it: every card needs it. Nobody may change what is given out. */
export function ofDictionary<T>(make: (dictionary: Dictionary) => T): (dictionary: Dictionary) => T {
  const made = new WeakMap<Dictionary, T>();
  return (dictionary) => {
    const known = made.get(dictionary);
    if (known !== undefined) return known;
    const fresh = make(dictionary);
    made.set(dictionary, fresh);
    return fresh;
  };
}

/** Fields whose values searching may find, by what was written into the index rather than by what is wanted there. */
export async function indexedFields(context: Context): Promise<FieldDefinition[]> {
  const { dictionary, left } = await storedDictionary(context);
  return dictionary.fields.filter((field) => searched(field) || left.includes(`${field.object}.${field.key}`));
}

/** Whether the search box should find a field's values. */
export const searched = (field: FieldDefinition): boolean => field.searchable && !field.hidden;

async function storedDictionary(context: Context): Promise<StoredDictionary> {
  const wanted = Math.max(known.get(context.orgId) ?? 0, context.actor.dictionaryVersion);
  const cached = cache.get(context.orgId);
  // A transaction that changed the dictionary sees its own change, which nobody else may see before it commits.
  if (changing.has(context.tx)) return readDictionary(context.tx, context.orgId);
  if (cached && wanted > 0 && cached.dictionary.version >= wanted) return cached;
  const fresh = await readDictionary(context.tx, context.orgId);
  cache.set(context.orgId, fresh);
  return fresh;
}

/** Parts of a dictionary by what decides of them: the object and the clearances of the actor. */
const partsOf = ofDictionary(() => new Map<string, Dictionary>());

/** The part of the dictionary the actor may see: neither hidden nor above the actor's clearance. */
export async function dictionaryFor(context: Context, object?: RecordObject): Promise<Dictionary> {
  const all = await fullDictionary(context);
  const { actor } = context;
  const parts = partsOf(all);
  const key = JSON.stringify([object, actor.clearance, Object.entries(actor.sectionClearance).sort()]);
  const known = parts.get(key);
  if (known) return known;
  const part = {
    version: all.version,
    fields: all.fields.filter(
      (field) => (!object || field.object === object) && mayRead(actor, field) && mayReadSources(actor, field, all),
    ),
    sections: all.sections.filter((section) => (!object || section.object === object) && !section.hidden),
  };
  Object.freeze(part.fields);
  parts.set(key, part);
  return part;
}

/** What hidden fields the actor could read were called, for views and links that still ask for them. */
export async function hiddenFields(context: Context) {
  const all = await fullDictionary(context);
  return all.fields
    .filter((field) => field.hidden && mayRead(context.actor, { ...field, hidden: false }))
    .map(({ object, key, label }) => ({ object, key, label }));
}

/** A score tells of what it is computed from: whoever may not read a source may not read the score. */
const mayReadSources = (actor: Actor, field: FieldDefinition, all: Dictionary): boolean =>
  (field.rules.score ?? []).every((term) => {
    const source = all.fields.find((item) => item.object === field.object && item.key === term.field);
    return !source || cleared(actor, source.sensitivity, source.section);
  });

export const mayRead = (actor: Actor, field: FieldDefinition): boolean =>
  !field.hidden && cleared(actor, field.sensitivity, field.section);

/** Called inside every change of the dictionary: all processes reload it within a second, this one at once. */
export async function bumpDictionary(context: Context): Promise<number> {
  changing.add(context.tx);
  const row = await context.tx
    .updateTable('org')
    .set((eb) => ({ dictionary_version: eb('dictionary_version', '+', 1) }))
    .where('org_id', '=', context.orgId)
    .returning('dictionary_version')
    .executeTakeFirstOrThrow();
  context.afterCommit(() => {
    known.set(context.orgId, Math.max(known.get(context.orgId) ?? 0, row.dictionary_version));
  });
  return row.dictionary_version;
}

async function readDictionary(tx: Tx, orgId: string): Promise<StoredDictionary> {
  const org = await tx
    .selectFrom('org')
    .select(['dictionary_version', sql<string[]>`coalesce(settings->'leftInSearch', '[]')`.as('left')])
    .where('org_id', '=', orgId)
    .executeTakeFirstOrThrow();
  const fields = await tx
    .selectFrom('field')
    .selectAll()
    .where('org_id', '=', orgId)
    .orderBy('position')
    .orderBy('id')
    .execute();
  const sections = await tx
    .selectFrom('section')
    .selectAll()
    .where('org_id', '=', orgId)
    .orderBy('position')
    .orderBy('id')
    .execute();
  const designed = {
    version: org.dictionary_version,
    fields: fields.map(viewField),
    sections: sections.map(viewSection),
  };
  const dictionary = { ...designed, fields: inSections(designed) };
  Object.freeze(designed.fields);
  Object.freeze(dictionary.fields);
  return { designed, dictionary, left: org.left };
}

function inSections({ fields, sections }: Dictionary): FieldDefinition[] {
  const byKey = new Map(sections.map((section) => [`${section.object}.${section.key}`, section]));
  return fields.map((field) => {
    const section = byKey.get(`${field.object}.${field.section}`);
    return section ? underSection(field, section) : field;
  });
}

/** The field as it holds while its section is as given. */
export const underSection = (field: FieldDefinition, { hidden, kinds }: SectionDefinition): FieldDefinition => ({
  ...field,
  hidden: field.hidden || hidden,
  kinds: kinds && field.kinds ? field.kinds.filter((kind) => kinds.includes(kind)) : (field.kinds ?? kinds),
});

type FieldRow = Awaited<ReturnType<typeof fieldRow>>;
const fieldRow = (tx: Tx) => tx.selectFrom('field').selectAll().executeTakeFirstOrThrow();
type SectionRow = Awaited<ReturnType<typeof sectionRow>>;
const sectionRow = (tx: Tx) => tx.selectFrom('section').selectAll().executeTakeFirstOrThrow();

/** A stored field as the API shows it. */
export function viewField(row: FieldRow): FieldDefinition {
  return {
    id: row.id,
    object: row.object as RecordObject,
    key: row.key,
    type: row.type as FieldType,
    label: { zh: row.label_zh, en: row.label_en },
    help: { zh: row.help_zh, en: row.help_en },
    section: row.section,
    kinds: row.kinds as CustomerKind[] | null,
    position: row.position,
    required: row.required,
    unique: row.is_unique,
    defaultValue: row.default_value,
    rules: row.rules as FieldRules,
    options: row.options as FieldOption[],
    sensitivity: row.sensitivity as Sensitivity,
    personal: row.personal as FieldDefinition['personal'],
    purpose: row.purpose,
    tracked: row.tracked,
    searchable: row.searchable,
    filterable: row.filterable,
    weight: row.weight,
    builtin: row.builtin,
    hidden: row.hidden,
    readOnly: row.read_only,
    version: row.version,
  };
}

export function viewSection(row: SectionRow): SectionDefinition {
  return {
    id: row.id,
    object: row.object as RecordObject,
    key: row.key,
    label: { zh: row.label_zh, en: row.label_en },
    kinds: row.kinds as CustomerKind[] | null,
    position: row.position,
    hidden: row.hidden,
    builtin: row.builtin,
    version: row.version,
  };
}
