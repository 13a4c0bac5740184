import type { FastifyRequest } from 'fastify';
import type { Context } from '#platform/context.ts';
import { logAccess } from '#platform/events/index.ts';
import { receiveAttachment } from '#platform/files/attachment.ts';
import type { FileStore } from '#platform/files/store.ts';
import { badRequest, conflict, notFound, Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { type MaterialDetail, materialFileLimit, materialFileTypes } from '../contract.ts';
import { loadMaterial, lockMaterial, recordMaterial, setMaterial, viewMaterial } from './materials.ts';

const rules = {
  limit: materialFileLimit,
  codes: { tooLarge: 'material.fileTooLarge', wrongKind: 'material.fileKind', empty: 'material.fileEmpty' },
};

/** What the content of a file so named must be; others (office files, archives) come in many wrappings. */
const contents: Record<string, RegExp> = {
  pdf: /^application\/pdf$/,
  jpg: /^image\/jpeg$/,
  jpeg: /^image\/jpeg$/,
  png: /^image\/(png|apng)$/,
  webp: /^image\/webp$/,
  gif: /^image\/gif$/,
  mp4: /^video\//,
  mov: /^video\//,
};
const noteLimit = 500;

/** Customers get these files from our address: only kinds known to be documents, and what the name says must be inside. */
function checkKind(name: string, mime: string): void {
  const type = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const known = (materialFileTypes as readonly string[]).includes(type);
  if (!known || (contents[type] && !contents[type].test(mime)))
    throw new Problem(422, 'material.fileKind', { field: 'file', params: { kinds: materialFileTypes.join(', ') } });
}

function noteOf(fields: Record<string, unknown>): string {
  const field = fields.note as { value?: unknown } | undefined;
  const note = typeof field?.value === 'string' ? field.value.trim() : '';
  if (note.length > noteLimit) throw badRequest('input.tooLong', { field: 'note', params: { maximum: noteLimit } });
  return note;
}

/** Takes the uploaded file as the next version; whether it may be is asked before the bytes are read. */
export async function addVersion(
  files: FileStore,
  orgId: string,
  id: string,
  request: FastifyRequest,
  inTransaction: <T>(work: (context: Context) => Promise<T>) => Promise<T>,
): Promise<MaterialDetail> {
  if (!request.isMultipart()) throw new Problem(415, 'request.mediaType');
  await inTransaction(async (context) => notWithdrawn(await loadMaterial(context, id)));
  const { received, name, mime, fields } = await receiveAttachment(files, orgId, request, rules);
  checkKind(name, mime);
  const note = noteOf(fields);
  return inTransaction(async (context) => {
    const row = notWithdrawn(await lockMaterial(context, id));
    const edition = row.edition + 1;
    if (edition > 9999) throw conflict('material.versions');
    const file = await files.register(context, received, { name, mime, purpose: 'material' });
    await context.tx
      .insertInto('material_version')
      .values({
        org_id: context.orgId,
        id: newId(),
        material_id: id,
        edition,
        file_id: file.id,
        note,
        created_by: context.actor.userId,
      })
      .execute();
    await setMaterial(context, id, { edition });
    await recordMaterial(context, row, 'material.versionAdded', { data: { edition, file: name, note } });
    return viewMaterial(context, id);
  });
}

function notWithdrawn<T extends { withdrawn_at: unknown }>(row: T): T {
  if (row.withdrawn_at) throw conflict('material.withdrawn');
  return row;
}

export async function fileOfVersion(context: Context, materialId: string, edition: number): Promise<string> {
  const version = await context.tx
    .selectFrom('material_version')
    .select('file_id')
    .where('org_id', '=', context.orgId)
    .where('material_id', '=', materialId)
    .where('edition', '=', edition)
    .executeTakeFirst();
  if (!version) throw notFound('file');
  return version.file_id;
}

/** The bytes of a version, for a colleague. */
export async function openVersion(context: Context, files: FileStore, materialId: string, edition: number) {
  const fileId = await fileOfVersion(context, materialId, edition);
  await logAccess(context, { action: 'download', subjectKind: 'material', subjectId: materialId, detail: { edition } });
  return files.open(context, fileId);
}
