import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';

let t: TestApp;
let marketing: Client;
let sales: Client;
let mate: Client;
let customerId: string;
let contactId: string;

const pdf = (text: string) => Buffer.from(`%PDF-1.4\n% ${text}\n%%EOF\n`);
const base = { title: '产品手册', kind: 'manual', language: 'zh', product: '水泵', summary: '型号与参数' };
const mail = { subject: '资料', text: '{name}，您好：\n{links}\n谢谢' };
const human = { 'user-agent': 'Mozilla/5.0 (iPhone) Safari/604.1' };

beforeAll(async () => {
  t = await startTestApp();
  [marketing, sales, mate] = await Promise.all([t.as('marketing'), t.as('sales'), t.as('sales')]);
  customerId = await makeCustomer('资料公司', { emails: 'info@ziliao.example' });
  contactId = (
    await sales.send('POST', '/contacts', { customerId, values: { name: '周敏', emails: 'zhou@ziliao.example' } })
  ).body.id;
});
afterAll(() => t.close());

async function makeCustomer(name: string, values: Json = {}, who = sales): Promise<string> {
  const made = await who.send('POST', '/customers', { kind: 'company', values: { name, ...values } });
  expect(made.status).toBe(201);
  return made.body.id;
}
async function makeMaterial(more: Json = {}, file = '手册.pdf', text = 'one'): Promise<Json> {
  const made = await marketing.send('POST', '/materials', { ...base, ...more });
  expect(made.status).toBe(201);
  const uploaded = await marketing.upload(`/materials/${made.body.id}/versions`, file, pdf(text), { note: '首版' });
  expect(uploaded.status).toBe(201);
  return uploaded.body;
}
const send = (body: Json, who = sales, id = customerId, headers = {}) =>
  who.send('POST', `/customers/${id}/material-sends`, { channel: 'link', recipients: [{}], ...body }, headers);
async function link(material: Json, more: Json = {}): Promise<Json> {
  const sent = await send({ materialIds: [material.id], ...more });
  expect(sent.status, JSON.stringify(sent.body)).toBe(201);
  return sent.body.items[0];
}
async function visitor(method: 'GET' | 'POST' | 'DELETE', path: string, rest = '', headers: Json = human) {
  const response = await t.app.server.inject({
    method,
    url: `/api/v1/public/materials/${path.split('/d/')[1]}${rest}`,
    headers,
  });
  const json = String(response.headers['content-type']).includes('json');
  return {
    status: response.statusCode,
    headers: response.headers,
    raw: response.rawPayload.toString('latin1'),
    body: json ? (JSON.parse(response.body) as Json) : null,
  };
}
const seen = async (id: string, who = sales): Promise<Json> =>
  (await who.get('/material-sends?limit=200')).body.items.find((item: Json) => item.id === id);
const mails = () => {
  const folder = join(t.dataDir, 'outbox');
  return readdirSync(folder).map((name) => decoded(readFileSync(join(folder, name), 'utf8')));
};
const decoded = (text: string) => {
  const [head = '', ...body] = text.split('\r\n\r\n');
  const joined = body.join('\r\n\r\n');
  if (/base64/i.test(head)) return `${head}\n${Buffer.from(joined, 'base64').toString()}`;
  const bytes = joined
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return `${head}\n${Buffer.from(bytes, 'latin1').toString()}`;
};
const noticesOf = async (who: Client, type: string) =>
  (await who.get('/notifications?limit=200')).body.items.filter((item: Json) => item.type === type);

describe('the library', () => {
  it('keeps materials with versions, found by words, kind, language and state', async () => {
    const empty = (await marketing.send('POST', '/materials', { ...base, title: '空资料', language: 'ja' })).body;
    expect(empty).toMatchObject({ state: 'empty', edition: 0, file: null, versions: [] });
    const first = await makeMaterial({ title: '水泵 100% 手册', language: 'de' });
    expect(first).toMatchObject({ state: 'current', edition: 1, file: { name: '手册.pdf', mime: 'application/pdf' } });
    const old = await makeMaterial({
      title: '旧价目表',
      kind: 'priceList',
      language: 'de',
      validUntil: companyDay(-1),
    });
    const ids = async (query: string) =>
      (await sales.get(`/materials?${query}`)).body.items.map((item: Json) => item.id);
    expect(await ids('language=de')).toEqual([old.id, first.id]);
    expect(await ids('language=de&kind=manual')).toEqual([first.id]);
    expect(await ids('language=de&state=expired')).toEqual([old.id]);
    expect(await ids('language=ja&state=empty')).toEqual([empty.id]);
    expect(await ids(`language=de&q=${encodeURIComponent('100% 手册')}`)).toEqual([first.id]);
    expect(await ids(`q=${encodeURIComponent('没有_的')}`)).toEqual([]);
    const page = (await sales.get('/materials?language=de&limit=1')).body;
    expect(await ids(`language=de&limit=1&cursor=${page.nextCursor}`)).toEqual([first.id]);
    expect((await sales.get('/materials?cursor=x')).body.code).toBe('cursor.invalid');
    expect((await sales.get('/materials?colour=red')).status).toBe(400);
    const bytes = await sales.get(`/materials/${first.id}/versions/1/file`);
    expect([bytes.raw.toString().includes('one'), bytes.headers['content-disposition']]).toEqual([
      true,
      expect.stringContaining('attachment'),
    ]);
    expect((await sales.get(`/materials/${first.id}/versions/2/file`)).status).toBe(404);
  });

  it('takes only documents whose content fits their name', async () => {
    const { id } = (await marketing.send('POST', '/materials', base)).body;
    const upload = (name: string, bytes: Buffer, who = marketing) =>
      who.upload(`/materials/${id}/versions`, name, bytes);
    for (const name of ['手册.exe', '手册.html', '手册', '手册.pdf.js', '手册.svg'])
      expect((await upload(name, pdf('x'))).body.code, name).toBe('material.fileKind');
    expect((await upload('手册.pdf', Buffer.from('<script>alert(1)</script>'))).body.code).toBe('material.fileKind');
    expect((await upload('手册.pdf', Buffer.from('MZ program'))).body.code).toBe('material.fileKind');
    expect((await upload('手册.pdf', Buffer.alloc(0))).status).toBe(422);
    expect((await marketing.send('POST', `/materials/${id}/versions`, {})).status).toBe(415);
    expect((await upload('手册.pdf', pdf('x'), sales)).status).toBe(403);
    const long = await marketing.upload(`/materials/${id}/versions`, 'a.pdf', pdf('x'), { note: '长'.repeat(501) });
    expect(long.body).toMatchObject({ code: 'input.tooLong', field: 'note' });
    expect((await sales.get(`/materials/${id}`)).body.edition).toBe(0);
    const bad = await marketing.send('POST', '/materials', { ...base, title: ' ', validUntil: '2026-02-30' });
    expect(bad.body.errors.map((error: Json) => error.field).sort()).toEqual(['title', 'validUntil']);
  });

  it('is changed by one person at a time, and by who may', async () => {
    const made = await makeMaterial();
    const change = (version: number, who = marketing) =>
      who.send('PUT', `/materials/${made.id}`, { ...base, title: '新标题' }, match(version));
    expect((await change(made.version, sales)).status).toBe(403);
    const [a, b] = await Promise.all([change(made.version), change(made.version)]);
    expect([a.status, b.status].sort()).toEqual([200, 412]);
    const uploads = await Promise.all(
      ['二', '三', '四'].map((text) => marketing.upload(`/materials/${made.id}/versions`, 'a.pdf', pdf(text))),
    );
    expect(uploads.map((answer) => answer.body.edition).sort()).toEqual([2, 3, 4]);
    expect((await sales.get(`/materials/${made.id}`)).body.versions).toHaveLength(4);
  });
});

describe('sending by link', () => {
  it('leads to the version that was sent, or to the newest where that was chosen', async () => {
    const material = await makeMaterial();
    const fixed = await link(material);
    const floating = await link(material, { newest: true });
    await marketing.upload(`/materials/${material.id}/versions`, '新.pdf', pdf('two'));
    expect((await visitor('GET', fixed.path)).body).toMatchObject({ edition: 1, newerExists: true, refused: null });
    expect((await visitor('GET', floating.path)).body).toMatchObject({ edition: 2, newerExists: false });
    expect((await visitor('GET', fixed.path, '/file')).raw).toContain('one');
    expect((await visitor('GET', floating.path, '/file')).raw).toContain('two');
  });

  it('counts people who open it, not machines, and not twice at once', async () => {
    const material = await makeMaterial({ title: '计数资料' });
    const sent = await link(material, { recipients: [{ contactId }] });
    await visitor('GET', sent.path);
    for (const agent of ['Googlebot/2.1', 'curl/8', 'Microsoft URL Preview', ''])
      expect((await visitor('POST', sent.path, '/opening', { 'user-agent': agent })).body).toEqual({ counted: false });
    const ahead = { ...human, 'sec-purpose': 'prefetch;prerender' };
    expect((await visitor('POST', sent.path, '/opening', ahead)).body).toEqual({ counted: false });
    await visitor('GET', sent.path, '/file', ahead);
    expect(await seen(sent.id)).toMatchObject({ opened: { times: 0, first: null }, downloaded: { times: 0 } });
    const twice = await Promise.all([1, 2, 3].map(() => visitor('POST', sent.path, '/opening')));
    expect(twice.map(({ body }) => body.counted).sort()).toEqual([false, false, true]);
    const told = (await noticesOf(sales, 'material.opened')).filter((item: Json) => item.params.title === '计数资料');
    expect(told).toHaveLength(1);
    await t.asOwner(`update material_send set opened_last_at = opened_last_at - interval '11 minutes'`);
    await visitor('GET', sent.path, '/file');
    expect(await seen(sent.id)).toMatchObject({ opened: { times: 2 }, downloaded: { times: 1 } });
    const timeline = (await sales.get(`/customers/${customerId}/timeline?limit=100`)).body.items;
    const kinds = timeline
      .filter((item: Json) => item.data?.title === '计数资料')
      .map((item: Json) => `${item.kind} ${item.data.to}`);
    expect(kinds.sort()).toEqual(['material.downloaded 周敏', 'material.opened 周敏', 'material.sent 周敏']);
    const detail = (await sales.get(`/materials/${material.id}`)).body;
    expect(detail.sends).toMatchObject({ sent: { value: 1 }, opened: { value: 1 }, downloaded: { value: 1 } });
    const opened = (await sales.get(`/material-sends?materialId=${material.id}&opened=yes`)).body.items;
    expect(opened.map((item: Json) => item.recipient)).toEqual(['周敏']);
    expect((await sales.get(`/material-sends?materialId=${material.id}&opened=no`)).body.items).toEqual([]);
    expect((await sales.get(`/material-sends?contactId=${contactId}`)).body.items[0].id).toBe(sent.id);
  });

  it('is an activity, but no contact with the customer', async () => {
    const id = await makeCustomer('未联系公司');
    const material = await makeMaterial();
    expect((await send({ materialIds: [material.id] }, sales, id)).status).toBe(201);
    const [activity] = (await sales.get(`/activities?customerId=${id}`)).body.items;
    expect(activity).toMatchObject({ type: 'message', source: 'material' });
    expect(activity.subject).toContain('《产品手册》');
    const { values } = (await sales.get(`/customers/${id}`)).body;
    expect([values.lastContactAt ?? null, values.activityCount90d]).toEqual([null, 1]);
  });

  it('gives nothing away: no frame, no referrer, no caching, nothing of others', async () => {
    const material = await makeMaterial();
    await send({ materialIds: [material.id], recipients: [{ contactId }, {}] });
    const sent = await link(material);
    const page = await visitor('GET', sent.path);
    expect(page.headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
    });
    expect(String(page.headers['content-security-policy'])).toContain("frame-ancestors 'none'");
    expect(JSON.stringify(page.body)).not.toMatch(/周敏|资料公司|ziliao|[0-9a-f]{8}-[0-9a-f]{4}-7/);
    const file = await visitor('GET', sent.path, '/file');
    expect(String(file.headers['content-security-policy'])).toContain('sandbox');
    expect(file.headers['content-type']).toBe('application/octet-stream');
    const shown = await visitor('GET', sent.path, '/file?view=1');
    expect(shown.headers).toMatchObject({ 'content-type': 'application/pdf', 'x-content-type-options': 'nosniff' });
    expect(String(shown.headers['content-disposition'])).toMatch(/^inline/);
    const forged = `/d/kdl_${t.orgId.replaceAll('-', '')}_${'A'.repeat(43)}`;
    for (const [method, rest] of [
      ['GET', ''],
      ['POST', '/opening'],
      ['GET', '/file'],
      ['POST', '/refusal'],
    ] as const)
      expect((await visitor(method, forged, rest)).body.code).toBe('link.gone');
    expect((await visitor('GET', `${sent.path.slice(0, -1)}x`)).status).toBe(404);
  });

  it('ends when it is revoked, and politely when the material is withdrawn', async () => {
    const material = await makeMaterial();
    const [first, second] = [await link(material), await link(material)];
    const revoke = (who = sales) =>
      who.send('POST', `/material-sends/${first.id}/revocation`, {}, match(first.version));
    expect((await revoke(mate)).status).toBe(404);
    expect((await revoke()).body).toMatchObject({ path: null, can: { revoke: false } });
    expect((await revoke()).status).toBe(412);
    expect((await visitor('GET', first.path)).body.code).toBe('link.gone');
    expect((await sales.get(`/material-sends/${first.id}/qr`)).body.code).toBe('material.noLink');
    expect((await sales.get(`/material-sends/${second.id}/qr?format=png`)).raw.subarray(1, 4).toString()).toBe('PNG');
    expect((await mate.get(`/material-sends/${second.id}/qr`)).status).toBe(404);
    const act = (method: 'POST' | 'DELETE', version: number, who = marketing) =>
      who.send(
        method,
        `/materials/${material.id}/withdrawal`,
        method === 'POST' ? { reason: '改版' } : undefined,
        match(version),
      );
    expect((await act('POST', material.version, sales)).status).toBe(403);
    const withdrawn = (await act('POST', material.version)).body;
    expect(withdrawn).toMatchObject({ state: 'withdrawn', withdrawnReason: '改版' });
    expect((await visitor('GET', second.path)).body).toMatchObject({ withdrawn: true, file: null, summary: '' });
    expect((await visitor('GET', second.path, '/file')).status).toBe(410);
    expect((await visitor('POST', second.path, '/opening')).body).toEqual({ counted: false });
    expect((await marketing.upload(`/materials/${material.id}/versions`, 'a.pdf', pdf('x'))).body.code).toBe(
      'material.withdrawn',
    );
    expect((await act('POST', withdrawn.version)).body.code).toBe('material.withdrawnAlready');
    await act('DELETE', withdrawn.version);
    expect((await visitor('GET', second.path)).body).toMatchObject({ withdrawn: false, file: { viewable: true } });
    const gone = await makeCustomer('移除公司');
    const last = (await send({ materialIds: [material.id] }, sales, gone)).body.items[0];
    const { version } = (await sales.get(`/customers/${gone}`)).body;
    expect((await t.admin.send('POST', `/customers/${gone}/trashing`, {}, match(version))).status).toBe(200);
    expect((await visitor('GET', last.path)).body.code).toBe('link.gone');
    expect((await send({ materialIds: [material.id] }, t.admin, gone)).body.code).toBe('customer.trashed');
  });

  it('refuses what may not be sent, by name, and to whom one may not send', async () => {
    const good = await makeMaterial();
    const expired = await makeMaterial({ title: '过期', validUntil: companyDay(-1) });
    const last = await makeMaterial({ validUntil: companyDay(0) });
    const empty = (await marketing.send('POST', '/materials', base)).body;
    const wrong = await send({ materialIds: [good.id, expired.id, empty.id, contactId] });
    expect(wrong.body.errors.map((error: Json) => [error.field, error.code])).toEqual([
      ['materialIds.1', 'material.expired'],
      ['materialIds.2', 'material.noFile'],
      ['materialIds.3', 'link.unknown'],
    ]);
    expect(wrong.body.errors[0].message).toContain('《过期》');
    expect((await send({ materialIds: [last.id] })).status).toBe(201);
    const other = await makeCustomer('别家公司', {}, mate);
    const stranger = (await mate.send('POST', '/contacts', { customerId: other, values: { name: '别人' } })).body.id;
    expect(
      (await send({ materialIds: [good.id], recipients: [{ contactId: stranger }] })).body.errors[0],
    ).toMatchObject({
      field: 'recipients.0.contactId',
      code: 'link.unknown',
    });
    expect((await send({ materialIds: [good.id] }, sales, other)).status).toBe(404);
    expect((await sales.get(`/customers/${other}/material-recipients`)).status).toBe(404);
    expect((await sales.get(`/material-sends?customerId=${other}`)).status).toBe(404);
    expect((await sales.get(`/material-sends?contactId=${stranger}`)).status).toBe(404);
    const archivist = await t.as('archivist');
    expect((await send({ materialIds: [good.id] }, archivist)).status).toBe(403);
    const watched = (await archivist.get(`/material-sends?customerId=${customerId}`)).body.items[0];
    expect([watched.path, watched.can.revoke]).toEqual([null, false]);
    const count = async () => (await sales.get(`/material-sends?materialId=${good.id}`)).body.items.length;
    const key = { 'idempotency-key': 'send-once' };
    await send({ materialIds: [good.id, good.id] }, sales, customerId, key);
    await send({ materialIds: [good.id, good.id] }, sales, customerId, key);
    expect(await count()).toBe(1);
  });
});

describe('sending by mail', () => {
  const byMail = (material: Json, recipients: Json[], more: Json = {}) =>
    send({ materialIds: [material.id], channel: 'mail', recipients, mail, ...more });

  it('writes to each recipient with links of his own, sender and the way to refuse', async () => {
    const material = await makeMaterial({ title: '邮件资料' });
    const sent = await byMail(material, [{ contactId }, {}, { contactId }]);
    expect(sent.body.items.map((item: Json) => [item.recipient, item.mail.state])).toEqual([
      ['周敏', 'queued'],
      ['资料公司', 'queued'],
    ]);
    await t.drain();
    const found = mails().filter((text) => text.includes('邮件资料'));
    expect(found).toHaveLength(2);
    const [zhou, company] = ['zhou@', 'info@'].map((part) => found.find((text) => text.includes(`To: ${part}`)) ?? '');
    expect(zhou).toContain('周敏，您好');
    expect(zhou).toContain(sent.body.items[0].path);
    expect(zhou).not.toContain(sent.body.items[1].path);
    expect(company).toContain(sent.body.items[1].path);
    expect(zhou).toMatch(/Reply-To: sales-/);
    expect(zhou).toContain('不再接收');
    expect(await seen(sent.body.items[0].id)).toMatchObject({ mail: { state: 'sent' }, opened: { times: 0 } });
    const stored = await t.asOwner('select body from material_mail');
    expect(JSON.stringify(stored)).not.toContain('kdl_');
    const [activity] = (await sales.get(`/activities?customerId=${customerId}&contactId=${contactId}&type=email`)).body
      .items;
    expect(activity.body).toContain('《邮件资料》');
  });

  it('asks for an address and a text where there is none', async () => {
    const material = await makeMaterial();
    const id = await makeCustomer('无邮箱公司');
    const none = await send({ materialIds: [material.id], channel: 'mail', mail }, sales, id);
    expect(none.body.errors[0]).toMatchObject({ field: 'recipients.0.email', code: 'material.noEmail' });
    const typed = await send(
      {
        materialIds: [material.id],
        channel: 'mail',
        mail: { ...mail, text: '没有占位' },
        recipients: [{ email: 'new@example.com' }],
      },
      sales,
      id,
    );
    expect(typed.status).toBe(201);
    await t.drain();
    expect(mails().find((text) => text.includes('To: new@example.com'))).toContain(typed.body.items[0].path);
    expect((await byMail(material, [{}], { mail: undefined })).body.errors[0].field).toBe('mail');
    expect((await byMail(material, [{ email: 'not an address' }])).body.errors[0].field).toBe('recipients.0.email');
    expect((await byMail(material, [])).body.errors[0].field).toBe('recipients');
  });

  it('stops when the person refuses, also for mail that waits, and starts when he takes it back', async () => {
    const material = await makeMaterial();
    const id = await makeCustomer('拒收公司', { emails: 'No@juzhe.example' });
    const send1 = () => send({ materialIds: [material.id], channel: 'mail', mail }, sales, id);
    const first = (await send1()).body.items[0];
    await t.drain();
    const waiting = (await send1()).body.items[0];
    expect((await visitor('POST', first.path, '/refusal')).body).toEqual({ refused: true });
    await visitor('POST', first.path, '/refusal');
    await t.drain();
    expect(await seen(waiting.id)).toMatchObject({ mail: { state: 'refused' } });
    expect(await noticesOf(sales, 'material.unsent')).toHaveLength(1);
    expect(mails().filter((text) => /juzhe\.example/i.test(text))).toHaveLength(1);
    expect((await sales.get(`/customers/${id}`)).body.values.noMail).toBe(true);
    const refused = await send1();
    expect(refused.body.errors[0]).toMatchObject({ field: 'recipients.0.email', code: 'material.refused' });
    const [recipient] = (await sales.get(`/customers/${id}/material-recipients`)).body.items;
    expect(recipient).toMatchObject({ emails: [expect.stringMatching(/juzhe/i)], refused: true });
    expect((await link(material)).path).toBeTruthy();
    expect((await visitor('GET', first.path)).body.refused).toBe(true);
    expect((await visitor('DELETE', first.path, '/refusal')).body).toEqual({ refused: false });
    expect((await send1()).status).toBe(201);
    // The wish holds beyond the link, which tells nothing more.
    await sales.send('POST', `/material-sends/${first.id}/revocation`, {}, match(first.version));
    expect((await visitor('GET', first.path)).body.code).toBe('link.gone');
    expect((await visitor('POST', first.path, '/refusal')).body).toEqual({ refused: true });
    expect((await send1()).status).toBe(422);
    expect((await visitor('POST', (await link(material)).path, '/refusal')).body.code).toBe('material.noMail');
  });

  it('keeps a person from mail who refused, and the others where the customer did not', async () => {
    const material = await makeMaterial();
    const id = await makeCustomer('半拒收公司', { emails: 'all@ban.example' });
    const made = await sales.send('POST', '/contacts', {
      customerId: id,
      values: { name: '拒收人', emails: 'one@ban.example', noMail: true },
    });
    const to = (recipients: Json[]) =>
      send({ materialIds: [material.id], channel: 'mail', mail, recipients }, sales, id);
    const both = await to([{ contactId: made.body.id, email: 'other@ban.example' }, {}]);
    expect(both.body.errors.map((error: Json) => error.field)).toEqual(['recipients.0.email']);
    expect((await to([{}])).status).toBe(201);
    const { version } = (await sales.get(`/customers/${id}`)).body;
    await sales.send('PATCH', `/customers/${id}`, { values: { noMail: true } }, match(version));
    expect((await to([{}])).body.errors[0].code).toBe('material.refused');
  });

  it('leaves out what was withdrawn or revoked before it went out, and says so when nothing is left', async () => {
    const [a, b] = [await makeMaterial({ title: '留下' }), await makeMaterial({ title: '撤下' })];
    const both = (await send({ materialIds: [a.id, b.id], channel: 'mail', mail, recipients: [{ contactId }] })).body
      .items;
    const only = (await send({ materialIds: [b.id], channel: 'mail', mail })).body.items[0];
    await marketing.send('POST', `/materials/${b.id}/withdrawal`, { reason: '错' }, match(b.version));
    await t.drain();
    const text = mails().find((item) => item.includes('《留下》')) ?? '';
    expect(text).not.toContain('《撤下》');
    expect(await seen(both[0].id)).toMatchObject({ mail: { state: 'sent' } });
    expect(await seen(only.id)).toMatchObject({ mail: { state: 'dropped' }, material: { state: 'withdrawn' } });
  });

  it('is known as failed when the mail server will not take it', async () => {
    const material = await makeMaterial();
    const sent = (await byMail(material, [{ contactId }])).body.items[0];
    await t.asOwner(`update job set state = 'failed' where kind = 'materials.mail' and state = 'queued'`);
    await t.asOwner(
      `update job set state = 'queued', attempts = 9, max_attempts = 1, cancel_requested = true where kind = 'materials.mail' and state = 'failed'`,
    );
    await t.drain();
    expect((await seen(sent.id)).mail.state).toBe('failed');
  });
});

describe('the guide to the first contact', () => {
  const guide = async (id: string, who = sales, lang = 'zh-CN') =>
    (await who.get(`/customers/${id}/first-contact`, { 'accept-language': lang })).body;
  const open = (steps: Json[]) => steps.filter((step) => !step.done).map((step) => step.key);

  it('ticks itself from what is recorded and goes away after the first contact', async () => {
    const id = await makeCustomer('首次公司');
    const all = ['materials', 'appointment', 'receiver', 'decision', 'needs'];
    expect(open((await guide(id)).steps)).toEqual(all);
    const material = await makeMaterial({ title: '敲门砖' });
    await send({ materialIds: [material.id], channel: 'paper' }, sales, id);
    expect(open((await guide(id)).steps)).toEqual(all.slice(1));
    const past = { title: '早该打的电话', kind: 'call', customerId: id, dueOn: companyDay(-1) };
    await sales.send('POST', '/tasks', past);
    await sales.send('POST', '/tasks', { ...past, kind: 'todo', dueOn: companyDay(1) });
    expect(open((await guide(id)).steps)).toEqual(all.slice(1));
    await sales.send('POST', '/tasks', { ...past, kind: 'visit', dueOn: companyDay(2) });
    const person = (
      await sales.send('POST', '/contacts', { customerId: id, values: { name: '吴经理', position: '采购经理' } })
    ).body;
    expect(open((await guide(id)).steps)).toEqual(['decision', 'needs']);
    await sales.send(
      'PATCH',
      `/contacts/${person.id}`,
      { values: { buyingRole: 'gatekeeper' } },
      match(person.version),
    );
    const { version } = (await sales.get(`/customers/${id}`)).body;
    await sales.send('PATCH', `/customers/${id}`, { values: { needs: '耐腐蚀水泵' } }, match(version));
    const { steps } = await guide(id, sales, 'en-US');
    expect(open(steps)).toEqual([]);
    expect(steps.map((step: Json) => step.facts)).toEqual([
      ['“敲门砖” → 首次公司'],
      [`${companyDay(2)} Visit`],
      ['吴经理 采购经理'],
      ['吴经理 Gatekeeper', 'Nobody known yet who may decide'],
      ['耐腐蚀水泵'],
    ]);
    const call = {
      customerId: id,
      type: 'call',
      subject: '初次通话',
      happenedAt: new Date(Date.now() - 1000).toISOString(),
    };
    await sales.send('POST', '/activities', { ...call, outcome: 'notReached' });
    expect((await guide(id)).steps).not.toBeNull();
    await sales.send('POST', '/activities', { ...call, outcome: 'reached' });
    expect((await guide(id)).steps).toBeNull();
  });

  it('is for who works with the customer, shorter for a person, and can be put away', async () => {
    const id = await makeCustomer('熟识公司');
    expect((await mate.get(`/customers/${id}/first-contact`)).status).toBe(404);
    expect((await mate.send('POST', `/customers/${id}/first-contact/waiver`, {})).status).toBe(404);
    const person = (await sales.send('POST', '/customers', { kind: 'individual', values: { name: '散客' } })).body.id;
    expect((await guide(person)).steps.map((step: Json) => step.key)).toEqual(['materials', 'appointment', 'needs']);
    const [a, b] = await Promise.all([1, 2].map(() => sales.send('POST', `/customers/${id}/first-contact/waiver`, {})));
    expect([a?.body.steps, b?.body.steps]).toEqual([null, null]);
    expect(await t.asOwner(`select 1 from first_contact_waiver where customer_id = '${id}'`)).toHaveLength(1);
    const bought = await makeCustomer('老主顾');
    await t.admin.send('POST', `/customers/${bought}/purchases`, {
      day: companyDay(-9),
      amountMinor: 100,
      currency: 'CNY',
    });
    expect((await guide(bought)).steps).toBeNull();
  });
});
