import { Readable } from 'node:stream';
import { createInflateRaw, inflateRawSync } from 'node:zlib';

/** One file of a zip archive: where it stands, and how it is packed. */
export interface Entry {
  offset: number;
  packed: number;
  unpacked: number;
  method: number;
}

/** The files of an archive by name; none when it has no directory. */
export function entriesOf(bytes: Buffer): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const end = bytes.lastIndexOf(Buffer.from('504b0506', 'hex'));
  if (end < 0) return entries;
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count && at + 46 <= bytes.length; index += 1) {
    const nameLength = bytes.readUInt16LE(at + 28);
    entries.set(bytes.toString('utf8', at + 46, at + 46 + nameLength), {
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      unpacked: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

/** Text of an entry; undefined when it is absent, too large or not readable: the row reader judges the file itself. */
export function textOf(bytes: Buffer, entries: Map<string, Entry>, name: string, limit: number): string | undefined {
  const entry = entries.get(name);
  if (!entry) return undefined;
  try {
    const packed = packedBytes(bytes, entry);
    return (entry.method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: limit })).toString('utf8');
  } catch {
    return undefined;
  }
}

/** The bytes of an entry as they stand in the archive. */
export function packedBytes(bytes: Buffer, entry: Entry): Buffer {
  if (entry.offset + 30 > bytes.length) return Buffer.alloc(0);
  const start = entry.offset + 30 + bytes.readUInt16LE(entry.offset + 26) + bytes.readUInt16LE(entry.offset + 28);
  return bytes.subarray(start, start + entry.packed);
}

const pieceSize = 256 * 1024;

/** The bytes of an entry piece by piece, without holding all of them. */
export function unpacked(bytes: Buffer, entry: Entry): AsyncIterable<Buffer> {
  const packed = packedBytes(bytes, entry);
  if (entry.method !== 0) return Readable.from([packed]).pipe(createInflateRaw({ chunkSize: pieceSize }));
  const starts = Array.from({ length: Math.ceil(packed.length / pieceSize) }, (_, index) => index * pieceSize);
  return Readable.from(starts.map((start) => packed.subarray(start, start + pieceSize)));
}
