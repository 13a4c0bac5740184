import { deflateRawSync } from 'node:zlib';
import ExcelJS from 'exceljs';
import officeCrypto from 'officecrypto-tool';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { csv, type Grid, importer, xlsx } from '#test/imports.ts';

let t: TestApp;
const { upload, change, run, importRows, errorsOf, find, figures } = importer(() => t);
beforeAll(async () => {
  t = await startTestApp('exporter');
});
afterAll(() => t.close());

describe('wrong files and wrong cells', () => {
  it('answers every broken or hostile file clearly', async () => {
    const picture = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    const good = await xlsx([['公司名称'], ['锁公司']]);
    const locked = officeCrypto.encrypt(good, { password: 'secret-1' });
    const bomb = lyingZip(good);
    const cases: [string, Buffer, string | undefined, string][] = [
      ['empty.xlsx', Buffer.alloc(0), undefined, 'sheet.empty'],
      ['blank.csv', Buffer.from('\r\n,,\r\n  '), undefined, 'sheet.empty'],
      ['picture.xlsx', picture, undefined, 'sheet.unknownType'],
      ['page.xls', Buffer.from('<html><table><tr><td>公司</td></tr></table>'), undefined, 'sheet.unknownType'],
      ['broken.xlsx', Buffer.from('PK\u0003\u0004 this is not a workbook'), undefined, 'sheet.broken'],
      ['cut.xlsx', good.subarray(0, good.length - 200), undefined, 'sheet.broken'],
      [
        'old.xls',
        Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]),
        undefined,
        'sheet.broken',
      ],
      ['locked.xlsx', locked, undefined, 'sheet.passwordNeeded'],
      ['locked.xlsx', locked, 'wrong', 'sheet.passwordWrong'],
      ['bomb.xlsx', declaredBomb(good), undefined, 'sheet.bomb'],
      ['liar.xlsx', bomb, undefined, 'sheet.broken'],
    ];
    for (const [name, bytes, password, code] of cases) {
      const answer = await upload(name, bytes, password);
      expect([name, answer.status, answer.body.code]).toEqual([name, 422, code]);
      expect(answer.body.title, name).not.toMatch(/^errors\./);
    }
    const opened = await upload('locked.xlsx', locked, 'secret-1');
    expect(opened.status, JSON.stringify(opened.body)).toBe(201);
    expect(JSON.stringify(opened.body)).not.toContain('secret-1');
    expect((await run(opened.body)).rows.created).toBe(1);
    const none = await t.admin.send('POST', '/imports', { file: 'x' });
    expect(none.status).toBe(415);
  }, 60_000);

  it('lists long, unwritable and strange cells and never fails', async () => {
    const wide = Array.from({ length: 300 }, (_, index) => `列${index}`);
    const rows: Grid = [
      ['公司名称', '备注', '电话', ...wide],
      ['怪字符\u0000公司', 'a\u0007b', ''],
      ['表情😀𠮷公司', '\u{1f468}\u200d\u{1f469}', ''],
      ['长备注公司', 'x'.repeat(1_000_000), ''],
      ['n'.repeat(300), '', ''],
      ['科学公司', '', '1.38E+10'],
      ['', '没有名称', ''],
    ];
    const done = await importRows(rows);
    expect(done.state, JSON.stringify((await t.admin.get(`/jobs/${done.jobId}`)).body)).toBe('done');
    expect(figures(done)).toEqual({ created: 2, updated: 0, skipped: 0, failed: 4 });
    expect((await errorsOf(done)).map((error) => [error.row, error.column, error.code])).toEqual([
      [4, '备注', 'input.tooLong'],
      [5, '公司名称', 'input.tooLong'],
      [6, '电话', 'import.digitsLost'],
      [7, '公司名称', 'input.required'],
    ]);
    expect(await find('怪字符公司')).toHaveLength(1);
    expect(await find('表情😀𠮷公司')).toHaveLength(1);
    const english = await errorsOf(done, t.admin, 'en-US');
    expect(english[3].message).toMatch(/[a-z]/);
    const surrogate = await importRows(await xlsx([['公司名称'], ['半\ud842字公司']]));
    expect(surrogate.rows.created).toBe(1);
    const headerOnly = await importRows([['公司名称', '电话']]);
    expect(headerOnly).toMatchObject({ state: 'done', rows: { total: 0, created: 0 } });
    const thousand = await upload('w.csv', csv([Array.from({ length: 1200 }, (_, index) => `c${index}`)]));
    expect(thousand.body.code).toBe('sheet.tooManyColumns');
    const widest = await upload(
      'w.xlsx',
      await xlsx([['公司名称'], ['宽公司']], (page) => (page.getCell(1, 16_384).value = 'x')),
    );
    expect(widest.body.code).toBe('sheet.tooManyColumns');
    const twice = await importRows([
      ['公司名称', '电话', '电话'],
      ['重列公司', '13600001111', '13600002222'],
    ]);
    expect(figures(twice)).toMatchObject({ created: 1, failed: 0 });
    expect((await find('重列公司'))[0].values.phones).toHaveLength(2);
  });

  it('gives the wrong rows back as a sheet that imports again once corrected', async () => {
    const done = await importRows([
      ['客户公司名称', '邮箱', '国家', '成立日期', '=SUM(A1)'],
      ['回程甲公司', 'not a mail', '火星', '2020-01-02', '=1+1'],
      ['回程乙公司', 'ok@huicheng.cn', '中国', '', ''],
    ]);
    expect(figures(done)).toMatchObject({ created: 1, failed: 1 });
    const sheet = await t.admin.get(`/imports/${done.id}/rejected-rows`);
    expect(sheet.status).toBe(200);
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(sheet.raw as unknown as ExcelJS.Buffer);
    const page = book.worksheets[0];
    expect([page?.getRow(1).values].flat()).toEqual([
      '客户公司名称',
      '邮箱',
      '国家',
      '成立日期',
      '=SUM(A1)',
      '未导入的原因',
    ]);
    expect(page?.rowCount).toBe(2);
    expect(page?.getCell('E2').value).toBe('=1+1');
    expect(page?.getCell('F2').text).toMatch(/邮箱: .+; 国家: .+/);
    page?.getCell('B2') && Object.assign(page.getCell('B2'), { value: 'good@huicheng.de' });
    page?.getCell('C2') && Object.assign(page.getCell('C2'), { value: '德国' });
    const again = await upload('改.xlsx', Buffer.from((await book.xlsx.writeBuffer()) as ArrayBuffer));
    expect(again.body.columns.map((column: Json) => column.heading)).not.toContain('未导入的原因');
    const fixed = await run(again.body);
    expect(figures(fixed)).toEqual({ created: 1, updated: 0, skipped: 0, failed: 0 });
    expect((await find('回程甲公司'))[0].values).toMatchObject({ country: 'DE', foundedOn: '2020-01-02' });
  });

  it('refuses what cannot be meant before it starts', async () => {
    const draft = (
      await upload(
        'x.csv',
        csv([
          ['甲', '乙'],
          ['1', '2'],
        ]),
      )
    ).body;
    const start = (version: number) => t.admin.send('POST', `/imports/${draft.id}/start`, undefined, match(version));
    expect((await start(draft.version)).body.errors[0].code).toBe('import.nameColumn');
    const patch = (body: Json) => t.admin.send('PATCH', `/imports/${draft.id}`, body, match(draft.version));
    expect((await patch({ mapping: { 0: 'customer.nonsense' } })).status).toBe(400);
    expect((await patch({ mapping: { 0: 'customer.number' } })).status).toBe(400);
    expect((await patch({ mapping: { 9: 'customer.name' } })).body.code).toBe('import.column');
    expect((await patch({ duplicates: 'merge' })).status).toBe(422);
    expect((await t.admin.send('PATCH', `/imports/${draft.id}`, {})).status).toBe(428);
    const mapped = await change(draft, { mapping: { 0: 'customer.name', 1: 'customer.gender' }, kind: 'company' });
    const started = await start(mapped.version);
    expect([started.status, started.body.errors[0].code]).toEqual([422, 'import.notForKind']);
    expect((await start(1)).status).toBe(412);
  });
});

/** A workbook whose directory declares a petabyte. */
function declaredBomb(good: Buffer): Buffer {
  const bytes = Buffer.from(good);
  const entry = Buffer.from('504b0102', 'hex');
  for (let at = bytes.indexOf(entry); at > 0; at = bytes.indexOf(entry, at + 1))
    bytes.writeUInt32LE(0xf0000000, at + 24);
  return bytes;
}

/** A workbook that unpacks to far more than its directory declares. */
function lyingZip(good: Buffer): Buffer {
  const name = 'xl/worksheets/sheet1.xml';
  const head =
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>';
  const packed = deflateRawSync(Buffer.concat([Buffer.from(head), Buffer.alloc(700_000_000, 'x')]), { level: 1 });
  const central = Buffer.from('504b0102', 'hex');
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  const end = good.lastIndexOf(Buffer.from('504b0506', 'hex'));
  for (let at = good.readUInt32LE(end + 16); good.subarray(at, at + 4).equals(central); ) {
    const length = 46 + good.readUInt16LE(at + 28) + good.readUInt16LE(at + 30) + good.readUInt16LE(at + 32);
    const entry = Buffer.from(good.subarray(at, at + length));
    const own = entry.toString('latin1', 46, 46 + entry.readUInt16LE(28));
    const from = entry.readUInt32LE(42);
    const start = from + 30 + good.readUInt16LE(from + 26) + good.readUInt16LE(from + 28);
    const data = own === name ? packed : good.subarray(start, start + entry.readUInt32LE(20));
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(entry.readUInt16LE(10), 8);
    for (const [target, source] of [
      [14, 16],
      [22, 24],
    ] as const)
      local.writeUInt32LE(entry.readUInt32LE(source), target);
    local.writeUInt32LE(data.length, 18);
    local.writeUInt16LE(own.length, 26);
    entry.writeUInt16LE(0, 8);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(offset, 42);
    parts.push(local, Buffer.from(own, 'latin1'), data);
    offset += 30 + own.length + data.length;
    directory.push(entry);
    at += length;
  }
  const tail = Buffer.from(good.subarray(end));
  const list = Buffer.concat(directory);
  tail.writeUInt32LE(list.length, 12);
  tail.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, list, tail]);
}
