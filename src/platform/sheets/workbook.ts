import { inflateRawSync } from 'node:zlib';

/** What a reader of rows alone does not tell: which sheet a person sees first, and which cells are one. */
export interface WorkbookLayout {
  sheet: number;
  merges: { column: number; from: number; to: number }[];
}

/** A sheet bigger than this is data out of a system, which merges nothing; looking would cost more than it gives. */
const mergeSearchLimit = 60_000_000;

export function layoutOf(bytes: Buffer): WorkbookLayout {
  const entries = entriesOf(bytes);
  const book = text(bytes, entries, 'xl/workbook.xml', 5_000_000) ?? '';
  const sheets = [...book.matchAll(/<(?:\w+:)?sheet\s[^>]*>/g)].map(([tag]) => tag);
  const sheet = Math.max(
    0,
    sheets.findIndex((tag) => !/\sstate="(?:hidden|veryHidden)"/.test(tag)),
  );
  const id = /\sr:id="([^"]*)"/.exec(sheets[sheet] ?? '')?.[1];
  const relations = text(bytes, entries, 'xl/_rels/workbook.xml.rels', 5_000_000) ?? '';
  const relation = [...relations.matchAll(/<Relationship\s[^>]*>/g)].find(([tag]) => tag.includes(`Id="${id}"`))?.[0];
  const target = /\sTarget="([^"]*)"/.exec(relation ?? '')?.[1]?.replace(/^\/?(?:xl\/)?/, 'xl/');
  const page = target ? text(bytes, entries, target, mergeSearchLimit) : undefined;
  const at = page?.lastIndexOf('<mergeCells') ?? -1;
  return { sheet, merges: at >= 0 && page ? mergesOf(page.slice(at)) : [] };
}

function mergesOf(xml: string): WorkbookLayout['merges'] {
  return [...xml.matchAll(/\sref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"/g)]
    .map(([, letters = '', from, to]) => ({ column: columnOf(letters), from: Number(from) - 1, to: Number(to) - 1 }))
    .filter((merge) => merge.to > merge.from)
    .slice(0, 100_000);
}

const columnOf = (letters: string) =>
  [...letters].reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0) - 1;

interface Entry {
  offset: number;
  packed: number;
  method: number;
}

function entriesOf(bytes: Buffer): Map<string, Entry> {
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
      offset: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

/** Text of an entry; undefined when it is absent, too large or not readable: the row reader judges the file itself. */
function text(bytes: Buffer, entries: Map<string, Entry>, name: string, limit: number): string | undefined {
  const entry = entries.get(name);
  if (!entry || entry.offset + 30 > bytes.length) return undefined;
  const start = entry.offset + 30 + bytes.readUInt16LE(entry.offset + 26) + bytes.readUInt16LE(entry.offset + 28);
  const packed = bytes.subarray(start, start + entry.packed);
  try {
    return (entry.method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: limit })).toString('utf8');
  } catch {
    return undefined;
  }
}
