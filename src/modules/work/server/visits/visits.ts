import { sql } from 'kysely';
import { loadCustomer } from '#modules/customers/index.ts';
import { userNames } from '#modules/people/index.ts';
import { mayTouch, visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { requireVersion } from '#platform/http/version.ts';
import { iso } from '#platform/time.ts';
import { addDays, instantOf } from '#shared/dates/zoned.ts';
import { badRequest, conflict, notFound } from '#shared/errors.ts';
import type { Outcome } from '../../activity-contract.ts';
import type { arrivalLocations, VisitState, VisitView } from '../../visit-contract.ts';
import { timeZoneOf } from '../company-time.ts';
import { workSettings } from './settings.ts';

const select = (context: Context) =>
  context.tx
    .selectFrom('visit')
    .innerJoin('customer', (join) =>
      join.onRef('customer.org_id', '=', 'visit.org_id').onRef('customer.id', '=', 'visit.customer_id'),
    )
    .selectAll('visit')
    .select([
      'customer.name as customer_name',
      'customer.state as customer_state',
      'customer.owner_id',
      'customer.team_id',
      'customer.region_id',
    ])
    .where('visit.org_id', '=', context.orgId);
export type VisitRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

/** States in which the plan may still be changed, and called off. */
const planned: readonly string[] = ['pending', 'returned', 'refused', 'approved'];
const begun: readonly string[] = ['departed', 'arrived', 'left'];

/** A visit whose customer the actor may use the permission on, or 404. */
export async function loadVisit(context: Context, id: string, permission: string, lock = false): Promise<VisitRow> {
  let query = select(context)
    .where('visit.id', '=', id)
    .where('customer.state', 'in', ['active', 'trashed'])
    .where(visible(context.actor, permission, 'customer'));
  if (lock) query = query.forUpdate('visit');
  const row = await query.executeTakeFirst();
  if (!row) throw notFound('visit');
  return row;
}

/** The visit locked for an act of its visitor, in one of the states in which the act makes sense. */
export async function forAct(context: Context, id: string, states: readonly string[]): Promise<VisitRow> {
  const row = await loadVisit(context, id, 'activity:record', true);
  if (row.visitor_id !== context.actor.userId) throw conflict('visit.notYours');
  // A state that forbids the act says more than a version that has moved on.
  if (!states.includes(row.state)) throw conflict(whyNot(row.state));
  if (context.ifMatch !== row.version) {
    const [current] = await visitViews(context, [row]);
    requireVersion(context, row.version, () => current);
  }
  if (row.customer_state !== 'active') throw conflict('customer.trashed');
  return row;
}

/** The message that tells why nothing can be done in the state. */
function whyNot(state: string): string {
  if (state === 'cancelled') return 'visit.cancelled';
  if (state === 'done') return 'visit.done';
  return planned.includes(state) && state !== 'approved' ? 'visit.notApproved' : 'visit.notNow';
}

async function peopleOf(context: Context, ids: string[]) {
  const companions = await context.tx
    .selectFrom('visit_companion')
    .select(['visit_id', 'user_id'])
    .where('org_id', '=', context.orgId)
    .where('visit_id', 'in', ids)
    .orderBy('id')
    .execute();
  const contacts = await context.tx
    .selectFrom('visit_contact')
    .innerJoin('contact', (join) =>
      join.onRef('contact.org_id', '=', 'visit_contact.org_id').onRef('contact.id', '=', 'visit_contact.contact_id'),
    )
    .select(['visit_contact.visit_id', 'contact.id', 'contact.name'])
    .where('visit_contact.org_id', '=', context.orgId)
    .where('visit_contact.visit_id', 'in', ids)
    .where('contact.state', '=', 'active')
    .orderBy('visit_contact.id')
    .execute();
  const photos = await context.tx
    .selectFrom('visit_photo')
    .innerJoin('file', (join) =>
      join.onRef('file.org_id', '=', 'visit_photo.org_id').onRef('file.id', '=', 'visit_photo.file_id'),
    )
    .select(['visit_photo.visit_id', 'visit_photo.id', 'file.name'])
    .where('visit_photo.org_id', '=', context.orgId)
    .where('visit_photo.visit_id', 'in', ids)
    .orderBy('visit_photo.id')
    .execute();
  const approvals = await context.tx
    .selectFrom('approval')
    .select(['id', 'subject_id'])
    .where('org_id', '=', context.orgId)
    .where('subject_kind', '=', 'visit')
    .where('subject_id', 'in', ids)
    .orderBy('id')
    .execute();
  return { companions, contacts, photos, approvals: new Map(approvals.map((row) => [row.subject_id, row.id])) };
}

/** Visits as pages show them; the number of queries does not grow with the rows. Coordinates are not among what is shown. */
export async function visitViews(context: Context, rows: VisitRow[]): Promise<VisitView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const { companions, contacts, photos, approvals } = await peopleOf(context, ids);
  const names = await userNames(context, [
    ...new Set([...rows.map((row) => row.visitor_id), ...companions.map((row) => row.user_id)]),
  ]);
  const { radiusMetres } = await workSettings(context);
  const person = (id: string) => ({ id, name: names[id] ?? '' });
  const time = (value: Date | string | null) => (value ? iso(value) : null);
  return rows.map((row) => {
    const mine =
      row.visitor_id === context.actor.userId &&
      row.customer_state === 'active' &&
      mayTouch(context.actor, 'activity:record', { ...row, id: row.customer_id });
    const distance = row.arrival_distance;
    return {
      id: row.id,
      version: row.version,
      customerId: row.customer_id,
      customerName: row.customer_name,
      visitor: person(row.visitor_id),
      companions: companions.filter((item) => item.visit_id === row.id).map((item) => person(item.user_id)),
      contacts: contacts.filter((item) => item.visit_id === row.id).map((item) => ({ id: item.id, name: item.name })),
      purposeId: row.purpose_id,
      purposeName: row.purpose_name,
      aim: row.aim,
      place: row.place,
      plannedAt: iso(row.planned_at),
      plannedMinutes: row.planned_minutes,
      checklist: row.checklist as unknown as VisitView['checklist'],
      state: row.state as VisitState,
      approvalId: approvals.get(row.id) ?? null,
      departedAt: time(row.departed_at),
      arrivedAt: time(row.arrived_at),
      arrival: row.arrived_at
        ? {
            location: (row.arrival_location ?? 'off') as (typeof arrivalLocations)[number],
            distance,
            accuracy: row.arrival_accuracy,
            far: distance !== null && radiusMetres !== null && distance > radiusMetres,
            note: row.arrival_note,
          }
        : null,
      leftAt: time(row.left_at),
      duration:
        row.arrived_at && row.left_at
          ? Math.round((new Date(row.left_at).getTime() - new Date(row.arrived_at).getTime()) / 60_000)
          : null,
      outcome: row.outcome as Outcome | null,
      summary: row.summary,
      activityId: row.activity_id,
      doneAt: time(row.done_at),
      cancelledAt: time(row.cancelled_at),
      cancelReason: row.cancel_reason,
      photos: photos.filter((item) => item.visit_id === row.id).map((item) => ({ id: item.id, name: item.name })),
      can: {
        change: mine && planned.includes(row.state),
        depart: mine && row.state === 'approved',
        checkIn: mine && ['approved', 'departed'].includes(row.state),
        checkOut: mine && row.state === 'arrived',
        finish: mine && ['arrived', 'left'].includes(row.state),
        cancel: mine && [...planned, 'departed'].includes(row.state),
        photo: mine && [...begun, 'done'].includes(row.state),
      },
    };
  });
}

export async function viewVisit(context: Context, id: string): Promise<VisitView> {
  const [view] = await visitViews(context, [await loadVisit(context, id, 'customer:read')]);
  if (!view) throw notFound('visit');
  return view;
}

export interface VisitQuery {
  limit: number;
  cursor?: string;
  visitor?: string;
  customerId?: string;
  from?: string;
  to?: string;
  state?: VisitState | 'open';
  unplaced?: boolean;
  order: 'latest' | 'soonest';
}

/** Visits to the customers the actor may see, by their planned time. */
export async function listVisits(context: Context, query: VisitQuery) {
  if (query.customerId) await loadCustomer(context, query.customerId, 'customer:read');
  const zone = await timeZoneOf(context);
  const direction = query.order === 'latest' ? 'desc' : 'asc';
  let rows = select(context)
    .where('customer.state', '=', 'active')
    .orderBy('visit.planned_at', direction)
    .orderBy('visit.id', direction)
    .limit(query.limit + 1);
  rows = query.customerId
    ? rows.where('visit.customer_id', '=', query.customerId)
    : rows.where(visible(context.actor, 'customer:read', 'customer'));
  if (query.visitor === 'me')
    rows = rows.where(
      sql<boolean>`(visit.visitor_id = ${context.actor.userId}::uuid or exists (select 1 from visit_companion vc
        where vc.org_id = visit.org_id and vc.visit_id = visit.id and vc.user_id = ${context.actor.userId}::uuid))`,
    );
  else if (query.visitor) rows = rows.where('visit.visitor_id', '=', query.visitor);
  if (query.from) rows = rows.where('visit.planned_at', '>=', instantOf(query.from, zone));
  if (query.to) rows = rows.where('visit.planned_at', '<', instantOf(addDays(query.to, 1), zone));
  if (query.state === 'open') rows = rows.where('visit.state', 'in', [...planned, ...begun]);
  else if (query.state) rows = rows.where('visit.state', '=', query.state);
  if (query.unplaced) {
    const { radiusMetres } = await workSettings(context);
    rows = rows.where(
      sql<boolean>`visit.arrived_at is not null and (visit.arrival_location <> 'known' or visit.arrival_distance > ${radiusMetres}::integer)`,
    );
  }
  if (query.cursor) {
    const [at = '', id = ''] = Buffer.from(query.cursor, 'base64url').toString().split(' ');
    if (!/^[0-9a-f-]{36}$/.test(id) || !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(at))
      throw badRequest('cursor.invalid', { field: 'cursor' });
    const here = sql`(${at}::timestamptz, ${id}::uuid)`;
    rows = rows.where(
      direction === 'desc'
        ? sql<boolean>`(visit.planned_at, visit.id) < ${here}`
        : sql<boolean>`(visit.planned_at, visit.id) > ${here}`,
    );
  }
  const found = await rows.execute();
  const page = found.slice(0, query.limit);
  const last = page.at(-1);
  return {
    items: await visitViews(context, page),
    nextCursor:
      found.length > query.limit && last
        ? Buffer.from(`${iso(last.planned_at)} ${last.id}`).toString('base64url')
        : null,
  };
}
