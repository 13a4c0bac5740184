import { sql } from 'kysely';
import { withdrawSubject } from '#modules/approvals/index.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { invalid } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { NextStepInput, Outcome } from '../../activity-contract.ts';
import type { arrivalLocations, VisitView } from '../../visit-contract.ts';
import { checkContacts, recordActivity } from '../activities.ts';
import { draftOwed } from '../minutes/draft.ts';
import { setContacts } from './plan.ts';
import { closeTask } from './planned-task.ts';
import { workSettings } from './settings.ts';
import { forAct, type VisitRow, viewVisit } from './visits.ts';

async function move(
  context: Context,
  row: VisitRow,
  columns: Record<string, unknown>,
  kind: string,
  data: Record<string, unknown> = {},
): Promise<void> {
  await context.tx
    .updateTable('visit')
    .set({ ...columns, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', row.id)
    .execute();
  await recordEvent(context, {
    kind,
    subjectKind: 'visit',
    subjectId: row.id,
    customerId: row.customer_id,
    data: { subject: row.aim, ...data },
  });
}

export async function departVisit(context: Context, id: string): Promise<VisitView> {
  const row = await forAct(context, id, ['approved']);
  await move(context, row, { state: 'departed', departed_at: context.now() }, 'visit.departed');
  return viewVisit(context, id);
}

export interface CheckIn {
  location: (typeof arrivalLocations)[number];
  latitude?: number | null;
  longitude?: number | null;
  accuracy?: number | null;
  note: string;
  remember: boolean;
}

/** Arriving; setting out may have been forgotten. A place far from the customer needs a word of why. */
export async function checkInVisit(context: Context, id: string, input: CheckIn): Promise<VisitView> {
  const row = await forAct(context, id, ['approved', 'departed']);
  const here =
    input.location === 'known' && typeof input.latitude === 'number' && typeof input.longitude === 'number'
      ? { latitude: input.latitude, longitude: input.longitude }
      : null;
  if (input.location === 'known' && !here) throw invalid([{ field: 'latitude', code: 'input.required' }]);
  const known = here && !input.remember ? await customerLocation(context, row.customer_id) : undefined;
  const distance = here && known ? metresBetween(here, known) : here && input.remember ? 0 : null;
  const { radiusMetres } = await workSettings(context);
  if (distance !== null && radiusMetres !== null && distance > radiusMetres && input.note === '')
    throw invalid([{ field: 'note', code: 'visit.tooFar', params: { distance, limit: radiusMetres } }]);
  if (here && input.remember) {
    await context.tx
      .insertInto('customer_location')
      .values({
        org_id: context.orgId,
        id: newId(),
        customer_id: row.customer_id,
        ...here,
        created_by: context.actor.userId,
      })
      .execute();
  }
  await move(
    context,
    row,
    {
      state: 'arrived',
      arrived_at: context.now(),
      arrival_location: input.location,
      arrival_latitude: here?.latitude ?? null,
      arrival_longitude: here?.longitude ?? null,
      arrival_accuracy: here && input.accuracy ? Math.round(input.accuracy) : null,
      arrival_distance: distance,
      arrival_note: input.note,
    },
    'visit.arrived',
    { location: input.location, distance },
  );
  return viewVisit(context, id);
}

const customerLocation = (context: Context, customerId: string) =>
  context.tx
    .selectFrom('customer_location')
    .select(['latitude', 'longitude'])
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', customerId)
    .orderBy('id', 'desc')
    .executeTakeFirst();

interface Place {
  latitude: number;
  longitude: number;
}

/** Great-circle distance (haversine) in whole metres. */
export function metresBetween(a: Place, b: Place): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (from: number, to: number) => Math.sin(radians(to - from) / 2) ** 2;
  const chord =
    half(a.latitude, b.latitude) +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(a.longitude, b.longitude);
  return Math.round(2 * 6_371_009 * Math.asin(Math.min(1, Math.sqrt(chord))));
}

export async function checkOutVisit(context: Context, id: string): Promise<VisitView> {
  const row = await forAct(context, id, ['arrived']);
  await move(context, row, { state: 'left', left_at: context.now() }, 'visit.left');
  return viewVisit(context, id);
}

export interface VisitResult {
  outcome: Outcome;
  summary: string;
  checklist: { text: string; done: boolean; note: string }[];
  contactIds?: string[];
  nextStep?: NextStepInput;
}

/** The result is an activity like any other, so that lists, timelines and the card's facts know one kind of visit. */
export async function finishVisit(context: Context, id: string, input: VisitResult): Promise<VisitView> {
  const row = await forAct(context, id, ['arrived', 'left']);
  const arrived = new Date(row.arrived_at ?? context.now());
  const left = row.left_at ? new Date(row.left_at) : context.now();
  const contactIds = input.contactIds ?? (await contactsOf(context, id));
  await checkContacts(context, row.customer_id, contactIds);
  if (input.contactIds) await setContacts(context, id, contactIds);
  const lines = input.checklist.map(
    (item) => `${item.done ? '☑' : '☐'} ${item.text}${item.note === '' ? '' : `：${item.note}`}`,
  );
  const activityId = await recordActivity(context, {
    customerId: row.customer_id,
    type: 'visit',
    subject: row.aim.slice(0, 300),
    body: [input.summary, ...(lines.length > 0 ? ['', ...lines] : [])].join('\n'),
    outcome: input.outcome,
    place: row.place,
    happenedAt: arrived,
    durationMinutes: Math.min(1440, Math.max(0, Math.round((left.getTime() - arrived.getTime()) / 60_000))),
    contactIds,
    nextStep: input.nextStep,
    source: 'visit',
  });
  await move(
    context,
    row,
    {
      state: 'done',
      left_at: left,
      done_at: context.now(),
      outcome: input.outcome,
      summary: input.summary,
      checklist: JSON.stringify(input.checklist),
      activity_id: activityId,
    },
    'visit.done',
    { outcome: input.outcome },
  );
  await closeTask(context, row, 'done');
  await draftOwed(context, { id: activityId, type: 'visit', happenedAt: arrived, outcome: input.outcome });
  return viewVisit(context, id);
}

/** Those on the slip who are still known at the customer. */
async function contactsOf(context: Context, visitId: string): Promise<string[]> {
  const rows = await context.tx
    .selectFrom('visit_contact')
    .innerJoin('contact', (join) =>
      join.onRef('contact.org_id', '=', 'visit_contact.org_id').onRef('contact.id', '=', 'visit_contact.contact_id'),
    )
    .innerJoin('visit', (join) =>
      join.onRef('visit.org_id', '=', 'visit_contact.org_id').onRef('visit.id', '=', 'visit_contact.visit_id'),
    )
    .select('contact.id')
    .where('visit_contact.org_id', '=', context.orgId)
    .where('visit_contact.visit_id', '=', visitId)
    .where('contact.state', '=', 'active')
    .whereRef('contact.customer_id', '=', 'visit.customer_id')
    .execute();
  return rows.map((row) => row.id);
}

export async function cancelVisit(context: Context, id: string, reason: string): Promise<VisitView> {
  const row = await forAct(context, id, ['pending', 'returned', 'refused', 'approved', 'departed']);
  await withdrawSubject(context, 'visit', id, reason);
  await move(
    context,
    row,
    {
      state: 'cancelled',
      cancelled_at: context.now(),
      cancelled_by: context.actor.userId,
      cancel_reason: reason,
    },
    'visit.cancelled',
    { reason },
  );
  await closeTask(context, row, 'cancelled');
  return viewVisit(context, id);
}
