import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

const create = async (client: Client, values: Record<string, unknown>, kind = 'company'): Promise<Json> => {
  const made = await client.send('POST', '/customers', { kind, values, allowDuplicate: true });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
};

describe('typing', () => {
  it('suggests a name whose place stands elsewhere, and one in Latin letters for one in Chinese', async () => {
    await create(t.admin, { name: '厦门鹭海纸业有限公司' });
    await create(t.admin, { name: '宁波海天塑机集团有限公司' });
    const suggested = async (name: string) =>
      (await t.admin.send('POST', '/customers/duplicates', { kind: 'company', values: { name } })).body.items.map(
        (item: Json) => item.name,
      );
    expect(await suggested('鹭海厦门纸业')).toEqual(['厦门鹭海纸业有限公司']);
    for (const name of ['Ningbo Haitian Plastics Machinery', 'Ningbo Hai Tian Plastics', 'Haitian Group'])
      expect(await suggested(name), name).toEqual(['宁波海天塑机集团有限公司']);
  });

  it('suggests similar customers with score and reasons, and stops only certain ones', async () => {
    const known = await create(t.admin, { name: '杭州西溪湿地食品有限公司', phones: '0571-87654321' });
    const look = async (values: Record<string, unknown>) =>
      (await t.admin.send('POST', '/customers/duplicates', { kind: 'company', values })).body;
    for (const name of ['西溪湿地食品', '浙江省杭州市西溪濕地食品有限責任公司', '杭州西溪湿地视频有限公司']) {
      const { items } = await look({ name });
      expect(items[0]?.id, name).toBe(known.id);
      expect(items[0].score).toBeGreaterThan(0.3);
      expect(items[0].because).toContain('name');
    }
    expect((await look({ name: '杭州东湖机械有限公司' })).items).toEqual([]);
    const phone = (await look({ name: '别的名字', phones: '+86 571 8765 4321' })).items[0];
    expect(phone).toMatchObject({ id: known.id, certain: true });
    const similar = await t.admin.send('POST', '/customers', {
      kind: 'company',
      values: { name: '杭州西溪湿地视频有限公司' },
    });
    expect(similar.status).toBe(201);
    const same = await t.admin.send('POST', '/customers', {
      kind: 'company',
      values: { name: '西溪湿地食品（杭州）有限公司' },
    });
    expect(same.status).toBe(409);
    expect(same.body.data.items[0].certain).toBe(true);
  });
});

describe('sweep', () => {
  it('lists pairs once, remembers decisions and is told by nobody out of scope', async () => {
    const a = await create(t.admin, { name: '宁波海晏物流有限公司', phones: '0574-11112222' });
    const b = await create(t.admin, { name: '宁波市海晏物流公司', phones: '0574 1111 2222' });
    const run = async () => {
      const started = await t.admin.send('POST', '/duplicates/sweep');
      expect(started.status).toBe(202);
      await t.drain();
      expect((await t.admin.get(`/jobs/${started.body.jobId}`)).body.state).toBe('done');
    };
    await run();
    const pairOf = async (client: Client, state = 'open') =>
      (await client.get(`/duplicates?state=${state}&customerId=${a.id}`)).body.items;
    const [pair] = await pairOf(t.admin);
    expect([pair.a.id, pair.b.id].sort()).toEqual([a.id, b.id].sort());
    expect(pair.score).toBeGreaterThan(0.9);
    expect(pair.reasons.map((reason: Json) => reason.column)).toEqual(expect.arrayContaining(['name', 'phones']));
    expect(JSON.stringify(pair.reasons)).not.toContain('1111');
    const stranger = await t.as('supervisor');
    expect(await pairOf(stranger)).toEqual([]);
    const decide = (client: Client, version: number) =>
      client.send(
        'PUT',
        `/duplicates/${pair.id}/decision`,
        { decision: 'different', note: '两家仓库' },
        match(version),
      );
    expect((await decide(stranger, 1)).status).toBe(404);
    expect((await decide(await t.as('sales'), 1)).status).toBe(403);
    const [first, second] = await Promise.all([decide(t.admin, 1), decide(t.admin, 1)]);
    expect([first.status, second.status].sort()).toEqual([200, 412]);
    await run();
    expect(await pairOf(t.admin)).toEqual([]);
    expect(await pairOf(t.admin, 'different')).toHaveLength(1);
    expect((await t.admin.get('/duplicates/sweep')).body.sweep.finishedAt).not.toBeNull();
  });

  it('started by two people at once is one, waiting for both until the first customer is looked at', async () => {
    const [one, other] = [await t.as('archivist'), await t.as('archivist')];
    const answers = await Promise.all(
      [one, one, other, other].map((client) => client.send('POST', '/duplicates/sweep')),
    );
    expect(answers.map((answer) => answer.status)).toEqual([202, 202, 202, 202]);
    expect(new Set(answers.map((answer) => answer.body.jobId)).size).toBe(1);
    const told = [(await one.get('/duplicates/sweep')).body.sweep, (await other.get('/duplicates/sweep')).body.sweep];
    for (const sweep of told) expect(sweep).toMatchObject({ state: 'running', total: 0, checked: 0, finishedAt: null });
    // Only who started it follows (and may cancel) the job.
    expect(told.filter((sweep) => sweep.jobId !== null)).toHaveLength(1);
    const [{ n }] = await t.asOwner(`select count(*)::int n from duplicate_sweep where state = 'running'`);
    expect(n).toBe(1);
    await t.drain();
  });

  it('goes on when who started it is blocked meanwhile', async () => {
    const leaver = await t.as('archivist');
    expect((await leaver.send('POST', '/duplicates/sweep')).status).toBe(202);
    const blocked = await t.admin.send('POST', `/users/${leaver.userId}/blocking`, undefined, match(1));
    expect(blocked.status, JSON.stringify(blocked.body)).toBeLessThan(300);
    await t.drain();
    expect((await t.admin.get('/duplicates/sweep')).body.sweep.finishedAt).not.toBeNull();
  });

  it('cancelled or failed says so to everybody, beside when the whole base was checked last', async () => {
    const archivist = await t.as('archivist');
    const told = async () => (await t.admin.get('/duplicates/sweep')).body;
    const { whole } = await told();
    expect(whole.finishedAt).not.toBeNull();
    const cancelled = (await archivist.send('POST', '/duplicates/sweep')).body;
    expect(await told()).toMatchObject({ sweep: { state: 'running', jobId: null, finishedAt: null }, whole });
    expect((await archivist.get('/duplicates/sweep')).body.sweep.jobId).toBe(cancelled.jobId);
    await archivist.send('POST', `/jobs/${cancelled.jobId}/cancellation`);
    expect(await told()).toMatchObject({ sweep: { state: 'cancelled', finishedAt: expect.any(String) }, whole });
    const failed = (await archivist.send('POST', '/duplicates/sweep')).body;
    await t.asOwner('update job set attempts = max_attempts where id = $1', [failed.jobId]);
    await t.drain();
    expect(await told()).toMatchObject({ sweep: { state: 'failed', finishedAt: expect.any(String) }, whole });
    const events = await t.asOwner(
      `select kind from event where subject_kind = 'duplicateSweep' order by id desc limit 4`,
    );
    expect(events.map(({ kind }) => kind)).toEqual([
      'duplicateSweep.failed',
      'duplicateSweep.started',
      'duplicateSweep.cancelled',
      'duplicateSweep.started',
    ]);
  });

  it('puts look-alikes an import let in before people', async () => {
    const known = await create(t.admin, { name: '温州瓯海永强鞋业有限公司' });
    const csv = Buffer.from('客户名称,联系人\n温州永强鞋业,王五\n毫不相干的厂,赵六\n');
    const draft = await t.admin.upload('/imports', 'a.csv', csv);
    expect(draft.status, JSON.stringify(draft.body)).toBe(201);
    await t.admin.send('POST', `/imports/${draft.body.id}/start`, undefined, match(draft.body.version));
    await t.drain();
    expect((await t.admin.get(`/imports/${draft.body.id}`)).body.rows.created).toBeGreaterThan(0);
    const { items } = (await t.admin.get(`/duplicates?batchId=${draft.body.id}`)).body;
    expect(items.map((item: Json) => [item.foundBy, [item.a.id, item.b.id].includes(known.id)])).toEqual([
      ['import', true],
    ]);
  });

  it('checks thresholds', async () => {
    const { body } = await t.admin.get('/duplicates/settings');
    const put = (values: Record<string, number>) =>
      t.admin.send(
        'PUT',
        '/duplicates/settings',
        { suggestFrom: 0.3, listFrom: 0.5, stopFrom: 0.9, ...values },
        match(body.version),
      );
    expect((await put({ suggestFrom: 0.95 })).body.errors[0].code).toBe('duplicates.order');
    expect((await put({ listFrom: 3 })).status).toBe(422);
    const both = await Promise.all([put({ listFrom: 0.6 }), put({ listFrom: 0.6 })]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect((await t.admin.get('/duplicates/settings')).body.listFrom).toBe(0.6);
  });
});
