import { Transform } from 'node:stream';
import { fileTypeFromBuffer } from 'file-type';
import { Problem } from '#shared/errors.ts';

const sniffBytes = 4100;

interface Rules {
  limit: number;
  /** Code of the problem with a file that is too large; `limit` is given in MB. */
  tooLarge: string;
  /** Code of the problem with bytes of a kind not wanted. */
  wrongKind: string;
  accepts(mime: string, head: Buffer): boolean;
}

/** Counts and looks at the bytes while they pass: too many or of a wrong kind, and the upload ends before it is kept. */
export function inspected({ limit, tooLarge, wrongKind, accepts }: Rules) {
  let size = 0;
  let head = Buffer.alloc(0);
  let mime: string | undefined;
  const look = async () => {
    if (mime !== undefined) return;
    mime = (await fileTypeFromBuffer(head))?.mime ?? 'application/octet-stream';
    if (!accepts(mime, head)) throw new Problem(422, wrongKind, { field: 'file' });
  };
  const stream = new Transform({
    transform(data: Buffer, _encoding, done) {
      size += data.length;
      if (size > limit)
        return done(new Problem(413, tooLarge, { field: 'file', params: { limit: limit / 1024 / 1024 } }));
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
