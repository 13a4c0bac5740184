import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { FastifyRequest } from 'fastify';
import { fileTypeFromBuffer } from 'file-type';
import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { tokenOrg } from '#platform/crypto/index.ts';
import type { PublicContext } from '#platform/http/route.ts';
import { badRequest, Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { formFileLimit } from '../../form-content.ts';
import { type FormRow, loadRevision } from './forms.ts';
import { type FormMeans, withForm } from './public.ts';

const office = 'application/vnd.openxmlformats-officedocument';
/** What may be sent, by the ending of its name: the bytes must be of that kind. */
const kinds: Record<string, string> = {
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  heic: 'image/heic',
  docx: `${office}.wordprocessingml.document`,
  xlsx: `${office}.spreadsheetml.sheet`,
  doc: 'application/x-cfb',
  xls: 'application/x-cfb',
};
/** Files an hour one link takes before they belong to an answer. */
const busiest = 200;
/** Bytes a day one link takes, answered or not: strangers must not fill the disk. */
const mostBytes = 2 * 1024 * 1024 * 1024;

async function requirePlace(context: Context, linkId: string, form: FormRow, question: string): Promise<void> {
  const content = await loadRevision(context, form.id, form.revision);
  if (!content?.questions.some((item) => item.id === question && item.type === 'file'))
    throw badRequest('form.unknownQuestion', { field: 'question', params: { question: question.slice(0, 32) } });
  const now = context.now().getTime();
  const taken = await context.tx
    .selectFrom('form_file')
    .innerJoin('file', (join) =>
      join.onRef('file.org_id', '=', 'form_file.org_id').onRef('file.id', '=', 'form_file.file_id'),
    )
    .select([
      sql<number>`count(*) filter (where answer_id is null and form_file.created_at > ${new Date(now - 3_600_000)})::int`.as(
        'waiting',
      ),
      sql<number>`coalesce(sum(file.size), 0)::float8`.as('bytes'),
    ])
    .where('form_file.org_id', '=', context.orgId)
    .where('link_id', '=', linkId)
    .where('form_file.created_at', '>', new Date(now - 86_400_000))
    .executeTakeFirstOrThrow();
  if (taken.waiting >= busiest || taken.bytes >= mostBytes) throw new Problem(429, 'form.busy');
}

/** Takes a file before the answer it belongs to; without an answer it is destroyed after a day. */
export async function receiveFormFile(
  means: FormMeans,
  request: PublicContext,
  token: string,
  upload: FastifyRequest,
): Promise<{ id: string; name: string; size: number }> {
  const orgId = tokenOrg('kdl', token);
  if (!orgId) throw new Problem(404, 'link.gone');
  if (!upload.isMultipart()) throw new Problem(415, 'request.mediaType');
  await withForm(means, request, token, async () => undefined);
  const part = await upload.file({ limits: { fileSize: formFileLimit } });
  if (!part) throw badRequest('input.required', { field: 'file' });
  const bytes = await buffer(part.file);
  // Looked at after the end: whether the last piece told of it depends on how the network cut the file.
  if (part.file.truncated)
    throw new Problem(413, 'form.fileTooLarge', { field: 'file', params: { limit: formFileLimit / 1024 / 1024 } });
  const given = part.fields.question;
  const question = given && !Array.isArray(given) && given.type === 'field' ? String(given.value) : '';
  const name =
    part.filename
      .normalize('NFC')
      .replace(/[\p{Cc}/\\]/gu, '_')
      .slice(-200) || 'file';
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const mime = kinds[ending];
  const found = (await fileTypeFromBuffer(bytes))?.mime;
  if (!mime || found !== mime)
    throw new Problem(422, 'form.fileType', {
      field: 'file',
      params: { types: 'PDF, JPG, PNG, WEBP, HEIC, DOCX, XLSX' },
    });
  await withForm(means, request, token, (context, link, form) => requirePlace(context, link.id, form, question));
  const received = await means.files.receive(orgId, Readable.from([bytes]));
  return withForm(means, request, token, async (context, link, form) => {
    const expiresAt = new Date(context.now().getTime() + 86_400_000);
    const file = await means.files.register(context, received, { name, mime, purpose: 'form', expiresAt });
    const id = newId();
    await context.tx
      .insertInto('form_file')
      .values({ org_id: orgId, id, form_id: form.id, link_id: link.id, question, file_id: file.id })
      .execute();
    return { id, name, size: file.size };
  });
}
