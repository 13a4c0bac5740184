import { registerNotificationType } from '#modules/notifications/index.ts';
import type { Context } from '#platform/context.ts';
import type { Vault } from '#platform/crypto/index.ts';
import { logAccess } from '#platform/events/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import { disposition, fileName } from '#platform/http/disposition.ts';
import { serve, serveStream } from '#platform/http/route.ts';
import type { Translator } from '#platform/i18n/index.ts';
import type { ServerModule } from '#platform/module.ts';
import * as contract from './contract.ts';
import { exchangePermissions } from './permissions.ts';
import './server/approval.ts';
import { startExport, startSheetExport } from './server/export.ts';
import { exportJobs } from './server/export-job.ts';
import { cardPdf } from './server/print/card-pdf.ts';
import { cardSheet } from './server/print/card-sheet.ts';
import { getExport, listExports, openExport, requireRowLeft } from './server/runs.ts';
import { customerVcards } from './server/vcard.ts';

registerNotificationType({ type: 'export.done' }, { type: 'export.failed' });

export interface ExchangeDependencies {
  files: FileStore;
  vault: Vault;
  translate: Translator;
}

/** Exchange: data leaving the product. */
export function exchangeModule({ files, vault, translate }: ExchangeDependencies): ServerModule {
  return {
    name: 'exchange',
    permissions: exchangePermissions,
    jobs: exportJobs(files, vault, translate),
    routes: [
      serve(contract.startExport, (context, { body }) => startExport(context, vault, body)),
      serve(contract.startSheetExport, (context, { body }) => startSheetExport(context, vault, body)),
      serve(contract.listExports, (context, { query }) => listExports(context, query)),
      serve(contract.getExport, (context, { params }) => getExport(context, params.id)),
      serveStream(contract.downloadExport, async ({ inTransaction }, { params, reply }) => {
        const { file, stream } = await inTransaction((context) => openExport(context, params.id, files));
        reply.header('content-disposition', disposition(file.name));
        reply.header('content-length', file.size);
        reply.type(file.mime);
        return reply.send(stream);
      }),
      serveStream(contract.customerVcard, async ({ inTransaction }, { params, query, reply }) => {
        const { name, text } = await inTransaction(async (context) => {
          await requireRowLeft(context);
          const cards = await customerVcards(context, params.id, 'customer:export', query.version, files);
          await logAccess(context, {
            action: 'export',
            subjectKind: 'customer',
            subjectId: params.id,
            customerId: params.id,
            detail: { format: 'vcf' },
          });
          return cards;
        });
        reply.header('content-disposition', disposition(fileName(name, 'vcf')));
        return reply.type('text/vcard; charset=utf-8').send(text);
      }),
      serve(contract.printCard, (context, { params }) => printed(context, params.id)),
      serveStream(contract.printCardPdf, async ({ lang, inTransaction }, { params, query, reply }) => {
        const wanted = query.lang ?? lang;
        const sheet = await inTransaction((context) => printed({ ...context, lang: wanted }, params.id));
        const bytes = await cardPdf([sheet], wanted, translate);
        reply.header('content-disposition', disposition(fileName(`${sheet.number} ${sheet.name}`, 'pdf'), 'inline'));
        return reply.type('application/pdf').send(bytes);
      }),
    ],
  };
}

async function printed(context: Context, id: string): Promise<contract.CardSheet> {
  const sheet = await cardSheet(context, id, 'customer:print');
  await logAccess(context, { action: 'print', subjectKind: 'customer', subjectId: id, customerId: id });
  return sheet;
}
