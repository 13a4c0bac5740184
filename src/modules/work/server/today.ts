import { sql } from 'kysely';
import { SolarDay } from 'tyme4ts';
import { dictionaryFor } from '#modules/fields/index.ts';
import { scopeOf } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { iso } from '#platform/time.ts';
import { addDays, localDay } from '#shared/dates/zoned.ts';
import { timeZoneOf } from './company-time.ts';

/** Entries of a panel; behind each stands a list with all of them. */
const shown = 10;
const neglectedAfterDays = 30;

/** The caller's own customers not contacted for so many days: longest ago first, then those never contacted. */
export async function neglectedCustomers(context: Context, days: number) {
  const before = new Date(context.now().getTime() - days * 86_400_000);
  const result = await sql<{
    id: string;
    number: string;
    name: string;
    grade: string | null;
    last_contact_at: Date | null;
    total: number;
  }>`
    with mine as materialized (
      select id, last_contact_at, created_at from customer
      where org_id = ${context.orgId} and owner_id = ${context.actor.userId} and state = 'active'
        and (last_contact_at < ${before} or (last_contact_at is null and created_at < ${before})))
    select c.id, c.number, c.name, c.grade, c.last_contact_at, (select count(*) from mine) as total
    from (select * from mine order by last_contact_at, created_at limit ${shown}) first
    join customer c on c.org_id = ${context.orgId} and c.id = first.id
    order by c.last_contact_at, c.created_at`.execute(context.tx);
  const grades = (await dictionaryFor(context, 'customer')).fields.some((field) => field.key === 'grade');
  return {
    days,
    total: result.rows[0]?.total ?? 0,
    items: result.rows.map((row) => ({
      id: row.id,
      number: row.number,
      name: row.name,
      grade: grades ? row.grade : null,
      lastContactAt: row.last_contact_at ? iso(row.last_contact_at) : null,
    })),
  };
}

interface Birthday {
  id: string;
  name: string;
  customer_id: string;
  customer_name: string;
  month_day: string | null;
  lunar_month: number | null;
  lunar_day: number | null;
}

/**
 * Birthdays at the caller's own customers. A birthday on 29 February is kept on the 28th in common years, one in a leap month in
 * the month before it, and one on the 30th of a lunar month that has 29 days on its last.
 */
export async function upcomingBirthdays(context: Context, days: number) {
  const { fields } = await dictionaryFor(context);
  const readable = (object: string, key: string) =>
    fields.some((field) => field.object === object && field.key === key);
  const today = localDay(context.now(), await timeZoneOf(context));
  const solar = new Map<string, string>();
  const lunar = new Map<string, string>();
  for (let offset = 0; offset <= days; offset += 1) {
    const day = addDays(today, offset);
    solar.set(day.slice(5), day);
    if (day.endsWith('02-28') && !addDays(day, 1).endsWith('02-29')) solar.set('02-29', day);
    const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
    const moon = SolarDay.fromYmd(year, month, date).getLunarDay();
    // A leap month repeats the month before it: the birthday was there.
    if (moon.getLunarMonth().isLeap()) continue;
    const lunarMonth = moon.getLunarMonth().getMonth();
    lunar.set(`${lunarMonth}-${moon.getDay()}`, day);
    if (moon.getDay() === 29 && moon.getLunarMonth().getDayCount() === 29) lunar.set(`${lunarMonth}-30`, day);
  }
  const select = (object: 'customer' | 'contact') => {
    const bySolar = readable(object, 'birthday');
    const byLunar = readable(object, 'lunarBirthday');
    if (!readable(object, 'name') || (!bySolar && !byLunar)) return null;
    const table = sql.raw(object === 'customer' ? 'c' : 'p');
    const join =
      object === 'customer'
        ? sql``
        : sql`join contact p on p.org_id = c.org_id and p.customer_id = c.id and p.state = 'active'`;
    const matches = [
      ...(bySolar ? [sql`to_char(${table}.birthday, 'MM-DD') = any(${[...solar.keys()]}::text[])`] : []),
      ...(byLunar
        ? [
            sql`(${table}.lunar_birthday->>'month') || '-' || (${table}.lunar_birthday->>'day') = any(${[...lunar.keys()]}::text[])`,
          ]
        : []),
    ];
    return sql`select ${table}.id, ${table}.name, c.id as customer_id, c.name as customer_name,
        ${bySolar ? sql`to_char(${table}.birthday, 'MM-DD')` : sql`null`} as month_day,
        ${byLunar ? sql`(${table}.lunar_birthday->>'month')::integer` : sql`null`} as lunar_month,
        ${byLunar ? sql`(${table}.lunar_birthday->>'day')::integer` : sql`null`} as lunar_day
      from customer c ${join}
      where c.org_id = ${context.orgId} and c.owner_id = ${context.actor.userId} and c.state = 'active'
        and (${sql.join(matches, sql` or `)})`;
  };
  const parts = [select('customer'), select('contact')].filter((part) => part !== null);
  if (parts.length === 0) return { items: [] };
  const result = await sql<Birthday>`${sql.join(parts, sql` union all `)} limit 200`.execute(context.tx);
  const items = result.rows.flatMap((row) => {
    const bySun = row.month_day ? solar.get(row.month_day) : undefined;
    const byMoon = row.lunar_month ? lunar.get(`${row.lunar_month}-${row.lunar_day}`) : undefined;
    const day = bySun ?? byMoon;
    if (!day) return [];
    const { id, name, customer_id: customerId, customer_name: customerName } = row;
    return [{ id, name, customerId, customerName, day, lunar: bySun === undefined }];
  });
  return { items: items.sort((a, b) => a.day.localeCompare(b.day)).slice(0, 50) };
}

/** People of the caller's teams, or of the company, with what is due and what was done; one statement over four indexes. */
export async function teamToday(context: Context) {
  const { actor } = context;
  const zone = await timeZoneOf(context);
  const today = localDay(context.now(), zone);
  const now = context.now();
  const before = new Date(now.getTime() - neglectedAfterDays * 86_400_000);
  const within = scopeOf(actor, 'team:today') === 'all' ? sql`true` : sql`u.team_id = any(${actor.teamIds}::uuid[])`;
  const result = await sql<{
    id: string;
    name: string;
    dueToday: number;
    overdue: number;
    activities7d: number;
    customers: number;
    neglected: number;
  }>`
    select u.id, u.name, t.due as "dueToday", t.overdue, a.count as "activities7d", c.count as customers, c.neglected
    from (select id, name, name_sort from app_user u where org_id = ${context.orgId} and state = 'active' and ${within}
      order by name_sort collate "C", id limit 50) u
    cross join lateral (select count(*) filter (where due_on = ${today}::date) as due,
      count(*) filter (where due_on < ${today}::date or due_at < ${now}) as overdue
      from task where org_id = ${context.orgId} and assignee_id = u.id and state = 'open' and due_on <= ${today}::date) t
    cross join lateral (select count(*) as count from activity where org_id = ${context.orgId} and author_id = u.id
      and state = 'active' and happened_at > ${new Date(now.getTime() - 7 * 86_400_000)}) a
    cross join lateral (select count(*) as count, count(*) filter (where last_contact_at is null or last_contact_at < ${before}) as neglected
      from customer where org_id = ${context.orgId} and owner_id = u.id and state = 'active') c
    order by t.overdue desc, u.name_sort collate "C"`.execute(context.tx);
  return { days: neglectedAfterDays, items: result.rows };
}
