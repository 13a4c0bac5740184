import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { invalid } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { instantOf, localDay, timeZoneOf } from './company-time.ts';

export interface NewTask {
  title: string;
  kind?: string;
  note?: string;
  place?: string;
  /** A day, or an instant; neither: some time. */
  dueOn?: string | null;
  dueAt?: string | null;
  durationMinutes?: number | null;
  /** The caller unless told. */
  assigneeId?: string;
  customerId?: string | null;
  contactId?: string | null;
  /** Minutes before the start; of an all-day task before 09:00 of its day. */
  reminders?: number[];
  activityId?: string | null;
  /** Module the task came from; `user` for what a user wrote. */
  source?: string;
}

/** When an all-day task is reminded of, unless a reminder is set earlier. */
const dayStart = '09:00:00';

/** Writes a task with its reminders and event. Whether the caller may is decided by who calls. Returns the task's id. */
export async function insertTask(context: Context, input: NewTask): Promise<string> {
  const zone = await timeZoneOf(context);
  const assigneeId = input.assigneeId ?? context.actor.userId;
  await checkAssignee(context, assigneeId);
  const dueAt = input.dueAt ? new Date(input.dueAt) : null;
  const dueOn = dueAt ? localDay(dueAt, zone) : (input.dueOn ?? null);
  if (input.contactId) await checkContact(context, input.customerId ?? null, input.contactId);
  const id = newId();
  await context.tx
    .insertInto('task')
    .values({
      org_id: context.orgId,
      id,
      kind: input.kind ?? 'todo',
      title: input.title,
      note: input.note ?? '',
      place: input.place ?? '',
      assignee_id: assigneeId,
      customer_id: input.customerId ?? null,
      contact_id: input.contactId ?? null,
      due_on: dueOn,
      due_at: dueAt,
      duration_minutes: input.durationMinutes ?? null,
      reminders: input.reminders ?? [],
      activity_id: input.activityId ?? null,
      source: input.source ?? 'user',
      created_by: context.actor.kind === 'system' ? null : context.actor.userId,
    })
    .execute();
  await setReminders(context, id, { dueOn, dueAt, reminders: input.reminders ?? [] });
  await recordEvent(context, {
    kind: 'task.created',
    subjectKind: 'task',
    subjectId: id,
    customerId: input.customerId ?? null,
    data: { title: input.title, dueOn, dueAt: dueAt?.toISOString() ?? null, assigneeId },
  });
  return id;
}

async function checkAssignee(context: Context, assigneeId: string): Promise<void> {
  const user = await context.tx
    .selectFrom('app_user')
    .select('state')
    .where('org_id', '=', context.orgId)
    .where('id', '=', assigneeId)
    .executeTakeFirst();
  if (!user) throw invalid([{ field: 'assigneeId', code: 'link.unknown' }]);
  if (user.state === 'blocked') throw invalid([{ field: 'assigneeId', code: 'task.assigneeBlocked' }]);
}

async function checkContact(context: Context, customerId: string | null, contactId: string): Promise<void> {
  const found = customerId
    ? await context.tx
        .selectFrom('contact')
        .select('id')
        .where('org_id', '=', context.orgId)
        .where('customer_id', '=', customerId)
        .where('id', '=', contactId)
        .where('state', '=', 'active')
        .executeTakeFirst()
    : undefined;
  if (!found) throw invalid([{ field: 'contactId', code: 'link.unknown' }]);
}

/** Writes the reminders of a task anew. One whose time is already over is not sent late: the task itself shows as due. */
export async function setReminders(
  context: Context,
  taskId: string,
  task: { dueOn: string | null; dueAt: Date | null; reminders: number[] },
): Promise<void> {
  await context.tx
    .deleteFrom('task_reminder')
    .where('org_id', '=', context.orgId)
    .where('task_id', '=', taskId)
    .where('sent_at', 'is', null)
    .execute();
  const base = task.dueAt ?? (task.dueOn ? instantOf(`${task.dueOn}T${dayStart}`, await timeZoneOf(context)) : null);
  if (!base) return;
  const now = context.now().getTime();
  const rows = [...new Set(task.reminders)]
    .map((minutes) => ({
      org_id: context.orgId,
      id: newId(),
      task_id: taskId,
      minutes_before: minutes,
      remind_at: new Date(base.getTime() - minutes * 60_000),
    }))
    .filter((row) => row.remind_at.getTime() > now - 60_000);
  if (rows.length > 0) await context.tx.insertInto('task_reminder').values(rows).execute();
}
