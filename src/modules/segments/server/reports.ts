import { type RawBuilder, sql } from 'kysely';
import { columnOf } from '#modules/fields/index.ts';
import { userNames } from '#modules/people/index.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { iso } from '#platform/time.ts';
import { cursorOf, cursorPart, cursorParts, idCursor, pageOfRows } from '#shared/cursor.ts';
import { badRequest, notFound } from '#shared/errors.ts';
import { type Dimension, dimensions } from '../spec.ts';
import { basisColumn } from './bounds.ts';
import { readableKeys } from './customer-classes.ts';
import { configOf } from './schemes.ts';

export const columnOfClass = (key: Dimension): RawBuilder<unknown> => sql.ref(`customer.${columnOf(key)}`);

/** Active customers the caller may see. */
const seen = (context: Context) =>
  sql`customer.org_id = ${context.orgId}::uuid and customer.state = 'active' and ${visible(context.actor, 'customer:read', 'customer')}`;

/** Refuses a class, or an amount classes are made of, that is above the caller's clearance. */
async function requireReadable(context: Context, key: string): Promise<void> {
  if (!(await readableKeys(context)).has(key))
    throw badRequest('field.unknown', { field: key, params: { field: key } });
}

/** Tells sums of purchases to who may read those of one customer. */
async function amountTold(context: Context): Promise<(amount: number) => number | null> {
  const told = (await readableKeys(context)).has('purchaseTotal12m');
  return (amount) => (told ? amount : null);
}

export async function distribution(context: Context) {
  const sets = dimensions.map((key) => sql`(${columnOfClass(key)})`);
  const columns = dimensions.map((key) => sql`${columnOfClass(key)} as ${sql.ref(columnOf(key))}`);
  const which = dimensions.map((key, index) => sql`when grouping(${columnOfClass(key)}) = 0 then ${sql.lit(index)}`);
  const rows = await sql<Record<string, unknown> & { at: number | null; customers: number; amount: number }>`
    select case ${sql.join(which, sql` `)} end as at, ${sql.join(columns)}, count(*) as customers,
      coalesce(sum(customer.purchase_total12m), 0) as amount
    from customer where ${seen(context)} group by grouping sets (${sql.join(sets)}, ())`.execute(context.tx);
  const readable = await readableKeys(context);
  const told = await amountTold(context);
  let total = 0;
  const items = [];
  for (const row of rows.rows) {
    const key = row.at === null ? undefined : dimensions[row.at];
    if (!key) total = row.customers;
    else if (readable.has(key))
      items.push({
        dimension: key,
        value: (row[columnOf(key)] as string | null) ?? null,
        customers: row.customers,
        amount: told(row.amount),
      });
  }
  return { total, items };
}

export async function movement(context: Context, dimension: Dimension, query: { from: string; to: string }) {
  if (query.from > query.to) throw badRequest('class.period', { field: 'to' });
  await requireReadable(context, dimension);
  const zone = sql`(select time_zone from org where org_id = ${context.orgId})`;
  const flows = await sql<{ from: string | null; to: string | null; customers: number }>`
    select change.from_value as from, change.to_value as to, count(distinct change.customer_id) as customers
    from class_change change join customer on customer.org_id = change.org_id and customer.id = change.customer_id
    where change.org_id = ${context.orgId} and change.dimension = ${dimension}
      and change.at >= (${query.from}::date)::timestamp at time zone ${zone}
      and change.at < (${query.to}::date + 1)::timestamp at time zone ${zone} and ${seen(context)}
    group by 1, 2 order by 3 desc limit 200`.execute(context.tx);
  const days = await sql<{ day: string; value: string; customers: number }>`
    select day, value, customers from class_count where org_id = ${context.orgId} and dimension = ${dimension}
      and day between ${query.from}::date and ${query.to}::date order by day, value limit 5000`.execute(context.tx);
  return { flows: flows.rows, days: days.rows };
}

export async function abcCurve(context: Context, asked: 'purchaseTotal12m' | 'purchaseTotal' | undefined) {
  const basis = asked ?? (await configOf(context, 'abc')).basis;
  await requireReadable(context, basis);
  const column = basisColumn(basis);
  const rows = await sql<{ customers: number; amount: number; least: number }>`
    select max(so_far) as customers, max(amount) as amount, min(value) as least from (
      select value, sum(n) over (order by value desc) as so_far, sum(value * n) over (order by value desc) as amount,
        sum(n) over () as total
      from (select ${column} as value, count(*) as n from customer where ${seen(context)} and ${column} > 0 group by 1) counted) summed
    group by ceil(200 * so_far / total) order by 1`.execute(context.tx);
  const last = rows.rows.at(-1);
  return { basis, customers: last?.customers ?? 0, amount: last?.amount ?? 0, points: rows.rows };
}

export async function rfmMap(context: Context) {
  await requireReadable(context, 'rfmSegment');
  const told = await amountTold(context);
  // One pass over the customers for both: at a million each costs a second.
  const { rows } = await sql<{
    r: number;
    f: number;
    segment: string;
    customers: number;
    amount: number;
    whole: number;
  }>`
    select customer.rfm_r as r, customer.rfm_f as f, customer.rfm_segment as segment, count(*) as customers,
      coalesce(sum(customer.purchase_total12m), 0) as amount, grouping(customer.rfm_segment) as whole
    from customer where ${seen(context)} and (customer.rfm_r is not null or customer.rfm_segment is not null)
    group by grouping sets ((customer.rfm_r, customer.rfm_f), (customer.rfm_segment)) order by 1, 2, 3`.execute(
    context.tx,
  );
  const tell = <Row extends { amount: number }>(row: Row) => ({ ...row, amount: told(row.amount) });
  const cells = rows.filter((row) => row.whole === 1 && row.r !== null);
  const segments = rows.filter((row) => row.whole === 0 && row.segment !== null);
  return {
    cells: cells.map(({ r, f, customers, amount }) => tell({ r, f, customers, amount })),
    segments: segments.map(({ segment, customers, amount }) => tell({ segment, customers, amount })),
  };
}

const runs = (context: Context) => context.tx.selectFrom('class_run').selectAll().where('org_id', '=', context.orgId);
type RunRow = Awaited<ReturnType<ReturnType<typeof runs>['executeTakeFirstOrThrow']>>;

async function viewRuns(context: Context, rows: RunRow[]) {
  const ids = rows.flatMap((row) => (row.requested_by ? [row.requested_by] : []));
  const names = await userNames(context, ids);
  return rows.map((row) => ({
    id: row.id,
    state: row.state as 'running' | 'done' | 'failed' | 'cancelled',
    scheduled: row.scheduled,
    startedAt: iso(row.started_at),
    finishedAt: row.finished_at ? iso(row.finished_at) : null,
    by: row.requested_by ? (names[row.requested_by] ?? null) : null,
    problems: row.problems as Record<string, string>,
  }));
}

export async function listRuns(context: Context, query: { limit: number; cursor?: string }) {
  let rows = runs(context)
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('id', '<', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: await viewRuns(context, page), nextCursor };
}

export async function getRun(context: Context, id: string) {
  const row = await runs(context).where('id', '=', id).executeTakeFirst();
  const [run] = row ? await viewRuns(context, [row]) : [];
  if (!run) throw notFound('classRun');
  const moves = await sql<{ dimension: Dimension; from: string | null; to: string | null; customers: number }>`
    select change.dimension, change.from_value as from, change.to_value as to, count(*) as customers
    from class_change change join customer on customer.org_id = change.org_id and customer.id = change.customer_id
    where change.org_id = ${context.orgId} and change.run_id = ${id} and ${seen(context)}
    group by 1, 2, 3 order by 1, 4 desc`.execute(context.tx);
  const readable = await readableKeys(context);
  return { ...run, moves: moves.rows.filter((move) => readable.has(move.dimension)) };
}

interface ChangeRow {
  customerId: string;
  number: string;
  name: string;
  dimension: Dimension;
  from: string | null;
  to: string | null;
  cause: string;
  at: Date;
  run: string;
}

const changeColumns = sql`change.customer_id as "customerId", customer.number, customer.name, change.dimension,
  change.from_value as from, change.to_value as to, change.cause, change.at, change.run_id as run`;

/** Customers a run changed, in id order. */
export async function runChanges(
  context: Context,
  runId: string,
  query: { limit: number; cursor?: string; dimension: Dimension; from?: string; to?: string },
) {
  await requireReadable(context, query.dimension);
  const parts = [
    query.from === undefined ? sql`` : sql`and change.from_value is not distinct from nullif(${query.from}, '-')`,
    query.to === undefined ? sql`` : sql`and change.to_value is not distinct from nullif(${query.to}, '-')`,
    query.cursor ? sql`and change.customer_id > ${idCursor(query.cursor)}::uuid` : sql``,
  ];
  const rows = await sql<ChangeRow>`select ${changeColumns} from class_change change
    join customer on customer.org_id = change.org_id and customer.id = change.customer_id
    where change.org_id = ${context.orgId} and change.run_id = ${runId} and change.dimension = ${query.dimension}
      and ${seen(context)} ${sql.join(parts, sql` `)} order by change.customer_id limit ${query.limit + 1}`.execute(
    context.tx,
  );
  const { page, nextCursor } = pageOfRows(rows.rows, query.limit, (last) => last.customerId);
  return { items: page.map(viewChange), nextCursor };
}

const viewChange = ({ run: _run, ...row }: ChangeRow) => ({ ...row, at: iso(row.at) });

/** Changes of one customer's classes, newest first. */
export async function classHistory(
  context: Context,
  customerId: string,
  query: { limit: number; cursor?: string; dimension?: Dimension },
) {
  const after = query.cursor && cursorParts(query.cursor, cursorPart.instant, cursorPart.id);
  const readable = [...(await readableKeys(context))];
  const parts = [
    sql`and change.dimension = any(${readable}::text[])`,
    query.dimension ? sql`and change.dimension = ${query.dimension}` : sql``,
    after ? sql`and (change.at, change.run_id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql``,
  ];
  const rows = await sql<ChangeRow>`select ${changeColumns} from class_change change
    join customer on customer.org_id = change.org_id and customer.id = change.customer_id
    where change.org_id = ${context.orgId} and change.customer_id = ${customerId} ${sql.join(parts, sql` `)}
    order by change.at desc, change.run_id desc limit ${query.limit + 1}`.execute(context.tx);
  const { page, nextCursor } = pageOfRows(rows.rows, query.limit, (last) => cursorOf(iso(last.at), last.run));
  return { items: page.map(viewChange), nextCursor };
}
