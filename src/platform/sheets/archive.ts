import { Readable } from 'node:stream';
import { createInflateRaw, inflateRawSync } from 'node:zlib';

/** One file of a zip archive: where it stands, and how it is packed. */
export interface Entry {
  offset: number;
  packed: number;
  unpacked: number;
  method: number;
}

/** Where the list of an archive's files stands, and what it claims. */
interface Directory {
  count: number;
  length: number;
  offset: number;
}

const saturated = { 2: 0xffff, 4: 0xffffffff };

/**
 * The directory of an archive; undefined when it has none. Streaming programs write its figures in 64 bits (zip64, APPNOTE
 * 4.3.14) however small the sheet is.
 */
export function directoryOf(bytes: Buffer): Directory | undefined {
  const end = bytes.lastIndexOf(Buffer.from('504b0506', 'hex'));
  if (end < 0 || end + 22 > bytes.length) return undefined;
  const plain = {
    count: bytes.readUInt16LE(end + 10),
    length: bytes.readUInt32LE(end + 12),
    offset: bytes.readUInt32LE(end + 16),
  };
  const wide = plain.count === saturated[2] || plain.length === saturated[4] || plain.offset === saturated[4];
  const locator = end - 20;
  if (!wide || locator < 0 || bytes.readUInt32LE(locator) !== 0x07064b50) return plain;
  const at = Number(bytes.readBigUInt64LE(locator + 8));
  if (at + 56 > bytes.length || bytes.readUInt32LE(at) !== 0x06064b50) return undefined;
  const figure = (from: number) => Number(bytes.readBigUInt64LE(at + from));
  return { count: figure(32), length: figure(40), offset: figure(48) };
}

interface Listed extends Entry {
  name: Buffer;
}

/** The files a directory lists, in its order, as far as it can be read. */
export function* listed(bytes: Buffer, { count, offset }: Directory): Generator<Listed, undefined> {
  let at = offset;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) return;
    const named = at + 46 + bytes.readUInt16LE(at + 28);
    const next = named + bytes.readUInt16LE(at + 30);
    const figures = {
      unpacked: bytes.readUInt32LE(at + 24),
      packed: bytes.readUInt32LE(at + 20),
      offset: bytes.readUInt32LE(at + 42),
    };
    yield {
      name: bytes.subarray(at + 46, named),
      method: bytes.readUInt16LE(at + 10),
      ...widened(figures, bytes.subarray(named, next)),
    };
    at = next + bytes.readUInt16LE(at + 32);
  }
}

/** Figures that fill their 32 bits stand in the extra field 1, in this order (APPNOTE 4.5.3). */
function widened<Figures extends Record<'unpacked' | 'packed' | 'offset', number>>(figures: Figures, extra: Buffer) {
  const result = { ...figures };
  for (let field = 0; field + 4 <= extra.length; field += 4 + extra.readUInt16LE(field + 2)) {
    if (extra.readUInt16LE(field) !== 1) continue;
    let at = field + 4;
    for (const key of ['unpacked', 'packed', 'offset'] as const) {
      if (figures[key] !== saturated[4] || at + 8 > extra.length) continue;
      result[key] = Number(extra.readBigUInt64LE(at));
      at += 8;
    }
    break;
  }
  return result;
}

/** The files of an archive by name; none when it has no directory. */
export function entriesOf(bytes: Buffer): Map<string, Entry> {
  const directory = directoryOf(bytes);
  if (!directory) return new Map();
  return new Map(
    [...listed(bytes, directory)].map(({ name, method, packed, unpacked, offset }) => [
      name.toString('utf8'),
      { method, packed, unpacked, offset },
    ]),
  );
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
