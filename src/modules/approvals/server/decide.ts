import { sql, type UpdateObject } from 'kysely';
import type { DB } from '#db/types.ts';
import { notify } from '#modules/notifications/index.ts';
import { userNames } from '#modules/people/index.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { conflict, forbidden, invalid, Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { ApprovalView } from '../contract.ts';
import { absencesToday, actingNow, presentFor } from './absences.ts';
import { activeUsers } from './approvers.ts';
import { differences } from './difference.ts';
import { lockApproval, mySignatures, oversees, type Signature } from './eligible.ts';
import { finish } from './finish.ts';
import { resetStep, startRound } from './request.ts';
import { type ApprovalRow, factsOf, pathsOf, type StepRow, selectApproval } from './rows.ts';
import { addAssignees, advance, ensurePresent, isComplete, pathOf, setStep } from './steps.ts';
import { type Snapshot, subjectOf } from './subjects.ts';
import { addToTrail } from './trail.ts';
import { viewApprovals } from './views.ts';

/** Loads and locks a request for a change: the version the caller read must still be the present one. */
async function forChange(context: Context, id: string) {
  const acting = await actingNow(context);
  const row = await lockApproval(context, acting, id);
  requireVersion(context, row.version, () => ({ id: row.id, version: row.version, state: row.state }));
  return { acting, row };
}

async function touched(context: Context, id: string): Promise<ApprovalView> {
  const row = await selectApproval(context).where('id', '=', id).executeTakeFirstOrThrow();
  const [viewed] = await viewApprovals(context, [row]);
  if (!viewed) throw new Error('approval vanished');
  return viewed;
}

const bump = (context: Context, id: string, values: UpdateObject<DB, 'approval'> = {}) =>
  context.tx
    .updateTable('approval')
    .set({ ...values, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();

export interface Decision {
  decision: 'approve' | 'refuse' | 'withdraw';
  comment: string;
  acceptChanges?: boolean;
}

async function waitForSubject(context: Context, id: string): Promise<void> {
  const asked = await selectApproval(context).where('id', '=', id).executeTakeFirst();
  if (asked) await subjectOf(asked.subject_kind)?.waitTurn?.(context, asked.subject_id);
}

export async function decideApproval(context: Context, id: string, input: Decision): Promise<ApprovalView> {
  if (input.decision === 'approve') await waitForSubject(context, id);
  const { acting, row } = await forChange(context, id);
  const { decision, comment } = input;
  if (decision === 'withdraw') {
    if (row.requested_by !== context.actor.userId) throw new Problem(403, 'approval.notYours');
    if (row.state !== 'open' && row.state !== 'returned') throw conflict('approval.decided');
    await addToTrail(context, row, { decision, comment });
    await finish(context, row, 'withdrawn', comment);
    return touched(context, id);
  }
  if (row.state !== 'open') throw conflict('approval.decided');
  const signatures = await mySignatures(context, acting, row);
  if (signatures.length === 0) throw notMine(context, row);
  if (decision === 'approve') await requireUnchanged(context, row, input.acceptChanges ?? false);
  for (const signature of signatures) await sign(context, row, signature, decision, comment);
  if (decision === 'refuse') {
    for (const { step } of signatures) await setStep(context, step.id, { state: 'refused', closed_at: context.now() });
    await finish(context, row, 'refused', comment);
    return touched(context, id);
  }
  await closeComplete(context, row, [...new Map(signatures.map((item) => [item.step.id, item.step])).values()]);
  if (await advance(context, row)) await finish(context, row, 'approved', comment);
  else await bump(context, id);
  return touched(context, id);
}

const notMine = (context: Context, row: ApprovalRow): Problem =>
  row.requested_by === context.actor.userId
    ? new Problem(403, 'approval.ownRequest')
    : forbidden(subjectOf(row.subject_kind)?.permission ?? row.subject_kind);

async function sign(
  context: Context,
  row: ApprovalRow,
  { step, userId }: Signature,
  decision: 'approve' | 'refuse',
  comment: string,
): Promise<void> {
  await context.tx
    .insertInto('approval_assignee')
    .values({ org_id: context.orgId, step_id: step.id, user_id: userId, approval_id: row.id })
    .onConflict((clash) => clash.columns(['org_id', 'step_id', 'user_id']).doNothing())
    .execute();
  await context.tx
    .updateTable('approval_assignee')
    .set({
      state: decision === 'approve' ? 'approved' : 'refused',
      decided_by: context.actor.userId,
      decided_at: context.now(),
    })
    .where('org_id', '=', context.orgId)
    .where('step_id', '=', step.id)
    .where('user_id', '=', userId)
    .execute();
  await addToTrail(context, row, {
    decision,
    comment,
    step,
    onBehalfOf: userId === context.actor.userId ? null : userId,
  });
}

async function closeComplete(context: Context, row: ApprovalRow, steps: StepRow[]): Promise<void> {
  const { assignees } = await pathsOf(context, [row.id]);
  for (const step of steps) {
    if (!isComplete(step, assignees)) continue;
    await setStep(context, step.id, { state: 'done', closed_at: context.now() });
    await context.tx
      .updateTable('approval_assignee')
      .set({ state: 'cancelled' })
      .where('org_id', '=', context.orgId)
      .where('step_id', '=', step.id)
      .where('state', '=', 'waiting')
      .execute();
  }
}

/** A yes is given to the snapshot. If the subject is another by now, its module or the decider must say that it still holds. */
async function requireUnchanged(context: Context, row: ApprovalRow, accepted: boolean): Promise<void> {
  const subject = subjectOf(row.subject_kind);
  if (!subject?.current) return;
  const current = await subject.current(context, row.subject_id, row.snapshot as Snapshot);
  if (current === null) throw conflict('approval.subjectGone');
  const changed = differences(row.snapshot as Snapshot, current);
  if (changed.length === 0) return;
  if (subject.accepts) {
    if (!(await subject.accepts(context, factsOf(row), current)))
      throw conflict('approval.subjectInvalid', { data: { changed } });
  } else if (!accepted) throw conflict('approval.subjectChanged', { data: { changed } });
}

/** Back to an earlier step, whose people decide again, or to the requester, who changes the subject and submits again. */
export async function sendBack(
  context: Context,
  id: string,
  input: { toStep: string | null; comment: string },
): Promise<ApprovalView> {
  const { acting, row } = await forChange(context, id);
  if (row.state !== 'open') throw conflict('approval.decided');
  const [signature] = await mySignatures(context, acting, row);
  if (!signature) throw notMine(context, row);
  const { steps } = await pathsOf(context, [id]);
  const target = input.toStep ? steps.find((step) => step.id === input.toStep) : undefined;
  if (input.toStep && (target?.state !== 'done' || target.position >= signature.step.position))
    throw invalid([{ field: 'toStep', code: 'approval.noEarlierStep' }]);
  await addToTrail(context, row, {
    decision: 'return',
    comment: input.comment,
    step: signature.step,
    onBehalfOf: signature.userId === context.actor.userId ? null : signature.userId,
    ...(target ? { target: target.name } : {}),
  });
  // Steps that open together share a position: sending back to one of them asks all of them again.
  for (const step of steps) {
    if (step.state === 'skipped' || (target && step.position < target.position)) continue;
    await resetStep(context, step.id, step.key === null, 'waiting');
  }
  await recordEvent(context, {
    kind: 'approval.returned',
    subjectKind: 'approval',
    subjectId: id,
    customerId: row.customer_id,
    data: { kind: row.subject_kind, title: row.title, to: target?.name ?? null },
    reason: input.comment,
  });
  if (target) {
    await advance(context, row);
    await bump(context, id);
    return touched(context, id);
  }
  await bump(context, id, { state: 'returned' });
  await subjectOf(row.subject_kind)?.returned?.(context, factsOf(row));
  await notify(context, {
    userIds: [row.requested_by],
    type: 'approvals.returned',
    params: { title: row.title, name: context.actor.name, comment: input.comment },
    path: pathOf(row),
    customerId: row.customer_id,
  });
  return touched(context, id);
}

export async function resubmitApproval(context: Context, id: string, comment: string): Promise<ApprovalView> {
  const { row } = await forChange(context, id);
  if (row.requested_by !== context.actor.userId) throw new Problem(403, 'approval.notYours');
  if (row.state !== 'returned') throw conflict('approval.notReturned');
  await subjectOf(row.subject_kind)?.resubmitted?.(context, factsOf(row));
  const current = await subjectOf(row.subject_kind)?.current?.(context, row.subject_id, row.snapshot as Snapshot);
  if (current === null) throw conflict('approval.subjectGone');
  await startRound(context, row, { snapshot: current ?? (row.snapshot as Snapshot) }, comment);
  return touched(context, id);
}

/** Somebody more must decide: before the present step, after it, or beside it. */
export async function addSigner(
  context: Context,
  id: string,
  input: { userId: string; place: 'before' | 'after' | 'parallel'; comment: string },
): Promise<ApprovalView> {
  const { acting, row } = await forChange(context, id);
  if (row.state !== 'open') throw conflict('approval.decided');
  const [signature] = await mySignatures(context, acting, row);
  const may = signature ?? ((await oversees(context, row.requested_by)) && row.requested_by !== context.actor.userId);
  if (!may) throw notMine(context, row);
  if (input.userId === row.requested_by) throw invalid([{ field: 'userId', code: 'approval.ownRequest' }]);
  if ((await activeUsers(context, [input.userId])).length === 0)
    throw invalid([{ field: 'userId', code: 'link.unknown' }]);
  const { steps, assignees } = await pathsOf(context, [id]);
  if (steps.filter((step) => step.key === null).length >= 20)
    throw invalid([{ field: 'userId', code: 'approval.tooManySigners' }]);
  const here = steps.find((step) => step.state === 'open');
  if (!here) throw conflict('approval.decided');
  const clash = steps.some(
    (step) =>
      step.state === 'open' &&
      assignees.some((item) => item.step_id === step.id && item.user_id === input.userId && item.state === 'waiting'),
  );
  if (clash) throw invalid([{ field: 'userId', code: 'approval.alreadyAsked' }]);
  const position = input.place === 'after' ? here.position + 1 : here.position;
  if (input.place !== 'parallel') {
    await context.tx
      .updateTable('approval_step')
      .set({ position: sql`position + 1` })
      .where('org_id', '=', context.orgId)
      .where('approval_id', '=', id)
      .where('position', '>=', position)
      .execute();
  }
  if (input.place === 'before') {
    for (const step of steps.filter((item) => item.state === 'open'))
      await resetStep(context, step.id, step.key === null, 'waiting');
  }
  const names = await userNames(context, [input.userId]);
  const added = await context.tx
    .insertInto('approval_step')
    .values({
      org_id: context.orgId,
      id: newId(),
      approval_id: id,
      position,
      key: null,
      name: names[input.userId] ?? '',
      mode: 'all',
      state: 'waiting',
      added_by: context.actor.userId,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await addAssignees(context, added, [input.userId]);
  await addToTrail(context, row, {
    decision: 'addSigner',
    comment: input.comment,
    step: here,
    target: names[input.userId] ?? '',
  });
  if (input.place === 'before') await advance(context, row);
  if (input.place === 'parallel') await openBeside(context, row, added);
  await bump(context, id);
  return touched(context, id);
}

async function openBeside(context: Context, row: ApprovalRow, step: StepRow): Promise<void> {
  await setStep(context, step.id, { state: 'open', opened_at: context.now() });
  const present = await ensurePresent(context, row, { ...step, state: 'open' });
  await notify(context, {
    userIds: present,
    type: 'approvals.waiting',
    params: { title: row.title, name: context.actor.name, step: step.name },
    path: pathOf(row),
    customerId: row.customer_id,
  });
}

/** A remark on the trail; it changes nothing, so it needs no version. */
export async function commentApproval(context: Context, id: string, comment: string): Promise<ApprovalView> {
  const acting = await actingNow(context);
  const row = await lockApproval(context, acting, id);
  await addToTrail(context, row, { decision: 'comment', comment });
  const { assignees } = await pathsOf(context, [id]);
  const absences = await absencesToday(context);
  const asked = assignees.filter((item) => item.state !== 'cancelled').map((item) => item.user_id);
  const told = [row.requested_by, ...asked.map((userId) => presentFor(absences, userId) ?? userId)];
  await notify(context, {
    userIds: told.filter((userId) => userId !== context.actor.userId),
    type: 'approvals.comment',
    params: { title: row.title, name: context.actor.name, comment: comment.slice(0, 200) },
    path: pathOf(row),
    customerId: row.customer_id,
  });
  return touched(context, id);
}
