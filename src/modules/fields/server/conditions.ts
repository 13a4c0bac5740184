import { type RawBuilder, sql } from 'kysely';
import type { Actor } from '#platform/access/actor.ts';
import { placeOf } from '#shared/condition-faults.ts';
import { type Condition, conditionSize, type Leaf, maxConditionDepth, maxConditionLeaves } from '#shared/conditions.ts';
import { badRequest, Problem } from '#shared/errors.ts';
import type { FieldDefinition } from '#shared/fields.ts';
import type { Lang } from '#shared/languages.ts';
import { operatorsFor } from '#shared/operators.ts';
import { shownExpression, sqlKindOf } from './columns.ts';
import { conditionValue, relativeInterval, unfit } from './condition-values.ts';
import { leavesOf } from './derived-conditions.ts';

export interface ConditionScope {
  /** Fields the actor may filter by, by key. A field the actor may not read is as unknown as one that does not exist. */
  fields: Map<string, FieldDefinition>;
  table: string;
  actor: Actor;
  timeZone: string;
  /** Language the names of fields are told in when a condition is refused. */
  lang: Lang;
  /** Leaves whose meaning another module gave. */
  meanings?: Map<Leaf, RawBuilder<boolean>>;
  /** Rows whose contact details the actor may not see: there they are empty. */
  hidden?: RawBuilder<boolean>;
}

type Sql = RawBuilder<boolean>;

/** Compiles a condition to parameterised SQL. Unknown fields, operators and values end in 400 naming them. */
export function compileCondition(node: Condition, scope: ConditionScope): Sql {
  return sql<boolean>`(${sql.join([sql`true`, ...compileConjuncts(node, scope).map((part) => part.sql)], sql` and `)})`;
}

/** What a condition joins by "and" at its top. */
export interface Conjunct {
  sql: Sql;
  /** Whether the database can tell from its statistics, or from an index, how many rows it holds of. */
  estimated: boolean;
}

/** The same in its parts: those whose rarity nobody knows beforehand apart from the others. */
export function compileConjuncts(node: Condition, scope: ConditionScope): Conjunct[] {
  const size = conditionSize(node);
  if (size.depth > maxConditionDepth) throw badRequest('condition.tooDeep', { params: { maximum: maxConditionDepth } });
  if (size.leaves > maxConditionLeaves)
    throw badRequest('condition.tooMany', { params: { maximum: maxConditionLeaves } });
  const parts =
    'all' in node ? node.all.map((child, index) => ({ child, path: ['all', index] })) : [{ child: node, path: [] }];
  return parts.map(({ child, path }) => ({
    sql: compile(child, scope, path),
    estimated: leavesOf(child).every((leaf) => isEstimated(leaf, scope)),
  }));
}

/**
 * Under row security the planner looks into its statistics for operators alone that can betray nothing of other companies' rows
 * ("leakproof"): those of keys, days and instants, not of numbers or parts of texts. Of what lies in `custom` it has none at all.
 */
function isEstimated(leaf: Leaf, { fields, meanings, hidden }: ConditionScope): boolean {
  const field = fields.get(leaf.field);
  if (!field?.builtin || meanings?.has(leaf) || hidden) return false;
  return (
    ['key', 'boolean', 'date', 'datetime'].includes(sqlKindOf(field)) && leaf.op !== 'inTeam' && leaf.op !== 'under'
  );
}

type Path = (string | number)[];

function compile(node: Condition, scope: ConditionScope, path: Path): Sql {
  if ('all' in node) return join(node.all, scope, [...path, 'all'], sql` and `);
  if ('any' in node) return join(node.any, scope, [...path, 'any'], sql` or `);
  if ('not' in node) return sql<boolean>`(not coalesce(${compile(node.not, scope, [...path, 'not'])}, false))`;
  return withPlace(node, path, scope, () => leafSql(node, scope));
}

/** An empty "any" group is an unfinished one: it restricts nothing, like an empty "all". */
function join(nodes: Condition[], scope: ConditionScope, path: Path, separator: RawBuilder<unknown>): Sql {
  if (nodes.length === 0) return sql<boolean>`true`;
  return sql<boolean>`(${sql.join(
    nodes.map((child, index) => compile(child, scope, [...path, index])),
    separator,
  )})`;
}

function leafSql(leaf: Leaf, scope: ConditionScope): Sql {
  const field = scope.fields.get(leaf.field);
  if (!field?.filterable) throw badRequest('field.unknown', { field: leaf.field, params: { field: leaf.field } });
  if (!operatorsFor(field.type).includes(leaf.op)) {
    throw badRequest('condition.operator', { field: leaf.field, params: { field: leaf.field, operator: leaf.op } });
  }
  const meaning = scope.meanings?.get(leaf);
  if (meaning) return meaning;
  const value = shownExpression(field, scope.table, scope.hidden);
  switch (sqlKindOf(field)) {
    case 'text':
      return textSql(leaf, field, value);
    case 'key':
      return keySql(leaf, field, value, scope);
    case 'number':
      return orderedSql(leaf, value, (item) => sql`${conditionValue(field, item, leaf)}::numeric`);
    case 'money':
      return moneySql(leaf, field, value);
    case 'boolean':
      return (
        emptiness(leaf, sql`${value} is null`) ??
        sql<boolean>`${value} = ${conditionValue(field, leaf.value, leaf)}::boolean`
      );
    case 'date':
      return dateSql(leaf, value, scope, (item) => sql`${conditionValue(field, item, leaf)}::date`);
    case 'datetime':
      return datetimeSql(leaf, field, value, scope);
    case 'list':
      return listSql(leaf, field, value);
    case 'points':
      return pointsSql(leaf, field, value);
    default:
      return emptiness(leaf, sql`${value} is null`) ?? sql<boolean>`false`;
  }
}

/** Adds to a refused leaf where it stands in the tree and what its field is called. */
function withPlace(leaf: Leaf, path: Path, scope: ConditionScope, work: () => Sql): Sql {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const part = { 'field.unknown': 'field', 'condition.operator': 'op' }[error.code] ?? 'value';
    const place = placeOf([...path, part]);
    const name = scope.fields.get(leaf.field)?.label[scope.lang === 'en-US' ? 'en' : 'zh'] ?? leaf.field;
    const params = { ...error.params, place, name };
    const code = error.code === 'field.unknown' ? 'condition.fieldUnknown' : error.code;
    throw badRequest(error.code, { field: leaf.field, params, errors: [{ field: place, code, params }] });
  }
}

function emptiness(leaf: Leaf, isEmpty: RawBuilder<unknown>): Sql | undefined {
  if (leaf.op === 'empty') return sql<boolean>`(${isEmpty})`;
  if (leaf.op === 'notEmpty') return sql<boolean>`(not (${isEmpty}))`;
  return undefined;
}

const escapeLike = (text: string) => text.replace(/[\\%_]/g, (character) => `\\${character}`);

/** Brackets are kept as typed, wide or narrow; who asks for one means both. */
const narrow = (text: string) => text.replaceAll('（', '(').replaceAll('）', ')');
const anyBrackets = (value: RawBuilder<unknown>, asked: string[]) =>
  asked.some((text) => /[()]/.test(text)) ? sql`translate(${value}, '（）', '()')` : value;

function textSql(leaf: Leaf, field: FieldDefinition, stored: RawBuilder<unknown>): Sql {
  const empty = emptiness(leaf, sql`${stored} is null or ${stored} = ''`);
  if (empty) return empty;
  if (leaf.op === 'in' || leaf.op === 'notIn') {
    const items = conditionList(leaf, field).map((item) => narrow(item.toLowerCase()));
    const found = sql<boolean>`coalesce(lower(${anyBrackets(stored, items)}) = any(${items}::text[]), false)`;
    return leaf.op === 'in' ? found : sql<boolean>`(not ${found})`;
  }
  const text = narrow(conditionValue(field, leaf.value, leaf));
  const value = anyBrackets(stored, [text]);
  switch (leaf.op) {
    case 'eq':
      return sql<boolean>`lower(${value}) = lower(${text}::text)`;
    case 'ne':
      return sql<boolean>`lower(${value}) is distinct from lower(${text}::text)`;
    case 'startsWith':
      return sql<boolean>`${value} ilike ${`${escapeLike(text)}%`}`;
    case 'notContains':
      return sql<boolean>`coalesce(${value} not ilike ${`%${escapeLike(text)}%`}, true)`;
    default:
      return sql<boolean>`${value} ilike ${`%${escapeLike(text)}%`}`;
  }
}

function conditionList(leaf: Leaf, field: FieldDefinition): string[] {
  if (!Array.isArray(leaf.value) || leaf.value.length > 500) throw unfit(leaf, 'condition.notList');
  return leaf.value.map((item) => conditionValue(field, item, leaf));
}

function keySql(leaf: Leaf, field: FieldDefinition, value: RawBuilder<unknown>, scope: ConditionScope): Sql {
  const empty = emptiness(leaf, sql`${value} is null`);
  if (empty) return empty;
  // Links of built-in fields are uuid columns; comparing as uuid keeps their index.
  const type = sql.raw(field.builtin && ['user', 'customer', 'contact'].includes(field.type) ? 'uuid' : 'text');
  switch (leaf.op) {
    case 'isMe':
      return sql<boolean>`${value} = ${scope.actor.userId}::${type}`;
    case 'inTeam': {
      const teams = Array.isArray(leaf.value) ? conditionList(leaf, field) : [conditionValue(field, leaf.value, leaf)];
      return sql<boolean>`${value} in (select member.id::${type} from app_user member
        join team on team.org_id = member.org_id and team.id = member.team_id
        where member.org_id = ${scope.actor.orgId} and team.path && ${teams}::uuid[])`;
    }
    case 'under': {
      const code = conditionValue(field, leaf.value, leaf);
      return sql<boolean>`${value} like ${`${code.replace(/(00)+$/, '')}%`}`;
    }
    case 'in':
      return sql<boolean>`${value} = any(${conditionList(leaf, field)}::${type}[])`;
    case 'notIn':
      return sql<boolean>`(not coalesce(${value} = any(${conditionList(leaf, field)}::${type}[]), false))`;
    case 'ne':
      return sql<boolean>`${value} is distinct from ${conditionValue(field, leaf.value, leaf)}::${type}`;
    default:
      return sql<boolean>`${value} = ${conditionValue(field, leaf.value, leaf)}::${type}`;
  }
}

function orderedSql(leaf: Leaf, value: RawBuilder<unknown>, operand: (item: unknown) => RawBuilder<unknown>): Sql {
  const empty = emptiness(leaf, sql`${value} is null`);
  if (empty) return empty;
  switch (leaf.op) {
    case 'between': {
      const [from, to] = pairOf(leaf);
      return sql<boolean>`${value} between ${operand(from)} and ${operand(to)}`;
    }
    case 'ne':
      return sql<boolean>`${value} is distinct from ${operand(leaf.value)}`;
    case 'lt':
      return sql<boolean>`${value} < ${operand(leaf.value)}`;
    case 'lte':
      return sql<boolean>`${value} <= ${operand(leaf.value)}`;
    case 'gt':
      return sql<boolean>`${value} > ${operand(leaf.value)}`;
    case 'gte':
      return sql<boolean>`${value} >= ${operand(leaf.value)}`;
    default:
      return sql<boolean>`${value} = ${operand(leaf.value)}`;
  }
}

function pairOf(leaf: Leaf): [unknown, unknown] {
  if (!Array.isArray(leaf.value) || leaf.value.length !== 2) throw unfit(leaf, 'condition.notPair');
  return [leaf.value[0], leaf.value[1]];
}

/** Amounts are compared within their currency: 100 USD is neither more nor less than 100 CNY here. */
function moneySql(leaf: Leaf, field: FieldDefinition, value: RawBuilder<unknown>): Sql {
  const empty = emptiness(leaf, sql`${value} is null`);
  if (empty) return empty;
  const amount = sql`(${value}->>'amount')::numeric`;
  const sample = leaf.op === 'between' ? pairOf(leaf)[0] : leaf.value;
  const currency = String((sample as { currency?: unknown } | null)?.currency ?? '');
  const operand = (item: unknown) => sql`${conditionValue(field, item, leaf)}::numeric`;
  const same = sql`${value}->>'currency' = ${currency}`;
  // No amount, or one in another currency, is not the amount asked about.
  if (leaf.op === 'ne') return sql<boolean>`(not coalesce(${amount} = ${operand(leaf.value)} and ${same}, false))`;
  return sql<boolean>`(${orderedSql(leaf, amount, operand)} and ${same})`;
}

function dateSql(
  leaf: Leaf,
  value: RawBuilder<unknown>,
  scope: ConditionScope,
  operand: (item: unknown) => RawBuilder<unknown>,
): Sql {
  const today = sql`(now() at time zone ${scope.timeZone})::date`;
  switch (leaf.op) {
    case 'withinLast':
      return sql<boolean>`(${value} > (${today} - ${relativeInterval(leaf)}::interval)::date and ${value} <= ${today})`;
    case 'olderThan':
      return sql<boolean>`${value} <= (${today} - ${relativeInterval(leaf)}::interval)::date`;
    case 'withinNext':
      return sql<boolean>`(${value} >= ${today} and ${value} < (${today} + ${relativeInterval(leaf)}::interval)::date)`;
    default:
      return orderedSql(leaf, value, operand);
  }
}

/** Instants are asked for by day: each bound is that day's midnight in the company's time zone. */
function datetimeSql(leaf: Leaf, field: FieldDefinition, value: RawBuilder<unknown>, scope: ConditionScope): Sql {
  const empty = emptiness(leaf, sql`${value} is null`);
  if (empty) return empty;
  const start = (item: unknown, days = 0) =>
    sql`((${conditionValue(field, item, leaf)}::date + ${sql.lit(days)})::timestamp at time zone ${scope.timeZone})`;
  switch (leaf.op) {
    case 'withinLast':
      return sql<boolean>`${value} > now() - ${relativeInterval(leaf)}::interval`;
    case 'olderThan':
      return sql<boolean>`${value} <= now() - ${relativeInterval(leaf)}::interval`;
    case 'withinNext':
      return sql<boolean>`(${value} >= now() and ${value} < now() + ${relativeInterval(leaf)}::interval)`;
    case 'between': {
      const [from, to] = pairOf(leaf);
      return sql<boolean>`(${value} >= ${start(from)} and ${value} < ${start(to, 1)})`;
    }
    case 'lt':
      return sql<boolean>`${value} < ${start(leaf.value)}`;
    case 'lte':
      return sql<boolean>`${value} < ${start(leaf.value, 1)}`;
    case 'gt':
      return sql<boolean>`${value} >= ${start(leaf.value, 1)}`;
    case 'gte':
      return sql<boolean>`${value} >= ${start(leaf.value)}`;
    case 'ne':
      return sql<boolean>`(${value} is null or ${value} < ${start(leaf.value)} or ${value} >= ${start(leaf.value, 1)})`;
    default:
      return sql<boolean>`(${value} >= ${start(leaf.value)} and ${value} < ${start(leaf.value, 1)})`;
  }
}

function listSql(leaf: Leaf, field: FieldDefinition, value: RawBuilder<unknown>): Sql {
  const size = field.builtin ? sql`coalesce(cardinality(${value}), 0)` : sql`coalesce(jsonb_array_length(${value}), 0)`;
  const empty = emptiness(leaf, sql`${size} = 0`);
  if (empty) return empty;
  const item = conditionValue(field, leaf.value, leaf);
  const entries = field.builtin ? sql`unnest(${value})` : sql`jsonb_array_elements_text(coalesce(${value}, '[]'))`;
  const found =
    field.type === 'multichoice' && field.builtin
      ? sql<boolean>`coalesce(${value} @> array[${item}]::text[], false)`
      : sql<boolean>`exists (select 1 from ${entries} entry where entry ilike ${field.type === 'multichoice' ? escapeLike(item) : `%${escapeLike(item)}%`})`;
  return leaf.op === 'notContains' ? sql<boolean>`(not ${found})` : found;
}

function pointsSql(leaf: Leaf, field: FieldDefinition, value: RawBuilder<unknown>): Sql {
  const list = field.type === 'phone' ? sql`jsonb_build_array(${value})` : value;
  const empty = emptiness(leaf, sql`${value} is null or ${value} = '[]'::jsonb`);
  if (empty) return empty;
  const wanted = conditionValue(field, leaf.value, leaf);
  const digits = wanted.replace(/[\s\-()]/g, '');
  const needle = /^\+?\d+$/.test(digits) ? digits : wanted;
  const found = sql<boolean>`exists (select 1 from jsonb_array_elements(coalesce(${list}, '[]')) entry
    where concat_ws(' ', entry->>'value', entry->>'raw', entry->>'text', entry->>'note', entry->>'postcode') ilike ${`%${escapeLike(needle)}%`})`;
  return leaf.op === 'notContains' ? sql<boolean>`(not ${found})` : found;
}
