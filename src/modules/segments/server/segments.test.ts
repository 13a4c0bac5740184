import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '#platform/context.ts';
import { type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { countWithin } from './count.ts';

let t: TestApp;
const ids: string[] = [];
beforeAll(async () => {
  t = await startTestApp();
  for (let index = 0; index < 10; index += 1) {
    const values = { name: `客户${index}`, grade: index < 4 ? 'A' : 'B', country: index % 2 ? 'DE' : 'CN' };
    ids.push((await t.admin.send('POST', '/customers', { kind: 'company', values })).body.id);
  }
});
afterAll(() => t.close());

const gradeA = { field: 'grade', op: 'eq', value: 'A' };
const make = (body: unknown) => t.admin.send('POST', '/segments', body);
const inSegment = (id: string, op = 'contains') => ({ field: 'segments', op, value: id });
const count = async (filter: unknown, client = t.admin) => {
  const answer = await client.get(`/customers/count?filter=${encodeURIComponent(JSON.stringify(filter))}`);
  return answer.status === 200 ? answer.body.value : answer.status;
};

describe('segments', () => {
  it('by condition are conditions themselves, at once and in other segments', async () => {
    expect((await t.admin.send('POST', '/segments/count', { condition: gradeA })).body).toEqual({
      value: 4,
      exact: true,
    });
    const a = await make({ name: 'A 级', kind: 'dynamic', condition: gradeA });
    expect(a.status, JSON.stringify(a.body)).toBe(201);
    expect(await count(inSegment(a.body.id))).toBe(4);
    expect(await count(inSegment(a.body.id, 'notContains'))).toBe(6);
    const nested = await make({
      name: '德国 A 级',
      kind: 'dynamic',
      condition: { all: [inSegment(a.body.id), { field: 'country', op: 'eq', value: 'DE' }] },
    });
    expect(await count(inSegment(nested.body.id))).toBe(2);
    await t.drain();
    expect((await t.admin.get(`/segments/${a.body.id}`)).body).toMatchObject({ customers: 4, version: 1 });
    expect((await t.admin.get(`/customers/${ids[1]}`)).body.values.segments.sort()).toEqual(
      [a.body.id, nested.body.id].sort(),
    );
    const circle = await t.admin.send(
      'PATCH',
      `/segments/${a.body.id}`,
      { condition: inSegment(nested.body.id) },
      match(1),
    );
    expect(circle.status).toBe(400);
    expect(circle.body.code).toBe('segment.circular');
    expect((await t.admin.send('DELETE', `/segments/${a.body.id}`, undefined, match(1))).body.code).toBe(
      'segment.inUse',
    );
    const self = await t.admin.send(
      'PATCH',
      `/segments/${nested.body.id}`,
      { condition: inSegment(nested.body.id) },
      match(1),
    );
    expect(self.body.code).toBe('segment.circular');
  });

  it('tell who entered and who left since the last snapshot', async () => {
    const made = (await make({ name: '变化', kind: 'dynamic', condition: gradeA })).body;
    await t.drain();
    const path = `/segments/${made.id}`;
    expect((await t.admin.get(`${path}/changes`)).body.items).toEqual([]);
    await t.admin.send('PATCH', `/customers/${ids[0]}`, { values: { grade: 'B' } }, match(1));
    await t.admin.send('PATCH', `/customers/${ids[9]}`, { values: { grade: 'A' } }, match(1));
    expect((await t.admin.send('POST', `${path}/refreshing`)).status).toBe(202);
    await t.drain();
    const changes = (await t.admin.get(`${path}/changes`)).body.items;
    expect(changes.map((item: Json) => [item.name, item.kind]).sort()).toEqual([
      ['客户0', 'left'],
      ['客户9', 'entered'],
    ]);
    expect((await t.admin.get(`${path}/history`)).body.days).toMatchObject([{ customers: 4, entered: 1, departed: 1 }]);
    await t.admin.send('PATCH', `/customers/${ids[0]}`, { values: { grade: 'A' } }, match(2));
    await t.admin.send('PATCH', `/customers/${ids[9]}`, { values: { grade: 'B' } }, match(2));
  });

  it('with a fixed list take and give back members the caller may see', async () => {
    const made = (await make({ name: '展会邀请', kind: 'fixed', color: 'red' })).body;
    const change = (action: string, query: unknown, client = t.admin) =>
      client.send('POST', `/segments/${made.id}/members`, { action, query });
    expect((await change('add', { ids: ids.slice(0, 3) })).status).toBe(202);
    await t.drain();
    expect(await count(inSegment(made.id))).toBe(3);
    await change('add', { filter: gradeA });
    await change('remove', { ids: [ids[0]] });
    await t.drain();
    expect(await count(inSegment(made.id))).toBe(3);
    expect((await t.admin.get(`/segments/${made.id}`)).body.customers).toBe(3);
    // A supervisor without a team sees no customers, and so adds none.
    await change('add', { filter: { field: 'grade', op: 'eq', value: 'B' } }, await t.as('supervisor'));
    await t.drain();
    expect(await count(inSegment(made.id))).toBe(3);
    expect((await change('add', { filter: { field: 'nonsense', op: 'eq', value: 1 } })).status).toBe(400);
    const dynamic = (await make({ name: '动态', kind: 'dynamic', condition: gradeA })).body;
    expect((await t.admin.send('POST', `/segments/${dynamic.id}/members`, { action: 'add', query: {} })).status).toBe(
      422,
    );
  });

  it('are compared: overlap, each alone, and how they differ', async () => {
    const a = (await make({ name: '比较甲', kind: 'dynamic', condition: gradeA })).body;
    const b = (await make({ name: '比较乙', kind: 'dynamic', condition: { field: 'country', op: 'eq', value: 'DE' } }))
      .body;
    const result = (await t.admin.get(`/segment-comparisons?a=${a.id}&b=${b.id}`)).body;
    expect(result).toMatchObject({ onlyA: 2, onlyB: 3, both: 2 });
    expect(result.profile).toContainEqual({ field: 'grade', value: 'B', a: 0, b: 3 });
    expect((await t.admin.get(`/segment-comparisons?a=${a.id}&b=${a.id}`)).status).toBe(422);
  });

  it('refuse wrong input and those who may not', async () => {
    const twice = await make({ name: '比较甲', kind: 'dynamic', condition: gradeA });
    expect(twice.body.errors[0]).toMatchObject({ field: 'name', code: 'segment.nameTaken', message: '已有同名分群' });
    expect((await make({ name: 'x', kind: 'dynamic' })).body.errors[0].field).toBe('condition');
    expect((await make({ name: 'x', kind: 'dynamic', condition: { all: [] } })).status).toBe(422);
    expect((await make({ name: 'x', kind: 'dynamic', condition: { field: 'ownerId', op: 'isMe' } })).status).toBe(422);
    const nobody = inSegment('00000000-0000-7000-8000-000000000000');
    expect(await count(nobody)).toBe(0);
    expect((await make({ name: 'x', kind: 'dynamic', condition: nobody })).body.code).toBe('segment.unknown');
    expect((await make({ name: 'x', kind: 'dynamic', condition: inSegment('x') })).status).toBe(400);
    const sales = await t.as('sales');
    expect((await sales.send('POST', '/segments', { name: 'y', kind: 'fixed' })).status).toBe(403);
    const [first] = (await sales.get('/segments?limit=1')).body.items;
    expect(first.can.update).toBe(false);
    expect(await count(inSegment(first.id), sales)).toBe(0);
    const made = (await make({ name: '版本', kind: 'fixed' })).body;
    const both = await Promise.all(
      ['一', '二'].map((name) => t.admin.send('PATCH', `/segments/${made.id}`, { name }, match(1))),
    );
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 412]);
    expect((await t.admin.send('DELETE', `/segments/${made.id}`, undefined, match(2))).status).toBe(204);
  });
});

describe('tags', () => {
  const tags = async () => (await t.admin.get('/tags')).body;
  const keyOf = async (name: string) => (await tags()).items.find((item: Json) => item.name === name).key as string;

  it('are renamed and coloured everywhere at once', async () => {
    expect((await t.admin.send('POST', '/tags', { name: '重点', color: 'red' })).status).toBe(201);
    expect((await t.admin.send('POST', '/tags', { name: '重点' })).body.errors[0].code).toBe('tag.nameTaken');
    const key = await keyOf('重点');
    await t.admin.send('PATCH', `/customers/${ids[4]}`, { values: { tags: ['重点'] } }, match(1));
    const { version } = await tags();
    const renamed = await t.admin.send('PATCH', `/tags/${key}`, { name: '核心', color: 'gold' }, match(version));
    expect(renamed.body.items.find((item: Json) => item.key === key)).toMatchObject({
      name: '核心',
      color: 'gold',
      customers: 1,
    });
    expect((await t.admin.send('PATCH', `/tags/${key}`, { name: 'z' }, match(version))).status).toBe(412);
    expect((await t.admin.get(`/customers/${ids[4]}`)).body.version).toBe(2);
  });

  it('merge on every customer, and the merge is undone', async () => {
    await t.admin.send('POST', '/tags', { name: '年度伙伴' });
    const [core, vip] = [await keyOf('核心'), await keyOf('年度伙伴')];
    await t.admin.send('PATCH', `/customers/${ids[5]}`, { values: { tags: [core, vip] } }, match(1));
    expect((await t.admin.send('POST', `/tags/${core}/merging`, { into: core })).body.errors[0].code).toBe('tag.same');
    const [one, two] = await Promise.all([
      t.admin.send('POST', `/tags/${core}/merging`, { into: vip }),
      t.admin.send('POST', `/tags/${vip}/merging`, { into: core }),
    ]);
    expect([one.status, two.status].sort()).toEqual([202, 422]);
    const [from, into, merge] = one.status === 202 ? [core, vip, one.body] : [vip, core, two.body];
    await t.drain();
    expect((await t.admin.get(`/customers/${ids[5]}`)).body.values.tags).toEqual([into]);
    expect((await tags()).items.find((item: Json) => item.key === from)).toMatchObject({ hidden: true, customers: 0 });
    const other = '00000000-0000-7000-8000-000000000000';
    expect((await t.admin.send('POST', `/tags/${from}/merging/${other}/undoing`)).status).toBe(404);
    expect((await t.admin.send('POST', `/tags/${from}/merging/${merge.batchId}/undoing`)).status).toBe(202);
    await t.drain();
    expect((await t.admin.get(`/customers/${ids[5]}`)).body.values.tags.sort()).toEqual([core, vip].sort());
    expect((await tags()).items.find((item: Json) => item.key === from).hidden).toBe(false);
  });
});

describe('categories', () => {
  it('mean the node and everything below, refuse circles and stay while used', async () => {
    const add = async (name: string, parentId: string | null = null) =>
      (await t.admin.send('POST', '/categories', { name, parentId })).body as { id: string; version: number };
    const root = await add('行业');
    const made = await add('制造业', root.id);
    const machines = await add('机械', made.id);
    expect((await t.admin.send('POST', '/categories', { name: '机械', parentId: made.id })).status).toBe(422);
    const put = (id: string | undefined, list: string[], client = t.admin) =>
      client.send('PUT', `/customers/${id}/categories`, { ids: list });
    expect((await put(ids[6], [machines.id])).body.ids).toEqual([machines.id]);
    expect((await put(ids[6], ['00000000-0000-7000-8000-000000000000'])).status).toBe(422);
    expect((await put(ids[6], [], await t.as('sales'))).status).toBe(404);
    for (const node of [root, made, machines])
      expect(await count({ field: 'categories', op: 'contains', value: node.id })).toBe(1);
    const move = (id: string, parentId: string | null, version = 1) =>
      t.admin.send('PATCH', `/categories/${id}`, { parentId }, match(version));
    expect((await move(root.id, machines.id)).body.errors[0].code).toBe('category.circular');
    expect((await move(made.id, made.id)).body.errors[0].code).toBe('category.circular');
    // Each move alone is fine, together they would be a circle: one of them finds the other done.
    const left = await add('左');
    const right = await add('右');
    const both = await Promise.all([move(left.id, right.id), move(right.id, left.id)]);
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 422]);
    expect((await t.admin.send('DELETE', `/categories/${made.id}`, undefined, match(1))).body.code).toBe(
      'category.hasChildren',
    );
    expect((await t.admin.send('DELETE', `/categories/${machines.id}`, undefined, match(1))).body.code).toBe(
      'category.inUse',
    );
    await move(machines.id, null);
    expect(await count({ field: 'categories', op: 'contains', value: root.id })).toBe(0);
    await put(ids[6], []);
    expect((await t.admin.send('DELETE', `/categories/${machines.id}`, undefined, match(2))).status).toBe(204);
  });
});

describe('a count', () => {
  it('that takes too long is estimated, and the transaction goes on', async () => {
    await t.app.db.inOrg(t.orgId, async (tx) => {
      const context = { tx } as Context;
      const slow = sql`customer.org_id = ${t.orgId}::uuid and pg_sleep(0.1)::text = ''`;
      expect((await countWithin(context, slow)).exact).toBe(false);
      expect(await countWithin(context, sql`customer.org_id = ${t.orgId}::uuid`)).toEqual({ value: 10, exact: true });
    });
  });
});
