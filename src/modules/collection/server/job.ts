import { sql } from 'kysely';
import { undoBatch } from '#modules/customers/index.ts';
import { notify } from '#modules/notifications/index.ts';
import { startSweep } from '#modules/quality/index.ts';
import type { Context } from '#platform/context.ts';
import type { Vault } from '#platform/crypto/index.ts';
import { recordEvent } from '#platform/events/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import { asProblem, storedOptions, targetOfRun } from './import.ts';
import { importFile } from './import-file.ts';

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
        { id: importId, target: targetOfRun(run), options, password, files },
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
    // Rows of one sheet are known customers to the next.
    alone: true,
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
