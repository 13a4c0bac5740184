import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { type Grid, importer } from '#test/imports.ts';

let t: TestApp;
const { importRows, errorsOf, undo, find, people, figures } = importer(() => t);
beforeAll(async () => {
  t = await startTestApp('general');
});
afterAll(() => t.close());

const head = ['客户公司名称', '联系人', '电话', '邮箱', '信用代码', '备注', '国家'];
const card = async (id: string): Promise<Json> => (await t.admin.get(`/customers/${id}`)).body;

describe('known customers', () => {
  it.each(['skip', 'update', 'fill', 'create'] as const)('%s: by phone, email, name and code', async (mode) => {
    const n = ['skip', 'update', 'fill', 'create'].indexOf(mode);
    const first = await importRows([
      head,
      [`${mode}甲有限公司`, '', `1380000100${n}`, '', '', '', ''],
      [`${mode}乙有限公司`, '', '', `b${n}@known.cn`, '', '旧备注', ''],
      [`杭州市${mode}丙商贸有限公司`, '', '', '', '', '', ''],
    ]);
    expect(figures(first)).toEqual({ created: 3, updated: 0, skipped: 0, failed: 0 });
    const told = await t.admin.get('/notifications');
    expect(told.body.items[0]).toMatchObject({ type: 'import.done', params: { created: 3, updated: 0, failed: 0 } });
    const second = await importRows(
      [
        head,
        [`${mode}甲改名公司`, '李雷', `+86 138-0000-100${n}`, '', '', '新', '中国'],
        [`${mode}乙有限公司`, '', '', `B${n}@KNOWN.CN`, '', '新备注', '中国'],
        [`${mode}丙商贸`, '', '', '', '', '丙备注', '中国'],
        [`全新${mode}公司`, '', '', '', '', '', ''],
      ],
      { duplicates: mode },
    );
    expect(await errorsOf(second)).toEqual([]);
    if (mode === 'skip') expect(figures(second)).toEqual({ created: 1, updated: 0, skipped: 3, failed: 0 });
    if (mode === 'create') expect(figures(second)).toEqual({ created: 4, updated: 0, skipped: 0, failed: 0 });
    if (mode === 'update') {
      expect(figures(second)).toEqual({ created: 1, updated: 3, skipped: 0, failed: 0 });
      const [renamed] = await find('update甲改名公司');
      expect(renamed.values).toMatchObject({ remark: '新', country: 'CN' });
      expect((await people(renamed.id)).map((person) => person.values.name)).toEqual(['李雷']);
      expect((await find('update乙有限公司'))[0].values.remark).toBe('新备注');
    }
    if (mode === 'fill') {
      expect(figures(second)).toEqual({ created: 1, updated: 3, skipped: 0, failed: 0 });
      expect(await find('fill甲改名公司')).toEqual([]);
      expect((await find('fill甲有限公司'))[0].values).toMatchObject({ remark: '新', country: 'CN' });
      expect((await find('fill乙有限公司'))[0].values).toMatchObject({ remark: '旧备注', country: 'CN' });
    }
  });

  it('twins inside one file are treated like known customers, wherever a batch ends', async () => {
    const rows: Grid = [head];
    // 501 rows put the second mention of the last company into the next batch.
    for (let n = 0; n < 499; n += 1) rows.push([`孪生${n}公司`, `甲${n}`, '', '', '', '', '']);
    rows.push(['孪生1公司', '乙1', '', 't1@twin.cn', '', '补', '']);
    rows.push(['孪生2公司', '甲2', '', '', '', '补', '法国']);
    rows.push(['孪生2公司', '丙2', '', '', '', '再补', '']);
    const filled = await importRows(rows, { duplicates: 'fill' });
    expect(figures(filled)).toEqual({ created: 499, updated: 3, skipped: 0, failed: 0 });
    const [one] = await find('孪生1公司');
    expect(one.values.remark).toBe('补');
    expect((await people(one.id)).map((person) => person.values.name).sort()).toEqual(['乙1', '甲1']);
    const [two] = await find('孪生2公司');
    expect(two.values).toMatchObject({ remark: '补', country: 'FR' });
    expect(await people(two.id)).toHaveLength(2);
  }, 60_000);

  it('a person’s number in a sheet of persons finds the customer', async () => {
    const headings = ['公司名称', '联系人', '手机'];
    await importRows([headings, ['手机公司', '王五', '13911112222']]);
    const again = await importRows([headings, ['另名公司', '王五', '139 1111 2222']]);
    expect(figures(again)).toMatchObject({ created: 0, skipped: 1 });
  });

  it('lists a row whose value must be unique and writes the others', async () => {
    const made = await t.admin.send('POST', '/fields', {
      object: 'customer',
      key: 'memberNo',
      type: 'text',
      label: { zh: '会员号', en: 'Member number' },
      section: 'basics',
      unique: true,
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const done = await importRows([
      ['公司名称', '会员号'],
      ['唯一甲公司', 'M-1'],
      ['唯一乙公司', 'm-1'],
      ['唯一丙公司', 'M-3'],
    ]);
    expect(figures(done)).toEqual({ created: 2, updated: 0, skipped: 0, failed: 1 });
    expect((await errorsOf(done)).map((error) => [error.row, error.column, error.value, error.code])).toEqual([
      [3, '会员号', 'm-1', 'field.notUnique'],
    ]);
    expect((await t.admin.get(`/imports/${done.id}/rejected-rows`)).status).toBe(200);

    const updated = await importRows(
      [
        ['公司名称', '会员号'],
        ['唯一甲公司', 'M-9'],
        ['唯一丙公司', 'M-9'],
      ],
      { duplicates: 'update' },
    );
    expect(figures(updated)).toEqual({ created: 0, updated: 1, skipped: 0, failed: 1 });
    await importRows([
      ['公司名称', '会员号'],
      ['唯一丁公司', 'M-1'],
    ]);
    // Its former number is somebody else's by now.
    const [first] = await find('唯一甲公司');
    expect((await undo(updated)).undo.kept).toEqual([
      { customerId: first.id, name: '唯一甲公司', fields: ['memberNo'] },
    ]);
    expect((await card(first.id)).values.memberNo).toBe('M-9');
  });

  it('two rows that mean one customer by different keys are written one after the other', async () => {
    await importRows([head, ['双键公司', '', '13800007777', '', '', '', '']]);
    const done = await importRows(
      [head, ['双键公司', '', '', '', '', '一', ''], ['双键改名公司', '', '13800007777', '', '', '二', '']],
      { duplicates: 'update' },
    );
    expect(figures(done)).toEqual({ created: 0, updated: 2, skipped: 0, failed: 0 });
    expect((await find('双键改名公司'))[0].values.remark).toBe('二');
  });

  it('leaves verified values to people', async () => {
    await importRows([
      ['公司名称', '信用代码'],
      ['核实公司', '91350100M000100Y43'],
    ]);
    const [found] = await find('核实公司');
    const stored = await card(found.id);
    const verified = await t.admin.send(
      'POST',
      `/customers/${found.id}/fields/name/verification`,
      {},
      match(stored.version),
    );
    expect(verified.status, JSON.stringify(verified.body)).toBe(200);
    await importRows(
      [
        ['公司名称', '信用代码', '备注'],
        ['核实改名公司', '91350100M000100Y43', '新'],
      ],
      {
        duplicates: 'update',
      },
    );
    expect((await card(found.id)).values).toMatchObject({ name: '核实公司', remark: '新' });
  });
});

describe('skipped rows', () => {
  it('are listed with the reason and the customer, which is named only to those who may see it', async () => {
    const seller = await t.as('sales');
    await importRows([head, ['跳过甲公司', '', '13922220001', '', '', '', '']]);
    await importRows([head, ['跳过乙公司', '', '', '', '', '', '']], {}, seller);
    const rows: Grid = [head, ['别的名字', '', '13922220001', '', '', '', ''], ['跳过乙公司', '', '', '', '', '', '']];
    const list = async (item: Json, client = t.admin) =>
      (await client.get(`/imports/${item.id}/skipped-rows`)).body.items;
    expect(await list(await importRows(rows))).toMatchObject([
      { row: 2, label: '别的名字', reason: 'known', because: 'phone', customer: { name: '跳过甲公司' } },
      { row: 3, reason: 'known', because: 'name', customer: { name: '跳过乙公司' } },
    ]);
    const mine = await importRows(rows, { duplicates: 'update' }, seller);
    expect(await list(mine, seller)).toMatchObject([
      { row: 2, label: '别的名字', reason: 'unreachable', because: null, customer: null },
      { row: 3, reason: 'same', customer: { name: '跳过乙公司' } },
    ]);
    const page = (await t.admin.get(`/imports/${(await importRows(rows)).id}/skipped-rows?limit=1`)).body;
    expect([page.items.length, page.nextCursor]).toEqual([1, '2']);
    expect((await seller.get(`/imports/${mine.id}/skipped-rows?limit=1&cursor=2`)).body.items).toHaveLength(1);
  });
});
