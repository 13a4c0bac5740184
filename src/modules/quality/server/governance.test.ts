import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldChoices, isFieldChoice } from '#shared/field-choices.ts';
import type { FieldDefinition } from '#shared/fields.ts';
import { keptDays } from '#shared/kept-days.ts';
import { match, startTestApp, type TestApp } from '#test/app.ts';
import type { Governance, NightlyFigures } from '../governance-contract.ts';
import { createdIn, governanceFigures, listsAll, roleItself, roleUsers, type Target } from '../governance-targets.ts';

let t: TestApp;
let data: Governance;
let n: NightlyFigures;
beforeAll(async () => {
  t = await startTestApp();
  const sales = await t.as('sales');
  const made: { id: string; version: number }[] = [];
  const people = [{ ownerId: sales.userId }, { ownerId: null }, {}, {}, {}];
  for (const [index, more] of people.entries()) {
    const answer = await t.admin.send('POST', '/customers', {
      kind: 'company',
      values: { name: `治理${index}公司`, phones: [{ value: index % 2 ? '123' : '0571-88888888' }] },
      allowDuplicate: true,
      ...more,
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    made.push(answer.body);
  }
  const [first, second, third, old, gone] = made;
  await t.admin.send('POST', '/contacts', { customerId: first?.id, values: { name: '陈明' } });
  const lost = await t.admin.send('POST', '/contacts', { customerId: gone?.id, values: { name: '钱亮' } });
  expect(lost.status).toBe(201);
  await t.admin.send('POST', `/customers/${gone?.id}/trashing`, {}, match(gone?.version ?? 1));
  await t.asOwner(`update customer set created_at = now() - interval '70 days' where id = $1`, [old?.id]);
  await t.asOwner(
    `update customer set provenance = (select jsonb_object_agg(key, value || '{"at": "2020-01-01T00:00:00Z"}')
      from jsonb_each(provenance)) where id = $1`,
    [third?.id],
  );
  for (const client of [t.admin, sales]) await client.get(`/customers/${first?.id}`);
  await t.admin.get(`/customers/${second?.id}`);
  await t.admin.get('/customers?q=%E6%B2%BB%E7%90%86');
  const query = { columns: [], sort: 'name' };
  await t.admin.send('POST', '/views', { name: '共享的', shared: true, query });
  await t.admin.send('POST', '/views', { name: '自己的', query });
  expect((await sales.get('/governance')).status).toBe(403);
  expect((await sales.get('/governance/usage?by=reader')).status).toBe(403);
  await t.asOwner('update app_user set totp_enabled_at = now() where id = $1', [sales.userId]);
  expect((await t.admin.send('POST', '/completeness/calculation')).status).toBe(202);
  await t.drain();
  data = (await t.admin.get('/governance')).body;
  if (!data.nightly) throw new Error('not counted');
  n = data.nightly;
});
afterAll(() => t.close());

const query = (search: object) =>
  Object.entries(search)
    .map(([key, value]) => `${key}=${encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value))}`)
    .join('&');

async function all(path: string): Promise<Record<string, unknown>[]> {
  const items = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { status, body } = await t.admin.get(
      `${path}limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    );
    expect(status, JSON.stringify(body)).toBe(200);
    items.push(...body.items);
    cursor = body.nextCursor;
  }
  return items;
}

/** How many records the target of a figure lists, asked as its page asks. */
async function listed(target: Target): Promise<number> {
  if ('details' in target) {
    switch (target.details) {
      case 'views':
        return (await t.admin.get('/views')).body.items.filter((view: { shared: boolean }) => view.shared).length;
      case 'readers':
        return (await all('/governance/usage?by=reader&')).length;
      case 'viewedCustomers':
        return (await all('/governance/usage?by=customer&')).length;
      case 'sizes':
        return n.sizes.reduce((sum, { bytes }) => sum + bytes, 0);
      case 'growth':
        return n.customers - (data.growth[0]?.customers ?? 0);
    }
  }
  const { path, search } = target;
  switch (path) {
    case '/customers':
      return (await t.admin.get(`/customers/count?${query(search)}`)).body.value;
    case '/contacts':
      return (await all('/contacts?')).length;
    case '/settings/users': {
      const { role, ...rest } = search as { role?: string };
      return (await all(`/users?${query(role ? { ...rest, roleId: role } : rest)}&`)).length;
    }
    case '/settings/audit': {
      // Looking at the log is logged as well: what came after the count does not belong to it.
      const rows = await all(`/audit?${query(search)}&`);
      return rows.filter((row) => String(row.at) <= String(data.countedAt)).length;
    }
    case '/settings/fields': {
      const { only } = search as { only: unknown };
      if (!isFieldChoice(only)) throw new Error(`${only}`);
      const { fields } = (await t.admin.get('/fields/all')).body as { fields: FieldDefinition[] };
      return fields.filter((field) => !field.hidden && fieldChoices[only](field)).length;
    }
    default:
      throw new Error(`nothing lists ${path}`);
  }
}

describe('governance', () => {
  it('opens a list of as many records as each figure says', async () => {
    for (const [key, { value, target }] of Object.entries(governanceFigures(data, n)))
      expect(await listed(target), key).toBe(value);
  });

  it('counts what there is', () => {
    expect(n).toMatchObject({
      customers: 4,
      customersNew30: 3,
      trashed: 1,
      contacts: 1,
      invalid: 2,
      stale: 1,
      viewedCustomers30: 2,
      readers30: 2,
    });
    expect(data.users.secondFactor).toBe(1);
    expect(data.fields.views).toBe(1);
    expect(n.sizes.length).toBeGreaterThan(4);
    expect(n.sizes.every(({ bytes }) => bytes > 0)).toBe(true);
    expect(data.growth).toHaveLength(1);
  });

  it('opens the customers of each month, and the users of each role', async () => {
    expect(n.months.reduce((sum, { customers }) => sum + customers, 0)).toBe(n.customers);
    expect(n.months.length).toBeGreaterThan(1);
    for (const { month, customers } of n.months) expect(await listed(createdIn(month)), month).toBe(customers);
    expect(createdIn('2026-12')).toMatchObject({ search: { filter: { value: ['2026-12-01', '2026-12-31'] } } });
    const roles = (await t.admin.get('/roles')).body.items.map((role: { id: string }) => role.id);
    for (const role of data.roles) {
      expect(await listed(roleUsers(role.id)), role.en).toBe(role.users);
      expect(roleItself(role.id)).toMatchObject({ search: { role: role.id } });
      expect(roles).toContain(role.id);
    }
  });

  it('opens no list that would be shorter than the figure', async () => {
    const { customers, views } = governanceFigures(data, n);
    for (const [who, all] of [
      ['leader', true],
      ['supervisor', false],
      ['auditor', false],
    ] as const) {
      const client = await t.as(who);
      const { grants } = (await client.get('/session')).body;
      expect(listsAll(customers.target, grants), who).toBe(all);
      const { status, body } = await client.get(`/customers/count?${query(customers.target.search)}`);
      expect(status === 200 && body.value === customers.value, who).toBe(all);
      expect((await client.get('/views')).status === 200, who).toBe(grants[views.target.permission] !== undefined);
    }
  });

  it('says of all that is kept for some days for how many', async () => {
    expect(data.kept).toEqual({ ...keptDays, visitPlace: 180 });
    const settings = (await t.admin.get('/work-settings')).body;
    const { version, ...rules } = settings;
    expect((await t.admin.send('PUT', '/work-settings', { ...rules, placeDays: 90 }, match(version))).status).toBe(200);
    expect((await t.admin.get('/governance')).body.kept.visitPlace).toBe(90);
  });

  it('names customers only to who may see them, and refuses what is not a page', async () => {
    const auditor = await t.as('auditor');
    const rows = (await auditor.get('/governance/usage?by=customer&limit=1')).body;
    expect(rows.items).toHaveLength(1);
    const reads = (await auditor.get(`/customers/${rows.items[0].id}`)).status === 200;
    expect(rows.items[0].name !== null).toBe(reads);
    for (const wrong of ['by=nobody', 'by=reader&cursor=x', 'by=reader&cursor=1_x', 'by=reader&cursor=99999999999_x'])
      expect((await t.admin.get(`/governance/usage?${wrong}`)).status, wrong).toBe(400);
    for (const wrong of ['state=gone', 'secondFactor=maybe', 'roleId=x'])
      expect((await t.admin.get(`/users?${wrong}`)).status, wrong).toBe(400);
  });

  it('does not read the log again for its lists', async () => {
    const before = await all('/governance/usage?by=reader&');
    await (await t.as('leader')).get('/customers');
    expect(await all('/governance/usage?by=reader&')).toEqual(before);
  });

  it('shows figures counted by an earlier version', async () => {
    await t.asOwner(
      `update governance_figure set figures = figures - 'sizes' - 'months' - 'since' - 'trashed' - 'firstLogDay'`,
    );
    const before = (await t.admin.get('/governance')).body;
    expect(before.nightly).toMatchObject({ customers: 4, sizes: [], months: [], since: n.since });
  });
});
