import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';
import { activityTypes, instant } from './activity-contract.ts';

const tag = 'tasks';

export const taskKinds = ['todo', ...activityTypes] as const;
export type TaskKind = (typeof taskKinds)[number];

export const taskShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  kind: z.enum(taskKinds),
  title: z.string(),
  note: z.string(),
  place: z.string(),
  assigneeId: z.string(),
  assigneeName: z.string(),
  createdByName: z.string().nullable(),
  customerId: z.string().nullable(),
  /** Null where the reader may not see the customer. */
  customerName: z.string().nullable(),
  contactId: z.string().nullable(),
  contactName: z.string().nullable(),
  dueOn: z.string().nullable(),
  dueAt: z.string().nullable(),
  durationMinutes: z.number().int().nullable(),
  reminders: z.array(z.number().int()),
  rrule: z.string().nullable(),
  state: z.enum(['open', 'done', 'cancelled']),
  completedAt: z.string().nullable(),
  overdue: z.boolean(),
  /** The visit slip this task stands for. */
  visitId: z.string().nullable(),
  can: z.strictObject({ update: z.boolean() }),
});
export type TaskView = z.infer<typeof taskShape>;

const fields = {
  kind: z.enum(taskKinds),
  title: z.string().trim().min(1).max(300),
  note: z.string().max(5000),
  place: z.string().trim().max(300),
  assigneeId: z.uuid(),
  customerId: z.uuid().nullable(),
  contactId: z.uuid().nullable(),
  /** Day of an all-day task. */
  dueOn: z.iso.date().nullable(),
  /** Instant of a timed task; it sets the day as well. */
  dueAt: instant.nullable(),
  durationMinutes: z.number().int().min(1).max(1440).nullable(),
  /** Minutes before the start; of an all-day task before 09:00 of its day. */
  reminders: z.array(z.number().int().min(0).max(43_200)).max(5),
  /** RFC 5545: FREQ, INTERVAL, BYDAY, BYMONTHDAY, COUNT or UNTIL. */
  rrule: z.string().trim().min(1).max(200).nullable(),
};

export const listTasks = endpoint({
  method: 'GET',
  path: '/tasks',
  tag,
  summary: 'Tasks I may see: open ones by day, done ones by completion',
  access: 'task:read',
  query: z.strictObject({
    ...pageQuery,
    state: z.enum(['open', 'done']).default('open'),
    /** `me` or a user; without it all I may see. */
    assignee: z.union([z.literal('me'), z.uuid()]).optional(),
    /** Only those I gave to others. */
    given: z.stringbool().optional(),
    customerId: z.uuid().optional(),
    from: z.iso.date().optional(),
    to: z.iso.date().optional(),
  }),
  response: pageOf(taskShape),
});
export const getTask = endpoint({
  method: 'GET',
  path: '/tasks/:id',
  tag,
  summary: 'Open a task',
  access: 'task:read',
  params: idParams,
  response: taskShape,
});
export const createTask = endpoint({
  method: 'POST',
  path: '/tasks',
  tag,
  summary: 'Make a task for me or somebody else',
  access: 'task:manage',
  status: 201,
  idempotent: true,
  body: z.strictObject({ ...z.strictObject(fields).partial().shape, title: fields.title }),
  response: taskShape,
});
export const updateTask = endpoint({
  method: 'PATCH',
  path: '/tasks/:id',
  tag,
  summary: 'Change, move or reassign a task; a moved occurrence leaves its series as it is',
  access: 'task:manage',
  params: idParams,
  ifMatch: true,
  body: z.strictObject(fields).partial(),
  response: taskShape,
});
export const completeTask = endpoint({
  method: 'POST',
  path: '/tasks/:id/completion',
  tag,
  summary: 'Finish a task; a recurring one makes its next occurrence',
  access: 'task:manage',
  params: idParams,
  ifMatch: true,
  response: z.strictObject({ task: taskShape, next: taskShape.nullable() }),
});
export const reopenTask = endpoint({
  method: 'DELETE',
  path: '/tasks/:id/completion',
  tag,
  summary: 'Undo the completion; an untouched next occurrence goes away again',
  access: 'task:manage',
  params: idParams,
  ifMatch: true,
  response: taskShape,
});
export const cancelTask = endpoint({
  method: 'POST',
  path: '/tasks/:id/cancellation',
  tag,
  summary: 'Drop a task; of a recurring one this occurrence or the whole series',
  access: 'task:manage',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ series: z.boolean().default(false) }),
  response: taskShape,
});
export const snoozeTask = endpoint({
  method: 'POST',
  path: '/tasks/:id/snooze',
  tag,
  summary: 'Be reminded again later; the due date stays',
  access: 'task:manage',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ until: instant }),
  response: taskShape,
});

export const calendarDay = z.strictObject({
  day: z.string(),
  kind: z.enum(['workday', 'weekend', 'holiday']),
  name: z.strictObject({ zh: z.string(), en: z.string() }).nullable(),
  /** A Saturday or Sunday worked in lieu. */
  shifted: z.boolean(),
});
export const calendarEntry = z.strictObject({
  task: taskShape,
  day: z.string(),
  /** A future occurrence that does not exist yet. */
  projected: z.boolean(),
});
export type CalendarEntry = z.infer<typeof calendarEntry>;
export const getCalendar = endpoint({
  method: 'GET',
  path: '/calendar',
  tag,
  summary: 'Tasks of a person in at most 62 days, with working days and holidays',
  access: 'task:read',
  query: z.strictObject({ from: z.iso.date(), to: z.iso.date(), assigneeId: z.uuid().optional() }),
  response: z.strictObject({
    timeZone: z.string(),
    today: z.string(),
    days: z.array(calendarDay),
    entries: z.array(calendarEntry),
    /** There were more than can be shown. */
    cut: z.boolean(),
  }),
});

export const exceptionShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  day: z.string(),
  kind: z.enum(['holiday', 'workday']),
  name: z.string(),
});
export type CalendarException = z.infer<typeof exceptionShape>;
/** Years the company's calendar has pages for. */
export const calendarYears = { first: 2000, last: 2200 };

export const listCalendarExceptions = endpoint({
  method: 'GET',
  path: '/calendar/exceptions',
  tag,
  summary: "The company's own holidays and working days of a year",
  access: 'task:read',
  query: z.strictObject({ year: z.coerce.number().int().min(calendarYears.first).max(calendarYears.last) }),
  response: z.strictObject({ items: z.array(exceptionShape) }),
});
export const setCalendarException = endpoint({
  method: 'PUT',
  path: '/calendar/exceptions/:day',
  tag,
  summary: 'Make a day a holiday or a working day',
  access: 'calendar:manage',
  params: z.strictObject({ day: z.iso.date() }),
  body: z.strictObject({ kind: z.enum(['holiday', 'workday']), name: z.string().trim().max(60).default('') }),
  response: exceptionShape,
});
export const removeCalendarException = endpoint({
  method: 'DELETE',
  path: '/calendar/exceptions/:day',
  tag,
  summary: 'Let a day follow the official calendar again',
  access: 'calendar:manage',
  params: z.strictObject({ day: z.iso.date() }),
  status: 204,
  response: z.undefined(),
});
