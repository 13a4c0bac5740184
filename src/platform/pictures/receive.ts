import { buffer } from 'node:stream/consumers';
import type { FastifyRequest } from 'fastify';
import { badRequest, Problem } from '#shared/errors.ts';

/** The one photo of a multipart request, not yet looked at. */
export async function receivePhoto(
  request: FastifyRequest,
  limit: number,
  unnamed: string,
): Promise<{ name: string; bytes: Buffer }> {
  if (!request.isMultipart()) throw new Problem(415, 'request.mediaType');
  const part = await request.file({ limits: { fileSize: limit } });
  if (!part) throw badRequest('input.required', { field: 'file' });
  const bytes = await buffer(part.file);
  if (part.file.truncated)
    throw new Problem(413, 'picture.tooLarge', { field: 'file', params: { limit: limit / 1024 / 1024 } });
  const name =
    part.filename
      .normalize('NFC')
      .replace(/[\p{Cc}/\\]/gu, '_')
      .slice(-200) || unnamed;
  return { name, bytes };
}
