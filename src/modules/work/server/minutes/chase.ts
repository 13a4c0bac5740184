import { notify } from '#modules/notifications/index.ts';
import { type OwnedRow, someWhoCan } from '#modules/people/index.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { defineJob, type JobContext, type JobKind } from '#platform/jobs/kinds.ts';
import { addDays } from '#shared/dates/zoned.ts';
import { itsCustomer } from '../with-customer.ts';
import { unsent } from './minutes.ts';
import { queueMail } from './send.ts';

const batch = 100;
/** Days after the due day on which the author's superiors hear of it. */
const escalateAfter = 2;

type Step = 'due' | 'overdue' | 'escalated';

const stepOf = (dueOn: string, today: string): Step => {
  if (today >= addDays(dueOn, escalateAfter)) return 'escalated';
  return today > dueOn ? 'overdue' : 'due';
};

/** Minutes not sent in time: each step is told once, also when a day of the job was missed or it ran twice. */
async function chaseUnsent(context: Context, today: string, after: string): Promise<string | null> {
  const rows = await context.tx
    .selectFrom('minutes')
    .innerJoin('customer', (join) => join.on(itsCustomer('minutes')))
    .select([
      'minutes.id',
      'minutes.author_id',
      'minutes.customer_id',
      'minutes.subject',
      'minutes.due_on',
      'minutes.chased',
      'customer.owner_id',
      'customer.team_id',
      'customer.region_id',
      'customer.pool',
    ])
    .where('minutes.org_id', '=', context.orgId)
    .where('minutes.state', 'in', unsent)
    .where('minutes.due_on', '<=', today)
    .where('minutes.chased', '!=', 'escalated')
    .where('minutes.id', '>', after)
    .where('customer.state', '=', 'active')
    .orderBy('minutes.id')
    .limit(batch)
    .forUpdate('minutes')
    .skipLocked()
    .execute();
  for (const row of rows) {
    const step = stepOf(row.due_on, today);
    if (step === row.chased) continue;
    const notice = {
      params: { subject: row.subject, day: row.due_on },
      path: `/minutes/${row.id}`,
      customerId: row.customer_id,
      key: `minutes:${row.id}:${step}`,
    };
    await notify(context, {
      ...notice,
      userIds: [row.author_id],
      type: step === 'due' ? 'minutes.due' : 'minutes.overdue',
    });
    if (step === 'escalated')
      await notify(context, { ...notice, userIds: await superiors(context, row), type: 'minutes.escalated' });
    await context.tx
      .updateTable('minutes')
      .set({ chased: step })
      .where('org_id', '=', context.orgId)
      .where('id', '=', row.id)
      .execute();
  }
  return rows.length < batch ? null : (rows.at(-1)?.id ?? null);
}

/** Who reviews minutes of the customer's team; where the team has nobody, whoever reviews all. */
async function superiors(
  context: Context,
  row: Omit<OwnedRow, 'id'> & { customer_id: string; author_id: string },
): Promise<string[]> {
  const customer = { ...row, id: row.customer_id };
  const few = { limit: 5, except: [row.author_id] };
  const near = await someWhoCan(context, 'minutes:review', [customer], { ...few, because: ['team', 'region'] });
  const people = near.length > 0 ? near : await someWhoCan(context, 'minutes:review', [customer], few);
  return people.map((person) => person.userId);
}

/** People of customers who have not answered: reminded by mail once, and the author told once. */
async function chaseUnanswered(context: Context, today: string): Promise<number> {
  const rows = await context.tx
    .selectFrom('minutes_recipient')
    .innerJoin('minutes', (join) =>
      join
        .onRef('minutes.org_id', '=', 'minutes_recipient.org_id')
        .onRef('minutes.id', '=', 'minutes_recipient.minutes_id')
        .onRef('minutes.edition', '=', 'minutes_recipient.edition'),
    )
    .select([
      'minutes_recipient.id',
      'minutes_recipient.name',
      'minutes_recipient.email',
      'minutes.id as minutes_id',
      'minutes.subject',
      'minutes.author_id',
      'minutes.customer_id',
    ])
    .where('minutes_recipient.org_id', '=', context.orgId)
    .where('minutes.state', '=', 'sent')
    .where('minutes_recipient.answer', 'is', null)
    .where('minutes_recipient.reminded_at', 'is', null)
    .where('minutes_recipient.remind_on', '<=', today)
    .orderBy('minutes_recipient.id')
    .limit(batch)
    .forUpdate('minutes_recipient')
    .skipLocked()
    .execute();
  for (const row of rows) {
    await notify(context, {
      userIds: [row.author_id],
      type: 'minutes.unconfirmed',
      params: { subject: row.subject, name: row.name },
      path: `/minutes/${row.minutes_id}`,
      customerId: row.customer_id,
      key: `minutes.unconfirmed:${row.id}`,
    });
    if (row.email) await queueMail(context, row.id, true);
    await context.tx
      .updateTable('minutes_recipient')
      .set({ reminded_at: context.now() })
      .where('org_id', '=', context.orgId)
      .where('id', '=', row.id)
      .execute();
  }
  return rows.length;
}

async function chase(job: JobContext): Promise<Record<string, unknown>> {
  const today = await job.inTransaction(companyToday);
  let after: string | null = '00000000-0000-0000-0000-000000000000';
  while (after !== null) {
    const from: string = after;
    after = await job.inTransaction((context) => chaseUnsent(context, today, from));
  }
  let reminded = 0;
  for (;;) {
    const count = await job.inTransaction((context) => chaseUnanswered(context, today));
    reminded += count;
    await job.progress(reminded, null);
    if (count < batch) return { reminded };
  }
}

export const chaseJob: JobKind = defineJob<Record<string, never>>({
  kind: 'work.minutesChase',
  heavy: false,
  run: (job) => chase(job),
});
export const chaseSchedule = { key: 'work.minutesChase', cron: '0 9 * * *', kind: 'work.minutesChase' };
