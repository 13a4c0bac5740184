import { sql } from 'kysely';
import { searched, searchParts } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { prepared } from '#platform/db/database.ts';
import { putSearchDocuments, type SearchDocument } from '#platform/search/documents.ts';
import { searchHaystack, searchTokens } from '#platform/search/tokens.ts';
import type { FieldDefinition, FieldValues, PhoneValue, RecordObject, TextPointValue } from '#shared/fields.ts';
import { normalizeCompanyName } from '#shared/text/company-name.ts';

export interface IdentityKey {
  kind: 'phone' | 'email' | 'uscc' | 'name';
  key: string;
}

/** A record as the indexes beside the card see it. */
export interface IndexedRecord {
  object: RecordObject;
  id: string;
  customerId: string;
  /** Kind of customer; null for contacts. */
  kind: string | null;
  values: FieldValues;
  /** Fields in which it differs from what its indexes were made of (`kind` among them); left out: anything may. */
  changed?: readonly string[];
}

/** Fields `identityKeys` reads. */
const identityFields = ['kind', 'name', 'phones', 'emails', 'uscc'];
const touches = ({ changed }: IndexedRecord, fields: readonly string[]): boolean =>
  changed === undefined || changed.some((key) => fields.includes(key));

/** What makes two records probably the same: numbers, addresses and codes; names only of organisations. */
export function identityKeys(record: IndexedRecord): IdentityKey[] {
  const { values } = record;
  const keys: IdentityKey[] = [];
  for (const phone of (values.phones ?? []) as PhoneValue[]) {
    if (phone.valid) keys.push({ kind: 'phone', key: phone.value });
  }
  for (const email of (values.emails ?? []) as TextPointValue[]) {
    if (email.valid) keys.push({ kind: 'email', key: email.value.toLowerCase() });
  }
  if (typeof values.uscc === 'string') keys.push({ kind: 'uscc', key: values.uscc });
  const named = record.object === 'customer' && record.kind !== 'individual' && record.kind !== 'household';
  if (named && typeof values.name === 'string') keys.push({ kind: 'name', key: normalizeCompanyName(values.name) });
  return keys;
}

/** Everything of a record the search box should find, by the dictionary's `searchable` flag. */
export function searchDocument(
  record: IndexedRecord,
  fields: Iterable<FieldDefinition>,
  numbers: string[] = [],
): SearchDocument {
  const parts = searchParts(fields, record.values, numbers);
  return {
    kind: record.object,
    recordId: record.id,
    customerId: record.customerId,
    title: String(record.values.name ?? ''),
    haystack: searchHaystack(parts),
    tokens: searchTokens(parts),
  };
}

/** A further index beside the card, kept by a module that this one does not know. */
export interface FurtherIndex<Entry = unknown> {
  /** Fields its entries are made of, `kind` if that too: a change of others leaves them alone. */
  fields: readonly string[];
  /** Entries of records, made without the database. `many`: a bulk load, whose entries may be made later. */
  make(records: IndexedRecord[], many: boolean): Entry[];
  /** `replaced`: records whose former entries go where they are not among these. */
  write(context: Context, entries: Entry[], replaced: string[]): Promise<void>;
  drop(context: Context, recordIds: string[]): Promise<void>;
}
const further: FurtherIndex[] = [];
/** Adds an index that is renewed with every write of a customer or contact, in its transaction. */
export const registerIndex = <Entry>(index: FurtherIndex<Entry>): void =>
  void further.push(index as FurtherIndex as FurtherIndex<unknown>);
const bulk = 50;

type KeyRow = IdentityKey & { record_id: string; object: string; customer_id: string };
const keyRows = (records: IndexedRecord[]): KeyRow[] =>
  records.flatMap((record) =>
    identityKeys(record).map((key) => ({
      ...key,
      record_id: record.id,
      object: record.object,
      customer_id: record.customerId,
    })),
  );
const idsOf = (records: IndexedRecord[]) => records.map((record) => record.id);

/** Identity keys and search documents of new records, made but not yet written. */
export interface RecordIndex {
  keys: KeyRow[];
  documents: SearchDocument[];
  further: unknown[][];
}

export function makeIndex(
  records: (IndexedRecord & { number?: string })[],
  fields: Iterable<FieldDefinition>,
): RecordIndex {
  const searchable = [...fields].filter(searched);
  return {
    keys: keyRows(records),
    documents: records.map((record) => searchDocument(record, searchable, [record.number ?? []].flat())),
    further: further.map((index) => index.make(records, records.length > bulk)),
  };
}

/** Writes the index of records that had none before. */
export async function writeIndex(context: Context, index: RecordIndex): Promise<void> {
  await writeKeys(context, index.keys, []);
  await putSearchDocuments(context, index.documents);
  for (const [position, entries] of index.further.entries()) await further[position]?.write(context, entries, []);
}

/** `replaced`: records whose former keys go where they are not among these. */
async function writeKeys(context: Context, keys: KeyRow[], replaced: string[]): Promise<void> {
  const rows = [...new Map(keys.map((key) => [`${key.kind}:${key.key}:${key.record_id}`, key])).values()];
  if (replaced.length > 0) {
    await sql`delete from identity_key k where org_id = ${context.orgId} and record_id = any(${replaced}::uuid[])
      and not exists (select 1 from json_to_recordset(${JSON.stringify(rows)}::json)
        as row(kind text, key text, record_id uuid)
        where row.record_id = k.record_id and row.kind = k.kind and row.key = k.key) ${prepared}`.execute(context.tx);
  }
  if (rows.length === 0) return;
  await sql`insert into identity_key (org_id, kind, key, record_id, object, customer_id)
    select ${context.orgId}::uuid, kind, key, record_id, object, customer_id
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as row(kind text, key text, record_id uuid, object text, customer_id uuid)
    on conflict do nothing ${prepared}`.execute(context.tx);
}

/** Renews what lies beside records just written, as far as it follows from what changed in them. */
export async function indexRecords(
  context: Context,
  records: (IndexedRecord & { number?: string })[],
  fields: Iterable<FieldDefinition>,
): Promise<void> {
  const keyed = records.filter((record) => touches(record, identityFields));
  if (keyed.length > 0) await writeKeys(context, keyRows(keyed), idsOf(keyed));
  const searchable = [...fields].filter(searched);
  const shown = ['name', ...searchable.map((field) => field.key)];
  const documented = records.filter((record) => touches(record, shown));
  const former = await formerNumbers(context, documented);
  await putSearchDocuments(
    context,
    documented.map((record) =>
      searchDocument(record, searchable, [record.number ?? [], former.get(record.id) ?? []].flat()),
    ),
  );
  for (const index of further) {
    const own = records.filter((record) => touches(record, index.fields));
    if (own.length > 0) await index.write(context, index.make(own, records.length > bulk), idsOf(own));
  }
}

/** Numbers of customers merged into these. */
export async function formerNumbers(context: Context, records: IndexedRecord[]): Promise<Map<string, string[]>> {
  const ids = records.filter((record) => record.object === 'customer').map((record) => record.id);
  const numbers = new Map<string, string[]>();
  if (ids.length === 0) return numbers;
  const found = await sql<{ root: string; number: string }>`
    with recursive merged as (
      select id, merged_into as root, number from customer where org_id = ${context.orgId} and merged_into = any(${ids}::uuid[])
      union all
      select c.id, merged.root, c.number from customer c join merged on c.merged_into = merged.id where c.org_id = ${context.orgId})
    select root, number from merged limit 1000 ${prepared}`.execute(context.tx);
  for (const row of found.rows) numbers.set(row.root, [...(numbers.get(row.root) ?? []), row.number]);
  return numbers;
}

export async function dropKeys(context: Context, recordIds: string[]): Promise<void> {
  if (recordIds.length === 0) return;
  await context.tx
    .deleteFrom('identity_key')
    .where('org_id', '=', context.orgId)
    .where('record_id', 'in', recordIds)
    .execute();
  for (const index of further) await index.drop(context, recordIds);
}
