import * as xls from '@e965/xlsx';
import iconv from 'iconv-lite';
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
    const english = await upload('people.csv', csv([vcardColumns.map(([heading]) => heading['en-US']), ['Ltd', 'A']]));
    expect(Object.values(english.body.options.mapping)).toEqual(vcardColumns.map(([, part, key]) => `${part}.${key}`));
    const draft = await upload('people.vcf', Buffer.from(file.join('\r\n')));
    const last = draft.body.columns.length - 1;
    expect(draft.body.columns.map((column: Json) => column.heading)).toEqual([
      ...vcardColumns.map(([heading]) => heading['zh-CN']),
      '没有读入的 vCard 行',
    ]);
    expect(draft.body.preview.map((row: Json) => row[last] ?? null)).toEqual(['6: X-QQ:12345', null]);
    // Each heading is recognised as the field its values are meant for.
    expect(Object.values(draft.body.options.mapping)).toEqual(vcardColumns.map(([, part, key]) => `${part}.${key}`));
    expect(Object.keys(draft.body.options.mapping)).not.toContain(String(last));
    const done = await run(draft.body);
    expect(await errorsOf(done)).toEqual([]);
    expect(done.rows.created).toBe(2);
    expect((await find('湖州名片五金厂'))[0].values.remark).toBeUndefined();
  });

  it('says of a card file that there is no card in it, instead of taking its lines for a sheet', async () => {
    for (const content of ['联系人,电话\r\n王小明,13800138000', 'hello', 'BEGIN:VCARD\r\nTEL:13800138000\r\n'])
      expect((await upload('people.VCF', Buffer.from(content))).body).toMatchObject({
        status: 422,
        code: 'sheet.noCard',
        title: '文件里没有名片（vCard）。',
      });
    expect((await upload('people.csv', Buffer.from('联系人,电话\r\n王小明,13800138000'))).status).toBe(201);
  });
});

describe('reading sheets', () => {
  it('shows of each column its first values, wherever in the first rows they stand', async () => {
    const rows = Array.from({ length: 9 }, (_, n) => [`样值工厂${n}`, n === 8 ? '0573-82051234' : '']);
    const { body } = await upload('sparse.csv', csv([['客户公司名称', '传真'], ...rows]));
    expect(body.columns.map((column: Json) => column.samples)).toEqual([
      rows.slice(0, 5).map(([name]) => name),
      ['0573-82051234'],
    ]);
  });

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
