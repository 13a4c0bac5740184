import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { timeZoneOf } from '#platform/company.ts';
import type { Vault } from '#platform/crypto/index.ts';
import { logAccess } from '#platform/events/index.ts';
import { withScratch } from '#platform/files/scratch.ts';
import type { FileStore } from '#platform/files/store.ts';
import { fileName } from '#platform/http/disposition.ts';
import type { Translator } from '#platform/i18n/index.ts';
import { defineJob, type JobContext } from '#platform/jobs/kinds.ts';
import { exportNumber, watermark } from '#platform/sheets/watermark.ts';
import { writeCsv, writeXlsx } from '#platform/sheets/write.ts';
import { dayIn } from '#platform/time.ts';
import { clockText } from '#shared/dates/zoned.ts';
import { Problem } from '#shared/errors.ts';
import { keptDays } from '#shared/kept-days.ts';
import { type CustomerQuery, customerJobSheet, writeCards, writePeople } from './customer-sheet.ts';
import { type ExportFormat, rightsFor, rowsLeft } from './runs.ts';
import { sourceJobSheet } from './source-sheet.ts';
import { tell } from './told.ts';

/** The job, ended when it writes more rows than it may. */
async function limited(job: JobContext, run: { id: string; approval_id: string | null }): Promise<JobContext> {
  const most = await job.inTransaction((context) => rowsLeft(context, run));
  return {
    ...job,
    async progress(done, total, message) {
      if (done > most) throw new Problem(403, 'export.overLimit', { params: { limit: job.actor.exportLimit ?? 0 } });
      return job.progress(done, total, message);
    },
  };
}

async function runExport(
  given: JobContext,
  exportId: string,
  files: FileStore,
  vault: Vault,
  translate: Translator,
): Promise<Record<string, unknown>> {
  const run = await given.inTransaction((context) =>
    context.tx
      .updateTable('export_run')
      .set({ state: 'running' })
      .where('org_id', '=', given.orgId)
      .where('id', '=', exportId)
      .returningAll()
      .executeTakeFirstOrThrow(),
  );
  const job = await limited(given, run);
  const customers = run.object === 'customer' ? (run.query as CustomerQuery) : null;
  return withScratch(async (folder) => {
    const path = join(folder, `export.${run.format}`);
    const password = run.password_secret
      ? vault.decrypt(job.orgId, 'export', run.password_secret).toString()
      : undefined;
    const called = (key: string) => translate(job.actor.lang, `exchange.${key}`);
    const write = async (): Promise<{ count: number; title: string }> => {
      if (customers && run.format === 'pdf')
        return { count: await writeCards(job, customers, translate, path), title: called('print.cardsTitle') };
      if (customers && run.format === 'vcf')
        return { count: await writePeople(job, customers, files, path), title: called('print.people') };
      const { name, ...sheet } = customers
        ? await customerJobSheet(job, customers)
        : await sourceJobSheet(job, run.object, run.query);
      const told = await job.inTransaction(async (context) =>
        translate(job.actor.lang, 'exchange.watermark', {
          name: job.actor.name,
          time: clockText(context.now(), await timeZoneOf(context)),
          purpose: run.purpose,
          number: exportNumber(exportId),
        }),
      );
      const whole = { ...sheet, path, sheetName: name, password, watermark: watermark(told) };
      return { count: await (run.format === 'xlsx' ? writeXlsx(whole) : writeCsv(whole)), title: name };
    };
    const { count, title } = await write();
    const received = await files.receive(job.orgId, createReadStream(path));
    await job.inTransaction(async (context) => {
      const file = await files.register(context, received, {
        name: fileName(`${title} ${dayIn(await timeZoneOf(context), run.created_at)}`, run.format),
        mime: mimes[run.format as ExportFormat],
        purpose: 'export',
        expiresAt: new Date(context.now().getTime() + keptDays.exportFile * 86_400_000),
      });
      await context.tx
        .updateTable('export_run')
        .set({
          state: 'done',
          row_count: count,
          file_id: file.id,
          rights: rightsFor(given.actor, run.object),
          password_secret: null,
          finished_at: context.now(),
          version: sql`version + 1`,
        })
        .where('org_id', '=', job.orgId)
        .where('id', '=', exportId)
        .execute();
      await logAccess(context, {
        action: 'export',
        subjectKind: 'export',
        subjectId: exportId,
        detail: {
          purpose: run.purpose,
          rows: count,
          object: run.object,
          ...(customers ? { fields: customers.fields, filter: customers.query.filter ?? null } : { query: run.query }),
          format: run.format,
          number: exportNumber(exportId),
          sha256: file.sha256,
        },
      });
      await tell(context, exportId, 'done');
    });
    return { exportId, rows: count };
  });
}

const mimes: Record<ExportFormat, string> = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv',
  pdf: 'application/pdf',
  vcf: 'text/vcard',
};

export const exportJobs = (files: FileStore, vault: Vault, translate: Translator) => [
  defineJob<{ exportId: string }>({
    kind: 'exchange.export',
    heavy: true,
    run: (job, { exportId }) => runExport(job, exportId, files, vault, translate),
    async ended(context, { exportId }, state) {
      await context.tx
        .updateTable('export_run')
        .set({ state, password_secret: null, finished_at: context.now(), version: sql`version + 1` })
        .where('org_id', '=', context.orgId)
        .where('id', '=', exportId)
        .execute();
      // Who cancels knows.
      if (state === 'failed') await tell(context, exportId, 'failed');
    },
  }),
];
