import { type Selectable, sql } from 'kysely';
import type { DB } from '#db/types.ts';
import {
  canonical,
  claimValues,
  fullDictionary,
  ofDictionary,
  takeNumbers,
  toColumns,
  toRow,
  withScores,
} from '#modules/fields/index.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { prepared } from '#platform/db/database.ts';
import { insertMany, meanwhile } from '#platform/db/insert.ts';
import { type NewEvent, recordEvents } from '#platform/events/index.ts';
import { dayIn } from '#platform/time.ts';
import type { CustomerKind, FieldDefinition, FieldValues, Provenance, ValueSource } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import { continentOf } from '#shared/reference/countries.ts';
import { pinyinSortKey } from '#shared/text/pinyin.ts';
import { assignByRules } from './assignment/assign.ts';
import { computedFacts } from './computed-facts.ts';
import { indexRecords, makeIndex, writeIndex } from './keys.ts';
import { tellOwnerChange } from './ownership/owner-change.ts';
import { dealersOf, servedBy } from './served.ts';

/** What came with a value: where from, and whether it is already verified. */
export interface SourceNote {
  source: ValueSource;
  note?: string;
  verified?: boolean;
}

/** A stored customer, as `select *` gives it. */
export type CustomerRow = Selectable<DB['customer']>;

/** A customer ready to be written: values are checked, permission is decided. */
export interface NewCustomer {
  id?: string;
  kind: CustomerKind;
  values: FieldValues;
  sources?: Record<string, SourceNote>;
  ownerId: string | null;
  teamId: string | null;
  regionId?: string | null;
  /** Import or bulk run, for undo. */
  batchId?: string | null;
  source?: ValueSource;
  /** When and by whom the card was really written, for imported history. */
  createdAt?: Date;
  author?: string;
}

/** The customer fields of the whole dictionary, by key: services check and store more than the caller may read. */
export async function customerFields(context: Context): Promise<Map<string, FieldDefinition>> {
  return customerFieldsOf(await fullDictionary(context));
}
const customerFieldsOf = ofDictionary(
  ({ fields }) =>
    new Map(fields.filter((field) => field.object === 'customer').map((field) => [field.key, field] as const)),
);

/**
 * Inserts customers with their number, keys, search document and event, in the caller's transaction.
 * The one way a customer comes into being: screen, API, import and sample data all end here. Who has no owner is given one by
 * the company's rules of assignment. `given`: numbers taken before, for a bulk load that must not keep others waiting for theirs.
 * Returns ids in order.
 */
export async function insertCustomers(context: Context, inputs: NewCustomer[], given?: string[]): Promise<string[]> {
  if (inputs.length === 0) return [];
  const fields = await customerFields(context);
  const now = context.now();
  const actorId = context.actor.kind === 'system' ? null : context.actor.userId;
  const dealers = await dealersOf(
    context,
    inputs.map(({ values }) => values),
  );
  const ready = inputs.map((input) => ({
    ...input,
    id: input.id ?? newId(),
    values: withScores(fields.values(), placed(fields, servedBy(dealers, input.values))),
  }));
  for (const input of ready) {
    await claimValues(context, 'customer', input.id, fields, input.values);
  }
  const numbers = given ?? (await takeNumbers(context, 'customer', ready.length));
  const factsOf = await computedFacts(context);
  const timeZone = await timeZoneOf(context);
  const rows = ready.map((input, index) => {
    const { columns, custom } = toColumns(fields, input.values);
    const provenance = provenanceFor(context, fields, input.values, input.sources ?? {}, input.source);
    return {
      ...columns,
      ...factsOf({ kind: input.kind, values: input.values, provenance }),
      custom,
      org_id: context.orgId,
      id: input.id,
      number: numbers[index] ?? '',
      kind: input.kind,
      name: String(input.values.name),
      name_sort: pinyinSortKey(String(input.values.name)),
      owner_id: input.ownerId,
      claimed_at: input.ownerId ? now : null,
      team_id: input.teamId,
      region_id: input.regionId ?? null,
      provenance,
      batch_id: input.batchId ?? null,
      created_at: input.createdAt ?? now,
      created_by: actorId,
      updated_at: now,
      updated_by: actorId,
      author_name: (columns.author_name as string | undefined) ?? input.author ?? context.actor.name,
      card_date: (columns.card_date as string | undefined) ?? dayIn(timeZone, input.createdAt ?? now),
    };
  });
  const index = await meanwhile(insertMany(context.tx, 'customer', rows), () =>
    makeIndex(
      ready.map((input, position) => ({
        object: 'customer',
        ...input,
        customerId: input.id,
        number: numbers[position],
      })),
      fields.values(),
    ),
  );
  const events = await meanwhile(writeIndex(context, index), () =>
    ready.map((input, position): NewEvent => {
      const values = { ...input.values, number: numbers[position] };
      return {
        kind: 'customer.created',
        subjectKind: 'customer',
        subjectId: input.id,
        customerId: input.id,
        changes: Object.fromEntries(Object.entries(values).map(([key, to]) => [key, { from: null, to }])),
        data: { kind: input.kind, ownerId: input.ownerId },
        source: input.source ?? null,
        sources: input.sources,
        batchId: input.batchId,
        occurredAt: input.createdAt,
        author: input.author,
      };
    }),
  );
  await recordEvents(context, events);
  const ownerless = ready.filter((input) => input.ownerId === null);
  await assignByRules(
    context,
    ownerless.map((input) => input.id),
    ownerless[0]?.batchId ?? null,
  );
  return ready.map((input) => input.id);
}

/** A country lies on its continent, where nothing else is said. */
function placed(fields: Map<string, FieldDefinition>, values: FieldValues): FieldValues {
  if (!fields.has('continent') || typeof values.country !== 'string') return values;
  const continent = continentOf(values.country);
  return continent ? { continent, ...values } : values;
}

/**
 * A new country brings its continent along, as at creation, if the present one only follows from the old country. One a person
 * chose otherwise (a sales view of the world) or checked stays: nobody but a person corrects it.
 */
function moved(fields: Map<string, FieldDefinition>, stored: StoredCustomer, values: FieldValues): FieldValues {
  const { country: before, continent } = stored.values;
  if (typeof values.country !== 'string' || values.country === before || 'continent' in values) return values;
  const followed = typeof before === 'string' && continent === continentOf(before);
  if ((continent && !followed) || stored.provenance.continent?.verifiedAt) return values;
  return placed(fields, values);
}

/** Provenance entries of the tracked fields among the values. */
export function provenanceFor(
  context: Context,
  fields: Map<string, FieldDefinition>,
  values: FieldValues,
  sources: Record<string, SourceNote>,
  fallback: ValueSource = 'system',
): Record<string, Provenance> {
  const entries: Record<string, Provenance> = {};
  const at = context.now().toISOString();
  for (const [key, value] of Object.entries(values)) {
    if (!fields.get(key)?.tracked || value === null) continue;
    const given = sources[key];
    entries[key] = {
      source: given?.source ?? fallback,
      ...(given?.note ? { note: given.note } : {}),
      at,
      by: context.actor.name,
      verifiedAt: given?.verified ? at : null,
      verifiedBy: given?.verified ? context.actor.name : null,
    };
  }
  return entries;
}

/** The stored state a change starts from. */
export interface StoredCustomer {
  id: string;
  version: number;
  kind: string;
  number: string;
  values: FieldValues;
  provenance: Record<string, Provenance>;
}

export interface CustomerChange {
  kind?: CustomerKind;
  /** Checked values; null empties a field. */
  values: FieldValues;
  sources?: Record<string, SourceNote>;
  /** Where values came from that are given back: whoever verified them is told again, too. */
  formerly?: Record<string, Provenance>;
  /** System columns (owner_id, team_id, region_id, state). */
  columns?: Record<string, unknown>;
  event?: string;
  data?: Record<string, unknown>;
  source?: ValueSource | null;
  reason?: string | null;
  batchId?: string | null;
}

/** What a change would write; null when nothing differs. */
export interface PlannedChange {
  /** All values as they will be. */
  wanted: FieldValues;
  /** Those that differ; null where a field becomes empty. */
  changed: FieldValues;
  changes: Record<string, { from: unknown; to: unknown }>;
  provenance: Record<string, Provenance>;
}

export function planChange(
  context: Context,
  fields: Map<string, FieldDefinition>,
  stored: StoredCustomer,
  change: CustomerChange,
): PlannedChange | null {
  const wanted = withScores(fields.values(), { ...stored.values, ...moved(fields, stored, change.values) });
  const changes: PlannedChange['changes'] = {};
  for (const key of new Set([...Object.keys(wanted), ...Object.keys(stored.values)])) {
    const from = stored.values[key] ?? null;
    const to = wanted[key] ?? null;
    if (canonical(from) !== canonical(to)) changes[key] = { from, to };
  }
  if (change.kind && change.kind !== stored.kind) changes.kind = { from: stored.kind, to: change.kind };
  const changedKeys = Object.keys(changes);
  if (changedKeys.length === 0 && !change.columns) return null;
  const changed = Object.fromEntries(
    changedKeys.filter((key) => key !== 'kind').map((key) => [key, changes[key]?.to ?? null]),
  );
  const sources = change.sources ?? {};
  const given = 'continent' in change.values || !sources.country ? sources : { ...sources, continent: sources.country };
  const provenance = {
    ...stored.provenance,
    ...provenanceFor(context, fields, changed, given, change.source ?? undefined),
    ...Object.fromEntries(Object.entries(change.formerly ?? {}).filter(([key]) => key in changes)),
  };
  for (const key of changedKeys) if (changes[key]?.to === null) delete provenance[key];
  return { wanted, changed, changes, provenance };
}

export const changeEvent = (stored: StoredCustomer, change: CustomerChange, plan: PlannedChange): NewEvent => ({
  kind: change.event ?? 'customer.updated',
  subjectKind: 'customer',
  subjectId: stored.id,
  customerId: stored.id,
  // What a batch changed may be taken back, with where the former value came from.
  changes: change.batchId
    ? Object.fromEntries(
        Object.entries(plan.changes).map(([key, change]) => [key, { ...change, was: stored.provenance[key] }]),
      )
    : plan.changes,
  data: change.data,
  source: change.source,
  sources: change.sources,
  reason: change.reason,
  batchId: change.batchId,
});

/**
 * Writes a change of a customer already locked `for update`: row, provenance, keys, search document and event together.
 * Returns the row as written; undefined when nothing differs: no version, no event.
 */
export async function applyChange(
  context: Context,
  stored: StoredCustomer,
  change: CustomerChange,
): Promise<CustomerRow | undefined> {
  const fields = await customerFields(context);
  const values = servedBy(await dealersOf(context, [change.values]), change.values, stored.values);
  const plan = planChange(context, fields, stored, { ...change, values });
  if (!plan) return undefined;
  const { wanted, changed, provenance } = plan;
  await claimValues(context, 'customer', stored.id, fields, changed);
  const { columns, custom } = toRow(fields, changed);
  const removed = Object.keys(custom).filter((key) => custom[key] === null);
  const kept = Object.fromEntries(Object.entries(custom).filter(([, value]) => value !== null));
  const name = changed.name as string | undefined;
  const factsOf = await computedFacts(context);
  const row = await context.tx
    .updateTable('customer')
    .set({
      ...columns,
      ...factsOf({ kind: change.kind ?? stored.kind, values: wanted, provenance }),
      ...change.columns,
      ...(name ? { name_sort: pinyinSortKey(name) } : {}),
      ...(change.kind ? { kind: change.kind } : {}),
      custom: sql`(custom || ${JSON.stringify(kept)}::jsonb) - ${removed}::text[]`,
      provenance: JSON.stringify(provenance),
      version: sql`version + 1`,
      updated_at: context.now(),
      updated_by: context.actor.kind === 'system' ? null : context.actor.userId,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', stored.id)
    .returningAll()
    // A person changes the same few fields over and over; the columns of a sheet differ from import to import.
    .modifyEnd(change.batchId ? sql`` : prepared)
    .executeTakeFirstOrThrow();
  const { id, number } = stored;
  const record = { object: 'customer' as const, id, customerId: id, kind: change.kind ?? stored.kind, number };
  await indexRecords(context, [{ ...record, values: wanted, changed: Object.keys(plan.changes) }], fields.values());
  await recordEvents(context, [changeEvent(stored, change, plan)]);
  if (change.columns && 'owner_id' in change.columns) await tellOwnerChange(context, id);
  return row;
}
