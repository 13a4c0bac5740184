import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';

let t: TestApp;
let rep: Client;
let other: Client;
const stranger = '01900000-0000-7000-8000-000000000000';

const customer = async (by: Client, name: string): Promise<Json> =>
  (await by.send('POST', '/customers', { kind: 'company', values: { name } })).body;
const person = async (by: Client, customerId: string, name: string): Promise<Json> =>
  (await by.send('POST', '/contacts', { customerId, values: { name } })).body;

beforeAll(async () => {
  t = await startTestApp();
  [rep, other] = await Promise.all([t.as('sales'), t.as('sales')]);
  for (const [object, section, type] of [
    ['customer', 'basics', 'contact'],
    ['contact', 'contact', 'customer'],
  ]) {
    const label = { zh: '指向', en: 'Points to' };
    const body = { object, section, type, key: 'pointsTo', label, sensitivity: 'open' };
    const made = await t.admin.send('POST', '/fields', body);
    expect(made.status, JSON.stringify(made.body)).toBe(201);
  }
});
afterAll(() => t.close());

describe('a field that links to a record', () => {
  it('of a customer names a person with the customer, to who may see that customer', async () => {
    const mine = await customer(rep, '甲公司');
    const middle = await person(rep, mine.id, '介绍人');
    const made = await rep.send('PATCH', `/customers/${mine.id}`, { values: { pointsTo: middle.id } }, match(1));
    expect(made.status, JSON.stringify(made.body)).toBe(200);
    expect(made.body.labels[middle.id]).toBe('介绍人 · 甲公司');
    const filter = JSON.stringify({ field: 'pointsTo', op: 'in', value: [middle.id] });
    const list = await rep.get(`/customers?filter=${encodeURIComponent(filter)}&fields=name,pointsTo`);
    expect(list.body).toMatchObject({ items: [{ id: mine.id }], labels: { [middle.id]: '介绍人 · 甲公司' } });

    const his = await customer(other, '乙公司');
    for (const pointsTo of [middle.id, stranger]) {
      const refused = await other.send('PATCH', `/customers/${his.id}`, { values: { pointsTo } }, match(1));
      expect([refused.status, refused.body.errors?.[0]]).toMatchObject([
        422,
        { field: 'values.pointsTo', code: 'link.unknown' },
      ]);
    }
    const told = await t.admin.send('PATCH', `/customers/${his.id}`, { values: { pointsTo: middle.id } }, match(1));
    expect(told.status).toBe(200);
    expect((await other.get(`/customers/${his.id}`)).body.labels[middle.id]).toBeUndefined();
  });

  it('of a person does not link to a customer the caller may not see', async () => {
    const mine = await customer(rep, '丙公司');
    const hidden = await customer(other, '丁公司');
    const refused = await rep.send('POST', '/contacts', {
      customerId: mine.id,
      values: { name: '某人', pointsTo: hidden.id },
    });
    expect([refused.status, refused.body.errors?.[0]]).toMatchObject([
      422,
      { field: 'values.pointsTo', code: 'link.unknown' },
    ]);
  });

  it('is named wherever only its id is said, and not to who may not see it', async () => {
    const mine = await customer(rep, '戊公司');
    const his = await person(other, (await customer(other, '己公司')).id, '他的人');
    const userId = (await rep.get('/session')).body.user.id;
    const names = await rep.get(`/names?user=${userId}&customer=${mine.id},${stranger}&contact=${his.id}`);
    expect(names.body.names).toEqual({ [mine.id]: '戊公司', [userId]: expect.any(String) });
    expect((await other.get(`/names?contact=${his.id}`)).body.names).toEqual({ [his.id]: '他的人 · 己公司' });
    const many = Array.from({ length: 51 }, () => stranger).join(',');
    for (const query of ['customer=x', `contact=${many}`, 'team=1', `user=${stranger},`])
      expect((await rep.get(`/names?${query}`)).status, query).toBe(400);
  });
});
