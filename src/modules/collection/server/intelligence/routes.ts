import { logAccess } from '#platform/events/index.ts';
import { type AttachmentList, attachFile } from '#platform/files/attach.ts';
import type { FileStore } from '#platform/files/store.ts';
import { disposition } from '#platform/http/disposition.ts';
import { type Route, serve, serveStream } from '#platform/http/route.ts';
import { notFound } from '#shared/errors.ts';
import * as contract from '../../intelligence-contract.ts';
import { openNote, recordNote, setNoteTrashed, updateNote } from './change.ts';
import { getCompetitor, listCompetitors, listNotes, loadNote, viewNote } from './notes.ts';
import { proposeFrom } from './proposals.ts';

const noteFiles: AttachmentList = {
  table: 'intelligence_file',
  record: 'intelligence_id',
  most: contract.intelligenceFilesMost,
  full: 'intelligence.files',
  limit: contract.intelligenceFileLimit,
  codes: {
    tooLarge: 'intelligence.fileTooLarge',
    wrongKind: 'intelligence.fileProgram',
    empty: 'intelligence.fileEmpty',
  },
  purpose: 'intelligence',
  event: { kind: 'intelligence.fileAttached', subjectKind: 'intelligence' },
};

/** Endpoints of intelligence and competitors. */
export const intelligenceRoutes = (files: FileStore): Route[] => [
  serve(contract.listIntelligence, async (context, { query }) => {
    const page = await listNotes(context, query);
    await logAccess(context, {
      action: 'list',
      subjectKind: 'intelligence',
      customerId: query.customerId ?? null,
      detail: { count: page.items.length },
    });
    return page;
  }),
  serve(contract.getIntelligence, async (context, { params }) => {
    const row = await loadNote(context, params.id, 'intelligence:read');
    await logAccess(context, {
      action: 'view',
      subjectKind: 'intelligence',
      subjectId: row.id,
      customerId: row.customer_id,
    });
    return viewNote(context, row.id);
  }),
  serve(contract.recordIntelligence, (context, { body }) => recordNote(context, body)),
  serve(contract.updateIntelligence, (context, { params, body }) => updateNote(context, params.id, body)),
  serve(contract.trashIntelligence, (context, { params }) => setNoteTrashed(context, params.id, true)),
  serve(contract.restoreIntelligence, (context, { params }) => setNoteTrashed(context, params.id, false)),
  serveStream(contract.attachIntelligence, ({ actor, inTransaction }, { params, request }) =>
    attachFile(
      { files, orgId: actor.orgId, request, inTransaction },
      noteFiles,
      (context) => openNote({ ...context, ifMatch: null }, params.id),
      (context) => viewNote(context, params.id),
    ),
  ),
  serveStream(contract.intelligenceFile, async ({ inTransaction }, { params, reply }) => {
    const { file, stream } = await inTransaction(async (context) => {
      const row = await loadNote(context, params.id, 'intelligence:read');
      const link = await context.tx
        .selectFrom('intelligence_file')
        .select('id')
        .where('org_id', '=', context.orgId)
        .where('intelligence_id', '=', row.id)
        .where('file_id', '=', params.fileId)
        .executeTakeFirst();
      if (!link) throw notFound('file');
      await logAccess(context, {
        action: 'download',
        subjectKind: 'file',
        subjectId: params.fileId,
        customerId: row.customer_id,
      });
      return files.open(context, params.fileId);
    });
    // Never shown from our own origin, whatever it is.
    reply.header('content-disposition', disposition(file.name));
    reply.header('content-length', file.size);
    reply.header('content-security-policy', "sandbox; default-src 'none'");
    reply.type(file.mime);
    return reply.send(stream);
  }),
  serve(contract.proposeValue, (context, { params, body }) => proposeFrom(context, params.id, body)),
  serve(contract.listCompetitors, (context, { query }) => listCompetitors(context, query)),
  serve(contract.getCompetitor, (context, { params }) => getCompetitor(context, params.key)),
];
