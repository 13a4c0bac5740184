import { Readable } from 'node:stream';
import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import type { FileStore } from '#platform/files/store.ts';
import { type Route, serveStream } from '#platform/http/route.ts';
import { preparePicture } from '#platform/pictures/index.ts';
import { receivePhoto } from '#platform/pictures/receive.ts';
import { invalid, notFound } from '#shared/errors.ts';
import type { FieldDefinition, FieldValues, RecordObject } from '#shared/fields.ts';
import * as contract from '../pictures-contract.ts';
import { dictionaryFor } from './dictionary.ts';
import { visibleRecords } from './list.ts';

const purpose = 'picture';
/** An uploaded picture no record has taken by then is destroyed. */
const keptDays = 90;
/** Longest side: a face on a card, not a poster. */
const pictureSide = 800;

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
    const expiresAt = new Date(context.now().getTime() + keptDays * 86_400_000);
    const ids: string[] = [];
    for (const [index, item] of received.entries()) {
      const name = pictures[index]?.name ?? 'photo.jpg';
      ids.push((await files.register(context, item, { name, mime: 'image/jpeg', purpose, expiresAt })).id);
    }
    return ids;
  });
}

/**
 * Notes that a record has the pictures among its values, so that they last and who may read the record sees them. Refuses what is no
 * picture of this company, and one that only records out of the actor's sight have: a value must not open what is closed.
 */
export async function keepPictures(
  context: Context,
  object: RecordObject,
  recordId: string,
  fields: Map<string, FieldDefinition>,
  values: FieldValues,
): Promise<void> {
  for (const [key, value] of Object.entries(values)) {
    if (fields.get(key)?.type !== 'picture' || typeof value !== 'string') continue;
    const known = await sql`update file set expires_at = null where org_id = ${context.orgId} and id = ${value}::uuid
      and purpose = ${purpose} and deleted_at is null returning id`.execute(context.tx);
    const open = context.actor.kind === 'system' || (await mayUse(context, value, (use) => use.recordId === recordId));
    if (known.rows.length === 0 || !open) throw invalid([{ field: `values.${key}`, code: 'picture.unknown' }]);
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

/** Whether no record has the picture yet, or one does whose value the actor may read. */
async function mayUse(context: Context, id: string, also: (use: Use) => boolean = () => false): Promise<boolean> {
  const uses = await sql<Use>`select object, record_id as "recordId", field from record_picture
    where org_id = ${context.orgId} and file_id = ${id}::uuid limit 50`.execute(context.tx);
  if (uses.rows.length === 0) return true;
  const { fields } = await dictionaryFor(context);
  for (const use of uses.rows) {
    if (also(use)) return true;
    if (!fields.some((field) => field.object === use.object && field.key === use.field)) continue;
    const seen = await sql`select 1 from ${sql.table(use.object)} where org_id = ${context.orgId}
      and id = ${use.recordId}::uuid and ${visibleRecords(context, use.object, 'customer:read')}`.execute(context.tx);
    if (seen.rows.length > 0) return true;
  }
  return false;
}

/** A picture the actor may see as a value of some record, or that no record has yet. */
export async function openPicture(context: Context, files: FileStore, id: string) {
  const found = await context.tx
    .selectFrom('file')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .where('purpose', '=', purpose)
    .executeTakeFirst();
  if (!found || !(await mayUse(context, id))) throw notFound('file');
  return files.open(context, id);
}

export const pictureRoutes = (files: FileStore): Route[] => [
  serveStream(contract.uploadPicture, async ({ actor, inTransaction }, { request }) => {
    const photo = await receivePhoto(request, contract.pictureLimit, 'photo.jpg');
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
