import { sql } from 'kysely';
import { loadCustomer } from '#modules/customers/index.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { iso } from '#platform/time.ts';
import { instantOf, laterDay, localDay } from '#shared/dates/zoned.ts';
import { conflict, invalid } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { nextDay, parseRule } from '../recurrence.ts';
import type { TaskView } from '../task-contract.ts';
import { refreshWorkFacts } from './facts.ts';
import { getTask, loadTask, type TaskRow, taskViews } from './task-views.ts';
import {
  checkAssignee,
  checkContact,
  dropReminders,
  dueOf,
  type NewTask,
  seriesOf,
  setReminders,
  tellAssignee,
} from './tasks.ts';

async function openForChange(context: Context, id: string): Promise<TaskRow> {
  const row = await loadTask(context, id, 'task:manage', true);
  if (context.ifMatch !== row.version) {
    const [current] = await taskViews(context, [row]);
    requireVersion(context, row.version, () => current);
  }
  // Its slip says when and by whom; changed here, the two would tell different things.
  if (row.source === 'visit') throw conflict('task.ofVisit');
  return row;
}

async function write(context: Context, row: TaskRow, columns: Record<string, unknown>): Promise<void> {
  await context.tx
    .updateTable('task')
    .set({ ...columns, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', row.id)
    .execute();
}

const event = (context: Context, row: TaskRow, kind: string, data: Record<string, unknown> = {}) =>
  recordEvent(context, {
    kind,
    subjectKind: 'task',
    subjectId: row.id,
    customerId: row.customer_id,
    data: { title: row.title, ...data },
  });

export async function updateTask(context: Context, id: string, input: Partial<NewTask>): Promise<TaskView> {
  const row = await openForChange(context, id);
  if (row.state !== 'open') throw conflict('task.notOpen');
  const moved = input.dueOn !== undefined || input.dueAt !== undefined;
  const due = moved
    ? await dueOf(context, input)
    : { dueOn: row.due_on as string | null, dueAt: row.due_at ? new Date(row.due_at) : null };
  if (row.rrule && input.rrule === undefined && !due.dueOn)
    throw invalid([{ field: 'dueOn', code: 'task.ruleNeedsDay' }]);
  if (input.assigneeId && input.assigneeId !== row.assignee_id) await checkAssignee(context, input.assigneeId);
  if (input.customerId && input.customerId !== row.customer_id) {
    const customer = await loadCustomer(context, input.customerId, 'customer:read');
    if (customer.state !== 'active') throw conflict('customer.trashed');
  }
  const customerId = input.customerId === undefined ? row.customer_id : input.customerId;
  const contactId =
    input.contactId === undefined ? (customerId === row.customer_id ? row.contact_id : null) : input.contactId;
  if (contactId && contactId !== row.contact_id) await checkContact(context, customerId, contactId);
  // A new rule begins a new series from this occurrence; without one only this occurrence moves.
  const series =
    input.rrule !== undefined && input.rrule !== row.rrule ? await seriesOf(context, input.rrule, due) : {};
  const columns: Record<string, unknown> = {
    ...(input.title === undefined ? {} : { title: input.title }),
    ...(input.kind === undefined ? {} : { kind: input.kind }),
    ...(input.note === undefined ? {} : { note: input.note }),
    ...(input.place === undefined ? {} : { place: input.place }),
    ...(input.durationMinutes === undefined ? {} : { duration_minutes: input.durationMinutes }),
    ...(input.assigneeId === undefined ? {} : { assignee_id: input.assigneeId }),
    ...(input.reminders === undefined ? {} : { reminders: input.reminders }),
    customer_id: customerId,
    contact_id: contactId,
    due_on: due.dueOn,
    due_at: due.dueAt,
    ...series,
  };
  await write(context, row, columns);
  if (moved || input.reminders !== undefined)
    await setReminders(context, id, { ...due, reminders: input.reminders ?? row.reminders });
  const changes = Object.fromEntries(
    Object.entries(columns)
      .map(([key, to]) => [key, { from: plain(row[key as keyof TaskRow]), to: plain(to) }] as const)
      .filter(([, change]) => JSON.stringify(change.from) !== JSON.stringify(change.to)),
  );
  await event(context, row, 'task.updated', { before: changes });
  if (input.assigneeId && input.assigneeId !== row.assignee_id)
    await tellAssignee(context, {
      id,
      title: input.title ?? row.title,
      assigneeId: input.assigneeId,
      version: row.version + 1,
    });
  for (const customer of new Set([row.customer_id, customerId]))
    if (customer) await refreshWorkFacts(context, customer);
  return viewAfter(context, id);
}

const plain = (value: unknown) => (value instanceof Date ? value.toISOString() : (value ?? null));

/** The task after a change; whoever gave it out of his sight still gets the answer. */
async function viewAfter(context: Context, id: string): Promise<TaskView> {
  const row = await context.tx
    .selectFrom('task')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const [view] = await taskViews(context, [row]);
  return view ?? getTask(context, id);
}

/** Finishes an occurrence; the row lock lets one of two win, and only the winner makes the next occurrence. */
export async function completeTask(context: Context, id: string): Promise<{ task: TaskView; next: TaskView | null }> {
  const row = await openForChange(context, id);
  if (row.state !== 'open') throw conflict('task.notOpen');
  const nextId = await makeNext(context, row);
  await write(context, row, {
    state: 'done',
    completed_at: context.now(),
    completed_by: context.actor.userId,
    next_task_id: nextId,
  });
  await dropReminders(context, id);
  await event(context, row, 'task.completed');
  if (row.customer_id) await refreshWorkFacts(context, row.customer_id);
  return { task: await viewAfter(context, id), next: nextId ? await viewAfter(context, nextId) : null };
}

/** The occurrence after this one: computed when it is completed, in local time, never a day already over. */
async function makeNext(context: Context, row: TaskRow): Promise<string | null> {
  const rule = row.rrule ? parseRule(row.rrule) : null;
  if (!rule || !row.series_start || !row.series_id) return null;
  const zone = await timeZoneOf(context);
  const start = row.series_start.slice(0, 10);
  const planned = (row.occurrence_on as string | null) ?? start;
  const due = (row.due_on as string | null) ?? planned;
  const day = nextDay(rule, start, laterDay(due, planned), localDay(context.now(), zone));
  if (!day) return null;
  const time = row.series_start.slice(10);
  const dueAt = time === '' ? null : instantOf(`${day}${time}`, zone);
  const id = newId();
  const made = await context.tx
    .insertInto('task')
    .values({
      org_id: context.orgId,
      id,
      kind: row.kind,
      title: row.title,
      note: row.note,
      place: row.place,
      assignee_id: row.assignee_id,
      customer_id: row.customer_id,
      contact_id: row.contact_id,
      due_on: day,
      due_at: dueAt,
      duration_minutes: row.duration_minutes,
      reminders: row.reminders,
      rrule: row.rrule,
      series_id: row.series_id,
      series_start: row.series_start,
      occurrence_on: day,
      source: row.source,
      created_by: row.created_by,
    })
    .onConflict((oc) =>
      oc
        .columns(['org_id', 'series_id', 'occurrence_on'])
        .where('series_id', 'is not', null)
        .where('state', '<>', 'cancelled')
        .doNothing(),
    )
    .returning('id')
    .executeTakeFirst();
  if (made) {
    await setReminders(context, id, { dueOn: day, dueAt, reminders: row.reminders });
    return id;
  }
  const present = await context.tx
    .selectFrom('task')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('series_id', '=', row.series_id)
    .where('occurrence_on', '=', day)
    .where('state', '<>', 'cancelled')
    .executeTakeFirst();
  return present?.id ?? null;
}

export async function reopenTask(context: Context, id: string): Promise<TaskView> {
  const row = await openForChange(context, id);
  if (row.state !== 'done') throw conflict('task.notDone');
  if (row.next_task_id) {
    // Nobody touched the next occurrence: it came from this completion and goes with it.
    const gone = await context.tx
      .updateTable('task')
      .set({ state: 'cancelled', version: sql`version + 1` })
      .where('org_id', '=', context.orgId)
      .where('id', '=', row.next_task_id)
      .where('state', '=', 'open')
      .where('version', '=', 1)
      .returning('id')
      .executeTakeFirst();
    if (gone) await dropReminders(context, gone.id);
  }
  await write(context, row, { state: 'open', completed_at: null, completed_by: null, next_task_id: null });
  await setReminders(context, id, {
    dueOn: row.due_on as string | null,
    dueAt: row.due_at ? new Date(row.due_at) : null,
    reminders: row.reminders,
  });
  await event(context, row, 'task.reopened');
  if (row.customer_id) await refreshWorkFacts(context, row.customer_id);
  return viewAfter(context, id);
}

export async function cancelTask(context: Context, id: string, series: boolean): Promise<TaskView> {
  const row = await openForChange(context, id);
  if (row.state !== 'open') throw conflict('task.notOpen');
  // Dropping one occurrence of a series goes on with the next, as completing it would.
  const nextId = series ? null : await makeNext(context, row);
  await write(context, row, { state: 'cancelled', next_task_id: nextId });
  await dropReminders(context, id);
  await event(context, row, 'task.cancelled', { series });
  if (row.customer_id) await refreshWorkFacts(context, row.customer_id);
  return viewAfter(context, id);
}

/** One more reminder at a later time; the due date stays. */
export async function snoozeTask(context: Context, id: string, until: string): Promise<TaskView> {
  const row = await openForChange(context, id);
  if (row.state !== 'open') throw conflict('task.notOpen');
  const remindAt = new Date(until);
  const ahead = remindAt.getTime() - context.now().getTime();
  if (ahead <= 0 || ahead > 366 * 86_400_000) throw invalid([{ field: 'until', code: 'task.snoozeAhead' }]);
  await context.tx
    .insertInto('task_reminder')
    .values({ org_id: context.orgId, id: newId(), task_id: id, minutes_before: 0, remind_at: remindAt })
    .execute();
  await write(context, row, {});
  await event(context, row, 'task.snoozed', { until: iso(remindAt) });
  return viewAfter(context, id);
}
