import type { FastifyRequest } from 'fastify';
import { badRequest, Problem } from '#shared/errors.ts';
import { inspected } from './inspection.ts';
import type { FileStore } from './store.ts';

/** Programs are no attachments, whatever their name says. */
const forbidden =
  /^application\/(x-msdownload|x-elf|x-mach-binary|x-msi|x-deb|x-rpm|vnd\.android\.package-archive|java-archive)$/;

export interface AttachmentRules {
  /** Bytes. */
  limit: number;
  /** Codes of what is refused; `tooLarge` gets the limit in MB. */
  codes: { tooLarge: string; wrongKind: string; empty: string };
  /** Kinds taken in; without it everything but programs. */
  accepts?: RegExp;
}

/** Receives the one file of a multipart request as an attachment: encrypted on disk, its kind told by its content; with the fields before it. */
export async function receiveAttachment(
  files: FileStore,
  orgId: string,
  request: FastifyRequest,
  rules: AttachmentRules,
) {
  const part = await request.file({ limits: { fileSize: rules.limit + 1 } });
  if (!part) throw badRequest('input.required', { field: 'file' });
  const inspection = inspected({
    limit: rules.limit,
    tooLarge: rules.codes.tooLarge,
    wrongKind: rules.codes.wrongKind,
    accepts: (mime, head) =>
      rules.accepts
        ? rules.accepts.test(mime)
        : !forbidden.test(mime) && head.subarray(0, 2).toString('latin1') !== 'MZ',
  });
  part.file.on('error', (error) => inspection.stream.destroy(error));
  const received = await files.receive(orgId, part.file.pipe(inspection.stream)).catch((error: unknown) => {
    // What is still on its way is read and dropped, so that the answer reaches the sender.
    part.file.unpipe();
    part.file.resume();
    throw inspection.reason() ?? error;
  });
  if (inspection.size() === 0) throw new Problem(422, rules.codes.empty, { field: 'file' });
  const name =
    part.filename
      .normalize('NFC')
      .replace(/[\p{Cc}/\\]/gu, '_')
      .slice(-200) || 'file';
  return { received, name, mime: inspection.mime(), fields: part.fields as Record<string, unknown> };
}
