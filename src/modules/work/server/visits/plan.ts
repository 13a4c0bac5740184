import { sql } from 'kysely';
import {
  approvalOf,
  publishedFlow,
  registerApprovalSubject,
  requestApproval,
  resubmitSubject,
  withdrawSubject,
} from '#modules/approvals/index.ts';
import { loadCustomer } from '#modules/customers/index.ts';
import { notify } from '#modules/notifications/index.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { iso } from '#platform/time.ts';
import { clockText } from '#shared/dates/zoned.ts';
import { conflict, invalid } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { VisitView } from '../../visit-contract.ts';
import { checkContacts } from '../activities.ts';
import { checkAssignee } from '../tasks.ts';
import { keepTask } from './planned-task.ts';
import { purposeOf } from './settings.ts';
import { forAct, type VisitRow, viewVisit, visitViews } from './visits.ts';

export interface VisitPlan {
  purposeId?: string | null;
  aim: string;
  place: string;
  plannedAt: string;
  plannedMinutes?: number | null;
  companionIds: string[];
  contactIds: string[];
  checklist: string[];
}

/** A slip is for what is to come; written up to a day late it is still a plan. */
const latest = 24 * 3_600_000;

async function columnsOf(context: Context, customerId: string, plan: VisitPlan) {
  const at = new Date(plan.plannedAt);
  const ahead = at.getTime() - context.now().getTime();
  if (ahead < -latest) throw invalid([{ field: 'plannedAt', code: 'visit.past' }]);
  if (ahead > 366 * 86_400_000) throw invalid([{ field: 'plannedAt', code: 'visit.tooFarAhead' }]);
  const purpose = plan.purposeId ? await purposeOf(context, plan.purposeId) : undefined;
  if (plan.purposeId && !purpose) throw invalid([{ field: 'purposeId', code: 'link.unknown' }]);
  await checkContacts(context, customerId, [...new Set(plan.contactIds)]);
  for (const id of new Set(plan.companionIds)) {
    await checkAssignee(context, id).catch(() => {
      throw invalid([{ field: 'companionIds', code: 'link.unknown' }]);
    });
  }
  const points = plan.checklist.length > 0 ? plan.checklist : (purpose?.checklist ?? []);
  return {
    purpose_id: purpose?.id ?? null,
    purpose_name: purpose?.name ?? '',
    aim: plan.aim,
    place: plan.place,
    planned_at: at.toISOString(),
    planned_minutes: plan.plannedMinutes ?? null,
    checklist: JSON.stringify([...new Set(points)].map((text) => ({ text, done: false, note: '' }))),
  };
}

async function setPeople(context: Context, visitId: string, visitorId: string, plan: VisitPlan): Promise<void> {
  const of = { org_id: context.orgId, visit_id: visitId };
  await context.tx
    .deleteFrom('visit_companion')
    .where('org_id', '=', of.org_id)
    .where('visit_id', '=', visitId)
    .execute();
  await setContacts(context, visitId, plan.contactIds);
  const companions = [...new Set(plan.companionIds)].filter((id) => id !== visitorId);
  if (companions.length === 0) return;
  await context.tx
    .insertInto('visit_companion')
    .values(companions.map((user_id) => ({ ...of, id: newId(), user_id })))
    .execute();
}

/** The people at the customer, as they are known to be there. */
export async function setContacts(context: Context, visitId: string, contactIds: string[]): Promise<void> {
  await context.tx
    .deleteFrom('visit_contact')
    .where('org_id', '=', context.orgId)
    .where('visit_id', '=', visitId)
    .execute();
  const ids = [...new Set(contactIds)];
  if (ids.length === 0) return;
  await context.tx
    .insertInto('visit_contact')
    .values(ids.map((contact_id) => ({ org_id: context.orgId, id: newId(), visit_id: visitId, contact_id })))
    .execute();
}

export async function planVisit(
  context: Context,
  { customerId, ...plan }: VisitPlan & { customerId: string },
): Promise<VisitView> {
  const customer = await loadCustomer(context, customerId, 'activity:record');
  if (customer.state !== 'active') throw conflict('customer.trashed');
  const columns = await columnsOf(context, customerId, plan);
  const id = newId();
  await context.tx
    .insertInto('visit')
    .values({
      org_id: context.orgId,
      id,
      customer_id: customerId,
      visitor_id: context.actor.userId,
      state: 'pending',
      ...columns,
      created_by: context.actor.userId,
    })
    .execute();
  await setPeople(context, id, context.actor.userId, plan);
  await recordEvent(context, {
    kind: 'visit.planned',
    subjectKind: 'visit',
    subjectId: id,
    customerId,
    data: { subject: plan.aim, plannedAt: columns.planned_at },
  });
  await submit(context, id);
  return viewVisit(context, id);
}

export async function changeVisit(context: Context, id: string, plan: VisitPlan): Promise<VisitView> {
  const row = await forAct(context, id, ['pending', 'returned', 'refused', 'approved']);
  const columns = await columnsOf(context, row.customer_id, plan);
  await context.tx
    .updateTable('visit')
    .set({ ...columns, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await setPeople(context, id, row.visitor_id, plan);
  const moved = columns.planned_at !== iso(row.planned_at);
  await recordEvent(context, {
    kind: moved ? 'visit.rescheduled' : 'visit.changed',
    subjectKind: 'visit',
    subjectId: id,
    customerId: row.customer_id,
    data: {
      subject: plan.aim,
      plannedAt: columns.planned_at,
      before: { aim: row.aim, place: row.place, plannedAt: iso(row.planned_at) },
    },
  });
  // Whoever still decides sees what changed since it was submitted; a decision already made is asked for again.
  if (row.state !== 'pending') await submit(context, id);
  return viewVisit(context, id);
}

const plain = (context: Context, id: string) =>
  context.tx.selectFrom('visit').selectAll().where('org_id', '=', context.orgId).where('id', '=', id);

/** Puts the plan to approval where a flow is published; without one it stands. */
async function submit(context: Context, id: string): Promise<void> {
  const row = await plain(context, id).executeTakeFirstOrThrow();
  const approval = await approvalOf(context, 'visit', id);
  const mine = row.submitted_by === context.actor.userId;
  if (!(await publishedFlow(context, 'visit'))) {
    if (approval) await withdrawSubject(context, 'visit', id);
    await approve(context, id);
    return;
  }
  await setState(context, id, 'pending', { submitted_by: context.actor.userId });
  const snapshot = (await snapshotOf(context, id)) ?? {};
  if (approval?.state === 'returned' && mine) {
    await resubmitSubject(context, { kind: 'visit', subjectId: id, title: row.aim, snapshot });
    return;
  }
  if (approval) await withdrawSubject(context, 'visit', id);
  await requestApproval(context, {
    kind: 'visit',
    subjectId: id,
    title: row.aim,
    snapshot,
    customerId: row.customer_id,
  });
}

async function setState(context: Context, id: string, state: string, more: Record<string, unknown> = {}) {
  await context.tx
    .updateTable('visit')
    .set({ state, ...more, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
}

async function approve(context: Context, id: string): Promise<void> {
  await setState(context, id, 'approved');
  const row = await plain(context, id).executeTakeFirstOrThrow();
  await keepTask(context, row);
  await tellCompanions(context, row);
}

/** Who goes along hears of it once for each time planned. */
async function tellCompanions(context: Context, row: Pick<VisitRow, 'id' | 'aim' | 'planned_at' | 'customer_id'>) {
  const companions = await context.tx
    .selectFrom('visit_companion')
    .select('user_id')
    .where('org_id', '=', context.orgId)
    .where('visit_id', '=', row.id)
    .execute();
  const at = clockText(new Date(row.planned_at), await timeZoneOf(context));
  await notify(context, {
    userIds: companions.map((person) => person.user_id),
    type: 'visit.companion',
    params: { title: row.aim, at },
    path: `/visits/${row.id}`,
    customerId: row.customer_id,
    key: `visit.companion:${row.id}:${at}`,
  });
}

/** The plan as the approver reads it. */
async function snapshotOf(context: Context, id: string): Promise<Record<string, unknown> | null> {
  const row = await plain(context, id).executeTakeFirst();
  if (!row) return null;
  const zone = await timeZoneOf(context);
  const [view] = await visitViews(context, [{ ...row, customer_name: '', customer_state: '' } as VisitRow]);
  return {
    purpose: row.purpose_name,
    aim: row.aim,
    plannedAt: clockText(new Date(row.planned_at), zone),
    plannedMinutes: row.planned_minutes,
    place: row.place,
    companions: (view?.companions ?? []).map((person) => person.name).join('、'),
    contacts: (view?.contacts ?? []).map((person) => person.name).join('、'),
    checklist: (view?.checklist ?? []).map((item) => item.text).join('；'),
  };
}

registerApprovalSubject({
  kind: 'visit',
  permission: 'visit:approve',
  path: (id) => `/visits/${id}`,
  fields: [
    { key: 'purpose', type: 'text', label: { zh: '走访目的', en: 'Purpose' } },
    { key: 'aim', type: 'text', label: { zh: '目标', en: 'Aim' } },
    { key: 'plannedAt', type: 'text', label: { zh: '计划时间', en: 'Planned for' } },
    { key: 'plannedMinutes', type: 'number', label: { zh: '预计时长（分钟）', en: 'Expected minutes' } },
    { key: 'place', type: 'text', label: { zh: '地点', en: 'Place' } },
    { key: 'companions', type: 'text', label: { zh: '同行人员', en: 'Companions' } },
    { key: 'contacts', type: 'text', label: { zh: '拜访对象', en: 'People visited' } },
    { key: 'checklist', type: 'text', label: { zh: '检查清单', en: 'Checklist' } },
  ],
  current: snapshotOf,
  async decided(context, { subjectId }, outcome) {
    const row = await plain(context, subjectId).forUpdate().executeTakeFirst();
    if (row?.state !== 'pending' && row?.state !== 'returned') return;
    if (outcome === 'approved') await approve(context, subjectId);
    else await setState(context, subjectId, outcome === 'refused' ? 'refused' : 'returned');
    await recordEvent(context, {
      kind: outcome === 'approved' ? 'visit.approved' : outcome === 'refused' ? 'visit.refused' : 'visit.withdrawn',
      subjectKind: 'visit',
      subjectId,
      customerId: row.customer_id,
      data: { subject: row.aim },
    });
  },
  async returned(context, { subjectId }) {
    const row = await plain(context, subjectId).forUpdate().executeTakeFirst();
    if (row?.state === 'pending') await setState(context, subjectId, 'returned');
  },
});
