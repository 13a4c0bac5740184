import { sql } from 'kysely';
import { loadCustomer } from '#modules/customers/index.ts';
import { columnOf, conditionSql, dictionaryFor } from '#modules/fields/index.ts';
import { purchaseWindow } from '#modules/trade/index.ts';
import { mayTouch } from '#platform/access/visible.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { iso } from '#platform/time.ts';
import { conflict, invalid, notFound, Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { type Dimension, dimensions, type Overridable, type Ruled } from '../spec.ts';
import { computeBounds, savedBounds } from './bounds.ts';
import { applyGrade, classifyNow, type Work } from './classify.ts';
import { configOf, isRuled, valuesOf } from './schemes.ts';

type CustomerRow = Awaited<ReturnType<typeof loadCustomer>>;
interface Because {
  code: string;
  params: Record<string, string | number>;
}

const daysSince = (day: string | null, today: string) =>
  day === null ? 0 : Math.round((Date.parse(`${today}T00:00:00Z`) - Date.parse(`${day}T00:00:00Z`)) / 86_400_000);

/** Facts whose values the sentence of a derived class tells. */
const toldFacts: Partial<Record<Dimension, string[]>> = {
  timeClass: ['lastPurchaseOn'],
  processClass: ['lastPurchaseOn'],
  tenureClass: ['firstPurchaseOn'],
  volumeClass: ['purchaseCount12m', 'purchaseTotal12m'],
  abcClass: ['purchaseTotal', 'purchaseTotal12m'],
  rfmSegment: ['lastPurchaseOn', 'purchaseCount12m', 'purchaseTotal12m'],
};

/** The sentence that explains each derived class, with its numbers. */
async function derivedReasons(context: Context, row: CustomerRow, today: string): Promise<Map<Dimension, Because>> {
  const { volume, ...limits } = await configOf(context, 'divisions');
  const bought = await sql<{
    orders: number;
    amount: number;
  }>`${await purchaseWindow(context, volume.days, sql`${row.id}::uuid`)}`.execute(context.tx);
  const { orders = 0, amount = 0 } = bought.rows[0] ?? {};
  const last = row.last_purchase_on;
  const first = row.first_purchase_on;
  const found = new Map<Dimension, Because>();
  const none: Because = { code: 'never', params: {} };
  const lastDays = daysSince(last, today);
  found.set('timeClass', last ? { code: 'last', params: { days: lastDays, limit: limits.currentDays } } : none);
  found.set('processClass', last ? { code: 'last', params: { days: lastDays, limit: limits.ongoingDays } } : none);
  found.set(
    'tenureClass',
    first ? { code: 'first', params: { days: daysSince(first, today), limit: limits.newDays } } : none,
  );
  found.set(
    'volumeClass',
    row.purchase_count > 0
      ? {
          code: 'volume',
          params: { orders, days: volume.days, amount, main: volume.mainOrders, general: volume.generalOrders },
        }
      : none,
  );
  if (row.abc_class) {
    const { basis } = await configOf(context, 'abc');
    const total = basis === 'purchaseTotal' ? row.purchase_total : row.purchase_total12m;
    found.set('abcClass', { code: basis === 'purchaseTotal' ? 'abcAll' : 'abc', params: { amount: total } });
  }
  if (row.rfm_segment)
    found.set('rfmSegment', {
      code: 'rfm',
      params: {
        r: row.rfm_r ?? 0,
        f: row.rfm_f ?? 0,
        m: row.rfm_m ?? 0,
        days: lastDays,
        orders: row.purchase_count12m,
        amount: row.purchase_total12m,
      },
    });
  return found;
}

/** Which rules matched this customer; a rule the reader may not read is not told. */
async function ruleReason(context: Context, key: Ruled, row: CustomerRow): Promise<Because | null> {
  const config = await configOf(context, key);
  if (config.rules.length === 0) return null;
  const matched: typeof config.rules = [];
  for (const rule of config.rules) {
    try {
      const where = await conditionSql(context, 'customer', rule.condition);
      const found =
        await sql`select 1 from customer where customer.org_id = ${context.orgId}::uuid and customer.id = ${row.id}::uuid and ${where}`.execute(
          context.tx,
        );
      if (found.rows.length > 0) matched.push(rule);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { code: 'hiddenRule', params: {} };
    }
    if (config.method === 'order' && matched.length > 0) break;
  }
  if (config.method === 'points') {
    const points = matched.reduce((sum, rule) => sum + (rule.points ?? 0), 0);
    return { code: 'points', params: { points, rules: matched.map((rule) => rule.name).join('、') } };
  }
  const [rule] = matched;
  return rule ? { code: 'rule', params: { rule: rule.name } } : { code: 'noRule', params: {} };
}

/** Keys of the customer's fields the caller may read. */
export const readableKeys = async (context: Context): Promise<Set<string>> =>
  new Set((await dictionaryFor(context, 'customer')).fields.map((field) => field.key));

const overrides = (context: Context, customerId: string) =>
  context.tx
    .selectFrom('class_override')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', customerId)
    .where('ended_at', 'is', null);

async function viewOne(context: Context, row: CustomerRow, dimension: Dimension, today: string) {
  const all = await viewAll(context, row, today);
  const one = all.find((item) => item.dimension === dimension);
  if (!one) throw notFound('class');
  return one;
}

async function viewAll(context: Context, row: CustomerRow, today: string) {
  const current = await overrides(context, row.id).execute();
  const reasons = await derivedReasons(context, row, today);
  const readable = await readableKeys(context);
  const reasonOf = (dimension: Dimension): Because | null =>
    (toldFacts[dimension] ?? []).every((key) => readable.has(key))
      ? (reasons.get(dimension) ?? null)
      : { code: 'hiddenRule', params: {} };
  const items = [];
  for (const dimension of dimensions.filter((key) => readable.has(key))) {
    const set = current.find(
      (item) => item.dimension === dimension && (item.expires_on === null || item.expires_on >= today),
    );
    const value = ((row as Record<string, unknown>)[columnOf(dimension)] ?? null) as string | null;
    const manual = dimension === 'grade' && value !== null && value !== row.grade_by_rule;
    items.push({
      dimension,
      value,
      because: isRuled(dimension)
        ? manual && !set
          ? { code: 'manual', params: {} }
          : await ruleReason(context, dimension, row)
        : reasonOf(dimension),
      override: set
        ? {
            value: set.value,
            reason: set.reason,
            expiresOn: set.expires_on,
            by: set.author_name,
            at: iso(set.created_at),
          }
        : null,
    });
  }
  return items;
}

export async function customerClasses(context: Context, id: string) {
  const row = await loadCustomer(context, id, 'customer:read');
  const today = await companyToday(context);
  const active = row.state === 'active';
  return {
    items: await viewAll(context, row, today),
    categories: (await readableKeys(context)).has('categories') ? (row.categories ?? []) : [],
    can: {
      override: active && mayTouch(context.actor, 'class:override', row),
      categorise: active && mayTouch(context.actor, 'customer:update', row),
    },
  };
}

async function openForOverride(context: Context, id: string): Promise<CustomerRow> {
  const row = await loadCustomer(context, id, 'customer:read', true);
  if (!mayTouch(context.actor, 'class:override', row)) throw notFound('customer');
  if (row.state !== 'active') throw conflict('customer.trashed');
  return row;
}

async function workOn(context: Context, id: string, today: string): Promise<Work> {
  return {
    runId: newId(),
    today,
    bounds: (await savedBounds(context)) ?? (await computeBounds(context, today)),
    cause: 'override',
    where: sql`customer.id = ${id}::uuid`,
  };
}

/** Sets a class by hand. One set before is ended; the customer's row is locked, so of two at once the later one holds. */
export async function setOverride(
  context: Context,
  id: string,
  dimension: Overridable,
  input: { value: string; reason: string; expiresOn: string | null },
) {
  const row = await openForOverride(context, id);
  const today = await companyToday(context);
  const errors = [];
  if (!(await valuesOf(context, dimension)).includes(input.value))
    errors.push({ field: 'value', code: 'class.value', params: { value: input.value } });
  if (input.expiresOn !== null && input.expiresOn < today) errors.push({ field: 'expiresOn', code: 'class.expired' });
  if (errors.length > 0) throw invalid(errors);
  await finishOverride(context, id, dimension);
  await context.tx
    .insertInto('class_override')
    .values({
      org_id: context.orgId,
      id: newId(),
      customer_id: id,
      dimension,
      value: input.value,
      reason: input.reason,
      expires_on: input.expiresOn,
      created_by: context.actor.userId,
      author_name: context.actor.name,
    })
    .execute();
  await recordEvent(context, {
    kind: 'customer.overridden',
    subjectKind: 'customer',
    subjectId: id,
    customerId: id,
    data: { dimension, value: input.value, expiresOn: input.expiresOn },
    reason: input.reason,
  });
  const work = await workOn(context, id, today);
  if (dimension === 'grade') await applyGrade(context, work, { id, to_value: input.value });
  else await classifyNow(context, work, dimension);
  return viewOne(context, await loadCustomer(context, row.id, 'customer:read'), dimension, today);
}

const finishOverride = async (context: Context, id: string, dimension: string) =>
  (
    await context.tx
      .updateTable('class_override')
      .set({ ended_at: context.now() })
      .where('org_id', '=', context.orgId)
      .where('customer_id', '=', id)
      .where('dimension', '=', dimension)
      .where('ended_at', 'is', null)
      .returning('id')
      .execute()
  ).length > 0;

export async function endOverride(context: Context, id: string, dimension: Overridable) {
  const row = await openForOverride(context, id);
  const today = await companyToday(context);
  if (!(await finishOverride(context, id, dimension))) throw notFound('override');
  await recordEvent(context, {
    kind: 'customer.overrideEnded',
    subjectKind: 'customer',
    subjectId: id,
    customerId: id,
    data: { dimension },
  });
  await classifyNow(context, await workOn(context, id, today), dimension);
  return viewOne(context, await loadCustomer(context, row.id, 'customer:read'), dimension, today);
}
