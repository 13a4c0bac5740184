import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Json, startTestApp, type TestApp } from '#test/app.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

let serial = 0;
const customer = async (by: Client, name = `客户${++serial}有限公司`, more: Json = {}): Promise<string> => {
  const made = await by.send('POST', '/customers', {
    kind: 'company',
    values: { name },
    allowDuplicate: true,
    ...more,
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body.id;
};
const person = async (by: Client, customerId: string, name: string, values: Json = {}): Promise<Json> => {
  const made = await by.send('POST', '/contacts', { customerId, values: { name, ...values } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
};

describe('a person being typed', () => {
  it('is found among those known by name here and by number anywhere in sight, never by what is out of sight', async () => {
    const [rep, other] = [await t.as('sales'), await t.as('sales')];
    const [here, next, hidden] = [
      await customer(rep, '此处公司'),
      await customer(rep, '隔壁公司'),
      await customer(other),
    ];
    const same = await person(rep, here, '张晓明', { phones: '0592-5561234' });
    const elsewhere = await person(rep, next, '老张', { phones: '13800138777', emails: 'Zhang@example.com' });
    await person(other, hidden, '隐身人', { phones: '13800138777' });
    const look = async (values: Json, by = rep, customerId = here) => {
      const answer = await by.send('POST', '/contacts/duplicates', { customerId, values });
      return answer.status === 200 ? answer.body.items : answer.status;
    };
    expect(await look({ name: '張曉明' })).toEqual([
      { id: same.id, name: '张晓明', customerId: here, customerName: '此处公司', because: ['name'] },
    ]);
    expect(await look({ name: '别人', phones: '+86 138 0013-8777' })).toMatchObject([
      { id: elsewhere.id, customerName: '隔壁公司', because: ['phone'] },
    ]);
    expect(await look({ emails: 'zhang@EXAMPLE.com' })).toMatchObject([{ id: elsewhere.id, because: ['email'] }]);
    // The firm's number is no reason; together with the name it is one more.
    expect(await look({ name: '李四', phones: '0592-5561234' })).toEqual([]);
    await person(rep, here, '赵六', { phones: '0592-5561234; 0592-5561235' });
    expect(await look({ name: '李四', phones: '0592-5561234; 0592-5561235' })).toEqual([]);
    expect(await look({ name: '张晓明', phones: '0592-5561234' })).toMatchObject([{ because: ['phone', 'name'] }]);
    expect(await look({ name: '', phones: '12' })).toEqual([]);
    expect(await look({ name: '张晓明' }, other)).toBe(404);
    expect(await look({ name: '张晓明' }, await t.as('systemAdministrator'))).toBe(403);
  });
});
