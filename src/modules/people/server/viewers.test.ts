import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Json, startTestApp, type TestApp } from '#test/app.ts';
import { roleIdOf, withRole } from '#test/people.ts';

let t: TestApp;
let rep: Client;
let customerId: string;
const colleagues = 620;

beforeAll(async () => {
  t = await startTestApp();
  rep = await t.as('sales');
  customerId = (await rep.send('POST', '/customers', { kind: 'company', values: { name: '大公司的客户' } })).body.id;
  const leader = await roleIdOf(t, 'leader');
  await t.asOwner(
    `with made as (
      insert into app_user (org_id, id, email, email_key, name, name_sort)
      select $1, gen_random_uuid(), n || '@many.example', n || '@many.example', '同事' || n, 'tong shi ' || n
      from generate_series(1, ${colleagues}) n returning id)
    insert into user_role (org_id, user_id, role_id) select $1, id, $2 from made`,
    [t.orgId, leader],
  );
});
afterAll(() => t.close());

const viewers = (query = '') => rep.get(`/customers/${customerId}/viewers${query}`);

describe('who can see a customer of a large company', () => {
  it('is counted truly and read page by page, each once, the owner first', async () => {
    const seen: Json[] = [];
    let next = '';
    do {
      const { body } = await viewers(`?limit=200${next && `&cursor=${encodeURIComponent(next)}`}`);
      // The rep and the administrator besides the colleagues.
      expect(body.total).toBe(colleagues + 2);
      seen.push(...body.items);
      next = body.nextCursor;
    } while (next);
    expect(new Set(seen.map((item) => item.userId)).size).toBe(colleagues + 2);
    expect(seen).toHaveLength(colleagues + 2);
    expect(seen[0]).toMatchObject({ userId: rep.userId, because: 'owner' });
  });

  it('is found by name and by pinyin', async () => {
    for (const q of ['同事613', 'tongshi613', 'Tong Shi 613']) {
      const { body } = await viewers(`?q=${encodeURIComponent(q)}`);
      expect(body).toMatchObject({ total: 1, nextCursor: null, items: [{ name: '同事613', because: 'all' }] });
    }
    expect((await viewers('?q=ts6')).body.total).toBe(32);
    expect((await viewers('?q=%25')).body).toEqual({ total: 0, items: [], nextCursor: null });
    expect((await viewers('?cursor=x')).body.code).toBe('cursor.invalid');
    expect((await viewers('?who=me')).status).toBe(400);
  });

  it('does not hide the last of them from a mention', async () => {
    const { body } = await rep.get(`/customers/${customerId}/mentionable?q=${encodeURIComponent('同事613')}`);
    expect(body.items.map((item: Json) => item.name)).toEqual(['同事613']);
  });
});

it('a collaborator decides no conflict about a customer of somebody else', async () => {
  const judge = await withRole(t, { 'customer:read': 'own', 'conflict:rule': 'own' });
  const path = `/customers/${customerId}`;
  expect((await rep.send('PUT', `${path}/collaborators/${judge.userId}`, { access: 'write' })).status).toBe(200);
  const claimant = await t.as('sales');
  const made = await claimant.send('POST', '/conflicts', {
    kind: 'company',
    values: { name: '大公司的客户' },
    statement: '三月展会上就是我接待的',
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const approval = (await claimant.get(`/approvals/${made.body.approvalId}`)).body;
  const asked = approval.steps.flatMap((step: Json) => step.assignees.map((item: Json) => item.userId));
  expect(asked.length).toBeGreaterThan(0);
  expect(asked).not.toContain(judge.userId);
});
