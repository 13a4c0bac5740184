import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import type { WorkSheet } from '@e965/xlsx';
import { type Lang, languages } from '#shared/languages.ts';
import { type Cell, limits, SheetError } from './cells.ts';
import { inStep, Pace } from './paced.ts';
import { isCodeFormat } from './shown-codes.ts';
import { checkZip, delimiterOf, encodingOf, sniff } from './sniff.ts';
import { isWatermark } from './watermark.ts';
import { lastFilledRow, mergesIn, visibleSheets } from './workbook.ts';

/** Rows of a sheet, and the number of the last filled one where it can be told without reading them. */
export interface OpenSheet {
  rows: AsyncIterable<Cell[]> | Iterable<Cell[]>;
  lastRow?(): Promise<number | undefined>;
}

export interface OpenFile {
  /** Names of the sheets a person sees; one without name when the file is no workbook. */
  names: string[];
  /** The sheet of that name, else the first. */
  sheet(name?: string): OpenSheet;
}

const oneSheet = (sheet: () => OpenSheet): OpenFile => ({ names: [''], sheet });

/** Opens a file of any kind we read, by what it really is. Each kind brings in only the library that reads it. */
export async function openFile(
  path: string,
  password: string | undefined,
  lang: Lang = languages[0],
): Promise<OpenFile> {
  const kind = await sniff(path);
  if (kind === 'vcard') {
    const [{ parseVcards }, { pictureCell, vcardRows }] = await Promise.all([
      import('../vcard/parse.ts'),
      import('../vcard/rows.ts'),
    ]);
    const file = parseVcards(await readFile(path));
    return oneSheet(() => ({
      rows: storableRows(vcardRows(file, lang), pictureCell),
      lastRow: async () => file.cards.length + 1,
    }));
  }
  if (kind === 'text') return oneSheet(() => ({ rows: textRows(path) }));
  if (kind === 'xlsx') return workbook(await readFile(path));
  const bytes = await readFile(path);
  const { default: officeCrypto } = await import('officecrypto-tool');
  if (!officeCrypto.isEncrypted(bytes)) return oldWorkbook(bytes);
  if (!password) throw new SheetError('sheet.passwordNeeded');
  let clear: Buffer;
  try {
    clear = await officeCrypto.decrypt(bytes, { password });
  } catch {
    throw new SheetError('sheet.passwordWrong');
  }
  return clear.readUInt32LE(0) === 0x04034b50 ? workbook(clear) : oldWorkbook(clear);
}

function workbook(bytes: Buffer): OpenFile {
  checkZip(bytes);
  const sheets = visibleSheets(bytes);
  return {
    names: sheets.map(({ name }) => name),
    sheet(name) {
      const wanted = sheets.find((sheet) => sheet.name === name) ?? sheets[0];
      return {
        rows: xlsxRows(bytes, wanted?.sheet, wanted?.target),
        lastRow: () => lastFilledRow(bytes, wanted?.target),
      };
    },
  };
}

const day = (date: Date) => {
  const text = date.toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ');
};

function plain(value: unknown): Cell {
  if (value === null || value === undefined || value === '') return null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : day(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'boolean') return value;
  return storable(String(value));
}

/** Text the database can hold: no NUL, no half of a surrogate pair, and no more than any field takes. */
const storable = (text: string): Cell => {
  const kept = text.slice(0, limits.cell).replaceAll('\0', '').toWellFormed();
  return kept === '' ? null : kept;
};

/** Cells another reader made; a picture on its way is longer than any text. */
async function* storableRows(rows: AsyncIterable<Cell[]>, picture: string): AsyncIterable<Cell[]> {
  for await (const row of rows)
    yield row.map((cell) => (typeof cell === 'string' && !cell.startsWith(picture) ? storable(cell) : cell));
}

async function* xlsxRows(bytes: Buffer, sheet = 0, target: string | undefined): AsyncIterable<Cell[]> {
  const { streamXlsxRows } = await import('hucre');
  const merges = await mergesIn(bytes, target);
  const starting = Map.groupBy(merges, (merge) => merge.from);
  let open: { column: number; to: number; value: Cell }[] = [];
  let next = 0;
  const pace = new Pace();
  for await (const row of pace.taken(streamXlsxRows(inStep(bytes, target, pace) ?? bytes, { sheet }))) {
    // Rows are sparse in the file; numbering must stay that of the sheet.
    for (; next < row.index; next += 1) yield [];
    next = row.index + 1;
    const cells = row.values.map(plain);
    // Cells merged downwards hold their value once: each of their rows means it.
    open = open.filter((merge) => merge.to >= row.index);
    for (const merge of open) {
      while (cells.length <= merge.column) cells.push(null);
      cells[merge.column] ??= merge.value;
    }
    for (const merge of starting.get(row.index) ?? []) open.push({ ...merge, value: cells[merge.column] ?? null });
    yield isWatermark(cells) ? [] : cells;
  }
}

async function oldWorkbook(bytes: Buffer): Promise<OpenFile> {
  const xls = await import('@e965/xlsx');
  const reading = { dense: true, cellDates: true, UTC: true, cellFormula: false, cellHTML: false, cellNF: true };
  const { SheetNames, Sheets, Workbook } = xls.read(bytes, reading);
  const seen = SheetNames.filter((_, index) => !Workbook?.Sheets?.[index]?.Hidden);
  const names = seen.length > 0 ? seen : SheetNames.slice(0, 1);
  return {
    names,
    sheet(name) {
      const wanted = names.find((item) => item === name) ?? names[0];
      const sheet = wanted === undefined ? undefined : Sheets[wanted];
      return { rows: sheet ? xlsRows(xls, sheet) : [] };
    },
  };
}

function xlsRows(xls: typeof import('@e965/xlsx'), sheet: WorkSheet): Cell[][] {
  if (!sheet['!ref']) return [];
  for (const cell of (sheet['!data'] ?? []).flat())
    if (cell?.t === 'n' && typeof cell.z === 'string' && isCodeFormat(cell.z))
      Object.assign(cell, { t: 's', v: cell.w });
  // From the first cell on: rows and columns keep the numbers a person sees.
  const range = { s: { r: 0, c: 0 }, e: xls.utils.decode_range(sheet['!ref']).e };
  const rows = xls.utils
    .sheet_to_json<unknown[]>(sheet, { header: 1, raw: true, blankrows: true, defval: null, UTC: true, range })
    .map((row) => row.map(plain));
  for (const { s, e } of sheet['!merges'] ?? [])
    for (const row of rows.slice(s.r + 1, e.r + 1)) row[s.c] ??= rows[s.r]?.[s.c] ?? null;
  return rows.map((row) => (isWatermark(row) ? [] : row));
}

async function* textRows(path: string): AsyncIterable<Cell[]> {
  const [{ parse }, { default: iconv }] = await Promise.all([import('csv-parse'), import('iconv-lite')]);
  const encoding = await encodingOf(path);
  const file = await open(path);
  const head = Buffer.alloc(65_536);
  const { bytesRead } = await file.read(head, 0, head.length, 0);
  await file.close();
  const parser = createReadStream(path)
    .pipe(iconv.decodeStream(encoding))
    .pipe(
      parse({
        delimiter: delimiterOf(iconv.decode(head.subarray(0, bytesRead), encoding)),
        relaxColumnCount: true,
        relaxQuotes: true,
        skipEmptyLines: false,
        bom: true,
        // Files put together by hand have lines of both kinds.
        recordDelimiter: ['\r\n', '\n', '\r'],
        maxRecordSize: limits.record,
      }),
    );
  for await (const record of parser as AsyncIterable<string[]>) {
    // The guard our own CSV writer puts before formula-like text comes off again.
    const cells = record.map((value) => storable(value.replace(/^'(?=[=+\-@＝＋－＠\t\r])/, '')));
    yield isWatermark(cells) ? [] : cells;
  }
}
