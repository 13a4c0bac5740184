import { sql } from 'kysely';
import { fromRow, fullDictionary, goneFromSearch, leftInSearch, reindexKind, searched } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import { putSearchDocuments } from '#platform/search/documents.ts';
import type { RecordObject } from '#shared/fields.ts';
import { formerNumbers, searchDocument } from './keys.ts';

const batch = 500;

/** Writes the next search documents anew; returns the last record's id, or null when there are none left. */
async function reindexNext(context: Context, object: RecordObject, after: string) {
  const fields = (await fullDictionary(context)).fields.filter((field) => field.object === object && searched(field));
  // Locked while they are read: a change made meanwhile must not be overwritten by what stood there before it.
  const { rows } = await sql<{ id: string; customer_id?: string; kind?: string; number?: string }>`
    select r.* from ${sql.table(object)} r where r.org_id = ${context.orgId} and r.id in (
      select record_id from search_document where org_id = ${context.orgId} and kind = ${object} and record_id > ${after}::uuid
      order by record_id limit ${batch}) order by r.id for share`.execute(context.tx);
  const records = rows.map((row) => ({
    object,
    id: row.id,
    customerId: row.customer_id ?? row.id,
    kind: row.kind ?? null,
    number: row.number,
    values: fromRow(fields, row),
  }));
  const former = await formerNumbers(context, records);
  await putSearchDocuments(
    context,
    records.map((record) => searchDocument(record, fields, [record.number ?? [], former.get(record.id) ?? []].flat())),
  );
  return { last: rows.at(-1)?.id ?? null, count: rows.length };
}

async function run(job: JobContext, { object }: { object: RecordObject }): Promise<Record<string, unknown>> {
  const { total, left } = await job.inTransaction(async (context) => {
    const counted = await sql<{ n: number }>`select count(*)::integer as n from search_document
      where org_id = ${context.orgId} and kind = ${object}`.execute(context.tx);
    return { total: counted.rows[0]?.n ?? 0, left: await leftInSearch(context, object) };
  });
  let done = 0;
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const from = after;
    const step = await job.inTransaction((context) => reindexNext(context, object, from));
    if (step.last === null) break;
    after = step.last;
    done += step.count;
    await job.progress(done, Math.max(total, done));
  }
  await job.inTransaction((context) => goneFromSearch(context, left));
  return { records: done };
}

export const reindexJob = defineJob({ kind: reindexKind, heavy: true, run });
