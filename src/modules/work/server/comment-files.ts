import type { FastifyRequest } from 'fastify';
import type { Context } from '#platform/context.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import { receiveAttachment } from '#platform/files/attachment.ts';
import type { FileStore } from '#platform/files/store.ts';
import { conflict, notFound, Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { type CommentView, commentFileLimit, commentFilesMost } from '../comment-contract.ts';
import { commentViews, loadComment, loadOwn } from './comments.ts';

const rules = {
  limit: commentFileLimit,
  codes: { tooLarge: 'comment.fileTooLarge', program: 'comment.fileProgram', empty: 'comment.fileEmpty' },
};

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
  const { received, name, mime } = await receiveAttachment(files, orgId, request, rules);
  return inTransaction(async (context) => {
    const row = await loadOwn(context, commentId);
    const present = await context.tx
      .selectFrom('comment_file')
      .select('id')
      .where('org_id', '=', context.orgId)
      .where('comment_id', '=', commentId)
      .execute();
    if (present.length >= commentFilesMost) throw conflict('comment.files', { params: { limit: commentFilesMost } });
    const file = await files.register(context, received, { name, mime, purpose: 'comment' });
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
