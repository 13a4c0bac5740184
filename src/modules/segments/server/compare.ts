import { sql } from 'kysely';
import { columnOf, dictionaryFor } from '#modules/fields/index.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { cursorOf, cursorPart, cursorParts, pageOfRows } from '#shared/cursor.ts';
import { badRequest, invalid } from '#shared/errors.ts';
import { loadSegment, memberSql } from './segments.ts';

const divided = ['kind', 'grade', 'importance', 'timeClass', 'volumeClass', 'abcClass', 'ladder', 'country'];
const averaged = ['purchaseCount12m', 'purchaseTotal12m'];

/** Who is in one, the other or both segments, and how the two differ by the fields the reader may read. */
export async function compareSegments(context: Context, a: string, b: string) {
  if (a === b) throw invalid([{ field: 'b', code: 'segment.same' }]);
  await loadSegment(context, a);
  await loadSegment(context, b);
  const [inA, inB] = [await memberSql(context, a), await memberSql(context, b)];
  const { fields } = await dictionaryFor(context, 'customer');
  const readable = new Set(fields.map((field) => field.key));
  const keys = divided.filter((key) => readable.has(key));
  const numbers = averaged.filter((key) => readable.has(key));
  const columns = [...keys, ...numbers].map(
    (key) => sql`${sql.ref(`customer.${columnOf(key)}`)} as ${sql.ref(columnOf(key))}`,
  );
  const members = sql`select coalesce(${inA}, false) as in_a, coalesce(${inB}, false) as in_b, ${sql.join(columns)} from customer
    where customer.org_id = ${context.orgId}::uuid and customer.state = 'active' and ${visible(context.actor, 'customer:read', 'customer')}
      and (${inA} or ${inB})`;
  const means = numbers.flatMap((key) => [
    sql`avg(${sql.ref(columnOf(key))}) filter (where in_a) as ${sql.ref(`a_${columnOf(key)}`)}`,
    sql`avg(${sql.ref(columnOf(key))}) filter (where in_b) as ${sql.ref(`b_${columnOf(key)}`)}`,
  ]);
  const which = keys.map((key, index) => sql`when grouping(${sql.ref(columnOf(key))}) = 0 then ${sql.lit(index)}`);
  const sets = keys.map((key) => sql`(${sql.ref(columnOf(key))})`);
  const rows = await sql<Record<string, unknown> & { at: number | null; a: number; b: number; both: number }>`
    select case ${sql.join(which, sql` `)} end as at, ${sql.join(keys.map((key) => sql.ref(columnOf(key))))},
      count(*) filter (where in_a) as a, count(*) filter (where in_b) as b, count(*) filter (where in_a and in_b) as both,
      ${sql.join(means)}
    from (${members}) members group by grouping sets (${sql.join(sets)}, ())`.execute(context.tx);
  const total = rows.rows.find((row) => row.at === null);
  if (!total) throw badRequest('segment.unknown');
  const byPlace = (x: (typeof rows.rows)[number], y: (typeof rows.rows)[number]) =>
    (x.at ?? -1) - (y.at ?? -1) || y.a + y.b - x.a - x.b;
  return {
    onlyA: total.a - total.both,
    onlyB: total.b - total.both,
    both: total.both,
    profile: [...rows.rows].sort(byPlace).flatMap((row) => {
      const field = row.at === null ? undefined : keys[row.at];
      return field ? [{ field, value: (row[columnOf(field)] as string | null) ?? null, a: row.a, b: row.b }] : [];
    }),
    averages: numbers.map((field) => ({
      field,
      a: (total[`a_${columnOf(field)}`] as number | null) ?? null,
      b: (total[`b_${columnOf(field)}`] as number | null) ?? null,
    })),
  };
}

/** Size by day, the last ninety unless told. */
export async function segmentHistory(context: Context, id: string, query: { from?: string; to?: string }) {
  await loadSegment(context, id);
  const rows = await sql<{ day: string; customers: number; entered: number; departed: number }>`
    select day, customers, entered, departed from segment_count where org_id = ${context.orgId} and segment_id = ${id}
      ${query.from ? sql`and day >= ${query.from}::date` : sql``} ${query.to ? sql`and day <= ${query.to}::date` : sql``}
    order by day desc limit 400`.execute(context.tx);
  return { days: rows.rows.reverse() };
}

export async function segmentChanges(
  context: Context,
  id: string,
  query: { limit: number; cursor?: string; kind?: 'entered' | 'left'; day?: string },
) {
  await loadSegment(context, id);
  const after =
    query.cursor && cursorParts(query.cursor, cursorPart.day, cursorPart.oneOf('entered', 'left'), cursorPart.id);
  const parts = [
    query.kind ? sql`and change.kind = ${query.kind}` : sql``,
    query.day ? sql`and change.day = ${query.day}::date` : sql``,
    after
      ? sql`and (change.day, change.kind, change.customer_id) < (${after[0]}::date, ${after[1]}, ${after[2]}::uuid)`
      : sql``,
  ];
  const rows = await sql<{ customerId: string; number: string; name: string; day: string; kind: 'entered' | 'left' }>`
    select change.customer_id as "customerId", customer.number, customer.name, change.day, change.kind
    from segment_change change join customer on customer.org_id = change.org_id and customer.id = change.customer_id
    where change.org_id = ${context.orgId} and change.segment_id = ${id} and customer.state = 'active'
      and ${visible(context.actor, 'customer:read', 'customer')} ${sql.join(parts, sql` `)}
    order by change.day desc, change.kind desc, change.customer_id desc limit ${query.limit + 1}`.execute(context.tx);
  const { page, nextCursor } = pageOfRows(rows.rows, query.limit, (last) =>
    cursorOf(last.day, last.kind, last.customerId),
  );
  return { items: page, nextCursor };
}
