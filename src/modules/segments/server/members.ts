import { type RawBuilder, sql } from 'kysely';
import { writeFactsFrom } from '#modules/customers/index.ts';
import { matchingIds, type RecordQuery } from '#modules/fields/index.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import { invalid, Problem } from '#shared/errors.ts';
import { asSystem } from './run.ts';
import { loadSegment, memberSql } from './segments.ts';

const batch = 10_000;
const zero = '00000000-0000-0000-0000-000000000000';

/** Entries and exits of the customers in `range`, as SQL over `customer`; `joins` is who belongs. Returns whom it touched. */
async function settle(
  context: Context,
  segmentId: string,
  belongs: RawBuilder<unknown>,
  range: RawBuilder<unknown>,
  today: string,
  history: boolean,
): Promise<string[]> {
  const org = sql`${context.orgId}::uuid`;
  const member = sql`exists (select 1 from segment_member m where m.org_id = ${org} and m.segment_id = ${segmentId}::uuid and m.customer_id = customer.id)`;
  const entered = await sql<{ id: string }>`insert into segment_member (org_id, segment_id, customer_id, since)
    select ${org}, ${segmentId}::uuid, customer.id, ${today}::date from customer
    where customer.org_id = ${org} and customer.state = 'active' and ${range} and ${belongs} and not ${member}
    on conflict do nothing returning customer_id as id`.execute(context.tx);
  const left = await sql<{ id: string }>`delete from segment_member gone using customer
    where gone.org_id = ${org} and gone.segment_id = ${segmentId}::uuid and customer.org_id = ${org}
      and customer.id = gone.customer_id and ${range}
      and (customer.state <> 'active' or not coalesce(${belongs}, false)) returning gone.customer_id as id`.execute(
    context.tx,
  );
  const sides: ['entered' | 'left', string[]][] = [
    ['entered', entered.rows.map((row) => row.id)],
    ['left', left.rows.map((row) => row.id)],
  ];
  if (history)
    for (const [kind, ids] of sides)
      if (ids.length > 0)
        await sql`insert into segment_change (org_id, segment_id, customer_id, day, kind)
          select ${org}, ${segmentId}::uuid, id, ${today}::date, ${kind} from unnest(${ids}::uuid[]) as w(id) on conflict do nothing`.execute(
          context.tx,
        );
  const touched = sides.flatMap(([, ids]) => ids);
  await writeSegments(context, touched);
  return touched;
}

/** The card's list of segments, as of the last snapshot. */
async function writeSegments(context: Context, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await writeFactsFrom(
    context,
    ['segments'],
    sql`select w.id as customer_id, (select array_agg(m.segment_id::text order by m.segment_id) from segment_member m
      where m.org_id = ${context.orgId}::uuid and m.customer_id = w.id) as segments from unnest(${ids}::uuid[]) as w(id)`,
  );
}

/** Size of the segment and what the day brought. */
async function count(context: Context, segmentId: string, today: string): Promise<void> {
  await sql`insert into segment_count (org_id, segment_id, day, customers, entered, departed)
    select ${context.orgId}::uuid, ${segmentId}::uuid, ${today}::date,
      (select count(*) from segment_member where org_id = ${context.orgId} and segment_id = ${segmentId}),
      (select count(*) from segment_change where org_id = ${context.orgId} and segment_id = ${segmentId} and day = ${today} and kind = 'entered'),
      (select count(*) from segment_change where org_id = ${context.orgId} and segment_id = ${segmentId} and day = ${today} and kind = 'left')
    on conflict (org_id, segment_id, day) do update set customers = excluded.customers, entered = excluded.entered, departed = excluded.departed`.execute(
    context.tx,
  );
  await sql`update segment set counted_at = ${context.now()}::timestamptz,
    customers = (select customers from segment_count where org_id = ${context.orgId} and segment_id = ${segmentId} and day = ${today})
    where org_id = ${context.orgId} and id = ${segmentId}`.execute(context.tx);
}

/** Snapshots dynamic segments, one or all: entries and exits since the last, in batches by customer id. */
async function refresh(job: JobContext, { segmentId }: { segmentId?: string }) {
  const inSystem = asSystem(job);
  const segments = await inSystem(async (context) => {
    const rows = await sql<{ id: string; kind: string; first: boolean }>`
      select id, kind, not exists (select 1 from segment_count c where c.org_id = segment.org_id and c.segment_id = segment.id) as first
      from segment where org_id = ${job.orgId} ${segmentId ? sql`and id = ${segmentId}` : sql``} order by id limit 1000`.execute(
      context.tx,
    );
    return { rows: rows.rows, today: await companyToday(context) };
  });
  const problems: Record<string, string> = {};
  for (const [index, segment] of segments.rows.entries()) {
    try {
      if (segment.kind === 'dynamic')
        await inBatches(job, async (context, range) => {
          const belongs = await memberSql(context, segment.id);
          await settle(context, segment.id, belongs, range, segments.today, !segment.first);
        });
      await inSystem((context) => count(context, segment.id, segments.today));
    } catch (error) {
      // A condition on a field hidden since, or a segment deleted meanwhile: told, the others go on.
      if (!(error instanceof Problem)) throw error;
      problems[segment.id] = error.code;
    }
    await job.progress(index + 1, segments.rows.length);
  }
  return { segments: segments.rows.length, problems };
}

async function inBatches(
  job: JobContext,
  work: (context: Context, range: RawBuilder<unknown>) => Promise<void>,
): Promise<void> {
  const inSystem = asSystem(job);
  let after = zero;
  for (;;) {
    const from = after;
    const last = await inSystem(async (context) => {
      const rows = await sql<{ id: string | null }>`select max(id::text) as id from (select id from customer
        where org_id = ${job.orgId} and id > ${from}::uuid order by id limit ${batch}) ids`.execute(context.tx);
      return rows.rows[0]?.id ?? null;
    });
    if (!last) return;
    await inSystem((context) => work(context, sql`customer.id > ${from}::uuid and customer.id <= ${last}::uuid`));
    after = last;
    if (job.signal.aborted) throw new Error('stopping');
  }
}

interface MemberChange {
  segmentId: string;
  action: 'add' | 'remove';
  query: Pick<RecordQuery, 'filter' | 'q' | 'ids'>;
}

/** Puts customers the caller may see into a fixed segment, or takes them out. */
export async function startMemberChange(context: Context, change: MemberChange) {
  const segment = await loadSegment(context, change.segmentId);
  if (segment.kind !== 'fixed') throw invalid([{ field: 'id', code: 'segment.dynamic' }]);
  // Compiled once here, so that a wrong condition is told at once and not by a failed job.
  await matchingIds(context, { object: 'customer', ...change.query }, null, 1);
  return { jobId: await enqueue(context, { kind: 'segments.changeMembers', payload: { ...change } }) };
}

async function changeMembers(job: JobContext, { segmentId, action, query }: MemberChange) {
  let after: string | null = null;
  let changed = 0;
  for (;;) {
    const from: string | null = after;
    const ids: string[] = await job.inTransaction((context) =>
      matchingIds(context, { object: 'customer', ...query }, from, 1000),
    );
    if (ids.length === 0) break;
    changed += await job.inTransaction(async (context) => {
      const today = await companyToday(context);
      const range = sql`customer.id = any(${ids}::uuid[])`;
      const belongs = action === 'add' ? sql`true` : sql`false`;
      return (await settle(context, segmentId, belongs, range, today, true)).length;
    });
    after = ids.at(-1) ?? null;
    await job.progress(changed, null);
  }
  await job.inTransaction(async (context) => count(context, segmentId, await companyToday(context)));
  return { changed };
}

/** After a segment was deleted its id leaves the cards. */
async function forget(job: JobContext, { segmentId }: { segmentId: string }) {
  await inBatches(job, async (context, range) => {
    const rows = await sql<{
      id: string;
    }>`select customer.id from customer where customer.org_id = ${job.orgId}::uuid and ${range}
      and ${segmentId} = any(customer.segments)`.execute(context.tx);
    await writeSegments(
      context,
      rows.rows.map((row) => row.id),
    );
  });
  return {};
}

export const segmentJobs = [
  defineJob<{ segmentId?: string }>({ kind: 'segments.refresh', heavy: true, run: refresh }),
  defineJob<MemberChange>({ kind: 'segments.changeMembers', heavy: true, run: changeMembers }),
  defineJob<{ segmentId: string }>({ kind: 'segments.forget', heavy: true, run: forget }),
];
