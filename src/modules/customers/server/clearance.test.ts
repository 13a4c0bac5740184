import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';

let t: TestApp;
let sales: Client;
let leader: Client;
let id: string;
let contactId: string;
const phone = '13800138555';
const mail = 'geheim@example.org';
const secretText = '不可说的经营状况';

const fieldOf = async (object: string, key: string): Promise<Json> =>
  (await t.admin.get('/fields/all')).body.fields.find((field: Json) => field.object === object && field.key === key);
async function setField(object: string, key: string, change: Json): Promise<void> {
  const field = await fieldOf(object, key);
  const answer = await t.admin.send('PATCH', `/fields/${field.id}`, change, match(field.version));
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
}
const filter = (leaf: Json) => encodeURIComponent(JSON.stringify(leaf));
const names = (answer: Json) => answer.body.items.map((item: Json) => item.values?.name ?? item.title);

beforeAll(async () => {
  t = await startTestApp();
  sales = await t.as('sales');
  leader = await t.as('leader');
  await setField('customer', 'painPoints', { searchable: true });
  const made = await t.admin.send('POST', '/customers', {
    kind: 'company',
    ownerId: sales.userId,
    values: { name: '掩码公司', phones: phone, painPoints: secretText, employees: 40 },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  id = made.body.id;
  const contact = await t.admin.send('POST', '/contacts', { customerId: id, values: { name: '王掩', emails: mail } });
  contactId = contact.body.id;
  await t.admin.send(
    'PATCH',
    `/customers/${id}`,
    {
      values: { phones: [phone, '13800138666'] },
      sources: { phones: { source: 'visit', note: '电话里说的' } },
      reason: '换了电话',
    },
    match(1),
  );
  await setField('customer', 'phones', { sensitivity: 'secret' });
  await setField('contact', 'emails', { sensitivity: 'secret' });
  await setField('customer', 'painPoints', { sensitivity: 'secret' });
  await t.admin.send('POST', '/fields', {
    object: 'customer',
    key: 'weighed',
    type: 'score',
    label: { zh: '折算', en: 'Weighed' },
    section: 'basics',
    rules: { score: [{ field: 'employees', weight: 3, count: 'value' }] },
  });
  await setField('customer', 'employees', { sensitivity: 'secret' });
  const card = await t.admin.get(`/customers/${id}`);
  const verified = await t.admin.send(
    'POST',
    `/customers/${id}/fields/phones/verification`,
    { note: '打通了电话' },
    match(card.body.version),
  );
  expect(verified.status).toBe(200);
});
afterAll(() => t.close());

describe('a field above the clearance', () => {
  const hidden = ['phones', 'painPoints', 'employees', 'weighed'];

  it('is unknown in the dictionary, in conditions, orders, columns, exports and changes', async () => {
    const keys = (await sales.get('/fields')).body.fields.map((field: Json) => `${field.object}.${field.key}`);
    for (const key of hidden) expect(keys).not.toContain(`customer.${key}`);
    expect(keys).not.toContain('contact.emails');
    const version = (await sales.get(`/customers/${id}`)).body.version;
    for (const key of hidden) {
      const unknown = [
        await sales.get(`/customers?filter=${filter({ field: key, op: 'notEmpty' })}`),
        await sales.get(`/customers/count?filter=${filter({ not: { any: [{ field: key, op: 'empty' }] } })}`),
        await sales.get(`/customers?sort=${key}`),
        await sales.get(`/customers?sort=-${key}`),
        await sales.get(`/customers?fields=name,${key}`),
        await sales.get(`/customers/${id}/fields/${key}/history`),
        await sales.send('PATCH', `/customers/${id}`, { values: { [key]: null } }, match(version)),
        await sales.send('POST', '/customers', { kind: 'company', values: { name: '新', [key]: phone } }),
        await sales.send('POST', '/customers/duplicates', { kind: 'company', values: { [key]: phone } }),
        await sales.send('POST', '/customers/bulk-changes/preview', {
          query: { filter: { field: key, op: 'notEmpty' } },
          values: { remark: 'x' },
        }),
        await sales.send('POST', '/customers/bulk-changes/preview', { query: {}, values: { [key]: null } }),
        await sales.send('POST', '/exports', { query: {}, fields: ['name', key], format: 'csv', purpose: '试一试看' }),
        await sales.send('POST', '/exports', {
          query: {},
          fields: ['name'],
          sort: key,
          format: 'csv',
          purpose: '试一试看',
        }),
        await sales.send('POST', '/exports', {
          query: { filter: { field: key, op: 'notEmpty' } },
          fields: ['name'],
          format: 'csv',
          purpose: '试一试看',
        }),
      ];
      expect(
        unknown.map((answer) => [answer.status, answer.body.code]),
        key,
      ).toEqual(unknown.map(() => [400, 'field.unknown']));
      expect(
        (await sales.send('POST', `/customers/${id}/fields/${key}/restoration`, { eventId: id }, match(version)))
          .status,
      ).toBe(400);
    }
    expect((await sales.get(`/contacts?filter=${filter({ field: 'emails', op: 'notEmpty' })}`)).status).toBe(400);
    expect((await sales.get('/contacts?sort=emails')).status).toBe(400);
  });

  it('shows in no answer about the customer', async () => {
    const today = companyDay();
    const late = await sales.send('PATCH', `/customers/${id}`, { values: { remark: 'x' } }, match(1));
    expect(late.status).toBe(412);
    const answers: Record<string, Json> = { conflict: late };
    for (const path of [
      '/customers',
      `/customers?fields=name`,
      `/customers/${id}`,
      `/customers/${id}/timeline?limit=200`,
      `/customers/${id}/as-of?date=${today}`,
      `/customers/${id}/viewers`,
      '/contacts',
      `/contacts?customerId=${id}`,
      `/contacts/${contactId}`,
      '/views',
    ])
      answers[path] = await sales.get(path);
    for (const [path, answer] of Object.entries(answers)) {
      if (path !== 'conflict') expect(answer.status, path).toBe(200);
      const text = JSON.stringify(answer.body);
      for (const word of ['8555', '8666', 'geheim', secretText, '电话', '"weighed"', '"employees"', '"phones"'])
        expect(text, `${word} in ${path}`).not.toContain(word);
    }
    expect(JSON.stringify((await leader.get(`/customers/${id}/timeline?limit=200`)).body)).toContain('8666');
    expect((await leader.get(`/customers/${id}`)).body.values).toMatchObject({ employees: 40, weighed: 120 });
  });

  it('finds nothing, neither in the search box nor in lists', async () => {
    for (const q of [phone, '8555', 'geheim', mail, '不可说']) {
      expect(names(await leader.get(encodeURI(`/customers?q=${q}&fields=name`))), q).toEqual(['掩码公司']);
      expect(names(await sales.get(encodeURI(`/customers?q=${q}&fields=name`))), q).toEqual([]);
      expect((await sales.get(encodeURI(`/customers/count?q=${q}`))).body.value, q).toBe(0);
      expect(names(await sales.get(encodeURI(`/search?q=${q}`))), q).toEqual([]);
      expect((await leader.get(encodeURI(`/search?q=${q}`))).body.items.length, q).toBe(1);
    }
    for (const q of ['掩码', 'ymgs', 'yanma'])
      expect(names(await sales.get(encodeURI(`/customers?q=${q}&fields=name`))), q).toEqual(['掩码公司']);
    expect(names(await sales.get(encodeURI('/search?q=王掩')))).toEqual(['王掩']);
    expect(names(await sales.get(encodeURI('/contacts?q=王掩')))).toEqual(['王掩']);
    expect(names(await sales.get(encodeURI(`/contacts?q=${mail}`)))).toEqual([]);
  });

  it('leaves by no export of what else may be read', async () => {
    const run = await sales.send('POST', '/exports', {
      query: {},
      fields: ['name', 'remark'],
      format: 'csv',
      purpose: '给自己看',
    });
    await t.drain();
    const file = await sales.get(`/exports/${run.body.id}/file`);
    expect(file.raw.toString()).toContain('掩码公司');
    expect(file.raw.toString()).not.toContain('8555');
    // The clearance is asked again when the file is written: what was raised meanwhile stays behind.
    const late = await sales.send('POST', '/exports', {
      query: {},
      fields: ['name', 'remark', 'country'],
      format: 'csv',
      purpose: '给自己看',
    });
    await setField('customer', 'country', { sensitivity: 'confidential' });
    await t.drain();
    const header = (await sales.get(`/exports/${late.body.id}/file`)).raw.toString().split('\n')[0];
    expect(header).not.toContain('国家');
  });

  it('that is hidden for everybody is found by nobody, and comes back with its data', async () => {
    await setField('customer', 'painPoints', { hidden: true });
    expect(names(await leader.get(encodeURI('/customers?q=不可说&fields=name')))).toEqual([]);
    expect((await leader.get(`/customers/${id}`)).body.values.painPoints).toBeUndefined();
    await setField('customer', 'painPoints', { hidden: false });
    expect((await leader.get(`/customers/${id}`)).body.values.painPoints).toBe(secretText);
  });

  it('follows the section where a role is cleared apart', async () => {
    const field = await fieldOf('customer', 'painPoints');
    const role = await t.admin.send('POST', '/roles', {
      name: { zh: '看财务', en: 'Finance reader' },
      grants: { 'customer:read': 'all', 'token:use': 'all' },
      clearance: 'internal',
      sectionClearance: { [field.section]: 'secret', basics: 'open' },
      exportLimit: 0,
    });
    const reader = await t.as('service');
    const user = (await t.admin.get('/users?limit=200')).body.items.find((item: Json) => item.id === reader.userId);
    await t.admin.send('PUT', `/users/${user.id}/roles`, { roleIds: [role.body.id] }, match(user.version));
    const { values } = (await reader.get(`/customers/${id}`)).body;
    expect(values.painPoints).toBe(secretText);
    expect(values.phones).toBeUndefined();
    expect(values.employees).toBeUndefined();
  });
});

describe('scope', () => {
  const node = async (path: string, name: string, parentId: string | null = null): Promise<string> =>
    (await t.admin.send('POST', path, { name, parentId })).body.id;

  it('own, team, region and all decide alike for lists, cards, people, changes and search', async () => {
    const [north, south] = [await node('/teams', '北'), await node('/teams', '南')];
    const below = await node('/teams', '北一', north);
    const region = await node('/regions', '华东');
    const city = await node('/regions', '上海', region);
    const rep = await t.as('sales', { teamId: below });
    const peer = await t.as('sales', { teamId: below });
    const boss = await t.as('supervisor', { teamId: north });
    const stranger = await t.as('supervisor', { teamId: south });
    const made = await rep.send('POST', '/customers', { kind: 'company', values: { name: '范围公司' } });
    const person = await rep.send('POST', '/contacts', { customerId: made.body.id, values: { name: '范围人' } });
    const path = `/customers/${made.body.id}`;
    const today = companyDay();
    const reads = [
      path,
      `${path}/timeline`,
      `${path}/fields/name/history`,
      `${path}/as-of?date=${today}`,
      `${path}/viewers`,
      `/contacts/${person.body.id}`,
    ];
    const sees = async (client: Client) => {
      const found = await client.get(encodeURI('/search?q=范围'));
      const listed = await client.get(encodeURI('/customers?q=范围&fields=name'));
      const counted = await client.get(encodeURI('/customers/count?q=范围'));
      const people = await client.get(`/contacts?customerId=${made.body.id}`);
      const answers = await Promise.all(reads.map((read) => client.get(read)));
      const visible = answers[0]?.status === 200;
      expect(answers.map((answer) => answer.status)).toEqual(reads.map(() => (visible ? 200 : 404)));
      expect(found.body.items.length).toBe(visible ? 2 : 0);
      expect(names(listed)).toEqual(visible ? ['范围公司'] : []);
      expect(counted.body.value).toBe(visible ? 1 : 0);
      expect(people.body.items.length).toBe(visible ? 1 : 0);
      return visible;
    };
    const everybody = { rep, boss, peer, stranger, leader };
    const matrix = async () =>
      Object.fromEntries(
        await Promise.all(Object.entries(everybody).map(async ([name, client]) => [name, await sees(client)])),
      );
    expect(await matrix()).toEqual({ rep: true, boss: true, peer: false, stranger: false, leader: true });

    // Whoever sees nothing changes nothing, and learns nothing from the answer.
    const absent = await stranger.get(`/customers/${t.orgId}`);
    const writes = [
      await stranger.send('PATCH', path, { values: { remark: 'x' } }, match(1)),
      await stranger.send('PUT', `${path}/owner`, { ownerId: stranger.userId }, match(1)),
      await stranger.send('POST', `${path}/trashing`, {}, match(1)),
      await stranger.send('POST', `${path}/notes`, { body: 'x' }),
      await stranger.send('POST', `${path}/fields/name/verification`, {}, match(1)),
      await stranger.send('POST', `${path}/fields/name/restoration`, { eventId: t.orgId }, match(1)),
      await stranger.send('POST', '/contacts', { customerId: made.body.id, values: { name: 'x' } }),
      await stranger.send('PATCH', `/contacts/${person.body.id}`, { values: { name: 'x' } }, match(1)),
      await stranger.send('POST', `/contacts/${person.body.id}/trashing`, undefined, match(1)),
    ];
    expect(writes.map((answer) => answer.status)).toEqual(writes.map(() => 404));
    expect({ ...writes[0]?.body, requestId: '' }).toEqual({ ...absent.body, requestId: '' });
    // Reading everything is not changing everything.
    expect((await leader.send('PATCH', path, { values: { remark: 'x' } }, match(1))).status).toBe(403);
    // A link to a customer out of scope is no link.
    const linked = await stranger.send('POST', '/customers', {
      kind: 'company',
      values: { name: '子公司', parentCustomerId: made.body.id },
    });
    expect(linked.body.errors[0].code).toBe('link.unknown');

    // A region: the role sees what its region holds, cities below included.
    const role = await t.admin.send('POST', '/roles', {
      name: { zh: '区域', en: 'Region' },
      grants: { 'customer:read': 'region', 'token:use': 'all' },
      clearance: 'internal',
      sectionClearance: {},
      exportLimit: 0,
    });
    const regional = await t.as('service', { regionIds: [region] });
    const user = (await t.admin.get('/users?limit=200')).body.items.find((item: Json) => item.id === regional.userId);
    await t.admin.send('PUT', `/users/${user.id}/roles`, { roleIds: [role.body.id] }, match(user.version));
    expect(await sees(regional)).toBe(false);
    await t.admin.send('PUT', `${path}/owner`, { ownerId: rep.userId, regionId: city }, match(1));
    expect(await sees(regional)).toBe(true);

    // Told by name and reason; moving the team moves the sight.
    const viewers = (await t.admin.get(`${path}/viewers`)).body.items;
    const because = (client: Client) => viewers.find((viewer: Json) => viewer.userId === client.userId)?.because;
    expect([because(rep), because(boss), because(regional), because(leader), because(peer)]).toEqual([
      'owner',
      'team',
      'region',
      'all',
      undefined,
    ]);
    await t.admin.send('PUT', `${path}/owner`, { ownerId: stranger.userId, regionId: null }, match(2));
    expect(await matrix()).toEqual({ rep: false, boss: false, peer: false, stranger: true, leader: true });
    expect(await sees(regional)).toBe(false);
  });

  it('of people at a trashed, restricted or erased customer goes with the customer', async () => {
    const made = await t.admin.send('POST', '/customers', { kind: 'company', values: { name: '将去公司' } });
    const person = await t.admin.send('POST', '/contacts', { customerId: made.body.id, values: { name: '将去人' } });
    for (const state of ['restricted', 'erased']) {
      await t.asOwner('update customer set state = $2 where id = $1', [made.body.id, state]);
      expect((await t.admin.get(`/customers/${made.body.id}`)).status).toBe(404);
      expect((await t.admin.get(`/contacts/${person.body.id}`)).status, state).toBe(404);
      expect((await t.admin.get(`/contacts?customerId=${made.body.id}`)).body.items).toEqual([]);
      expect((await t.admin.get(encodeURI('/search?q=将去'))).body.items).toEqual([]);
    }
  });
});
