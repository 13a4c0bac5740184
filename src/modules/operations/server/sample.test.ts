import { afterAll, beforeAll, expect, it } from 'vitest';
import { match, startTestApp, type TestApp } from '#test/app.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

it('comes by one click and goes by another; own customers stay, and those changed since', async () => {
  const count = async () => (await t.admin.get('/customers/count')).body.value;
  const own = await t.admin.send('POST', '/customers', { kind: 'company', values: { name: '自己的公司' } });
  expect((await t.admin.send('POST', '/sample-data')).status).toBe(202);
  await t.drain();
  expect(await count()).toBe(301);
  expect((await t.admin.get('/sample-data')).body).toMatchObject({ loaded: true });

  const [newest] = (await t.admin.get('/customers?sort=-number&limit=1')).body.items;
  const { version } = (await t.admin.get(`/customers/${newest.id}`)).body;
  const values = { remark: '其实是真的客户' };
  expect((await t.admin.send('PATCH', `/customers/${newest.id}`, { values }, match(version))).status).toBe(200);

  const gone = await t.admin.send('DELETE', '/sample-data');
  await t.drain();
  const job = (await t.admin.get(`/jobs/${gone.body.jobId}`)).body;
  expect(job).toMatchObject({ state: 'done', result: { keptCount: 1 }, total: expect.any(Number) });
  expect(job.done).toBe(job.total);
  const left = (await t.admin.get('/customers?sort=number&limit=5')).body.items.map((item: { id: string }) => item.id);
  expect(left.sort()).toEqual([own.body.id, newest.id].sort());
  expect((await t.admin.get('/sample-data')).body).toMatchObject({ loaded: false });
});
