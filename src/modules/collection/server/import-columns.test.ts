import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { csv, type Grid, importer, xlsx } from '#test/imports.ts';

let t: TestApp;
const { upload, change, run, importRows, errorsOf, find, people, figures } = importer(() => t);
beforeAll(async () => {
  t = await startTestApp('exporter');
});
afterAll(() => t.close());

const draftOf = async (rows: Grid): Promise<Json> => (await upload('a.csv', csv(rows))).body;

describe('columns of the same heading', () => {
  const head = ['公司名称', '公司名称', '电话', '电话', '备注', '备注'];

  it('of list fields are joined, of a single value only the first is proposed', async () => {
    const draft = await draftOf([
      head,
      ['双列甲公司', 'Twin A Ltd', '13700010001', '0571-81230001', '首行', '次行'],
      ['双列乙公司', '', '13700010002', '137 0001 0002', '同样', '同样'],
      ['双列丙公司', '', '', '13700010003', '', '只有后一列'],
    ]);
    expect(draft.options.mapping).toEqual({
      0: 'customer.name',
      2: 'customer.phones',
      3: 'customer.phones',
      4: 'customer.remark',
      5: 'customer.remark',
    });
    const done = await run(draft);
    expect(await errorsOf(done)).toEqual([]);
    const values = async (name: string) => (await find(name))[0].values;
    const phones = (item: Json) => item.phones.map((phone: Json) => phone.value);
    const first = await values('双列甲公司');
    expect([phones(first), first.remark]).toEqual([['+8613700010001', '+8657181230001'], '首行\n次行']);
    const second = await values('双列乙公司');
    expect([phones(second), second.remark]).toEqual([['+8613700010002'], '同样']);
    const third = await values('双列丙公司');
    expect([phones(third), third.remark]).toEqual([['+8613700010003'], '只有后一列']);
  });

  it('are mapped each for itself and remembered by their place, apart from a sheet that has the heading once', async () => {
    const two: Grid = [
      ['单位全称', '代表', '代表'],
      ['记忆甲公司', '张三', '销售经理'],
    ];
    const draft = await draftOf(two);
    expect(draft.options.mapping).toEqual({});
    const mapped = await change(draft, {
      mapping: { 0: 'customer.name', 1: 'contact.name', 2: 'contact.position' },
    });
    await run(mapped);
    const [person] = await people((await find('记忆甲公司'))[0].id);
    expect(person.values).toMatchObject({ name: '张三', position: '销售经理' });
    const again = await draftOf([
      ['代表', '序', '代表', '单位全称'],
      ['李四', '1', '厂长', '记忆乙公司'],
    ]);
    expect(again.options.mapping).toEqual({ 0: 'contact.name', 2: 'contact.position', 3: 'customer.name' });
    expect(
      (
        await draftOf([
          ['单位全称', '代表'],
          ['记忆丙公司', '王五'],
        ])
      ).options.mapping,
    ).toEqual({ 0: 'customer.name' });
    // The first column stands for the name; the second is remembered without changing what the heading means alone.
    const names: Grid = [
      ['公司名称', '公司名称'],
      ['顺序公司', 'Sequence Ltd'],
    ];
    const swapped = await change(await draftOf(names), { mapping: { 0: 'customer.remark', 1: 'customer.name' } });
    expect(figures(await run(swapped)).created).toBe(1);
    expect(await find('Sequence Ltd')).toHaveLength(1);
    expect((await draftOf(names)).options.mapping).toEqual({ 0: 'customer.remark', 1: 'customer.name' });
    expect(
      (
        await draftOf([
          ['公司名称', '电话'],
          ['单独公司', ''],
        ])
      ).options.mapping[0],
    ).toBe('customer.name');
  });

  it('mapped to one text by hand are written together; of anything else two different values are an error', async () => {
    const rows: Grid = [
      ['公司名称', '公司名称', '成立日期', '成立日期', '国家'],
      ['合写公司', 'Together Ltd', '2001-02-03', '2001/2/3', '中国'],
      ['异日公司', '', '2001-02-03', '2002-02-03', '中国'],
      ['单日公司', '单日公司', '', '2003-02-03', '中国'],
    ];
    const mapping = { 0: 'customer.name', 1: 'customer.name', 2: 'customer.foundedOn', 3: 'customer.foundedOn' };
    const done = await importRows(rows, { mapping });
    expect(figures(done)).toMatchObject({ created: 2, failed: 1 });
    expect((await find('合写公司 Together Ltd'))[0].values.foundedOn).toBe('2001-02-03');
    expect((await find('单日公司'))[0].values.foundedOn).toBe('2003-02-03');
    const [wrong, ...others] = await errorsOf(done);
    expect([wrong.row, wrong.column, wrong.value, wrong.code]).toEqual([
      3,
      '成立日期 (D)',
      '2002-02-03',
      'import.twoValues',
    ]);
    expect(wrong.message).toContain('成立日期 (C)');
    expect(others).toEqual([]);
    expect((await errorsOf(done, t.admin, 'en-US'))[0].message).toContain('成立日期 (C)');
    const long = await importRows(
      [
        ['公司名称', '公司名称'],
        ['长'.repeat(150), '名'.repeat(150)],
      ],
      {
        mapping: { 0: 'customer.name', 1: 'customer.name' },
      },
    );
    expect((await errorsOf(long)).map((error) => error.column)).toEqual(['公司名称 (B)']);
  });

  it('come back both among the wrong rows, empty columns between them too, and import again once corrected', async () => {
    const done = await importRows([
      ['客户公司名称', '邮箱', '', '邮箱', '电话'],
      ['退回公司', 'fine@tuihui.cn', '', 'no mail', '13700010009'],
    ]);
    const [wrong] = await errorsOf(done);
    expect([wrong.column, wrong.value]).toEqual(['邮箱 (D)', 'no mail']);
    const book = new ExcelJS.Workbook();
    await book.xlsx.load((await t.admin.get(`/imports/${done.id}/rejected-rows`)).raw as unknown as ExcelJS.Buffer);
    const page = book.worksheets[0] as ExcelJS.Worksheet;
    expect(['A', 'B', 'C', 'D', 'E', 'F'].map((letter) => page.getCell(`${letter}1`).text)).toEqual([
      '客户公司名称',
      '邮箱',
      '',
      '邮箱',
      '电话',
      '未导入的原因',
    ]);
    expect(page.getCell('D2').text).toBe('no mail');
    expect(page.getCell('F2').text).toMatch(/^邮箱 \(D\): /);
    page.getCell('D2').value = 'also@tuihui.cn';
    const again = await upload('改.xlsx', Buffer.from((await book.xlsx.writeBuffer()) as ArrayBuffer));
    expect(figures(await run(again.body))).toEqual({ created: 1, updated: 0, skipped: 0, failed: 0 });
    const [found] = await find('退回公司');
    expect(found.values.emails.map((item: Json) => item.value)).toEqual(['fine@tuihui.cn', 'also@tuihui.cn']);
  });

  it('cannot both say who owns the customer', async () => {
    const draft = await draftOf([
      ['公司名称', '负责人', '负责人'],
      ['两主公司', '甲', '乙'],
    ]);
    expect(draft.options.mapping).toEqual({ 0: 'customer.name', 1: 'customer.owner' });
    const both = await change(draft, { mapping: { 0: 'customer.name', 1: 'customer.owner', 2: 'customer.owner' } });
    const refused = await t.admin.send('POST', `/imports/${draft.id}/start`, undefined, match(both.version));
    expect([refused.status, refused.body.errors[0].code]).toEqual([422, 'import.ownerColumns']);
  });
});

describe('headings that say the same twice', () => {
  it('are recognised by line and by language', async () => {
    const draft = await draftOf([
      ['公司名称\nCompany', '联系人 Contact person', 'E-mail邮箱', '电话/Phone', '电话/邮箱', '国家（地区）\nCountry'],
      ['双语公司', '', '', '', '', ''],
    ]);
    expect(draft.options.mapping).toEqual({
      0: 'customer.name',
      1: 'contact.name',
      2: 'customer.emails',
      3: 'customer.phones',
      5: 'customer.country',
    });
  });

  it('are found below a title, merged and in two lines, with blank rows between the customers', async () => {
    const bytes = await xlsx(
      [
        ['2026 年秋季展会客户登记表', null, null, null],
        [],
        ['公司名称', '联系方式', null, '备注'],
        [null, '电话', '邮箱', null],
        ['两行甲公司', '13700020001', 'a@lianghang.cn', '一'],
        [],
        [],
        ['两行乙公司', '号码', 'b@lianghang.cn', '二'],
        [' ', null, null, '\t'],
        ['两行丙公司', '13700020003', null, null],
      ],
      (sheet) => {
        for (const range of ['A1:D1', 'A3:A4', 'B3:C3', 'D3:D4']) sheet.mergeCells(range);
      },
    );
    const draft = (await upload('两行.xlsx', bytes)).body;
    expect(draft.options.headerRow).toBe(4);
    expect(Object.values(draft.options.mapping)).toEqual([
      'customer.name',
      'customer.phones',
      'customer.emails',
      'customer.remark',
    ]);
    const done = await run(draft);
    expect(figures(done)).toEqual({ created: 2, updated: 0, skipped: 0, failed: 1 });
    expect((await errorsOf(done)).map((error) => [error.row, error.column])).toEqual([[8, '电话']]);
  });

  it('alone make an import of nothing, told as such', async () => {
    const done = await run((await upload('表头.xlsx', await xlsx([['公司名称', '电话']]))).body);
    expect([done.state, done.rows.total, figures(done)]).toEqual([
      'done',
      0,
      { created: 0, updated: 0, skipped: 0, failed: 0 },
    ]);
  });
});

describe('words that are no option', () => {
  it('are explained once: the wrong rows go in, and the next sheet is understood', async () => {
    const rows = (n: string): Grid => [
      ['公司名称', '国别', '客户等级', '客户来源', '备注'],
      [`星级${n}（中国）公司`, '德国', '★★★', '展会', '老客户'],
      [`重点${n}公司`, '', '重点', '路过', ''],
      [`未定${n}公司`, '', 'A级', '展会', ''],
    ];
    const first = await importRows(rows('甲'));
    expect(figures(first)).toMatchObject({ created: 1, failed: 2 });
    const path = `/imports/${first.id}`;
    const { items } = (await t.admin.get(`${path}/unknown-choices`)).body;
    expect(items).toEqual([
      { heading: '客户来源', rows: 1, target: 'customer.source', value: '路过' },
      { heading: '客户等级', rows: 1, target: 'customer.grade', value: '★★★' },
      { heading: '客户等级', rows: 1, target: 'customer.grade', value: '重点' },
    ]);
    const meaning = (place: number, key: string | null) => ({
      target: items[place].target,
      value: items[place].value,
      meaning: key,
    });
    const wrong = await t.admin.send('POST', `${path}/repetition`, { meanings: [meaning(1, 'Z')] });
    expect([wrong.status, wrong.body.errors[0].field]).toEqual([422, 'meanings.0.meaning']);
    const meanings = [meaning(0, null), meaning(1, 'A'), meaning(2, 'B')];
    const again = await t.admin.send('POST', `${path}/repetition`, { meanings });
    expect([again.status, again.body.repeatOf]).toEqual([202, first.id]);
    await t.drain();
    const second = (await t.admin.get(`/imports/${again.body.id}`)).body;
    expect(second.rows).toMatchObject({ total: 2, done: 2, created: 2, failed: 0 });
    const [star] = await find('星级甲(中国)公司');
    expect(star.values).toMatchObject({ name: '星级甲（中国）公司', grade: 'A', country: 'DE', continent: 'EU' });
    const [major] = await find('重点甲公司');
    expect(major.values).toMatchObject({ grade: 'B', remark: '客户来源：路过' });
    expect((await t.admin.send('POST', `${path}/repetition`, {})).body.code).toBe('import.nothingWrong');
    expect(figures(await importRows(rows('乙')))).toMatchObject({ created: 3, failed: 0 });
  });

  it('may be names of countries nobody lists; phones and postcode then follow the country meant', async () => {
    const rows = (n: string): Grid => [
      ['公司名称', '国别', '电话', '邮政编码', '备注'],
      [`${n}一`, '老毛子', '8 495 123-45-67', '101000', ''],
      [`${n}二`, '火星', '', '', '远'],
      [`${n}三`, '中国', '', '12345', ''],
    ];
    const first = await importRows(rows('国名'));
    expect((await errorsOf(first)).map(({ column, code }) => [column, code])).toEqual([
      ['国别', 'country.unknown'],
      ['电话', 'phone.invalid'],
      ['国别', 'country.unknown'],
      ['邮政编码', 'postcode.china'],
    ]);
    const path = `/imports/${first.id}`;
    const words = (await t.admin.get(`${path}/unknown-choices`)).body.items;
    expect(words.map(({ target, value }: Json) => [target, value]).sort()).toEqual([
      ['customer.country', '火星'],
      ['customer.country', '老毛子'],
    ]);
    const meant = (value: string, meaning: string | null) => ({ target: 'customer.country', value, meaning });
    const none = await t.admin.send('POST', `${path}/repetition`, { meanings: [meant('火星', 'XX')] });
    expect(none.body.errors[0]).toMatchObject({ field: 'meanings.0.meaning', code: 'country.unknown' });
    const meanings = [meant('老毛子', 'RU'), meant('火星', null)];
    const again = await t.admin.send('POST', `${path}/repetition`, { meanings });
    await t.drain();
    expect((await t.admin.get(`/imports/${again.body.id}`)).body.rows).toMatchObject({ created: 2, failed: 1 });
    const [one] = await find('国名一');
    expect(one.values).toMatchObject({ country: 'RU', phones: [{ value: '+74951234567' }], postcode: '101000' });
    const [two] = await find('国名二');
    expect(two.values).toMatchObject({ remark: '远\n国别：火星' });
    // The next sheet is understood; its first row is known by the phone.
    expect(figures(await importRows(rows('邦名')))).toMatchObject({ created: 1, skipped: 1, failed: 1 });
  });
});
