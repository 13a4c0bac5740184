import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { matchingIds } from '#modules/fields/index.ts';
import { notify } from '#modules/notifications/index.ts';
import { loadActor } from '#modules/people/index.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import type { Condition } from '#shared/conditions.ts';
import { newId } from '#shared/ids.ts';
import { type PlanRow, selectPlans } from './plans.ts';

interface Payload {
  planId: string;
  week: string;
}

/** Draws the sample of one plan and week. One rep a transaction; run again, it goes on with the reps it lacks. */
export const drawJob = defineJob<Payload>({ kind: 'oversight.draw', heavy: false, run: draw });

async function draw(job: JobContext, { planId, week }: Payload): Promise<Record<string, unknown>> {
  const begun = await job.inTransaction((context) => begin(context, planId, week));
  if (!begun) return { skipped: true };
  const { plan, roundId } = begun;
  let cards = 0;
  for (const [index, repId] of begun.reps.entries()) {
    cards += await job.inTransaction(async (context) => {
      // With the rights the inspector has now: nothing is drawn that he may not open.
      const actor = await loadActor(context.tx, context.orgId, plan.inspector_id, 'user', null);
      return actor ? drawForRep({ ...context, actor }, plan, roundId, repId) : 0;
    });
    await job.progress(index + 1, begun.reps.length);
  }
  await job.inTransaction((context) => end(context, plan, roundId, week));
  return { cards };
}

async function begin(context: Context, planId: string, week: string) {
  const plan = await selectPlans(context).where('id', '=', planId).executeTakeFirst();
  if (!plan?.active) return undefined;
  const actor = await loadActor(context.tx, context.orgId, plan.inspector_id, 'user', null);
  if (!actor?.grants['inspection:manage']) return undefined;
  await context.tx
    .insertInto('inspection_round')
    .values({
      org_id: context.orgId,
      id: newId(),
      plan_id: planId,
      week: week,
      inspector_id: plan.inspector_id,
      checklist: JSON.stringify(plan.checklist),
      fix_days: plan.fix_days,
    })
    .onConflict((clash) => clash.columns(['org_id', 'plan_id', 'week']).doNothing())
    .execute();
  const round = await context.tx
    .selectFrom('inspection_round')
    .select(['id', 'drawn'])
    .where('org_id', '=', context.orgId)
    .where('plan_id', '=', planId)
    .where('week', '=', week)
    .executeTakeFirstOrThrow();
  if (round.drawn) return undefined;
  const team = plan.team_id
    ? sql`and exists (select 1 from team t where t.org_id = u.org_id and t.id = u.team_id and ${plan.team_id}::uuid = any(t.path))`
    : sql``;
  const reps = await sql<{ id: string }>`
    select u.id from app_user u where u.org_id = ${context.orgId} and u.state = 'active' ${team}
      and exists (select 1 from customer c where c.org_id = u.org_id and c.owner_id = u.id and c.state = 'active')
      and not exists (select 1 from inspection_item i where i.org_id = u.org_id and i.round_id = ${round.id} and i.rep_id = u.id)
    order by u.id`.execute(context.tx);
  return { plan, roundId: round.id, reps: reps.rows.map((row) => row.id) };
}

/** Chance that can be repeated: the same round draws the same cards, whichever process does it. */
const lot = (roundId: string, customerId: string) =>
  createHash('sha256').update(roundId).update(customerId).digest('hex');

async function drawForRep(context: Context, plan: PlanRow, roundId: string, repId: string): Promise<number> {
  const rested = sql<boolean>`customer.owner_id = ${repId}::uuid and not exists (
    select 1 from inspection_item i where i.org_id = customer.org_id and i.customer_id = customer.id
      and i.created_at > ${context.now()}::timestamptz - make_interval(weeks => ${plan.rest_weeks}))`;
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const batch: string[] = await matchingIds(
      context,
      {
        object: 'customer',
        permission: 'inspection:manage',
        where: rested,
        ...(plan.condition ? { filter: plan.condition as Condition } : {}),
      },
      after,
      5000,
    );
    ids.push(...batch);
    if (batch.length < 5000) break;
    after = batch.at(-1) ?? null;
  }
  const wanted =
    plan.rule === 'all'
      ? ids.length
      : plan.rule === 'percent'
        ? Math.ceil((ids.length * plan.amount) / 100)
        : plan.amount;
  const chosen = ids
    .map((id) => ({ id, lot: lot(roundId, id) }))
    .sort((a, b) => (a.lot < b.lot ? -1 : 1))
    .slice(0, wanted);
  const rows = chosen.map(({ id }) => ({
    org_id: context.orgId,
    id: newId(),
    round_id: roundId,
    customer_id: id,
    rep_id: repId,
    created_at: context.now(),
  }));
  for (let start = 0; start < rows.length; start += 1000) {
    await context.tx
      .insertInto('inspection_item')
      .values(rows.slice(start, start + 1000))
      .onConflict((clash) => clash.columns(['org_id', 'round_id', 'customer_id']).doNothing())
      .execute();
  }
  return rows.length;
}

async function end(context: Context, plan: PlanRow, roundId: string, week: string): Promise<void> {
  const done = await context.tx
    .updateTable('inspection_round')
    .set({ drawn: true })
    .where('org_id', '=', context.orgId)
    .where('id', '=', roundId)
    .where('drawn', '=', false)
    .returning('id')
    .executeTakeFirst();
  if (!done) return;
  const count = await sql<{ n: number }>`
    select count(*) as n from inspection_item where org_id = ${context.orgId} and round_id = ${roundId}`.execute(
    context.tx,
  );
  const cards = count.rows[0]?.n ?? 0;
  await recordEvent(context, {
    kind: 'inspectionRound.drawn',
    subjectKind: 'inspectionRound',
    subjectId: roundId,
    data: { plan: plan.name, week, cards },
  });
  await notify(context, {
    userIds: [plan.inspector_id],
    type: 'oversight.drawn',
    params: { name: plan.name, n: cards },
    path: `/inspections/${roundId}`,
    key: `oversight.drawn.${roundId}`,
  });
}
