import type { Context } from '#platform/context.ts';
import { newId } from '#shared/ids.ts';
import type { ApprovalRow, StepRow } from './rows.ts';

export interface TrailEntry {
  decision: 'approve' | 'refuse' | 'withdraw' | 'comment' | 'return' | 'resubmit' | 'addSigner' | 'escalate' | 'remind';
  comment?: string;
  step?: StepRow;
  onBehalfOf?: string | null;
  /** Names of people or of a step the entry points to. */
  target?: string;
}

/** Adds to the trail of a request: what was done, by whom, in whose place. */
export async function addToTrail(context: Context, approval: ApprovalRow, entry: TrailEntry): Promise<void> {
  await context.tx
    .insertInto('approval_decision')
    .values({
      org_id: context.orgId,
      id: newId(),
      approval_id: approval.id,
      step: entry.step?.position ?? approval.step,
      step_name: entry.step?.name || null,
      decision: entry.decision,
      comment: entry.comment ?? '',
      decided_by: context.actor.userId,
      decided_at: context.now(),
      on_behalf_of: entry.onBehalfOf ?? null,
      target: entry.target ?? null,
    })
    .execute();
}
