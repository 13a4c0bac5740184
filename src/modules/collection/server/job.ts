import { sql } from 'kysely';
import { undoBatch } from '#modules/customers/index.ts';
import { notify } from '#modules/notifications/index.ts';
import { startSweep } from '#modules/quality/index.ts';
import type { Context } from '#platform/context.ts';
import type { Vault } from '#platform/crypto/index.ts';
import { insertMany, planAnew } from '#platform/db/insert.ts';
import { recordEvent } from '#platform/events/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import { countSheet, readSheet } from '#platform/sheets/read.ts';
import type { ImportTarget, Outcome, SheetRow } from '#platform/sheets/target.ts';
import { asProblem, type StoredOptions, storedOptions, targetOfRun } from './import.ts';
import { saveSkipped } from './skipped.ts';

const batchSize = 500;
/** Batches after which the connection plans anew. */
const plansEvery = 8;

interface Payload {
  importId: string;
}

/**
 * Runs an import. Each batch commits its rows together with the count of rows done, so that a killed process goes on after
 * the last committed batch and writes nothing twice.
 */
async function runImport(
  job: JobContext,
  { importId }: Payload,
  files: FileStore,
  vault: Vault,
): Promise<Record<string, unknown>> {
  const run = await job.inTransaction((context) =>
    context.tx
      .updateTable('import_run')
      .set({ state: 'running' })
      .where('org_id', '=', job.orgId)
      .where('id', '=', importId)
      .returningAll()
      .executeTakeFirstOrThrow(),
  );
  const options = storedOptions(run);
  const password = options.password
    ? vault.decrypt(job.orgId, 'import', Buffer.from(options.password, 'base64')).toString()
    : undefined;
  try {
    const { file, stream } = await job.inTransaction((context) => files.open(context, run.file_id));
    await files.withPath(file, stream, (path) =>
      importFile(
        job,
        path,
        { id: importId, target: targetOfRun(run), options, password },
        run.rows_done,
        run.rows_total,
      ),
    );
  } catch (error) {
    // A cancel noticed by the reader first ends the job as cancelled, like one noticed between two steps.
    if (job.signal.aborted) await job.progress(run.rows_done, null);
    throw asProblem(error);
  }
  await job.inTransaction((context) => finish(context, importId, 'done'));
  return { importId };
}

async function finish(context: Context, importId: string, state: 'done' | 'cancelled' | 'failed'): Promise<void> {
  const run = await context.tx
    .updateTable('import_run')
    .set({ state, finished_at: context.now(), version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', importId)
    .returning(['file_name', 'created_by', 'created_count', 'updated_count', 'failed_count', 'version'])
    .executeTakeFirst();
  await recordEvent(context, { kind: `import.${state}`, subjectKind: 'import', subjectId: importId });
  // Who cancels knows.
  if (run?.created_by && state !== 'cancelled') {
    await notify(context, {
      userIds: [run.created_by],
      type: state === 'done' ? 'import.done' : 'import.failed',
      params: {
        name: run.file_name,
        created: run.created_count,
        updated: run.updated_count,
        failed: run.failed_count,
      },
      path: `/imports/${importId}`,
      key: `import:${importId}:${run.version}`,
    });
  }
  // Rows that merely resemble known customers were let in: they are put before people as hints.
  if (state === 'done') await startSweep(context, importId);
}

interface Run {
  id: string;
  target: ImportTarget;
  options: StoredOptions;
  password: string | undefined;
}

async function importFile(
  job: JobContext,
  path: string,
  run: Run,
  doneBefore: number,
  knownTotal: number | null,
): Promise<void> {
  const { options, password } = run;
  const total = knownTotal ?? (await countRows(job, path, run));
  const headings = new Map(options.columns.map((column) => [column.index, column.heading]));
  const sheet = await job.inTransaction((context) => run.target.start(context, options, headings));
  let done = doneBefore;
  let batches = 0;
  // The next rows are read and checked while the database takes in those before.
  let writing: Promise<void> = Promise.resolve();
  const write = async (parsed: SheetRow[], last: number) => {
    await job.inTransaction(async (context) => {
      await holdRun(context, run.id, done);
      if (batches % plansEvery === 0) await planAnew(context.tx);
      batches += 1;
      const outcome = await sheet.write(context, parsed, run.id);
      await saveOutcome(context, run.id, last, outcome);
    });
    done = last;
    await job.progress(Math.max(0, done - options.headerRow), total);
  };
  const start = Math.max(options.headerRow, doneBefore);
  await readSheet(path, {
    password,
    batch: batchSize,
    signal: job.signal,
    async onRows(rows, first) {
      const last = first + rows.length - 1;
      if (last <= start) return;
      const parsed = rows.flatMap((cells, index) => {
        const number = first + index;
        return number > start ? (sheet.parse(cells, number) ?? []) : [];
      });
      await writing;
      writing = write(parsed, last);
      // Its failure is thrown by the next `await writing`; until then it must not count as unhandled.
      writing.catch(() => {});
    },
  });
  await writing;
}

/** Locks the run; throws when another process, thinking this one dead, has gone on with the import meanwhile. */
async function holdRun(context: Context, importId: string, done: number): Promise<void> {
  const run = await context.tx
    .selectFrom('import_run')
    .select('rows_done')
    .where('org_id', '=', context.orgId)
    .where('id', '=', importId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (run.rows_done !== done) throw new Error('another process goes on with this import');
}

async function countRows(job: JobContext, path: string, { id, options, password }: Run): Promise<number> {
  const filled = await countSheet(path, password, job.signal);
  const total = Math.max(0, filled - options.headerRow);
  await job.inTransaction((context) =>
    context.tx
      .updateTable('import_run')
      .set({ rows_total: total })
      .where('org_id', '=', job.orgId)
      .where('id', '=', id)
      .execute(),
  );
  return total;
}

async function saveOutcome(context: Context, importId: string, last: number, outcome: Outcome): Promise<void> {
  const failed = outcome.failed.toSorted((a, b) => a.row.row - b.row.row);
  const errors = failed.flatMap(({ row, errors: list }) =>
    list.map((error, position) => ({
      org_id: context.orgId,
      import_id: importId,
      row_number: row.row,
      position,
      column_name: error.column,
      value: error.value,
      code: error.code,
      params: error.params,
      // The row itself is kept once, with its first wrong cell, for the sheet of rejected rows.
      row_cells: position === 0 ? row.cells : null,
    })),
  );
  await insertMany(context.tx, 'import_error', errors);
  await saveSkipped(context, importId, outcome.skipped);
  await context.tx
    .updateTable('import_run')
    .set({
      rows_done: last,
      created_count: sql`created_count + ${outcome.created}`,
      updated_count: sql`updated_count + ${outcome.updated}`,
      skipped_count: sql`skipped_count + ${outcome.skipped.length}`,
      failed_count: sql`failed_count + ${outcome.failed.length}`,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', importId)
    .execute();
}

async function runUndo(job: JobContext, { importId }: Payload): Promise<Record<string, unknown>> {
  const result = await undoBatch(job, importId);
  await job.inTransaction(async (context) => {
    await context.tx
      .updateTable('import_run')
      .set({ state: 'undone', undo_result: JSON.stringify(result), version: sql`version + 1` })
      .where('org_id', '=', job.orgId)
      .where('id', '=', importId)
      .execute();
    await recordEvent(context, {
      kind: 'import.undone',
      subjectKind: 'import',
      subjectId: importId,
      data: { undone: result.undone, kept: result.keptCount },
    });
  });
  return result;
}

export const importJobs = (files: FileStore, vault: Vault) => [
  defineJob<Payload>({
    kind: 'collection.import',
    heavy: true,
    run: (job, payload) => runImport(job, payload, files, vault),
    ended: (context, { importId }, state) => finish(context, importId, state),
  }),
  defineJob<Payload>({
    kind: 'collection.undoImport',
    heavy: true,
    run: runUndo,
    // What is undone stays undone; the rest can be undone again.
    ended: (context, { importId }) => finish(context, importId, 'failed'),
  }),
];
