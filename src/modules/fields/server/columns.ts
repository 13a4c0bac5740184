import { type RawBuilder, sql } from 'kysely';
import type { FieldDefinition, FieldType, RecordObject } from '#shared/fields.ts';
import { columnOf } from '../spec.ts';
import { whereShown } from './hidden-contacts.ts';

/** How a field's value lies in SQL; decides its operators and its sort expression. */
export type SqlKind =
  | 'text'
  | 'key'
  | 'number'
  | 'money'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'list'
  | 'points'
  | 'json';

const kinds: Record<FieldType, SqlKind> = {
  text: 'text',
  longtext: 'text',
  email: 'text',
  url: 'text',
  number: 'number',
  score: 'number',
  money: 'money',
  boolean: 'boolean',
  date: 'date',
  datetime: 'datetime',
  lunarDate: 'json',
  choice: 'key',
  country: 'key',
  region: 'key',
  user: 'key',
  customer: 'key',
  contact: 'key',
  picture: 'key',
  multichoice: 'list',
  texts: 'list',
  phone: 'points',
  phones: 'points',
  emails: 'points',
  urls: 'points',
  addresses: 'points',
};

export const sqlKindOf = (field: FieldDefinition): SqlKind => kinds[field.type];

/** The stored value of a field as an SQL expression of its natural type; lists and points of custom fields are jsonb. */
export function valueExpression(field: FieldDefinition, table: string): RawBuilder<unknown> {
  if (field.builtin) return sql`${sql.ref(`${table}.${columnOf(field.key)}`)}`;
  const custom = sql.ref(`${table}.custom`);
  // Keys match /^[a-z][A-Za-z0-9_]*$/ (checked when a field is made), so a literal is safe and lets indexes match.
  const text = sql`(${custom}->>${sql.lit(field.key)})`;
  switch (sqlKindOf(field)) {
    case 'number':
      return sql`${text}::numeric`;
    case 'boolean':
      return sql`${text}::boolean`;
    case 'date':
      return sql`${text}::date`;
    case 'datetime':
      return sql`${text}::timestamptz`;
    case 'text':
    case 'key':
      return text;
    default:
      return sql`(${custom}->${sql.lit(field.key)})`;
  }
}

/** The stored value where the reader may see it in this row, else null. */
export const shownExpression = (
  field: FieldDefinition,
  table: string,
  hidden: RawBuilder<boolean> | undefined,
): RawBuilder<unknown> => whereShown(field, valueExpression(field, table), hidden);

/** Fields with an index of their own, `(org_id, state, <column>, id)`: a list in the order of one is walked, in others sorted. */
export const indexedOrders: Record<RecordObject, string[]> = {
  customer: [
    ...['name', 'updatedAt', 'createdAt', 'grade', 'country', 'kind', 'lastContactAt', 'nextStepAt'],
    ...['completeness', 'staleFields', 'invalidPoints', 'materialOpenedAt'],
  ],
  contact: ['name'],
};

const nonNull = new Set(['name', 'number', 'kind', 'createdAt', 'updatedAt']);

export interface SortExpression {
  expression: RawBuilder<unknown>;
  /** False for columns that always have a value: one index scan serves the page. */
  nullable: boolean;
  /** Type the cursor's value is cast back to. */
  cast: 'text' | 'numeric' | 'date' | 'timestamptz' | 'boolean';
}

/** What a list is ordered by for this field: names by their stored pinyin key, other texts by a Chinese collation. */
export function sortExpression(
  field: FieldDefinition,
  table: string,
  hidden?: RawBuilder<boolean>,
): SortExpression | undefined {
  const value = shownExpression(field, table, hidden);
  const nullable = !(field.builtin && nonNull.has(field.key));
  if (field.builtin && field.key === 'name') {
    return { expression: sql`${sql.ref(`${table}.name_sort`)} collate "C"`, nullable: false, cast: 'text' };
  }
  switch (sqlKindOf(field)) {
    case 'text':
      return field.key === 'number'
        ? { expression: value, nullable, cast: 'text' }
        : { expression: sql`left(${value}, 200) collate "zh-x-icu"`, nullable, cast: 'text' };
    case 'key':
      return {
        expression: ['user', 'customer', 'contact'].includes(field.type) && field.builtin ? sql`${value}::text` : value,
        nullable,
        cast: 'text',
      };
    case 'number':
      return { expression: value, nullable, cast: 'numeric' };
    case 'money':
      return { expression: sql`(${value}->>'amount')::numeric`, nullable, cast: 'numeric' };
    case 'date':
      return { expression: value, nullable, cast: 'date' };
    case 'datetime':
      return { expression: value, nullable, cast: 'timestamptz' };
    case 'boolean':
      return { expression: value, nullable, cast: 'boolean' };
    default:
      // Lists and points: by their first entry, as people read them.
      return {
        expression: sql`left(${firstEntry(field, value)}, 200) collate "zh-x-icu"`,
        nullable: true,
        cast: 'text',
      };
  }
}

function firstEntry(field: FieldDefinition, value: RawBuilder<unknown>): RawBuilder<unknown> {
  if (field.builtin && sqlKindOf(field) === 'list') return sql`${value}[1]`;
  if (sqlKindOf(field) === 'list') return sql`(${value}->>0)`;
  if (field.type === 'addresses') return sql`(${value}->0->>'text')`;
  if (sqlKindOf(field) === 'points') return sql`coalesce(${value}->0->>'value', ${value}->>'value')`;
  return sql`(${value}::text)`;
}
