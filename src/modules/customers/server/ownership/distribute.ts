import { sql } from 'kysely';
import { notify } from '#modules/notifications/index.ts';
import type { Context } from '#platform/context.ts';
import { conflict } from '#shared/errors.ts';
import type { DistributionMethod } from '../../ownership-contract.ts';
import { moveToOwner } from '../change.ts';
import type { CustomerRow } from '../store.ts';
import { lockAll, type Outcome, poolData } from './claims.ts';
import { hasBought } from './due.ts';
import { loadPool, type PoolRow } from './pools.ts';

interface Candidate {
  id: string;
  /** Sales regions the person serves, with everything below them. */
  regions: string[];
  customers: number;
  /** Customers that count toward the pool's cap. */
  held: number;
  last: Date | null;
}

/** People of the team (and below) who look after customers. */
async function candidatesOf(context: Context, pool: PoolRow, teamId: string): Promise<Candidate[]> {
  const counted = pool.cap_exempts_buyers ? sql`not ${await hasBought(context)}` : sql`true`;
  const found = await sql<Candidate>`
    select u.id, array(select s.id from sales_region s where s.org_id = u.org_id and s.path && u.region_ids) as regions,
      count(customer.id) as customers, count(customer.id) filter (where customer.home_pool = ${pool.id} and ${counted}) as held,
      max(customer.claimed_at) as last
    from app_user u join team t on t.org_id = u.org_id and t.id = u.team_id and ${teamId}::uuid = any(t.path)
    left join customer on customer.org_id = u.org_id and customer.owner_id = u.id and customer.state = 'active'
    where u.org_id = ${context.orgId}::uuid and u.state = 'active' and exists (select 1 from user_role ur
      join role r on r.org_id = ur.org_id and r.id = ur.role_id
      where ur.org_id = u.org_id and ur.user_id = u.id and jsonb_exists(r.grants, 'customer:update'))
    group by u.org_id, u.id, u.region_ids order by u.id limit 500`.execute(context.tx);
  return found.rows;
}

const earlier = (a: Candidate, b: Candidate) => (a.last?.getTime() ?? 0) - (b.last?.getTime() ?? 0);
const lighter = (a: Candidate, b: Candidate) => a.customers - b.customers || earlier(a, b);

/** Round robin: who waited longest. By load: who has fewest. By region: of those serving it, who has fewest. */
function choose(
  people: Candidate[],
  method: DistributionMethod,
  row: CustomerRow,
  cap: number | null,
): Candidate | undefined {
  const free = people.filter(
    (person) =>
      (cap === null || person.held < cap) &&
      (method !== 'region' || (row.region_id !== null && person.regions.includes(row.region_id))),
  );
  return free.sort(method === 'roundRobin' ? earlier : lighter)[0];
}

/** Shares customers of a pool out among the people of a team. */
export async function distributeFromPool(
  context: Context,
  poolId: string,
  input: { customerIds: string[]; teamId: string; method: DistributionMethod },
) {
  const pool = await loadPool(context, poolId);
  const people = await candidatesOf(context, pool, input.teamId);
  if (people.length === 0) throw conflict('pool.noCandidate');
  const ids = [...new Set(input.customerIds)];
  const rows = await lockAll(context, ids);
  const items: Outcome[] = [];
  const given = new Map<string, number>();
  let turn = context.now().getTime();
  for (const customerId of ids) {
    const row = rows.get(customerId);
    if (row?.pool !== pool.id) {
      items.push({ customerId, ok: false, code: 'pool.gone' });
      continue;
    }
    const person = choose(people, input.method, row, pool.holding_cap);
    items.push({ customerId, ok: person !== undefined, code: person ? null : 'pool.noCandidate' });
    if (!person) continue;
    const data = { ...poolData(pool), method: input.method };
    await moveToOwner(context, row, { ownerId: person.id }, null, { data });
    person.customers += 1;
    person.held += 1;
    turn += 1;
    person.last = new Date(turn);
    given.set(person.id, (given.get(person.id) ?? 0) + 1);
  }
  for (const [userId, n] of given)
    await notify(context, {
      userIds: [userId],
      type: 'customers.assigned',
      params: { n, by: context.actor.name },
      path: '/customers?sort=-claimedAt',
    });
  return { done: items.filter((item) => item.ok).length, items };
}
