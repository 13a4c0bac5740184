import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { refreshWorkFacts } from '../facts.ts';
import { dropReminders, dueOf, insertTask, setReminders } from '../tasks.ts';

interface PlannedVisit {
  id: string;
  customer_id: string;
  visitor_id: string;
  aim: string;
  place: string;
  planned_at: Date | string;
  planned_minutes: number | null;
  task_id: string | null;
}

/** Minutes before a visit at which its visitor is reminded. */
const reminders = [60];

/** The task by which an approved visit stands in calendar, Today and next step; made once, then kept like the plan. */
export async function keepTask(context: Context, visit: PlannedVisit): Promise<void> {
  const plan = {
    title: visit.aim.slice(0, 300),
    place: visit.place,
    dueAt: new Date(visit.planned_at).toISOString(),
    durationMinutes: visit.planned_minutes,
  };
  if (!visit.task_id) {
    const taskId = await insertTask(context, {
      ...plan,
      kind: 'visit',
      assigneeId: visit.visitor_id,
      createdBy: visit.visitor_id,
      customerId: visit.customer_id,
      reminders,
      source: 'visit',
    });
    await context.tx
      .updateTable('visit')
      .set({ task_id: taskId })
      .where('org_id', '=', context.orgId)
      .where('id', '=', visit.id)
      .execute();
    return;
  }
  const due = await dueOf(context, { dueAt: plan.dueAt });
  await change(context, visit.task_id, {
    title: plan.title,
    place: plan.place,
    due_on: due.dueOn,
    due_at: due.dueAt,
    duration_minutes: plan.durationMinutes,
  });
  await setReminders(context, visit.task_id, { ...due, reminders });
  await refreshWorkFacts(context, visit.customer_id);
}

/** The visit is over, or off. */
export async function closeTask(context: Context, visit: PlannedVisit, state: 'done' | 'cancelled'): Promise<void> {
  if (!visit.task_id) return;
  await change(context, visit.task_id, {
    state,
    ...(state === 'done' ? { completed_at: context.now(), completed_by: context.actor.userId } : {}),
  });
  await dropReminders(context, visit.task_id);
  await refreshWorkFacts(context, visit.customer_id);
}

async function change(context: Context, taskId: string, columns: Record<string, unknown>): Promise<void> {
  await context.tx
    .updateTable('task')
    .set({ ...columns, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', taskId)
    .where('state', '=', 'open')
    .execute();
}
