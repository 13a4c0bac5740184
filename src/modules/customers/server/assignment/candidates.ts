import { sql } from 'kysely';
import { absencesToday } from '#modules/approvals/index.ts';
import { companyToday, timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { instantOf } from '#shared/dates/zoned.ts';
import { hasBought } from '../ownership/due.ts';
import type { PoolRow } from '../ownership/pools.ts';

/** Somebody rules may give customers to today. */
export interface Candidate {
  id: string;
  teamId: string | null;
  /** The team and those above it. */
  teams: string[];
  /** Sales regions served, with everything below them. */
  regions: string[];
  capabilities: string[];
  customers: number;
  /** By pool with a limit: customers that count toward its cap, and those received today. */
  held: Map<string, { holding: number; today: number }>;
}

/** Active people who look after customers, take part in automatic assignment and are not away. */
async function people(context: Context): Promise<Candidate[]> {
  const found = await sql<Omit<Candidate, 'held' | 'customers'>>`
    select u.id, u.team_id as "teamId", coalesce(t.path, '{}') as teams, u.capabilities,
      array(select s.id from sales_region s where s.org_id = u.org_id and s.path && u.region_ids) as regions
    from app_user u left join team t on t.org_id = u.org_id and t.id = u.team_id
    where u.org_id = ${context.orgId}::uuid and u.state = 'active' and u.auto_assign
      and not exists (select 1 from team p where p.org_id = u.org_id and p.id = any(t.path) and not p.auto_assign)
      and exists (select 1 from user_role ur join role r on r.org_id = ur.org_id and r.id = ur.role_id
        where ur.org_id = u.org_id and ur.user_id = u.id and jsonb_exists(r.grants, 'customer:update'))
    order by u.id limit 5000`.execute(context.tx);
  const away = await absencesToday(context);
  return found.rows
    .filter((person) => !away.has(person.id))
    .map((person) => ({ ...person, customers: 0, held: new Map() }));
}

async function countLoads(context: Context, candidates: Map<string, Candidate>, pools: PoolRow[]): Promise<void> {
  const ids = [...candidates.keys()];
  const loads = await sql<{ id: string; n: number }>`
    select owner_id as id, count(*) as n from customer
    where org_id = ${context.orgId} and owner_id = any(${ids}::uuid[]) and state = 'active' group by 1`.execute(
    context.tx,
  );
  for (const { id, n } of loads.rows) {
    const candidate = candidates.get(id);
    if (candidate) candidate.customers = n;
  }
  const limited = pools.filter((pool) => pool.holding_cap !== null || pool.claim_limit !== null);
  if (limited.length === 0) return;
  const today = await companyToday(context);
  const timeZone = await timeZoneOf(context);
  const bought = await hasBought(context);
  const held = await sql<{ id: string; pool: string; all: number; open: number; today: number }>`
    select owner_id as id, home_pool as pool, count(*) as all, count(*) filter (where not ${bought}) as open,
      count(*) filter (where claimed_at >= ${instantOf(today, timeZone)}::timestamptz) as today
    from customer where org_id = ${context.orgId}::uuid and owner_id = any(${ids}::uuid[]) and state = 'active'
      and home_pool = any(${limited.map((pool) => pool.id)}::text[]) group by 1, 2`.execute(context.tx);
  const exempts = new Set(limited.filter((pool) => pool.cap_exempts_buyers).map((pool) => pool.id));
  for (const row of held.rows)
    candidates
      .get(row.id)
      ?.held.set(row.pool, { holding: exempts.has(row.pool) ? row.open : row.all, today: row.today });
}

const kept = new Map<string, { at: number; candidates: Map<string, Candidate> }>();
const keptFor = 30_000;

/**
 * Whom rules may choose. A bulk load counts everybody's customers once in a while and goes on counting itself: counting for each
 * of its batches would read the whole base hundreds of times.
 */
export async function candidatesFor(
  context: Context,
  pools: PoolRow[],
  bulk: boolean,
): Promise<Map<string, Candidate>> {
  const now = context.now().getTime();
  const before = kept.get(context.orgId);
  if (bulk && before && now - before.at < keptFor) return before.candidates;
  const candidates = new Map((await people(context)).map((person) => [person.id, person]));
  await countLoads(context, candidates, pools);
  if (bulk) kept.set(context.orgId, { at: now, candidates });
  return candidates;
}
