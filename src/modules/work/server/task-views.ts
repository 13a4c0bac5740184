import { sql } from 'kysely';
import { userNames } from '#modules/people/index.ts';
import { scopeOf } from '#platform/access/actor.ts';
import { visible } from '#platform/access/visible.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { iso } from '#platform/time.ts';
import { cursorOf, cursorPart, cursorParts, pageOfRows } from '#shared/cursor.ts';
import { localDay } from '#shared/dates/zoned.ts';
import { notFound } from '#shared/errors.ts';
import type { TaskKind, TaskView } from '../task-contract.ts';

const select = (context: Context) => context.tx.selectFrom('task').selectAll().where('org_id', '=', context.orgId);
export type TaskRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

/**
 * Tasks the actor may touch with the permission: assigned to him or given by him; in scope `team` those of his team's people; in
 * scope `all` every one. For reading also the tasks of every customer he may see.
 */
export function touchable(context: Context, permission: 'task:read' | 'task:manage') {
  const { actor } = context;
  const scope = scopeOf(actor, permission);
  if (!scope) return sql<boolean>`false`;
  if (scope === 'all') return sql<boolean>`true`;
  const mine = sql`task.assignee_id = ${actor.userId}::uuid or task.created_by = ${actor.userId}::uuid`;
  const team =
    scope === 'own'
      ? sql``
      : sql`or exists (select 1 from app_user u where u.org_id = task.org_id and u.id = task.assignee_id
          and u.team_id = any(${actor.teamIds}::uuid[]))`;
  const customers =
    permission === 'task:read' && scopeOf(actor, 'customer:read')
      ? sql`or exists (select 1 from customer where customer.org_id = task.org_id and customer.id = task.customer_id
          and ${visible(actor, 'customer:read', 'customer')})`
      : sql``;
  return sql<boolean>`(${mine} ${team} ${customers})`;
}

/** A task the actor may touch, or 404. */
export async function loadTask(
  context: Context,
  id: string,
  permission: 'task:read' | 'task:manage',
  lock = false,
): Promise<TaskRow> {
  let query = select(context).where('id', '=', id).where(touchable(context, permission));
  if (lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  if (!row) throw notFound('task');
  return row;
}

/** Tasks as this actor sees them: names of customers out of his scope are left out. Three queries however many rows. */
export async function taskViews(context: Context, rows: TaskRow[]): Promise<TaskView[]> {
  if (rows.length === 0) return [];
  const unique = (ids: (string | null)[]) => [...new Set(ids.filter((id): id is string => id !== null))];
  const zone = await timeZoneOf(context);
  const names = await userNames(context, unique(rows.flatMap((row) => [row.assignee_id, row.created_by])));
  const customerIds = unique(rows.map((row) => row.customer_id));
  const customers = new Map<string, string>();
  const contacts = new Map<string, string>();
  if (customerIds.length > 0) {
    const found = await context.tx
      .selectFrom('customer')
      .select(['id', 'name'])
      .where('org_id', '=', context.orgId)
      .where('id', 'in', customerIds)
      .where('state', 'in', ['active', 'trashed'])
      .where(visible(context.actor, 'customer:read', 'customer'))
      .execute();
    for (const row of found) customers.set(row.id, row.name);
    const contactIds = unique(rows.map((row) => (customers.has(row.customer_id ?? '') ? row.contact_id : null)));
    if (contactIds.length > 0) {
      const people = await context.tx
        .selectFrom('contact')
        .select(['id', 'name'])
        .where('org_id', '=', context.orgId)
        .where('id', 'in', contactIds)
        .where('state', '=', 'active')
        .execute();
      for (const row of people) contacts.set(row.id, row.name);
    }
  }
  const visits = await visitsOf(context, rows);
  const editable = await mayManage(context, rows);
  const now = context.now();
  const today = localDay(now, zone);
  return rows.map((row) => {
    const customerName = row.customer_id ? (customers.get(row.customer_id) ?? null) : null;
    const dueOn = row.due_on as string | null;
    return {
      id: row.id,
      version: row.version,
      kind: row.kind as TaskKind,
      title: row.title,
      note: row.note,
      place: row.place,
      assigneeId: row.assignee_id,
      assigneeName: names[row.assignee_id] ?? '',
      createdByName: row.created_by ? (names[row.created_by] ?? null) : null,
      customerId: customerName === null ? null : row.customer_id,
      customerName,
      contactId: row.contact_id && contacts.has(row.contact_id) ? row.contact_id : null,
      contactName: row.contact_id ? (contacts.get(row.contact_id) ?? null) : null,
      dueOn,
      dueAt: row.due_at ? iso(row.due_at) : null,
      durationMinutes: row.duration_minutes,
      reminders: row.reminders,
      rrule: row.rrule,
      state: row.state as TaskView['state'],
      completedAt: row.completed_at ? iso(row.completed_at) : null,
      overdue:
        row.state === 'open' &&
        dueOn !== null &&
        (row.due_at ? new Date(row.due_at).getTime() < now.getTime() : dueOn < today),
      visitId: visits.get(row.id) ?? null,
      can: { update: row.source !== 'visit' && editable.has(row.id) },
    };
  });
}

/** The slips of those tasks that stand for a visit. */
async function visitsOf(context: Context, rows: TaskRow[]): Promise<Map<string, string>> {
  const ids = rows.filter((row) => row.source === 'visit').map((row) => row.id);
  if (ids.length === 0) return new Map();
  const found = await context.tx
    .selectFrom('visit')
    .select(['id', 'task_id'])
    .where('org_id', '=', context.orgId)
    .where('task_id', 'in', ids)
    .execute();
  return new Map(found.map((row) => [row.task_id ?? '', row.id]));
}

/** Which of the rows the actor may change; only rows that are neither assigned to nor given by him are asked for. */
async function mayManage(context: Context, rows: TaskRow[]): Promise<Set<string>> {
  const { actor } = context;
  const scope = scopeOf(actor, 'task:manage');
  if (!scope) return new Set();
  const sure = (row: TaskRow) => scope === 'all' || row.assignee_id === actor.userId || row.created_by === actor.userId;
  const ids = rows.filter((row) => !sure(row)).map((row) => row.id);
  const found =
    ids.length === 0
      ? []
      : await context.tx
          .selectFrom('task')
          .select('id')
          .where('org_id', '=', context.orgId)
          .where('id', 'in', ids)
          .where(touchable(context, 'task:manage'))
          .execute();
  return new Set([...rows.filter(sure).map((row) => row.id), ...found.map((row) => row.id)]);
}

export async function getTask(context: Context, id: string): Promise<TaskView> {
  const [view] = await taskViews(context, [await loadTask(context, id, 'task:read')]);
  if (!view) throw notFound('task');
  return view;
}

export interface TaskQuery {
  limit: number;
  cursor?: string;
  state: 'open' | 'done';
  assignee?: string;
  given?: boolean;
  customerId?: string;
  from?: string;
  to?: string;
}

/** Open tasks by day, undated ones last; done ones by completion, latest first. */
export async function listTasks(context: Context, query: TaskQuery) {
  const { actor } = context;
  let rows = select(context)
    .where('state', '=', query.state)
    .limit(query.limit + 1);
  const assignee = query.assignee === 'me' ? actor.userId : query.assignee;
  if (assignee) rows = rows.where('assignee_id', '=', assignee);
  if (query.given) rows = rows.where('created_by', '=', actor.userId).where('assignee_id', '!=', actor.userId);
  if (assignee !== actor.userId && !query.given) rows = rows.where(touchable(context, 'task:read'));
  if (query.customerId) rows = rows.where('customer_id', '=', query.customerId);
  if (query.from) rows = rows.where('due_on', '>=', query.from);
  if (query.to) rows = rows.where('due_on', '<=', query.to);
  const after = query.cursor ? decode(query.cursor, query.state) : undefined;
  if (query.state === 'open') {
    rows = rows.orderBy('due_on').orderBy('id');
    if (after) {
      rows =
        after.at === ''
          ? rows.where('due_on', 'is', null).where('id', '>', after.id)
          : rows.where(
              sql<boolean>`(due_on > ${after.at}::date or (due_on = ${after.at}::date and id > ${after.id}::uuid) or due_on is null)`,
            );
    }
  } else {
    rows = rows.orderBy('completed_at', 'desc').orderBy('id', 'desc');
    if (after) rows = rows.where(sql<boolean>`(completed_at, id) < (${after.at}::timestamptz, ${after.id}::uuid)`);
  }
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit, (last) =>
    cursorOf((query.state === 'open' ? last.due_on : iso(last.completed_at ?? '')) ?? '', last.id),
  );
  return { items: await taskViews(context, page), nextCursor };
}

function decode(cursor: string, state: 'open' | 'done'): { at: string; id: string } {
  const dueOn = (text: string) => text === '' || cursorPart.day(text);
  const [at, id] = cursorParts(cursor, state === 'open' ? dueOn : cursorPart.instant, cursorPart.id);
  return { at, id };
}
