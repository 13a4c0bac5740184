import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';
import { intelligenceNote } from '#test/intelligence.ts';

let t: TestApp;
let sales: Client;
let other: Client;
let customerId: string;
beforeAll(async () => {
  t = await startTestApp();
  sales = await t.as('sales');
  other = await t.as('sales');
  const made = await sales.send('POST', '/customers', { kind: 'company', values: { name: '宁波海图仪器有限公司' } });
  customerId = made.body.id;
});
afterAll(() => t.close());

const note = (more: object = {}) => intelligenceNote(customerId, more);
const record = (client: Client, more: object = {}) => client.send('POST', '/intelligence', note(more));
const names = (answer: { body: { items: { item: string }[] } }) => answer.body.items.map((item) => item.item);

describe('the brief before a visit', () => {
  it('is one answer of every part, with the news of the competitors of this customer', async () => {
    const about = (item: string, subjectName: string, more: object = {}) =>
      record(sales, { subject: 'competitor', customerId: null, subjectName, item, ...more });
    await record(sales);
    await about('同行降价', '海天仪表有限公司');
    await about('别家的事', '无关公司');
    await about('过期的事', '海天仪表', { collectedOn: companyDay(-9), expiresOn: companyDay(-1) });
    const card = await sales.get(`/customers/${customerId}`);
    const path = `/customers/${customerId}`;
    const named = { values: { competitors: ['海天仪表'] } };
    expect((await sales.send('PATCH', path, named, match(card.body.version))).status).toBe(200);
    await sales.send('POST', '/contacts', { customerId, values: { name: '钱主任', hobbies: '围棋' } });
    const task = { title: '带样品', customerId, dueOn: companyDay(2) };
    expect((await sales.send('POST', '/tasks', task)).status).toBe(201);
    const brief = await sales.get(`${path}/brief`);
    expect(brief.status, JSON.stringify(brief.body)).toBe(200);
    const { parts } = brief.body;
    expect(brief.body.card).toMatchObject({ id: customerId, values: { name: '宁波海图仪器有限公司' } });
    expect(parts.people.items[0]).toMatchObject({ values: { name: '钱主任', hobbies: ['围棋'] } });
    expect(parts.promises.items).toMatchObject([{ title: '带样品' }]);
    expect(names({ body: { items: parts.intelligence.competitors } })).toEqual(['同行降价']);
    expect(parts.intelligence.theirs).toBe(true);
    for (const key of ['activities', 'purchases', 'dates', 'questions']) expect(parts, key).toHaveProperty(key);
    // What a role may not see is not there; nor is a customer out of scope.
    expect((await other.get(`${path}/brief`)).status).toBe(404);
    await t.asOwner(
      `update role set grants = (grants || '{"customer:read":"all"}'::jsonb) - 'intelligence:read' where key = 'service'`,
    );
    const reader = await t.as('service');
    expect(Object.keys((await reader.get(`${path}/brief`)).body.parts)).not.toContain('intelligence');
  });

  it('tells of a competitor that is a customer by the relation between the two', async () => {
    const rival = (await sales.send('POST', '/customers', { kind: 'company', values: { name: '对家机械厂' } })).body.id;
    const types = (await sales.get('/relation-types')).body.items;
    const typeId = types.find((type: { key: string }) => type.key === 'competitor').id;
    const ends = { first: { kind: 'customer', id: customerId }, second: { kind: 'customer', id: rival } };
    const related = await sales.send('POST', '/relations', { typeId, ...ends });
    expect(related.status, JSON.stringify(related.body)).toBe(201);
    await record(sales, { subject: 'competitor', customerId: rival, item: '对家换了采购' });
    const brief = (await sales.get(`/customers/${customerId}/brief`)).body;
    expect(names({ body: { items: brief.parts.intelligence.competitors } })).toContain('对家换了采购');
  });
});
