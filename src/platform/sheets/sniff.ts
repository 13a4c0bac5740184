import { open } from 'node:fs/promises';
import { directoryOf, listed } from './archive.ts';
import { limits, SheetError } from './cells.ts';

export type SheetKind = 'xlsx' | 'cfb' | 'vcard' | 'text';

/** The real type by content; the name proves nothing. */
export async function sniff(path: string): Promise<SheetKind> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(8192);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    const start = head.subarray(0, bytesRead);
    if (bytesRead === 0) throw new SheetError('sheet.empty');
    if (head.readUInt32LE(0) === 0x04034b50) return 'xlsx';
    if (start.subarray(0, 8).equals(Buffer.from('d0cf11e0a1b11ae1', 'hex'))) return 'cfb';
    // UTF-16 has a zero beside each of these letters.
    const letters = start.toString('latin1').replace(/\0|^\u00ff\u00fe|^\u00fe\u00ff|^\u00ef\u00bb\u00bf/g, '');
    // Some programs write a line of their own above the first card.
    if (/^\s*BEGIN:VCARD\s/im.test(letters)) return 'vcard';
    const utf16 = (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
    if (/^\s*<(?:!doctype|html|\?xml)/i.test(start.toString('latin1'))) throw new SheetError('sheet.unknownType');
    // A stray control character in a cell is a slip; many of them are another kind of file.
    const control = start.filter((byte) => byte < 32 && byte !== 9 && byte !== 10 && byte !== 13).length;
    if (!utf16 && control > start.length / 100) throw new SheetError('sheet.unknownType');
    return 'text';
  } finally {
    await file.close();
  }
}

/** Declared sizes in a zip's directory, before anything is unpacked. A lie is caught by the reader's memory limit. */
export function checkZip(bytes: Buffer): void {
  const directory = directoryOf(bytes);
  if (!directory) throw new SheetError('sheet.broken');
  const { count, length, offset } = directory;
  if (count > limits.entries || length > 16_000_000) throw new SheetError('sheet.bomb');
  if (offset + length > bytes.length) throw new SheetError('sheet.broken');
  let unpacked = 0;
  let files = 0;
  for (const entry of listed(bytes, directory)) {
    unpacked += entry.unpacked;
    files += 1;
  }
  if (files < count) throw new SheetError('sheet.broken');
  if (unpacked > limits.unpacked || (unpacked > 50_000_000 && unpacked > bytes.length * 200))
    throw new SheetError('sheet.bomb');
}

type Encoding = 'utf8' | 'utf16le' | 'utf16be' | 'gb18030' | 'windows-1252';

/** Accented letters mostly stand alone among letters of one byte; Chinese characters are pairs of bytes. */
function accented(bytes: Buffer): boolean {
  const runs = bytes.toString('latin1').match(/[\u0080-\u00ff]+/g) ?? [];
  return runs.filter((run) => run.length === 1).length > runs.length * 0.8;
}

/** Encoding of a text sheet: byte order mark, else strict UTF-8, else GB18030 (which contains GBK and GB2312) or Western European. */
export async function encodingOf(path: string): Promise<Encoding> {
  const file = await open(path);
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const chunk = Buffer.alloc(1024 * 1024);
    for (let first = true; ; first = false) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length);
      if (first && chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf16le';
      if (first && chunk[0] === 0xfe && chunk[1] === 0xff) return 'utf16be';
      try {
        decoder.decode(chunk.subarray(0, bytesRead), { stream: bytesRead > 0 });
      } catch {
        return accented(chunk.subarray(0, bytesRead)) ? 'windows-1252' : 'gb18030';
      }
      if (bytesRead === 0) return 'utf8';
    }
  } finally {
    await file.close();
  }
}

/**
 * The delimiter that cuts most of the first lines into as many cells as the headings, outside quotes: what is used oftenest may be
 * the commas of the texts in a table of tabs.
 */
export function delimiterOf(start: string): string {
  const lines = start
    .slice(0, 20_000)
    .replace(/"(?:[^"]|"")*"/g, '')
    .split(/\r\n|\r|\n/)
    .filter((line) => line !== '');
  const counts = [',', '\t', ';'].map((delimiter) => {
    const cells = lines.map((line) => line.split(delimiter).length);
    const [wanted = 1] = cells;
    const even = wanted === 1 ? 0 : cells.filter((count) => count === wanted).length;
    return { delimiter, even, count: cells.reduce((sum, count) => sum + count, 0) };
  });
  return counts.sort((a, b) => b.even - a.even || b.count - a.count)[0]?.delimiter ?? ',';
}
