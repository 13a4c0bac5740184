import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { conflict, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { Approver, FlowStep } from '../flow-shapes.ts';
import { isAsked } from './conditions.ts';
import { finish } from './finish.ts';
import { publishedFlow } from './flows.ts';
import { type ApprovalRow, pathsOf, selectApproval } from './rows.ts';
import { advance, approverOf, frozenSteps, poolPermission, setStep } from './steps.ts';
import { ownStepName, type Snapshot, subjectOf } from './subjects.ts';
import { addToTrail } from './trail.ts';

export interface ApprovalRequest {
  kind: string;
  subjectId: string;
  title: string;
  snapshot: Snapshot;
  /** The customer the request concerns: it appears on the customer's timeline. */
  customerId?: string | null;
}

/** A step with nothing but its people; its name is among the subject's `stepNames`. */
export const plainStep = (key: string, approver: Approver): FlowStep => ({
  key,
  name: '',
  approver,
  mode: 'any',
  minimum: 1,
  conditions: [],
  deadlineHours: null,
  remindHours: null,
  escalateTo: null,
});

const defaultStep = (permission: string): FlowStep => plainStep('default', approverOf(permission));

/**
 * Asks for a yes. The snapshot is what the decision is about, whatever happens to the subject meanwhile; the flow is the one
 * published now, whatever is published later. Returns the request's id.
 */
export async function requestApproval(context: Context, request: ApprovalRequest): Promise<string> {
  const subject = subjectOf(request.kind);
  if (!subject) throw new Error(`no approval subject ${request.kind}`);
  const flow = await publishedFlow(context, request.kind);
  const planned = async () => {
    const { subjectId, customerId = null } = request;
    const own = (await subject.steps?.(context, { subjectId, customerId })) ?? [defaultStep(subject.permission)];
    return own.map((step) => ({ ...step, name: ownStepName(context, request.kind, step.key) }));
  };
  const steps = flow?.steps ?? (await planned());
  const id = newId();
  const approval = await context.tx
    .insertInto('approval')
    .values({
      org_id: context.orgId,
      id,
      subject_kind: request.kind,
      subject_id: request.subjectId,
      title: request.title.slice(0, 500),
      snapshot: JSON.stringify(request.snapshot),
      flow: JSON.stringify({ number: flow?.number ?? null, steps }),
      flow_id: flow?.id ?? null,
      customer_id: request.customerId ?? null,
      requested_by: context.actor.userId,
      requested_at: context.now(),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await context.tx
    .insertInto('approval_step')
    .values(
      steps.map((step, position) => ({
        org_id: context.orgId,
        id: newId(),
        approval_id: id,
        position,
        key: step.key,
        name: step.name,
        mode: step.mode,
        minimum: step.minimum,
        permission: poolPermission(step),
        state: isAsked(step, request.snapshot) ? 'waiting' : 'skipped',
        deadline_hours: step.deadlineHours,
        remind_hours: step.remindHours,
        escalate_to: step.escalateTo,
      })),
    )
    .execute();
  await keepSnapshot(context, approval, request.snapshot);
  await recordEvent(context, {
    kind: 'approval.requested',
    subjectKind: 'approval',
    subjectId: id,
    customerId: request.customerId,
    data: { kind: request.kind, title: approval.title },
  });
  if (await advance(context, approval)) await finish(context, approval, 'approved');
  return id;
}

async function keepSnapshot(context: Context, approval: ApprovalRow, snapshot: Snapshot): Promise<void> {
  await context.tx
    .insertInto('approval_snapshot')
    .values({
      org_id: context.orgId,
      approval_id: approval.id,
      round: approval.round,
      snapshot: JSON.stringify(snapshot),
      submitted_by: context.actor.userId,
      submitted_at: context.now(),
    })
    .execute();
}

/** Begins the path anew with a changed snapshot. Signers added on the way stay on it. */
export async function startRound(
  context: Context,
  row: ApprovalRow,
  change: { snapshot: Snapshot; title?: string },
  comment: string,
): Promise<ApprovalRow> {
  const approval = await context.tx
    .updateTable('approval')
    .set({
      state: 'open',
      snapshot: JSON.stringify(change.snapshot),
      ...(change.title ? { title: change.title.slice(0, 500) } : {}),
      round: sql`round + 1`,
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const flow = new Map(frozenSteps(approval).map((step) => [step.key, step]));
  const { steps } = await pathsOf(context, [row.id]);
  for (const step of steps) {
    const planned = step.key ? flow.get(step.key) : undefined;
    const asked = !planned || isAsked(planned, change.snapshot);
    await resetStep(context, step.id, step.key === null, asked ? 'waiting' : 'skipped');
  }
  await keepSnapshot(context, approval, change.snapshot);
  await addToTrail(context, approval, { decision: 'resubmit', comment });
  await recordEvent(context, {
    kind: 'approval.resubmitted',
    subjectKind: 'approval',
    subjectId: row.id,
    customerId: row.customer_id,
    data: { kind: row.subject_kind, title: approval.title },
    reason: comment || null,
  });
  if (await advance(context, approval)) await finish(context, approval, 'approved');
  return approval;
}

/** Makes a step wait again: the flow's own are asked anew from the flow, an added signer stays named. */
export async function resetStep(context: Context, stepId: string, added: boolean, state: string): Promise<void> {
  await setStep(context, stepId, { state, opened_at: null, due_at: null, closed_at: null });
  const rows = context.tx;
  if (added) {
    await rows
      .deleteFrom('approval_assignee')
      .where('org_id', '=', context.orgId)
      .where('step_id', '=', stepId)
      .where('escalated', '=', true)
      .execute();
    await rows
      .updateTable('approval_assignee')
      .set({ state: 'waiting', decided_by: null, decided_at: null })
      .where('org_id', '=', context.orgId)
      .where('step_id', '=', stepId)
      .execute();
  } else {
    await rows
      .deleteFrom('approval_assignee')
      .where('org_id', '=', context.orgId)
      .where('step_id', '=', stepId)
      .execute();
  }
}

const latest = (context: Context, kind: string, subjectId: string) =>
  selectApproval(context).where('subject_kind', '=', kind).where('subject_id', '=', subjectId).orderBy('id', 'desc');

/**
 * The newest request about a subject, or undefined: for the owning module's pages.
 * @public door for the modules that ask
 */
export async function approvalOf(context: Context, kind: string, subjectId: string) {
  const row = await latest(context, kind, subjectId).executeTakeFirst();
  return row ? { id: row.id, version: row.version, state: row.state, round: row.round } : undefined;
}

/**
 * Submits a request that was sent back again, from the owning module, with the subject as the module knows it.
 * @public door for the modules that ask
 */
export async function resubmitSubject(
  context: Context,
  request: { kind: string; subjectId: string; title?: string; snapshot: Snapshot; comment?: string },
): Promise<void> {
  const row = await latest(context, request.kind, request.subjectId).forUpdate().executeTakeFirst();
  if (!row || row.requested_by !== context.actor.userId) throw notFound('approval');
  if (row.state !== 'returned') throw conflict('approval.notReturned');
  await startRound(context, row, request, request.comment ?? '');
}

/**
 * Takes back the open request about a subject that the owning module itself withdraws or removes.
 * @public door for the modules that ask
 */
export async function withdrawSubject(context: Context, kind: string, subjectId: string, reason = ''): Promise<void> {
  const row = await latest(context, kind, subjectId).forUpdate().executeTakeFirst();
  if (!row || (row.state !== 'open' && row.state !== 'returned')) return;
  await addToTrail(context, row, { decision: 'withdraw', comment: reason });
  await finish(context, row, 'withdrawn', reason, false);
}
