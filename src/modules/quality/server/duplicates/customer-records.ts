import { sql } from 'kysely';
import type { FurtherIndex, IndexedRecord } from '#modules/customers/index.ts';
import type { Context } from '#platform/context.ts';
import { prepared } from '#platform/db/database.ts';
import type { AddressValue, FieldValues, PhoneValue, TextPointValue } from '#shared/fields.ts';
import { hashKey } from './blocking.ts';
import { blockingKeys, type Column, type PreparedRecord, type RecordKind, spelledStarts } from './features.ts';
import { prepareRecord } from './match.ts';

/** What the engine compares of a customer. */
export const customerColumns: Column[] = [
  { key: 'name', feature: 'name' },
  { key: 'phones', feature: 'phone' },
  { key: 'emails', feature: 'email' },
  { key: 'websites', feature: 'website' },
  { key: 'codes', feature: 'code' },
  { key: 'addresses', feature: 'address' },
  { key: 'postcode', feature: 'postcode' },
  { key: 'birthday', feature: 'dateOfBirth' },
  { key: 'people', feature: 'person' },
];

const kindOf = (kind: string | null): RecordKind => (kind === 'individual' || kind === null ? 'person' : 'company');
const texts = (...values: unknown[]) =>
  values.flat().flatMap((value) => (typeof value === 'string' && value !== '' ? [value] : []));
const points = (value: unknown) => ((value ?? []) as (PhoneValue | TextPointValue)[]).map((item) => item.value);

/** Values of a customer or contact as the engine's columns. `people`: names of a company's contacts. */
export function engineRecord(
  id: string,
  kind: string | null,
  values: FieldValues,
  people: string[] = [],
): PreparedRecord {
  return prepareRecord(customerColumns, {
    id,
    kind: kindOf(kind),
    values: [
      texts(values.name, values.nameEn, values.aliases, values.shortName),
      texts(points(values.phones), points(values.faxes)),
      texts(points(values.emails)),
      texts(points(values.websites)),
      texts(values.uscc, values.idCard),
      texts(((values.addresses ?? []) as AddressValue[]).map((item) => item.text)),
      texts(values.postcode),
      texts(values.birthday),
      texts(values.legalRepresentative, people),
    ],
  });
}

const telling: Record<string, boolean> = { name: true, phones: true, emails: true, websites: true, codes: true };

/** Hashed keys by which a customer is found; few, because a million customers have them. */
export function recordBlocks(record: PreparedRecord): number[] {
  const keys = new Set<string>();
  for (const [index, column] of customerColumns.entries()) {
    if (!telling[column.key]) continue;
    for (const value of record.values[index] ?? []) {
      if (column.feature === 'name') for (const key of nameBlocks(record, index)) keys.add(key);
      else for (const key of blockingKeys(column.feature, record.kind, value)) keys.add(`${column.feature}|${key}`);
    }
  }
  // Two hashes of 26 and 27 bits make one of 53, which a bigint and a number both hold exactly.
  return [...keys]
    .slice(0, 40)
    .map((key) => (hashKey(key) & 0x3ffffff) * 134_217_728 + (hashKey(`${key}~`) & 0x7ffffff));
}

function nameBlocks(record: PreparedRecord, column: number): string[] {
  return (record.values[column] ?? []).flatMap((value) => {
    const { company } = value;
    if (!company) {
      const person = [`p|${value.spelled}`, `p|${[...value.words].reverse().join('')}`];
      const born = record.values[customerColumns.findIndex((item) => item.key === 'birthday')]?.[0]?.key;
      return born ? [...person, `b|${born}|${value.spelled?.[0] ?? ''}`] : person;
    }
    const keys = [`n|${company.core}`, `s|${company.spelledCore}`, `s|${company.spelled}`];
    if (company.chinese) {
      // A slip in one half of the name leaves the other half; the place keeps the block small.
      if (company.core.length >= 4)
        keys.push(`h|${company.core.slice(0, 4)}`, `t|${company.core.slice(-4)}|${company.placesSpelled.at(-1) ?? ''}`);
      if (company.core.length >= 6) keys.push(`m|${company.core.slice(1, 5)}`);
      if (company.brand.length >= 3) keys.push(`s|${company.spelled.slice(0, 8)}`);
      if (company.inner) keys.push(`n|${company.inner.rest}`);
    } else {
      const words = value.words.filter((word) => word.length >= 4);
      for (const word of words.slice(0, 4)) keys.push(`w|${word}`);
      keys.push(`c|${company.spelledCore.slice(0, 7)}`);
      if (company.initials.length >= 3) keys.push(`n|${company.initials}`);
    }
    for (const start of spelledStarts(value, company)) keys.push(`y|${start}`);
    return keys;
  });
}

interface Block {
  key: number;
  customer_id: string;
  record_id: string;
}

/** The keys beside each card. A bulk load is indexed by the check that follows it, not within the load. */
export const blockIndex: FurtherIndex<Block> = {
  fields: [
    ...['kind', 'name', 'nameEn', 'aliases', 'shortName', 'phones', 'faxes', 'emails', 'websites', 'uscc', 'idCard'],
    'birthday',
  ],
  make: (records, many) => (many ? [] : blocksOf(records)),
  write: writeBlocks,
  async drop(context, recordIds) {
    await sql`delete from duplicate_key where org_id = ${context.orgId} and record_id = any(${recordIds}::uuid[])`.execute(
      context.tx,
    );
  },
};

export function blocksOf(records: IndexedRecord[]): Block[] {
  return records.flatMap((record) => {
    // Names of people are no key of the company they work for: half the country would be one block.
    const values =
      record.object === 'contact' ? { phones: record.values.phones, emails: record.values.emails } : record.values;
    const blocks = recordBlocks(engineRecord(record.id, record.kind, values));
    return blocks.map((key) => ({ key, customer_id: record.customerId, record_id: record.id }));
  });
}

export async function writeBlocks(context: Context, blocks: Block[], replaced: string[] = []): Promise<void> {
  if (replaced.length > 0) {
    await sql`delete from duplicate_key d where org_id = ${context.orgId} and record_id = any(${replaced}::uuid[])
      and not exists (select 1 from jsonb_to_recordset(${JSON.stringify(blocks)}::jsonb) as row(key bigint, record_id uuid)
        where row.record_id = d.record_id and row.key = d.key) ${prepared}`.execute(context.tx);
  }
  if (blocks.length === 0) return;
  await sql`insert into duplicate_key (org_id, key, customer_id, record_id)
    select ${context.orgId}::uuid, key, customer_id, record_id
    from jsonb_to_recordset(${JSON.stringify(blocks)}::jsonb) as row(key bigint, customer_id uuid, record_id uuid)
    on conflict do nothing ${prepared}`.execute(context.tx);
}

/** People of one customer that are compared. */
const peopleLimit = 8;

/** Reads customers as the engine sees them, by id. Only active ones come back; `readable`: only these fields, as `object.key`. */
export async function readRecords(
  context: Context,
  ids: string[],
  readable?: ReadonlySet<string>,
): Promise<Map<string, PreparedRecord>> {
  const records = new Map<string, PreparedRecord>();
  const counts = (field: string) => readable === undefined || readable.has(field);
  for (let start = 0; start < ids.length; start += 5000) {
    const some = ids.slice(start, start + 5000);
    const found = await sql<{ id: string; kind: string; values: FieldValues }>`
      select c.id, c.kind, jsonb_strip_nulls(jsonb_build_object('name', c.name, 'nameEn', c.name_en, 'shortName', c.short_name,
          'aliases', to_jsonb(c.aliases), 'phones', c.phones, 'faxes', c.faxes, 'emails', c.emails, 'websites', c.websites, 'uscc', c.uscc,
          'idCard', c.id_card, 'addresses', c.addresses, 'postcode', c.postcode, 'birthday', c.birthday,
          'legalRepresentative', c.legal_representative)) as values
      from customer c where c.org_id = ${context.orgId} and c.id = any(${some}::uuid[]) and c.state = 'active'`.execute(
      context.tx,
    );
    const people = await readPeople(context, some);
    for (const { id, kind, values: stored } of found.rows) {
      const values = Object.fromEntries(Object.entries(stored).filter(([key]) => counts(`customer.${key}`)));
      const theirs = people.get(id) ?? [];
      const of = (key: 'phones' | 'emails') => [
        ...((values[key] ?? []) as unknown[]),
        ...(counts(`contact.${key}`) ? theirs.flatMap((person) => person[key] ?? []) : []),
      ];
      const [phones, emails] = [of('phones'), of('emails')];
      const names = counts('contact.name') ? theirs.map((person) => person.name) : [];
      records.set(id, engineRecord(id, kind, { ...values, phones, emails }, names));
    }
  }
  return records;
}

interface Person {
  customer_id: string;
  name: string;
  phones: PhoneValue[] | null;
  emails: TextPointValue[] | null;
}

/**
 * The first people of each customer. A query of its own: joined to the customers, right after an import and without statistics
 * of the new rows, the planner would walk all people for each of them.
 */
async function readPeople(context: Context, customerIds: string[]): Promise<Map<string, Person[]>> {
  const found = await sql<Person>`select customer_id, name, phones, emails from (
      select customer_id, name, phones, emails, row_number() over (partition by customer_id order by id) as place from contact
      where org_id = ${context.orgId} and customer_id = any(${customerIds}::uuid[]) and state = 'active') k
    where place <= ${peopleLimit} order by customer_id, place`.execute(context.tx);
  return Map.groupBy(found.rows, (person) => person.customer_id);
}
