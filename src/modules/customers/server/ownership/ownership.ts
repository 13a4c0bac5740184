import { sql } from 'kysely';
import { hidesContacts } from '#modules/fields/index.ts';
import { userNames } from '#modules/people/index.ts';
import { holds } from '#platform/access/actor.ts';
import { mayTouch } from '#platform/access/visible.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { logAccess } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { iso } from '#platform/time.ts';
import { addDays } from '#shared/dates/zoned.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import type { OwnershipView } from '../../ownership-contract.ts';
import { loadCustomer, storedOf } from '../card.ts';
import { applyChange, type CustomerRow } from '../store.ts';
import { dueRows, refreshDue } from './due.ts';
import { holdPools, loadPool, mayClaim, openPools } from './pools.ts';

interface Term {
  home_pool: string | null;
  return_due_on: string | null;
  rule: OwnershipView['rule'];
}

/** Where and when one customer returns, computed now: what the night wrote may be a day old. */
async function termOf(context: Context, id: string): Promise<Term | undefined> {
  const rows = await dueRows(context, sql<boolean>`customer.id = ${id}::uuid`);
  return (await sql<Term>`${rows}`.execute(context.tx)).rows[0];
}

const daysBetween = (from: string, to: string) =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);

async function view(context: Context, row: CustomerRow): Promise<OwnershipView> {
  const today = await companyToday(context);
  const pools = await openPools(context);
  const term = await termOf(context, row.id);
  const names = await userNames(context, row.owner_id ? [row.owner_id] : []);
  const poolOf = (id: string | null | undefined) => {
    const pool = pools.find((item) => item.id === id);
    return pool ? { id: pool.id, name: pool.name, nameEn: pool.name_en } : null;
  };
  const due = term?.return_due_on ?? null;
  const active = row.state === 'active';
  const home = pools.find((item) => item.id === term?.home_pool);
  const owned = active && row.owner_id !== null;
  return {
    version: row.version,
    owner: row.owner_id ? { id: row.owner_id, name: names[row.owner_id] ?? '' } : null,
    pool: poolOf(row.pool),
    homePool: poolOf(term?.home_pool),
    contactsHidden: hidesContacts(context.actor, row),
    claimedAt: row.claimed_at ? iso(row.claimed_at) : null,
    returnDueOn: due,
    daysLeft: due ? daysBetween(today, due) : null,
    rule: due ? (term?.rule ?? null) : null,
    lockedUntil: row.locked_until && row.locked_until >= today ? row.locked_until : null,
    lockDays: home?.lock_days ?? 0,
    can: {
      claim: active && row.pool !== null && mayClaim(context, row.pool),
      assign: active && row.pool !== null && holds(context.actor, 'pool:assign'),
      release: owned && home !== undefined && mayTouch(context.actor, 'customer:release', row),
      lock: owned && (home?.lock_cap ?? 0) > 0 && mayTouch(context.actor, 'customer:lock', row),
    },
  };
}

export async function getOwnership(context: Context, id: string): Promise<OwnershipView> {
  const row = await loadCustomer(context, id, 'customer:read');
  await logAccess(context, {
    action: 'view',
    subjectKind: 'customer',
    subjectId: id,
    customerId: id,
    detail: { part: 'ownership' },
  });
  return view(context, row);
}

async function open(context: Context, id: string, permission: string): Promise<CustomerRow> {
  const row = await loadCustomer(context, id, permission, true);
  if (context.ifMatch !== null && row.version !== context.ifMatch) {
    const current = await view(context, row);
    requireVersion(context, row.version, () => current);
  }
  if (row.state !== 'active') throw conflict('customer.trashed');
  return row;
}

async function reload(context: Context, id: string): Promise<OwnershipView> {
  const row = await context.tx
    .selectFrom('customer')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw notFound('customer');
  return view(context, row);
}

export async function releaseCustomer(
  context: Context,
  id: string,
  input: { poolId?: string; reason: string },
): Promise<OwnershipView> {
  const row = await open(context, id, 'customer:release');
  if (!row.owner_id) throw conflict('pool.noOwner');
  const poolId = input.poolId ?? (await termOf(context, id))?.home_pool;
  if (!poolId) throw conflict('pool.none');
  await holdPools(context);
  const pool = await loadPool(context, poolId);
  await applyChange(context, await storedOf(context, row), {
    values: {},
    columns: {
      owner_id: null,
      team_id: null,
      pool: pool.id,
      home_pool: null,
      former_owner_id: row.owner_id,
      released_at: context.now(),
      claimed_at: null,
      return_due_on: null,
      locked_until: null,
    },
    event: 'customer.released',
    data: { from: row.owner_id, to: null, pool: pool.id, poolName: pool.name },
    reason: input.reason,
  });
  return reload(context, id);
}

/** Keeps a customer from returning. Locks have a cap of their own, counted with the owner's row locked. */
export async function lockCustomer(context: Context, id: string, until: string): Promise<OwnershipView> {
  const row = await open(context, id, 'customer:lock');
  if (!row.owner_id) throw conflict('pool.noOwner');
  const today = await companyToday(context);
  const home = (await termOf(context, id))?.home_pool;
  if (!home) throw conflict('pool.none');
  const pool = await loadPool(context, home);
  const latest = addDays(today, pool.lock_days);
  if (until <= today || until > latest)
    throw invalid([{ field: 'until', code: 'pool.lockTerm', params: { latest, days: pool.lock_days } }]);
  await sql`select 1 from app_user where org_id = ${context.orgId} and id = ${row.owner_id} for no key update`.execute(
    context.tx,
  );
  const locked = await sql<{ count: number }>`select count(*) as count from customer where org_id = ${context.orgId}
    and owner_id = ${row.owner_id} and state = 'active' and home_pool = ${home} and locked_until >= ${today}::date
    and id <> ${id}`.execute(context.tx);
  if ((locked.rows[0]?.count ?? 0) >= pool.lock_cap)
    throw conflict('pool.lockCap', { params: { maximum: pool.lock_cap } });
  return setLock(context, row, until, 'customer.locked');
}

export const unlockCustomer = async (context: Context, id: string): Promise<OwnershipView> =>
  setLock(context, await open(context, id, 'customer:lock'), null, 'customer.unlocked');

async function setLock(context: Context, row: CustomerRow, until: string | null, event: string) {
  if (row.locked_until !== until) {
    await applyChange(context, await storedOf(context, row), {
      values: {},
      columns: { locked_until: until },
      event,
      data: { until },
    });
    await refreshDue(context, [row.id]);
  }
  return reload(context, row.id);
}
