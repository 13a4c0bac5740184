import { type RawBuilder, sql } from 'kysely';
import { visible } from '#platform/access/visible.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { searchCondition } from '#platform/search/query.ts';
import type { Condition } from '#shared/conditions.ts';
import { cursorPart } from '#shared/cursor.ts';
import { badRequest } from '#shared/errors.ts';
import type { FieldDefinition, RecordObject } from '#shared/fields.ts';
import { isId } from '#shared/ids.ts';
import type { Count } from '#shared/pages.ts';
import { indexedOrders, type SortExpression, sortExpression } from './columns.ts';
import { type ConditionScope, type Conjunct, compileCondition, compileConjuncts } from './conditions.ts';
import { leafMeanings } from './derived-conditions.ts';
import { dictionaryFor } from './dictionary.ts';
import { hiddenContactsSql } from './hidden-contacts.ts';
import { confirmedCondition, readsWholeIndex } from './search-text.ts';
import { type Cursor, type ListRow, type Pick, selectPage } from './select-page.ts';

/** The one query of every list, count, export, bulk edit and segment of an object. */
export interface RecordQuery {
  object: RecordObject;
  /** Permission whose scope limits the rows; reading unless told. */
  permission?: string;
  filter?: Condition;
  /** Substring, pinyin, initials, phone fragment … as in the search box. */
  q?: string;
  ids?: string[];
  state?: 'active' | 'trashed';
  /** People of this customer alone, be it in the trash; else people go there with their customer. */
  customerId?: string;
  /** Further restriction by the owning module. */
  where?: RawBuilder<boolean>;
}

export interface PageRequest extends RecordQuery {
  /** Field key, with `-` for descending. */
  sort: string;
  /** Field keys to select; a key the actor may not read is unknown. */
  fields: string[];
  cursor?: string;
  limit: number;
}

export interface ListPage {
  rows: ListRow[];
  fields: FieldDefinition[];
  nextCursor: string | null;
}

/** The keys a caller asked for, or of the usual ones those the caller may read. */
export async function wantedFields(
  context: Context,
  object: RecordObject,
  asked: string | undefined,
  usual: string[],
): Promise<string[]> {
  if (asked !== undefined) return [...new Set(asked.split(',').filter((key) => key !== ''))];
  const { byKey } = await readableFields(context, object);
  return usual.filter((key) => byKey.has(key));
}

/** One page by keyset: the cursor holds the last row's sort value and id, so depth costs nothing and inserts cannot shift pages. */
export async function listRecords(context: Context, request: PageRequest): Promise<ListPage> {
  const { byKey, timeZone } = await readableFields(context, request.object);
  const fields = request.fields.map((key) => known(byKey, key));
  const descending = request.sort.startsWith('-');
  const sortField = known(byKey, request.sort.replace(/^-/, ''));
  const sort = sortExpression(sortField, request.object, hiddenContactsSql(context.actor, request.object));
  if (!sort) throw badRequest('field.notSortable', { field: 'sort', params: { field: sortField.key } });
  const walked = sortField.builtin && indexedOrders[request.object].includes(sortField.key);
  const limits = await restriction(context, request, byKey, timeZone);
  const cursor = request.cursor ? decodeCursor(request.cursor, sort.cast) : undefined;
  const pick = (limit: number, phase: Pick['phase'], after: Cursor | undefined) =>
    selectPage(context, request.object, fields, sort, { ...limits, walked, descending, limit, phase, after });

  const wanted = request.limit + 1;
  let rows: ListRow[] = [];
  if (!cursor || cursor.v !== undefined || !sort.nullable) rows = await pick(wanted, 'value', cursor);
  if (sort.nullable && rows.length < wanted) {
    const after = cursor && cursor.v === undefined ? cursor : undefined;
    rows = rows.concat(await pick(wanted - rows.length, 'none', after));
  }
  const more = rows.length > request.limit;
  const page = more ? rows.slice(0, request.limit) : rows;
  const last = page.at(-1);
  return { rows: page, fields, nextCursor: more && last ? encodeCursor(last) : null };
}

/** States in which a customer is still there. */
const kept = ['active', 'trashed'];

/** Everything that limits the rows: company, permission, state, condition, search text. */
async function restriction(
  context: Context,
  request: RecordQuery,
  byKey: Map<string, FieldDefinition>,
  timeZone: string,
): Promise<{
  where: RawBuilder<boolean>;
  base: RawBuilder<unknown>[];
  filter: Conjunct[];
  common: boolean;
}> {
  const { object } = request;
  const filter: Conjunct[] = [];
  const base: RawBuilder<unknown>[] = [
    sql`${sql.ref(`${object}.org_id`)} = ${context.orgId}::uuid`,
    sql`${sql.ref(`${object}.state`)} = ${request.state ?? 'active'}`,
    visibleRecords(context, object, request.permission ?? `${object}:read`, request.customerId ? kept : ['active']),
  ];
  if (request.customerId) base.push(sql`${sql.ref(`${object}.customer_id`)} = ${request.customerId}::uuid`);
  if (request.ids) base.push(sql`${sql.ref(`${object}.id`)} = any(${request.ids}::uuid[])`);
  if (request.where) base.push(request.where);
  if (request.filter) {
    const scope = await scopeOfCondition(context, object, request.filter, byKey, timeZone);
    filter.push(...compileConjuncts(request.filter, scope));
  }
  let common = false;
  if (request.q && request.q.trim() !== '') {
    const column = sql.ref(`${object}.id`);
    const kind = object === 'customer' ? null : object;
    if (await readsWholeIndex(context)) {
      const found = await searchCondition(context, request.q, column, kind);
      base.push(found.condition);
      common = found.common;
    } else base.push(await confirmedCondition(context, request.q, column, kind));
  }
  const all = [...base, ...filter.map((part) => part.sql)];
  return { where: sql<boolean>`${sql.join(all, sql` and `)}`, base, filter, common };
}

async function scopeOfCondition(
  context: Context,
  object: RecordObject,
  filter: Condition,
  byKey: Map<string, FieldDefinition>,
  timeZone: string,
): Promise<ConditionScope> {
  const meanings = await leafMeanings(context, object, filter, byKey);
  return {
    fields: byKey,
    table: object,
    actor: context.actor,
    timeZone,
    lang: context.lang,
    meanings,
    hidden: hiddenContactsSql(context.actor, object),
  };
}

/**
 * A condition as SQL over the object's table, for set-based work (rules, segments, reports). Only what the actor may read can
 * be asked for; the rows are not limited to what the actor may see: the caller does that by `visibleRecords`.
 */
export async function conditionSql(
  context: Context,
  object: RecordObject,
  filter: Condition,
): Promise<RawBuilder<boolean>> {
  const { byKey, timeZone } = await readableFields(context, object);
  return compileCondition(filter, await scopeOfCondition(context, object, filter, byKey, timeZone));
}

/** Everything a record query limits its rows by, as SQL over the object's table. */
export async function recordsWhere(context: Context, request: RecordQuery): Promise<RawBuilder<boolean>> {
  const { byKey, timeZone } = await readableFields(context, request.object);
  return (await restriction(context, request, byKey, timeZone)).where;
}

/** Rows of the object the actor may touch; what hangs on a customer is as visible as the customer. `of`: states of that customer. */
export function visibleRecords(
  context: Context,
  object: RecordObject,
  permission: string,
  of: string[] = kept,
): RawBuilder<boolean> {
  if (object === 'customer') return visible(context.actor, permission, 'customer');
  return sql<boolean>`exists (select 1 from customer owner where owner.org_id = ${sql.ref(`${object}.org_id`)}
    and owner.id = ${sql.ref(`${object}.customer_id`)} and owner.state in (${sql.join(of.map((state) => sql.lit(state)))}) and ${visible(context.actor, permission, 'owner')})`;
}

/** How many rows match: exact up to the limit, beyond it the planner's estimate. */
export async function countRecords(context: Context, request: RecordQuery, most = 10_000): Promise<Count> {
  const { byKey, timeZone } = await readableFields(context, request.object);
  const { where, common } = await restriction(context, request, byKey, timeZone);
  const table = sql.table(request.object);
  // A common search text is asked of each row: counting stops early, the rest is an estimate.
  const limit = common ? Math.min(most, 500) : most;
  const counted = await sql<{ count: number }>`
    select count(*) as count from (select 1 from ${table} where ${where} limit ${limit + 1}) matched`.execute(
    context.tx,
  );
  const value = counted.rows[0]?.count ?? 0;
  if (value <= limit) return { value, exact: true };
  const plan = await sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>`
    explain (format json) select 1 from ${table} where ${where}`.execute(context.tx);
  return { value: Math.max(limit + 1, plan.rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0), exact: false };
}

/** Ids of all matching rows in id order, a batch at a time: for exports, bulk edits and jobs. */
export async function matchingIds(
  context: Context,
  request: RecordQuery,
  after: string | null,
  limit: number,
): Promise<string[]> {
  const { byKey, timeZone } = await readableFields(context, request.object);
  const { where } = await restriction(context, request, byKey, timeZone);
  const id = sql.ref(`${request.object}.id`);
  const beyond = after ? sql`and ${id} > ${after}::uuid` : sql``;
  const result = await sql<{ id: string }>`
    select ${id} as id from ${sql.table(request.object)} where ${where} ${beyond} order by ${id} limit ${limit}`.execute(
    context.tx,
  );
  return result.rows.map((row) => row.id);
}

async function readableFields(context: Context, object: RecordObject) {
  const dictionary = await dictionaryFor(context, object);
  const org = await timeZoneOf(context);
  return { byKey: new Map(dictionary.fields.map((field) => [field.key, field])), timeZone: org };
}

function known(byKey: Map<string, FieldDefinition>, key: string): FieldDefinition {
  const field = byKey.get(key);
  if (!field) throw badRequest('field.unknown', { field: key, params: { field: key } });
  return field;
}

function encodeCursor(row: ListRow): string {
  const cursor: Cursor = { id: row.id };
  if (row.sort_value !== null && row.sort_value !== undefined) cursor.v = String(row.sort_value);
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** What a sort value of each type looks like as the database writes it. */
const sortValues: Record<SortExpression['cast'], (text: string) => boolean> = {
  text: cursorPart.text,
  numeric: (text) => /^-?\d{1,100}(\.\d{1,100})?$/.test(text),
  date: cursorPart.day,
  timestamptz: (text) =>
    cursorPart.day(text.slice(0, 10)) &&
    /^.{10} ([01]\d|2[0-3])(:[0-5]\d){2}(\.\d{1,6})?[+-](0\d|1[0-5])(:[0-5]\d)?$/.test(text),
  boolean: cursorPart.oneOf('true', 'false'),
};

function decodeCursor(text: string, cast: SortExpression['cast']): Cursor {
  try {
    const cursor = JSON.parse(Buffer.from(text, 'base64url').toString()) as Cursor;
    const { id, v } = cursor;
    if (isId(id) && (v === undefined || (typeof v === 'string' && sortValues[cast](v)))) return cursor;
  } catch {
    // Falls through: any broken cursor gets the same answer.
  }
  throw badRequest('cursor.invalid', { field: 'cursor' });
}
