import type { UpdateObject } from 'kysely';
import type { DB } from '#db/types.ts';
import { notify } from '#modules/notifications/index.ts';
import { permissionHolders, userNames } from '#modules/people/index.ts';
import type { Context } from '#platform/context.ts';
import type { Approver, FlowStep } from '../flow-shapes.ts';
import { type Absences, absencesToday, presentFor } from './absences.ts';
import { activeUsers, managersOf, resolveApprover } from './approvers.ts';
import { type ApprovalRow, type AssigneeRow, pathsOf, type StepRow } from './rows.ts';
import { addToTrail } from './trail.ts';

export const pathOf = (approval: { id: string }) => `/approvals/${approval.id}`;

/** The frozen flow of a request; one made before flows existed has a single step by permission. */
export function frozenSteps(approval: ApprovalRow): FlowStep[] {
  return ((approval.flow as { steps?: FlowStep[] }).steps ?? []).filter((step) => step.approver !== undefined);
}

/** A permission asked of anybody is not tied to names: who gets it tomorrow may decide too. */
export const poolPermission = (step: FlowStep): string | null =>
  step.approver.by === 'permission' && step.mode === 'any' ? step.approver.permission : null;

export async function setStep(context: Context, id: string, values: UpdateObject<DB, 'approval_step'>): Promise<void> {
  await context.tx
    .updateTable('approval_step')
    .set(values)
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
}

export async function addAssignees(
  context: Context,
  step: StepRow,
  userIds: string[],
  escalated = false,
): Promise<string[]> {
  if (userIds.length === 0) return [];
  const added = await context.tx
    .insertInto('approval_assignee')
    .values(
      userIds.map((userId) => ({
        org_id: context.orgId,
        step_id: step.id,
        user_id: userId,
        approval_id: step.approval_id,
        escalated,
      })),
    )
    .onConflict((conflict) => conflict.columns(['org_id', 'step_id', 'user_id']).doNothing())
    .returning('user_id')
    .execute();
  return added.map((row) => row.user_id);
}

/** Opens the next steps of the path; true when there is none left and the request is granted. */
export async function advance(context: Context, approval: ApprovalRow): Promise<boolean> {
  const { steps } = await pathsOf(context, [approval.id]);
  if (steps.some((step) => step.state === 'open')) return false;
  const next = steps.find((step) => step.state === 'waiting');
  if (!next) return true;
  for (const step of steps) {
    if (step.state === 'waiting' && step.position === next.position) await openStep(context, approval, step);
  }
  await context.tx
    .updateTable('approval')
    .set({ step: next.position })
    .where('org_id', '=', context.orgId)
    .where('id', '=', approval.id)
    .execute();
  return false;
}

async function openStep(context: Context, approval: ApprovalRow, step: StepRow): Promise<void> {
  const now = context.now();
  const due = step.deadline_hours ? new Date(now.getTime() + step.deadline_hours * 3_600_000) : null;
  await setStep(context, step.id, {
    state: 'open',
    opened_at: now,
    due_at: due,
    reminded_at: null,
    escalated_at: null,
    closed_at: null,
  });
  const flow = frozenSteps(approval).find((item) => item.key === step.key);
  if (flow && !step.permission)
    await addAssignees(context, step, await resolveApprover(context, flow.approver, approval.requested_by));
  await tell(context, approval, step, await ensurePresent(context, approval, step));
}

async function tell(context: Context, approval: ApprovalRow, step: StepRow, userIds: string[]): Promise<void> {
  const names = await userNames(context, [approval.requested_by]);
  await notify(context, {
    userIds,
    type: 'approvals.waiting',
    params: { title: approval.title, name: names[approval.requested_by] ?? '', step: step.name },
    path: pathOf(approval),
    customerId: approval.customer_id,
  });
}

/** Who decides now in a step: the present ones among the asked, stand-ins in place of the absent. */
export async function presentPeople(context: Context, approval: ApprovalRow, step: StepRow, absences: Absences) {
  const { assignees } = await pathsOf(context, [approval.id]);
  const asked = assignees.filter((row) => row.step_id === step.id && row.state === 'waiting');
  const pool = step.permission ? await permissionHolders(context, step.permission) : [];
  const wanted = [...new Set([...asked.map((row) => row.user_id), ...pool])].filter(
    (id) => id !== approval.requested_by,
  );
  const active = new Set(
    await activeUsers(
      context,
      [...wanted, ...absences.values()].filter((id) => id !== null),
    ),
  );
  const stands = wanted.map((userId) => {
    const present = active.has(userId) ? presentFor(absences, userId) : null;
    // The requester standing in for an approver would decide on the own request.
    return { userId, present: present === approval.requested_by || !present || !active.has(present) ? null : present };
  });
  return { asked, stands };
}

/**
 * A step nobody can decide must not hang: what is missing to its number of signatures is made up by superiors.
 * Returns who is to be told.
 */
export async function ensurePresent(context: Context, approval: ApprovalRow, step: StepRow): Promise<string[]> {
  const absences = await absencesToday(context);
  const { asked, stands } = await presentPeople(context, approval, step, absences);
  const present = [...new Set(stands.flatMap((item) => (item.present ? [item.present] : [])))];
  const missing = stands.filter((item) => !item.present).map((item) => item.userId);
  const decided = await approvedBy(context, step);
  const needed = step.mode === 'all' ? 1 : step.minimum - decided.size;
  const short =
    step.mode === 'all'
      ? (missing.some((id) => asked.some((row) => row.user_id === id && !row.escalated)) || stands.length === 0) &&
        !asked.some((row) => row.escalated && present.includes(row.user_id))
      : present.filter((id) => !decided.has(id)).length < needed;
  if (!short) return present;
  const brought = await escalate(context, approval, step, missing, absences);
  return [...present, ...brought];
}

async function approvedBy(context: Context, step: StepRow): Promise<Set<string>> {
  const { assignees } = await pathsOf(context, [step.approval_id]);
  return new Set(
    assignees.flatMap((row) =>
      row.step_id === step.id && row.state === 'approved' && row.decided_by ? [row.decided_by] : [],
    ),
  );
}

/** Brings in the step's named person, else the superiors of those missing, else whoever oversees the company's approvals. */
export async function escalate(
  context: Context,
  approval: ApprovalRow,
  step: StepRow,
  missing: string[],
  absences: Absences,
): Promise<string[]> {
  const { assignees } = await pathsOf(context, [approval.id]);
  const already = new Set(assignees.filter((row) => row.step_id === step.id).map((row) => row.user_id));
  const sources = [
    async () => (step.escalate_to ? activeUsers(context, [step.escalate_to]) : []),
    ...(missing.length > 0 ? missing.slice(0, 5) : [approval.requested_by]).map(
      (userId) => () => managersOf(context, userId),
    ),
    () => managersOf(context, approval.requested_by),
    () => managersOf(context, approval.requested_by, 9),
  ];
  for (const source of sources) {
    const able = (await source()).filter((id) => {
      const present = presentFor(absences, id);
      return id !== approval.requested_by && !already.has(id) && present !== null && present !== approval.requested_by;
    });
    if (able.length === 0) continue;
    const brought = await addAssignees(context, step, able.slice(0, 3), true);
    const names = await userNames(context, brought);
    await addToTrail(context, approval, { decision: 'escalate', step, target: Object.values(names).join('、') });
    await setStep(context, step.id, { escalated_at: context.now() });
    return brought.map((id) => presentFor(absences, id) ?? id);
  }
  return [];
}

/** Whether the signatures a step has are enough. A superior brought in signs for all who are missing. */
export function isComplete(step: StepRow, assignees: AssigneeRow[]): boolean {
  const mine = assignees.filter((row) => row.step_id === step.id && row.state !== 'cancelled');
  const approved = mine.filter((row) => row.state === 'approved');
  if (step.mode === 'any')
    // Different people: a stand-in for two approvers is still one pair of eyes.
    return new Set(approved.map((row) => row.decided_by)).size >= step.minimum;
  if (approved.some((row) => row.escalated)) return true;
  const own = mine.filter((row) => !row.escalated);
  return own.length > 0 && own.every((row) => row.state === 'approved');
}

export const approverOf = (permission: string): Approver => ({ by: 'permission', permission });
