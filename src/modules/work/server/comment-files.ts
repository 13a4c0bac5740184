import { Transform } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { fileTypeFromBuffer } from 'file-type';
import type { Context } from '#platform/context.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import { badRequest, conflict, notFound, Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { type CommentView, commentFileLimit, commentFilesMost } from '../comment-contract.ts';
import { commentViews, loadComment, loadOwn } from './comments.ts';

/** Programs are no attachments, whatever their name says. */
const forbidden =
  /^application\/(x-msdownload|x-elf|x-mach-binary|x-msi|x-deb|x-rpm|vnd\.android\.package-archive|java-archive)$/;
const sniffBytes = 4100;

/** Counts and looks at the bytes while they pass: too many or a program ends the upload before it is kept. */
function inspected() {
  let size = 0;
  let head = Buffer.alloc(0);
  let mime: string | undefined;
  const look = async () => {
    if (mime !== undefined) return;
    mime = (await fileTypeFromBuffer(head))?.mime ?? 'application/octet-stream';
    if (forbidden.test(mime) || head.subarray(0, 2).toString('latin1') === 'MZ')
      throw new Problem(422, 'comment.fileProgram', { field: 'file' });
  };
  const stream = new Transform({
    transform(data: Buffer, _encoding, done) {
      size += data.length;
      if (size > commentFileLimit)
        return done(
          new Problem(413, 'comment.fileTooLarge', {
            field: 'file',
            params: { limit: commentFileLimit / 1024 / 1024 },
          }),
        );
      if (mime !== undefined) return done(null, data);
      head = Buffer.concat([head, data]);
      if (head.length < sniffBytes) return done(null, data);
      look().then(() => done(null, data), done);
    },
    flush(done) {
      look().then(() => done(), done);
    },
  });
  // May fail before anybody reads it: the reason is kept and told below.
  let reason: unknown;
  stream.on('error', (error) => {
    reason ??= error;
  });
  return { stream, reason: () => reason, mime: () => mime ?? 'application/octet-stream', size: () => size };
}

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
  const inspection = inspected();
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
