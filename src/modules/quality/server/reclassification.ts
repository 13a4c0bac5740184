import { sql } from 'kysely';
import { loadCustomer, updateCustomer } from '#modules/customers/index.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import { conflict, Problem } from '#shared/errors.ts';
import type { RevisionItem, RevisionResult } from '../revision-contract.ts';
import { loadRevision } from './revision.ts';
import { findRevisionItem } from './revision-items.ts';

interface Locked {
  id: string;
  version: number;
  revision_id: string;
  customer_id: string;
  result: RevisionResult;
  why: string | null;
  grade_from: string | null;
  grade_to: string | null;
  proposal: string | null;
}

async function lockItem(context: Context, id: string): Promise<Locked> {
  const found = await sql<Locked>`select * from revision_item where org_id = ${context.orgId} and id = ${id}
    for update`.execute(context.tx);
  return found.rows[0] as Locked;
}

async function settle(context: Context, item: Locked, proposal: 'accepted' | 'declined'): Promise<void> {
  await sql`update revision_item set proposal = ${proposal}, version = version + 1
    where org_id = ${context.orgId} and id = ${item.id}`.execute(context.tx);
  await recordEvent(context, {
    kind: `revision.${proposal}`,
    subjectKind: 'revisionItem',
    subjectId: item.id,
    customerId: item.customer_id,
    data: { from: item.grade_from, to: item.grade_to },
  });
}

/** Changes the grade the way a person changes it on the card, with the revision as the reason. */
async function regrade(context: Context, item: Locked, revision: string): Promise<void> {
  const row = await loadCustomer(context, item.customer_id, 'customer:update', true);
  const grade = row.grade ?? null;
  // By hand, or by another revision: what was proposed is done.
  if (grade === item.grade_to && row.state === 'active') return settle(context, item, 'accepted');
  if (grade !== item.grade_from) throw conflict('revision.gradeChanged');
  await updateCustomer({ ...context, ifMatch: null }, item.customer_id, {
    values: { grade: item.grade_to },
    sources: { grade: { source: 'observation', note: revision } },
    reason: [revision, item.why].filter(Boolean).join('：'),
  });
  await settle(context, item, 'accepted');
}

/** Accepts or declines the grade a result proposes. */
export async function decideProposal(
  context: Context,
  id: string,
  decision: 'accept' | 'decline',
): Promise<RevisionItem> {
  const seen = await findRevisionItem(context, id);
  await loadCustomer(context, seen.customer.id, 'customer:update');
  const item = await lockItem(context, id);
  requireVersion(context, item.version, () => ({ ...seen, version: item.version }));
  if (item.proposal !== 'open') throw conflict('revision.noProposal');
  if (decision === 'decline') await settle(context, item, 'declined');
  else await regrade(context, item, (await loadRevision(context, item.revision_id)).name);
  return findRevisionItem(context, id);
}

/** Accepts all open proposals of a revision the caller may act on, in the background. */
export async function acceptProposals(context: Context, revisionId: string): Promise<{ jobId: string }> {
  await loadRevision(context, revisionId);
  return {
    jobId: await enqueue(context, {
      kind: 'quality.reclassify',
      payload: { revisionId },
      uniqueKey: `${revisionId}:${context.actor.userId}`,
    }),
  };
}

const batch = 100;

async function reclassify(job: JobContext, { revisionId }: { revisionId: string }): Promise<Record<string, unknown>> {
  let after = '00000000-0000-0000-0000-000000000000';
  let changed = 0;
  let left = 0;
  for (;;) {
    const from = after;
    const ids = await job.inTransaction(async (context) => {
      const { rows } = await sql<{ id: string }>`select i.id from revision_item i
        join customer c on c.org_id = i.org_id and c.id = i.customer_id and c.state = 'active'
        where i.org_id = ${context.orgId} and i.revision_id = ${revisionId} and i.proposal = 'open' and i.id > ${from}::uuid
          and ${visible(context.actor, 'customer:update', 'c')} order by i.id limit ${batch}`.execute(context.tx);
      return rows.map((row) => row.id);
    });
    const last = ids.at(-1);
    if (!last) return { changed, left };
    for (const id of ids) {
      try {
        await job.inTransaction(async (context) => {
          const item = await lockItem(context, id);
          if (item.proposal === 'open') await regrade(context, item, (await loadRevision(context, revisionId)).name);
        });
        changed += 1;
      } catch (error) {
        // Graded otherwise since, or a rule of the card refuses it: the proposal stays for a person.
        if (!(error instanceof Problem)) throw error;
        left += 1;
      }
    }
    if (ids.length < batch) {
      await job.complete(changed + left);
      return { changed, left };
    }
    after = last;
    await job.progress(changed + left, null);
  }
}

export const reclassificationJobs = [
  defineJob<{ revisionId: string }>({ kind: 'quality.reclassify', heavy: false, run: reclassify }),
];
