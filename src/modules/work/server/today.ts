import { sql } from 'kysely';
import { dictionaryFor } from '#modules/fields/index.ts';
import { scopeOf } from '#platform/access/actor.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { iso } from '#platform/time.ts';

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

/** People on the page of a team: those with the most overdue tasks; the page says when there are more. */
const people = 50;

/** People of the caller's teams, or of the company, with what is due and what was done; one statement over four indexes. */
export async function teamToday(context: Context) {
  const { actor } = context;
  const today = await companyToday(context);
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
    select u.id, u.name, u.due as "dueToday", u.overdue, a.count as "activities7d", c.count as customers, c.neglected
    from (select u.id, u.name, u.name_sort, t.due, t.overdue from app_user u
      cross join lateral (select count(*) filter (where due_on = ${today}::date) as due,
        count(*) filter (where due_on < ${today}::date or due_at < ${now}) as overdue
        from task where org_id = ${context.orgId} and assignee_id = u.id and state = 'open' and due_on <= ${today}::date) t
      where u.org_id = ${context.orgId} and u.state = 'active' and ${within}
      order by t.overdue desc, u.name_sort collate "C", u.id limit ${people + 1}) u
    cross join lateral (select count(*) as count from activity where org_id = ${context.orgId} and author_id = u.id
      and state = 'active' and happened_at > ${new Date(now.getTime() - 7 * 86_400_000)}) a
    cross join lateral (select count(*) as count, count(*) filter (where coalesce(last_contact_at, created_at) < ${before}) as neglected
      from customer where org_id = ${context.orgId} and owner_id = u.id and state = 'active') c
    order by u.overdue desc, u.name_sort collate "C", u.id`.execute(context.tx);
  return { days: neglectedAfterDays, items: result.rows.slice(0, people), more: result.rows.length > people };
}
