import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseVcards } from '#platform/vcard/parse.ts';
import { type Client, match, startTestApp, type TestApp } from '#test/app.ts';

let app: TestApp;
let sales: Client;
let id: string;

beforeAll(async () => {
  app = await startTestApp('exporter');
  sales = await app.as('sales');
});
afterAll(() => app.close());

test('a vCard file goes through the import and becomes company and person', async () => {
  const file = Buffer.from(
    [
      ...['BEGIN:VCARD', 'VERSION:3.0', 'FN:王小明', 'ORG:杭州明达贸易有限公司;采购部', 'TITLE:采购经理'],
      ...['TEL;TYPE=cell:13800138000', 'TEL;TYPE=work:0571-81234567', 'EMAIL:wang@example.com', 'END:VCARD'],
      ...['BEGIN:VCARD', 'VERSION:4.0', 'FN:Anna Weber', 'TEL;TYPE=cell:+4915112345678', 'END:VCARD', ''],
    ].join('\r\n'),
  );
  const draft = await sales.upload('/imports', '通讯录.vcf', file);
  expect(draft.status, JSON.stringify(draft.body)).toBe(201);
  const started = await sales.send('POST', `/imports/${draft.body.id}/start`, undefined, match(draft.body.version));
  expect(started.status, JSON.stringify(started.body)).toBeLessThan(300);
  await app.drain();
  const list = await sales.get('/customers?fields=name,phones&sort=name');
  expect(list.body.items.map((item: { values: { name: string } }) => item.values.name).sort()).toEqual([
    'Anna Weber',
    '杭州明达贸易有限公司',
  ]);
  id = list.body.items.find((item: { values: { name: string } }) => item.values.name.startsWith('杭州')).id;
});

test('people come back as vCards of each version, and the export is logged', async () => {
  for (const version of ['4.0', '3.0', '2.1']) {
    const answer = await sales.get(`/customers/${id}/people.vcf?version=${version}`);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain('text/vcard');
    expect(parseVcards(answer.raw).cards).toMatchObject([
      { name: '王小明', organisation: '杭州明达贸易有限公司', department: '采购部', title: '采购经理' },
    ]);
  }
  const log = await app.admin.get(`/audit?log=access&what=export&customerId=${id}`);
  expect(log.body.items.length).toBeGreaterThanOrEqual(3);
});

test('a list comes as one file through the export, another rep gets nothing', async () => {
  const started = await sales.send('POST', '/exports', {
    query: {},
    fields: ['name'],
    format: 'vcf',
    purpose: '导入手机通讯录',
  });
  expect(started.status).toBe(202);
  await app.drain();
  const file = await sales.get(`/exports/${started.body.id}/file`);
  expect(
    parseVcards(file.raw)
      .cards.map((card) => card.name)
      .sort(),
  ).toEqual(['Anna Weber', '王小明']);
  const other = await app.as('sales');
  expect((await other.get(`/customers/${id}/people.vcf`)).status).toBe(404);
});
