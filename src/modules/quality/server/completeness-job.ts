import { sql } from 'kysely';
import { writeFactsFrom } from '#modules/customers/index.ts';
import { fullDictionary } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import { newId } from '#shared/ids.ts';
import { invalidPointsSql, scoredFields, scoreSql } from './completeness-score.ts';
import { storedSettings } from './completeness-settings.ts';
import { freshnessSql } from './freshness.ts';
import { countGovernance } from './governance-count.ts';

const batch = 2000;

interface Step {
  last: string;
  count: number;
  changed: number;
}

/** One batch of customers by their ids; returns where the next begins. */
async function calculateNext(context: Context, after: string | null): Promise<Step | null> {
  const beyond = after ? sql`and id > ${after}::uuid` : sql``;
  const found = await sql<{
    id: string;
  }>`select id from customer where org_id = ${context.orgId} and state = 'active' ${beyond}
    order by id limit ${batch}`.execute(context.tx);
  const ids = found.rows.map((row) => row.id);
  const last = ids.at(-1);
  if (!last) return null;
  const fields = scoredFields(await fullDictionary(context));
  const { multipliers, limits, timeZone } = await storedSettings(context);
  const { stale, freshest } = freshnessSql(fields, limits, context.now(), timeZone);
  const changed = await writeFactsFrom(
    context,
    ['completeness', 'staleFields', 'freshestOn', 'invalidPoints'],
    sql`select customer.id as customer_id, ${scoreSql(fields, multipliers)} as completeness, ${stale} as stale_fields,
      ${freshest} as freshest_on, ${invalidPointsSql(fields)} as invalid_points from customer where org_id = ${context.orgId}::uuid and id = any(${ids}::uuid[])`,
  );
  return { last, count: ids.length, changed };
}

/** The figures of the pages, from the facts just written: one pass over the base, once a night. */
async function countFigures(context: Context): Promise<void> {
  await sql`delete from completeness_figure where org_id = ${context.orgId}`.execute(context.tx);
  await sql`insert into completeness_figure
      (org_id, id, owner_id, team_id, region_id, kind, grade, customers, scored, score_sum, low, middle, high, stale)
    select ${context.orgId}::uuid, gen_random_uuid(), owner_id, team_id, region_id, kind, grade, count(*), count(completeness),
      coalesce(sum(completeness), 0), count(*) filter (where completeness < 60),
      count(*) filter (where completeness >= 60 and completeness < 80), count(*) filter (where completeness >= 80),
      count(*) filter (where stale_fields > 0)
    from customer where org_id = ${context.orgId} and state = 'active' group by owner_id, team_id, region_id, kind, grade`.execute(
    context.tx,
  );
  await sql`insert into quality_setting (org_id, id, calculated_at) values (${context.orgId}, ${newId()}, ${context.now()})
    on conflict (org_id) do update set calculated_at = excluded.calculated_at`.execute(context.tx);
}

async function run(job: JobContext): Promise<Record<string, unknown>> {
  const total = await job.inTransaction(async (context) => {
    const size = await sql<{ n: number }>`
      select greatest(reltuples, 0)::integer as n from pg_class where oid = 'customer'::regclass`.execute(context.tx);
    return size.rows[0]?.n ?? 0;
  });
  let after: string | null = null;
  let done = 0;
  let changed = 0;
  for (;;) {
    const from: string | null = after;
    const step: Step | null = await job.inTransaction((context) => calculateNext(context, from));
    if (!step) break;
    after = step.last;
    done += step.count;
    changed += step.changed;
    await job.progress(done, Math.max(total, done));
  }
  await job.inTransaction(countFigures);
  await job.inTransaction(countGovernance);
  // The size was the database's estimate; customers may have gone since.
  await job.complete(done);
  return { customers: done, changed };
}

export const completenessJobs = [defineJob({ kind: 'quality.completeness', heavy: true, background: 'whole', run })];
