import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as xls from '@e965/xlsx';
import ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import officeCrypto from 'officecrypto-tool';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Cell, limits, SheetError } from './cells.ts';
import { Pace } from './paced.ts';
import { openFile } from './rows.ts';
import { delimiterOf } from './sniff.ts';
import { isWatermark, watermark } from './watermark.ts';
import { writeXlsx } from './write.ts';

const folder = mkdtempSync(join(tmpdir(), 'kedang-rows-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const grid = [
  ['公司名称', '电话', '日期', '备注'],
  ...Array.from({ length: 30 }, (_, n) => [
    `第${n}公司`,
    `1380000${1000 + n}`,
    45_000 + n,
    n % 3 === 2 ? null : '备\n注,"',
  ]),
];

async function samples(): Promise<Buffer[]> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('客户');
  for (const row of grid) sheet.addRow(row);
  sheet.mergeCells('D2:D4');
  const xlsx = Buffer.from(await book.xlsx.writeBuffer());
  const old = xls.utils.book_new();
  xls.utils.book_append_sheet(old, xls.utils.aoa_to_sheet(grid), '客户');
  const biff = xls.write(old, { bookType: 'biff8', type: 'buffer' }) as Buffer;
  const text = Buffer.from(
    grid.map((row) => row.map((cell) => `"${String(cell ?? '').replaceAll('"', '""')}"`).join(',')).join('\r\n'),
  );
  const card = Buffer.from('BEGIN:VCARD\r\nVERSION:3.0\r\nFN:李雷\r\nTEL:13800001111\r\nEND:VCARD\r\n');
  return [xlsx, biff, text, card, officeCrypto.encrypt(xlsx, { password: 'secret' }) as Buffer];
}

/** Reads a file to its end, as the reader's process does. */
async function readAll(path: string): Promise<Cell[][]> {
  const rows: Cell[][] = [];
  const sheet = (await openFile(path, 'secret')).sheet();
  await sheet.lastRow?.();
  for await (const row of sheet.rows) {
    rows.push(row);
    if (rows.length > 200_000) break;
  }
  return rows;
}

/** A small generator with a seed: a failure can be repeated. */
function randomOf(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function mutated(bytes: Buffer, random: (below: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  const at = random(copy.length);
  switch (random(5)) {
    case 0:
      return copy.subarray(0, at);
    case 1:
      for (let n = 0; n < 20; n += 1) copy[random(copy.length)] = random(256);
      return copy;
    case 2:
      return Buffer.concat([copy.subarray(0, at), copy.subarray(at + random(200))]);
    case 3:
      return Buffer.concat([copy.subarray(0, at), Buffer.alloc(random(300), random(256)), copy.subarray(at)]);
    default:
      copy.fill(random(256), at, Math.min(copy.length, at + random(64)));
      return copy;
  }
}

/** An archive of entries as they are, to say in it what no program for sheets writes. */
function zip(entries: Record<string, string>): Buffer {
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(entries)) {
    const body = Buffer.from(text);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(body), 10);
    common.writeUInt32LE(body.length, 14);
    common.writeUInt32LE(body.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, Buffer.from(name), body]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    list.push(Buffer.concat([Buffer.from('504b01021400', 'hex'), common, place, Buffer.from(name)]));
    parts.push(local);
    at += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(list.length, 4);
  end.writeUInt16LE(list.length, 6);
  end.writeUInt32LE(Buffer.concat(list).length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, ...list, Buffer.from('504b0506', 'hex'), end]);
}

/** The same archive with every figure in 64 bits, as streaming programs write it; `claimed` is its unpacked size. */
function wide(plain: Buffer, claimed?: bigint): Buffer {
  const end = plain.lastIndexOf(Buffer.from('504b0506', 'hex'));
  const list: Buffer[] = [];
  const start = plain.readUInt32LE(end + 16);
  for (let at = start; at < end; at += 46 + plain.readUInt16LE(at + 28)) {
    const entry = Buffer.from(plain.subarray(at, at + 46 + plain.readUInt16LE(at + 28)));
    const extra = Buffer.alloc(28);
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    extra.writeBigUInt64LE(claimed ?? BigInt(entry.readUInt32LE(24)), 4);
    extra.writeBigUInt64LE(BigInt(entry.readUInt32LE(20)), 12);
    extra.writeBigUInt64LE(BigInt(entry.readUInt32LE(42)), 20);
    for (const figure of [20, 24, 42]) entry.writeUInt32LE(0xffffffff, figure);
    entry.writeUInt16LE(extra.length, 30);
    list.push(entry, extra);
  }
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  const count = BigInt(plain.readUInt16LE(end + 10));
  record.writeBigUInt64LE(count, 24);
  record.writeBigUInt64LE(count, 32);
  record.writeBigUInt64LE(BigInt(Buffer.concat(list).length), 40);
  record.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(start + Buffer.concat(list).length), 8);
  locator.writeUInt32LE(1, 16);
  const last = Buffer.from(plain.subarray(end));
  last.fill(0xff, 8, 20);
  return Buffer.concat([plain.subarray(0, start), ...list, record, locator, last]);
}

/** A workbook of one sheet whose XML begins with `prolog` and holds the cells as they are. */
function handmade(prolog: string, cells: string[]): Buffer {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const documents = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const packages = 'http://schemas.openxmlformats.org/package/2006';
  const rows = cells.map(
    (cell, index) => `<row r="${index + 1}"><c r="A${index + 1}" t="inlineStr"><is><t>${cell}</t></is></c></row>`,
  );
  return zip({
    '[Content_Types].xml': `<Types xmlns="${packages}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${documents}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${documents}"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${documents}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `${prolog}<worksheet xmlns="${main}"><sheetData>${rows.join('')}</sheetData></worksheet>`,
  });
}

describe('sheet files', () => {
  it('in zip64 form are read within the same limits', async () => {
    const path = join(folder, 'wide.xlsx');
    const plain = handmade('', ['公司名称', '宽公司']);
    writeFileSync(path, wide(plain));
    expect(await readAll(path)).toEqual([['公司名称'], ['宽公司']]);
    writeFileSync(path, wide(plain, 1n << 50n));
    await expect(readAll(path)).rejects.toMatchObject({ code: 'sheet.bomb' });
    const cut = wide(plain);
    cut.fill(0, cut.length - 42, cut.length - 30);
    writeFileSync(path, cut);
    await expect(readAll(path)).rejects.toMatchObject({ code: expect.stringMatching(/^sheet\.(bomb|broken)$/) });
  });

  it('that define XML entities have nothing of them filled in', async () => {
    const path = join(folder, 'entities.xlsx');
    writeFileSync(path, handmade('', ['公司名称', '安&amp;全公司']));
    expect(await readAll(path)).toEqual([['公司名称'], ['安&全公司']]);
    const laughs = Array.from({ length: 12 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
    const prolog = `<!DOCTYPE x [<!ENTITY l0 "lol">${laughs}<!ENTITY file SYSTEM "file:///etc/hostname">]>`;
    writeFileSync(path, handmade(prolog, ['公司名称', '甲&l12;公司', '乙&file;公司']));
    const read = await readAll(path).catch((error: unknown) => error);
    // Refused, or read with the names of the entities standing as they are.
    if (!(read instanceof Error)) expect(read).toEqual([['公司名称'], ['甲&l12;公司'], ['乙&file;公司']]);
  });

  it('of old encodings keep their rows when single bytes are damaged', async () => {
    const path = join(folder, 'odd.csv');
    const rows = Array.from({ length: 50 }, (_, n) => `第${n}公司,1380000${1000 + n}`);
    const bytes = iconv.encode(['公司名称,电话', ...rows].join('\r\n'), 'gb18030');
    // Half a character at the end of a cell, and a byte no encoding has.
    const at = bytes.indexOf(Buffer.from('13800001007'));
    const odd = Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from('ff', 'hex'),
      bytes.subarray(at),
      Buffer.from('b9', 'hex'),
    ]);
    writeFileSync(path, odd);
    const read = await readAll(path);
    expect(read).toHaveLength(51);
    expect(read[0]).toEqual(['公司名称', '电话']);
    expect(read[20]).toEqual(['第19公司', '13800001019']);
    expect(read[8]?.[0]).toBe('第7公司');
  });

  it('are cut where their headings are cut, however many other marks their texts hold', () => {
    expect(delimiterOf('id\tauthors\n1\tA, B, C, D; E\n2\tF, G, H\n')).toBe('\t');
    expect(delimiterOf('id;price;size\n1;2,50;3,20\n2;1,00;4,10\n')).toBe(';');
    expect(delimiterOf('id,tags\n1,a;b;c\n2,d;e;f\n')).toBe(',');
    expect(delimiterOf('客户名单\nid;name\n1;x\n')).toBe(';');
    expect(delimiterOf('name\n')).toBe(',');
  });

  it('are counted without reading as they are read', async () => {
    const [xlsx = Buffer.alloc(0)] = await samples();
    const path = join(folder, 'whole.xlsx');
    writeFileSync(path, xlsx);
    const sheet = (await openFile(path, undefined)).sheet();
    expect(await sheet.lastRow?.()).toBe(grid.length);
    const rows = await readAll(path);
    expect(rows).toHaveLength(grid.length);
    // Merged downwards: each of the rows has the value.
    expect(rows.slice(1, 4).map((row) => row[3])).toEqual(Array(3).fill('备\n注,"'));
  });

  it('are unpacked only as far as their rows are taken', async () => {
    const path = join(folder, 'long.xlsx');
    const cells = Array.from({ length: 20_000 }, (_, n) => `第${n}公司 ${'x'.repeat(300)}`);
    writeFileSync(path, handmade('', cells));
    const turns = vi.spyOn(Pace.prototype, 'turn');
    let taken = 0;
    for await (const _ of (await openFile(path, undefined)).sheet().rows) {
      taken += 1;
      // A database that is slower than the reader.
      if (taken === 1) await new Promise((resolve) => setTimeout(resolve, 300));
      if (taken === 1) expect(turns.mock.calls.length).toBeLessThan(10);
    }
    expect([taken, turns.mock.calls.length > 25]).toEqual([20_000, true]);
  });

  it('are packed while they are written: the rows are not held until the end', async () => {
    const path = join(folder, 'written.xlsx');
    let onDisk = 0;
    async function* rows() {
      for (let n = 0; n < 20_000; n += 1) yield [`第${n}公司`, `${(n * 7_919) % 1_000_003} 号`];
      onDisk = statSync(path).size;
    }
    const columns = ['名称', '备注'].map((header) => ({ header, type: 'text' as const }));
    expect(await writeXlsx({ path, sheetName: '客户', columns, rows: rows() })).toBe(20_000);
    expect(onDisk).toBeGreaterThan(statSync(path).size / 2);
    expect((await readAll(path)).at(-1)?.[0]).toBe('第19999公司');
  });

  it('of several pages have the watermark and the filter once a page', async () => {
    const path = join(folder, 'pages.xlsx');
    async function* rows() {
      for (let n = 0; n < 5; n += 1) yield [`第${n}公司`];
    }
    const columns = [{ header: '名称', type: 'text' as const }];
    const mark = watermark('导出：张三 2026-11-26 10:05 用途：对账 编号：0123456789ab');
    await writeXlsx({ path, sheetName: '客户', columns, rows: rows(), watermark: mark }, 3);
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(path);
    expect(
      book.worksheets.map((page) => [page.autoFilter, page.rowCount, page.getCell(`A${page.rowCount}`).value]),
    ).toEqual([
      ['A1:A4', 6, mark],
      ['A1:A3', 5, mark],
    ]);
    expect(await (await openFile(path, undefined)).sheet().lastRow?.()).toBe(4);
    expect((await readAll(path)).flat()).toEqual(['名称', '第0公司', '第1公司', '第2公司']);
    // A customer may be called so: what has other cells is data.
    expect(isWatermark([mark, '上海'])).toBe(false);
    expect(isWatermark(['※ 备注', null])).toBe(false);
  });

  it('that are damaged end in rows or in an error, and never in a hang', async () => {
    // The reader of old workbooks tells the console what it does not know.
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const random = randomOf(20_261_125);
    const whole = await samples();
    let readable = 0;
    let refused = 0;
    for (let n = 0; n < 200; n += 1) {
      const path = join(folder, `damaged-${n}`);
      // Few encrypted ones: each costs a hundred thousand rounds of hashing by design.
      writeFileSync(path, mutated(whole[n % 20 === 0 ? 4 : n % 4] ?? Buffer.alloc(0), random));
      const timeout = new Promise<never>((_, reject) => {
        setTimeout(() => reject(new Error(`file ${n} hangs`)), 10_000).unref();
      });
      try {
        const rows = await Promise.race([readAll(path), timeout]);
        readable += 1;
        // What is handed on can be stored.
        for (const cell of rows.flat())
          if (typeof cell === 'string')
            expect(cell.isWellFormed() && !cell.includes('\0') && cell.length <= limits.cell).toBe(true);
      } catch (error) {
        if (error instanceof Error && error.message.endsWith('hangs')) throw error;
        refused += 1;
        if (error instanceof SheetError) expect(error.code).toMatch(/^sheet\./);
      }
    }
    expect([readable > 20, refused > 20]).toEqual([true, true]);
  }, 60_000);
});
