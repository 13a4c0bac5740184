import { sql } from 'kysely';
import { notify } from '#modules/notifications/index.ts';
import { companyToday, timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { addDays, localDay } from '#shared/dates/zoned.ts';
import { notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { moveToOwner } from '../change.ts';
import type { CustomerRow } from '../store.ts';
import { hasBought } from './due.ts';
import { loadPool, mayClaim, type PoolRow } from './pools.ts';

export interface Outcome {
  customerId: string;
  ok: boolean;
  code: string | null;
}

/** What a person may still take from a pool. Their user row is locked: of two claims at once the second counts the first. */
async function allowance(context: Context, pool: PoolRow, userId: string, today: string) {
  await sql`select 1 from app_user where org_id = ${context.orgId} and id = ${userId} for no key update`.execute(
    context.tx,
  );
  let claims = Number.POSITIVE_INFINITY;
  let holding = Number.POSITIVE_INFINITY;
  if (pool.claim_limit !== null) {
    const made = await sql<{ count: number }>`select count(*) as count from pool_claim where org_id = ${context.orgId}
      and user_id = ${userId} and pool_id = ${pool.id} and day = ${today}::date`.execute(context.tx);
    claims = pool.claim_limit - (made.rows[0]?.count ?? 0);
  }
  if (pool.holding_cap !== null) {
    const counted = pool.cap_exempts_buyers ? sql`not ${await hasBought(context)}` : sql`true`;
    const held = await sql<{ count: number }>`select count(*) as count from customer where org_id = ${context.orgId}
      and owner_id = ${userId} and state = 'active' and home_pool = ${pool.id} and ${counted}`.execute(context.tx);
    holding = pool.holding_cap - (held.rows[0]?.count ?? 0);
  }
  return { claims, holding };
}

/** Locks the customers in one order for everybody: two claims of the same ones wait for each other and never in a circle. */
export async function lockAll(context: Context, ids: string[]): Promise<Map<string, CustomerRow>> {
  const rows = await context.tx
    .selectFrom('customer')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', 'in', ids)
    .where('state', '=', 'active')
    .orderBy('id')
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** The caller takes customers of a pool; the first who comes gets each, the others are told. */
export async function claimCustomers(context: Context, poolId: string, customerIds: string[]) {
  const pool = await loadPool(context, poolId);
  if (!mayClaim(context, poolId)) throw notFound('pool');
  const today = await companyToday(context);
  const timeZone = await timeZoneOf(context);
  const { userId } = context.actor;
  const left = await allowance(context, pool, userId, today);
  const ids = [...new Set(customerIds)];
  const rows = await lockAll(context, ids);
  const taken: string[] = [];
  const refusal = (row: CustomerRow | undefined): string | null => {
    if (row?.pool !== pool.id) return 'pool.gone';
    if (row.former_owner_id === userId && row.released_at && pool.cooldown_days > 0) {
      const released = localDay(row.released_at, timeZone);
      if (addDays(released, pool.cooldown_days) > today) return 'pool.cooldown';
    }
    if (taken.length >= left.claims) return 'pool.claimLimit';
    return taken.length >= left.holding ? 'pool.holdingCap' : null;
  };
  const items: Outcome[] = [];
  for (const customerId of ids) {
    const row = rows.get(customerId);
    const code = refusal(row);
    items.push({ customerId, ok: code === null, code });
    if (code !== null || !row) continue;
    await moveToOwner(context, row, { ownerId: userId }, null, { event: 'customer.claimed', data: poolData(pool) });
    taken.push(customerId);
  }
  await keepClaims(context, pool, userId, taken, today);
  return { done: taken.length, items };
}

export const poolData = (pool: PoolRow) => ({ pool: pool.id, poolName: pool.name });

async function keepClaims(context: Context, pool: PoolRow, userId: string, taken: string[], day: string) {
  if (taken.length === 0) return;
  await context.tx
    .insertInto('pool_claim')
    .values(
      taken.map((id) => ({
        org_id: context.orgId,
        id: newId(),
        pool_id: pool.id,
        customer_id: id,
        user_id: userId,
        day,
      })),
    )
    .execute();
}

/** Somebody who may assign gives customers of a pool to an owner; limits and cooldown are for claiming. */
export async function assignFromPool(context: Context, poolId: string, customerIds: string[], ownerId: string) {
  const pool = await loadPool(context, poolId);
  const ids = [...new Set(customerIds)];
  const rows = await lockAll(context, ids);
  const items: Outcome[] = [];
  for (const customerId of ids) {
    const row = rows.get(customerId);
    if (row?.pool !== pool.id) {
      items.push({ customerId, ok: false, code: 'pool.gone' });
      continue;
    }
    await moveToOwner(context, row, { ownerId }, null, { data: poolData(pool) });
    items.push({ customerId, ok: true, code: null });
  }
  const done = items.filter((item) => item.ok).length;
  if (done > 0 && ownerId !== context.actor.userId)
    await notify(context, {
      userIds: [ownerId],
      type: 'customers.assigned',
      params: { n: done, by: context.actor.name },
      path: '/customers?sort=-claimedAt',
    });
  return { done, items };
}
