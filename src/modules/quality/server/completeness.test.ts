import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condition } from '#shared/conditions.ts';
import { match, startTestApp, type TestApp } from '#test/app.ts';
import { type CompletenessFigure, completenessGroups } from '../completeness-contract.ts';
import { columnConditions, countedColumns, customersOf } from '../completeness-targets.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

async function make(values: Record<string, unknown>, more: object = {}) {
  const made = await t.admin.send('POST', '/customers', { kind: 'company', values, allowDuplicate: true, ...more });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body as { id: string; version: number; values: Record<string, unknown> };
}
const card = async (id: string) => (await t.admin.get(`/customers/${id}`)).body;
const panel = async (id: string) => (await t.admin.get(`/customers/${id}/completeness`)).body;
async function calculate() {
  expect((await t.admin.send('POST', '/completeness/calculation')).status).toBe(202);
  await t.drain();
}
/** Lets the values of a customer look as if they came so many days ago. */
const age = (id: string, days: number) =>
  t.asOwner(
    `update customer set provenance = (select jsonb_object_agg(key, value || jsonb_build_object('at', $2::text))
      from jsonb_each(provenance)) where id = $1`,
    [id, new Date(Date.now() - days * 86_400_000).toISOString()],
  );

describe('completeness', () => {
  it('is the share of the weights of valid values, kept with every change', async () => {
    const made = await make({ name: '完整一号' });
    const before = (await card(made.id)).values.completeness as number;
    expect(before).toBeGreaterThan(0);
    const wrong = await t.admin.send(
      'PATCH',
      `/customers/${made.id}`,
      { values: { phones: [{ value: '123' }] } },
      match(1),
    );
    expect(wrong.body.values.completeness).toBe(before);
    const right = await t.admin.send(
      'PATCH',
      `/customers/${made.id}`,
      { values: { phones: '0571-88888888' } },
      match(2),
    );
    expect(right.body.values.completeness).toBeGreaterThan(before);
  });

  it('is told as calculated for as many as there are, whatever their number was thought to be', async () => {
    const gone = await make({ name: '数得清公司' });
    expect((await t.admin.send('POST', `/customers/${gone.id}/trashing`, {}, match(gone.version))).status).toBe(200);
    await t.asOwner('analyze customer');
    const { jobId } = (await t.admin.send('POST', '/completeness/calculation')).body;
    await t.drain();
    const job = (await t.admin.get(`/jobs/${jobId}`)).body;
    expect(job.state).toBe('done');
    expect(job.total).toBe(job.done);
    expect(job.total).toBeGreaterThan(0);
  });

  it('asks next for the missing fields of most weight, of those the kind has', async () => {
    const made = await make({ name: '问什么公司' });
    const { missing, score } = await panel(made.id);
    expect(missing[0].key).toBe('phones');
    expect(missing.map((item: { weight: number }) => item.weight)).toEqual(
      missing.map((item: { weight: number }) => item.weight).sort((a: number, b: number) => b - a),
    );
    expect(score).toBe((await card(made.id)).values.completeness);
    const person = await make({ name: '张三' }, { kind: 'individual' });
    const asked = await panel(person.id);
    expect(asked.missing.map((item: { key: string }) => item.key)).not.toContain('uscc');
  });

  it('comes out the same by the night’s job as by a change', async () => {
    const made = [
      await make({
        name: '甲',
        phones: '0571-88888888',
        emails: [{ value: 'not-an-email' }],
        tags: [],
        aliases: ['甲甲'],
      }),
      await make({
        name: '乙',
        grade: 'A',
        employees: 12,
        assets: { amount: '100', currency: 'CNY' },
        addresses: '杭州',
      }),
      await make(
        { name: '丙', birthday: '1990-01-02', phones: [{ value: '1' }, { value: '13800138000' }] },
        { kind: 'individual' },
      ),
    ];
    for (const { id } of made) {
      const before = (await card(id)).values;
      await t.asOwner(
        'update customer set completeness = null, stale_fields = null, freshest_on = null, invalid_points = null where id = $1',
        [id],
      );
      await calculate();
      const after = (await card(id)).values;
      expect(
        [after.completeness, after.staleFields, after.freshestOn, after.invalidPoints],
        String(after.name),
      ).toEqual([before.completeness, before.staleFields, before.freshestOn, before.invalidPoints]);
    }
  });

  it('weighs fields by grade as set, and refuses unknown fields and old versions', async () => {
    const made = await make({ name: '加权公司', grade: 'A' });
    const { limits, version } = (await t.admin.get('/quality-settings')).body;
    const put = (multipliers: object, ifMatch = version, more = {}) =>
      t.admin.send('PUT', '/quality-settings', { multipliers, limits, ...more }, match(ifMatch));
    const wrong = await put({ A: { nonsense: 2 } });
    expect(wrong.status).toBe(422);
    expect(wrong.body.errors[0]).toMatchObject({ field: 'multipliers.A.nonsense', code: 'quality.fieldUnknown' });
    expect(wrong.body.errors[0].message).not.toContain('errors.');
    expect((await put({ A: { phones: 11 } })).status).toBe(422);
    const nowhere = await put({ 'A+': { phones: 2 }, 'kind:nobody': { phones: 2 } });
    expect(nowhere.body.errors).toMatchObject([
      { field: 'multipliers.A+', code: 'quality.groupUnknown' },
      { field: 'multipliers.kind:nobody', code: 'quality.groupUnknown' },
    ]);
    const days = await put({}, version, { limits: { phones: 1.5, emails: null, wechat: 4000, uscc: -1 } });
    expect(days.body.errors).toMatchObject([
      { field: 'limits.phones', code: 'input.whole' },
      { field: 'limits.emails', code: 'input.required' },
      { field: 'limits.wechat', code: 'input.tooBig' },
      { field: 'limits.uscc', code: 'input.tooSmall' },
    ]);
    const before = (await card(made.id)).values.completeness as number;
    expect((await put({ A: { name: 10 } })).body.version).toBe(version + 1);
    expect((await put({})).status).toBe(412);
    await t.drain();
    expect((await card(made.id)).values.completeness).toBeGreaterThan(before);
    await put({}, version + 1);
    await t.drain();
  });

  it('is counted by owner within what the caller may see, and lists open by it', async () => {
    const sales = await t.as('sales');
    await make({ name: '销售的客户' }, { ownerId: sales.userId });
    await calculate();
    const mine = (await sales.get('/completeness')).body;
    expect(mine.items).toHaveLength(1);
    expect(mine.items[0]).toMatchObject({ id: sales.userId, customers: 1, low: 1 });
    const all = (await t.admin.get('/completeness?by=kind')).body;
    expect(all.total.customers).toBeGreaterThan(1);
    const filter = encodeURIComponent(JSON.stringify({ field: 'completeness', op: 'lt', value: 60 }));
    expect((await t.admin.get(`/customers/count?filter=${filter}`)).body.value).toBe(all.total.low);
    expect((await t.admin.get('/completeness?by=nonsense')).status).toBe(400);
  });

  it('opens as many customers as each figure of an owner, team, kind or grade says', async () => {
    const team = (await t.admin.send('POST', '/teams', { name: '统计队', parentId: null })).body.id;
    const first = await t.as('sales', { teamId: team });
    const second = await t.as('sales', { teamId: team });
    await make({ name: '队员甲的客户', grade: 'A' }, { ownerId: first.userId });
    await make({ name: '队员乙的客户' }, { ownerId: second.userId, kind: 'individual' });
    await make({ name: '没有负责人' }, { ownerId: null });
    // Who changed the team takes the customers along.
    const third = await t.as('sales', { teamId: team });
    await make({ name: '换队的客户' }, { ownerId: third.userId });
    const elsewhere = (await t.admin.send('POST', '/teams', { name: '下级队', parentId: team })).body.id;
    const users = (await t.admin.get('/users?limit=200')).body.items as { id: string; version: number }[];
    const version = users.find(({ id }) => id === third.userId)?.version ?? 0;
    const moved = await t.admin.send('PATCH', `/users/${third.userId}`, { teamId: elsewhere }, match(version));
    expect(moved.status, JSON.stringify(moved.body)).toBe(200);
    await calculate();
    const count = async (condition: Condition): Promise<number> =>
      (await t.admin.get(`/customers/count?filter=${encodeURIComponent(JSON.stringify(condition))}`)).body.value;
    for (const by of completenessGroups) {
      const { items } = (await t.admin.get(`/completeness?by=${by}`)).body as { items: CompletenessFigure[] };
      expect(items.length, by).toBeGreaterThan(1);
      for (const row of items)
        for (const column of countedColumns)
          expect(
            await count({ all: [customersOf[by](row, items), ...columnConditions[column]] }),
            `${by} ${row.name} ${column}`,
          ).toBe(row[column]);
    }
    const teams = (await t.admin.get('/completeness?by=team')).body.items as CompletenessFigure[];
    expect(teams.find((row) => row.id === team)).toMatchObject({ name: '统计队', customers: 3 });
    expect(teams.find((row) => row.id === elsewhere)).toMatchObject({ name: '下级队', customers: 1 });
  });

  it('is a column of the list, sorted and filtered by, and as old as its freshest value', async () => {
    const least = await make({ name: '列表缺项公司' });
    const most = await make({
      name: '列表齐全公司',
      phones: '0571-88888888',
      emails: 'li@example.com',
      addresses: '杭州',
    });
    const filter = encodeURIComponent(JSON.stringify({ field: 'name', op: 'contains', value: '列表' }));
    const list = async (sort: string) =>
      (await t.admin.get(`/customers?filter=${filter}&sort=${sort}&fields=name,completeness,staleFields,freshestOn`))
        .body.items as { id: string; values: Record<string, unknown> }[];
    expect((await list('completeness')).map((row) => row.id)).toEqual([least.id, most.id]);
    const [top] = await list('-completeness');
    expect(top?.id).toBe(most.id);
    const { values } = await card(most.id);
    expect(top?.values).toMatchObject({
      completeness: values.completeness,
      staleFields: 0,
      freshestOn: values.freshestOn,
    });
  });

  it('follows the weights of the dictionary and leaves hidden fields and other kinds out', async () => {
    const field = async (key: string) =>
      (await t.admin.get('/fields/all')).body.fields.find(
        (item: { object: string; key: string }) => item.object === 'customer' && item.key === key,
      );
    const set = async (key: string, body: object) => {
      const { id, version } = await field(key);
      expect((await t.admin.send('PATCH', `/fields/${id}`, body, match(version))).status).toBe(200);
    };
    const made = await make({ name: '权重公司', phones: '0571-88888888' });
    const before = (await panel(made.id)).score;
    const { weight } = await field('phones');
    await set('phones', { weight: 100 });
    expect((await panel(made.id)).score).toBeGreaterThan(before);
    await calculate();
    expect((await card(made.id)).values.completeness).toBe((await panel(made.id)).score);
    await set('phones', { weight });
    const asked = (await panel(made.id)).missing.map((item: { key: string }) => item.key);
    expect(asked).toContain('emails');
    await set('emails', { hidden: true });
    expect((await panel(made.id)).missing.map((item: { key: string }) => item.key)).not.toContain('emails');
    await set('emails', { hidden: false });
    await calculate();
  });

  it('weighs fields by kind as set, together with the grade, by a change as by the night’s job', async () => {
    const values = { name: '按类型加权', grade: 'A', phones: '0571-88888888' };
    const made = [await make(values), await make(values, { kind: 'individual' })];
    const scores = async () => Promise.all(made.map(async ({ id }) => (await card(id)).values.completeness as number));
    const put = async (multipliers: object) => {
      const { limits, version } = (await t.admin.get('/quality-settings')).body;
      const set = await t.admin.send('PUT', '/quality-settings', { multipliers, limits }, match(version));
      expect(set.status, JSON.stringify(set.body)).toBe(200);
      await t.drain();
    };
    const before = await scores();
    await put({ 'kind:company': { phones: 10 } });
    const byKind = await scores();
    expect(byKind[0]).toBeGreaterThan(before[0] as number);
    expect(byKind[1]).toBe(before[1]);
    await put({ 'kind:company': { phones: 10 }, A: { phones: 3 } });
    const byBoth = await scores();
    expect(byBoth[0]).toBeGreaterThan(byKind[0] as number);
    expect(byBoth[1]).toBeGreaterThan(byKind[1] as number);
    for (const [index, { id }] of made.entries()) expect((await panel(id)).score).toBe(byBoth[index]);
    await put({});
  });

  it('shows nothing of customers out of scope and calculates for managers only', async () => {
    const other = await make({ name: '别人的客户' });
    const sales = await t.as('sales');
    expect((await sales.get(`/customers/${other.id}/completeness`)).status).toBe(404);
    expect((await sales.send('POST', '/completeness/calculation')).status).toBe(403);
    expect((await sales.get('/quality-settings')).status).toBe(403);
    expect((await sales.get('/completeness')).body.items).toEqual([]);
  });
});

describe('freshness', () => {
  it('counts values past their limit, and verifying makes them fresh', async () => {
    const made = await make({ name: '陈旧公司', phones: '0571-88888888', uscc: '91350100M000100Y43' });
    expect((await panel(made.id)).stale).toEqual([]);
    await age(made.id, 200);
    await calculate();
    expect((await card(made.id)).values.staleFields).toBe(1);
    const { stale } = await panel(made.id);
    expect(stale).toEqual([expect.objectContaining({ key: 'phones', days: 200, limit: 180 })]);
    const { version } = await card(made.id);
    const verified = await t.admin.send('POST', `/customers/${made.id}/fields/phones/verification`, {}, match(version));
    expect(verified.body.values.staleFields).toBe(0);
    expect((await panel(made.id)).stale).toEqual([]);
  });

  it('follows the limits as set', async () => {
    const made = await make({ name: '限期公司', phones: '0571-88888888' });
    await age(made.id, 40);
    const { version, limits } = (await t.admin.get('/quality-settings')).body;
    const set = await t.admin.send(
      'PUT',
      '/quality-settings',
      { multipliers: {}, limits: { ...limits, phones: 30 } },
      match(version),
    );
    expect(set.status).toBe(200);
    await t.drain();
    expect((await card(made.id)).values.staleFields).toBe(1);
  });
});
