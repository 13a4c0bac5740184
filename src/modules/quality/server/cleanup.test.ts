import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { match, startTestApp, type TestApp } from '#test/app.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

async function make(values: Record<string, unknown>, more: object = {}) {
  const made = await t.admin.send('POST', '/customers', { kind: 'company', values, allowDuplicate: true, ...more });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body as { id: string; version: number };
}
const card = async (id: string) => (await t.admin.get(`/customers/${id}`)).body;

describe('clean-up', () => {
  const queue = async (key: string) =>
    (await t.admin.get('/cleanup')).body.items.find((item: { key: string }) => item.key === key);

  it('queues customers with wrong contact points until mended or confirmed', async () => {
    const before = (await queue('invalid')).count.value;
    const made = await make({ name: '错号公司', phones: [{ value: '123' }] });
    const listed = await queue('invalid');
    expect(listed.count.value).toBe(before + 1);
    const filter = encodeURIComponent(JSON.stringify(listed.condition));
    expect((await t.admin.get(`/customers/count?filter=${filter}`)).body.value).toBe(before + 1);
    const sales = await t.as('sales');
    expect((await sales.send('POST', `/customers/${made.id}/confirmation`, {})).status).toBe(404);
    expect((await t.admin.send('POST', `/customers/${made.id}/confirmation`, { nonsense: 1 })).status).toBe(400);
    expect((await t.admin.send('POST', `/customers/${made.id}/confirmation`, {})).status).toBe(200);
    expect((await queue('invalid')).count.value).toBe(before);
    expect((await card(made.id)).version).toBe(made.version);
    // Taken back by whoever confirmed, once.
    const other = await t.as('administrator');
    expect((await other.send('DELETE', `/customers/${made.id}/confirmation`)).body.code).toBe(
      'quality.nothingToWithdraw',
    );
    const back = await t.admin.send('DELETE', `/customers/${made.id}/confirmation`);
    expect([back.status, back.body.confirmedOn, (await queue('invalid')).count.value]).toEqual([200, null, before + 1]);
    expect((await t.admin.send('DELETE', `/customers/${made.id}/confirmation`)).status).toBe(409);
  });

  it('queues the long silent, and whoever is trashed leaves', async () => {
    const made = await make({ name: '沉默公司' });
    await t.asOwner(`update customer set created_at = now() - interval '8 months' where id = $1`, [made.id]);
    expect((await queue('silent')).count.value).toBe(1);
    await t.admin.send('POST', `/customers/${made.id}/trashing`, {}, match(made.version));
    expect((await queue('silent')).count.value).toBe(0);
    expect((await t.admin.send('POST', `/customers/${made.id}/confirmation`, {})).status).toBe(409);
  });
});
