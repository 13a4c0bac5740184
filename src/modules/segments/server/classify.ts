import { type RawBuilder, sql } from 'kysely';
import { applyChange, loadCustomer, storedOf, writeFactsFrom } from '#modules/customers/index.ts';
import { columnOf } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { recordEvents } from '#platform/events/index.ts';
import { type Dimension, dimensions, type Ruled } from '../spec.ts';
import type { Bounds } from './bounds.ts';
import { boughtJoin, divisionColumns, valueColumns } from './derive.ts';
import { outcomes, overridesOf } from './rules.ts';
import { configOf } from './schemes.ts';

export interface Work {
  runId: string;
  today: string;
  bounds: Bounds;
  cause: 'facts' | 'rule' | 'override';
  /** Which customers, as SQL over `customer`. */
  where: RawBuilder<unknown>;
}

const tracked = (keys: string[]) => keys.filter((key): key is Dimension => dimensions.includes(key as Dimension));

/** Derives divisions, ABC and RFM of the customers from their facts; overrides win. Writes only what differs. */
export async function deriveClasses(context: Context, work: Work): Promise<number> {
  const divisions = await configOf(context, 'divisions');
  const columns = {
    ...divisionColumns(divisions, work.today),
    ...valueColumns(work.bounds, await configOf(context, 'rfm')),
  };
  const joins: RawBuilder<unknown>[] = [];
  const selected = Object.entries(columns).map(([key, value]) => {
    const name = sql.ref(columnOf(key));
    if (!['timeClass', 'tenureClass', 'processClass', 'volumeClass'].includes(key)) return sql`${value} as ${name}`;
    joins.push(
      sql`left join (${overridesOf(context, key, work.today)}) ${sql.ref(`o_${key}`)} on ${sql.ref(`o_${key}.customer_id`)} = customer.id`,
    );
    return sql`coalesce(${sql.ref(`o_${key}.value`)}, ${value}) as ${name}`;
  });
  const rows = sql`select customer.id as customer_id, ${sql.join(selected)} from customer
    ${sql.join(joins, sql` `)} ${await boughtJoin(context, divisions)}
    where customer.org_id = ${context.orgId}::uuid and customer.state = 'active' and ${work.where}`;
  const keys = Object.keys(columns);
  const differing = await differingRows(context, keys, rows);
  if (!differing) return 0;
  await noteChanges(context, work, tracked(keys), differing, false);
  return writeFactsFrom(context, keys, differing);
}

/** Those rows that are not yet on their customers, calculated once for all that follows; undefined when all are. */
async function differingRows(
  context: Context,
  keys: string[],
  rows: RawBuilder<unknown>,
): Promise<RawBuilder<unknown> | undefined> {
  const columns = keys.map(columnOf);
  const now = sql.join(columns.map((name) => sql.ref(`customer.${name}`)));
  const then = sql.join(columns.map((name) => sql.ref(`next.${name}`)));
  const found = await sql<{ rows: string | null }>`select json_agg(differing)::text as rows from (
      select next.customer_id as id, ${then} from (${rows}) next
      join customer on customer.org_id = ${context.orgId}::uuid and customer.id = next.customer_id
      where row(${now}) is distinct from row(${then})) differing`.execute(context.tx);
  const text = found.rows[0]?.rows;
  if (!text) return undefined;
  return sql`select id as customer_id, ${sql.join(columns.map((name) => sql.ref(name)))}
    from jsonb_populate_recordset(null::customer, ${text}::jsonb)`;
}

/**
 * Keeps what each change was from and to. The first value a derived class gets is no change; the first rung or importance is.
 */
async function noteChanges(
  context: Context,
  work: Work,
  keys: Dimension[],
  rows: RawBuilder<unknown>,
  first: boolean,
): Promise<{ dimension: string; customer_id: string; from_value: string | null; to_value: string | null }[]> {
  const pairs = keys.map(
    (key) => sql`(${sql.lit(key)}, ${sql.ref(`customer.${columnOf(key)}`)}, ${sql.ref(`next.${columnOf(key)}`)})`,
  );
  const initial = first ? sql`` : sql`and pair.from_value is not null`;
  const noted = await sql<{
    dimension: string;
    customer_id: string;
    from_value: string | null;
    to_value: string | null;
  }>`
    insert into class_change (org_id, run_id, dimension, customer_id, from_value, to_value, cause, at)
    select ${context.orgId}::uuid, ${work.runId}::uuid, pair.dimension, next.customer_id, pair.from_value, pair.to_value,
      ${work.cause}, ${context.now()}::timestamptz
    from (${rows}) next join customer on customer.org_id = ${context.orgId}::uuid and customer.id = next.customer_id
    cross join lateral (values ${sql.join(pairs)}) pair (dimension, from_value, to_value)
    where pair.from_value is distinct from pair.to_value ${initial}
    on conflict do nothing returning dimension, customer_id, from_value, to_value`.execute(context.tx);
  return noted.rows;
}

/** Applies the rules of importance or ladder: set-based, each change with its event. */
export async function applyRules(context: Context, dimension: 'importance' | 'ladder', work: Work): Promise<number> {
  const config = await configOf(context, dimension);
  const found = await outcomes(context, dimension, config, work.today, work.where);
  const rows = await differingRows(
    context,
    [dimension],
    sql`select id as customer_id, to_value as ${sql.ref(columnOf(dimension))} from (${found}) outcome
      where from_value is distinct from to_value`,
  );
  if (!rows) return 0;
  const changes = await noteChanges(context, work, [dimension], rows, true);
  const changed = await writeFactsFrom(context, [dimension], rows);
  await recordEvents(
    context,
    changes
      .filter((change) => change.from_value !== null)
      .map((change) => ({
        kind: 'customer.classified',
        subjectKind: 'customer',
        subjectId: change.customer_id,
        customerId: change.customer_id,
        changes: { [dimension]: { from: change.from_value, to: change.to_value } },
        source: 'system',
        reason: work.cause,
      })),
  );
  return changed;
}

/** Customers whose grade the rules or an override change, in id order. */
export async function gradeMoves(context: Context, work: Work, limit: number) {
  const config = await configOf(context, 'grade');
  const rows = await sql<{ id: string; to_value: string }>`
    select id, to_value from (${await outcomes(context, 'grade', config, work.today, work.where)}) outcome
    where from_value is distinct from to_value and to_value is not null order by id limit ${limit}`.execute(context.tx);
  return rows.rows;
}

/** Changes one customer's grade the way every change of a card goes. */
export async function applyGrade(context: Context, work: Work, move: { id: string; to_value: string | null }) {
  const row = await loadCustomer(context, move.id, 'customer:read', true);
  const stored = await storedOf(context, row);
  const from = (stored.values.grade as string | undefined) ?? null;
  if (row.state !== 'active' || from === move.to_value) return false;
  await applyChange(context, stored, {
    values: { grade: move.to_value },
    columns: { grade_by_rule: move.to_value },
    event: 'customer.graded',
    source: 'system',
    reason: work.cause,
  });
  await sql`insert into class_change (org_id, run_id, dimension, customer_id, from_value, to_value, cause, at)
    values (${context.orgId}, ${work.runId}, 'grade', ${move.id}, ${from}, ${move.to_value}, ${work.cause}, ${context.now()}::timestamptz)
    on conflict do nothing`.execute(context.tx);
  return true;
}

/** Brings all classes of a few customers up to date at once: after an override, after one ended. */
export async function classifyNow(context: Context, work: Work, only: Dimension): Promise<void> {
  if (only === 'importance' || only === 'ladder') await applyRules(context, only, work);
  else if (only === 'grade')
    for (const move of await gradeMoves(context, work, 1)) await applyGrade(context, work, move);
  else await deriveClasses(context, work);
}

export const ruledOrder: Ruled[] = ['grade', 'importance', 'ladder'];
