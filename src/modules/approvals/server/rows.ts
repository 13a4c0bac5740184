import type { Context } from '#platform/context.ts';
import type { ApprovalFacts, Snapshot } from './subjects.ts';

export const selectApproval = (context: Context) =>
  context.tx.selectFrom('approval').selectAll().where('approval.org_id', '=', context.orgId);
export type ApprovalRow = Awaited<ReturnType<ReturnType<typeof selectApproval>['executeTakeFirstOrThrow']>>;

const selectSteps = (context: Context) =>
  context.tx.selectFrom('approval_step').selectAll().where('org_id', '=', context.orgId);
export type StepRow = Awaited<ReturnType<ReturnType<typeof selectSteps>['executeTakeFirstOrThrow']>>;

const selectAssignees = (context: Context) =>
  context.tx.selectFrom('approval_assignee').selectAll().where('org_id', '=', context.orgId);
export type AssigneeRow = Awaited<ReturnType<ReturnType<typeof selectAssignees>['executeTakeFirstOrThrow']>>;

/** Steps of requests in their order, and who is asked in them: two queries however many requests. */
export async function pathsOf(context: Context, approvalIds: string[]) {
  if (approvalIds.length === 0) return { steps: [], assignees: [] };
  return {
    steps: await selectSteps(context)
      .where('approval_id', 'in', approvalIds)
      .orderBy('position')
      .orderBy('id')
      .execute(),
    assignees: await selectAssignees(context).where('approval_id', 'in', approvalIds).orderBy('user_id').execute(),
  };
}

export const factsOf = (row: ApprovalRow): ApprovalFacts => ({
  id: row.id,
  subjectId: row.subject_id,
  requestedBy: row.requested_by,
  customerId: row.customer_id,
  snapshot: row.snapshot as Snapshot,
});
