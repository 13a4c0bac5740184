import { Readable } from 'node:stream';
import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import type { FileStore } from '#platform/files/store.ts';
import { type Route, serveStream } from '#platform/http/route.ts';
import { preparePicture } from '#platform/pictures/index.ts';
import { receivePhoto } from '#platform/pictures/receive.ts';
import { invalid, notFound } from '#shared/errors.ts';
import type { FieldDefinition, FieldValues, RecordObject } from '#shared/fields.ts';
import { keptDays } from '#shared/kept-days.ts';
import { photoLimit, pictureSide } from '#shared/pictures.ts';
import * as contract from '../pictures-contract.ts';
import { dictionaryFor } from './dictionary.ts';
import { visibleRecords } from './list.ts';
import { setUniqueValues } from './unique.ts';

const purpose = 'picture';

/** Keeps prepared pictures as values of picture fields may name them; they stay when a record takes them. */
export async function savePictures(
  files: FileStore,
  orgId: string,
  inTransaction: <T>(work: (context: Context) => Promise<T>) => Promise<T>,
  pictures: { bytes: Buffer; name: string }[],
): Promise<string[]> {
  if (pictures.length === 0) return [];
  const received: Awaited<ReturnType<FileStore['receive']>>[] = [];
  for (const { bytes } of pictures) received.push(await files.receive(orgId, Readable.from([bytes])));
  return inTransaction(async (context) => {
    const expiresAt = new Date(context.now().getTime() + keptDays.unusedPicture * 86_400_000);
    const ids: string[] = [];
    for (const [index, item] of received.entries()) {
      const name = pictures[index]?.name ?? 'photo.jpg';
      ids.push((await files.register(context, item, { name, mime: 'image/jpeg', purpose, expiresAt })).id);
    }
    return ids;
  });
}

/**
 * Claims what the values of a record need beside its row: unique values, and the pictures among them. Called with every write of
 * values, in its transaction; throws 422 naming the field.
 */
export async function claimValues(
  context: Context,
  object: RecordObject,
  recordId: string,
  fields: Map<string, FieldDefinition>,
  values: FieldValues,
): Promise<void> {
  await setUniqueValues(context, object, recordId, fields, values);
  await keepPictures(context, object, recordId, fields, values);
}

/**
 * Notes that a record has the pictures among its values, so that they last and who may read the record sees them. Refuses what is no
 * picture of this company, and one that only records out of the actor's sight have: a value must not open what is closed.
 */
async function keepPictures(
  context: Context,
  object: RecordObject,
  recordId: string,
  fields: Map<string, FieldDefinition>,
  values: FieldValues,
): Promise<void> {
  for (const [key, value] of Object.entries(values)) {
    if (fields.get(key)?.type !== 'picture' || typeof value !== 'string') continue;
    if (!(await mayUse(context, value, recordId))) throw invalid([{ field: `values.${key}`, code: 'picture.unknown' }]);
    await sql`update file set expires_at = null where org_id = ${context.orgId} and id = ${value}::uuid`.execute(
      context.tx,
    );
    await sql`insert into record_picture (org_id, file_id, object, record_id, field)
      values (${context.orgId}, ${value}::uuid, ${object}, ${recordId}, ${key}) on conflict do nothing`.execute(
      context.tx,
    );
  }
}

interface Use {
  object: RecordObject;
  recordId: string;
  field: string;
}

/**
 * Whether the actor may see the picture: as the value of a record, which `recordId` names where it is known to be open, or because
 * the actor uploaded it and no record has it yet.
 */
async function mayUse(context: Context, id: string, recordId?: string): Promise<boolean> {
  const file = await context.tx
    .selectFrom('file')
    .select('created_by')
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .where('purpose', '=', purpose)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (!file) return false;
  if (context.actor.kind === 'system') return true;
  const uses = await sql<Use>`select object, record_id as "recordId", field from record_picture
    where org_id = ${context.orgId} and file_id = ${id}::uuid limit 50`.execute(context.tx);
  if (uses.rows.length === 0) return file.created_by === context.actor.userId;
  const { fields } = await dictionaryFor(context);
  for (const use of uses.rows) {
    if (use.recordId === recordId) return true;
    if (!fields.some((field) => field.object === use.object && field.key === use.field)) continue;
    const seen = await sql`select 1 from ${sql.table(use.object)} where org_id = ${context.orgId}
      and id = ${use.recordId}::uuid and ${visibleRecords(context, use.object, 'customer:read')}`.execute(context.tx);
    if (seen.rows.length > 0) return true;
  }
  return false;
}

/** A picture the actor may see as a value of some record, or has just uploaded. */
export async function openPicture(context: Context, files: FileStore, id: string) {
  if (!(await mayUse(context, id))) throw notFound('file');
  return files.open(context, id);
}

export const pictureRoutes = (files: FileStore): Route[] => [
  serveStream(contract.uploadPicture, async ({ actor, inTransaction }, { request }) => {
    const photo = await receivePhoto(request, photoLimit, 'photo.jpg');
    const { bytes } = await preparePicture(photo.bytes, pictureSide);
    const [id = ''] = await savePictures(files, actor.orgId, inTransaction, [{ bytes, name: photo.name }]);
    return { id };
  }),
  serveStream(contract.getPicture, async ({ inTransaction }, { params, reply }) => {
    const { file, stream } = await inTransaction((context) => openPicture(context, files, params.id));
    reply.header('cache-control', 'private, max-age=300');
    reply.header('content-security-policy', "sandbox; default-src 'none'");
    reply.type(file.mime);
    return reply.send(stream);
  }),
];
