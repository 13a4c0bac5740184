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
const total = async (): Promise<number> => (await t.admin.get('/customers/count')).body.value;

describe('history and undo', () => {
  it('dated cards keep their author and date', async () => {
    const done = await importRows([
      ['公司名称', '填表人', '建档日期'],
      ['旧档公司', '陈会计', '2019-03-05'],
      ['无人旧档公司', '', '2018/12/31'],
    ]);
    expect(await errorsOf(done)).toEqual([]);
    const [found] = await find('旧档公司');
    expect(found.values).toMatchObject({ authorName: '陈会计', cardDate: '2019-03-05' });
    const timeline = (await t.admin.get(`/customers/${found.id}/timeline`)).body.items;
    expect(JSON.stringify(timeline[0])).toContain('陈会计');
    expect(JSON.stringify(timeline[0])).toContain('2019-03-0');
    const [nobody] = await find('无人旧档公司');
    expect(nobody.values.authorName ?? '').not.toBe('管理员甲');
    await undo(done);
  });

  it('takes back creations and updates, and keeps and lists what somebody changed since', async () => {
    await importRows([head, ['撤甲公司', '', '', '', '', '原', ''], ['撤乙公司', '', '', '', '', '原', '']]);
    const before = await total();
    const done = await importRows(
      [
        head,
        ['撤甲公司', '赵一', '+86 13700000001', '', '', '导入', '法国'],
        ['撤乙公司', '', '', '', '', '导入', '法国'],
        ['撤丙公司', '钱二', '13700000003', '', '', '', ''],
        ['撤丁公司', '孙三', '', '', '', '', ''],
      ],
      { duplicates: 'update' },
    );
    expect(await errorsOf(done)).toEqual([]);
    expect(figures(done)).toEqual({ created: 2, updated: 2, skipped: 0, failed: 0 });
    const [second] = await find('撤乙公司');
    const [fourth] = await find('撤丁公司');
    const [third] = await find('撤丙公司');
    for (const [id, values] of [
      [second.id, { remark: '人工' }],
      [fourth.id, { remark: '人工' }],
    ] as const) {
      const { version } = await card(id);
      expect((await t.admin.send('PATCH', `/customers/${id}`, { values }, match(version))).status).toBe(200);
    }
    const undone = await undo(done);
    expect(undone.undo.kept).toHaveLength(2);
    expect(undone.undo.kept).toEqual(
      expect.arrayContaining([
        { customerId: fourth.id, name: '撤丁公司', fields: ['remark'] },
        { customerId: second.id, name: '撤乙公司', fields: ['remark'] },
      ]),
    );
    const [first] = await find('撤甲公司');
    expect(first.values.remark).toBe('原');
    expect(first.values.country).toBeUndefined();
    expect(first.values.phones).toBeUndefined();
    expect(await people(first.id)).toEqual([]);
    expect((await find('撤乙公司'))[0].values).toMatchObject({ remark: '人工' });
    expect((await find('撤乙公司'))[0].values.country).toBeUndefined();
    expect(await find('撤丙公司')).toEqual([]);
    expect(await total()).toBe(before + 1);
    // The number of a dossier that is gone stays taken.
    const retired = await t.asOwner('select number from retired_number');
    expect(retired.map(({ number }) => number)).toContain(third.number);
    // Undone numbers are free again for the next import.
    expect(figures(await importRows([head, ['撤戊公司', '', '13700000003', '', '', '', '']])).created).toBe(1);
    expect((await t.admin.send('POST', `/imports/${done.id}/undoing`)).status).toBe(409);
  });

  it('goes on where it stood when its process died, and still lists all it kept', async () => {
    const rows: Grid = [head];
    for (let n = 0; n < 1050; n += 1) rows.push([`续撤${n}公司`, '', '', '', '', '', '']);
    const done = await importRows(rows);
    const [last] = await find('续撤1049公司');
    const { version } = await card(last.id);
    const edited = await t.admin.send('PATCH', `/customers/${last.id}`, { values: { remark: '人工' } }, match(version));
    expect(edited.status).toBe(200);
    // Batches are written side by side, so that the order of the sheet is not that of creation, which an undo follows backwards.
    const made = await t.asOwner(
      `select c.name from event e join customer c on c.id = e.customer_id
       where e.batch_id = $1 and e.kind = 'customer.created' and c.id <> $2 order by e.id`,
      [done.id, last.id],
    );
    const [oldest, second, newest] = [made[0]?.name, made[1]?.name, made.at(-1)?.name];
    // The oldest are in the second page: the first is committed by then.
    await t.asOwner(`create function power_cut() returns trigger language plpgsql as $$
      begin raise exception 'power cut'; end $$`);
    await t.asOwner(`create trigger power_cut before delete on customer
      for each row when (old.name = '${oldest}') execute function power_cut()`);
    expect((await undo(done)).state).toBe('undoing');
    expect([(await find(newest)).length, (await find(second)).length]).toEqual([0, 1]);
    await t.asOwner('drop trigger power_cut on customer');
    await t.asOwner(`update job set run_at = now() where kind = 'collection.undoImport' and state = 'queued'`);
    await t.drain();
    const undone = (await t.admin.get(`/imports/${done.id}`)).body;
    expect(undone).toMatchObject({ state: 'undone', undo: { undone: 1049, keptCount: 1 } });
    expect(undone.undo.kept).toEqual([{ customerId: last.id, name: '续撤1049公司', fields: ['remark'] }]);
  }, 60_000);

  it('what a bulk edit changed and its undo gave back is nobody’s work', async () => {
    const done = await importRows([
      head,
      ['批撤甲公司', '', '', '', '', '原', ''],
      ['批撤乙公司', '', '', '', '', '原', ''],
    ]);
    const names = ['批撤甲公司', '批撤乙公司'];
    const [first, second] = await Promise.all(names.map(async (name) => (await find(name))[0].id));
    const ids = [first, second];
    const changes = [
      { query: { ids }, values: { remark: '批量', country: 'FR' } },
      { query: { ids }, values: {}, ownerId: null },
      { query: { ids }, values: {}, step: 'trash' },
    ];
    for (const change of changes) {
      const { status, body } = await t.admin.send('POST', '/customers/bulk-changes', change);
      expect(status, JSON.stringify(body)).toBe(202);
      await t.drain();
      if (change.values.remark) {
        // Meant by somebody: not what the import made, though it is no longer what the bulk edit made either.
        const { version } = await card(second);
        await t.admin.send('PATCH', `/customers/${second}`, { values: { country: 'DE' } }, match(version));
      }
      await t.admin.send('POST', `/customers/bulk-changes/${body.batchId}/undoing`, undefined);
      await t.drain();
    }
    expect((await find(names[0] ?? ''))[0].values.remark).toBe('原');
    const undone = await undo(done);
    expect(undone.undo).toEqual({
      ...{ undone: 1, keptCount: 1 },
      kept: [{ customerId: second, name: '批撤乙公司', fields: ['country'] }],
    });
  });

  it('a later import counts as somebody’s change until it is undone itself', async () => {
    const first = await importRows([head, ['层叠公司', '', '', '', '', '一', '']]);
    const second = await importRows([head, ['层叠公司', '', '', '', '', '二', '']], { duplicates: 'update' });
    const kept = await undo(first);
    expect(kept.undo.keptCount).toBe(1);
    expect((await find('层叠公司'))[0].values.remark).toBe('二');
    await undo(second);
    expect((await find('层叠公司'))[0].values.remark).toBe('一');
  });
});
