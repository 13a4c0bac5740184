import { loadCustomer } from '#modules/customers/index.ts';
import { notify } from '#modules/notifications/index.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { instantOf, localDay, localTime } from '#shared/dates/zoned.ts';
import { conflict, invalid } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { formatRule, parseRule } from '../recurrence.ts';
import { refreshWorkFacts } from './facts.ts';

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
  rrule?: string | null;
  activityId?: string | null;
  /** Module the task came from; `user` for what a user wrote. */
  source?: string;
  /** Who gave it, when that is not the caller. */
  createdBy?: string;
}

/** When an all-day task is reminded of, unless a reminder is set earlier. */
const dayStart = '09:00:00';

/** Writes a task with its reminders and event. Whether the caller may is decided by who calls. Returns the task's id. */
export async function insertTask(context: Context, input: NewTask): Promise<string> {
  const assigneeId = input.assigneeId ?? context.actor.userId;
  await checkAssignee(context, assigneeId);
  if (input.contactId) await checkContact(context, input.customerId ?? null, input.contactId);
  const due = await dueOf(context, input);
  const series = await seriesOf(context, input.rrule ?? null, due);
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
      due_on: due.dueOn,
      due_at: due.dueAt,
      duration_minutes: input.durationMinutes ?? null,
      reminders: input.reminders ?? [],
      ...series,
      activity_id: input.activityId ?? null,
      source: input.source ?? 'user',
      created_by: input.createdBy ?? (context.actor.kind === 'system' ? null : context.actor.userId),
    })
    .execute();
  await setReminders(context, id, { ...due, reminders: input.reminders ?? [] });
  await recordEvent(context, {
    kind: 'task.created',
    subjectKind: 'task',
    subjectId: id,
    customerId: input.customerId ?? null,
    data: { title: input.title, dueOn: due.dueOn, dueAt: due.dueAt?.toISOString() ?? null, assigneeId },
  });
  // Of a visit or minutes the person has heard already.
  if (!input.createdBy) await tellAssignee(context, { id, title: input.title, assigneeId, version: 1 });
  if (input.customerId) await refreshWorkFacts(context, input.customerId);
  return id;
}

/** What a user makes: for a customer only within the customers he may see. */
export async function createTask(context: Context, input: NewTask): Promise<string> {
  if (input.customerId) {
    const customer = await loadCustomer(context, input.customerId, 'customer:read');
    if (customer.state !== 'active') throw conflict('customer.trashed');
  }
  return insertTask(context, input);
}

/** Tells somebody else than the caller that a task is theirs now. */
export async function tellAssignee(
  context: Context,
  task: { id: string; title: string; assigneeId: string; version: number },
): Promise<void> {
  if (task.assigneeId === context.actor.userId) return;
  await notify(context, {
    userIds: [task.assigneeId],
    type: 'task.assigned',
    params: { title: task.title, by: context.actor.name },
    path: `/tasks/${task.id}`,
    key: `task.assigned:${task.id}:${task.version}`,
  });
}

export interface Due {
  dueOn: string | null;
  dueAt: Date | null;
}

/** Day and instant as stored: a timed task also has its day in the company's time zone. */
export async function dueOf(context: Context, input: { dueOn?: string | null; dueAt?: string | null }): Promise<Due> {
  if (input.dueOn && input.dueAt) throw invalid([{ field: 'dueOn', code: 'task.oneDue' }]);
  for (const [field, value] of Object.entries({ dueOn: input.dueOn, dueAt: input.dueAt })) {
    if (value && !/^(19[7-9]\d|2\d{3})-/.test(value)) throw invalid([{ field, code: 'task.year' }]);
  }
  if (input.dueAt) {
    const dueAt = new Date(input.dueAt);
    return { dueAt, dueOn: localDay(dueAt, await timeZoneOf(context)) };
  }
  return { dueOn: input.dueOn ?? null, dueAt: null };
}

/** Columns of a series beginning with this due date; of none without a rule. */
export async function seriesOf(context: Context, text: string | null, due: Due) {
  if (text === null) return { rrule: null, series_id: null, series_start: null, occurrence_on: null };
  const rule = parseRule(text);
  if (!rule) throw invalid([{ field: 'rrule', code: 'task.rule' }]);
  if (!due.dueOn) throw invalid([{ field: 'dueOn', code: 'task.ruleNeedsDay' }]);
  if (rule.until !== null && rule.until < due.dueOn) throw invalid([{ field: 'rrule', code: 'task.ruleEndsEarly' }]);
  const zone = await timeZoneOf(context);
  return {
    rrule: formatRule(rule),
    series_id: newId(),
    series_start: due.dueAt ? localTime(due.dueAt, zone) : due.dueOn,
    occurrence_on: due.dueOn,
  };
}

export async function checkAssignee(context: Context, assigneeId: string): Promise<void> {
  const user = await context.tx
    .selectFrom('app_user')
    .select('state')
    .where('org_id', '=', context.orgId)
    .where('id', '=', assigneeId)
    .executeTakeFirst();
  if (!user) throw invalid([{ field: 'assigneeId', code: 'link.unknown' }]);
  if (user.state === 'blocked') throw invalid([{ field: 'assigneeId', code: 'task.assigneeBlocked' }]);
}

export async function checkContact(context: Context, customerId: string | null, contactId: string): Promise<void> {
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
  task: Due & { reminders: number[] },
): Promise<void> {
  await dropReminders(context, taskId);
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

export async function dropReminders(context: Context, taskId: string): Promise<void> {
  await context.tx
    .deleteFrom('task_reminder')
    .where('org_id', '=', context.orgId)
    .where('task_id', '=', taskId)
    .where('sent_at', 'is', null)
    .execute();
}
