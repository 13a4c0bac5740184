import { requirePermission } from '#platform/access/actor.ts';
import type { JobContext } from '#platform/jobs/kinds.ts';
import type { Cell } from '#platform/sheets/cells.ts';
import { exportSource } from '#platform/sheets/source.ts';
import { notFound } from '#shared/errors.ts';
import { countedRows, type JobSheet } from './customer-sheet.ts';

/** A registered source as the job writes it: page after page, each with the rights its asker has now. */
export async function sourceJobSheet(job: JobContext, key: string, stored: unknown): Promise<JobSheet> {
  const source = exportSource(key);
  if (!source) throw notFound('export');
  requirePermission(job.actor, source.permission);
  const query = source.query.parse(stored);
  const total = await job.inTransaction((context) => source.count(context, query, countedRows));
  async function* rows(): AsyncIterable<Cell[]> {
    let cursor: string | undefined;
    for (let done = 0; ; ) {
      const from = cursor;
      const page = await job.inTransaction(
        (context) => source?.page(context, query, from) ?? Promise.reject(notFound('export')),
      );
      yield* page.rows;
      done += page.rows.length;
      await job.progress(done, total);
      if (!page.nextCursor) return;
      cursor = page.nextCursor;
    }
  }
  const columns = await job.inTransaction((context) => source.columns(context, query));
  return { name: source.label[job.actor.lang === 'en-US' ? 'en' : 'zh'], columns, rows: rows() };
}
