import { sql } from 'kysely';
import { notify } from '#modules/notifications/index.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { defineJob, type JobContext, type Schedule } from '#platform/jobs/kinds.ts';
import { enqueueDraw, selectPlans } from './plans.ts';
import { mondayOf, weekdayOf } from './scope.ts';

const batch = 200;

/** Each morning: draws the plans whose weekday has come, and reminds of fixes due. A missed morning is made up for. */
export const dailyJob = defineJob<Record<string, never>>({
  kind: 'oversight.daily',
  heavy: false,
  async run(job) {
    const drawing = await job.inTransaction(queueDueDraws);
    return { drawing, reminded: await remindAll(job) };
  },
});

export const dailySchedule: Schedule = { key: 'oversight.daily', cron: '30 5 * * *', kind: 'oversight.daily' };

async function queueDueDraws(context: Context): Promise<number> {
  const day = await companyToday(context);
  const week = mondayOf(day);
  const due = await selectPlans(context)
    .select('inspection_plan.id')
    .where('active', '=', true)
    .where('weekday', '<=', weekdayOf(day))
    .where(
      sql<boolean>`not exists (select 1 from inspection_round r where r.org_id = inspection_plan.org_id
        and r.plan_id = inspection_plan.id and r.week = ${week}::date and r.drawn)`,
    )
    .limit(1000)
    .execute();
  for (const plan of due) await enqueueDraw(context, plan.id, week);
  return due.length;
}

async function remindAll(job: JobContext): Promise<number> {
  let reminded = 0;
  for (;;) {
    const done = await job.inTransaction(remindSome);
    reminded += done;
    await job.progress(reminded, null);
    if (done < batch) return reminded;
  }
}

/** Once on the day the fix is due, once when it is late; what was told is marked in the same transaction. */
async function remindSome(context: Context): Promise<number> {
  const day = await companyToday(context);
  const due = await sql<{
    id: string;
    rep_id: string;
    author_id: string;
    customer_id: string;
    name: string;
    late: boolean;
    fix_by: string;
  }>`
    select r.id, r.rep_id, r.author_id, r.customer_id, c.name, r.fix_by < ${day}::date as late,
      to_char(r.fix_by, 'YYYY-MM-DD') as fix_by
    from inspection_remark r join customer c on c.org_id = r.org_id and c.id = r.customer_id and c.state = 'active'
    where r.org_id = ${context.orgId} and r.state = 'open' and r.fix_by <= ${day}::date
      and (r.reminded_on is null or (r.reminded_on <= r.fix_by and r.fix_by < ${day}::date))
    order by r.fix_by, r.id limit ${batch} for update of r skip locked`.execute(context.tx);
  for (const row of due.rows) {
    await notify(context, {
      userIds: row.late ? [row.rep_id, row.author_id] : [row.rep_id],
      type: row.late ? 'oversight.overdue' : 'oversight.due',
      params: { name: row.name, day: row.fix_by },
      path: '/inspections',
      customerId: row.customer_id,
      key: `oversight.${row.late ? 'overdue' : 'due'}.${row.id}.${row.fix_by}`,
    });
  }
  if (due.rows.length > 0)
    await sql`update inspection_remark set reminded_on = ${day}::date
      where org_id = ${context.orgId} and id = any(${due.rows.map((row) => row.id)}::uuid[])`.execute(context.tx);
  return due.rows.length;
}
