import { type RawBuilder, sql } from 'kysely';
import { scopeOf } from '#platform/access/actor.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { divisionNames } from '#platform/divisions.ts';
import { planSearch, searchHits } from '#platform/search/query.ts';
import { answersQuery, type SearchParts } from '#platform/search/tokens.ts';
import {
  type AddressValue,
  type FieldDefinition,
  type FieldValues,
  isSearchable,
  type PhoneValue,
  type RecordObject,
  type TextPointValue,
} from '#shared/fields.ts';
import { type Lang, languages } from '#shared/languages.ts';
import { countryName } from '#shared/reference/countries.ts';
import { optionName } from '#shared/values/text.ts';
import { dictionaryFor, indexedFields, mayRead } from './dictionary.ts';
import { fieldsShown, hiddenContactsSql, hidingPools } from './hidden-contacts.ts';
import { fromRow } from './values.ts';

/** What a record is called: these are found by pinyin, initials and single characters. */
const nameKeys = ['name', 'shortName', 'aliases'];

/** What stands for one thing is found in whatever language it is named. */
const bothNames = (name: (lang: Lang) => string): string[] => [...new Set(languages.map(name))];

/** What the search box finds of a record, by the dictionary's `searchable` flag. */
export function searchParts(
  fields: Iterable<FieldDefinition>,
  values: FieldValues,
  numbers: string[] = [],
): SearchParts {
  const names: string[] = [];
  const text: string[] = [];
  const phones: string[] = [];
  const emails: string[] = [];
  const codes: string[] = [...numbers];
  for (const field of fields) {
    const value = values[field.key];
    if (!field.searchable || !isSearchable(field.type) || value === null || value === undefined) continue;
    const own = nameKeys.includes(field.key);
    switch (field.type) {
      case 'phones':
        phones.push(...(value as PhoneValue[]).map((item) => item.value));
        break;
      case 'phone':
        phones.push((value as PhoneValue).value);
        break;
      case 'emails':
      case 'urls':
        emails.push(...(value as TextPointValue[]).map((item) => item.value));
        break;
      case 'email':
      case 'url':
        emails.push(String(value));
        break;
      case 'addresses':
        text.push(...(value as AddressValue[]).map((item) => item.text));
        break;
      case 'choice':
      case 'multichoice':
        text.push(...[value].flat().flatMap((key) => bothNames((lang) => optionName(field, String(key), lang))));
        break;
      case 'country':
        text.push(...bothNames((lang) => countryName(String(value), lang)));
        break;
      case 'region':
        text.push(divisionNames([String(value)])[String(value)] ?? String(value));
        break;
      case 'number':
      case 'date':
        codes.push(String(value));
        break;
      case 'texts':
        (own ? names : text).push(...(value as string[]));
        break;
      default:
        if (field.rules.format) codes.push(String(value));
        else if (typeof value === 'string') (own ? names : text).push(value.slice(0, 500).toWellFormed());
    }
  }
  return { names, text, phones, codes, emails };
}

/**
 * Whether the caller may read everything the index was made of. If not, a hit may come from a field the caller may not
 * read: then each is confirmed from what may be read, else searching would tell the hidden value.
 */
export async function readsWholeIndex(context: Context): Promise<boolean> {
  if (hidingPools(context.actor).length > 0) return false;
  const fields = await indexedFields(context);
  return fields.every((field) => mayRead(context.actor, field));
}

/** Of the hits those that answer the query by what the caller may read. */
export async function confirmHits<T extends { kind: string; id: string }>(
  context: Context,
  query: string,
  hits: T[],
): Promise<T[]> {
  const { fields } = await dictionaryFor(context);
  const confirmed = new Set<string>();
  for (const object of ['customer', 'contact'] satisfies RecordObject[]) {
    const ids = hits.filter((hit) => hit.kind === object).map((hit) => hit.id);
    if (ids.length === 0) continue;
    const readable = fields.filter((field) => field.object === object && field.searchable);
    const hidden = hiddenContactsSql(context.actor, object) ?? sql`false`;
    const rows = await sql<Record<string, unknown> & { id: string; number?: string; hides: boolean }>`
      select ${sql.table(object)}.*, ${hidden} as hides from ${sql.table(object)}
      where org_id = ${context.orgId} and id = any(${ids}::uuid[])`.execute(context.tx);
    for (const row of rows.rows) {
      const shown = fieldsShown(readable, row.hides);
      if (answersQuery(query, searchParts(shown, fromRow(shown, row), row.number ? [row.number] : [])))
        confirmed.add(row.id);
    }
  }
  return hits.filter((hit) => confirmed.has(hit.id));
}

/** Newest hits that are looked at when each must be confirmed. */
const confirmable = 2000;

/** The search text as a condition on a list's rows, for a caller who may not read all that is searched. */
export async function confirmedCondition(
  context: Context,
  query: string,
  column: RawBuilder<unknown>,
  kind: RecordObject | null,
): Promise<RawBuilder<boolean>> {
  const plan = await planSearch(context, query);
  if (!plan) return sql<boolean>`false`;
  const hits = await searchHits(
    context,
    plan,
    confirmable,
    scopeOf(context.actor, 'customer:read') === 'all',
    (candidates) => sql<{ kind: string; id: string; customerId: string }>`
      select distinct candidates.kind, candidates.record_id as id, candidates.customer_id as "customerId"
      from ${candidates} candidates join customer on customer.org_id = ${context.orgId} and customer.id = candidates.customer_id
      where ${visible(context.actor, 'customer:read', 'customer')} order by id desc limit ${confirmable}`,
  );
  const confirmed = await confirmHits(context, query, hits);
  const ids = confirmed.flatMap((hit) => (kind ? (hit.kind === kind ? [hit.id] : []) : [hit.customerId]));
  return sql<boolean>`${column} = any(${ids}::uuid[])`;
}
