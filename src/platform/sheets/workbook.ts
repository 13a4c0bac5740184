import { entriesOf, textOf, unpacked } from './archive.ts';
import { watermarkBytes } from './watermark.ts';

/** A sheet of a workbook a person sees. */
export interface VisibleSheet {
  name: string;
  /** Its place among all sheets. */
  sheet: number;
  /** Name of its entry in the archive, where it is told. */
  target: string | undefined;
}

/** Cells that are one, downwards: what a reader of rows alone does not tell. */
export type Merges = { column: number; from: number; to: number }[];

/** The list of merged cells stands behind all rows; a longer one belongs to no sheet a person made. */
const mergeListLimit = 20_000_000;
/** A sheet bigger than this is data out of a system, which merges nothing. */
const mergeSearchLimit = 400_000_000;

export async function mergesIn(bytes: Buffer, target: string | undefined): Promise<Merges> {
  const entry = target ? entriesOf(bytes).get(target) : undefined;
  if (!entry) return [];
  const opening = '<mergeCells';
  let tail = '';
  let found = false;
  let read = 0;
  try {
    for await (const chunk of unpacked(bytes, entry)) {
      read += chunk.length;
      if (read > mergeSearchLimit) return [];
      tail += chunk.toString('latin1');
      if (!found) {
        const at = tail.indexOf(opening);
        found = at >= 0;
        tail = tail.slice(found ? at : -opening.length);
      }
      if (tail.length > mergeListLimit) return [];
    }
  } catch {
    // Broken: the row reader judges the file itself.
    return [];
  }
  return found ? mergesOf(tail) : [];
}

/** The sheets a person sees, in their order; the first of all when none is said to be visible. */
export function visibleSheets(bytes: Buffer): VisibleSheet[] {
  const entries = entriesOf(bytes);
  const book = textOf(bytes, entries, 'xl/workbook.xml', 5_000_000) ?? '';
  const relations = textOf(bytes, entries, 'xl/_rels/workbook.xml.rels', 5_000_000) ?? '';
  const targets = new Map(
    [...relations.matchAll(/<Relationship\s[^>]*>/g)].map(([tag]) => [
      /\sId="([^"]*)"/.exec(tag)?.[1],
      /\sType="[^"]*\/worksheet"/.test(tag) ? /\sTarget="([^"]*)"/.exec(tag)?.[1] : undefined,
    ]),
  );
  const sheets = [...book.matchAll(/<(?:\w+:)?sheet\s[^>]*>/g)].map(([tag], sheet) => ({
    name: plainText(/\sname="([^"]*)"/.exec(tag)?.[1] ?? ''),
    sheet,
    target: targets.get(/\sr:id="([^"]*)"/.exec(tag)?.[1])?.replace(/^\/?(?:xl\/)?/, 'xl/'),
    hidden: /\sstate="(?:hidden|veryHidden)"/.test(tag),
  }));
  const seen = sheets.filter(({ hidden, target }) => !hidden && target !== undefined);
  const [first = { name: '', sheet: 0, target: undefined }] = sheets;
  return seen.length > 0 ? seen : [first];
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** Text of an attribute. */
export const plainText = (xml: string) =>
  xml.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] ?? '');

/**
 * Number of the last row with a value, found without reading the cells: a tenth of the time. Undefined when the sheet is
 * written in a way only the real reader understands.
 */
export async function lastFilledRow(bytes: Buffer, target: string | undefined): Promise<number | undefined> {
  const entry = target ? entriesOf(bytes).get(target) : undefined;
  if (!entry) return undefined;
  const seen = { row: 0, last: 0 };
  let rest = '';
  // What stands before the first row is the sheet's head.
  let inRows = false;
  try {
    for await (const chunk of unpacked(bytes, entry)) {
      const parts = (rest + chunk.toString('latin1')).split('<row');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        if (inRows) noteRow(seen, part);
        inRows = true;
      }
      if (rest.length > 20_000_000) return undefined;
    }
  } catch {
    return undefined;
  }
  if (inRows) noteRow(seen, rest);
  return inRows ? seen.last : undefined;
}

function noteRow(seen: { row: number; last: number }, xml: string): void {
  if (!/^[\s/>]/.test(xml)) return;
  const number = /^[^>]*\sr="(\d{1,7})"/.exec(xml)?.[1];
  seen.row = number ? Number(number) : seen.row + 1;
  if (xml.includes(watermarkBytes)) return;
  if (xml.includes('<v>') || xml.includes('<is>') || xml.includes('<v ')) seen.last = seen.row;
}

function mergesOf(xml: string): Merges {
  return [...xml.matchAll(/\sref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"/g)]
    .map(([, letters = '', from, to]) => ({ column: columnOf(letters), from: Number(from) - 1, to: Number(to) - 1 }))
    .filter((merge) => merge.to > merge.from)
    .slice(0, 100_000);
}

const columnOf = (letters: string) =>
  [...letters].reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0) - 1;
