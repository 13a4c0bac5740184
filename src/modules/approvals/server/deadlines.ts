import { notify } from '#modules/notifications/index.ts';
import type { Context } from '#platform/context.ts';
import { defineJob, type JobContext, type Schedule } from '#platform/jobs/kinds.ts';
import { absencesToday } from './absences.ts';
import { type ApprovalRow, pathsOf, type StepRow, selectApproval } from './rows.ts';
import { ensurePresent, escalate, pathOf, presentPeople, setStep } from './steps.ts';
import { addToTrail } from './trail.ts';

const batch = 100;

/** Reminds before a deadline, brings in the superior after it, and frees steps whose people have all gone away. */
export const deadlineJob = defineJob<Record<string, never>>({
  kind: 'approvals.deadlines',
  heavy: false,
  run: (job) => checkDeadlines(job),
});

export const deadlineSchedule: Schedule = {
  key: 'approvals.deadlines',
  cron: '*/10 * * * *',
  kind: 'approvals.deadlines',
};

async function checkDeadlines(job: JobContext): Promise<Record<string, unknown>> {
  let after = '00000000-0000-0000-0000-000000000000';
  const done = { reminded: 0, escalated: 0, checked: 0 };
  for (;;) {
    const steps = await job.inTransaction((context) => openSteps(context, after));
    for (const { id, approval_id } of steps) {
      const what = await job.inTransaction((context) => checkStep(context, approval_id, id));
      if (what === 'reminded') done.reminded += 1;
      if (what === 'escalated') done.escalated += 1;
    }
    done.checked += steps.length;
    await job.progress(done.checked, null);
    if (steps.length < batch) return done;
    after = steps.at(-1)?.id ?? after;
  }
}

const openSteps = (context: Context, after: string) =>
  context.tx
    .selectFrom('approval_step')
    .select(['id', 'approval_id'])
    .where('org_id', '=', context.orgId)
    .where('state', '=', 'open')
    .where('id', '>', after)
    .orderBy('id')
    .limit(batch)
    .execute();

/** One step in one transaction, under the lock of its request: what was done already is not done twice. */
export async function checkStep(context: Context, approvalId: string, stepId: string): Promise<string | undefined> {
  const approval = await selectApproval(context).where('id', '=', approvalId).forUpdate().executeTakeFirst();
  const { steps } = await pathsOf(context, [approvalId]);
  const step = steps.find((item) => item.id === stepId);
  if (approval?.state !== 'open' || step?.state !== 'open') return undefined;
  const now = context.now();
  const due = step.due_at ? new Date(step.due_at) : null;
  if (due && due <= now) return overdue(context, approval, step);
  const remindAt = due && step.remind_hours ? new Date(due.getTime() - step.remind_hours * 3_600_000) : null;
  if (remindAt && remindAt <= now && !step.reminded_at) {
    await remind(context, approval, step, 'approvals.reminder');
    return 'reminded';
  }
  const before = step.escalated_at;
  const present = await ensurePresent(context, approval, step);
  const after = (await pathsOf(context, [approvalId])).steps.find((item) => item.id === stepId);
  if (String(after?.escalated_at ?? '') === String(before ?? '')) return undefined;
  await tellEscalated(context, approval, step, present);
  return 'escalated';
}

async function overdue(context: Context, approval: ApprovalRow, step: StepRow): Promise<string | undefined> {
  const due = new Date(step.due_at ?? 0);
  // An escalation for absence came before the deadline; the one for the deadline comes once, after it.
  if (step.escalated_at && new Date(step.escalated_at) >= due) return undefined;
  const absences = await absencesToday(context);
  const { asked } = await presentPeople(context, approval, step, absences);
  const late = asked.map((row) => row.user_id);
  await remind(context, approval, step, 'approvals.overdue');
  const brought = await escalate(context, approval, step, late, absences);
  // Nobody above: remind once all the same, and do not try again every ten minutes.
  if (brought.length === 0) await setStep(context, step.id, { escalated_at: context.now() });
  await tellEscalated(context, approval, step, brought);
  await notify(context, {
    userIds: [approval.requested_by],
    type: 'approvals.overdueOwn',
    params: { title: approval.title, step: step.name },
    path: pathOf(approval),
    key: `approval.overdueOwn.${step.id}.${due.getTime()}`,
  });
  return 'escalated';
}

async function remind(context: Context, approval: ApprovalRow, step: StepRow, type: string): Promise<void> {
  const { stands } = await presentPeople(context, approval, step, await absencesToday(context));
  const due = new Date(step.due_at ?? 0);
  await notify(context, {
    userIds: stands.flatMap((item) => (item.present ? [item.present] : [])),
    type,
    params: { title: approval.title, step: step.name },
    path: pathOf(approval),
    customerId: approval.customer_id,
    key: `${type}.${step.id}.${due.getTime()}`,
  });
  await setStep(context, step.id, { reminded_at: context.now() });
  await addToTrail(context, approval, { decision: 'remind', step });
}

const tellEscalated = (context: Context, approval: ApprovalRow, step: StepRow, userIds: string[]) =>
  notify(context, {
    userIds,
    type: 'approvals.escalated',
    params: { title: approval.title, step: step.name },
    path: pathOf(approval),
    customerId: approval.customer_id,
    key: `approvals.escalated.${step.id}.${userIds.join('.')}`,
  });
