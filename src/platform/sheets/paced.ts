import { type Entry, entriesOf, packedBytes, textOf, unpacked } from './archive.ts';
import { limits, SheetError } from './cells.ts';
import { codeFormats, withShownCodes } from './shown-codes.ts';

/** Names the row reader knows in an archive that is read from front to back. */
const knownParts = /^xl\/(?:workbook|sharedStrings|styles)\.xml$|^\[Content_Types\]\.xml$|\.rels$/;
const knownSheet = /^xl\/worksheets\/sheet\d+\.xml$/i;

/** Lets the archive be unpacked only as far as its rows are taken. */
export class Pace {
  #hungry = false;
  #wake: (() => void) | undefined;

  /** Resolves once whoever takes the rows has none left. */
  async turn(): Promise<void> {
    if (this.#hungry) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Hands on rows; when none are waiting, the next piece of the archive is let through. */
  async *taken<T>(rows: AsyncGenerator<T>): AsyncGenerator<T> {
    try {
      for (;;) {
        // Rows already read come before the next turn of the event loop; anything later means that there are none.
        const starving = setImmediate(() => {
          this.#hungry = true;
          this.#wake?.();
        });
        const next = await rows.next().finally(() => clearImmediate(starving));
        this.#hungry = false;
        if (next.done) return;
        yield next.value;
      }
    } finally {
      // A piece still waiting for its turn would keep the reader from ending.
      this.#hungry = true;
      this.#wake?.();
      await rows.return(undefined);
    }
  }
}

/**
 * The archive written anew for one reading from front to back: small parts first, the wanted sheet last and unpacked piece by
 * piece in step with `pace`. The row reader would otherwise read the whole sheet ahead of a slow database and hold all its rows.
 * Undefined when the archive is written in a way only a reader of the whole file understands.
 */
export function inStep(bytes: Buffer, target: string | undefined, pace: Pace): ReadableStream<Uint8Array> | undefined {
  const entries = entriesOf(bytes);
  const sheet = target !== undefined && knownSheet.test(target) ? entries.get(target) : undefined;
  if (!sheet || target === undefined || !namedAsUsual(bytes, entries)) return undefined;
  const parts = [...entries].filter(([name]) => knownParts.test(name));
  const formats = codeFormats(textOf(bytes, entries, 'xl/styles.xml', 50_000_000) ?? '');
  const source = pieces(bytes, parts, { name: target, entry: sheet, formats }, pace);
  return new ReadableStream(
    {
      async pull(controller) {
        const { value } = await source.next();
        if (value) controller.enqueue(value);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Strings and styles of the workbook stand where the row reader looks for them. */
function namedAsUsual(bytes: Buffer, entries: Map<string, Entry>): boolean {
  const relations = textOf(bytes, entries, 'xl/_rels/workbook.xml.rels', 5_000_000) ?? '';
  return [...relations.matchAll(/<Relationship\s[^>]*>/g)].every(([tag]) => {
    const part = /\sType="[^"]*\/(sharedStrings|styles)"/.exec(tag)?.[1];
    return !part || /\sTarget="([^"]*)"/.exec(tag)?.[1]?.replace(/^\/?(?:xl\/)?/, '') === `${part}.xml`;
  });
}

async function* pieces(
  bytes: Buffer,
  parts: [string, Entry][],
  sheet: { name: string; entry: Entry; formats: Map<number, string> },
  pace: Pace,
): AsyncGenerator<Uint8Array, undefined> {
  for (const [part, entry] of parts) {
    yield localHeader(part, entry);
    yield packedBytes(bytes, entry);
  }
  const xml = () => {
    const plain = unpacked(bytes, sheet.entry);
    return sheet.formats.size > 0 ? withShownCodes(plain, sheet.formats) : plain;
  };
  // The size stands before the sheet: one that is written anew is measured first.
  const size = sheet.formats.size > 0 ? await sizeOf(xml()) : sheet.entry.unpacked;
  yield localHeader(sheet.name, { method: 0, packed: size, unpacked: size });
  let sent = 0;
  for await (const piece of xml()) {
    await pace.turn();
    sent += piece.length;
    if (sent > size) throw new SheetError('sheet.broken');
    yield piece;
  }
}

async function sizeOf(xml: AsyncIterable<Buffer>): Promise<number> {
  let size = 0;
  for await (const piece of xml) {
    size += piece.length;
    if (size > limits.unpacked) throw new SheetError('sheet.bomb');
  }
  return size;
}

/** Header of a file in a zip archive (APPNOTE 4.3.7), with the fields a reader from front to back needs. */
function localHeader(name: string, entry: Pick<Entry, 'method' | 'packed' | 'unpacked'>): Buffer {
  const text = Buffer.from(name);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(entry.method, 8);
  header.writeUInt32LE(entry.packed, 18);
  header.writeUInt32LE(entry.unpacked, 22);
  header.writeUInt16LE(text.length, 26);
  return Buffer.concat([header, text]);
}
