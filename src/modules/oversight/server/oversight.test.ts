import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemActor } from '#platform/access/actor.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import { inJobTransaction } from '#platform/jobs/runner.ts';
import { createLog } from '#platform/log.ts';
import { newId } from '#shared/ids.ts';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';

let t: TestApp;
let rep: Client;
let second: Client;
let supervisor: Client;
let stranger: Client;
let leader: Client;
let teamId: string;
const checklist = [
  { key: 'contact', label: '联系方式齐全' },
  { key: 'fresh', label: '近期有更新' },
];
const day = (offset: number) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date(Date.now() + offset * 86_400_000));

beforeAll(async () => {
  t = await startTestApp();
  const team = async (name: string) => (await t.admin.send('POST', '/teams', { name, parentId: null })).body.id;
  teamId = await team('一组');
  const other = await team('二组');
  rep = await t.as('sales', { teamId });
  second = await t.as('sales', { teamId });
  supervisor = await t.as('supervisor', { teamId });
  stranger = await t.as('supervisor', { teamId: other });
  leader = await t.as('leader');
});
afterAll(() => t.close());

/** Queues the morning job, as the scheduler does. */
const morning = () =>
  inJobTransaction(t.app.db, systemActor(t.orgId, []), newId(), createLog('silent'), (context) =>
    enqueue(context, { kind: 'oversight.daily' }),
  );

async function customer(client: Client, name: string, values: Json = {}): Promise<string> {
  const made = await client.send('POST', '/customers', { kind: 'company', values: { name, ...values } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body.id;
}
const plan = (more: Json = {}) => ({ name: '每周检查', rule: 'perRep', amount: 2, checklist, ...more });
async function drawn(client: Client, body: Json): Promise<Json> {
  const made = await client.send('POST', '/inspection-plans', body);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  expect((await client.send('POST', `/inspection-plans/${made.body.id}/rounds`)).status).toBe(202);
  await t.drain();
  const rounds = await client.get('/inspection-rounds');
  return { plan: made.body, round: rounds.body.items[0] };
}

describe('weekly inspection', () => {
  it('draws so many cards per rep, of the own team only, once a week', async () => {
    for (const name of ['甲', '乙', '丙', '丁']) await customer(rep, `一组${name}公司`);
    await customer(second, '一组戊公司');
    await customer(stranger, '二组公司');
    const { plan: made, round } = await drawn(supervisor, plan());
    expect(round).toMatchObject({ drawn: true, total: 3, open: 3 });
    const { items } = (await supervisor.get(`/inspection-rounds/${round.id}/items`)).body;
    expect(items.filter((item: Json) => item.repId === rep.userId)).toHaveLength(2);
    expect(items.filter((item: Json) => item.repId === second.userId)).toHaveLength(1);
    const again = await supervisor.send('POST', `/inspection-plans/${made.id}/rounds`);
    expect([again.status, again.body.code]).toEqual([409, 'inspection.drawn']);
    // The morning job finds the week done, also when it runs twice.
    await morning();
    await morning();
    await t.drain();
    expect((await supervisor.get('/inspection-rounds')).body.items).toHaveLength(1);
    // Another plan does not draw what was just inspected; a share is rounded up.
    const rest = await drawn(supervisor, plan({ name: '抽查', rule: 'percent', amount: 10 }));
    expect(rest.round.total).toBe(1);
    const all = await drawn(supervisor, plan({ name: '全查', rule: 'all', restWeeks: 0 }));
    expect(all.round.total).toBe(5);
    const some = await drawn(
      supervisor,
      plan({ name: '条件', rule: 'all', restWeeks: 0, condition: { field: 'name', op: 'contains', value: '戊' } }),
    );
    expect(some.round.total).toBe(1);
  });

  it('is closed to reps and other teams', async () => {
    const { items } = (await supervisor.get('/inspection-rounds')).body;
    expect((await rep.get('/inspection-rounds')).status).toBe(403);
    expect((await stranger.get('/inspection-rounds')).body.items).toEqual([]);
    expect((await stranger.get(`/inspection-rounds/${items[0].id}/items`)).status).toBe(404);
    const plans = (await supervisor.get('/inspection-plans')).body.items;
    expect((await stranger.send('PATCH', `/inspection-plans/${plans[0].id}`, { name: 'x' }, match(1))).status).toBe(
      404,
    );
    expect((await stranger.send('POST', `/inspection-plans/${plans[0].id}/rounds`)).status).toBe(404);
    expect((await leader.get('/inspection-plans')).body.items.length).toBe(plans.length);
    expect(
      (await leader.send('PATCH', `/inspection-plans/${plans[0].id}`, { active: false }, match(1))).body.active,
    ).toBe(false);
    expect(
      (await supervisor.send('PATCH', `/inspection-plans/${plans[0].id}`, { active: true }, match(1))).status,
    ).toBe(412);
    expect((await supervisor.send('POST', `/inspection-plans/${plans[0].id}/rounds`)).body.code).toBe(
      'inspection.planOff',
    );
  });

  it('refuses plans that cannot work', async () => {
    const wrong = async (more: Json) => (await supervisor.send('POST', '/inspection-plans', plan(more))).body;
    expect((await wrong({ rule: 'percent', amount: 101 })).errors[0].code).toBe('inspection.percent');
    expect((await wrong({ teamId: newId() })).errors[0].code).toBe('link.unknown');
    expect((await wrong({ checklist: [...checklist, checklist[0]] })).errors[0].code).toBe('inspection.pointTwice');
    expect((await wrong({ condition: { field: 'nonsense', op: 'eq', value: 1 } })).code).toBe('field.unknown');
    expect((await wrong({ weekday: 8 })).status).toBeGreaterThanOrEqual(400);
    expect((await wrong({ checklist: [] })).status).toBeGreaterThanOrEqual(400);
  });

  it('goes from remark over the rep’s fix to the supervisor’s check', async () => {
    const rounds = (await supervisor.get('/inspection-rounds')).body.items;
    const all = rounds.find((item: Json) => item.planName === '全查');
    const { items } = (await supervisor.get(`/inspection-rounds/${all.id}/items?repId=${rep.userId}`)).body;
    const [card, clean] = items;
    const inspect = (item: Json, answers: Json, version: number) =>
      supervisor.send('PUT', `/inspection-items/${item.id}/inspection`, { answers }, match(version));
    expect((await inspect(clean, { contact: 'good' }, 1)).body.errors[0]).toMatchObject({
      field: 'answers.fresh',
      code: 'inspection.unanswered',
    });
    expect((await inspect(clean, { contact: 'good', fresh: 'good', x: 'bad' }, 1)).status).toBe(422);
    expect((await inspect(clean, { contact: 'good', fresh: 'none' }, 1)).body.state).toBe('passed');
    expect((await inspect(clean, { contact: 'bad', fresh: 'none' }, 1)).status).toBe(412);

    const path = `/customers/${card.customer.id}/inspection-remarks`;
    const remark = (more: Json) =>
      supervisor.send('POST', path, { itemId: card.id, fieldKey: 'remark', body: '备注太旧', fixBy: day(2), ...more });
    expect((await remark({ fixBy: day(-2) })).body.errors[0].code).toBe('inspection.inThePast');
    expect((await remark({ fieldKey: 'nonsense' })).body.errors[0].code).toBe('field.unknown');
    expect((await remark({ itemId: newId() })).body.errors[0].code).toBe('link.unknown');
    expect((await stranger.send('POST', path, { body: 'x', fixBy: day(2) })).status).toBe(404);
    expect((await rep.send('POST', path, { body: 'x', fixBy: day(2) })).status).toBe(403);
    const made = (await remark({})).body;
    expect(made).toMatchObject({ state: 'open', fieldKey: 'remark', can: { check: false } });
    // The checklist opened before the remark is still the newest: whoever writes both is not told of somebody else.
    expect((await inspect(card, { contact: 'good', fresh: 'good' }, 1)).body.state).toBe('remarked');

    expect((await second.get(path)).status).toBe(404);
    expect((await rep.get(path)).body.items).toHaveLength(1);
    expect((await rep.get('/inspection-remarks')).body.items[0].id).toBe(made.id);
    const fix = (client: Client, version: number, note = '') =>
      client.send('POST', `/inspection-remarks/${made.id}/fix`, { note }, match(version));
    const check = (client: Client, version: number, body: Json) =>
      client.send('POST', `/inspection-remarks/${made.id}/check`, body, match(version));
    expect((await check(supervisor, 1, { accepted: true })).body.code).toBe('inspection.notFixed');
    expect((await fix(second, 1)).status).toBe(404);
    // Nothing was changed and nothing is said: that is no fix.
    expect((await fix(rep, 1)).body.errors[0].code).toBe('inspection.noteNeeded');
    const record = (await rep.get(`/customers/${card.customer.id}`)).body;
    await rep.send('PATCH', `/customers/${card.customer.id}`, { values: { remark: '新备注' } }, match(record.version));
    const twice = await Promise.all([fix(rep, 1), fix(supervisor, 1)]);
    expect(twice.map((answer) => answer.status).sort()).toEqual([200, 412]);
    const fixedByRep = twice[0]?.status === 200;
    const checker = fixedByRep ? supervisor : leader;
    if (!fixedByRep) expect((await check(supervisor, 2, { accepted: true })).body.code).toBe('inspection.ownFix');
    expect((await check(checker, 2, { accepted: false })).body.errors[0].code).toBe('inspection.whyNeeded');
    const back = await check(checker, 2, { accepted: false, note: '还缺日期', fixBy: day(1) });
    expect(back.body).toMatchObject({ state: 'open', reopened: 1, fixBy: day(1) });
    expect((await fix(rep, 3)).body.errors[0].code).toBe('inspection.noteNeeded');
    expect((await fix(rep, 3, '已补充在附件')).body.state).toBe('fixed');
    expect((await check(rep, 4, { accepted: true })).status).toBe(403);
    expect((await check(supervisor, 4, { accepted: true })).body.state).toBe('closed');
    expect((await rep.get(path)).body.items).toEqual([]);

    const { items: rows } = (await supervisor.get(`/inspection-statistics?from=${day(-1)}&to=${day(1)}`)).body;
    expect(rows.find((row: Json) => row.repId === rep.userId)).toMatchObject({
      remarks: 1,
      closed: 1,
      open: 0,
      reopened: 1,
      passed: 1,
    });
    expect((await stranger.get(`/inspection-statistics?from=${day(-1)}&to=${day(1)}`)).body.items).toEqual([]);
    expect((await supervisor.get(`/inspection-statistics?from=${day(1)}&to=${day(-1)}`)).status).toBe(422);
    const timeline = (await rep.get(`/customers/${card.customer.id}/timeline?kinds=inspection`)).body.items;
    expect(timeline.map((entry: Json) => entry.kind)).toContain('inspection.remarked');
    expect(JSON.stringify(timeline)).not.toContain('备注太旧');
  });

  it('keeps remarks on a field from those who may not see it, and reminds once', async () => {
    const id = await customer(rep, '机密公司');
    const made = await supervisor.send('POST', `/customers/${id}/inspection-remarks`, {
      fieldKey: 'bankAccount',
      body: '账号似有误',
      fixBy: day(0),
    });
    const visibleToRep = (await rep.get(`/customers/${id}`)).body.values;
    expect(visibleToRep).not.toHaveProperty('bankAccount');
    if (made.status === 201) expect((await rep.get(`/customers/${id}/inspection-remarks`)).body.items).toEqual([]);
    await supervisor.send('POST', `/customers/${id}/inspection-remarks`, { body: '补全', fixBy: day(0) });
    await t.app.db.inOrg(t.orgId, (tx) =>
      sql`update inspection_remark set fix_by = fix_by - 3 where customer_id = ${id}::uuid and body = '补全'`.execute(
        tx,
      ),
    );
    const remind = async () => {
      await morning();
      await t.drain();
      const { items } = (await rep.get('/notifications?limit=200')).body;
      return items.filter((item: Json) => item.type === 'oversight.overdue').length;
    };
    expect(await remind()).toBe(1);
    expect(await remind()).toBe(1);
  });
});

describe('discussion of the day', () => {
  it('lists what each rep recorded, with remarks, replies and an end', async () => {
    const id = await customer(rep, '讨论公司');
    await rep.send('POST', `/customers/${id}/notes`, { body: '客户有意续约' });
    const list = await supervisor.get(`/discussions?day=${day(0)}`);
    const row = list.body.items.find((item: Json) => item.repId === rep.userId);
    expect(row.records).toBeGreaterThanOrEqual(2);
    expect(list.body.items.map((item: Json) => item.repId)).not.toContain(stranger.userId);
    expect((await rep.get(`/discussions?day=${day(0)}`)).body.items.map((item: Json) => item.repId)).toEqual([
      rep.userId,
    ]);
    // Without a day: the last working day, never today.
    expect((await supervisor.get('/discussions')).body.day < day(0)).toBe(true);
    expect((await supervisor.get(`/discussions?day=${day(2)}`)).body.errors[0].code).toBe('discussion.future');

    const path = `/discussions/${rep.userId}/${day(0)}`;
    const records: Json[] = [];
    let cursor = '';
    do {
      const { body } = await supervisor.get(`${path}/records?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      records.push(...body.items);
      cursor = body.nextCursor ?? '';
    } while (cursor);
    expect(records).toHaveLength(row.records);
    const note = records.find((item) => item.kind === 'note.added');
    expect(note).toMatchObject({ text: '客户有意续约', customer: { name: '讨论公司' } });
    expect((await supervisor.get(`/discussions/${rep.userId}/${day(-1)}/records`)).body.items).toEqual([]);

    for (const outsider of [second, stranger]) {
      expect((await outsider.get(path)).status).toBe(404);
      expect((await outsider.get(`${path}/records`)).status).toBe(404);
      expect((await outsider.send('POST', `${path}/remarks`, { body: 'x' })).status).toBe(404);
    }
    const remark = await supervisor.send('POST', `${path}/remarks`, { eventId: note?.id, body: '跟进报价' });
    expect(remark.status, JSON.stringify(remark.body)).toBe(201);
    expect((await supervisor.send('POST', `${path}/remarks`, { eventId: newId(), body: 'x' })).status).toBe(422);
    const reply = await rep.send('POST', `${path}/remarks`, { body: '明天发出' });
    expect(reply.body.remarks.map((item: Json) => item.body)).toEqual(['跟进报价', '明天发出']);
    expect((await rep.send('PUT', `${path}/discussed`, { discussed: true })).status).toBe(403);
    expect((await supervisor.send('PUT', `${path}/discussed`, { discussed: true })).body.discussedByName).toBe(
      'supervisor用户',
    );
    const after = (await supervisor.get(`/discussions?day=${day(0)}`)).body.items;
    expect(after.find((item: Json) => item.repId === rep.userId)).toMatchObject({ remarks: 2, discussed: true });
    const told = (await supervisor.get('/notifications')).body.items.map((item: Json) => item.type);
    expect(told).toContain('oversight.discussionReply');
    const own = `/discussions/${supervisor.userId}/${day(0)}`;
    expect((await supervisor.send('PUT', `${own}/discussed`, { discussed: true })).body.code).toBe('discussion.own');
  });

  it('lets two mark the same new day at once', async () => {
    const path = `/discussions/${second.userId}/${day(0)}`;
    const both = await Promise.all([
      supervisor.send('PUT', `${path}/discussed`, { discussed: true }),
      leader.send('POST', `${path}/remarks`, { body: '同时' }),
    ]);
    expect(both.map((answer) => answer.status)).toEqual([200, 201]);
  });
});
