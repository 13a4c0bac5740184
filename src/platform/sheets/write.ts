import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import officeCrypto from 'officecrypto-tool';
import type { Cell } from './cells.ts';

export interface SheetColumn {
  header: string;
  width?: number;
  type: 'text' | 'number' | 'date' | 'money';
}

export interface SheetToWrite {
  path: string;
  sheetName: string;
  columns: SheetColumn[];
  rows: AsyncIterable<Cell[]>;
  password?: string;
  /** Stands below the data of every page: who took it, when and what for. */
  watermark?: string;
}

/** Data of one page: what a spreadsheet holds, less the heading, a blank row and the watermark. */
const pageRows = 1_048_573;

/**
 * Writes an xlsx with frozen heading, filter and real types. Text that looks like a formula is written as a text cell with
 * the "quoted" mark, so that no program runs it and re-reading gives the same text.
 */
export async function writeXlsx(sheet: SheetToWrite, maxRows = pageRows): Promise<number> {
  // Loaded when first needed: it takes 25 MB, which a server at rest need not hold.
  const { default: ExcelJS } = await import('exceljs');
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({
    filename: sheet.path,
    useStyles: true,
    useSharedStrings: false,
  });
  const name = sheet.sheetName.replace(/[\\/?*[\]:]/g, ' ').slice(0, 28) || 'Sheet';
  const start = (number: number) => {
    const page = workbook.addWorksheet(number === 1 ? name : `${name} ${number}`, {
      views: [{ state: 'frozen', ySplit: 1 }],
    });
    page.columns = sheet.columns.map((column) => ({
      width: column.width ?? 18,
      style: columnFormats[column.type] ?? {},
    }));
    const heading = page.addRow(sheet.columns.map((column) => column.header));
    heading.font = { bold: true };
    heading.commit();
    return page;
  };
  const end = (rows: number) => {
    page.autoFilter = { from: { row: 1, column: 1 }, to: { row: rows + 1, column: Math.max(1, sheet.columns.length) } };
    if (sheet.watermark) {
      // Below a blank row: sorting and filtering leave it where it is.
      const last = page.getRow(rows + 3);
      last.getCell(1).value = sheet.watermark.replace(unwritable, '');
      last.font = { italic: true, color: { argb: 'FF8C8C8C' } };
      last.commit();
    }
    page.commit();
  };
  let pages = 1;
  let page = start(pages);
  let packed = packedBy(page);
  let inPage = 0;
  let count = 0;
  for await (const row of sheet.rows) {
    if (inPage >= maxRows) {
      end(inPage);
      pages += 1;
      page = start(pages);
      packed = packedBy(page);
      inPage = 0;
    }
    const written = page.addRow(row.map((cell, index) => typed(cell, sheet.columns[index]?.type ?? 'text')));
    for (const [index, cell] of row.entries()) {
      if (typeof cell === 'string' && formulaLike.test(cell))
        Object.assign(written.getCell(index + 1), { style: { numFmt: '@', quotePrefix: true } });
    }
    written.commit();
    inPage += 1;
    count += 1;
    if (count % 500 === 0) await packed();
  }
  end(inPage);
  await workbook.commit();
  if (sheet.password) {
    const sealed = officeCrypto.encrypt(await readFile(sheet.path), { password: sheet.password });
    await writeFile(sheet.path, sealed);
  }
  return count;
}

/**
 * Waits until the packer has taken what was written to a page. The library hands its rows on without waiting and would hold most of
 * a large sheet in memory; the stream behind a page knows better, but the types do not show it.
 */
function packedBy(page: unknown): () => Promise<void> {
  const { stream } = page as { stream: { pipes: Writable[] } };
  return async () => {
    const [packer] = stream.pipes;
    // Writing nothing tells whether there is room.
    if (packer && !packer.write('')) await once(packer, 'drain');
  };
}

const columnFormats: Partial<Record<SheetColumn['type'], { numFmt: string }>> = {
  date: { numFmt: 'yyyy-mm-dd' },
  text: { numFmt: '@' },
  money: { numFmt: '#,##0.00' },
};

/** What a spreadsheet program may take for a formula, also written full width. */
const formulaLike = /^[=+\-@＝＋－＠\t\r\0]/;
const inert = (cell: Cell) => (typeof cell === 'string' && formulaLike.test(cell) ? `'${cell}` : cell);
/** Control characters XML cannot hold; tab and line breaks may stay. */
const unwritable = /(?![\t\n\r])\p{Cc}/gu;

function typed(cell: Cell, type: SheetColumn['type']): string | number | boolean | Date | null {
  if (cell === null) return null;
  if (type === 'date' && typeof cell === 'string' && /^\d{4}-\d{2}-\d{2}/.test(cell))
    return new Date(`${cell.slice(0, 10)}T00:00:00Z`);
  if (typeof cell === 'string') return cell.replace(unwritable, '').slice(0, 32_767);
  return cell;
}

/** Writes a CSV (RFC 4180, UTF-8 with byte order mark, as spreadsheet programs here expect). Formula-like text gets a leading `'`. */
export async function writeCsv(sheet: SheetToWrite): Promise<number> {
  let count = 0;
  async function* records() {
    yield sheet.columns.map((column) => inert(column.header));
    for await (const row of sheet.rows) {
      count += 1;
      yield row.map(inert);
    }
    if (sheet.watermark) yield sheet.columns.map((_, index) => (index === 0 ? sheet.watermark : null));
  }
  await pipeline(
    Readable.from(records()),
    stringify({ bom: true, record_delimiter: 'windows', cast: { boolean: (value) => String(value) } }),
    createWriteStream(sheet.path, { mode: 0o600 }),
  );
  return count;
}
