import { userNames } from '#modules/people/index.ts';
import { mayTouch } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { requireVersion } from '#platform/http/version.ts';
import { iso } from '#platform/time.ts';
import { conflict, notFound } from '#shared/errors.ts';
import type { Outcome } from '../../activity-contract.ts';
import type { arrivalLocations, VisitState, VisitView } from '../../visit-contract.ts';
import { customerColumns, itsCustomer, reachable } from '../with-customer.ts';
import { workSettings } from './settings.ts';

/** Visits with their customer. */
export const selectVisits = (context: Context) =>
  context.tx
    .selectFrom('visit')
    .innerJoin('customer', (join) => join.on(itsCustomer('visit')))
    .selectAll('visit')
    .select(customerColumns)
    .where('visit.org_id', '=', context.orgId);
export type VisitRow = Awaited<ReturnType<ReturnType<typeof selectVisits>['executeTakeFirstOrThrow']>>;

/** States in which the plan may still be changed, and called off. */
export const planned: readonly string[] = ['pending', 'returned', 'refused', 'approved'];
export const begun: readonly string[] = ['departed', 'arrived', 'left'];

/** A visit whose customer the actor may use the permission on, or 404. */
export async function loadVisit(context: Context, id: string, permission: string, lock = false): Promise<VisitRow> {
  let query = selectVisits(context).where('visit.id', '=', id).where(reachable(context, permission));
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
      checklist: row.checklist as VisitView['checklist'],
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
