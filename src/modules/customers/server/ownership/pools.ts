import { sql } from 'kysely';
import { conditionSql, setFieldOptions } from '#modules/fields/index.ts';
import { holds } from '#platform/access/actor.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import type { Condition } from '#shared/conditions.ts';
import { addDays } from '#shared/dates/zoned.ts';
import { conflict, type FieldError, invalid, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { type PoolView, type ReturnRules, returnRules } from '../../ownership-contract.ts';

const select = (context: Context) =>
  context.tx.selectFrom('pool').selectAll().where('org_id', '=', context.orgId).where('state', '=', 'active');
export type PoolRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

export const rulesOf = (value: unknown): ReturnRules => returnRules.parse(value ?? {});

/** Every open pool, in the order they are tried. */
export const openPools = (context: Context): Promise<PoolRow[]> =>
  select(context).orderBy('position').orderBy('id').limit(200).execute();

/** Keeps pools from being closed until customers have come into them: a closed pool would hold them where nobody looks. */
export const holdPools = (context: Context) =>
  sql`select 1 from pool where org_id = ${context.orgId} and state = 'active' order by id for key share`.execute(
    context.tx,
  );

/** Whether the caller may look into the pool and claim from it. */
export const mayClaim = (context: Context, poolId: string): boolean =>
  holds(context.actor, 'pool:claim') && context.actor.pools.includes(poolId);

function viewOf(context: Context, row: PoolRow): PoolView {
  const { actor } = context;
  return {
    id: row.id,
    name: row.name,
    nameEn: row.name_en,
    position: row.position,
    condition: row.condition,
    teamIds: row.team_ids,
    roleIds: row.role_ids,
    claimLimit: row.claim_limit,
    holdingCap: row.holding_cap,
    capExemptsBuyers: row.cap_exempts_buyers,
    cooldownDays: row.cooldown_days,
    hideContacts: row.hide_contacts,
    lockCap: row.lock_cap,
    lockDays: row.lock_days,
    rules: rulesOf(row.rules),
    nextRules: row.next_rules ? rulesOf(row.next_rules) : null,
    nextRulesFrom: row.next_rules_from,
    version: row.version,
    can: { claim: mayClaim(context, row.id), assign: holds(actor, 'pool:assign'), manage: holds(actor, 'pool:manage') },
  };
}

export async function listPools(context: Context) {
  const items = (await openPools(context)).map((row) => viewOf(context, row));
  return { items: items.filter(({ can }) => can.claim || can.assign || can.manage) };
}

type PoolInput = Omit<PoolView, 'id' | 'version' | 'can' | 'nextRules' | 'nextRulesFrom' | 'condition'> & {
  condition: Condition | null;
};

async function check(context: Context, input: Partial<PoolInput>, exceptId: string | null): Promise<void> {
  const errors: FieldError[] = [];
  // Compiled once here, so that a wrong condition is refused now and not in the night.
  if (input.condition) await conditionSql(context, 'customer', input.condition);
  if (input.name) {
    const same = (await openPools(context)).find((row) => row.name === input.name && row.id !== exceptId);
    if (same) errors.push({ field: 'name', code: 'pool.nameTaken' });
  }
  for (const [field, table, ids] of [
    ['teamIds', 'team', input.teamIds ?? []],
    ['roleIds', 'role', input.roleIds ?? []],
  ] as const) {
    if (ids.length === 0) continue;
    const found = await context.tx
      .selectFrom(table as 'team')
      .select('id')
      .where('org_id', '=', context.orgId)
      .where('id', 'in', [...ids])
      .execute();
    if (found.length < new Set(ids).size) errors.push({ field, code: 'link.unknown' });
  }
  if (errors.length > 0) throw invalid(errors);
}

const columns = (input: Partial<PoolInput>) => ({
  ...(input.name === undefined ? {} : { name: input.name }),
  ...(input.nameEn === undefined ? {} : { name_en: input.nameEn }),
  ...(input.position === undefined ? {} : { position: input.position }),
  ...(input.condition === undefined
    ? {}
    : { condition: input.condition === null ? null : JSON.stringify(input.condition) }),
  ...(input.teamIds === undefined ? {} : { team_ids: input.teamIds }),
  ...(input.roleIds === undefined ? {} : { role_ids: input.roleIds }),
  ...(input.claimLimit === undefined ? {} : { claim_limit: input.claimLimit }),
  ...(input.holdingCap === undefined ? {} : { holding_cap: input.holdingCap }),
  ...(input.capExemptsBuyers === undefined ? {} : { cap_exempts_buyers: input.capExemptsBuyers }),
  ...(input.cooldownDays === undefined ? {} : { cooldown_days: input.cooldownDays }),
  ...(input.hideContacts === undefined ? {} : { hide_contacts: input.hideContacts }),
  ...(input.lockCap === undefined ? {} : { lock_cap: input.lockCap }),
  ...(input.lockDays === undefined ? {} : { lock_days: input.lockDays }),
});

/** Pools are the options of the fields that name them, so that lists and exports show their names. */
async function publishOptions(context: Context): Promise<void> {
  const pools = await openPools(context);
  const options = pools.map((row) => ({ key: row.id, zh: row.name, en: row.name_en || row.name }));
  for (const key of ['pool', 'homePool']) await setFieldOptions(context, 'customer', key, () => options);
}

export async function createPool(context: Context, input: PoolInput): Promise<PoolView> {
  await check(context, input, null);
  const today = await companyToday(context);
  const row = await context.tx
    .insertInto('pool')
    .values({
      org_id: context.orgId,
      id: newId(),
      name: input.name,
      ...columns(input),
      rules: JSON.stringify(input.rules),
      rules_since: today,
      created_by: context.actor.userId,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await publishOptions(context);
  await recordEvent(context, {
    kind: 'pool.created',
    subjectKind: 'pool',
    subjectId: row.id,
    data: { name: row.name, rules: input.rules },
  });
  return viewOf(context, row);
}

/** An open pool; `lock` for changes. */
export async function loadPool(context: Context, id: string, lock = false): Promise<PoolRow> {
  let query = select(context).where('id', '=', id);
  if (lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  if (!row) throw notFound('pool');
  return row;
}

export async function updatePool(context: Context, id: string, input: Partial<PoolInput>): Promise<PoolView> {
  const before = await loadPool(context, id, true);
  requireVersion(context, before.version, () => viewOf(context, before));
  await check(context, input, id);
  const today = await companyToday(context);
  const changesRules = input.rules && JSON.stringify(input.rules) !== JSON.stringify(rulesOf(before.rules));
  // Changed rules begin tomorrow: nobody loses customers tonight by a rule made today.
  const rules = !input.rules
    ? {}
    : changesRules
      ? { next_rules: JSON.stringify(input.rules), next_rules_from: addDays(today, 1) }
      : { next_rules: null, next_rules_from: null };
  const row = await context.tx
    .updateTable('pool')
    .set({ ...columns(input), ...rules, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await publishOptions(context);
  await recordEvent(context, {
    kind: 'pool.updated',
    subjectKind: 'pool',
    subjectId: id,
    data: { name: row.name, ...(changesRules ? { rules: input.rules, from: row.next_rules_from } : {}) },
  });
  return viewOf(context, row);
}

export async function retirePool(context: Context, id: string): Promise<void> {
  const before = await loadPool(context, id, true);
  requireVersion(context, before.version, () => viewOf(context, before));
  const inside = await context.tx
    .selectFrom('customer')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('pool', '=', id)
    .limit(1)
    .execute();
  if (inside.length > 0) throw conflict('pool.notEmpty');
  await context.tx
    .updateTable('pool')
    .set({ state: 'retired', version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await publishOptions(context);
  await recordEvent(context, { kind: 'pool.retired', subjectKind: 'pool', subjectId: id, data: { name: before.name } });
}

/** Rules that waited for their day begin to count. */
export async function beginChangedRules(context: Context, today: string): Promise<void> {
  await context.tx
    .updateTable('pool')
    .set({ rules: sql`next_rules`, rules_since: sql`next_rules_from`, next_rules: null, next_rules_from: null })
    .where('org_id', '=', context.orgId)
    .where('next_rules_from', '<=', today)
    .execute();
}
