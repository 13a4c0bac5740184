import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';

let t: TestApp;
const ids: Record<string, string> = {};
const day = (ago: number) => companyDay(-ago);

/** Twelve orders of a main customer, one of a former one, and so on: amounts in yuan. */
const bought: [name: string, orders: [ago: number, yuan: number][]][] = [
  ['主力', Array.from({ length: 12 }, (_, index) => [index * 30 + 2, 1000])],
  [
    '一般',
    [
      [20, 900],
      [80, 900],
      [300, 900],
    ],
  ],
  ['零散', [[200, 500]]],
  ['过去', [[700, 4000]]],
  [
    '新',
    [
      [5, 300],
      [6, 300],
    ],
  ],
];

beforeAll(async () => {
  t = await startTestApp();
  for (const name of [...bought.map(([key]) => key), '潜在']) {
    const made = await t.admin.send('POST', '/customers', { kind: 'company', values: { name: `${name}客户` } });
    ids[name] = made.body.id;
  }
  for (const [name, orders] of bought) {
    const items = orders.map(([ago, yuan]) => ({ customerId: ids[name], day: day(ago), amountMinor: yuan * 100 }));
    expect((await t.admin.send('POST', '/purchases/batches', { items })).status).toBe(201);
  }
  await run();
});
afterAll(() => t.close());

async function run() {
  expect((await t.admin.send('POST', '/class-runs')).status).toBe(202);
  await t.drain();
}
const classes = async (name: string): Promise<Record<string, Json>> => {
  const answer = await t.admin.get(`/customers/${ids[name]}/classes`);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return Object.fromEntries(answer.body.items.map((item: { dimension: string }) => [item.dimension, item]));
};
const count = async (filter: unknown) =>
  (await t.admin.get(`/customers/count?filter=${encodeURIComponent(JSON.stringify(filter))}`)).body.value;

describe('divisions', () => {
  it('follow from the facts, with the reason', async () => {
    const main = await classes('主力');
    expect(main.volumeClass).toMatchObject({
      value: 'main',
      because: { code: 'volume', params: { orders: 12, days: 400, main: 12, general: 3 } },
    });
    expect(main.timeClass.value).toBe('current');
    expect(main.tenureClass.value).toBe('old');
    expect(main.processClass).toMatchObject({
      value: 'ongoing',
      because: { code: 'last', params: { days: 2, limit: 90 } },
    });
    expect((await classes('一般')).volumeClass.value).toBe('general');
    expect((await classes('零散')).volumeClass.value).toBe('sporadic');
    expect((await classes('零散')).processClass.value).toBe('done');
    expect((await classes('过去')).timeClass.value).toBe('former');
    expect((await classes('新')).tenureClass.value).toBe('new');
    const none = await classes('潜在');
    expect([none.timeClass.value, none.tenureClass.value, none.processClass.value, none.volumeClass.value]).toEqual([
      'future',
      'potential',
      'upcoming',
      null,
    ]);
  });

  it('open the customers behind them, and count them', async () => {
    expect(await count({ field: 'volumeClass', op: 'eq', value: 'main' })).toBe(1);
    const all = (await t.admin.get('/class-distribution')).body;
    expect(all.total).toBe(6);
    const volume = all.items.filter((item: { dimension: string }) => item.dimension === 'volumeClass');
    expect(volume.find((item: { value: string }) => item.value === 'main')).toMatchObject({
      customers: 1,
      amount: 12_000,
    });
  });

  it('take edited thresholds, and refuse overlapping ones', async () => {
    const scheme = (await t.admin.get('/class-schemes/divisions')).body;
    const config = { ...scheme.config, volume: { ...scheme.config.volume, mainOrders: 3, generalOrders: 3 } };
    const put = (body: unknown, version = 0) =>
      t.admin.send('PUT', '/class-schemes/divisions', { config: body }, match(version));
    const wrong = await put(config);
    expect(wrong.status).toBe(422);
    expect(wrong.body.errors[0]).toMatchObject({ field: 'config.volume.generalOrders', code: 'class.cutoffs' });
    expect(wrong.body.errors[0].message).not.toContain('errors.');
    config.volume.generalOrders = 2;
    expect((await put(config)).body.version).toBe(1);
    expect((await put(config)).status).toBe(412);
    await run();
    expect((await classes('一般')).volumeClass.value).toBe('main');
    const runs = (await t.admin.get('/class-runs')).body.items;
    expect(runs[0]).toMatchObject({ state: 'done', scheduled: false, by: '管理员甲' });
    const report = (await t.admin.get(`/class-runs/${runs[0].id}`)).body;
    expect(report.moves).toContainEqual({ dimension: 'volumeClass', from: 'general', to: 'main', customers: 1 });
    const who = await t.admin.get(`/class-runs/${runs[0].id}/changes?dimension=volumeClass&from=general&to=main`);
    expect(who.body.items[0]).toMatchObject({ name: '一般客户', cause: 'facts' });
    await put(scheme.config, 1);
    await run();
  });

  it('recalculates no longer once the run was cancelled or failed, and says so', async () => {
    const trigger = (change: string) =>
      t.asOwner(`create or replace function end_run() returns trigger language plpgsql as $$
        begin update job set ${change} where id = new.id; return null; end $$`);
    await trigger('cancel_requested = true');
    await t.asOwner('create trigger end_run after insert on class_run for each row execute function end_run()');
    const newest = async () => (await t.admin.get('/class-runs')).body.items[0];
    await run();
    expect(await newest()).toMatchObject({ state: 'cancelled', finishedAt: expect.any(String) });
    // Its process dies, once too often.
    await trigger(`lease_until = now() - interval '1 second', attempts = 9, locked_by = 'dead'`);
    await run();
    await t.asOwner('drop trigger end_run on class_run');
    await t.drain();
    expect(await newest()).toMatchObject({ state: 'failed', finishedAt: expect.any(String) });
    await run();
    expect(await newest()).toMatchObject({ state: 'done' });
  });
});

describe('overrides', () => {
  it('hold against the facts with reason and expiry, until ended', async () => {
    const path = `/customers/${ids.零散}/classes/volumeClass/override`;
    expect((await t.admin.send('PUT', path, { value: 'main', reason: '' })).status).toBe(422);
    expect((await t.admin.send('PUT', path, { value: 'nonsense', reason: '战略' })).status).toBe(422);
    expect((await t.admin.send('PUT', path, { value: 'main', reason: '战略', expiresOn: day(2) })).status).toBe(422);
    const set = await t.admin.send('PUT', path, { value: 'main', reason: '战略客户', expiresOn: day(-30) });
    expect(set.body).toMatchObject({
      value: 'main',
      override: { reason: '战略客户', expiresOn: day(-30), by: '管理员甲' },
    });
    await run();
    expect((await classes('零散')).volumeClass.value).toBe('main');
    const ended = await t.admin.send('DELETE', path);
    expect(ended.body).toMatchObject({ value: 'sporadic', override: null });
    expect((await t.admin.send('DELETE', path)).status).toBe(404);
    const history = (await t.admin.get(`/customers/${ids.零散}/class-changes?dimension=volumeClass`)).body.items;
    expect(history.map((item: Json) => [item.from, item.to, item.cause])).toEqual([
      ['main', 'sporadic', 'override'],
      ['sporadic', 'main', 'override'],
    ]);
  });

  it('set at once leave one in force', async () => {
    const path = `/customers/${ids.一般}/classes/ladder/override`;
    const both = await Promise.all(
      ['advocate', 'supporter'].map((value) => t.admin.send('PUT', path, { value, reason: '推荐多次' })),
    );
    expect(both.map((answer) => answer.status)).toEqual([200, 200]);
    const open = await t.app.db.inOrg(t.orgId, (tx) =>
      sql`select value from class_override where customer_id = ${ids.一般} and ended_at is null`.execute(tx),
    );
    expect(open.rows).toHaveLength(1);
    expect((await classes('一般')).ladder.value).toBe((open.rows[0] as { value: string }).value);
  });

  it('that expired give way at the next run', async () => {
    const path = `/customers/${ids.过去}/classes/timeClass/override`;
    await t.admin.send('PUT', path, { value: 'current', reason: '重新联系', expiresOn: day(0) });
    expect((await classes('过去')).timeClass.value).toBe('current');
    await t.app.db.inOrg(t.orgId, (tx) =>
      sql`update class_override set expires_on = expires_on - 2 where customer_id = ${ids.过去}`.execute(tx),
    );
    await run();
    expect(await classes('过去')).toMatchObject({ timeClass: { value: 'former', override: null } });
  });

  it('are for those who may: a rep is refused, another team sees nothing', async () => {
    const path = `/customers/${ids.零散}/classes/grade/override`;
    const sales = await t.as('sales');
    expect((await sales.send('PUT', path, { value: 'A', reason: 'x' })).status).toBe(403);
    expect((await sales.get(`/customers/${ids.零散}/classes`)).status).toBe(404);
    expect((await sales.get('/class-distribution')).body.total).toBe(0);
    const supervisor = await t.as('supervisor');
    expect((await supervisor.send('PUT', path, { value: 'A', reason: 'x' })).status).toBe(404);
    expect((await supervisor.send('POST', '/class-runs')).status).toBe(403);
  });
});

describe('rules', () => {
  const rule = (id: string, target: string, condition: unknown) => ({ id, name: id, target, condition });
  const grades = {
    method: 'order',
    scheduled: true,
    keepManual: true,
    otherwise: 'D',
    rules: [
      rule('big', 'A', { field: 'purchaseTotal12m', op: 'gte', value: 10_000 }),
      rule('mid', 'B', { field: 'purchaseTotal12m', op: 'gte', value: 1000 }),
    ],
    cutoffs: [],
  };

  it('show who would move before they are saved, then move them with events', async () => {
    await t.admin.send('PATCH', `/customers/${ids.潜在}`, { values: { grade: 'C' } }, match(1));
    const dry = await t.admin.send('POST', '/class-schemes/grade/dry-run', { config: grades });
    expect(dry.body, JSON.stringify(dry.body)).toMatchObject({ total: 6, fresh: 5, kept: 1, up: 0, down: 0 });
    const strict = await t.admin.send('POST', '/class-schemes/grade/dry-run', {
      config: { ...grades, keepManual: false },
    });
    expect(strict.body).toMatchObject({ fresh: 5, kept: 0, down: 1 });
    const who = await t.admin.send('POST', '/class-schemes/grade/dry-run/customers', {
      config: grades,
      from: null,
      to: 'A',
    });
    expect(who.body.items.map((item: Json) => item.name)).toEqual(['主力客户']);
    expect((await t.admin.send('PUT', '/class-schemes/grade', { config: grades }, match(0))).status).toBe(200);
    await run();
    expect(await classes('主力')).toMatchObject({
      grade: { value: 'A', because: { code: 'rule', params: { rule: 'big' } } },
    });
    expect(await classes('潜在')).toMatchObject({ grade: { value: 'C', because: { code: 'manual' } } });
    expect((await classes('新')).grade.value).toBe('D');
    const timeline = (await t.admin.get(`/customers/${ids.主力}/timeline`)).body.items;
    expect(timeline.find((item: Json) => item.kind === 'customer.graded').changes.grade).toEqual({
      from: null,
      to: 'A',
    });
    const [made] = (await t.admin.get('/class-runs?limit=1')).body.items;
    await t.asOwner(`update class_change set from_value = 'B' where run_id = $1 and customer_id = $2`, [
      made.id,
      ids.新,
    ]);
    const toD = async (from: string) =>
      (await t.admin.get(`/class-runs/${made.id}/changes?dimension=grade&from=${from}&to=D`)).body.items.map(
        (item: Json) => item.name,
      );
    expect(await toD('B')).toEqual(['新客户']);
    expect(await toD('-')).not.toContain('新客户');
    // Nothing differs any more: a second run changes nobody.
    await run();
    const [latest] = (await t.admin.get('/class-runs?limit=1')).body.items;
    expect((await t.admin.get(`/class-runs/${latest.id}`)).body.moves).toEqual([]);
  });

  it('by points add up to cut-offs, which may not overlap', async () => {
    const config = {
      ...grades,
      method: 'points',
      keepManual: false,
      rules: [
        { id: 'a', name: '金额', points: 60, condition: { field: 'purchaseTotal12m', op: 'gte', value: 10_000 } },
        { id: 'b', name: '次数', points: 40, condition: { field: 'purchaseCount12m', op: 'gte', value: 2 } },
      ],
      cutoffs: [
        { target: 'A', atLeast: 90 },
        { target: 'B', atLeast: 40 },
      ],
    };
    const dry = (await t.admin.send('POST', '/class-schemes/grade/dry-run', { config })).body;
    expect(dry.moves).toContainEqual({ from: 'D', to: 'B', customers: 1 });
    const overlap = {
      ...config,
      cutoffs: [
        { target: 'A', atLeast: 40 },
        { target: 'B', atLeast: 40 },
      ],
    };
    const wrong = await t.admin.send('POST', '/class-schemes/grade/dry-run', { config: overlap });
    expect(wrong.body.errors[0]).toMatchObject({ field: 'config.cutoffs', code: 'class.cutoffs' });
  });

  it('refuse unknown values, "me", and fields the editor may not read; a rule whose field was hidden is left out', async () => {
    const send = (rules: unknown[], client = t.admin) =>
      client.send('POST', '/class-schemes/importance/dry-run', { config: { ...grades, otherwise: 'general', rules } });
    expect((await send([rule('x', 'Z', { field: 'grade', op: 'eq', value: 'A' })])).body.errors[0].code).toBe(
      'class.value',
    );
    expect((await send([rule('x', 'key', { field: 'ownerId', op: 'isMe' })])).body.errors[0].code).toBe('class.isMe');
    expect((await send([rule('x', 'key', { all: [] })])).body.errors[0].code).toBe('class.noCondition');
    expect((await send([rule('x', 'key', { field: 'nonsense', op: 'eq', value: 1 })])).status).toBe(400);
    const hidden = [rule('x', 'key', { field: 'remark', op: 'contains', value: '大' })];
    const saved = await t.admin.send(
      'PUT',
      '/class-schemes/importance',
      { config: { ...grades, otherwise: 'general', rules: hidden } },
      match(0),
    );
    expect(saved.status, JSON.stringify(saved.body)).toBe(200);
    const remark = (await t.admin.get('/fields?object=customer')).body.fields?.find(
      (item: Json) => item.key === 'remark',
    );
    const field =
      remark ??
      (await t.app.db.inOrg(t.orgId, (tx) =>
        tx
          .selectFrom('field')
          .selectAll()
          .where('object', '=', 'customer')
          .where('key', '=', 'remark')
          .executeTakeFirstOrThrow(),
      ));
    await t.admin.send('PATCH', `/fields/${field.id}`, { hidden: true }, match(field.version));
    await run();
    const [latest] = (await t.admin.get('/class-runs?limit=1')).body.items;
    expect(latest).toMatchObject({ state: 'done', problems: { importance: 'field.unknown' } });
  });

  it('of the ladder move customers up and down, a rung set by hand stays', async () => {
    expect((await classes('主力')).ladder.value).toBe('client');
    expect((await classes('新')).ladder.value).toBe('customer');
    expect((await classes('零散')).ladder.value).toBe('buyer');
    const path = `/customers/${ids.新}/classes/ladder/override`;
    await t.admin.send('PUT', path, { value: 'partner', reason: '合资' });
    await run();
    expect((await classes('新')).ladder.value).toBe('partner');
    const moves = await t.admin.get(`/class-movement/ladder?from=${day(1)}&to=${day(-1)}`);
    expect(moves.body.flows).toContainEqual({ from: 'customer', to: 'partner', customers: 1 });
    expect(moves.body.days.find((item: Json) => item.value === 'partner').customers).toBe(1);
    expect((await t.admin.get(`/class-movement/ladder?from=${day(0)}&to=${day(3)}`)).status).toBe(400);
  });
});

describe('ABC and RFM', () => {
  it('split by cumulative share; the curve ends at the whole', async () => {
    // 12,000 of 16,800 in twelve months is 71 %: the next still belongs to A, what follows 88 % is B.
    expect((await classes('主力')).abcClass.value).toBe('A');
    expect((await classes('一般')).abcClass.value).toBe('A');
    expect((await classes('新')).abcClass.value).toBe('B');
    expect((await classes('潜在')).abcClass.value).toBeNull();
    const curve = (await t.admin.get('/abc-curve')).body;
    expect(curve).toMatchObject({ basis: 'purchaseTotal12m', customers: 4 });
    expect(curve.points.at(-1)).toMatchObject({ customers: 4, amount: curve.amount, least: 500 });
    const scheme = (await t.admin.get('/class-schemes/abc')).body;
    const wrong = await t.admin.send(
      'PUT',
      '/class-schemes/abc',
      { config: { ...scheme.config, a: 95, b: 95 } },
      match(0),
    );
    expect(wrong.body.errors[0].field).toBe('config.b');
  });

  it('score in quintiles where ties share, and name the eight groups', async () => {
    const card = (await t.admin.get(`/customers/${ids.主力}`)).body.values;
    expect(card).toMatchObject({ rfmR: 5, rfmF: 5, rfmM: 5, rfmSegment: 'importantValue' });
    const past = (await t.admin.get(`/customers/${ids.过去}`)).body.values;
    expect(past).toMatchObject({ rfmR: 1, rfmF: 1, rfmM: 1, rfmSegment: 'generalRetain' });
    expect((await t.admin.get(`/customers/${ids.潜在}`)).body.values.rfmR).toBeUndefined();
    const map = (await t.admin.get('/rfm-map')).body;
    expect(map.cells.reduce((sum: number, cell: Json) => sum + cell.customers, 0)).toBe(5);
    expect(await count({ field: 'rfmSegment', op: 'eq', value: 'importantValue' })).toBe(1);
  });

  it('score by cut-offs when told', async () => {
    const scheme = (await t.admin.get('/class-schemes/rfm')).body;
    const config = {
      ...scheme.config,
      method: 'cutoffs',
      r: [10, 50, 100, 400],
      f: [2, 3, 6, 10],
      m: [1000, 2000, 5000, 9000],
      high: 'score',
      highFrom: 3,
    };
    const wrong = await t.admin.send('PUT', '/class-schemes/rfm', { config: { ...config, f: [2, 2, 3, 4] } }, match(0));
    expect(wrong.body.errors[0].field).toBe('config.f');
    expect((await t.admin.send('PUT', '/class-schemes/rfm', { config }, match(0))).status).toBe(200);
    await run();
    const card = (await t.admin.get(`/customers/${ids.一般}`)).body.values;
    expect(card).toMatchObject({ rfmR: 4, rfmF: 3, rfmM: 3, rfmSegment: 'importantValue' });
    expect((await t.admin.get(`/customers/${ids.零散}`)).body.values).toMatchObject({ rfmR: 2, rfmF: 1, rfmM: 1 });
  });
});
