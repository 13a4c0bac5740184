import type { FastifyRequest } from 'fastify';
import type { Context } from '#platform/context.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import { receiveAttachment } from '#platform/files/attachment.ts';
import type { FileStore } from '#platform/files/store.ts';
import { type Route, serve, serveStream } from '#platform/http/route.ts';
import { conflict, notFound, Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import * as contract from '../../conflict-contract.ts';
import { listConflicts, loadConflict, viewConflict } from './conflict-views.ts';
import { addStatement, lockAsParty, raiseConflict, raiseConflictOf, setRuling } from './conflicts.ts';

const mostFiles = 20;
const rule = {
  limit: contract.conflictFileLimit,
  codes: { program: 'conflict.fileProgram', tooLarge: 'conflict.fileTooLarge', empty: 'conflict.fileEmpty' },
};

async function attach(
  files: FileStore,
  orgId: string,
  id: string,
  request: FastifyRequest,
  inTransaction: <T>(work: (context: Context) => Promise<T>) => Promise<T>,
) {
  if (!request.isMultipart()) throw new Problem(415, 'request.mediaType');
  // Asked before the bytes are read.
  await inTransaction((context) => lockAsParty(context, id));
  const { received, name, mime } = await receiveAttachment(files, orgId, request, rule);
  return inTransaction(async (context) => {
    const row = await lockAsParty(context, id);
    const present = await context.tx
      .selectFrom('conflict_file')
      .select('id')
      .where('org_id', '=', context.orgId)
      .where('case_id', '=', id)
      .execute();
    if (present.length >= mostFiles) throw conflict('conflict.files', { params: { limit: mostFiles } });
    const file = await files.register(context, received, { name, mime, purpose: 'conflict' });
    await context.tx
      .insertInto('conflict_file')
      .values({
        org_id: context.orgId,
        id: newId(),
        case_id: id,
        user_id: context.actor.userId,
        file_id: file.id,
      })
      .execute();
    await recordEvent(context, {
      kind: 'conflict.fileAttached',
      subjectKind: 'conflict',
      subjectId: id,
      customerId: row.customer_id,
      data: { text: name },
    });
    return viewConflict(context, row);
  });
}

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
    attach(files, actor.orgId, params.id, request, inTransaction),
  ),
  serveStream(contract.downloadConflictFile, async ({ inTransaction }, { params, reply }) => {
    const { file, stream } = await inTransaction((context) => openFile(context, files, params.id, params.fileId));
    // Never shown from our own origin, whatever it is.
    reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`);
    reply.header('content-length', file.size);
    reply.header('content-security-policy', "sandbox; default-src 'none'");
    reply.type(file.mime);
    return reply.send(stream);
  }),
];
