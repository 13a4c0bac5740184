import chineseDays from 'chinese-days';
import { sql } from 'kysely';
import { companyOf, timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { addDays, instantOf, laterDay, localDay } from '#shared/dates/zoned.ts';
import { badRequest, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { daysWithin, parseRule } from '../recurrence.ts';
import { type CalendarEntry, type CalendarException, type calendarDay, calendarYears } from '../task-contract.ts';
import { type TaskRow, taskViews, touchable } from './task-views.ts';

type Day = (typeof calendarDay)['_output'];

/** Days and tasks one answer may hold. */
const longestSpan = 62;
const most = 500;

/** What kind of day each one is: the company's own table first, then the official calendar (of China), then the weekend. */
export async function calendarDays(context: Context, from: string, to: string): Promise<Day[]> {
  const org = await companyOf(context);
  const own = await context.tx
    .selectFrom('calendar_exception')
    .select(['day', 'kind', 'name'])
    .where('org_id', '=', context.orgId)
    .where('day', '>=', from)
    .where('day', '<=', to)
    .execute();
  const exceptions = new Map(own.map((row) => [row.day, row]));
  const days: Day[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) {
    const weekend = [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
    const exception = exceptions.get(day);
    if (exception) {
      const name = exception.name === '' ? null : { zh: exception.name, en: exception.name };
      const kind = exception.kind === 'holiday' ? 'holiday' : 'workday';
      days.push({ day, kind, name, shifted: kind === 'workday' && weekend });
    } else days.push(org.country === 'CN' ? official(day, weekend) : plainDay(day, weekend));
  }
  return days;
}

const plainDay = (day: string, weekend: boolean): Day => ({
  day,
  kind: weekend ? 'weekend' : 'workday',
  name: null,
  shifted: false,
});

function official(day: string, weekend: boolean): Day {
  const detail = chineseDays.getDayDetail(day);
  // Public holidays and the days worked in lieu are named `English,中文,days`; any other day by its weekday.
  const [en = '', zh = ''] = detail.name.split(',');
  if (!detail.name.includes(',')) return plainDay(day, weekend);
  return { day, kind: detail.work ? 'workday' : 'holiday', name: { zh, en }, shifted: detail.work && weekend };
}

/**
 * The day `count` working days after `day`, by the company's calendar.
 * @public door for what is due in working days: minutes, intake
 */
export async function addWorkingDays(context: Context, day: string, count: number): Promise<string> {
  let left = count;
  let at = day;
  while (left > 0) {
    const days = await calendarDays(context, addDays(at, 1), addDays(at, 31));
    for (const item of days) {
      at = item.day;
      if (item.kind === 'workday') left -= 1;
      if (left === 0) return at;
    }
  }
  return at;
}

/** Tasks of a person within the span: open, done, and the coming occurrences of his series that do not exist yet. */
export async function getCalendar(context: Context, query: { from: string; to: string; assigneeId?: string }) {
  if (query.to < query.from || addDays(query.from, longestSpan - 1) < query.to)
    throw badRequest('calendar.span', { field: 'to', params: { days: longestSpan } });
  const assigneeId = query.assigneeId ?? context.actor.userId;
  const zone = await timeZoneOf(context);
  let select = context.tx
    .selectFrom('task')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('assignee_id', '=', assigneeId)
    .where('state', 'in', ['open', 'done'])
    .limit(most + 1);
  if (assigneeId !== context.actor.userId) select = select.where(touchable(context, 'task:read'));
  const rows = await select
    .where('due_on', '>=', query.from)
    .where('due_on', '<=', query.to)
    .orderBy('due_on')
    .orderBy('id')
    .execute();
  const series = await select
    .where('state', '=', 'open')
    .where('rrule', 'is not', null)
    .where('due_on', '<=', query.to)
    .execute();
  const entries: CalendarEntry[] = [];
  const kept = rows.slice(0, most);
  const views = new Map(
    (await taskViews(context, [...new Map([...kept, ...series].map((row) => [row.id, row])).values()])).map((view) => [
      view.id,
      view,
    ]),
  );
  for (const row of kept) {
    const task = views.get(row.id);
    if (task?.dueOn) entries.push({ task, day: task.dueOn, projected: false });
  }
  for (const row of series) {
    const task = views.get(row.id);
    if (!task) continue;
    for (const day of projectedDays(row, query)) {
      if (entries.length >= most) break;
      entries.push({
        task: { ...task, dueOn: day, dueAt: timeOn(row, day, zone), overdue: false, can: { update: false } },
        day,
        projected: true,
      });
    }
  }
  return {
    timeZone: zone,
    today: localDay(context.now(), zone),
    days: await calendarDays(context, query.from, query.to),
    entries,
    cut: rows.length > most || entries.length >= most,
  };
}

function projectedDays(row: TaskRow, span: { from: string; to: string }): string[] {
  const rule = row.rrule ? parseRule(row.rrule) : null;
  if (!rule || !row.series_start) return [];
  const planned = row.occurrence_on ?? row.series_start.slice(0, 10);
  const due = row.due_on ?? planned;
  return daysWithin(rule, row.series_start.slice(0, 10), laterDay(due, planned), span.from, span.to);
}

const timeOn = (row: TaskRow, day: string, zone: string) =>
  row.series_start && row.series_start.length > 10
    ? instantOf(`${day}${row.series_start.slice(10)}`, zone).toISOString()
    : null;

const columns = ['id', 'version', 'day', 'kind', 'name'] as const;
const view = (row: { id: string; version: number; day: string; kind: string; name: string }): CalendarException => ({
  ...row,
  kind: row.kind as CalendarException['kind'],
});

export async function listExceptions(context: Context, year: number): Promise<{ items: CalendarException[] }> {
  const rows = await context.tx
    .selectFrom('calendar_exception')
    .select(columns)
    .where('org_id', '=', context.orgId)
    .where('day', '>=', `${year}-01-01`)
    .where('day', '<=', `${year}-12-31`)
    .orderBy('day')
    .limit(366)
    .execute();
  return { items: rows.map(view) };
}

export async function setException(
  context: Context,
  day: string,
  input: { kind: 'holiday' | 'workday'; name: string },
): Promise<CalendarException> {
  const year = Number(day.slice(0, 4));
  if (year < calendarYears.first || year > calendarYears.last) throw badRequest('date.range', { field: 'day' });
  const row = await context.tx
    .insertInto('calendar_exception')
    .values({ org_id: context.orgId, id: newId(), day, ...input, created_by: context.actor.userId })
    .onConflict((oc) =>
      oc.columns(['org_id', 'day']).doUpdateSet({ ...input, version: sql`calendar_exception.version + 1` }),
    )
    .returning(columns)
    .executeTakeFirstOrThrow();
  await recordEvent(context, {
    kind: 'calendar.set',
    subjectKind: 'calendar',
    subjectId: row.id,
    data: { day, ...input },
  });
  return view(row);
}

export async function removeException(context: Context, day: string): Promise<void> {
  const row = await context.tx
    .deleteFrom('calendar_exception')
    .where('org_id', '=', context.orgId)
    .where('day', '=', day)
    .returning('id')
    .executeTakeFirst();
  if (!row) throw notFound('calendar');
  await recordEvent(context, { kind: 'calendar.removed', subjectKind: 'calendar', subjectId: row.id, data: { day } });
}
