import type { Context } from '#platform/context.ts';
import { logAccess } from '#platform/events/index.ts';
import type { AttachmentList } from '#platform/files/attach.ts';
import type { FileStore } from '#platform/files/store.ts';
import { conflict, notFound } from '#shared/errors.ts';
import { photoLimit, photosMost } from '../../visit-contract.ts';
import { loadVisit, type VisitRow } from './visits.ts';

/** Photos taken on the spot. */
export const visitPhotos: AttachmentList = {
  table: 'visit_photo',
  record: 'visit_id',
  more: (context) => ({ created_by: context.actor.userId }),
  most: photosMost,
  full: 'visit.photos',
  limit: photoLimit,
  accepts: /^image\/(jpeg|png|webp|heic|heif)$/,
  codes: { tooLarge: 'visit.photoTooLarge', wrongKind: 'visit.noPhoto', empty: 'visit.noPhoto' },
  purpose: 'visit',
  event: { kind: 'visit.photographed', subjectKind: 'visit' },
};

/** The visit, if a photo of the caller's may be added to it. */
export async function forPhoto(context: Context, id: string): Promise<VisitRow> {
  const row = await loadVisit(context, id, 'activity:record', true);
  if (row.visitor_id !== context.actor.userId) throw conflict('visit.notYours');
  if (!['departed', 'arrived', 'left', 'done'].includes(row.state)) throw conflict('visit.notNow');
  return row;
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
