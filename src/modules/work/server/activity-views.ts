import { sql } from 'kysely';
import { loadCustomer } from '#modules/customers/index.ts';
import { mayTouch, visible } from '#platform/access/visible.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { iso } from '#platform/time.ts';
import { cursorOf, cursorPart, cursorParts, pageOfRows } from '#shared/cursor.ts';
import { addDays, instantOf } from '#shared/dates/zoned.ts';
import { notFound } from '#shared/errors.ts';
import type { ActivityType, ActivityView, Outcome } from '../activity-contract.ts';
import { itsCustomer } from './with-customer.ts';

const select = (context: Context) =>
  context.tx
    .selectFrom('activity')
    .innerJoin('customer', (join) => join.on(itsCustomer('activity')))
    .selectAll('activity')
    .select([
      'customer.name as customer_name',
      'customer.owner_id',
      'customer.team_id',
      'customer.region_id',
      'customer.state as customer_state',
    ])
    .where('activity.org_id', '=', context.orgId)
    .where('activity.state', '=', 'active');
export type ActivityRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

/** Own records are corrected by their author, others' by who holds the permission for it. */
export const mayCorrect = (context: Context, row: ActivityRow) =>
  row.customer_state === 'active' &&
  (mayTouch(context.actor, 'activity:correct', row) ||
    (mayTouch(context.actor, 'activity:record', row) &&
      (row.author_id === context.actor.userId || row.created_by === context.actor.userId)));

export async function activityViews(context: Context, rows: ActivityRow[]): Promise<ActivityView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const contacts = await context.tx
    .selectFrom('activity_contact')
    .innerJoin('contact', (join) =>
      join
        .onRef('contact.org_id', '=', 'activity_contact.org_id')
        .onRef('contact.id', '=', 'activity_contact.contact_id'),
    )
    .select(['activity_contact.activity_id', 'contact.id', 'contact.name'])
    .where('activity_contact.org_id', '=', context.orgId)
    .where('activity_contact.activity_id', 'in', ids)
    .where('contact.state', '=', 'active')
    .execute();
  const customers = [...new Set(rows.map((row) => row.customer_id))];
  const steps = await context.tx
    .selectFrom('task')
    .select(['id', 'title', 'due_on', 'due_at', 'state', 'activity_id'])
    .where('org_id', '=', context.orgId)
    .where('customer_id', 'in', customers)
    .where('activity_id', 'in', ids)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    customerId: row.customer_id,
    customerName: row.customer_name,
    type: row.type as ActivityType,
    subject: row.subject,
    body: row.body,
    outcome: row.outcome as Outcome | null,
    place: row.place,
    happenedAt: iso(row.happened_at),
    durationMinutes: row.duration_minutes,
    authorId: row.author_id,
    authorName: row.author_name,
    source: row.source,
    contacts: contacts
      .filter((contact) => contact.activity_id === row.id)
      .map((contact) => ({ id: contact.id, name: contact.name })),
    nextSteps: steps
      .filter((step) => step.activity_id === row.id)
      .map((step) => ({
        id: step.id,
        title: step.title,
        dueOn: step.due_on as string | null,
        dueAt: step.due_at ? iso(step.due_at) : null,
        state: step.state,
      })),
    can: { update: mayCorrect(context, row) },
  }));
}

/** One activity, if its customer may be seen. */
export async function loadActivity(
  context: Context,
  id: string,
  permission: string,
  lock = false,
): Promise<ActivityRow> {
  let query = select(context)
    .where('activity.id', '=', id)
    .where('customer.state', 'in', ['active', 'trashed'])
    .where(visible(context.actor, permission, 'customer'));
  if (lock) query = query.forUpdate('activity');
  const row = await query.executeTakeFirst();
  if (!row) throw notFound('activity');
  return row;
}

export async function getActivity(context: Context, id: string): Promise<ActivityView> {
  const [view] = await activityViews(context, [await loadActivity(context, id, 'customer:read')]);
  if (!view) throw notFound('activity');
  return view;
}

export interface ActivityQuery {
  limit: number;
  cursor?: string;
  customerId?: string;
  contactId?: string;
  authorId?: string;
  type?: ActivityType;
  from?: string;
  to?: string;
}

/** Activities with the customers the actor may see, by when they happened. */
export async function listActivities(context: Context, query: ActivityQuery) {
  if (query.customerId) await loadCustomer(context, query.customerId, 'customer:read');
  const zone = await timeZoneOf(context);
  let rows = select(context)
    .where('customer.state', '=', 'active')
    .orderBy('activity.happened_at', 'desc')
    .orderBy('activity.id', 'desc')
    .limit(query.limit + 1);
  if (query.customerId) rows = rows.where('activity.customer_id', '=', query.customerId);
  else rows = rows.where(visible(context.actor, 'customer:read', 'customer'));
  if (query.authorId) rows = rows.where('activity.author_id', '=', query.authorId);
  if (query.type) rows = rows.where('activity.type', '=', query.type);
  if (query.from) rows = rows.where('activity.happened_at', '>=', instantOf(query.from, zone));
  if (query.to) rows = rows.where('activity.happened_at', '<', instantOf(addDays(query.to, 1), zone));
  if (query.contactId) {
    rows = rows.where(
      sql<boolean>`exists (select 1 from activity_contact ac where ac.org_id = activity.org_id
        and ac.activity_id = activity.id and ac.contact_id = ${query.contactId}::uuid)`,
    );
  }
  if (query.cursor) {
    const [at, id] = cursorParts(query.cursor, cursorPart.instant, cursorPart.id);
    rows = rows.where(sql<boolean>`(activity.happened_at, activity.id) < (${at}::timestamptz, ${id}::uuid)`);
  }
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit, (last) =>
    cursorOf(iso(last.happened_at), last.id),
  );
  return { items: await activityViews(context, page), nextCursor };
}
