import { sql } from 'kysely';
import { undoBatch } from '#modules/customers/index.ts';
import { dictionaryFor } from '#modules/fields/index.ts';
import { startSweep } from '#modules/quality/index.ts';
import type { Context } from '#platform/context.ts';
import type { Vault } from '#platform/crypto/index.ts';
import { recordEvent } from '#platform/events/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import { countSheet, readSheet } from '#platform/sheets/read.ts';
import { asProblem, type StoredOptions } from './import.ts';
import { type ParsedRow, parseRow, planRows } from './rows.ts';
import { type Outcome, writeRows } from './write-rows.ts';

const batchSize = 500;
/**
 * Batches after which the connection plans anew. Checks of references keep the plan of the moment the tables were empty, a walk
 * through the whole table, and would take longer with every row.
 */
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
  const options = run.options as unknown as StoredOptions;
  const password = options.password
    ? vault.decrypt(job.orgId, 'import', Buffer.from(options.password, 'base64')).toString()
    : undefined;
  try {
    const { file, stream } = await job.inTransaction((context) => files.open(context, run.file_id));
    await files.withPath(file, stream, (path) =>
      importFile(job, path, importId, options, password, run.rows_done, run.rows_total),
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
  await context.tx
    .updateTable('import_run')
    .set({ state, finished_at: context.now(), version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', importId)
    .execute();
  await recordEvent(context, { kind: `import.${state}`, subjectKind: 'import', subjectId: importId });
  // Rows that merely resemble known customers were let in: they are put before people as hints.
  if (state === 'done') await startSweep(context, importId);
}

async function importFile(
  job: JobContext,
  path: string,
  importId: string,
  options: StoredOptions,
  password: string | undefined,
  doneBefore: number,
  knownTotal: number | null,
): Promise<void> {
  const total = knownTotal ?? (await countRows(job, path, importId, options, password));
  const plan = await job.inTransaction(async (context) => {
    const { fields } = await dictionaryFor(context);
    const org = await context.tx
      .selectFrom('org')
      .select(['country', 'currency'])
      .where('org_id', '=', job.orgId)
      .executeTakeFirstOrThrow();
    const headings = new Map(options.columns.map((column) => [column.index, column.heading]));
    const writable = fields.filter((field) => !field.readOnly && field.type !== 'score');
    const defaults = writable.filter(
      (field) =>
        field.object === 'customer' &&
        field.defaultValue !== null &&
        field.defaultValue !== undefined &&
        (!field.kinds || field.kinds.includes(options.kind)),
    );
    return { ...planRows(writable, headings, options, org), defaults };
  });
  let done = doneBefore;
  let batches = 0;
  // The next rows are read and checked while the database takes in those before.
  let writing: Promise<void> = Promise.resolve();
  const write = async (parsed: ParsedRow[], last: number) => {
    await job.inTransaction(async (context) => {
      await holdRun(context, importId, done);
      if (batches % plansEvery === 0) await sql`discard plans`.execute(context.tx);
      batches += 1;
      const outcome = await writeRows(context, parsed, options, importId, plan.defaults);
      await saveOutcome(context.tx, job.orgId, importId, last, outcome);
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
        return number > start ? (parseRow(plan, cells, number) ?? []) : [];
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

async function countRows(
  job: JobContext,
  path: string,
  importId: string,
  options: StoredOptions,
  password: string | undefined,
): Promise<number> {
  const filled = await countSheet(path, password, job.signal);
  const total = Math.max(0, filled - options.headerRow);
  await job.inTransaction((context) =>
    context.tx
      .updateTable('import_run')
      .set({ rows_total: total })
      .where('org_id', '=', job.orgId)
      .where('id', '=', importId)
      .execute(),
  );
  return total;
}

type Tx = Parameters<Parameters<JobContext['inTransaction']>[0]>[0]['tx'];

async function saveOutcome(tx: Tx, orgId: string, importId: string, last: number, outcome: Outcome): Promise<void> {
  const errors = outcome.failed.flatMap(({ row, errors: list }) =>
    list.map((error, position) => ({
      org_id: orgId,
      import_id: importId,
      row_number: row.row,
      position,
      column_name: error.column,
      value: error.value,
      code: error.code,
      params: JSON.stringify(error.params),
      // The row itself is kept once, with its first wrong cell, for the sheet of rejected rows.
      row_cells: position === 0 ? JSON.stringify(row.cells) : null,
    })),
  );
  for (let start = 0; start < errors.length; start += 1000)
    await tx
      .insertInto('import_error')
      .values(errors.slice(start, start + 1000))
      .execute();
  await tx
    .updateTable('import_run')
    .set({
      rows_done: last,
      created_count: sql`created_count + ${outcome.created}`,
      updated_count: sql`updated_count + ${outcome.updated}`,
      skipped_count: sql`skipped_count + ${outcome.skipped}`,
      failed_count: sql`failed_count + ${outcome.failed.length}`,
    })
    .where('org_id', '=', orgId)
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
