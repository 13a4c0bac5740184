import type { Context } from '#platform/context.ts';
import { logAccess } from '#platform/events/index.ts';
import type { AttachmentList } from '#platform/files/attach.ts';
import type { FileStore } from '#platform/files/store.ts';
import { notFound } from '#shared/errors.ts';
import { commentFileLimit, commentFilesMost } from '../comment-contract.ts';
import { loadComment } from './comments.ts';

/** Files of a comment. */
export const commentFileList: AttachmentList = {
  table: 'comment_file',
  record: 'comment_id',
  most: commentFilesMost,
  full: 'comment.files',
  limit: commentFileLimit,
  codes: { tooLarge: 'comment.fileTooLarge', wrongKind: 'comment.fileProgram', empty: 'comment.fileEmpty' },
  purpose: 'comment',
  event: { kind: 'comment.fileAttached', subjectKind: 'comment' },
};

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
