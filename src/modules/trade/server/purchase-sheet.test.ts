import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';
import { csv, type Grid, importer, xlsx } from '#test/imports.ts';

let t: TestApp;
const { upload, change, run, importRows, errorsOf, undo, figures } = importer(() => t);
beforeAll(async () => {
  t = await startTestApp('general');
});
afterAll(() => t.close());

const day = (ago: number) => companyDay(-ago);
async function customer(name: string, values: Json = {}, kind = 'company', client = t.admin) {
  const made = await client.send('POST', '/customers', { kind, values: { name, ...values } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body as Json;
}
const purchases = async (id: string): Promise<Json[]> =>
  (await t.admin.get(`/customers/${id}/purchases?limit=100`)).body.items;
const skippedOf = async (item: Json, client = t.admin): Promise<Json[]> =>
  (await client.get(`/imports/${item.id}/skipped-rows?limit=200`)).body.items;

describe('a sheet of purchases', () => {
  it('is recognised by its headings, finds customers in every way, and feeds their facts', async () => {
    const byNumber = await customer('按编号公司');
    const byCode = await customer('按代码公司', { uscc: '91350100M000100Y43' });
    const byPhone = await customer('按电话公司', { phones: [{ value: '13900001111' }] });
    const byMail = await customer('按邮箱公司', { emails: [{ value: 'buy@bymail.cn' }] });
    const byName = await customer('王小丽', {}, 'individual');
    const draft = await upload(
      '采购.xlsx',
      await xlsx([
        ['2026 年销售台账'],
        ['客户', '日期', '金额', '币种', '产品'],
        [byNumber.number, new Date(`${day(3)}T00:00:00Z`), 1234.5, null, '螺丝'],
        ['91350100M000100Y43', day(2), '¥2,000', null, null],
        ['139 0000 1111', day(2), '1.2万', '人民币', '灯具'],
        ['BUY@bymail.cn', day(1), 'USD 99.90', null, null],
        ['王小丽', day(1), '(50)', 'CNY', '退货'],
        ['按编号', day(400), 10, '美元', null],
      ]),
    );
    expect(draft.status, JSON.stringify(draft.body)).toBe(201);
    expect([draft.body.target, draft.body.options.headerRow]).toEqual(['purchase', 2]);
    expect(Object.values(draft.body.options.mapping)).toEqual(
      ['customer', 'day', 'amount', 'currency', 'product'].map((key) => `purchase.${key}`),
    );
    const done = await run(draft.body);
    expect(await errorsOf(done)).toEqual([]);
    expect(figures(done)).toEqual({ created: 6, updated: 0, skipped: 0, failed: 0 });
    expect(await purchases(byNumber.id)).toMatchObject([
      { day: day(3), amountMinor: 123_450, currency: 'CNY', product: '螺丝', source: 'import' },
      { day: day(400), amountMinor: 1000, currency: 'USD' },
    ]);
    expect(await purchases(byCode.id)).toMatchObject([{ amountMinor: 200_000 }]);
    expect(await purchases(byPhone.id)).toMatchObject([{ amountMinor: 1_200_000, currency: 'CNY' }]);
    expect(await purchases(byMail.id)).toMatchObject([{ amountMinor: 9990, currency: 'USD' }]);
    expect(await purchases(byName.id)).toMatchObject([{ amountMinor: -5000 }]);
    expect((await t.admin.get(`/customers/${byNumber.id}`)).body.values).toMatchObject({
      purchaseCount: 2,
      purchaseTotal: 1234.5,
    });
    const undone = await undo(done);
    expect(undone.undo).toMatchObject({ undone: 6, keptCount: 0 });
    expect(await purchases(byNumber.id)).toEqual([]);
    expect((await t.admin.get(`/customers/${byNumber.id}`)).body.values.purchaseCount).toBe(0);
  });

  it('tells every wrong cell and brings the wrong rows back; the corrected sheet adds nothing twice', async () => {
    const one = await customer('改错公司');
    await customer('同名公司', {}, 'individual');
    await customer('同名公司', {}, 'individual');
    const head = ['客户名称', '日期', '金额', '币种', '产品'];
    const good = ['改错公司', day(5), '100', '', '甲'];
    const done = await importRows([
      head,
      good,
      ['查无此人公司', day(5), '1', '', ''],
      ['同名公司', day(5), '1', '', ''],
      ['改错公司', '2026-02-30', '一百', '', ''],
      ['改错公司', companyDay(1), '1', 'XQQ', ''],
      ['改错公司', '', '', '', '只有产品'],
      ['', day(5), '1.005', '', ''],
    ]);
    expect((await errorsOf(done)).map((error) => [error.row, error.column, error.code])).toEqual([
      [3, '客户名称', 'purchase.customer'],
      [4, '客户名称', 'purchase.severalCustomers'],
      [5, '日期', 'date.noSuchDay'],
      [5, '金额', 'money.format'],
      [6, '币种', 'money.currency'],
      [6, '日期', 'purchase.future'],
      [7, '日期', 'input.required'],
      [7, '金额', 'input.required'],
      [8, '金额', 'money.decimals'],
      [8, '客户名称', 'input.required'],
    ]);
    expect(figures(done)).toEqual({ created: 1, updated: 0, skipped: 0, failed: 6 });
    const corrected: Grid = [
      [...head, '原因'],
      [...good, ''],
      ['改错公司', day(6), '200', '', '', '已改'],
    ];
    const again = await importRows(corrected);
    expect(figures(again)).toEqual({ created: 1, updated: 0, skipped: 1, failed: 0 });
    expect(await skippedOf(again)).toMatchObject([
      { row: 2, reason: 'known', label: '改错公司', customer: { id: one.id } },
    ]);
    expect(figures(await importRows(corrected))).toEqual({ created: 0, updated: 0, skipped: 2, failed: 0 });
    expect(await purchases(one.id)).toHaveLength(2);
  });

  it('a document number decides: left out, updated, or refused when it belongs to another', async () => {
    const one = await customer('单号甲公司');
    const two = await customer('单号乙公司');
    const head = ['客户编号', '日期', '金额', '单号'];
    const rows = (amount: string, owner = one): Grid => [
      head,
      [owner.number, day(9), amount, 'SO-1'],
      [one.number, day(9), amount, 'SO-2'],
    ];
    expect(figures(await importRows(rows('10'))).created).toBe(2);
    expect(figures(await importRows(rows('20')))).toMatchObject({ created: 0, skipped: 2 });
    const updated = await importRows([...rows('20'), [one.number, day(9), '30', 'SO-1']], { duplicates: 'update' });
    expect(figures(updated)).toEqual({ created: 0, updated: 3, skipped: 0, failed: 0 });
    expect(figures(await importRows(rows('20'), { duplicates: 'update' }))).toMatchObject({ updated: 1, skipped: 1 });
    const foreign = await importRows(rows('20', two), { duplicates: 'update' });
    expect((await errorsOf(foreign)).map((error) => [error.row, error.code])).toEqual([[2, 'purchase.otherCustomer']]);
    const twice = await importRows(rows('20'), { duplicates: 'create' });
    expect((await errorsOf(twice)).map((error) => error.code)).toEqual(['purchase.known', 'purchase.known']);
    // What an update changed goes back, unless somebody changed it since.
    const [first] = (await purchases(one.id)).filter((item) => item.externalKey === 'SO-2');
    await t.admin.send('PATCH', `/purchases/${first?.id}`, { amountMinor: 7777 }, match(first?.version));
    const undone = await undo(updated);
    expect(undone.undo.kept.map((item: Json) => item.name)).toContain('单号甲公司');
    expect((await purchases(one.id)).map((item) => item.amountMinor).sort()).toEqual([7777, 1000].sort());
  });

  it('reaches only customers the importer may record purchases of, and asks for its columns', async () => {
    const hidden = await customer('他人客户公司');
    const seller = await t.as('sales');
    const own = await customer('自己客户公司', {}, 'company', seller);
    const draft = await upload(
      'x.csv',
      csv([
        ['客户', '日期', '金额'],
        ['他人客户公司', day(1), '1'],
        ['自己客户公司', day(1), '1'],
      ]),
      undefined,
      seller,
    );
    const done = await run(draft.body, seller);
    expect((await errorsOf(done, seller)).map((error) => error.code)).toEqual(['purchase.customer']);
    expect(await purchases(own.id)).toHaveLength(1);
    expect(await purchases(hidden.id)).toHaveLength(0);
    const archivist = await t.as('archivist');
    const theirs = await upload(
      'y.csv',
      csv([
        ['客户', '日期', '金额'],
        ['自己客户公司', day(1), '1'],
      ]),
      undefined,
      archivist,
    );
    expect(theirs.body.target).toBe('customer');
    const forced = await archivist.send('PATCH', `/imports/${theirs.body.id}`, { target: 'purchase' }, match(1));
    expect(forced.status).toBe(403);
    const incomplete = await change(
      (
        await upload(
          'z.csv',
          csv([
            ['客户', '电话'],
            ['自己客户公司', '1'],
          ]),
        )
      ).body,
      { target: 'purchase' },
    );
    expect(incomplete.options.mapping).toEqual({ 0: 'purchase.customer', 1: 'purchase.phone' });
    const refused = await t.admin.send('POST', `/imports/${incomplete.id}/start`, undefined, match(incomplete.version));
    expect([refused.status, refused.body.errors[0].code]).toEqual([422, 'import.purchaseColumns']);
    const mode = await t.admin.send(
      'PATCH',
      `/imports/${incomplete.id}`,
      { duplicates: 'fill' },
      match(incomplete.version),
    );
    expect([mode.status, mode.body.code]).toEqual([400, 'import.mode']);
    expect(
      (await t.admin.send('PATCH', `/imports/${incomplete.id}`, { target: 'orders' }, match(incomplete.version))).body
        .code,
    ).toBe('import.target');
  });
});
