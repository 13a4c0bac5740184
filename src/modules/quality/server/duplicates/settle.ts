import { mergeParties, reindexCustomer, reloadCustomer } from '#modules/customers/index.ts';
import type { Context } from '#platform/context.ts';
import { defineJob } from '#platform/jobs/kinds.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import { followContacts, moveAttached } from './attached.ts';
import { noteParties } from './record-merge.ts';

const kind = 'quality.mergeSettle';
/** Longer than any request takes. */
const wait = 60_000;

/**
 * Who wrote a note while the merge was going on read the customer before and wrote to it after: such rows are moved a little later.
 * In the caller's transaction.
 */
export const settleLater = (context: Context, mergeId: string): Promise<string> =>
  enqueue(context, { kind, payload: { mergeId }, runAt: new Date(context.now().getTime() + wait) });

async function settle(context: Context, mergeId: string): Promise<void> {
  const merge = await context.tx
    .selectFrom('record_merge')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', mergeId)
    .where('state', '=', 'done')
    .forUpdate()
    .executeTakeFirst();
  if (!merge) return;
  const mergedIds = (merge.merged as { id: string }[]).map((item) => item.id);
  const survivorId = merge.survivor_id;
  for (const id of mergedIds)
    await moveAttached(context, merge.object as 'customer' | 'contact', mergeId, id, survivorId);
  if (merge.object !== 'customer') return;
  await followContacts(context, [survivorId]);
  const survivor = await reloadCustomer(context, survivorId);
  if (survivor) await reindexCustomer(context, survivor);
  const told = merge.parties as Record<string, unknown>;
  for (const party of mergeParties()) {
    const [before, more] = [told[party.name], await party.move(context, { survivorId, mergedIds })];
    if (Array.isArray(before) && Array.isArray(more)) told[party.name] = [...before, ...more];
  }
  await noteParties(context, mergeId, told);
}

export const settleJob = defineJob<{ mergeId: string }>({
  kind,
  heavy: false,
  background: 'whole',
  async run(job, { mergeId }) {
    await job.inTransaction((context) => settle(context, mergeId));
    return undefined;
  },
});
