import { afterAll, expect, it } from 'vitest';
import { type Json, match, startTestApp } from '#test/app.ts';

const t = await startTestApp();
const [rep, other] = await Promise.all([t.as('sales'), t.as('sales')]);
afterAll(() => t.close());

const create = async (name: string, more: Json = {}) => {
  const made = await t.admin.send('POST', '/pools', { name, ...more });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
};
const sweep = async () => {
  await t.asOwner(`insert into job (org_id, id, kind) values ($1, gen_random_uuid(), 'customers.poolSweep')`, [
    t.orgId,
  ]);
  await t.drain();
};
const retire = (pool: Json, who = t.admin) => who.send('DELETE', `/pools/${pool.id}`, undefined, match(pool.version));

it('a customer returns to the first pool whose condition holds; closed, which needs it empty, to the next', async () => {
  const [last, first] = [await create('后备公海', { position: 5 }), await create('优先公海', { position: 1 })];
  const card = (await rep.send('POST', '/customers', { kind: 'company', values: { name: '归属次序公司' } })).body;
  const home = async (who = rep) => {
    await sweep();
    return (await who.get(`/customers/${card.id}/ownership`)).body.homePool?.id;
  };
  expect(await home()).toBe(first.id);
  const given = await rep.send(
    'POST',
    `/customers/${card.id}/release`,
    { reason: '暂无需求', poolId: first.id },
    match(card.version),
  );
  expect(given.status, JSON.stringify(given.body)).toBe(200);
  expect((await retire(first, rep)).status).toBe(403);
  expect((await retire(first)).body.code).toBe('pool.notEmpty');
  await new Promise((done) => setTimeout(done, 1000));
  const claim = () => other.send('POST', `/pools/${first.id}/claims`, { customerIds: [card.id] });
  expect((await claim()).body.done).toBe(1);
  const both = await Promise.all([retire(first), retire(first)]);
  expect(both.map((answer) => answer.status).sort()).toEqual([204, 404]);
  expect((await claim()).status).toBe(404);
  expect(await home(other)).toBe(last.id);
  const wrong = await t.admin.send('POST', '/pools', { name: '坏次序', position: -1 });
  expect(wrong.body.errors[0].field).toBe('position');
});

it('closed while a customer comes back to it, either is closed or has the customer', async () => {
  for (let round = 0; round < 4; round += 1) {
    const pool = await create(`争用公海${round}`);
    const made = await rep.send('POST', '/customers', { kind: 'company', values: { name: `争用${round}号公司` } });
    const release = rep.send(
      'POST',
      `/customers/${made.body.id}/release`,
      { reason: '归还', poolId: pool.id },
      match(made.body.version),
    );
    const [given, closed] = await Promise.all([release, retire(pool)]);
    expect([
      [200, 409],
      [404, 204],
    ]).toContainEqual([given.status, closed.status]);
  }
});
