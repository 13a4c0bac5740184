import { sql } from 'kysely';
import { notify } from '#modules/notifications/index.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { type ApprovalRow, factsOf } from './rows.ts';
import { pathOf } from './steps.ts';
import { type Outcome, subjectOf } from './subjects.ts';

/** Ends a request and lets the owning module act, in the same transaction. `tellOwner` is off when the module itself ends it. */
export async function finish(
  context: Context,
  row: ApprovalRow,
  outcome: Outcome,
  reason = '',
  tellOwner = true,
): Promise<void> {
  await context.tx
    .updateTable('approval')
    .set({ state: outcome, decided_at: context.now(), version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', row.id)
    .execute();
  await context.tx
    .updateTable('approval_step')
    .set({ state: 'cancelled', closed_at: context.now() })
    .where('org_id', '=', context.orgId)
    .where('approval_id', '=', row.id)
    .where('state', 'in', ['waiting', 'open'])
    .execute();
  await context.tx
    .updateTable('approval_assignee')
    .set({ state: 'cancelled' })
    .where('org_id', '=', context.orgId)
    .where('approval_id', '=', row.id)
    .where('state', '=', 'waiting')
    .execute();
  if (tellOwner) await subjectOf(row.subject_kind)?.decided(context, factsOf(row), outcome);
  await recordEvent(context, {
    kind: `approval.${outcome}`,
    subjectKind: 'approval',
    subjectId: row.id,
    customerId: row.customer_id,
    data: { kind: row.subject_kind, title: row.title },
    reason: reason || null,
  });
  if (row.requested_by === context.actor.userId) return;
  await notify(context, {
    userIds: [row.requested_by],
    type: `approvals.${outcome}`,
    params: { title: row.title, name: context.actor.name },
    path: pathOf(row),
    customerId: row.customer_id,
  });
}
