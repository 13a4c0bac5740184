import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Route } from '#platform/http/route.ts';
import { type Client, type Json, match, startTestApp, type TestApp } from './app.ts';
import { companyDay } from './company-day.ts';
import { formSteps } from './forms.ts';
import { withRole } from './people.ts';
import { fittingQuery } from './requests.ts';

type Endpoint = Route['endpoint'];
let t: TestApp;
let reader: Client;
let endpoints: Endpoint[];
const ids: { table: string; id: string }[] = [];
let a: Json;
let b: Json;
let personA: Json;
let personB: Json;

/** Values no answer to somebody without clearance may hold. */
const told = /canarykey|密\w+值|139001\d{5}|[kw]\d+[@.]canary|9876543|1967-0[1-9]|\b4242\d\d\b/;
function secretOf(field: Json, serial: number): Json {
  switch (field.type) {
    case 'text':
    case 'longtext':
      return field.rules.format || (field.rules.maxLength ?? 99) < 30 ? undefined : `密${field.key}${serial}值`;
    case 'texts':
      return [`密${field.key}${serial}值`];
    case 'phone':
      return `139001${String(10000 + serial)}`;
    case 'phones':
      return [`139001${String(10000 + serial)}`];
    case 'email':
      return `k${serial}@canary.example`;
    case 'emails':
      return [`k${serial}@canary.example`];
    case 'url':
      return `https://w${serial}.canary.example`;
    case 'urls':
      return [`https://w${serial}.canary.example`];
    case 'addresses':
      return [{ text: `密${field.key}${serial}值路一号` }];
    case 'number':
      return 424200 + (serial % 100);
    case 'money':
      return { amount: '98765432', currency: 'CNY' };
    case 'date':
      return `1967-0${1 + (serial % 9)}-1${serial % 10}`;
    case 'lunarDate':
      return { year: 1967, month: 3, day: 5, leap: false };
    case 'choice':
      return field.options.some((option: Json) => option.key === 'canarykey') ? 'canarykey' : undefined;
    case 'multichoice':
      return field.options.some((option: Json) => option.key === 'canarykey') ? ['canarykey'] : undefined;
    case 'boolean':
      return true;
    default:
      return undefined;
  }
}

async function must(client: Client, method: 'POST' | 'PUT' | 'PATCH', path: string, body: Json, headers?: Json) {
  const answer = await client.send(method, path, body, headers as never);
  expect(answer.status, `${method} ${path} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}

async function fill(): Promise<void> {
  await t.asOwner(`update field set options = options || '[{"key":"canarykey","zh":"密选值","en":"密选值"}]' where type in ('choice', 'multichoice')
    and key not in ('grade', 'kind') and not read_only and rules->>'reference' is null and key not in ('tags','categories','segments')`);
  await t.asOwner('update org set dictionary_version = dictionary_version + 1');
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const { fields: dictionary, sections } = (await t.admin.get('/fields/all')).body;
  const applies = (kinds: string[] | null, kind: string) => kinds === null || kinds.includes(kind);
  const section = (field: Json) =>
    sections.find((item: Json) => item.object === field.object && item.key === field.section);
  let serial = 0;
  const values = (object: string, kind: string) =>
    Object.fromEntries(
      dictionary
        .filter(
          (field: Json) =>
            field.object === object &&
            !field.readOnly &&
            !field.hidden &&
            field.key !== 'name' &&
            applies(field.kinds, kind) &&
            applies(section(field).kinds, kind),
        )
        .map((field: Json) => [field.key, secretOf(field, ++serial)])
        .filter(([, value]: [string, Json]) => value !== undefined),
    );
  const make = (path: string, body: Json, h?: Json) => must(t.admin, 'POST', path, body, h);
  const first = values('customer', 'company');
  const second = { ...values('customer', 'company'), phones: first.phones };
  a = await make('/customers', {
    kind: 'company',
    values: { ...first, name: '上海甲乙贸易有限公司', nameEn: undefined },
  });
  b = await make('/customers', {
    kind: 'company',
    values: { ...second, name: '上海甲乙贸易公司', parentCustomerId: a.id },
    allowDuplicate: true,
  });
  const c = await make('/customers', {
    kind: 'company',
    values: { ...values('customer', 'company'), name: '被并公司' },
    allowDuplicate: true,
  });
  const d = await make('/customers', {
    kind: 'company',
    values: { ...values('customer', 'company'), name: '并后公司' },
    allowDuplicate: true,
  });
  personA = await make('/contacts', { customerId: a.id, values: { ...values('contact', 'company'), name: '王一' } });
  personB = await make('/contacts', { customerId: b.id, values: { ...values('contact', 'company'), name: '李二' } });
  await make('/contacts', { customerId: a.id, values: { ...values('contact', 'company'), name: '王一' } });
  // Every value changes once: history, events, undo.
  await must(
    t.admin,
    'PATCH',
    `/customers/${a.id}`,
    { values: { ...values('customer', 'company'), phones: first.phones }, reason: '改' },
    match(1),
  );
  await must(t.admin, 'PATCH', `/contacts/${personA.id}`, { values: values('contact', 'company') }, match(1));
  await make('/merges', {
    survivorId: d.id,
    participants: [
      { id: c.id, version: 1 },
      { id: d.id, version: 1 },
    ],
  });
  const types = (await t.admin.get('/relation-types')).body.items;
  await make('/relations', {
    first: { kind: 'contact', id: personA.id },
    second: { kind: 'contact', id: personB.id },
    typeId: types[0].id,
  });
  await make('/duplicates/sweep', {});
  await make('/revisions', { name: '修订', dueOn: companyDay(20) });
  await make('/customers/bulk-changes', { query: { ids: [a.id] }, values: { remark: '密批改值', employees: 424299 } });
  await t.drain();
  await make('/intakes', {
    kind: 'company',
    values: { ...values('customer', 'company'), name: '采集公司' },
    contacts: [{ values: { ...values('contact', 'company'), name: '采集人' } }],
    source: 'visit',
    collectedOn: companyDay(),
  });
  const draft = (await t.admin.get('/intakes')).body.items[0];
  await must(t.admin, 'POST', `/intakes/${draft.id}/submission`, {}, match(draft.version));
  const intel = await make('/intelligence', {
    subject: 'customer',
    customerId: a.id,
    item: '情报',
    content: '内容',
    method: 'observation',
    source: 'x',
    reliability: 'B',
    credibility: 2,
    collectedOn: companyDay(),
    sensitivity: 'open',
  });
  await make(`/intelligence/${intel.id}/proposals`, { field: 'needs', value: '密提议值' });
  const sheet = await t.admin.upload(
    '/imports',
    '单.csv',
    Buffer.from(
      `客户公司名称,电话,邮箱,备注\n上海甲乙贸易有限公司,13900199999,zz@canary.example,密导入值\n新来的,xx,13,密导入二值\n`,
    ),
  );
  await must(t.admin, 'POST', `/imports/${sheet.body.id}/start`, {}, match(sheet.body.version));
  await make('/exports', { query: {}, fields: ['name', 'phones'], format: 'csv', purpose: '导出看看吧' });
  const steps = formSteps(t);
  const form = await steps.makeForm();
  const invited = await steps.invite(form.id, { recipients: [{ customerId: a.id, contactId: personA.id }] });
  const got = await steps.answer(invited.items[0].path, {
    name: '上海甲乙贸易有限公司',
    phones: ['13900177777'],
    person: '王一',
    again: 'yes',
  });
  expect(got.status, JSON.stringify(got)).toBe(201);
  vi.useRealTimers();
  await t.drain();
}

beforeAll(async () => {
  t = await startTestApp();
  endpoints = t.app.modules.flatMap((module) => module.routes.map((route) => route.endpoint));
  await fill();
  const permissions = t.app.modules.flatMap((module) => module.permissions);
  reader = await withRole(t, Object.fromEntries(permissions.map((permission) => [permission.key, 'all'])), {
    clearance: 'open',
    exportLimit: null,
  });
  await t.asOwner(
    `update field set sensitivity = 'secret' where key not in ('name', 'number', 'kind', 'ownerId', 'createdAt', 'updatedAt', 'grade')`,
  );
  await t.asOwner('update org set dictionary_version = dictionary_version + 1');
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const tables = await t.asOwner(`select table_name as name from information_schema.columns where column_name = 'id'
    and table_schema = 'public' and table_name in (select table_name from information_schema.columns where column_name = 'org_id')`);
  const skip = ['field', 'section', 'event', 'access_log', 'role', 'team', 'app_user', 'session'];
  for (const { name } of tables.filter((table) => !skip.includes(table.name)))
    for (const row of await t.asOwner(`select id from ${name} order by id desc limit 4`))
      ids.push({ table: name, id: row.id });
}, 120_000);
afterAll(() => t.close());

const pathsOf = (endpoint: Endpoint, id: string): string[] => {
  const path = endpoint.path
    .replace(':id', id)
    .replace(':repId', t.admin.userId)
    .replace(':userId', t.admin.userId)
    .replace(':fileId', id)
    .replace(':day', companyDay());
  if (path.includes(':key')) return ['phones', 'needs', 'name', 'birthday'].map((key) => path.replace(':key', key));
  if (path.includes(':dimension')) return ['grade', 'loyalty'].map((key) => path.replace(':dimension', key));
  return [path];
};

describe('whoever is not cleared for a field', () => {
  it('reads it nowhere', { timeout: 300_000 }, async () => {
    const wrong: string[] = [];
    for (const endpoint of endpoints.filter((item) => item.method === 'GET' && item.path !== '/fields/all')) {
      const targets = endpoint.path.includes(':')
        ? ids
        : ids.filter((item) => ['customer', 'contact'].includes(item.table));
      await Promise.all(
        targets.flatMap(({ table, id }) =>
          pathsOf(endpoint, id).flatMap((path) => {
            const query = fittingQuery(endpoint).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, id);
            return (query ? [path, `${path}?${query}`, `${path}?customerId=${id}`, `${path}?limit=200`] : [path]).map(
              async (url) => {
                const answer = await reader.get(url);
                // Digits of ids are no values.
                const text = answer.raw.toString('utf8').replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '');
                const found = told.exec(text);
                if (found)
                  wrong.push(
                    `${endpoint.path} <- ${table} ${answer.status} ${found[0]} in ${text.slice(Math.max(0, found.index - 200), found.index + 80)}`,
                  );
                if (answer.status >= 500) wrong.push(`${endpoint.path} ${answer.status}`);
              },
            );
          }),
        ),
      );
    }
    expect(wrong).toEqual([]);
  });

  it('changes no post by what it may not read, and empties nothing it is not shown', async () => {
    const path = `/contacts/${personA.id}/employments`;
    const [post] = (await t.admin.get(path)).body.items;
    expect(post.position).toMatch(told);
    const change = (body: Json, version: number) =>
      reader.send('PATCH', `/employments/${post.id}`, body, match(version));
    const refused = await change({ position: '猜一猜' }, post.version);
    expect([refused.status, refused.body.code]).toEqual([400, 'field.unknown']);
    const added = await reader.send('POST', path, { companyName: '别处', department: '猜', toOn: companyDay(-9) });
    expect([added.status, added.body.code]).toEqual([400, 'field.unknown']);
    expect((await change({ position: null, department: null, note: '记' }, post.version)).status).toBe(200);
    const [after] = (await t.admin.get(path)).body.items;
    expect(after).toMatchObject({ position: post.position, department: post.department, note: '记' });
  });
});
