import { deflateRawSync } from 'node:zlib';
import * as xls from '@e965/xlsx';
import ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import officeCrypto from 'officecrypto-tool';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vcardColumns } from '#platform/vcard/rows.ts';
import { type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { csv, type Grid, importer, xlsx } from '#test/imports.ts';

let t: TestApp;
const { upload, change, run, importRows, errorsOf, undo, find, people, figures } = importer(() => t);
beforeAll(async () => {
  t = await startTestApp('exporter');
});
afterAll(() => t.close());

const exhibition = [
  '邮箱',
  '邮箱2',
  '联系人',
  '客户公司名称',
  '网站',
  '电话',
  '国家',
  '洲',
  '备注',
  '客户等级',
] as const;

describe('reading vCards', () => {
  it('shows beside each card the lines that were not read, which stay out unless mapped', async () => {
    const file = [
      ...[
        'BEGIN:VCARD',
        'VERSION:3.0',
        'FN:詹可卡',
        'ORG:湖州名片五金厂',
        'TEL;TYPE=CELL:13957200011',
        'X-QQ:12345',
        'END:VCARD',
      ],
      ...['BEGIN:VCARD', 'VERSION:4.0', 'FN:蒲可卡', 'ORG:嘉兴名片五金厂', 'END:VCARD'],
    ];
    const draft = await upload('people.vcf', Buffer.from(file.join('\r\n')));
    const last = draft.body.columns.length - 1;
    expect(draft.body.columns[last].heading).toBe('vCard lines not read');
    expect(draft.body.preview.map((row: Json) => row[last] ?? null)).toEqual(['6: X-QQ:12345', null]);
    // Each heading is recognised as the field its values are meant for.
    expect(Object.values(draft.body.options.mapping)).toEqual(vcardColumns.map(([, part, key]) => `${part}.${key}`));
    expect(Object.keys(draft.body.options.mapping)).not.toContain(String(last));
    const done = await run(draft.body);
    expect(await errorsOf(done)).toEqual([]);
    expect(done.rows.created).toBe(2);
    expect((await find('湖州名片五金厂'))[0].values.remark).toBeUndefined();
  });
});

describe('reading sheets', () => {
  const row = (n: string) => [
    `info@${n}.de`,
    `sales@${n}.de`,
    `Anna ${n}`,
    `${n} GmbH`,
    `https://www.${n}.de/en/contact?a=1`,
    '+49 30 901820',
    '德国',
    '欧洲',
    '要样品，\n下单前确认"包装"',
    'A',
  ];
  const sheet = (n: string): Grid => [['2026 春季广交会客户名单'], [], [...exhibition], row(n)];

  it.each<[string, () => Promise<Buffer> | Buffer]>([
    ['xlsx', () => xlsx(sheet('xlsxco'))],
    [
      'xls',
      () => {
        const book = xls.utils.book_new();
        xls.utils.book_append_sheet(book, xls.utils.aoa_to_sheet(sheet('xlsco')), '客户');
        return xls.write(book, { bookType: 'biff8', type: 'buffer' }) as Buffer;
      },
    ],
    ['utf8', () => Buffer.from(csv(sheet('utfco')))],
    ['utf8 with mark, semicolons', () => Buffer.from(`\ufeff${csv(sheet('bomco'), ';')}`)],
    ['gb18030 with tabs', () => iconv.encode(csv(sheet('gbco'), '\t'), 'gb18030')],
    ['utf16', () => iconv.encode(csv(sheet('wideco'), '\t'), 'utf16le', { addBOM: true })],
    ['utf16 big end first', () => iconv.encode(csv(sheet('bigendco'), '\t'), 'utf-16be', { addBOM: true })],
  ])('the exhibition sheet as %s needs no mapping', async (_kind, make) => {
    const draft = await upload('展会.dat', await make());
    expect(draft.status, JSON.stringify(draft.body)).toBe(201);
    expect(draft.body.options.headerRow).toBe(3);
    expect(draft.body.columns.map((column: Json) => column.heading)).toEqual([...exhibition]);
    expect(Object.keys(draft.body.options.mapping)).toHaveLength(10);
    const company = draft.body.preview[0][3];
    const done = await run(draft.body);
    expect(await errorsOf(done)).toEqual([]);
    // The same phone in each sheet: only the first is new.
    const [found] = await find(company);
    if (done.rows.created === 1) {
      expect(found.values).toMatchObject({ country: 'DE', continent: 'EU', grade: 'A' });
      expect(found.values.remark).toBe('要样品，\n下单前确认"包装"');
      expect(found.values.emails.map((item: Json) => item.value)).toEqual(row(company.split(' ')[0]).slice(0, 2));
      expect(found.values.websites[0]).toMatchObject({ value: row(company.split(' ')[0])[4], valid: true });
      const [person] = await people(found.id);
      expect(person.values).toMatchObject({ name: `Anna ${company.split(' ')[0]}`, isPrimary: true });
    } else expect(figures(done)).toEqual({ created: 0, updated: 0, skipped: 1, failed: 0 });
    await undo(done);
  });

  it.each([
    [['Company Name*', 'Contact Person', 'E-mail', 'Tel.', 'Website', 'Country/Region', 'Remarks', 'Level']],
    [['公司名称（必填）', '联系人姓名', '电子邮箱', '联系电话', '网址', '国家/地区', '备注：', '客户级别']],
    [['Ｃｏｍｐａｎｙ', 'contact_name', 'EMAIL', 'Phone Number', 'web', 'country', 'note', 'Grade']],
  ])('recognises %s', async (headings) => {
    const draft = await upload('x.csv', csv([headings, headings.map((_, index) => `v${index}`)]));
    expect(Object.values(draft.body.options.mapping)).toEqual([
      'customer.name',
      'contact.name',
      'customer.emails',
      'customer.phones',
      'customer.websites',
      'customer.country',
      'customer.remark',
      'customer.grade',
    ]);
  });

  it('reads dates, numbers, codes, formulas and rich text as a person sees them', async () => {
    const bytes = await xlsx(
      [
        ['公司名称', '电话', '邮政编码', '成立日期', '备注', '标签'],
        ['数字公司', 13_800_138_001, 10_020, new Date(Date.UTC(1998, 1, 28)), 12.5, null],
        ['序号公司', 57_188_888_888, '310000', 36_526, true, null],
        ['公式公司', null, null, '2001年3月4日', null, null],
        ['长号公司', 1.2345678901234567e20, null, '2001-02-30', null, null],
      ],
      (page) => {
        page.getCell('E4').value = { formula: 'A4&"!"', result: '公式公司!' };
        page.getCell('E5').value = { formula: '1/0', result: { error: '#DIV/0!' } };
        page.getCell('A6').value = { richText: [{ text: '富' }, { font: { bold: true }, text: '文本公司' }] };
        page.getCell('B6').value = { text: '010-12345678', hyperlink: 'tel:010' };
      },
    );
    const draft = await upload('数.xlsx', bytes);
    const done = await run(draft.body);
    const wrong = await errorsOf(done);
    expect(wrong.map((error) => [error.row, error.column, error.code])).toEqual([
      [5, '电话', 'import.digitsLost'],
      [5, '成立日期', 'date.noSuchDay'],
      [5, '备注', 'import.cellError'],
    ]);
    const [numbers] = await find('数字公司');
    expect(numbers.values).toMatchObject({ postcode: '010020', foundedOn: '1998-02-28', remark: '12.5' });
    expect(numbers.values.phones[0].value).toBe('+8613800138001');
    expect((await find('序号公司'))[0].values).toMatchObject({ foundedOn: '2000-01-01' });
    expect((await find('序号公司'))[0].values.phones[0].value).toBe('+8657188888888');
    expect((await find('公式公司'))[0].values).toMatchObject({ foundedOn: '2001-03-04', remark: '公式公司!' });
    expect(await find('富文本公司')).toHaveLength(1);
    expect(wrong.every((error) => !error.message.startsWith('errors.'))).toBe(true);
  });

  it('fills merged cells and reads the first visible sheet', async () => {
    const bytes = await xlsx(
      [
        ['公司名称', '联系人', '国家'],
        ['合并公司', '甲', '法国'],
        [null, '乙', null],
      ],
      (page, book) => {
        page.mergeCells('A2:A3');
        page.mergeCells('C2:C3');
        const hidden = book.addWorksheet('隐藏');
        hidden.addRow(['无关']);
        hidden.state = 'hidden';
        // Moved to the front, as templates keep their lists.
        (hidden as unknown as { orderNo: number }).orderNo = -1;
      },
    );
    const draft = await upload('合并.xlsx', bytes);
    const ready = await change(draft.body, { duplicates: 'fill' });
    const done = await run(ready);
    expect(await errorsOf(done)).toEqual([]);
    const found = await find('合并公司');
    expect(found).toHaveLength(1);
    expect((await people(found[0].id)).map((person) => person.values.name).sort()).toEqual(['乙', '甲']);
  });

  it('finds the sheet with the customers among several, and takes another when told', async () => {
    const bytes = await xlsx([['填写说明'], ['公司名称必填']], (page, book) => {
      page.name = '说明';
      const hidden = book.addWorksheet('字典');
      for (const line of [[...exhibition], row('dictionary')]) hidden.addRow(line);
      hidden.state = 'veryHidden';
      const main = book.addWorksheet('客户 & 展商');
      for (const line of sheet('mehrco')) main.addRow(line);
      book.addWorksheet('空');
      const more = book.addWorksheet('去年');
      for (const line of [
        ['公司名称', '备注'],
        ['去年公司', '老客户'],
      ])
        more.addRow(line);
    });
    const draft = (await upload('多表.xlsx', bytes)).body;
    expect(draft.sheets).toEqual(['说明', '客户 & 展商', '去年']);
    expect(draft.options).toMatchObject({ sheet: '客户 & 展商', headerRow: 3 });
    const unknown = await t.admin.send('PATCH', `/imports/${draft.id}`, { sheet: '字典' }, match(draft.version));
    expect([unknown.status, unknown.body.code]).toEqual([400, 'import.sheet']);
    const other = await change(draft, { sheet: '去年' });
    expect(other.options).toMatchObject({ headerRow: 1, mapping: { 0: 'customer.name', 1: 'customer.remark' } });
    expect(other.preview).toEqual([['去年公司', '老客户']]);
    expect(figures(await run(other))).toMatchObject({ created: 1, failed: 0 });
    expect((await find('去年公司'))[0].values.remark).toBe('老客户');
    expect(await find('mehrco GmbH')).toEqual([]);
  });

  it('takes the lower of two heading rows that say the same, and nothing where a cell says so', async () => {
    const done = await importRows([
      ['公司名称', '电话', '邮箱', '国家', '洲', '客户等级'],
      ['Company', 'Phone', 'Email', 'Country', 'Continent', 'Grade'],
      ['双头公司', '无', 'N/A', 'Alemania', '欧洲', 'A类'],
      ['错号公司', '1.38001E+10', 'x@nowhere', '-', '北美', '★★★'],
    ]);
    expect(done.options.headerRow).toBe(2);
    expect((await errorsOf(done)).map(({ row: line, column, value, code }) => [line, column, value, code])).toEqual([
      [4, 'Phone', '1.38001E+10', 'import.digitsLost'],
      [4, 'Email', 'x@nowhere', 'email.domain'],
      [4, 'Grade', '★★★', 'choice.unknown'],
    ]);
    const [found] = await find('双头公司');
    expect(found.values).toMatchObject({ country: 'DE', continent: 'EU', grade: 'A' });
    expect([found.values.phones, found.values.emails]).toEqual([undefined, undefined]);
  });

  it('recomputes columns when another heading row is chosen, and remembers corrected headings', async () => {
    const rows: Grid = [
      ['公司', '电话', '备注'],
      ['主办方', '参展商', '暗号甲'],
      ['组委会', '改行公司', 'x'],
    ];
    const draft = (await upload('a.csv', csv(rows))).body;
    expect(draft.options.headerRow).toBe(1);
    const second = await change(draft, { headerRow: 2 });
    expect(second.columns.map((column: Json) => column.heading)).toEqual(['主办方', '参展商', '暗号甲']);
    expect(second.preview).toEqual([['组委会', '改行公司', 'x']]);
    expect(second.options.mapping).toEqual({});
    const far = await t.admin.send('PATCH', `/imports/${draft.id}`, { headerRow: 900 }, match(second.version));
    expect(far.body.errors[0]).toMatchObject({ field: 'headerRow', code: 'import.headerRow' });
    const mapped = await change(second, { mapping: { 1: 'customer.name', 2: 'customer.remark' } });
    expect((await run(mapped)).rows.created).toBe(1);
    const again = (await upload('b.csv', csv([['参展商', '暗号甲', '主办方'], ['又一公司']]))).body;
    expect(again.options.mapping).toEqual({ 0: 'customer.name', 1: 'customer.remark' });
    // Forgotten again when the correction is taken back.
    await change(again, { mapping: { 0: 'customer.name' } });
    const third = (await upload('c.csv', csv([['参展商', '暗号甲'], ['再一公司']]))).body;
    expect(third.options.mapping).toEqual({ 0: 'customer.name' });
  });
});

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
    expect([page?.getRow(1).values].flat()).toEqual(['客户公司名称', '邮箱', '国家', '成立日期', '=SUM(A1)', '原因']);
    expect(page?.rowCount).toBe(2);
    expect(page?.getCell('E2').value).toBe('=1+1');
    expect(page?.getCell('F2').text).toMatch(/邮箱: .+; 国家: .+/);
    page?.getCell('B2') && Object.assign(page.getCell('B2'), { value: 'good@huicheng.de' });
    page?.getCell('C2') && Object.assign(page.getCell('C2'), { value: '德国' });
    const again = await upload('改.xlsx', Buffer.from((await book.xlsx.writeBuffer()) as ArrayBuffer));
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
