import type { Context } from '#platform/context.ts';
import { logAccess } from '#platform/events/index.ts';
import { type AttachmentList, attachFile } from '#platform/files/attach.ts';
import type { FileStore } from '#platform/files/store.ts';
import { disposition } from '#platform/http/disposition.ts';
import { type Route, serve, serveStream } from '#platform/http/route.ts';
import { notFound } from '#shared/errors.ts';
import * as contract from '../../conflict-contract.ts';
import { listConflicts, loadConflict, viewConflict } from './conflict-views.ts';
import { addStatement, lockAsParty, raiseConflict, raiseConflictOf, setRuling } from './conflicts.ts';

const evidence: AttachmentList = {
  table: 'conflict_file',
  record: 'case_id',
  more: (context) => ({ user_id: context.actor.userId }),
  most: 20,
  full: 'conflict.files',
  limit: contract.conflictFileLimit,
  codes: { wrongKind: 'conflict.fileProgram', tooLarge: 'conflict.fileTooLarge', empty: 'conflict.fileEmpty' },
  purpose: 'conflict',
  event: { kind: 'conflict.fileAttached', subjectKind: 'conflict' },
};

/** The bytes of a file the caller can see in the case. */
async function openFile(context: Context, files: FileStore, id: string, fileId: string) {
  const row = await loadConflict(context, id);
  const seen = await viewConflict(context, row);
  if (!seen.files.some((item) => item.fileId === fileId)) throw notFound('file');
  await logAccess(context, {
    action: 'download',
    subjectKind: 'file',
    subjectId: fileId,
    customerId: row.customer_id,
  });
  return files.open(context, fileId);
}

export const conflictRoutes = (files: FileStore): Route[] => [
  serve(contract.listConflicts, (context, { query }) => listConflicts(context, query)),
  serve(contract.getConflict, async (context, { params }) => {
    const row = await loadConflict(context, params.id);
    await logAccess(context, {
      action: 'view',
      subjectKind: 'conflict',
      subjectId: row.id,
      customerId: row.customer_id,
    });
    return viewConflict(context, row);
  }),
  serve(contract.raiseConflict, (context, { body }) => raiseConflict(context, body)),
  serve(contract.raiseConflictOf, (context, { params, body }) => raiseConflictOf(context, params.id, body.statement)),
  serve(contract.addStatement, (context, { params, body }) => addStatement(context, params.id, body.body)),
  serve(contract.setRuling, (context, { params, body }) => setRuling(context, params.id, body)),
  serveStream(contract.attachConflictFile, ({ actor, inTransaction }, { params, request }) =>
    attachFile(
      { files, orgId: actor.orgId, request, inTransaction },
      evidence,
      (context) => lockAsParty(context, params.id),
      viewConflict,
    ),
  ),
  serveStream(contract.downloadConflictFile, async ({ inTransaction }, { params, reply }) => {
    const { file, stream } = await inTransaction((context) => openFile(context, files, params.id, params.fileId));
    // Never shown from our own origin, whatever it is.
    reply.header('content-disposition', disposition(file.name));
    reply.header('content-length', file.size);
    reply.header('content-security-policy', "sandbox; default-src 'none'");
    reply.type(file.mime);
    return reply.send(stream);
  }),
];
