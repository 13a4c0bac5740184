import { sql } from 'kysely';
import { writeFactsFrom } from '#modules/customers/index.ts';
import { notify } from '#modules/notifications/index.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { defineJob, type JobKind } from '#platform/jobs/kinds.ts';
import { clockText } from '#shared/dates/zoned.ts';

const batch = 200;

interface DueReminder {
  id: string;
  task_id: string;
  title: string;
  assignee_id: string;
  customer_id: string | null;
  task_state: string;
  user_state: string;
  due_on: string | null;
  due_at: Date | null;
}

/**
 * Sends what is due and marks it in the same transaction. `skip locked` keeps several processes apart, the mark keeps a restart
 * from sending again, and the notice's key stands behind both. Nobody blocked is reminded, nor of what is done.
 */
async function sendDue(context: Context): Promise<number> {
  const due = await sql<DueReminder>`
    select r.id, r.task_id, t.title, t.assignee_id, t.customer_id, t.state as task_state, u.state as user_state, t.due_on, t.due_at
    from task_reminder r
    join task t on t.org_id = r.org_id and t.id = r.task_id
    join app_user u on u.org_id = t.org_id and u.id = t.assignee_id
    where r.org_id = ${context.orgId} and r.sent_at is null and r.remind_at <= ${context.now()}
    order by r.remind_at limit ${batch} for update of r skip locked`.execute(context.tx);
  if (due.rows.length === 0) return 0;
  const zone = await timeZoneOf(context);
  for (const row of due.rows) {
    if (row.task_state !== 'open' || row.user_state !== 'active') continue;
    const at = row.due_at ? clockText(row.due_at, zone) : (row.due_on ?? '');
    await notify(context, {
      userIds: [row.assignee_id],
      type: 'task.due',
      params: { title: row.title, at },
      path: `/tasks/${row.task_id}`,
      customerId: row.customer_id,
      key: `task.due:${row.id}`,
    });
  }
  await context.tx
    .updateTable('task_reminder')
    .set({ sent_at: context.now() })
    .where('org_id', '=', context.orgId)
    .where(
      'id',
      'in',
      due.rows.map((row) => row.id),
    )
    .execute();
  return due.rows.length;
}

/** Days by which the count of recent activities may be looked back when the nightly job was missed. */
const lookBack = 30;

/** Activities that left the 90 days: the counts of their customers are made anew, a batch per transaction. */
async function refreshCounts(context: Context, after: string | null): Promise<string | null> {
  const beyond = after ? sql`and customer_id > ${after}::uuid` : sql``;
  const border = sql`${context.now()}::timestamptz - interval '90 days'`;
  const aged = await sql<{ id: string }>`
    select distinct customer_id as id from activity where org_id = ${context.orgId} and state = 'active'
      and happened_at between ${border} - make_interval(days => ${lookBack}) and ${border} ${beyond}
    order by customer_id limit 500`.execute(context.tx);
  const ids = aged.rows.map((row) => row.id);
  if (ids.length === 0) return null;
  await writeFactsFrom(
    context,
    ['activityCount90d'],
    sql`select aged as customer_id, (select count(*)::integer from activity a where a.org_id = ${context.orgId}::uuid
      and a.customer_id = aged and a.state = 'active' and a.happened_at > ${border}) as activity_count90d
      from unnest(${ids}::uuid[]) aged`,
  );
  return ids.length < 500 ? null : (ids.at(-1) ?? null);
}

export const workJobs: JobKind[] = [
  defineJob({
    kind: 'work.remind',
    heavy: false,
    async run(job) {
      let sent = 0;
      for (;;) {
        const count = await job.inTransaction(sendDue);
        sent += count;
        if (count < batch) return { sent };
      }
    },
  }),
  defineJob({
    kind: 'work.counts',
    heavy: false,
    async run(job) {
      let after: string | null = null;
      do after = await job.inTransaction((context) => refreshCounts(context, after));
      while (after !== null);
      return {};
    },
  }),
];

export const workSchedules = [
  { key: 'work.remind', cron: '* * * * *', kind: 'work.remind' },
  { key: 'work.followers', cron: '* * * * *', kind: 'work.followers' },
  { key: 'work.counts', cron: '40 1 * * *', kind: 'work.counts' },
];
