import { type RawBuilder, sql } from 'kysely';
import { conditionSql } from '#modules/fields/index.ts';
import { notify } from '#modules/notifications/index.ts';
import type { Context } from '#platform/context.ts';
import { recordEvents } from '#platform/events/index.ts';
import type { Condition } from '#shared/conditions.ts';
import { assignmentWay } from '../../assignment-contract.ts';
import { homeOf, refreshDue, unlimited } from '../ownership/due.ts';
import { holdPools, openPools, type PoolRow } from '../ownership/pools.ts';
import { candidatesFor } from './candidates.ts';
import { type Decision, decide, type Rule } from './choose.ts';
import { type Place, placeColumns, regionOf, salesRegions } from './places.ts';

/** Beyond so many customers at once a run counts loads as a bulk load does. */
const few = 20;

export const selectRules = (context: Context) =>
  context.tx
    .selectFrom('assignment_rule')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('state', '=', 'active');
type RuleRow = Awaited<ReturnType<ReturnType<typeof selectRules>['executeTakeFirstOrThrow']>>;

/** Whether any rule is in use. */
export const rulesInUse = async (context: Context): Promise<boolean> =>
  (await selectRules(context).where('enabled', '=', true).limit(1).executeTakeFirst()) !== undefined;

/** The rules in use, locked until the transaction ends: of two runs the second goes on where the first stopped. */
async function lockRules(context: Context): Promise<RuleRow[]> {
  const rows = await selectRules(context).where('enabled', '=', true).orderBy('id').forUpdate().execute();
  return rows.sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1));
}

export const ruleOf = (row: Pick<RuleRow, 'id' | 'name' | 'way' | 'last_user_id'>): Rule => ({
  id: row.id,
  name: row.name,
  way: assignmentWay.parse(row.way),
  lastUserId: row.last_user_id,
  given: 0,
});

interface Matched extends Place {
  id: string;
  rules: string[];
  home: string | null;
}

/** The customers of `where`, locked, with the rules whose condition they meet, in the rules' order. */
export async function matching(
  context: Context,
  rules: { id: string; condition: unknown }[],
  pools: PoolRow[],
  where: RawBuilder<boolean>,
  lock: boolean,
): Promise<Matched[]> {
  const met = [];
  for (const rule of rules) {
    const holds = rule.condition
      ? await conditionSql(unlimited(context), 'customer', rule.condition as Condition)
      : sql`true`;
    met.push(sql`case when ${holds} then ${rule.id}::text end`);
  }
  const found = await sql<Matched>`
    select customer.id, array_remove(array[${sql.join(met)}], null) as rules, ${await homeOf(context, pools)} as home, ${placeColumns}
    from customer where customer.org_id = ${context.orgId}::uuid and customer.state = 'active'
      and customer.owner_id is null and customer.pool is null and ${where}
    order by customer.id ${lock ? sql`for no key update of customer` : sql`limit 10001`}`.execute(context.tx);
  return found.rows;
}

/** Tells in which sales region a rule by region finds a customer; of other rules nothing. */
export async function regionsFor(context: Context, rules: Rule[]) {
  const regions = rules.some((rule) => rule.way.method === 'region') ? await salesRegions(context) : [];
  return ({ way }: Rule, place: Place): string | undefined =>
    way.method === 'region' ? regionOf(regions, place, way.regionId) : undefined;
}

/**
 * Gives customers without an owner to whom the company's rules say, in the caller's transaction: new, imported and collected
 * ones, and those of a run over the base. A handful of statements however many customers. Returns how many it gave.
 */
export async function assignByRules(context: Context, ids: string[], batchId: string | null = null): Promise<number> {
  if (ids.length === 0) return 0;
  const rows = await lockRules(context);
  if (rows.length === 0) return 0;
  await holdPools(context);
  const pools = await openPools(context);
  const matched = await matching(context, rows, pools, sql<boolean>`customer.id = any(${ids}::uuid[])`, true);
  if (matched.every((row) => row.rules.length === 0)) return 0;
  const candidates = await candidatesFor(context, pools, ids.length > few);
  const rules = new Map(rows.map((row) => [row.id, ruleOf(row)]));
  const homes = new Map(pools.map((pool) => [pool.id, pool]));
  const regions = await regionsFor(context, [...rules.values()]);
  const decisions: (Decision & { id: string })[] = [];
  for (const row of matched) {
    for (const ruleId of row.rules) {
      const rule = rules.get(ruleId);
      if (rule?.way.method === 'pool' && !homes.has(rule.way.poolId)) continue;
      const decision = rule && decide(rule, candidates.values(), homes.get(row.home ?? ''), regions(rule, row));
      if (!decision) continue;
      decisions.push({ id: row.id, ...decision });
      break;
    }
  }
  if (decisions.length === 0) return 0;
  await write(context, decisions);
  await keepTurns(context, [...rules.values()]);
  await tell(context, decisions, rules, batchId);
  return decisions.length;
}

/** No new version: for whoever made the customer a moment ago it is still the one he made. */
async function write(context: Context, decisions: (Decision & { id: string })[]): Promise<void> {
  await sql`update customer set owner_id = d."ownerId", team_id = d."teamId", region_id = coalesce(d."regionId", customer.region_id),
      pool = d.pool, claimed_at = case when d."ownerId" is null then null else ${context.now()}::timestamptz end
    from jsonb_to_recordset(${JSON.stringify(decisions)}::jsonb)
      as d(id uuid, "ownerId" uuid, "teamId" uuid, "regionId" uuid, pool text)
    where customer.org_id = ${context.orgId}::uuid and customer.id = d.id`.execute(context.tx);
  await refreshDue(
    context,
    decisions.filter((item) => item.ownerId !== null).map((item) => item.id),
  );
}

async function keepTurns(context: Context, rules: Rule[]): Promise<void> {
  const used = rules.filter((rule) => rule.given > 0);
  await sql`update assignment_rule r set last_user_id = u."lastUserId", assigned_count = r.assigned_count + u.given,
      last_assigned_at = ${context.now()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(used)}::jsonb) as u(id uuid, "lastUserId" uuid, given integer)
    where r.org_id = ${context.orgId}::uuid and r.id = u.id`.execute(context.tx);
}

async function tell(
  context: Context,
  decisions: (Decision & { id: string })[],
  rules: Map<string, Rule>,
  batchId: string | null,
): Promise<void> {
  await recordEvents(
    context,
    decisions.map((item) => {
      const rule = rules.get(item.ruleId);
      return {
        kind: 'customer.autoAssigned',
        subjectKind: 'customer',
        subjectId: item.id,
        customerId: item.id,
        data: {
          from: null,
          to: item.ownerId,
          rule: item.ruleId,
          ruleName: rule?.name ?? '',
          method: rule?.way.method ?? '',
          ...(item.teamId ? { team: item.teamId } : {}),
          ...(item.pool ? { pool: item.pool } : {}),
        },
        batchId,
      };
    }),
  );
  const counts = new Map<string, number>();
  for (const { ownerId } of decisions) if (ownerId) counts.set(ownerId, (counts.get(ownerId) ?? 0) + 1);
  counts.delete(context.actor.userId);
  // A long import tells each person once, not with every batch.
  const key = batchId ? { key: `assigned:${batchId}` } : {};
  for (const [userId, n] of counts)
    await notify(context, {
      userIds: [userId],
      type: batchId ? 'customers.autoAssignedMany' : 'customers.autoAssigned',
      params: { n },
      path: '/customers?sort=-claimedAt',
      ...key,
    });
}
