import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { registerNotificationType } from '#modules/notifications/index.ts';
import type { Vault } from '#platform/crypto/index.ts';
import { logAccess } from '#platform/events/index.ts';
import { withScratch } from '#platform/files/scratch.ts';
import type { FileStore } from '#platform/files/store.ts';
import { disposition, fileName } from '#platform/http/disposition.ts';
import { serve, serveStream } from '#platform/http/route.ts';
import type { Translator } from '#platform/i18n/index.ts';
import type { Links } from '#platform/links/index.ts';
import type { Mailer } from '#platform/mail/index.ts';
import type { ServerModule } from '#platform/module.ts';
import type { Cell } from '#platform/sheets/cells.ts';
import { registerExportSource } from '#platform/sheets/source.ts';
import { writeXlsx } from '#platform/sheets/write.ts';
import { pageOfRows } from '#shared/cursor.ts';
import { badRequest, Problem } from '#shared/errors.ts';
import { keptDays } from '#shared/kept-days.ts';
import * as contract from './contract.ts';
import { formPermissions } from './forms-permissions.ts';
import { collectionPermissions } from './permissions.ts';
import './server/customer-target.ts';
import { listUnknownChoices } from './server/choice-values.ts';
import { whyHeading } from './server/headings.ts';
import {
  createDraft,
  getImport,
  listImports,
  listTargets,
  readPreview,
  repeatImport,
  startImport,
  storedOptions,
  undoImport,
  updateDraft,
  viewImport,
  wrongRows,
} from './server/import.ts';
import './server/intake/door.ts';
import { lateJob, lateSchedule } from './server/intake/late.ts';
import { intakeRoutes } from './server/intake/routes.ts';
import './server/intake/subject.ts';
import { formAnswerSource } from './server/forms/export.ts';
import { formMailJobs, formReminderSchedule } from './server/forms/form-mail.ts';
import { framingSites } from './server/forms/public.ts';
import { formRoutes } from './server/forms/routes.ts';
import './server/intelligence/brief.ts';
import { sendingJob } from './server/forms/send-many.ts';
import { intelligenceSource } from './server/intelligence/export.ts';
import { intelligenceRoutes } from './server/intelligence/routes.ts';
import { importJobs } from './server/job.ts';
import { forgetSchedule, scanJobs } from './server/scan/job.ts';
import { scanRoutes } from './server/scan/routes.ts';
import { listSkipped } from './server/skipped.ts';

export { readCard } from './server/scan/read.ts';

export interface CollectionDependencies {
  files: FileStore;
  vault: Vault;
  translate: Translator;
  links: Links;
  mailer: Mailer;
  publicUrl: string;
}

registerNotificationType(
  { type: 'intake.numbered', channels: ['app', 'mail'] },
  { type: 'intake.due', channels: ['app'] },
  { type: 'intake.late', channels: ['app', 'mail'] },
  { type: 'import.done' },
  { type: 'import.failed' },
);

/** Collection: importing sheets, intake of new customers, forms and questionnaires. */
export function collectionModule(dependencies: CollectionDependencies): ServerModule {
  const { files, vault, translate } = dependencies;
  registerExportSource(formAnswerSource(translate));
  registerExportSource(intelligenceSource(translate));
  return {
    name: 'collection',
    permissions: [...collectionPermissions, ...formPermissions],
    jobs: [
      ...importJobs(files, vault),
      lateJob,
      ...scanJobs(files),
      ...formMailJobs(dependencies),
      sendingJob(dependencies.links),
    ],
    schedules: [lateSchedule, formReminderSchedule, forgetSchedule],
    framing: (request, url) => framingSites(dependencies, request, url),
    routes: [
      ...intakeRoutes,
      ...formRoutes(dependencies),
      ...scanRoutes(files, translate),
      ...intelligenceRoutes(files),
      serveStream(contract.uploadImport, async ({ actor, lang, inTransaction }, { request }) => {
        if (!request.isMultipart()) throw new Problem(415, 'request.mediaType');
        const part = await request.file();
        if (!part) throw badRequest('input.required', { field: 'file' });
        const received = await files.receive(actor.orgId, part.file);
        if (part.file.truncated) throw new Problem(413, 'request.tooLarge', { field: 'file' });
        const field = part.fields.password;
        const password =
          field &&
          !Array.isArray(field) &&
          field.type === 'field' &&
          typeof field.value === 'string' &&
          field.value !== ''
            ? field.value
            : undefined;
        const name = part.filename.normalize('NFC').slice(-200) || 'sheet';
        const stored = await inTransaction(async (context) => {
          const file = await files.register(context, received, {
            name,
            mime: part.mimetype.slice(0, 100),
            purpose: 'import',
            expiresAt: new Date(context.now().getTime() + keptDays.importFile * 86_400_000),
          });
          return files.open(context, file.id);
        });
        const sheets = await readPreview(files, stored.file, stored.stream, { password, lang });
        const sealed = password ? vault.encrypt(actor.orgId, 'import', password).toString('base64') : undefined;
        return inTransaction((context) => createDraft(context, stored.file, sheets, sealed));
      }),
      serve(contract.listImportTargets, (context) => listTargets(context)),
      serve(contract.skippedRows, async (context, { params, query }) => {
        await getImport(context, params.id);
        return listSkipped(context, params.id, query);
      }),
      serve(contract.listImports, (context, { query }) => listImports(context, query)),
      serve(contract.getImport, async (context, { params }) => viewImport(await getImport(context, params.id))),
      serve(contract.updateImport, (context, { params, body }) => updateDraft(context, params.id, body)),
      serve(contract.startImport, (context, { params }) => startImport(context, params.id)),
      serve(contract.undoImport, (context, { params }) => undoImport(context, params.id)),
      serve(contract.repeatImport, (context, { params, body }) => repeatImport(context, params.id, body.meanings)),
      serve(contract.unknownChoices, async (context, { params }) =>
        listUnknownChoices(context, params.id, storedOptions(await getImport(context, params.id))),
      ),
      serve(contract.importErrors, async (context, { params, query }) => {
        await getImport(context, params.id);
        const [row = 0, position = -1] = (query.cursor ?? '')
          .split(':')
          .filter((part) => /^\d{1,10}$/.test(part))
          .map(Number);
        const found = await context.tx
          .selectFrom('import_error')
          .selectAll()
          .where('org_id', '=', context.orgId)
          .where('import_id', '=', params.id)
          .where((eb) =>
            eb.or([eb('row_number', '>', row), eb.and([eb('row_number', '=', row), eb('position', '>', position)])]),
          )
          .orderBy('row_number')
          .orderBy('position')
          .limit(query.limit + 1)
          .execute();
        const { page, nextCursor } = pageOfRows(found, query.limit, (last) => `${last.row_number}:${last.position}`);
        return {
          items: page.map((item) => ({
            row: item.row_number,
            column: item.column_name,
            value: item.value,
            code: item.code,
            message: translate(context.lang, `errors.${item.code}`, item.params as Record<string, string>),
          })),
          nextCursor,
        };
      }),
      serveStream(contract.rejectedRows, async ({ lang, inTransaction }, { params, reply }) => {
        const run = await inTransaction(async (context) => {
          const row = await getImport(context, params.id);
          const detail = { rejected: row.failed_count };
          await logAccess(context, { action: 'download', subjectKind: 'import', subjectId: row.id, detail });
          return row;
        });
        const { columns } = storedOptions(run);
        const headingOf = new Map(columns.map((column) => [column.index, column.heading]));
        // Empty columns stay: reasons name columns by their letter where a heading is there twice.
        const places = [...Array((columns.at(-1)?.index ?? -1) + 1).keys()];
        const reason = (error: { column_name: string; code: string; params: unknown }) =>
          `${error.column_name}: ${translate(lang, `errors.${error.code}`, error.params as Record<string, string>)}`;
        async function* rows(): AsyncIterable<Cell[]> {
          for (let after = 0; ; ) {
            const page = await inTransaction((context) => wrongRows(context, run.id, after, 500));
            for (const row of page)
              yield [...places.map((index) => row.cells[index] ?? null), row.errors.map(reason).join('; ')];
            const last = page.at(-1);
            if (!last) return;
            after = last.row;
          }
        }
        return withScratch(async (folder) => {
          const path = join(folder, 'rejected.xlsx');
          const headings = places.map((index) => ({ header: headingOf.get(index) ?? '', type: 'text' as const }));
          await writeXlsx({
            path,
            sheetName: 'rejected',
            columns: [...headings, { header: whyHeading[lang], type: 'text', width: 60 }],
            rows: rows(),
          });
          const bytes = await readFile(path);
          reply.header(
            'content-disposition',
            disposition(fileName(`rejected-${run.file_name.replace(/\.[^.]*$/, '')}`, 'xlsx')),
          );
          reply.type(contract.rejectedRows.download ?? 'application/octet-stream');
          return reply.send(Readable.from(bytes));
        });
      }),
    ],
  };
}
