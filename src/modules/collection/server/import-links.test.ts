import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, startTestApp, type TestApp } from '#test/app.ts';
import { importer } from '#test/imports.ts';

let t: TestApp;
const { importRows, errorsOf, people } = importer(() => t);
beforeAll(async () => {
  t = await startTestApp();
  for (const [key, type] of [
    ['signer', 'user'],
    ['referrer', 'customer'],
    ['buyer', 'contact'],
    ['area', 'region'],
  ])
    await t.admin.send('POST', '/fields', {
      ...{ object: 'customer', section: 'basics', key, type },
      label: { zh: `栏${key}`, en: key },
    });
});
afterAll(() => t.close());

async function find(name: string): Promise<Json> {
  const filter = encodeURIComponent(JSON.stringify({ field: 'name', op: 'eq', value: name }));
  const keys = 'name,number,ownerId,signer,referrer,buyer,area,parentCustomerId';
  return (await t.admin.get(`/customers?filter=${filter}&fields=${keys}`)).body.items[0];
}
const values = async (name: string): Promise<Json> => (await find(name)).values;

describe('a sheet that updates', () => {
  it('leaves the notes and types of numbers and addresses it repeats', async () => {
    const phones = [{ value: '13800138000', type: 'mobile', note: '只接微信' }];
    const addresses = [{ text: '上海市南京路1号', type: 'delivery', postcode: '200001' }];
    await t.admin.send('POST', '/customers', { kind: 'company', values: { name: '留注公司', phones, addresses } });
    await importRows(
      [
        ['客户名称', '电话', '地址', '备注'],
        ['留注公司', '+8613800138000; 021-58881234', '上海市南京路1号', '补一个'],
      ],
      { duplicates: 'update' },
    );
    const { values: kept } = (await t.admin.get(`/customers/${(await find('留注公司')).id}`)).body;
    expect(kept).toMatchObject({
      phones: [{ note: '只接微信', type: 'mobile' }, { value: '+862158881234' }],
      addresses: [{ type: 'delivery', postcode: '200001' }],
      remark: '补一个',
    });
  });
});

describe('cells that name records', () => {
  const head = ['客户名称', '联系人', '栏signer', '栏referrer', '栏buyer', '栏area'];

  it('are read by name, number or address, also of a row above, and come back as they were exported', async () => {
    await importRows([
      ['客户名称', '联系人'],
      ['名叫甲公司', '赵一'],
      ['名叫乙公司', '赵一'],
    ]);
    const [first, second] = [await find('名叫甲公司'), await find('名叫乙公司')];
    const done = await importRows([
      head,
      ['名叫丙公司', '', 'admin@example.com', '名叫甲公司', '赵一 · 名叫乙公司', '上海市浦东新区'],
      ['名叫丁公司', '', '', '名叫丙公司', '', '浙江省 杭州市 西湖区'],
      ['名叫戊公司', '', '', second.values.number, '', '330106'],
    ]);
    expect(await errorsOf(done)).toEqual([]);
    const third = await find('名叫丙公司');
    expect(third.values).toMatchObject({ signer: third.values.ownerId, referrer: first.id, area: '310115' });
    const [buyer] = await people(second.id);
    expect(third.values.buyer).toBe(buyer.id);
    expect(await values('名叫丁公司')).toMatchObject({ referrer: third.id, area: '330106' });
    expect(await values('名叫戊公司')).toMatchObject({ referrer: second.id, area: '330106' });
  });

  it('that name nothing, or several, are told with the rest of the row', async () => {
    const done = await importRows([
      [...head, '邮箱'],
      ['名不符公司', '', '无此人', '无此客户', '赵一', '鼓楼区', 'a@'],
      ['名不符二公司', '', '', '', '', '000000', ''],
    ]);
    expect((await errorsOf(done)).map((error: Json) => [error.row, error.column, error.code])).toEqual([
      [2, '邮箱', expect.any(String)],
      [2, '栏signer', 'link.unknown'],
      [2, '栏referrer', 'link.unknown'],
      [2, '栏buyer', 'link.several'],
      [2, '栏area', 'link.several'],
      [3, '栏area', 'region.unknown'],
    ]);
  });

  it('put no dealer below the customers it serves', async () => {
    await importRows([['客户名称'], ['总经销公司']]);
    const dealer = await find('总经销公司');
    await importRows([
      ['客户名称', '上级客户'],
      ['分销公司', '总经销公司'],
    ]);
    expect(await values('分销公司')).toMatchObject({ parentCustomerId: dealer.id });
    const done = await importRows(
      [
        ['客户名称', '上级客户'],
        ['总经销公司', '分销公司'],
      ],
      { duplicates: 'update' },
    );
    expect(await errorsOf(done)).toMatchObject([{ column: '上级客户', value: '分销公司', code: 'tree.circle' }]);
  });
});
