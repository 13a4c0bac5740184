import { permissionHolders, registeredPermissions, userNames } from '#modules/people/index.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { notFound } from '#shared/errors.ts';
import type { ApprovalDetail, ApprovalView } from '../contract.ts';
import { type Absences, absencesToday, actingNow, presentFor } from './absences.ts';
import { differences } from './difference.ts';
import { concernsMe, ofMyTeam, oversees, signaturesOf, toDecide } from './eligible.ts';
import { type ApprovalRow, factsOf, pathsOf, selectApproval } from './rows.ts';
import { type Snapshot, stepName, subjectOf } from './subjects.ts';

/** Requests as the caller sees them: five queries however many they are. */
export async function viewApprovals(context: Context, rows: ApprovalRow[]): Promise<ApprovalView[]> {
  if (rows.length === 0) return [];
  const acting = await actingNow(context);
  const ids = rows.map((row) => row.id);
  const { steps, assignees } = await pathsOf(context, ids);
  const decisions = await context.tx
    .selectFrom('approval_decision')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('approval_id', 'in', ids)
    .orderBy('id')
    .limit(ids.length * 500)
    .execute();
  const people = [
    ...rows.map((row) => row.requested_by),
    ...decisions.flatMap((item) => [item.decided_by, ...(item.on_behalf_of ? [item.on_behalf_of] : [])]),
  ];
  const names = await userNames(context, [...new Set(people)]);
  const customers = await customerNames(context, rows);
  const snapshots = await shownSnapshots(context, rows);
  return rows.map((row) => {
    const mine = row.requested_by === acting.userId;
    const open = steps.filter((step) => step.approval_id === row.id && step.state === 'open');
    const decide = signaturesOf(acting, row, steps, assignees).length > 0;
    const due = open.flatMap((step) => (step.due_at ? [iso(step.due_at)] : [])).sort()[0];
    return {
      id: row.id,
      version: row.version,
      subjectKind: row.subject_kind,
      subjectId: row.subject_id,
      title: row.title,
      snapshot: snapshots.get(row.id) ?? {},
      fields: subjectOf(row.subject_kind)?.fields ?? [],
      customer: row.customer_id ? (customers.get(row.customer_id) ?? null) : null,
      state: row.state as ApprovalView['state'],
      round: row.round,
      flowNumber: (row.flow as { number?: number | null }).number ?? null,
      requestedBy: row.requested_by,
      requestedByName: names[row.requested_by] ?? '',
      requestedAt: iso(row.requested_at),
      decidedAt: row.decided_at ? iso(row.decided_at) : null,
      openSteps: open.map((step) => stepName(context, row, step.name)),
      dueAt: due ?? null,
      decisions: decisions
        .filter((item) => item.approval_id === row.id)
        .map((item) => ({
          decision: item.decision,
          comment: item.comment,
          by: names[item.decided_by] ?? '',
          onBehalfOf: item.on_behalf_of ? (names[item.on_behalf_of] ?? '') : null,
          step: stepName(context, row, item.step_name),
          target: item.target,
          at: iso(item.decided_at),
        })),
      can: {
        decide,
        withdraw: mine && (row.state === 'open' || row.state === 'returned'),
        sendBack: decide,
        resubmit: mine && row.state === 'returned',
        addSigner: decide,
        comment: true,
      },
    };
  });
}

/** What was frozen in each request, as far as the caller may read it. */
async function shownSnapshots(context: Context, rows: ApprovalRow[]): Promise<Map<string, Snapshot>> {
  const found = new Map<string, Snapshot>();
  for (const [kind, some] of Map.groupBy(rows, (row) => row.subject_kind)) {
    const shown = await subjectOf(kind)?.shown?.(context, some.map(factsOf));
    for (const [index, row] of some.entries())
      found.set(row.id, shown ? (shown[index] ?? {}) : (row.snapshot as Snapshot));
  }
  return found;
}

/** Names of the customers the caller may see; of the others not even the name is told. */
async function customerNames(context: Context, rows: ApprovalRow[]) {
  const ids = [...new Set(rows.flatMap((row) => (row.customer_id ? [row.customer_id] : [])))];
  if (ids.length === 0) return new Map<string, { id: string; name: string }>();
  const found = await context.tx
    .selectFrom('customer')
    .select(['id', 'name'])
    .where('org_id', '=', context.orgId)
    .where('id', 'in', ids)
    .where('state', '=', 'active')
    .where(visible(context.actor, 'customer:read', 'customer'))
    .execute();
  return new Map(found.map((row) => [row.id, row]));
}

export interface ListQuery {
  limit: number;
  cursor?: string;
  box?: 'decide' | 'requested' | 'done' | 'team';
  state?: ApprovalView['state'];
  kind?: string;
  customerId?: string;
}

export async function listApprovals(context: Context, query: ListQuery) {
  const acting = await actingNow(context);
  let rows = selectApproval(context)
    .orderBy('approval.id', 'desc')
    .limit(query.limit + 1);
  if (query.box === 'decide') rows = rows.where('state', '=', 'open').where(toDecide(acting));
  else if (query.box === 'requested') rows = rows.where('requested_by', '=', acting.userId);
  else if (query.box === 'team') rows = rows.where(ofMyTeam(context));
  else if (query.box === 'done')
    rows = rows.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('approval_decision as d')
          .select('d.id')
          .whereRef('d.org_id', '=', 'approval.org_id')
          .whereRef('d.approval_id', '=', 'approval.id')
          .where('d.decided_by', '=', acting.userId)
          .where('d.decision', 'in', ['approve', 'refuse', 'return']),
      ),
    );
  else rows = rows.where(concernsMe(context, acting));
  const state = query.state ?? (query.box === undefined && query.customerId === undefined ? 'open' : undefined);
  if (state) rows = rows.where('state', '=', state);
  if (query.kind) rows = rows.where('subject_kind', '=', query.kind);
  if (query.customerId) rows = rows.where('customer_id', '=', query.customerId);
  if (query.cursor) rows = rows.where('approval.id', '<', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: await viewApprovals(context, page), nextCursor };
}

export async function countApprovals(context: Context) {
  const acting = await actingNow(context);
  const decide = await selectApproval(context)
    .clearSelect()
    .select('approval.id')
    .where('state', '=', 'open')
    .where(toDecide(acting))
    .limit(100)
    .execute();
  const returned = await selectApproval(context)
    .clearSelect()
    .select('approval.id')
    .where('requested_by', '=', acting.userId)
    .where('state', '=', 'returned')
    .limit(100)
    .execute();
  return { decide: decide.length, returned: returned.length };
}

export async function getApproval(context: Context, id: string): Promise<ApprovalDetail> {
  const acting = await actingNow(context);
  const row = await selectApproval(context)
    .where('approval.id', '=', id)
    .where(concernsMe(context, acting))
    .executeTakeFirst();
  const [viewed] = row ? await viewApprovals(context, [row]) : [];
  if (!row || !viewed) throw notFound('approval');
  const subject = subjectOf(row.subject_kind);
  const pending = row.state === 'open' || row.state === 'returned';
  const current =
    pending && subject?.current ? await subject.current(context, row.subject_id, row.snapshot as Snapshot) : undefined;
  const before = await context.tx
    .selectFrom('approval_snapshot')
    .select('snapshot')
    .where('org_id', '=', context.orgId)
    .where('approval_id', '=', id)
    .where('round', '=', row.round - 1)
    .executeTakeFirst();
  const overseer = row.requested_by !== acting.userId && (await oversees(context, row.requested_by));
  return {
    ...viewed,
    can: { ...viewed.can, addSigner: row.state === 'open' && (viewed.can.decide || overseer) },
    steps: await viewSteps(context, row, await absencesToday(context)),
    changedSinceLast: before ? differences(before.snapshot as Snapshot, row.snapshot as Snapshot) : [],
    changedSince: current ? differences(row.snapshot as Snapshot, current) : [],
    subjectGone: current === null,
    subjectPath: subject?.path?.(row.subject_id) ?? null,
  };
}

async function viewSteps(context: Context, row: ApprovalRow, absences: Absences): Promise<ApprovalDetail['steps']> {
  const { steps, assignees } = await pathsOf(context, [row.id]);
  const people = assignees.flatMap((item) => [item.user_id, ...(item.decided_by ? [item.decided_by] : [])]);
  const names = await userNames(context, [
    ...new Set([...people, ...[...absences.values()].filter((id) => id !== null)]),
  ]);
  return steps.map((step) => ({
    id: step.id,
    name: stepName(context, row, step.name),
    position: step.position,
    state: step.state as ApprovalDetail['steps'][number]['state'],
    mode: step.mode as 'any' | 'all',
    minimum: step.minimum,
    permission: step.permission ? permissionName(step.permission) : null,
    added: step.key === null,
    dueAt: step.due_at ? iso(step.due_at) : null,
    overdue: step.state === 'open' && step.due_at !== null && new Date(step.due_at) < context.now(),
    assignees: assignees
      .filter((item) => item.step_id === step.id)
      .map((item) => {
        const away = item.state === 'waiting' && absences.has(item.user_id);
        const stand = item.decided_by ?? (away ? presentFor(absences, item.user_id) : null);
        return {
          userId: item.user_id,
          name: names[item.user_id] ?? '',
          state: item.state as ApprovalDetail['steps'][number]['assignees'][number]['state'],
          escalated: item.escalated,
          away,
          standIn: stand && stand !== item.user_id ? (names[stand] ?? '') : null,
        };
      }),
  }));
}

const permissionName = (key: string) =>
  registeredPermissions().find((spec) => spec.key === key)?.label ?? { zh: key, en: key };

/**
 * Where the newest open requests about these subjects stand: the names of their open steps and who is to decide now.
 * For lists of the owning module; three queries however many subjects.
 */
export async function waitingFor(
  context: Context,
  kind: string,
  subjectIds: string[],
): Promise<Map<string, { steps: string[]; userIds: string[] }>> {
  if (subjectIds.length === 0) return new Map();
  const rows = await selectApproval(context)
    .where('subject_kind', '=', kind)
    .where('subject_id', 'in', subjectIds)
    .where('state', '=', 'open')
    .execute();
  const absences = await absencesToday(context);
  const { steps, assignees } = await pathsOf(
    context,
    rows.map((row) => row.id),
  );
  const holders = new Map<string, string[]>();
  for (const step of steps)
    if (step.state === 'open' && step.permission && !holders.has(step.permission))
      holders.set(step.permission, await permissionHolders(context, step.permission));
  return new Map(
    rows.map((row) => {
      const open = steps.filter((step) => step.approval_id === row.id && step.state === 'open');
      const asked = open.flatMap((step) => [
        ...assignees.filter((item) => item.step_id === step.id && item.state === 'waiting').map((item) => item.user_id),
        ...((step.permission && holders.get(step.permission)) || []),
      ]);
      const present = asked.map((userId) => presentFor(absences, userId)).filter((userId) => userId !== null);
      const userIds = [...new Set(present)].filter((userId) => userId !== row.requested_by);
      return [row.subject_id, { steps: open.map((step) => stepName(context, row, step.name)), userIds }];
    }),
  );
}

/** Whether the caller asked for, decides or decided about a subject: then its page opens whatever the scope is. */
export async function takesPart(context: Context, kind: string, subjectId: string): Promise<boolean> {
  const found = await selectApproval(context)
    .where('subject_kind', '=', kind)
    .where('subject_id', '=', subjectId)
    .where(concernsMe(context, await actingNow(context)))
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
