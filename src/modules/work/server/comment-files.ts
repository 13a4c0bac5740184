import type { FastifyRequest } from 'fastify';
import type { Context } from '#platform/context.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import { badRequest, conflict, notFound, Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { type CommentView, commentFileLimit, commentFilesMost } from '../comment-contract.ts';
import { commentViews, loadComment, loadOwn } from './comments.ts';
import { inspected } from './file-inspection.ts';

/** Programs are no attachments, whatever their name says. */
const forbidden =
  /^application\/(x-msdownload|x-elf|x-mach-binary|x-msi|x-deb|x-rpm|vnd\.android\.package-archive|java-archive)$/;

/** Attaches the uploaded file to the caller's comment; asked before the bytes are read. */
export async function attachFile(
  files: FileStore,
  orgId: string,
  commentId: string,
  request: FastifyRequest,
  inTransaction: <T>(work: (context: Context) => Promise<T>) => Promise<T>,
): Promise<CommentView> {
  if (!request.isMultipart()) throw new Problem(415, 'request.mediaType');
  await inTransaction((context) => loadOwn(context, commentId));
  const part = await request.file({ limits: { fileSize: commentFileLimit + 1 } });
  if (!part) throw badRequest('input.required', { field: 'file' });
  const inspection = inspected({
    limit: commentFileLimit,
    tooLarge: 'comment.fileTooLarge',
    wrongKind: 'comment.fileProgram',
    accepts: (mime, head) => !forbidden.test(mime) && head.subarray(0, 2).toString('latin1') !== 'MZ',
  });
  part.file.on('error', (error) => inspection.stream.destroy(error));
  const received = await files.receive(orgId, part.file.pipe(inspection.stream)).catch((error: unknown) => {
    // What is still on its way is read and dropped, so that the answer reaches the sender.
    part.file.unpipe();
    part.file.resume();
    throw inspection.reason() ?? error;
  });
  if (inspection.size() === 0) throw new Problem(422, 'comment.fileEmpty', { field: 'file' });
  return inTransaction(async (context) => {
    const row = await loadOwn(context, commentId);
    const present = await context.tx
      .selectFrom('comment_file')
      .select('id')
      .where('org_id', '=', context.orgId)
      .where('comment_id', '=', commentId)
      .execute();
    if (present.length >= commentFilesMost) throw conflict('comment.files', { params: { limit: commentFilesMost } });
    const name =
      part.filename
        .normalize('NFC')
        .replace(/[\p{Cc}/\\]/gu, '_')
        .slice(-200) || 'file';
    const file = await files.register(context, received, { name, mime: inspection.mime(), purpose: 'comment' });
    await context.tx
      .insertInto('comment_file')
      .values({ org_id: context.orgId, id: newId(), comment_id: commentId, file_id: file.id })
      .execute();
    await recordEvent(context, {
      kind: 'comment.fileAttached',
      subjectKind: 'comment',
      subjectId: commentId,
      customerId: row.customer_id,
      data: { text: name },
    });
    const [view] = await commentViews(context, [row]);
    if (!view) throw notFound('comment');
    return view;
  });
}

/** The bytes of a file of a comment whose customer the caller may see. */
export async function openCommentFile(context: Context, files: FileStore, commentId: string, fileId: string) {
  const row = await loadComment(context, commentId);
  const link = await context.tx
    .selectFrom('comment_file')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('comment_id', '=', commentId)
    .where('file_id', '=', fileId)
    .executeTakeFirst();
  if (!link) throw notFound('file');
  await logAccess(context, {
    action: 'download',
    subjectKind: 'file',
    subjectId: fileId,
    customerId: row.customer_id,
  });
  return files.open(context, fileId);
}
