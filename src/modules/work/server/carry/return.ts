import { type RawBuilder, sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { recordEvents } from '#platform/events/index.ts';
import { defineJob } from '#platform/jobs/kinds.ts';
import { notFound } from '#shared/errors.ts';
import type { ReturnedHow } from '../../carry-contract.ts';
import { supervised } from './views.ts';

/**
 * Marks cards that are still out as returned, each with its event, and ends the carries that hold none any more.
 * Returned twice, or by two at once, a card is returned once. Returns how many were.
 */
export async function returnWhere(context: Context, which: RawBuilder<unknown>, how: ReturnedHow): Promise<number> {
  const by = how === 'rep' || how === 'supervisor' ? context.actor.userId : null;
  const done = await sql<{ id: string; carry_id: string; customer_id: string; user_id: string }>`
    update day_card d set state = 'returned', returned_at = ${context.now()}, returned_by = ${by}, returned_how = ${how}
    where d.org_id = ${context.orgId} and d.state = 'out' and ${which}
    returning d.id, d.carry_id, d.customer_id, d.user_id`.execute(context.tx);
  if (done.rows.length === 0) return 0;
  await recordEvents(
    context,
    done.rows.map((row) => ({
      kind: 'carry.returned',
      subjectKind: 'carry',
      subjectId: row.carry_id,
      customerId: row.customer_id,
      data: { how, cardId: row.id, userId: row.user_id },
    })),
  );
  const carries = [...new Set(done.rows.map((row) => row.carry_id))];
  await sql`
    update carry c set ended_at = ${context.now()}, version = version + 1
    where c.org_id = ${context.orgId} and c.id = any(${carries}::uuid[]) and c.ended_at is null
      and not exists (select 1 from day_card d where d.org_id = c.org_id and d.carry_id = c.id and d.state = 'out')`.execute(
    context.tx,
  );
  return done.rows.length;
}

/** Locks the carry first, so that taking more and returning all cannot pass each other. */
async function lockCarry(context: Context, id: string, whose: RawBuilder<boolean>): Promise<void> {
  const found = await sql`select 1 from carry c where c.org_id = ${context.orgId} and c.id = ${id} and ${whose}
    for update of c`.execute(context.tx);
  if (found.rows.length === 0) throw notFound('carry');
}

const some = (id: string, cardIds: string[] | undefined) =>
  cardIds ? sql`d.carry_id = ${id} and d.id = any(${cardIds}::uuid[])` : sql`d.carry_id = ${id}`;

export async function returnCards(context: Context, id: string, cardIds: string[] | undefined) {
  await lockCarry(context, id, sql<boolean>`c.user_id = ${context.actor.userId}`);
  return { returned: await returnWhere(context, some(id, cardIds), 'rep') };
}

export async function recallCards(context: Context, id: string, cardIds: string[] | undefined) {
  await lockCarry(context, id, supervised(context));
  return { returned: await returnWhere(context, some(id, cardIds), 'supervisor') };
}

const batch = 100;

/** Carries whose day is over or whose carrier was blocked, a batch per transaction; a second process takes others. */
async function sweep(context: Context, ended: 'dayEnd' | 'blocked'): Promise<number> {
  const which =
    ended === 'dayEnd'
      ? sql`c.due_at <= ${context.now()}`
      : sql`exists (select 1 from app_user u where u.org_id = c.org_id and u.id = c.user_id and u.state = 'blocked')`;
  const due = await sql<{
    id: string;
  }>`select c.id from carry c where c.org_id = ${context.orgId} and c.ended_at is null
    and ${which} order by c.due_at, c.id limit ${batch} for update skip locked`.execute(context.tx);
  const ids = due.rows.map((row) => row.id);
  if (ids.length > 0) await returnWhere(context, sql`d.carry_id = any(${ids}::uuid[])`, ended);
  return ids.length;
}

/** Every card comes back by itself: at the day's end, and at once when its carrier is blocked. */
export const returnJob = defineJob({
  kind: 'work.carryReturn',
  heavy: false,
  async run(job) {
    let carries = 0;
    for (const ended of ['blocked', 'dayEnd'] as const) {
      for (;;) {
        const count = await job.inTransaction((context) => sweep(context, ended));
        carries += count;
        if (count < batch) break;
      }
    }
    return { carries };
  },
});
