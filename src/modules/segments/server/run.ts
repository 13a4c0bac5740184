import { sql } from 'kysely';
import { systemActor } from '#platform/access/actor.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import { inJobTransaction } from '#platform/jobs/runner.ts';
import { Problem } from '#shared/errors.ts';
import { dimensions, type Ruled } from '../spec.ts';
import { type Bounds, computeBounds, saveBounds } from './bounds.ts';
import { applyGrade, applyRules, deriveClasses, gradeMoves, ruledOrder, type Work } from './classify.ts';
import { columnOfClass } from './reports.ts';
import { configOf } from './schemes.ts';

const batch = 5000;
const zero = '00000000-0000-0000-0000-000000000000';

/** Rules speak for the whole company, whoever pressed the button. */
export const asSystem =
  (job: JobContext) =>
  <T>(work: (context: Context) => Promise<T>): Promise<T> =>
    inJobTransaction(job.db, systemActor(job.orgId, ['customer:read', 'customer:update']), job.id, job.log, work);

/**
 * Recalculates every class: thresholds over all customers once, then customers in id order, a batch a transaction. A restart
 * finds what is done unchanged. Rules that no longer compile (a field was hidden) are left out and told in the run.
 */
async function recalculate(job: JobContext, { scheduled = true }: { scheduled?: boolean }) {
  const inSystem = asSystem(job);
  const runId = job.id;
  const { bounds, today, total, active } = await inSystem(async (context) => {
    await sql`insert into class_run (org_id, id, scheduled, requested_by) values (${job.orgId}, ${runId}, ${scheduled},
      ${job.actor.kind === 'system' ? null : job.actor.userId}) on conflict do nothing`.execute(context.tx);
    const day = await companyToday(context);
    const found = await computeBounds(context, day);
    await saveBounds(context, found);
    const counted = await sql<{
      n: number;
    }>`select count(*) as n from customer where org_id = ${job.orgId} and state = 'active'`.execute(context.tx);
    const on: Ruled[] = [];
    for (const key of ruledOrder) {
      const config = await configOf(context, key);
      if (config.scheduled || !scheduled) on.push(key);
    }
    return { bounds: found, today: day, total: counted.rows[0]?.n ?? 0, active: on };
  });
  const problems: Record<string, string> = {};
  let after = zero;
  let done = 0;
  let changed = 0;
  for (;;) {
    const from = after;
    const ids = await inSystem(async (context) => {
      const rows = await sql<{ id: string }>`select id from customer where org_id = ${job.orgId} and id > ${from}::uuid
        order by id limit ${batch}`.execute(context.tx);
      return rows.rows.map((row) => row.id);
    });
    const last = ids.at(-1);
    if (!last) break;
    const work = { ...within(runId, today, bounds, from, last) };
    changed += await inSystem((context) => deriveClasses(context, { ...work, cause: 'facts' }));
    for (const key of active) {
      if (problems[key]) continue;
      try {
        changed +=
          key === 'grade' ? await grades(job, work) : await inSystem((context) => applyRules(context, key, work));
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        problems[key] = error.code;
      }
    }
    done += ids.length;
    after = last;
    await job.progress(done, Math.max(total, done));
  }
  await inSystem(async (context) => {
    await countClasses(context, today);
    await sql`update class_run set state = 'done', finished_at = ${context.now()}::timestamptz, problems = ${JSON.stringify(problems)}
      where org_id = ${job.orgId} and id = ${runId}`.execute(context.tx);
    await recordEvent(context, {
      kind: 'classRun.done',
      subjectKind: 'classRun',
      subjectId: runId,
      data: { customers: done, changed },
    });
    await enqueue(context, { kind: 'segments.refresh', uniqueKey: 'all' });
  });
  return { customers: done, changed, problems };
}

const within = (runId: string, today: string, bounds: Bounds, from: string, last: string): Work => ({
  runId,
  today,
  bounds,
  cause: 'rule',
  where: sql`customer.id > ${from}::uuid and customer.id <= ${last}::uuid`,
});

/** Grades are fields of the card: each goes its own way, a hundred a transaction. */
async function grades(job: JobContext, work: Work): Promise<number> {
  const inSystem = asSystem(job);
  const moves = await inSystem((context) => gradeMoves(context, work, batch));
  let changed = 0;
  for (let start = 0; start < moves.length; start += 100)
    changed += await inSystem(async (context) => {
      let count = 0;
      for (const move of moves.slice(start, start + 100)) if (await applyGrade(context, work, move)) count += 1;
      return count;
    });
  return changed;
}

/** Today's distribution, one row a class and value; a later run of the day replaces it. */
async function countClasses(context: Context, today: string): Promise<void> {
  const pairs = dimensions.map((key) => sql`(${sql.lit(key)}, ${columnOfClass(key)})`);
  await sql`delete from class_count where org_id = ${context.orgId} and day = ${today}::date`.execute(context.tx);
  await sql`insert into class_count (org_id, dimension, day, value, customers)
    select ${context.orgId}::uuid, pair.dimension, ${today}::date, pair.value, count(*) from customer
    cross join lateral (values ${sql.join(pairs)}) pair (dimension, value)
    where customer.org_id = ${context.orgId} and customer.state = 'active' and pair.value is not null group by 2, 4`.execute(
    context.tx,
  );
}

export const classJobs = [
  defineJob<{ scheduled?: boolean }>({
    kind: 'segments.recalculate',
    heavy: true,
    background: 'whole',
    run: recalculate,
    async ended(context, _payload, state, runId) {
      await sql`update class_run set state = ${state}, finished_at = ${context.now()}::timestamptz
        where org_id = ${context.orgId} and id = ${runId}`.execute(context.tx);
    },
  }),
];
