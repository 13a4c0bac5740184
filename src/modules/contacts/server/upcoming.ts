import { type RawBuilder, sql } from 'kysely';
import { dictionaryFor } from '#modules/fields/index.ts';
import { visible } from '#platform/access/visible.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { prepared } from '#platform/db/database.ts';
import { cursorOf, cursorPart, cursorParts, pageOfRows } from '#shared/cursor.ts';
import { addDays } from '#shared/dates/zoned.ts';
import type { LunarDateValue } from '#shared/fields.ts';
import type { UpcomingDate } from '../contract.ts';
import { ageOn, celebratedOn, lunarAgeOn } from './calendar.ts';

/** Days of the first window: Today asks for the coming week and has its answer from one statement. */
const firstWindow = 8;

interface Found {
  object: 'contact' | 'customer';
  id: string;
  customerId: string;
  customerName: string;
  name: string;
  ahead: number;
  calendar: 'solar' | 'lunar';
  birthday: string | null;
  lunar: LunarDateValue | null;
}

export interface UpcomingQuery {
  days: number;
  limit: number;
  cursor?: string;
  customerId?: string;
}

/**
 * Birthdays within the coming days in the order they come, a page at a time. Who has a lunar birthday celebrates that one; the solar
 * one then only gives the age. Windows grow until the page is full, so that a big company reads no more than it shows.
 */
export async function upcomingDates(
  context: Context,
  query: UpcomingQuery,
): Promise<{ items: UpcomingDate[]; nextCursor: string | null }> {
  const start = await companyToday(context);
  const after = query.cursor ? readCursor(query.cursor) : null;
  const readable = new Set((await dictionaryFor(context)).fields.map((field) => `${field.object}.${field.key}`));
  const found: Found[] = [];
  let from = after?.ahead ?? 0;
  for (let size = firstWindow; from <= query.days && found.length <= query.limit; from += size, size *= 3) {
    const days = Array.from({ length: Math.min(size, query.days - from + 1) }, (_, index) => from + index);
    const codes = { solar: [] as { code: number; ahead: number }[], lunar: [] as { code: number; ahead: number }[] };
    for (const ahead of days) {
      const on = celebratedOn(addDays(start, ahead));
      codes.solar.push(...on.solar.map((code) => ({ code, ahead })));
      codes.lunar.push(...on.lunar.map((code) => ({ code, ahead })));
    }
    const wanted = query.limit + 1 - found.length;
    found.push(
      ...(await search(context, codes, readable, query.customerId, found.length === 0 ? after : null, wanted)),
    );
  }
  const { page, nextCursor } = pageOfRows(found, query.limit, (last) => cursorOf(last.ahead, last.id));
  return {
    items: page.map((row): UpcomingDate => {
      const day = addDays(start, row.ahead);
      const turns =
        row.calendar === 'lunar' && row.lunar?.year
          ? lunarAgeOn(day, row.lunar)
          : ageOn(day, row.birthday ?? undefined, row.lunar ?? undefined);
      return {
        kind: 'birthday',
        object: row.object,
        id: row.id,
        customerId: row.customerId,
        customerName: row.customerName,
        name: row.name,
        day,
        daysAhead: row.ahead,
        calendar: row.calendar,
        turns,
        lunar: row.calendar === 'lunar' ? row.lunar : null,
      };
    }),
    nextCursor,
  };
}

function readCursor(cursor: string): { ahead: number; id: string } {
  const [ahead, id] = cursorParts(cursor, (text) => /^\d{1,3}$/.test(text), cursorPart.id);
  return { ahead: Number(ahead), id };
}

async function search(
  context: Context,
  codes: { solar: { code: number; ahead: number }[]; lunar: { code: number; ahead: number }[] },
  readable: Set<string>,
  customerId: string | undefined,
  after: { ahead: number; id: string } | null,
  limit: number,
): Promise<Found[]> {
  const parts: RawBuilder<unknown>[] = [];
  const days = (list: { code: number; ahead: number }[]) =>
    sql`unnest(${list.map((item) => item.code)}::smallint[], ${list.map((item) => item.ahead)}::int[]) as day(code, ahead)`;
  for (const object of ['contact', 'customer'] as const) {
    const solarReadable = readable.has(`${object}.birthday`);
    const lunarReadable = readable.has(`${object}.lunarBirthday`);
    const table = sql.table(object);
    const owner =
      object === 'contact'
        ? sql`join customer owner on owner.org_id = person.org_id and owner.id = person.customer_id and owner.state = 'active'`
        : sql`join customer owner on owner.org_id = person.org_id and owner.id = person.id`;
    const common = sql`person.org_id = ${context.orgId} and person.state = 'active' and ${visible(context.actor, 'customer:read', 'owner')}
      ${customerId ? sql`and owner.id = ${customerId}::uuid` : sql``}
      ${after ? sql`and (day.ahead, person.id) > (${after.ahead}, ${after.id}::uuid)` : sql``}`;
    const columns = (
      calendar: string,
    ) => sql`${object} as object, person.id, owner.id as "customerId", owner.name as "customerName",
      person.name, day.ahead, ${calendar} as calendar,
      ${solarReadable ? sql`person.birthday` : sql`null::date`} as birthday,
      ${lunarReadable ? sql`person.lunar_birthday` : sql`null::jsonb`} as lunar`;
    if (solarReadable) {
      parts.push(sql`(select ${columns('solar')} from ${days(codes.solar)}
        join ${table} person on person.birthday_code = day.code ${owner}
        where ${common} ${lunarReadable ? sql`and person.lunar_birthday_code is null` : sql``}
        order by day.ahead, person.id limit ${limit})`);
    }
    if (lunarReadable) {
      parts.push(sql`(select ${columns('lunar')} from ${days(codes.lunar)}
        join ${table} person on person.lunar_birthday_code = day.code ${owner}
        where ${common} order by day.ahead, person.id limit ${limit})`);
    }
  }
  if (parts.length === 0) return [];
  const result = await sql<Found>`select * from (${sql.join(parts, sql` union all `)}) found
    order by ahead, id limit ${limit} ${prepared}`.execute(context.tx);
  return result.rows;
}
