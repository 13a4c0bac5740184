import { sql } from 'kysely';
import { notify } from '#modules/notifications/index.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvents } from '#platform/events/index.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import { addDays } from '#shared/dates/zoned.ts';
import { firstIdOf } from '#shared/ids.ts';
import { dueRows } from './due.ts';
import { beginChangedRules, holdPools, openPools } from './pools.ts';

/** Customers a transaction looks at: it holds locks for a moment only. */
const batchSize = 2000;

interface Returned {
  id: string;
  owner_id: string;
  pool: string;
  due: string;
  rule: string;
}

/**
 * The terms of one batch, and what is past its term returns. Computed and written in one transaction from the facts as they
 * are then: a contact logged a minute before saves the customer. Rows somebody works on just now wait for the next night.
 */
async function sweepBatch(context: Context, after: string, today: string) {
  const found = await sql<{
    id: string;
  }>`select id from customer where org_id = ${context.orgId} and id > ${after}::uuid
    order by id limit ${batchSize}`.execute(context.tx);
  const ids = found.rows.map((row) => row.id);
  if (ids.length === 0) return { last: null, seen: 0, returned: [] as Returned[] };
  const among = sql<boolean>`customer.id = any(${ids}::uuid[])`;
  const free = await sql<{ id: string }>`select id from customer where org_id = ${context.orgId} and ${among}
    and state = 'active' and owner_id is not null order by id for no key update skip locked`.execute(context.tx);
  const mine = sql<boolean>`customer.id = any(${free.rows.map((row) => row.id)}::uuid[])`;
  if (free.rows.length === 0) return { last: ids.at(-1) ?? null, seen: ids.length, returned: [] };
  await holdPools(context);
  const rows = await dueRows(context, mine);
  const past = await sql<Returned>`
    with due as materialized (${rows}),
    told as (update customer set home_pool = due.home_pool, return_due_on = due.return_due_on from due
      where customer.org_id = ${context.orgId}::uuid and customer.id = due.customer_id
        and (due.return_due_on is null or due.return_due_on >= ${today}::date)
        and row(due.home_pool, due.return_due_on) is distinct from row(due.was_home, due.was_due)),
    taken as (select customer.id, customer.owner_id, due.home_pool as pool, due.return_due_on::text as due, due.rule
      from due join customer on customer.org_id = ${context.orgId}::uuid and customer.id = due.customer_id
      where due.return_due_on < ${today}::date),
    moved as (update customer set pool = taken.pool, home_pool = null, owner_id = null, team_id = null,
        former_owner_id = taken.owner_id, released_at = ${context.now()}::timestamptz, claimed_at = null, return_due_on = null,
        locked_until = null, version = version + 1, updated_at = ${context.now()}::timestamptz, updated_by = null
      from taken where customer.org_id = ${context.orgId}::uuid and customer.id = taken.id)
    select * from taken`.execute(context.tx);
  return { last: ids.at(-1) ?? null, seen: ids.length, returned: past.rows };
}

async function recordReturns(context: Context, returned: Returned[], names: Map<string, string>): Promise<void> {
  await recordEvents(
    context,
    returned.map((row) => ({
      kind: 'customer.returned',
      subjectKind: 'customer',
      subjectId: row.id,
      customerId: row.id,
      data: {
        from: row.owner_id,
        to: null,
        pool: row.pool,
        poolName: names.get(row.pool) ?? '',
        rule: row.rule,
        due: row.due,
      },
    })),
  );
}

/** One notice a person and day, however many customers; its key makes it once, also when the sweep runs again. */
async function remind(context: Context, today: string): Promise<void> {
  const due = await sql<{ owner_id: string; day: string; n: number }>`
    select owner_id, return_due_on::text as day, count(*) as n from customer where org_id = ${context.orgId}
      and return_due_on between ${today}::date and ${addDays(today, 3)}::date and state = 'active' and owner_id is not null
    group by 1, 2`.execute(context.tx);
  for (const { owner_id, day, n } of due.rows) {
    const stage = day <= addDays(today, 1) ? 1 : 3;
    await notify(context, {
      userIds: [owner_id],
      type: 'customers.returnSoon',
      params: { n, day },
      path: `/customers?sort=returnDueOn&filter=${encodeURIComponent(
        JSON.stringify({
          all: [
            { field: 'ownerId', op: 'isMe' },
            { field: 'returnDueOn', op: 'withinNext', value: { count: 4, unit: 'day' } },
          ],
        }),
      )}`,
      key: `returnSoon:${day}:${stage}`,
    });
  }
}

async function tellReturned(context: Context, today: string): Promise<void> {
  const lost = await sql<{ owner_id: string; n: number }>`
    select data->>'from' as owner_id, count(*) as n from event where org_id = ${context.orgId}
      and id >= ${firstIdOf(context.now().getTime() - 86_400_000)}::uuid and kind = 'customer.returned' group by 1`.execute(
    context.tx,
  );
  for (const { owner_id, n } of lost.rows)
    await notify(context, {
      userIds: [owner_id],
      type: 'customers.returned',
      params: { n },
      path: '/pools',
      key: `returned:${today}`,
    });
}

/** The night's sweep: changed rules begin, terms are computed, what is past its term returns, people are warned. */
async function sweep(job: JobContext) {
  const { today, names, total } = await job.inTransaction(async (context) => {
    const day = await companyToday(context);
    await beginChangedRules(context, day);
    const pools = await openPools(context);
    const rows = await sql<{ n: number }>`select greatest(reltuples, 0)::bigint as n from pg_class
      where oid = 'customer'::regclass`.execute(context.tx);
    return { today: day, names: new Map(pools.map((pool) => [pool.id, pool.name])), total: rows.rows[0]?.n ?? 0 };
  });
  let after = '00000000-0000-0000-0000-000000000000';
  let seen = 0;
  let returned = 0;
  for (;;) {
    const from = after;
    const batch = await job.inTransaction(async (context) => {
      const done = await sweepBatch(context, from, today);
      await recordReturns(context, done.returned, names);
      return done;
    });
    if (batch.last === null) break;
    after = batch.last;
    seen += batch.seen;
    returned += batch.returned.length;
    await job.progress(seen, Math.max(total, seen));
  }
  await job.inTransaction(async (context) => {
    await remind(context, today);
    if (returned > 0) await tellReturned(context, today);
  });
  return { seen, returned };
}

export const sweepJob = defineJob({ kind: 'customers.poolSweep', heavy: true, background: 'whole', run: sweep });
/** Before anybody works, after the night's facts of purchases. */
export const sweepSchedule = { key: 'customers.poolSweep', cron: '20 3 * * *', kind: 'customers.poolSweep' };
