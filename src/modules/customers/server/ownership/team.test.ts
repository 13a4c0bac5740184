import { afterAll, expect, it } from 'vitest';
import { type Client, type Json, match, startTestApp } from '#test/app.ts';

const t = await startTestApp();
afterAll(() => t.close());

async function create(by: Client, name: string): Promise<Json> {
  const made = await by.send('POST', '/customers', { kind: 'company', values: { name } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
}

it('the team of a customer is its owner’s: who changes teams takes the customers along', async () => {
  const team = (await t.admin.send('POST', '/teams', { name: '一组', parentId: null })).body.id;
  const boss = await t.as('supervisor', { teamId: team });
  const elsewhere = (await t.admin.send('POST', '/teams', { name: '二组', parentId: null })).body.id;
  const mover = await t.as('sales', { teamId: team });
  const newBoss = await t.as('supervisor', { teamId: elsewhere });
  const kept = await create(mover, '归属留用公司');
  const gone = await create(mover, '归属移除公司');
  expect((await t.admin.send('POST', `/customers/${gone.id}/trashing`, {}, match(gone.version))).status).toBe(200);
  expect((await boss.get(`/customers/${kept.id}`)).status).toBe(200);
  expect((await newBoss.get(`/customers/${kept.id}`)).status).toBe(404);
  const { items } = (await t.admin.get('/users?limit=200')).body;
  const { version } = items.find((item: Json) => item.id === mover.userId);
  const moved = await t.admin.send('PATCH', `/users/${mover.userId}`, { teamId: elsewhere }, match(version));
  expect(moved.status, JSON.stringify(moved.body)).toBe(200);
  await t.drain();
  expect((await boss.get(`/customers/${kept.id}`)).status).toBe(404);
  const seen = (await newBoss.get(`/customers/${kept.id}`)).body;
  expect(seen).toMatchObject({ team: { name: '二组' }, version: kept.version });
  expect((await newBoss.get(`/customers/${gone.id}`)).body).toMatchObject({ state: 'trashed' });
  const inTeam = (id: string) => encodeURIComponent(JSON.stringify({ field: 'ownerId', op: 'inTeam', value: [id] }));
  const found = async (id: string) =>
    (await t.admin.get(`/customers?fields=name&filter=${inTeam(id)}`)).body.items.map((item: Json) => item.id);
  expect(await found(elsewhere)).toEqual([kept.id]);
  expect(await found(team)).not.toContain(kept.id);
  expect((await t.admin.get(`/customers?filter=${inTeam('nonsense')}`)).status).toBe(400);
});
