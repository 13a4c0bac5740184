import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';
import { intelligenceNote } from '#test/intelligence.ts';

let t: TestApp;
let sales: Client;
let other: Client;
let supervisor: Client;
let customerId: string;
beforeAll(async () => {
  t = await startTestApp();
  const team = await t.admin.send('POST', '/teams', { name: '华东组', parentId: null });
  sales = await t.as('sales', { teamId: team.body.id });
  other = await t.as('sales');
  supervisor = await t.as('supervisor', { teamId: team.body.id });
  const made = await sales.send('POST', '/customers', { kind: 'company', values: { name: '宁波海图仪器有限公司' } });
  customerId = made.body.id;
});
afterAll(() => t.close());

const note = (more: object = {}) => intelligenceNote(customerId, more);
const record = (client: Client, more: object = {}) => client.send('POST', '/intelligence', note(more));
const names = (answer: { body: { items: { item: string }[] } }) => answer.body.items.map((item) => item.item);

describe('an item of intelligence', () => {
  it('is recorded with its origin; the timeline tells that, not what', async () => {
    const made = await record(sales, {
      content: '财务总监席间透露',
      source: '代号 07',
      costMinor: 12_000,
      expiresOn: companyDay(90),
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      customer: { id: customerId, name: '宁波海图仪器有限公司' },
      costMinor: 12_000,
      currency: 'CNY',
      sensitivity: 'confidential',
      expired: false,
      can: { update: true, propose: 'directly' },
    });
    const timeline = await sales.get(`/customers/${customerId}/timeline`);
    expect(timeline.body.items.map((item: { kind: string }) => item.kind)).toContain('intelligence.recorded');
    expect(JSON.stringify(timeline.body)).not.toContain('扩建');
    const changed = await sales.send(
      'PATCH',
      `/intelligence/${made.body.id}`,
      { credibility: 1, item: '已批准扩建' },
      match(made.body.version),
    );
    expect(changed.body).toMatchObject({
      credibility: 1,
      item: '已批准扩建',
      content: '财务总监席间透露',
      costMinor: 12_000,
    });
    const stale = await sales.send('PATCH', `/intelligence/${made.body.id}`, { credibility: 3 }, match(1));
    expect([stale.status, stale.body.data.current.credibility]).toEqual([412, 1]);
    const gone = await sales.send(
      'POST',
      `/intelligence/${made.body.id}/trashing`,
      undefined,
      match(changed.body.version),
    );
    expect(names(await sales.get(`/intelligence?customerId=${customerId}`))).not.toContain('已批准扩建');
    expect(names(await sales.get('/intelligence?state=trashed'))).toContain('已批准扩建');
    const back = await sales.send(
      'DELETE',
      `/intelligence/${made.body.id}/trashing`,
      undefined,
      match(gone.body.version),
    );
    expect(back.body.state).toBe('active');
  });

  it('names everything wrong with it', async () => {
    const wrong = await record(sales, {
      method: 'import',
      collectedOn: companyDay(1),
      expiresOn: companyDay(-9),
      currency: 'XXQ',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.body.errors.map((error: { field: string; code: string }) => [error.field, error.code])).toEqual([
      ['collectedOn', 'intelligence.future'],
      ['expiresOn', 'intelligence.expiresBefore'],
      ['currency', 'money.currency'],
      ['method', 'intelligence.method'],
    ]);
    // Left empty as it was opened, and with a cost that is none.
    const nobody = await record(sales, { customerId: null, item: ' ', costMinor: -1 });
    expect(nobody.body.errors).toMatchObject([
      { field: 'item', code: 'input.required' },
      { field: 'costMinor', code: 'number.min' },
      { field: 'customerId', code: 'input.required' },
    ]);
    const unnamed = await record(sales, { subject: 'competitor', customerId: null, subjectName: '  ' });
    expect(unnamed.body.errors).toMatchObject([{ field: 'subjectName', code: 'input.required' }]);
    const market = await record(sales, { subject: 'market', subjectName: '华东' });
    expect(market.body.errors).toMatchObject([{ field: 'customerId', code: 'intelligence.market' }]);
    for (const more of [{ reliability: 'G' }, { credibility: 7 }, { item: '' }, { costMinor: -1 }])
      expect((await record(sales, more)).status).toBe(422);
    expect((await record(sales, { extra: 1 })).status).toBe(400);
  });

  it('is seen within the scope and the clearance, its author always', async () => {
    const secret = await record(sales, { item: '高层变动', sensitivity: 'secret' });
    const open = await record(sales, { item: '公开年报', sensitivity: 'open' });
    const plain = await record(sales, { item: '机密一条' });
    const seen = names(await supervisor.get(`/intelligence?customerId=${customerId}&limit=200`));
    expect(seen).toContain('机密一条');
    expect(seen).not.toContain('高层变动');
    expect(names(await sales.get('/intelligence?limit=200'))).toContain('高层变动');
    // Another rep does not see the customer at all.
    for (const id of [secret.body.id, open.body.id, plain.body.id])
      expect((await other.get(`/intelligence/${id}`)).status).toBe(404);
    expect((await record(other)).status).toBe(404);
    // Marketing sees all customers, but is cleared for internal facts only.
    const marketing = await t.as('marketing');
    expect((await marketing.get(`/intelligence/${open.body.id}`)).status).toBe(200);
    expect((await marketing.get(`/intelligence/${plain.body.id}`)).status).toBe(404);
    const foreign = await marketing.send('PATCH', `/intelligence/${open.body.id}`, { item: 'x' }, match(1));
    expect(foreign.status).toBe(404);
    // Without a customer the note's own owner decides.
    const market = await record(sales, {
      subject: 'market',
      customerId: null,
      subjectName: '华东仪器',
      item: '价格战',
      sensitivity: 'internal',
    });
    expect((await other.get(`/intelligence/${market.body.id}`)).status).toBe(404);
    expect((await supervisor.get(`/intelligence/${market.body.id}`)).status).toBe(200);
    expect((await (await t.as('finance')).get('/intelligence')).status).toBe(403);
  });

  it('is found by method, reliability, validity and words; expired is told', async () => {
    await record(sales, {
      item: '旧消息',
      expiresOn: companyDay(-1),
      collectedOn: companyDay(-30),
      method: 'reading',
      reliability: 'E',
    });
    const expired = await sales.get('/intelligence?validity=expired');
    expect(expired.body.items).toMatchObject([{ item: '旧消息', expired: true }]);
    expect(names(await sales.get('/intelligence?validity=valid&limit=200'))).not.toContain('旧消息');
    expect(names(await sales.get('/intelligence?method=reading'))).toEqual(['旧消息']);
    expect(names(await sales.get('/intelligence?reliability=D&limit=200'))).not.toContain('旧消息');
    expect(names(await sales.get(`/intelligence?q=${encodeURIComponent('旧消')}`))).toEqual(['旧消息']);
    expect(names(await sales.get(`/intelligence?q=${encodeURIComponent('%')}`))).toEqual([]);
    const first = await sales.get('/intelligence?limit=2');
    const next = await sales.get(`/intelligence?limit=2&cursor=${first.body.nextCursor}`);
    expect(new Set([...names(first), ...names(next)]).size).toBe(4);
    expect((await sales.get('/intelligence?cursor=x')).body.code).toBe('cursor.invalid');
  });

  it('keeps files, but no programs', async () => {
    const made = await record(sales);
    const path = `/intelligence/${made.body.id}/files`;
    const kept = await sales.upload(path, '剪报.txt', Buffer.from('一则消息'));
    expect(kept.body.files).toMatchObject([{ name: '剪报.txt' }]);
    const file = await sales.get(`${path}/${kept.body.files[0].id}`);
    expect(file.raw.toString()).toBe('一则消息');
    expect((await other.get(`${path}/${kept.body.files[0].id}`)).status).toBe(404);
    expect((await sales.upload(path, 'x.txt', Buffer.from('MZ…'))).body.code).toBe('intelligence.fileProgram');
    expect((await sales.upload(path, 'x.txt', Buffer.alloc(0))).body.code).toBe('intelligence.fileEmpty');
  });
});

describe('a competitor', () => {
  it('is one under all the ways its name is written, with what is still valid', async () => {
    const about = { subject: 'competitor', customerId: null, sensitivity: 'internal' };
    await record(sales, { ...about, subjectName: '苏州 天启光学（集团）有限公司', item: '降价' });
    await record(sales, { ...about, subjectName: '苏州天启光学集团有限公司', item: '旧价', expiresOn: companyDay(-2) });
    const list = await sales.get(`/competitors?q=${encodeURIComponent('天启')}`);
    expect(list.body.items).toMatchObject([{ items: 2, valid: 1, lastOn: companyDay(-3) }]);
    const key = encodeURIComponent(list.body.items[0].key);
    const known = await sales.get(`/intelligence?competitor=${key}`);
    expect(names(known).sort()).toEqual(['旧价', '降价']);
    // Each item leads to its page.
    expect(known.body.items[0].competitor).toBe(list.body.items[0].key);
    expect((await other.get('/competitors')).body.items).toEqual([]);
    // Its page is opened by the key alone, and leads to the card of a competitor who is a customer.
    expect((await sales.get(`/competitors/${key}`)).body).toMatchObject({ items: 2, customerId: null });
    expect((await other.get(`/competitors/${key}`)).status).toBe(404);
    const rival = await sales.send('POST', '/customers', { kind: 'company', values: { name: '常熟对岸泵业有限公司' } });
    await record(sales, { ...about, customerId: rival.body.id });
    const [card] = (await sales.get(`/competitors?q=${encodeURIComponent('对岸')}`)).body.items;
    expect((await sales.get(`/competitors/${encodeURIComponent(card.key)}`)).body).toMatchObject({
      name: '常熟对岸泵业有限公司',
      customerId: rival.body.id,
    });
  });
});

describe('searching and exporting intelligence', () => {
  it('finds substrings, pinyin and the end of a long report, and nothing by half a word elsewhere', async () => {
    const content = `${'前言。'.repeat(200)}对方计划在越南北宁设厂，负责人 Nguyen77。`;
    await record(sales, { item: '海外布局', content });
    const found = async (q: string, by = sales) => names(await by.get(`/intelligence?q=${encodeURIComponent(q)}`));
    for (const q of ['外布', 'haiwai', '北宁设厂', 'nguyen7', '海外 越南'])
      expect(await found(q), q).toContain('海外布局');
    expect(await found('南海')).not.toContain('海外布局');
    expect(await found('海外', other)).toEqual([]);
    expect(await found('%')).toEqual([]);
  });

  it('leaves as a sheet with what the asker is cleared for', async () => {
    const ask = (by: Client, lang = 'zh-CN') =>
      by.send(
        'POST',
        '/exports/sheets',
        { source: 'intelligence', query: { q: '海外' }, format: 'csv', purpose: '季度情报汇总' },
        { 'idempotency-key': crypto.randomUUID(), 'accept-language': lang },
      );
    const mine = await ask(sales);
    expect(mine.status, JSON.stringify(mine.body)).toBe(202);
    const others = await ask(other);
    const english = await ask(sales, 'en-US');
    await t.drain();
    const lines = async (by: Client, id: string) =>
      (await by.get(`/exports/${id}/file`)).raw.toString('utf8').slice(1).trim().split('\r\n');
    const [heading = '', ...rows] = await lines(sales, mine.body.id);
    expect(rows.pop()).toMatch(/^※ 导出：.* 用途：季度情报汇总 编号：[0-9a-f]{12},/);
    expect(heading).toContain('情报要点');
    expect(rows).toHaveLength(1);
    expect(rows[0]).toContain('海外布局');
    expect(await lines(other, others.body.id)).toHaveLength(2);
    // What it is about and its name are two columns of two names.
    const [named = ''] = await lines(sales, english.body.id);
    expect(new Set(named.split(',')).size).toBe(named.split(',').length);
    expect((await ask(await t.as('service'))).status).toBe(403);
  });
});
