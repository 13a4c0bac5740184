import { sql } from 'kysely';
import { conditionSql, dictionaryFor, leavesOf } from '#modules/fields/index.ts';
import { holds } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { iso } from '#platform/time.ts';
import { badRequest, type FieldError, invalid } from '#shared/errors.ts';
import {
  type AbcConfig,
  abcConfig,
  type DivisionsConfig,
  divisionsConfig,
  type RfmConfig,
  type RulesConfig,
  rfmConfig,
  rulesConfig,
  type SchemeConfig,
  type SchemeView,
} from '../schemes-contract.ts';
import { classValues, type Dimension, type Ruled, ruled, type SchemeKey } from '../spec.ts';

interface Configs {
  divisions: DivisionsConfig;
  abc: AbcConfig;
  rfm: RfmConfig;
  grade: RulesConfig;
  importance: RulesConfig;
  ladder: RulesConfig;
}

const empty: RulesConfig = {
  method: 'order',
  scheduled: true,
  keepManual: true,
  otherwise: null,
  rules: [],
  cutoffs: [],
};
const rule = (id: string, name: string, target: string, condition: RulesConfig['rules'][number]['condition']) => ({
  id,
  name,
  target,
  condition,
});

/** What holds until somebody edits it. Grades have no default rule: a company grades by its own measure. */
const defaults: Configs = {
  divisions: {
    currentDays: 365,
    newDays: 180,
    ongoingDays: 90,
    volume: { days: 400, mainOrders: 12, mainAmount: null, generalOrders: 3 },
  },
  abc: { basis: 'purchaseTotal12m', a: 80, b: 95 },
  rfm: {
    method: 'quintile',
    r: [30, 90, 180, 365],
    f: [2, 4, 8, 12],
    m: [10_000, 50_000, 200_000, 1_000_000],
    high: 'mean',
    highFrom: 4,
  },
  grade: { ...empty },
  importance: {
    ...empty,
    otherwise: 'general',
    rules: [rule('key', 'A', 'key', { any: [{ field: 'abcClass', op: 'eq', value: 'A' }] })],
  },
  ladder: {
    ...empty,
    otherwise: 'suspect',
    rules: [
      rule('client', '12+', 'client', {
        all: [
          { field: 'purchaseCount', op: 'gte', value: 12 },
          { field: 'lastPurchaseOn', op: 'withinLast', value: { count: 365, unit: 'day' } },
        ],
      }),
      rule('customer', '2+', 'customer', { field: 'purchaseCount', op: 'gte', value: 2 }),
      rule('buyer', '1', 'buyer', { field: 'purchaseCount', op: 'gte', value: 1 }),
      rule('prospect', 'graded', 'prospect', { field: 'grade', op: 'notEmpty' }),
    ],
  },
};

const shapes = {
  divisions: divisionsConfig,
  abc: abcConfig,
  rfm: rfmConfig,
  grade: rulesConfig,
  importance: rulesConfig,
  ladder: rulesConfig,
};

export const isRuled = (key: string): key is Ruled => (ruled as readonly string[]).includes(key);

/** The present thresholds or rules, the default ones until edited. */
export async function configOf<K extends SchemeKey>(context: Context, key: K): Promise<Configs[K]> {
  const row = await context.tx
    .selectFrom('class_scheme')
    .select('config')
    .where('org_id', '=', context.orgId)
    .where('dimension', '=', key)
    .executeTakeFirst();
  return (row?.config as Configs[K] | undefined) ?? defaults[key];
}

/** Values of a class, best first; grades are what the dictionary says. */
export async function valuesOf(context: Context, dimension: Dimension): Promise<string[]> {
  if (dimension !== 'grade') return classValues[dimension];
  const { fields } = await dictionaryFor(context, 'customer');
  return fields.find((field) => field.key === 'grade')?.options.map((option) => option.key) ?? [];
}

export async function viewScheme(context: Context, key: SchemeKey): Promise<SchemeView> {
  const row = await context.tx
    .selectFrom('class_scheme')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('dimension', '=', key)
    .executeTakeFirst();
  return {
    dimension: key,
    config: (row?.config as SchemeConfig | undefined) ?? defaults[key],
    version: row?.version ?? 0,
    updatedAt: row ? iso(row.updated_at) : null,
    can: { update: holds(context.actor, 'gradeRule:manage') },
  };
}

/** Saves thresholds or rules after checking that they contradict neither themselves nor the dictionary. */
export async function putScheme(context: Context, key: SchemeKey, input: SchemeConfig): Promise<SchemeView> {
  const parsed = shapes[key].safeParse(input);
  if (!parsed.success) throw badRequest('class.config', { field: 'config', params: { scheme: key } });
  await checkConfig(context, key, parsed.data);
  // The row is made first, so that two first savings meet at it.
  await sql`insert into class_scheme (org_id, dimension, config, version) values (${context.orgId}, ${key}, ${JSON.stringify(defaults[key])}, 0)
    on conflict do nothing`.execute(context.tx);
  const before = await context.tx
    .selectFrom('class_scheme')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('dimension', '=', key)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const current = await viewScheme(context, key);
  requireVersion(context, before.version, () => current);
  await context.tx
    .updateTable('class_scheme')
    .set({
      config: JSON.stringify(parsed.data),
      version: sql`version + 1`,
      updated_at: context.now(),
      updated_by: context.actor.userId,
    })
    .where('org_id', '=', context.orgId)
    .where('dimension', '=', key)
    .execute();
  await recordEvent(context, {
    kind: 'classScheme.changed',
    subjectKind: 'classScheme',
    subjectId: context.orgId,
    changes: { [key]: { from: before.config, to: parsed.data } },
  });
  return viewScheme(context, key);
}

const ascending = (list: number[]) => list.every((item, index) => index === 0 || item > (list[index - 1] ?? 0));

async function checkConfig(context: Context, key: SchemeKey, config: SchemeConfig): Promise<void> {
  const errors: FieldError[] = [];
  const overlap = (field: string) => errors.push({ field, code: 'class.cutoffs' });
  if (key === 'divisions') {
    const { volume, currentDays, ongoingDays } = config as DivisionsConfig;
    if (volume.generalOrders >= volume.mainOrders) overlap('config.volume.generalOrders');
    if (ongoingDays > currentDays) overlap('config.ongoingDays');
  } else if (key === 'abc') {
    const { a, b } = config as AbcConfig;
    if (a >= b) overlap('config.b');
  } else if (key === 'rfm') {
    for (const part of ['r', 'f', 'm'] as const) if (!ascending((config as RfmConfig)[part])) overlap(`config.${part}`);
  } else errors.push(...(await checkRules(context, key, config as RulesConfig)));
  if (errors.length > 0) throw invalid(errors);
}

/** Rules name known values and fields the editor may read; "me" means nobody at night. */
export async function checkRules(context: Context, key: Ruled, config: RulesConfig): Promise<FieldError[]> {
  const values = await valuesOf(context, key);
  const errors: FieldError[] = [];
  const known = (field: string, value: string | null | undefined) => {
    if (value === undefined || (value !== null && !values.includes(value)))
      errors.push({ field, code: 'class.value', params: { value: value ?? '' } });
  };
  known('config.otherwise', config.otherwise);
  const ids = new Set<string>();
  for (const [index, item] of config.rules.entries()) {
    const path = `config.rules.${index}`;
    if (ids.has(item.id)) errors.push({ field: `${path}.id`, code: 'class.ruleTwice' });
    ids.add(item.id);
    if (config.method === 'order') known(`${path}.target`, item.target);
    else if (item.points === undefined) errors.push({ field: `${path}.points`, code: 'input.required' });
    if (leavesOf(item.condition).length === 0) errors.push({ field: `${path}.condition`, code: 'class.noCondition' });
    if (leavesOf(item.condition).some((leaf) => leaf.op === 'isMe'))
      errors.push({ field: `${path}.condition`, code: 'class.isMe' });
    await conditionSql(context, 'customer', item.condition);
  }
  if (config.method === 'points') {
    const sorted = config.cutoffs.map((cutoff) => cutoff.atLeast);
    if (sorted.some((item, index) => index > 0 && item >= (sorted[index - 1] ?? 0)))
      errors.push({ field: 'config.cutoffs', code: 'class.cutoffs' });
    for (const [index, cutoff] of config.cutoffs.entries()) known(`config.cutoffs.${index}.target`, cutoff.target);
    if (new Set(config.cutoffs.map((cutoff) => cutoff.target)).size < config.cutoffs.length)
      errors.push({ field: 'config.cutoffs', code: 'class.cutoffs' });
  }
  return errors;
}
