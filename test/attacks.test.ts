import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '#platform/http/route.ts';
import { type Client, type Json, match, startTestApp, type TestApp } from './app.ts';
import { companyDay } from './company-day.ts';
import { fittingBody, fittingQuery } from './requests.ts';

type Endpoint = Route['endpoint'];

/** Stands in every text of a customer the attacker may not see, and in nothing else. */
const canary = '金丝雀';
let t: TestApp;
let sales: Client;
let endpoints: Endpoint[];
/** Ids of records about the hidden customer or of other people, by table. */
const hidden: { table: string; id: string }[] = [];
let customer: Json;
let contact: Json;

async function must(client: Client, method: 'POST' | 'PUT' | 'PATCH', path: string, body: Json, headers?: Json) {
  const answer = await client.send(method, path, body, headers as never);
  expect(answer.status, `${method} ${path} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}

async function hideCustomer(): Promise<void> {
  const a = t.admin;
  const leader = await t.as('leader');
  const make = (path: string, body: Json) => must(a, 'POST', path, body);
  customer = await make('/customers', {
    kind: 'company',
    values: { name: `${canary}公司`, phones: '13900139555', remark: `${canary}备注` },
  });
  const other = await make('/customers', {
    kind: 'company',
    values: { name: `${canary}另一家` },
    allowDuplicate: true,
  });
  const at = `/customers/${customer.id}`;
  contact = await make('/contacts', { customerId: customer.id, values: { name: `${canary}先生` } });
  const friend = await make('/contacts', { customerId: other.id, values: { name: `${canary}女士` } });
  const types = (await a.get('/relation-types')).body.items;
  const ends = { first: { kind: 'contact', id: contact.id }, second: { kind: 'contact', id: friend.id } };
  await make('/relations', { ...ends, typeId: types[0].id });
  await make(`${at}/notes`, { body: `${canary}记事` });
  const comment = await make(`${at}/comments`, { body: `${canary}评论` });
  await a.upload(`/comments/${comment.id}/files`, `${canary}.txt`, Buffer.from(canary));
  // The library is open to all; what was sent from it to whom is not.
  const material = await make('/materials', { title: '产品手册', kind: 'manual', language: 'zh' });
  await a.upload(`/materials/${material.id}/versions`, '产品手册.pdf', Buffer.from('%PDF-1.4'));
  await make(`${at}/material-sends`, {
    materialIds: [material.id],
    recipients: [{ contactId: contact.id, email: 'canary@example.com' }],
    channel: 'mail',
    mail: { subject: `${canary}资料`, text: `${canary}正文` },
  });
  await make('/tasks', { title: `${canary}任务`, customerId: customer.id, dueOn: companyDay(2) });
  const call = { type: 'call', subject: `${canary}来电`, happenedAt: new Date(Date.now() - 3_600_000).toISOString() };
  await make('/activities', { customerId: customer.id, contactIds: [contact.id], ...call });
  await make(`${at}/purchases`, { day: companyDay(-9), amountMinor: 100, currency: 'CNY' });
  await make(`${at}/inspection-remarks`, { body: `${canary}批注`, fixBy: companyDay(9) });
  await make('/revisions', { name: '全面修订', dueOn: companyDay(30) });
  await make('/views', { name: `${canary}视图`, shared: false, query: { columns: [], sort: 'name' } });
  await make('/exports', { query: {}, fields: ['name'], format: 'csv', purpose: `${canary}导出` });
  const sheet = await a.upload('/imports', `${canary}.csv`, Buffer.from(`客户公司名称\n${canary}导入\n`));
  await must(a, 'POST', `/imports/${sheet.body.id}/start`, {}, match(sheet.body.version));
  await make('/intakes', {
    kind: 'company',
    values: { name: `${canary}采集` },
    source: 'visit',
    collectedOn: companyDay(),
  });
  await make('/handovers', {
    fromUserId: a.userId,
    customerIds: [other.id],
    toUserId: leader.userId,
    kind: 'transfer',
    fromOn: companyDay(3),
    reason: `${canary}交接`,
  });
  await must(a, 'PUT', `${at}/collaborators/${leader.userId}`, { access: 'write' });
  await make('/customers/bulk-changes', { query: { ids: [customer.id] }, values: { remark: `${canary}批改` } });
  const plan = {
    rule: 'perRep',
    amount: 5,
    checklist: [{ key: 'a', label: 'A' }],
    weekday: 1,
    fixDays: 3,
    restWeeks: 1,
  };
  const made = await make('/inspection-plans', { name: '周检', active: true, ...plan });
  await make(`/inspection-plans/${made.id}/rounds`, {});
  await t.drain();
}

beforeAll(async () => {
  t = await startTestApp();
  endpoints = t.app.modules.flatMap((module) => module.routes.map((route) => route.endpoint));
  // A pool the attacker may look into, and somebody else's customer shared with them: neither may open more than itself.
  await must(t.admin, 'POST', '/pools', { name: '公海', nameEn: 'Pool', rules: {} });
  sales = await t.as('sales');
  await hideCustomer();
  const tables = await t.asOwner(`select table_name as name from information_schema.columns where column_name = 'id'
    and table_schema = 'public' and table_name in (select table_name from information_schema.columns where column_name = 'org_id')`);
  const open = [
    'field',
    'section',
    'event',
    'access_log',
    'role',
    'relation_type',
    'team',
    'pool',
    'revision',
    'duplicate_sweep',
    'material',
  ];
  for (const { name } of tables.filter((table) => !open.includes(table.name))) {
    const mine =
      name === 'app_user'
        ? `where id <> '${sales.userId}'`
        : name === 'api_token'
          ? `where user_id <> '${sales.userId}'`
          : '';
    for (const row of await t.asOwner(`select id from ${name} ${mine} order by id desc limit 1`))
      hidden.push({ table: name, id: row.id });
  }
}, 120_000);
afterAll(() => t.close());

const fill = (path: string, id: string) =>
  path
    .replace(':id', id)
    .replace(':repId', t.admin.userId)
    .replace(':userId', t.admin.userId)
    .replace(':fileId', id)
    .replace(':key', 'name')
    .replace(':dimension', 'grade')
    .replace(':day', companyDay());

async function attack(endpoint: Endpoint, path: string, body?: unknown) {
  const answer = await t.app.server.inject({
    method: endpoint.method,
    url: `/api/v1${path}`,
    headers: { authorization: `Bearer ${sales.token}`, ...(endpoint.ifMatch ? { 'if-match': '"1"' } : {}) },
    ...(body === undefined ? {} : { payload: body as object }),
  });
  return { status: answer.statusCode, text: answer.body };
}

/** The body with every id in it one of the hidden customer. */
function aimed(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => aimed(item, key));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, aimed(item, name)]));
  if (typeof value !== 'string' || !/^[0-9a-f]{8}-/.test(value)) return value;
  return /contact|person/i.test(key)
    ? contact.id
    : /user|assignee|delegate|owner/i.test(key)
      ? sales.userId
      : customer.id;
}

const own = [
  '/me',
  '/notifications/reading',
  '/approvals/decisions',
  '/customers/duplicates',
  '/views',
  '/segments/count',
];
/** Drafts and tasks that name no customer are anybody's to make. */
const harmless = (endpoint: Endpoint, body: unknown) =>
  ['/tasks', '/intakes'].includes(endpoint.path) && !JSON.stringify(body).includes(customer.id);

describe('whoever may not see a customer', () => {
  it('reads nothing of it by any id at any address', { timeout: 120_000 }, async () => {
    expect(hidden.length).toBeGreaterThan(25);
    const wrong: string[] = [];
    const about = hidden.filter((item) => ['customer', 'contact'].includes(item.table));
    for (const endpoint of endpoints.filter((item) => item.method === 'GET')) {
      const tries = (endpoint.path.includes(':') ? hidden : about).flatMap(({ table, id }) => {
        const query = fittingQuery(endpoint).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, id);
        const path = fill(endpoint.path, id);
        return (query ? [path, `${path}?${query}`] : [path]).map(async (url) => {
          const { status, text } = await attack(endpoint, url);
          if (status >= 500 || text.includes(canary))
            wrong.push(`${endpoint.path} <- ${table} ${status} ${text.slice(0, 300)}`);
        });
      });
      await Promise.all(tries);
    }
    expect(wrong).toEqual([]);
  });

  it('changes nothing of it', { timeout: 120_000 }, async () => {
    const wrong: string[] = [];
    // What concerns the caller only, or answers for each id apart that there is no such record.
    const spared = [
      '/session',
      '/tokens',
      '/sessions',
      '/totp',
      '/totp/confirmation',
      '/totp/removal',
      '/password',
      ...own,
    ];
    for (const endpoint of endpoints.filter((item) => item.method !== 'GET' && typeof item.access === 'string')) {
      if (spared.includes(endpoint.path)) continue;
      const tries = (endpoint.path.includes(':id') ? hidden : hidden.slice(0, 1)).flatMap(({ table, id }) =>
        (table === 'customer' || !endpoint.path.includes(':id') ? [false, true] : [false]).map(async (whole) => {
          const body = endpoint.upload ? undefined : aimed(fittingBody(endpoint, whole));
          const { status, text } = await attack(endpoint, fill(endpoint.path, id), body);
          if (harmless(endpoint, body) && status === 201) return;
          if (status < 300 || status >= 500 || text.includes(canary))
            wrong.push(`${status} ${endpoint.method} ${endpoint.path} <- ${table} ${text.slice(0, 300)}`);
        }),
      );
      await Promise.all(tries);
    }
    expect(wrong).toEqual([]);
  });
});

describe('an attacker', () => {
  it('takes back no bulk edit, import or merge of somebody else', async () => {
    const edit = { query: { ids: [customer.id] }, values: { remark: '改过' } };
    const { batchId } = await must(t.admin, 'POST', '/customers/bulk-changes', edit);
    await t.drain();
    const [imported] = await t.asOwner('select id from import_run order by id desc limit 1');
    for (const id of [batchId, imported?.id, customer.id])
      expect((await sales.send('POST', `/customers/bulk-changes/${id}/undoing`)).status).toBe(404);
    expect((await t.admin.send('POST', `/customers/bulk-changes/${imported?.id}/undoing`)).status).toBe(404);
    await t.drain();
    expect((await t.admin.get(`/customers/${customer.id}`)).body.values.remark).toBe('改过');
    // Its maker may, but no longer where the customer went out of reach.
    const mine = await must(sales, 'POST', '/customers', {
      kind: 'company',
      values: { name: '自己的公司', remark: '甲' },
    });
    const change = { query: { ids: [mine.id] }, values: { remark: '乙' } };
    const batch = (await must(sales, 'POST', '/customers/bulk-changes', change)).batchId;
    await t.drain();
    const card = await t.admin.get(`/customers/${mine.id}`);
    const moved = await t.admin.send(
      'PUT',
      `/customers/${mine.id}/owner`,
      { ownerId: t.admin.userId },
      match(card.body.version),
    );
    expect(moved.status, JSON.stringify(moved.body)).toBe(200);
    const { jobId } = await must(sales, 'POST', `/customers/bulk-changes/${batch}/undoing`, {});
    await t.drain();
    expect((await sales.get(`/jobs/${jobId}`)).body.result).toMatchObject({ undone: 0, keptCount: 1 });
    expect((await t.admin.get(`/customers/${mine.id}`)).body.values.remark).toBe('乙');
  });

  it('links to nothing out of reach and is told no name of it', async () => {
    const fields = (await sales.get('/fields')).body.fields.filter(
      (field: Json) => field.object === 'customer' && ['customer', 'contact'].includes(field.type) && !field.readOnly,
    );
    expect(fields.length).toBeGreaterThan(0);
    for (const field of fields) {
      const kind = field.kinds?.[0] ?? 'company';
      const values = { name: `链接${field.key}`, [field.key]: field.type === 'contact' ? contact.id : customer.id };
      const made = await sales.send('POST', '/customers', { kind, values, allowDuplicate: true });
      expect([made.status, made.body.errors?.[0]?.code], field.key).toEqual([422, 'link.unknown']);
      expect(JSON.stringify(made.body)).not.toContain(canary);
    }
  });

  it('replays no answer of somebody else and forges no token of another company', async () => {
    const key = { 'idempotency-key': 'the-same-key' };
    await must(t.admin, 'POST', '/tasks', { title: `${canary}私事` }, key);
    const replay = await sales.send('POST', '/tasks', { title: `${canary}私事` }, key);
    expect([replay.status, replay.headers['idempotent-replayed']]).toEqual([201, undefined]);
    expect(replay.body.assigneeId).toBe(sales.userId);
    const [prefix, company, secret] = t.admin.token.split('_');
    for (const forged of [
      `${prefix}_${company}x_${secret}`,
      `kds_${company}_${secret}`,
      `${prefix}_${company}_`,
      t.admin.token.slice(0, -1),
    ]) {
      const headers = { authorization: `Bearer ${forged}` };
      expect((await t.app.server.inject({ url: '/api/v1/session', headers })).statusCode, forged).toBe(401);
    }
  });
});
