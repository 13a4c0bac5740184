import { sql } from 'kysely';
import { companyToday, timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { addDays } from '#shared/dates/zoned.ts';
import { invalid } from '#shared/errors.ts';
import type { RepStatistics } from '../contract.ts';
import { overPerson } from './scope.ts';

/** Results of inspections per rep, for the reps the actor may inspect. Days are the company's. */
export async function inspectionStatistics(
  context: Context,
  query: { from: string; to: string },
): Promise<{ items: RepStatistics[] }> {
  if (query.to < query.from) throw invalid([{ field: 'to', code: 'inspection.endBeforeStart' }]);
  if (query.to > addDays(query.from, 400)) throw invalid([{ field: 'to', code: 'inspection.spanTooLong' }]);
  const zone = await timeZoneOf(context);
  const day = await companyToday(context);
  const from = sql`(${query.from}::date)::timestamp at time zone ${zone}`;
  const to = sql`(${query.to}::date + 1)::timestamp at time zone ${zone}`;
  const found = await sql<RepStatistics>`
    with item as (
      select rep_id, count(*) as drawn, count(*) filter (where state <> 'open') as inspected,
        count(*) filter (where state = 'passed') as passed
      from inspection_item where org_id = ${context.orgId} and created_at >= ${from} and created_at < ${to} group by rep_id
    ), remark as (
      select rep_id, count(*) as remarks, count(*) filter (where state <> 'closed') as open,
        count(*) filter (where state = 'open' and fix_by < ${day}::date) as overdue,
        count(*) filter (where state = 'closed') as closed, sum(reopened) as reopened,
        round(avg(extract(epoch from fixed_at - created_at) / 86400.0) filter (where fixed_at is not null), 1) as days
      from inspection_remark where org_id = ${context.orgId} and created_at >= ${from} and created_at < ${to} group by rep_id
    )
    select u.id as "repId", u.name as "repName", coalesce(i.drawn, 0) as drawn, coalesce(i.inspected, 0) as inspected,
      coalesce(i.passed, 0) as passed, coalesce(m.remarks, 0) as remarks, coalesce(m.open, 0) as open,
      coalesce(m.overdue, 0) as overdue, coalesce(m.closed, 0) as closed, coalesce(m.reopened, 0) as reopened,
      m.days as "daysToFix"
    from app_user u left join item i on i.rep_id = u.id left join remark m on m.rep_id = u.id
    where u.org_id = ${context.orgId} and (i.rep_id is not null or m.rep_id is not null)
      and ${overPerson(context, 'inspection:manage', 'u.id')}
    order by u.name_sort collate "C", u.id limit 500`.execute(context.tx);
  return { items: found.rows };
}
