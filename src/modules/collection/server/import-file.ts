import { sql } from 'kysely';
import { requirePermission } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { insertMany, planAnew } from '#platform/db/insert.ts';
import type { FileStore } from '#platform/files/store.ts';
import type { JobContext } from '#platform/jobs/kinds.ts';
import { readSheet } from '#platform/sheets/read.ts';
import { sniff } from '#platform/sheets/sniff.ts';
import type { Aside, ImportTarget, Outcome, SheetRow } from '#platform/sheets/target.ts';
import { columnNames } from '#shared/column-names.ts';
import type { StoredOptions } from './import.ts';
import { keptPictures } from './picture-cells.ts';
import { saveSkipped } from './skipped.ts';

const batchSize = 400;
/** Batches written side by side: one waits for the disk while the others are made ready. */
const lanes = 3;
/** Batches after which a connection plans anew. */
const plansEvery = 10;

export interface ImportedFile {
  id: string;
  target: ImportTarget;
  options: StoredOptions;
  password: string | undefined;
  files: FileStore;
}

interface Batch {
  rows: SheetRow[];
  /** Number of its last row in the sheet. */
  last: number;
}

/**
 * Reads the file and writes its rows in batches, each committed together with the number of its last row: a killed process goes on
 * behind it. Reading, checking and writing go on side by side, and so do batches that have nothing in common; they are
 * committed in the order of the sheet.
 */
export async function importFile(
  job: JobContext,
  path: string,
  run: ImportedFile,
  doneBefore: number,
  knownTotal: number | null,
): Promise<void> {
  const { options, password } = run;
  const headings = columnNames(options.columns);
  const { sheet, lang } = await job.inTransaction(async (context) => ({
    sheet: await run.target.start(context, options, headings),
    lang: context.lang,
  }));
  const again = options.repeatOf;
  const only = again ? await job.inTransaction((context) => wrongRowNumbers(context, again)) : null;
  let total = knownTotal ?? only?.size ?? null;
  if (only) await saveTotal(job, run.id, only.size);
  let done = doneBefore;
  let batches = 0;
  let turn: Promise<void> = Promise.resolve();

  async function write(batch: Batch, before: Promise<void>, beside: boolean): Promise<void> {
    const place = batches;
    batches += 1;
    const myTurn = turn;
    const { promise, resolve: passOn } = Promise.withResolvers<void>();
    turn = promise;
    const aside: Aside = async (work) => {
      await myTurn;
      const result = await job.inTransaction(work);
      passOn();
      return result;
    };
    try {
      await job.inTransaction(async (context) => {
        // The connections take turns.
        if (place % plansEvery < lanes) await planAnew(context.tx);
        // Two that waited for each other here and in the database would do so for ever.
        if (beside) await sql`set local lock_timeout = '30s'`.execute(context.tx);
        requirePermission(context.actor, run.target.permission);
        const outcome = await sheet.write(context, batch.rows, run.id, beside ? aside : undefined);
        await before;
        await holdRun(context, run.id, done);
        await saveOutcome(context, run.id, batch.last, outcome);
      });
    } finally {
      // Also when it failed: who comes next must not wait for ever.
      passOn();
    }
    done = batch.last;
  }

  /** What is being written, in the order of the sheet; each waits for the one before to be committed. */
  let underWay: { written: Promise<void>; marks: Set<string> | null }[] = [];
  async function add(batch: Batch): Promise<void> {
    // Told when more is to come: one cancelled behind its last row is done.
    if (batches > 0) await job.progress(Math.min(total ?? done, Math.max(0, done - options.headerRow)), total);
    const marks = sheet.marks?.(batch.rows) ?? null;
    const beside =
      marks !== null && underWay.every((other) => other.marks && !marks.some((mark) => other.marks?.has(mark)));
    // Committed in order: the newest of those to wait for stands for all.
    const room = beside ? lanes - 1 : 0;
    const finishing = underWay.slice(0, Math.max(0, underWay.length - room));
    await finishing.at(-1)?.written;
    underWay = underWay.slice(finishing.length);
    const written = write(batch, underWay.at(-1)?.written ?? Promise.resolve(), marks !== null);
    // Its failure is thrown by who waits for it next; until then it must not count as unhandled.
    written.catch(() => {});
    underWay.push({ written, marks: marks && new Set(marks) });
  }

  const start = Math.max(options.headerRow, doneBefore);
  const vcard = (await sniff(path)) === 'vcard';
  try {
    await readSheet(path, {
      password,
      lang,
      sheet: options.sheet,
      batch: batchSize,
      signal: job.signal,
      ...(total === null
        ? {
            async onTotal(filled: number) {
              total = Math.max(0, filled - options.headerRow);
              await saveTotal(job, run.id, total);
            },
          }
        : {}),
      async onRows(rows, first) {
        const last = first + rows.length - 1;
        if (last <= start) return;
        // Only what our reader made of a vCard is a picture; a sheet may hold any text.
        const whole = vcard ? await keptPictures(job, run.files, rows) : rows;
        const parsed = whole.flatMap((cells, index) => {
          const number = first + index;
          return number > start && (only?.has(number) ?? true) ? (sheet.parse(cells, number) ?? []) : [];
        });
        await add({ rows: parsed, last });
      },
    });
    await underWay.at(-1)?.written;
    await job.complete(total ?? Math.max(0, done - options.headerRow));
  } finally {
    // Nothing of this run is written once the job is over.
    await Promise.allSettled(underWay.map(({ written }) => written));
  }
}

/** Numbers of the rows an import refused. */
async function wrongRowNumbers(context: Context, importId: string): Promise<Set<number>> {
  const found = await context.tx
    .selectFrom('import_error')
    .select('row_number')
    .where('org_id', '=', context.orgId)
    .where('import_id', '=', importId)
    .where('position', '=', 0)
    .execute();
  return new Set(found.map((row) => row.row_number));
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

async function saveTotal(job: JobContext, importId: string, total: number): Promise<void> {
  await job.inTransaction((context) =>
    context.tx
      .updateTable('import_run')
      .set({ rows_total: total })
      .where('org_id', '=', job.orgId)
      .where('id', '=', importId)
      .execute(),
  );
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
