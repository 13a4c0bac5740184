import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as xls from '@e965/xlsx';
import ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import { afterAll, describe, expect, it } from 'vitest';
import { type Cell, limits } from './cells.ts';
import { openFile } from './rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'kedang-layouts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(bytes: Buffer): Promise<Cell[][]> {
  const path = join(folder, 'sheet');
  writeFileSync(path, bytes);
  const sheet = (await openFile(path, undefined)).sheet();
  const last = await sheet.lastRow?.();
  const rows: Cell[][] = [];
  for await (const row of sheet.rows) rows.push(row);
  if (last !== undefined) expect(last).toBe(rows.findLastIndex((row) => row.some((cell) => cell !== null)) + 1);
  return rows;
}

async function xlsx(make: (sheet: ExcelJS.Worksheet, book: ExcelJS.Workbook) => void): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  make(book.addWorksheet('客户'), book);
  return Buffer.from(await book.xlsx.writeBuffer());
}

function old(rows: unknown[][], change?: (sheet: xls.WorkSheet, book: xls.WorkBook) => void): Buffer {
  const book = xls.utils.book_new();
  const sheet = xls.utils.aoa_to_sheet(rows, { cellDates: true, UTC: true });
  xls.utils.book_append_sheet(book, sheet, '客户');
  change?.(sheet, book);
  return xls.write(book, { bookType: 'biff8', type: 'buffer' }) as Buffer;
}

const heads = [
  ['公司名称', '联系方式', null, '备注'],
  [null, '电话', '邮箱', null],
  ['合并公司', '13800001111', 'a@b.cn', null],
];

describe('layouts of workbooks', () => {
  it('headings of two lines, merged across and down, read alike in both formats', async () => {
    const merged = await read(
      await xlsx((sheet) => {
        for (const row of heads) sheet.addRow(row);
        for (const range of ['A1:A2', 'B1:C1', 'D1:D2']) sheet.mergeCells(range);
      }),
    );
    expect(merged[1]).toEqual(['公司名称', '电话', '邮箱', '备注']);
    expect(merged[2]?.slice(0, 3)).toEqual(heads[2]?.slice(0, 3));
    const before = await read(
      old(heads, (sheet) => {
        sheet['!merges'] = ['A1:A2', 'B1:C1', 'D1:D2'].map((range) => xls.utils.decode_range(range));
      }),
    );
    expect(before[1]).toEqual(merged[1]);
    expect(before[0]).toEqual(['公司名称', '联系方式', null, '备注']);
  });

  it('days count from 1900 or 1904 as the workbook says', async () => {
    const day = new Date(Date.UTC(2024, 1, 29));
    const make = (date1904: boolean) =>
      xlsx((sheet, book) => {
        book.properties.date1904 = date1904;
        sheet.addRow(['日期', '时刻']);
        sheet.addRow([day, new Date(Date.UTC(2024, 1, 29, 13, 30))]);
      });
    for (const system of [false, true])
      expect(await read(await make(system))).toEqual([
        ['日期', '时刻'],
        ['2024-02-29', '2024-02-29 13:30:00'],
      ]);
    const biff = (date1904: boolean) =>
      old([['日期'], [day]], (_, book) => {
        book.Workbook = { WBProps: { date1904 } };
      });
    expect(await read(biff(false))).toEqual([['日期'], ['2024-02-29']]);
    expect(await read(biff(true))).toEqual([['日期'], ['2024-02-29']]);
  });

  it('an old workbook shows its first visible sheet, formulas as computed, text with its zeros', async () => {
    const bytes = old(
      [
        ['编码', '合计', '名称'],
        ['00123', null, ' 空格 '],
      ],
      (sheet, book) => {
        sheet.B2 = { t: 'n', v: 42, f: 'SUM(40,2)' };
        const hidden = xls.utils.aoa_to_sheet([['无关']]);
        xls.utils.book_append_sheet(book, hidden, '隐藏');
        book.SheetNames.reverse();
        book.Workbook = { Sheets: [{ Hidden: 1 }, { Hidden: 0 }] };
      },
    );
    expect(await read(bytes)).toEqual([
      ['编码', '合计', '名称'],
      ['00123', 42, ' 空格 '],
    ]);
  });

  it('numbers shown as codes by their format read as they are shown, also computed ones', async () => {
    const rows = [['编码', '电话', '价', '号']];
    const bytes = await xlsx((sheet) => {
      for (const row of rows) sheet.addRow(row);
      for (let n = 0; n < 9000; n += 1) sheet.addRow([n, 13_800_138_000, 7, { formula: 'A2+1', result: n }]);
      for (const [column, format] of ['000000', '000-0000-0000', '0.00', '"第"000\\<'].entries())
        sheet.getColumn(column + 1).numFmt = format;
    });
    const read9000 = await read(bytes);
    expect(read9000[6]).toEqual(['000005', '138-0013-8000', 7, '第005<']);
    expect(read9000.slice(1).every(([code], n) => code === String(n).padStart(6, '0'))).toBe(true);
    const before = old(
      [
        ['编码', '价'],
        [123, 7],
      ],
      (sheet) => {
        Object.assign(sheet.A2, { z: '000000' });
        Object.assign(sheet.B2, { z: '0.00' });
      },
    );
    expect((await read(before))[1]).toEqual(['000123', 7]);
  });

  it('text with lines of both kinds keeps its rows', async () => {
    expect(await read(Buffer.from('甲,乙\r\n1,"a\nb"\n2,c\r\n'))).toEqual([
      ['甲', '乙'],
      ['1', 'a\nb'],
      ['2', 'c'],
    ]);
  });

  it('an old workbook whose first rows and columns are blank keeps its row numbers', async () => {
    const bytes = old([[]], (sheet) => {
      xls.utils.sheet_add_aoa(sheet, [['公司名称'], [null], ['偏移公司']], { origin: 'C4' });
      sheet['!ref'] = 'C4:C6';
    });
    expect((await read(bytes)).map((row) => row[2] ?? null)).toEqual([null, null, null, '公司名称', null, '偏移公司']);
  });

  it('rows keep their numbers over blank ones, and a wide sheet all its columns', async () => {
    const wide = Array.from({ length: 260 }, (_, n) => `列${n}`);
    const bytes = await xlsx((sheet) => {
      sheet.getRow(1).values = wide;
      sheet.getRow(5).values = wide.map((_, n) => n);
      sheet.getRow(9).getCell(260).value = 'ZZ';
    });
    const rows = await read(bytes);
    expect(rows).toHaveLength(9);
    expect(rows[0]).toEqual(wide);
    expect(rows.slice(1, 4)).toEqual([[], [], []]);
    expect([rows[4]?.[259], rows[8]?.[259]]).toEqual([259, 'ZZ']);
  });

  it('shared strings of any number and length are read, each no longer than a cell is kept', async () => {
    const bytes = await xlsx((sheet) => {
      for (let n = 0; n < 5000; n += 1) sheet.addRow([`第${n}家公司`, `<&>"'${n}`, '同一句']);
      sheet.addRow(['长', '字'.repeat(32_767)]);
    });
    const rows = await read(bytes);
    expect(rows[4321]).toEqual(['第4321家公司', `<&>"'4321`, '同一句']);
    expect(String(rows[5000]?.[1])).toHaveLength(Math.min(32_767, limits.cell));
  });

  it('text in GB18030 keeps quotes, line breaks and rare characters within cells', async () => {
    const text = '公司名称,备注\r\n"引号""公司""","第一行\r\n第二行，含,逗号"\r\n㐀䶵𠀀公司,\r\n';
    expect(await read(iconv.encode(text, 'gb18030'))).toEqual([
      ['公司名称', '备注'],
      ['引号"公司"', '第一行\r\n第二行，含,逗号'],
      ['㐀䶵𠀀公司', null],
    ]);
  });
});
