import { sql, type UpdateObject } from 'kysely';
import type { DB } from '#db/types.ts';
import { conditionSql } from '#modules/fields/index.ts';
import { setAutoAssign } from '#modules/people/index.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { iso } from '#platform/time.ts';
import type { Condition } from '#shared/conditions.ts';
import { conflict, type FieldError, invalid, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { type AssignmentRuleView, type AssignmentWay, assignmentWay } from '../../assignment-contract.ts';
import { openPools } from '../ownership/pools.ts';
import { matching, regionsFor, ruleOf, selectRules } from './assign.ts';
import { candidatesFor } from './candidates.ts';
import { decide } from './choose.ts';

const most = 100;
type RuleRow = Awaited<ReturnType<ReturnType<typeof selectRules>['executeTakeFirstOrThrow']>>;

interface RuleInput {
  name: string;
  condition: Condition | null;
  way: AssignmentWay;
  enabled: boolean;
}

const view = (row: RuleRow): AssignmentRuleView => ({
  id: row.id,
  version: row.version,
  name: row.name,
  condition: row.condition,
  way: assignmentWay.parse(row.way),
  enabled: row.enabled,
  assignedCount: row.assigned_count,
  lastAssignedAt: row.last_assigned_at ? iso(row.last_assigned_at) : null,
});

/** Ids a way names, by the table they must be in. */
function targetsOf(way: AssignmentWay) {
  const none = { users: [] as string[], teams: [] as string[], regions: [] as string[], pools: [] as string[] };
  switch (way.method) {
    case 'person':
      return { ...none, users: [way.userId] };
    case 'region':
      return { ...none, regions: way.regionId ? [way.regionId] : [] };
    case 'team':
      return { ...none, teams: [way.teamId] };
    case 'pool':
      return { ...none, pools: [way.poolId] };
    case 'capability':
      return { ...none, teams: way.teamId ? [way.teamId] : [] };
    default:
      return { ...none, users: way.userIds, teams: way.teamId ? [way.teamId] : [] };
  }
}

async function namesIn(context: Context, table: 'app_user' | 'team' | 'sales_region', ids: string[]) {
  if (ids.length === 0) return [];
  return context.tx
    .selectFrom(table as 'team')
    .select(['id', 'name'])
    .where('org_id', '=', context.orgId)
    .where('id', 'in', ids)
    .execute();
}

async function check(context: Context, input: Partial<RuleInput>, exceptId: string | null): Promise<void> {
  const errors: FieldError[] = [];
  // Compiled once here, so that a wrong condition is refused now and not when a customer comes.
  if (input.condition) await conditionSql(context, 'customer', input.condition);
  if (input.name !== undefined) {
    const same = await selectRules(context).where('name', '=', input.name).executeTakeFirst();
    if (same && same.id !== exceptId) errors.push({ field: 'name', code: 'assignment.nameTaken' });
  }
  if (input.way) {
    const { way } = input;
    const targets = targetsOf(way);
    const pools = (await openPools(context)).map((pool) => pool.id);
    const known = [
      ['way.userIds', 'app_user', targets.users],
      ['way.teamId', 'team', targets.teams],
      ['way.regionId', 'sales_region', targets.regions],
    ] as const;
    for (const [field, table, ids] of known)
      if ((await namesIn(context, table, [...ids])).length < new Set(ids).size)
        errors.push({ field, code: 'link.unknown' });
    if (targets.pools.some((id) => !pools.includes(id))) errors.push({ field: 'way.poolId', code: 'link.unknown' });
    const among = way.method === 'roundRobin' || way.method === 'leastLoaded';
    if (among && way.teamId === null && way.userIds.length === 0)
      errors.push({ field: 'way.teamId', code: 'assignment.nobodyNamed' });
  }
  if (errors.length > 0) throw invalid(errors);
}

export async function listAssignmentRules(context: Context) {
  const rows = await selectRules(context).orderBy('position').orderBy('id').limit(most).execute();
  const items = rows.map(view);
  const targets = items.map((item) => targetsOf(item.way));
  const teams = await context.tx
    .selectFrom('team')
    .select(['id', 'version', 'name', 'auto_assign as autoAssign'])
    .where('org_id', '=', context.orgId)
    .orderBy('name')
    .limit(1000)
    .execute();
  const users = await namesIn(context, 'app_user', [...new Set(targets.flatMap((item) => item.users))]);
  const regions = await namesIn(context, 'sales_region', [...new Set(targets.flatMap((item) => item.regions))]);
  const pools = await openPools(context);
  const capabilities = await sql<{ name: string }>`select distinct unnest(capabilities) as name from app_user
    where org_id = ${context.orgId} and state = 'active' order by 1 limit 500`.execute(context.tx);
  const waiting = await sql<{
    n: number;
  }>`select count(*) as n from (select 1 from customer where org_id = ${context.orgId}
    and owner_id is null and pool is null and team_id is null and state = 'active' limit 10000) w`.execute(context.tx);
  return {
    items,
    names: Object.fromEntries([...users, ...regions, ...teams, ...pools].map((row) => [row.id, row.name])),
    teams,
    capabilities: capabilities.rows.map((row) => row.name),
    waiting: waiting.rows[0]?.n ?? 0,
  };
}

const columns = (input: Partial<RuleInput>) => ({
  ...(input.name === undefined ? {} : { name: input.name }),
  ...(input.condition === undefined
    ? {}
    : { condition: input.condition === null ? null : JSON.stringify(input.condition) }),
  ...(input.way === undefined ? {} : { way: JSON.stringify(input.way), last_user_id: null }),
  ...(input.enabled === undefined ? {} : { enabled: input.enabled }),
});

const told = (context: Context, kind: string, row: RuleRow) =>
  recordEvent(context, {
    kind,
    subjectKind: 'assignmentRule',
    subjectId: row.id,
    data: { name: row.name, way: row.way, condition: row.condition, enabled: row.enabled },
  });

export async function createAssignmentRule(context: Context, input: RuleInput): Promise<AssignmentRuleView> {
  await check(context, input, null);
  const present = await selectRules(context).select(['id', 'position']).execute();
  if (present.length >= most) throw conflict('assignment.tooMany', { params: { maximum: most } });
  const row = await context.tx
    .insertInto('assignment_rule')
    .values({
      org_id: context.orgId,
      id: newId(),
      position: Math.max(0, ...present.map((rule) => rule.position)) + 1,
      created_by: context.actor.userId,
      ...columns(input),
    } as never)
    .returningAll()
    .executeTakeFirstOrThrow();
  await told(context, 'assignmentRule.created', row);
  return view(row);
}

async function locked(context: Context, id: string): Promise<RuleRow> {
  const row = await selectRules(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row) throw notFound('assignmentRule');
  requireVersion(context, row.version, () => view(row));
  return row;
}

const set = (context: Context, id: string, values: UpdateObject<DB, 'assignment_rule'>) =>
  context.tx
    .updateTable('assignment_rule')
    .set({ ...values, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();

export async function updateAssignmentRule(context: Context, id: string, input: Partial<RuleInput>) {
  await locked(context, id);
  await check(context, input, id);
  const row = await set(context, id, columns(input));
  await told(context, 'assignmentRule.updated', row);
  return view(row);
}

export async function removeAssignmentRule(context: Context, id: string): Promise<void> {
  await locked(context, id);
  await told(context, 'assignmentRule.removed', await set(context, id, { state: 'removed' }));
}

export async function orderAssignmentRules(context: Context, ids: string[]): Promise<{ ids: string[] }> {
  const rows = await selectRules(context).orderBy('id').forUpdate().execute();
  const known = rows.map((row) => row.id);
  if (ids.length !== known.length || new Set(ids).size !== known.length || ids.some((id) => !known.includes(id)))
    throw conflict('assignment.order');
  await sql`update assignment_rule r set position = o.place from unnest(${ids}::uuid[]) with ordinality as o(id, place)
    where r.org_id = ${context.orgId}::uuid and r.id = o.id`.execute(context.tx);
  await recordEvent(context, {
    kind: 'assignmentRule.ordered',
    subjectKind: 'assignmentRule',
    subjectId: context.orgId,
    data: { ids },
  });
  return { ids };
}

/** Whom the rule alone would give how many of the customers waiting now; nothing is written. */
export async function previewAssignmentRule(context: Context, input: Pick<RuleInput, 'condition' | 'way'>) {
  await check(context, input, null);
  const pools = await openPools(context);
  const id = newId();
  const where = sql<boolean>`customer.team_id is null`;
  const found = await matching(context, [{ id, condition: input.condition }], pools, where, false);
  const candidates = await candidatesFor(context, pools, false);
  const homes = new Map(pools.map((pool) => [pool.id, pool]));
  const rule = ruleOf({ id, name: '', way: input.way as never, last_user_id: null });
  const regions = await regionsFor(context, [rule]);
  const matched = found
    .map((row) => ({ ...row, region: regions(rule, row) }))
    .filter((row) => row.rules.length > 0 && (rule.way.method !== 'region' || row.region !== undefined));
  const given = new Map<string, number>();
  let nobody = 0;
  for (const row of matched.slice(0, 10_000)) {
    const decision = decide(rule, candidates.values(), homes.get(row.home ?? ''), row.region);
    const to = decision?.ownerId ?? decision?.teamId ?? decision?.pool;
    if (to) given.set(to, (given.get(to) ?? 0) + 1);
    else nobody += 1;
  }
  const ids = [...given.keys()];
  const named = [...(await namesIn(context, 'app_user', ids)), ...(await namesIn(context, 'team', ids)), ...pools];
  const names = new Map(named.map((row) => [row.id, row.name]));
  return {
    matched: Math.min(matched.length, 10_000),
    more: found.length > 10_000,
    given: ids
      .map((key) => ({ id: key, name: names.get(key) ?? '', count: given.get(key) ?? 0 }))
      .sort((a, b) => b.count - a.count),
    nobody,
  };
}

export async function setTeamAssignment(context: Context, id: string, autoAssign: boolean) {
  const before = await context.tx
    .selectFrom('team')
    .select(['id', 'version', 'name', 'auto_assign as autoAssign'])
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!before) throw notFound('team');
  requireVersion(context, before.version, () => before);
  return setAutoAssign(context, before, autoAssign);
}
