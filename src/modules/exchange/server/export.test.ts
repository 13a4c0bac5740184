import ExcelJS from 'exceljs';
import { sql } from 'kysely';
import officeCrypto from 'officecrypto-tool';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';
import { withRole } from '#test/people.ts';

let t: TestApp;
const hostile = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1'];
beforeAll(async () => {
  t = await startTestApp('general');
  const made = await t.admin.send('POST', '/fields', {
    object: 'customer',
    key: 'trap',
    type: 'text',
    label: { zh: '=陷阱()', en: '=TRAP()' },
    section: 'basics',
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  for (const [index, text] of hostile.entries()) {
    const answer = await t.admin.send('POST', '/customers', {
      kind: 'company',
      allowDuplicate: true,
      values: {
        name: `导出${index}公司`,
        trap: text,
        remark: text === '\t=1' ? '-2+3' : text,
        foundedOn: '2001-02-03',
        employees: 12,
        registeredCapital: index === 0 ? 'USD 100' : '¥1,234.50',
        bankAccount: '6222020000000000',
        phones: `+49 30 9018200${index}`,
        emails: `a${index}@daochu.cn; b${index}@daochu.cn`,
      },
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  }
});
afterAll(() => t.close());

const fields = ['name', 'trap', 'remark', 'foundedOn', 'employees', 'registeredCapital', 'phones', 'emails'];
const ask = (body: Json, client: Client = t.admin, lang = 'zh-CN') =>
  client.send(
    'POST',
    '/exports',
    { query: {}, fields, format: 'xlsx', purpose: '年度对账核对', ...body },
    { 'idempotency-key': crypto.randomUUID(), 'accept-language': lang },
  );

async function exported(
  body: Json,
  client: Client = t.admin,
  lang?: string,
): Promise<{ item: Json; bytes: Buffer; headers: Json }> {
  const started = await ask(body, client, lang);
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  await t.drain();
  const item = (await client.get(`/exports/${started.body.id}`)).body;
  expect(item.state, JSON.stringify((await client.get(`/jobs/${started.body.jobId}`)).body)).toBe('done');
  const file = await client.get(`/exports/${item.id}/file`);
  expect(file.status).toBe(200);
  return { item, bytes: file.raw, headers: file.headers };
}

async function open(bytes: Buffer): Promise<ExcelJS.Worksheet> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes as unknown as ExcelJS.Buffer);
  const [page] = book.worksheets;
  if (!page) throw new Error('no sheet');
  return page;
}

describe('export', () => {
  it('speaks the language of the page it was asked for on, whatever the account says', async () => {
    const page = await open((await exported({ fields: ['name'] }, t.admin, 'en-US')).bytes);
    expect(page.getCell('A1').value).toBe('Customer name');
    expect(page.getCell(`A${page.rowCount}`).value).toMatch(/^※ Export/);
  });

  it('has a frozen heading, a filter, real types and inert text', async () => {
    const { item, bytes } = await exported({ sort: 'name' });
    expect(item.rows).toBe(hostile.length);
    const told = await t.admin.get('/notifications');
    expect(told.body.items[0]).toMatchObject({ type: 'export.done', params: { n: hostile.length }, path: '/exports' });
    const page = await open(bytes);
    expect(page.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 });
    const below = hostile.length + 3;
    expect(page.autoFilter, 'the filter ends with the data').toBe(`A1:H${hostile.length + 1}`);
    expect(page.getRow(below - 1).hasValues).toBe(false);
    expect([page.rowCount, page.getRow(below).actualCellCount]).toEqual([below, 1]);
    const number = item.id.slice(-12);
    expect(page.getCell(`A${below}`).value).toMatch(
      new RegExp(`^※ 导出：管理员甲 ${companyDay()} \\d\\d:\\d\\d 用途：年度对账核对 编号：${number}$`),
    );
    const log = (await t.admin.get('/audit?log=access&what=export&limit=10')).body.items;
    expect(log[0].detail.number, 'found in the log by its number').toBe(number);
    expect(page.getCell('B1').type).toBe(ExcelJS.ValueType.String);
    expect(page.getCell('B1').value).toBe('=陷阱()');
    const row = page.getRow(3);
    expect(row.getCell(4).value).toEqual(new Date('2001-02-03T00:00:00Z'));
    expect(row.getCell(4).numFmt).toBe('yyyy-mm-dd');
    expect(row.getCell(5).value).toBe(12);
    expect(row.getCell(6).value).toBe(1234.5);
    expect(page.getCell('F2').value).toBe('USD 100.00');
    for (let index = 2; index < hostile.length + 2; index += 1) {
      for (const column of [2, 3, 7]) {
        const cell = page.getRow(index).getCell(column);
        expect([ExcelJS.ValueType.String, ExcelJS.ValueType.SharedString]).toContain(cell.type);
        expect(cell.formula).toBeUndefined();
      }
    }
  });

  it('as CSV has a mark, guarded text also in headings, and imports again unchanged', async () => {
    const { bytes, headers } = await exported({ format: 'csv', fields: ['name', 'trap', 'phones', 'emails'] });
    expect(headers['content-type']).toContain('text/csv');
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const lines = bytes.toString('utf8').slice(1).split('\r\n');
    expect(lines[0]).toMatch(/^[^,]+,'=陷阱\(\),电话,邮箱$/);
    for (const line of lines.slice(1).filter(Boolean))
      for (const cell of line.split(',')) expect(cell).not.toMatch(/^"?[=+\-@＝\t\r]/);
    const again = await t.admin.upload('/imports', 'again.csv', bytes);
    expect(again.status).toBe(201);
    expect(again.body.preview.map((row: Json) => row[1])).toContain('=1+1');
    expect(again.body.preview[0][2]).toMatch(/^\+49/);
  });

  it.each(['xlsx', 'csv'])('as %s imports again without its watermark, in either language', async (format) => {
    for (const lang of ['zh-CN', 'en-US']) {
      await t.asOwner('update app_user set lang = $2 where id = $1', [t.admin.userId, lang]);
      const secret: Record<string, string> = format === 'xlsx' ? { password: 'for the auditor' } : {};
      const purpose = '核对,\n"往来" 用途：{name}';
      const { bytes } = await exported({ format, fields: ['name', 'emails'], purpose, ...secret });
      const draft = await t.admin.upload('/imports', `again.${format}`, bytes, secret);
      expect(draft.status, JSON.stringify(draft.body)).toBe(201);
      expect(JSON.stringify(draft.body.preview)).not.toContain('※');
      await t.admin.send('POST', `/imports/${draft.body.id}/start`, undefined, match(draft.body.version));
      await t.drain();
      const { rows, state } = (await t.admin.get(`/imports/${draft.body.id}`)).body;
      expect([state, rows]).toMatchObject([
        'done',
        { total: hostile.length, created: 0, failed: 0, skipped: hostile.length },
      ]);
    }
    await t.asOwner('update app_user set lang = $2 where id = $1', [t.admin.userId, 'zh-CN']);
  });

  it('is encrypted with a password that is kept nowhere', async () => {
    const { item, bytes } = await exported({ password: 'for the auditor' });
    expect(item.encrypted).toBe(true);
    expect(bytes.subarray(0, 4).toString('hex')).toBe('d0cf11e0');
    await expect(officeCrypto.decrypt(bytes, { password: 'wrong' })).rejects.toThrow();
    const page = await open(await officeCrypto.decrypt(bytes, { password: 'for the auditor' }));
    expect(page.getCell(`A${page.rowCount}`).value).toContain(item.id.slice(-12));
    const left = await t.app.db.inOrg(t.orgId, (tx) =>
      sql<{
        text: string;
      }>`select row_to_json(e)::text as text from export_run e where id = ${item.id} union all select row_to_json(v)::text from event v where subject_id = ${item.id}`.execute(
        tx,
      ),
    );
    expect(left.rows.map((row) => row.text).join()).not.toContain('auditor"');
    expect(left.rows[0]?.text).toContain('"password_secret":null');
    expect((await ask({ format: 'csv', password: 'for the auditor' })).body.errors[0].code).toBe('export.passwordCsv');
  });

  it('refuses what it cannot do before anything runs', async () => {
    expect((await ask({ purpose: ' x ' })).status).toBe(422);
    expect((await ask({ purpose: undefined })).body.errors[0].field).toBe('purpose');
    expect((await ask({ fields: ['name', 'nonsense'] })).body.code).toBe('field.unknown');
    expect((await ask({ sort: 'nonsense' })).status).toBe(400);
    expect((await ask({ query: { filter: { field: 'nonsense', op: 'eq', value: 1 } } })).status).toBe(400);
    expect((await ask({ format: 'doc' })).status).toBe(422);
    expect((await ask({ purpose: '核对\u0000年度' })).status).toBeLessThan(500);
  });

  it('holds exactly what the actor may see', async () => {
    const seller = await t.as('sales');
    const own = await seller.send('POST', '/customers', {
      kind: 'company',
      values: { name: '自己的公司', remark: '甲' },
    });
    expect(own.status, JSON.stringify(own.body)).toBe(201);
    const { item, bytes } = await exported({ fields: ['name', 'remark'] }, seller);
    expect(item.rows).toBe(1);
    const page = await open(bytes);
    expect(page.getCell('A2').value).toBe('自己的公司');
    expect((await ask({ fields: ['name', 'bankAccount'] }, seller)).body.code).toBe('field.unknown');
    expect(
      (await ask({ query: { filter: { field: 'bankAccount', op: 'startsWith', value: '6' } } }, seller)).status,
    ).toBe(400);
    const filtered = await exported({ query: { filter: { field: 'name', op: 'eq', value: '导出3公司' } } });
    expect(filtered.item.rows).toBe(1);
    for (const path of ['', '/file'])
      expect((await seller.get(`/exports/${filtered.item.id}${path}`)).status).toBe(404);
    expect((await ask({}, await t.as('auditor'))).status).toBe(403);
    expect((await ask({ fields: [''] })).body.code).toBe('field.unknown');
  });

  it('is logged with purpose, rows and fingerprint, and each download too', async () => {
    const { item } = await exported({ purpose: '审计抽查用' });
    const log = (await t.admin.get('/audit?log=access&limit=200')).body.items.filter(
      (entry: Json) => entry.subjectId === item.id,
    );
    expect(log.map((entry: Json) => entry.what).sort()).toEqual(['download', 'export']);
    const entry = log.find((one: Json) => one.what === 'export');
    expect(entry.detail).toMatchObject({ purpose: '审计抽查用', rows: item.rows });
    expect(entry.detail.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('above the role’s limit waits for another’s yes, counts slices, and runs with the requester’s rights', async () => {
    const roles = (await t.admin.get('/roles')).body.items;
    const marketing = roles.find((role: Json) => role.key === 'marketing');
    await t.app.db.inOrg(t.orgId, (tx) =>
      sql`update role set export_limit = 5 where org_id = ${t.orgId} and id = ${marketing.id}`.execute(tx),
    );
    const user = await t.as('marketing');
    const three = {
      query: { filter: { field: 'name', op: 'in', value: ['导出0公司', '导出1公司', '导出2公司'] } },
      fields: ['name'],
    };
    expect((await ask(three, user)).body.state).toBe('queued');
    const second = await ask(three, user, 'en-US');
    expect(second.body.state, 'slices count together').toBe('waiting');
    await t.drain();
    expect((await user.get(`/exports/${second.body.id}/file`)).status).toBe(404);
    const approvals = (await t.admin.get('/approvals?state=open')).body.items;
    const waiting = approvals.find((one: Json) => one.subjectId === second.body.id);
    expect(waiting.snapshot).toMatchObject({ rows: 3, purpose: '年度对账核对' });
    const decide = (client: Client, decision: string) =>
      client.send('POST', `/approvals/${waiting.id}/decision`, { decision, comment: '' }, match(waiting.version));
    expect((await decide(user, 'approve')).status).toBe(403);
    const yes = await decide(t.admin, 'approve');
    expect(yes.status, JSON.stringify(yes.body)).toBe(200);
    await t.drain();
    const item = (await user.get(`/exports/${second.body.id}`)).body;
    expect(item).toMatchObject({ state: 'done', ready: true, rows: 3 });
    const sheet = await open((await user.get(`/exports/${item.id}/file`)).raw);
    expect(sheet.getCell('A1').value, 'in the language it was asked for in').toBe('Customer name');
    expect((await t.admin.get(`/exports/${item.id}`)).status).toBe(404);
    const third = await ask(three, user);
    const request = (await t.admin.get('/approvals?state=open')).body.items[0];
    await t.admin.send(
      'POST',
      `/approvals/${request.id}/decision`,
      { decision: 'refuse', comment: '不需要' },
      match(request.version),
    );
    expect((await user.get(`/exports/${third.body.id}`)).body.state).toBe('refused');
  });

  it('keeps to the limit when two are asked for at once, and when there are more rows by the time it runs', async () => {
    const roles = (await t.admin.get('/roles')).body.items;
    const marketing = roles.find((role: Json) => role.key === 'marketing');
    await t.asOwner('update role set export_limit = 5 where id = $1', [marketing.id]);
    const user = await t.as('marketing');
    const filter = { field: 'name', op: 'in', value: ['导出0公司', '导出1公司', '导出2公司'] };
    const three = { query: { filter }, fields: ['name'] };
    const asked = await Promise.all([ask(three, user), ask(three, user), ask(three, user)]);
    expect(asked.map(({ body }) => body.state).sort()).toEqual(['queued', 'waiting', 'waiting']);
    await t.drain();
    const late = await t.as('marketing');
    const begun = await ask(three, late);
    expect(begun.body.state).toBe('queued');
    // Meanwhile somebody gives the role a smaller limit.
    await t.asOwner('update role set export_limit = 2 where id = $1', [marketing.id]);
    await t.drain();
    expect((await late.get(`/exports/${begun.body.id}`)).body).toMatchObject({ state: 'failed', ready: false });
    const job = (await late.get(`/jobs/${begun.body.jobId}`, { 'accept-language': 'zh-CN' })).body;
    expect(job.error).toMatchObject({ code: 'export.overLimit', message: expect.stringContaining('每天 2 行') });
  });

  it('counts customers taken one by one as vCards against the limit', async () => {
    const user = await withRole(t, { 'customer:read': 'all', 'customer:export': 'all' }, { exportLimit: 2 });
    const ids = (await user.get('/customers?limit=3&fields=name')).body.items.map((item: Json) => item.id);
    const take = async (id: string) => (await user.get(`/customers/${id}/people.vcf`)).status;
    expect([await take(ids[0]), await take(ids[0]), await take(ids[1]), await take(ids[2])]).toEqual([
      200, 200, 200, 403,
    ]);
    expect((await ask({ query: { ids: [ids[0]] }, fields: ['name'] }, user)).body.state).toBe('waiting');
  });

  it('is fetched only by who still has the rights it was written with', async () => {
    const grants = { 'customer:read': 'all', 'customer:export': 'all', 'token:use': 'all' };
    const user = await withRole(t, grants, { exportLimit: 100 });
    const { item } = await exported({ fields: ['name', 'phones'] }, user);
    const change = async (more: Json) => {
      const role = (await t.admin.get('/roles')).body.items.find((one: Json) => one.id === user.roleId);
      const answer = await t.admin.send('PATCH', `/roles/${role.id}`, more, match(role.version));
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    };
    const fetched = async () => {
      const file = await user.get(`/exports/${item.id}/file`);
      return [file.status, file.body.code, (await user.get(`/exports/${item.id}`)).body.state];
    };
    const refused = [403, 'export.rightsChanged', 'withdrawn'];
    await change({ clearance: 'open' });
    expect(await fetched()).toEqual(refused);
    await change({ clearance: 'internal', grants: { ...grants, 'customer:export': 'own' } });
    expect(await fetched()).toEqual(refused);
    await change({ grants: { ...grants, 'customer:print': 'all' } });
    expect(await fetched()).toEqual([200, undefined, 'done']);
  });

  it('tells its progress out of all rows, also of a set larger than what is counted beforehand', async () => {
    const { item } = await exported({ query: {}, fields: ['name'] });
    const job = (await t.admin.get(`/jobs/${item.jobId}`)).body;
    expect([job.done, job.total]).toEqual([item.rows, item.rows]);
  });

  it('expires: the file is gone after a week', async () => {
    const { item } = await exported({ fields: ['name'] });
    await t.app.db.inOrg(t.orgId, (tx) =>
      sql`update export_run set finished_at = now() - interval '8 days' where id = ${item.id}`.execute(tx),
    );
    const later = (await t.admin.get(`/exports/${item.id}`)).body;
    expect(later).toMatchObject({ state: 'expired', ready: false });
    expect((await t.admin.get(`/exports/${item.id}/file`)).status).toBe(410);
  });

  it('cancelled while it waits stays cancelled', async () => {
    const started = await ask({});
    await t.admin.send('POST', `/jobs/${started.body.jobId}/cancellation`);
    await t.drain();
    expect((await t.admin.get(`/exports/${started.body.id}`)).body.state).toBe('cancelled');
  });
});
