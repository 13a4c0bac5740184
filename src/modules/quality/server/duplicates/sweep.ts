import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import { newId } from '#shared/ids.ts';
import { blocksOf, customerColumns, readRecords, writeBlocks } from './customer-records.ts';
import type { PreparedRecord } from './features.ts';
import { comparerFor, largestBlock } from './finder.ts';
import { explain, type Reason, scoreOf } from './model.ts';
import { baseComparers, getSettings } from './settings.ts';
import { countRecord, emptyStatistics, storedStatistics } from './statistics.ts';

interface Payload {
  sweepId: string;
}

const batchSize = 1000;
const perRecord = 12;
/** What shared keys must be worth together: one of twenty records, or two of sixty. A large base is full of weaker hints. */
const leastWorth = 0.32;

/** Queues a sweep over the whole base, or over the customers of one import. While one runs, the same is returned. */
export async function startSweep(context: Context, batchId: string | null = null): Promise<{ jobId: string }> {
  const sweepId = newId();
  const uniqueKey = batchId ?? 'base';
  const jobId = await enqueue(context, { kind: 'quality.duplicateSweep', payload: { sweepId }, uniqueKey });
  const running = await context.tx
    .selectFrom('duplicate_sweep')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('job_id', '=', jobId)
    .executeTakeFirst();
  if (running) return { jobId };
  await context.tx
    .insertInto('duplicate_sweep')
    .values({
      org_id: context.orgId,
      id: sweepId,
      job_id: jobId,
      batch_id: batchId,
      started_by: context.actor.kind === 'system' ? null : context.actor.userId,
    })
    .execute();
  await recordEvent(context, {
    kind: 'duplicateSweep.started',
    subjectKind: 'duplicateSweep',
    subjectId: sweepId,
    batchId,
  });
  return { jobId };
}

/** Counts words and values in a sample of the base: what is frequent there proves little. */
async function countBase(job: JobContext): Promise<void> {
  await job.inTransaction(async (context) => {
    await getSettings(context);
    const sample = await sql<{ id: string }>`
      select id from customer where org_id = ${context.orgId} and state = 'active'
      and (select count(*) from (select 1 from customer where org_id = ${context.orgId} limit 20001) few) <= 20000
      union all
      (select id from customer where org_id = ${context.orgId} and state = 'active' and get_byte(uuid_send(id), 15) < 24 limit 20000)
      limit 20000`.execute(context.tx);
    const statistics = emptyStatistics(customerColumns.length);
    for (const record of (
      await readRecords(
        context,
        sample.rows.map((row) => row.id),
      )
    ).values())
      countRecord(statistics, record);
    await context.tx
      .updateTable('duplicate_setting')
      .set({ word_counts: JSON.stringify(storedStatistics(statistics)), counted_at: context.now() })
      .where('org_id', '=', context.orgId)
      .execute();
  });
}

async function runSweep(job: JobContext, { sweepId }: Payload): Promise<Record<string, unknown>> {
  const sweep = await job.inTransaction((context) =>
    context.tx
      .selectFrom('duplicate_sweep')
      .selectAll()
      .where('org_id', '=', context.orgId)
      .where('id', '=', sweepId)
      .executeTakeFirstOrThrow(),
  );
  const batch = sweep.batch_id;
  let { checked, found, last_id: last } = sweep;
  const ofBatch = (column: string) => (batch ? sql`and ${sql.ref(column)} = ${batch}::uuid` : sql``);
  const total = await job.inTransaction(async (context) => {
    const counted = await sql<{ count: number }>`select count(*) as count from customer
      where org_id = ${context.orgId} and state = 'active' ${ofBatch('batch_id')}`.execute(context.tx);
    const count = counted.rows[0]?.count ?? 0;
    await context.tx
      .updateTable('duplicate_sweep')
      .set({ total: Math.max(count, checked) })
      .where('org_id', '=', context.orgId)
      .where('id', '=', sweepId)
      .execute();
    return count;
  });
  if (!last) {
    await completeKeys(job, batch);
    if (!batch) await countBase(job);
  }
  for (;;) {
    await job.progress(checked, Math.max(total, checked));
    const after: string | null = last;
    const done = await job.inTransaction(async (context) => {
      const beyond = after ? sql`and id > ${after}::uuid` : sql``;
      const ids = await sql<{ id: string }>`select id from customer where org_id = ${context.orgId} and state = 'active'
        ${ofBatch('batch_id')} ${beyond} order by id limit ${batchSize}`.execute(context.tx);
      if (ids.rows.length === 0) return undefined;
      const list = ids.rows.map((row) => row.id);
      const pairs = await comparePairs(context, await blockPairs(context, list, batch !== null));
      const fresh = await savePairs(context, pairs, batch ? 'import' : 'sweep', batch);
      await context.tx
        .updateTable('duplicate_sweep')
        .set({ last_id: list.at(-1), total, checked: checked + list.length, found: found + fresh })
        .where('org_id', '=', context.orgId)
        .where('id', '=', sweepId)
        .execute();
      return { last: list.at(-1) ?? null, count: list.length, fresh };
    });
    if (!done) break;
    last = done.last;
    checked += done.count;
    found += done.fresh;
    if (done.count < batchSize) break;
  }
  await job.complete(checked);
  await job.inTransaction((context) => endSweep(context, sweepId, 'done'));
  return { checked, found };
}

/** Its end is on the sweep itself: whoever reads the page is told, not only who follows the job. */
async function endSweep(context: Context, sweepId: string, state: 'done' | 'failed' | 'cancelled'): Promise<void> {
  const sweep = await context.tx
    .updateTable('duplicate_sweep')
    .set({ state, finished_at: context.now(), ...(state === 'done' ? { total: sql<number>`checked` } : {}) })
    .where('org_id', '=', context.orgId)
    .where('id', '=', sweepId)
    .returning(['checked', 'found'])
    .executeTakeFirst();
  if (!sweep) return;
  await recordEvent(context, {
    kind: state === 'done' ? 'duplicateSweep.finished' : `duplicateSweep.${state}`,
    subjectKind: 'duplicateSweep',
    subjectId: sweepId,
    data: { checked: sweep.checked, found: sweep.found },
  });
}

/** Customers and contacts loaded in bulk, or before the keys were kept, get theirs now. */
async function completeKeys(job: JobContext, batch: string | null): Promise<void> {
  for (const object of ['customer', 'contact'] as const) {
    for (let after: string | null = null; ; ) {
      const from: string | null = after;
      const next: string | null = await job.inTransaction((context) => keysOfNext(context, object, from, batch));
      await job.progress(0, null);
      if (!next) break;
      after = next;
    }
  }
}

async function keysOfNext(
  context: Context,
  object: 'customer' | 'contact',
  after: string | null,
  batch: string | null,
): Promise<string | null> {
  const size = 2000;
  const beyond = after ? sql`and c.id > ${after}::uuid` : sql``;
  const ofBatch = batch ? sql`and c.batch_id = ${batch}::uuid` : sql``;
  const values =
    object === 'customer'
      ? sql`jsonb_strip_nulls(jsonb_build_object('name', c.name, 'nameEn', c.name_en, 'shortName', c.short_name, 'aliases', to_jsonb(c.aliases),
          'phones', c.phones, 'faxes', c.faxes, 'emails', c.emails, 'websites', c.websites, 'uscc', c.uscc, 'idCard', c.id_card,
          'birthday', c.birthday))`
      : sql`jsonb_strip_nulls(jsonb_build_object('phones', c.phones, 'emails', c.emails))`;
  const missing = await sql<{ id: string; customer_id: string; kind: string | null; values: Record<string, unknown> }>`
    select c.id, ${object === 'customer' ? sql`c.id` : sql`c.customer_id`} as customer_id,
      ${object === 'customer' ? sql`c.kind` : sql`null`} as kind, ${values} as values
    from ${sql.table(object)} c where c.org_id = ${context.orgId} and c.state = 'active' ${beyond} ${ofBatch}
      ${object === 'contact' ? sql`and (c.phones is not null or c.emails is not null)` : sql``}
      and not exists (select 1 from duplicate_key k where k.org_id = c.org_id and k.record_id = c.id)
    order by c.id limit ${size}`.execute(context.tx);
  await writeBlocks(
    context,
    blocksOf(
      missing.rows.map((row) => ({
        object,
        id: row.id,
        customerId: row.customer_id,
        kind: row.kind,
        values: row.values,
      })),
    ),
  );
  return missing.rows.length < size ? null : (missing.rows.at(-1)?.id ?? null);
}

/** Pairs of these customers with others that share rare keys; each pair is met once, from its later customer. */
async function blockPairs(context: Context, ids: string[], both: boolean): Promise<[string, string][]> {
  const earlier = both ? sql`o.customer_id <> m.customer_id` : sql`o.customer_id < m.customer_id`;
  const found = await sql<{ id: string; other: string }>`
    with mine as (
      select distinct key, customer_id from duplicate_key where org_id = ${context.orgId} and customer_id = any(${ids}::uuid[])),
    wanted as (select distinct key from mine),
    block as (
      select w.key, o.customer_id, count(*) over (partition by w.key) as size from wanted w cross join lateral (
        select customer_id from duplicate_key d where d.org_id = ${context.orgId} and d.key = w.key limit ${largestBlock + 1}) o),
    weighed as (
      select m.customer_id as id, o.customer_id as other, sum(1 / ln(o.size::float8 + 1.5)) as weight
      from mine m join block o on o.key = m.key and ${earlier} where o.size <= ${largestBlock} and o.size > 1 group by 1, 2
      having sum(1 / ln(o.size::float8 + 1.5)) >= ${leastWorth})
    select id, other from (
      select id, other, row_number() over (partition by id order by weight desc, other) as place from weighed) ranked
    where place <= ${perRecord}`.execute(context.tx);
  return found.rows.map((row) => [row.id, row.other]);
}

export interface FoundPair {
  a: string;
  b: string;
  score: number;
  reasons: Reason[];
}

/** Compares candidate pairs and returns those worth listing. */
export async function comparePairs(context: Context, pairs: [string, string][]): Promise<FoundPair[]> {
  if (pairs.length === 0) return [];
  const { listFrom } = await getSettings(context);
  const records = await readRecords(context, [...new Set(pairs.flat())]);
  const comparers = await baseComparers(context);
  const found: FoundPair[] = [];
  for (const [one, two] of pairs) {
    const [a, b] = one < two ? [one, two] : [two, one];
    const left: PreparedRecord | undefined = records.get(a);
    const right = records.get(b);
    if (!left || !right) continue;
    const comparer = comparerFor(comparers, left);
    if (scoreOf(comparer, left, right) >= listFrom) found.push({ a, b, ...explain(comparer, left, right) });
  }
  return found;
}

/** Keeps pairs; what people decided about them stays decided. Returns how many are new. */
export async function savePairs(
  context: Context,
  pairs: FoundPair[],
  foundBy: 'sweep' | 'import' | 'typing',
  batchId: string | null,
): Promise<number> {
  if (pairs.length === 0) return 0;
  // Values stay on the cards, where permissions guard them: a pair keeps only which fields agreed and how much.
  const rows = [...new Map(pairs.map((pair) => [`${pair.a}${pair.b}`, pair])).values()].map((pair) => ({
    id: newId(),
    a: pair.a,
    b: pair.b,
    score: pair.score,
    reasons: pair.reasons.map(({ column, level, bits }) => ({ column, level, bits })),
  }));
  const saved = await sql<{ fresh: boolean }>`
    insert into duplicate_pair (org_id, id, object, a_id, b_id, score, reasons, found_by, batch_id)
    select ${context.orgId}::uuid, id, 'customer', a, b, score, reasons, ${foundBy}, ${batchId}::uuid
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row(id uuid, a uuid, b uuid, score real, reasons jsonb)
    on conflict (org_id, object, a_id, b_id) do update set score = excluded.score, reasons = excluded.reasons
      where duplicate_pair.state in ('open', 'later')
    returning (xmax = 0) as fresh`.execute(context.tx);
  return saved.rows.filter((row) => row.fresh).length;
}

export const duplicateJobs = [
  // Pairs are shown to each reader by that reader's own rights: who asked for the search changes nothing of it.
  defineJob<Payload>({
    kind: 'quality.duplicateSweep',
    heavy: true,
    background: 'inParts',
    forCompany: true,
    run: runSweep,
    ended: (context, { sweepId }, state) => endSweep(context, sweepId, state),
  }),
];
