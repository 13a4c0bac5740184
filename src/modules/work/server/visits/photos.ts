import type { FastifyRequest } from 'fastify';
import type { Context } from '#platform/context.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import { inspected } from '#platform/files/inspection.ts';
import type { FileStore } from '#platform/files/store.ts';
import { badRequest, conflict, notFound, Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { photoLimit, photosMost, type VisitView } from '../../visit-contract.ts';
import { loadVisit, viewVisit } from './visits.ts';

const images = /^image\/(jpeg|png|webp|heic|heif)$/;

/** The visit, if a photo of the caller's may be added to it. */
async function forPhoto(context: Context, id: string) {
  const row = await loadVisit(context, id, 'activity:record', true);
  if (row.visitor_id !== context.actor.userId) throw conflict('visit.notYours');
  if (!['departed', 'arrived', 'left', 'done'].includes(row.state)) throw conflict('visit.notNow');
  const present = await context.tx
    .selectFrom('visit_photo')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('visit_id', '=', id)
    .execute();
  if (present.length >= photosMost) throw conflict('visit.photos', { params: { limit: photosMost } });
  return row;
}

/** Adds a photo; whether it may be is asked before the bytes are read. */
export async function addPhoto(
  files: FileStore,
  orgId: string,
  id: string,
  request: FastifyRequest,
  inTransaction: <T>(work: (context: Context) => Promise<T>) => Promise<T>,
): Promise<VisitView> {
  if (!request.isMultipart()) throw new Problem(415, 'request.mediaType');
  await inTransaction((context) => forPhoto(context, id));
  const part = await request.file({ limits: { fileSize: photoLimit + 1 } });
  if (!part) throw badRequest('input.required', { field: 'file' });
  const inspection = inspected({
    limit: photoLimit,
    tooLarge: 'visit.photoTooLarge',
    wrongKind: 'visit.noPhoto',
    accepts: (mime) => images.test(mime),
  });
  part.file.on('error', (error) => inspection.stream.destroy(error));
  const received = await files.receive(orgId, part.file.pipe(inspection.stream)).catch((error: unknown) => {
    // What is still on its way is read and dropped, so that the answer reaches the sender.
    part.file.unpipe();
    part.file.resume();
    throw inspection.reason() ?? error;
  });
  return inTransaction(async (context) => {
    const row = await forPhoto(context, id);
    const name =
      part.filename
        .normalize('NFC')
        .replace(/[\p{Cc}/\\]/gu, '_')
        .slice(-200) || 'photo';
    const file = await files.register(context, received, { name, mime: inspection.mime(), purpose: 'visit' });
    await context.tx
      .insertInto('visit_photo')
      .values({ org_id: context.orgId, id: newId(), visit_id: id, file_id: file.id, created_by: context.actor.userId })
      .execute();
    await recordEvent(context, {
      kind: 'visit.photographed',
      subjectKind: 'visit',
      subjectId: id,
      customerId: row.customer_id,
      data: { subject: row.aim, text: name },
    });
    return viewVisit(context, id);
  });
}

/** The bytes of a photo of a visit whose customer the caller may see. */
export async function openPhoto(context: Context, files: FileStore, id: string, photoId: string) {
  const row = await loadVisit(context, id, 'customer:read');
  const photo = await context.tx
    .selectFrom('visit_photo')
    .select('file_id')
    .where('org_id', '=', context.orgId)
    .where('visit_id', '=', id)
    .where('id', '=', photoId)
    .executeTakeFirst();
  if (!photo) throw notFound('file');
  await logAccess(context, {
    action: 'download',
    subjectKind: 'file',
    subjectId: photo.file_id,
    customerId: row.customer_id,
  });
  return files.open(context, photo.file_id);
}
