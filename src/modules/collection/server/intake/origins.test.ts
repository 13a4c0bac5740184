import { createCanvas } from '@napi-rs/canvas';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#shared/ids.ts';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { csv, importer } from '#test/imports.ts';

let t: TestApp;
let rep: Client;
let boss: Client;
let archivist: Client;
const imports = importer(() => t);

beforeAll(async () => {
  t = await startTestApp();
  const team = (await t.admin.send('POST', '/teams', { name: '一组', parentId: null })).body.id;
  rep = await t.as('sales', { teamId: team });
  boss = await t.as('supervisor', { teamId: team });
  archivist = await t.as('archivist');
  const sales = (await t.admin.get('/roles')).body.items.find((item: Json) => item.key === 'sales').id;
  const now = (await t.admin.get('/intake-settings')).body;
  const bound = await t.admin.send('PUT', '/intake-settings', { roleIds: [sales], dueDays: 2 }, match(now.version));
  expect(bound.status).toBe(200);
});
afterAll(() => t.close());

const pixels = createCanvas(64, 64).toBuffer('image/png');

async function numbered(intakeId: string): Promise<Json> {
  const drafted = (await rep.get(`/intakes/${intakeId}`)).body;
  expect(drafted.state).toBe('draft');
  const sent = await rep.send('POST', `/intakes/${intakeId}/submission`, {}, match(drafted.version));
  expect(sent.status, JSON.stringify(sent.body)).toBe(200);
  for (const by of [boss, archivist]) {
    const approval = (await by.get(`/approvals/${sent.body.approvalId}`)).body;
    const path = `/approvals/${sent.body.approvalId}/decision`;
    const said = await by.send('POST', path, { decision: 'approve' }, match(approval.version));
    expect(said.status, JSON.stringify(said.body)).toBe(200);
  }
  return (await rep.get(`/intakes/${intakeId}`)).body;
}

async function waitingCard(client: Client, made: Json): Promise<Json> {
  await t.asOwner(`update job set state = 'cancelled' where id = $1`, [made.jobId]);
  const read = { phones: [], faxes: [], emails: [], websites: [], addresses: [], rest: ['读出的'] };
  await t.asOwner(`update business_card set state = 'read', fields = $2 where id = $1`, [made.id, read]);
  return client.get(`/business-cards/${made.id}`).then((answer) => answer.body);
}
const confirm = (card: Json, body: object) =>
  rep.send('POST', `/business-cards/${card.id}/confirmation`, body, match(card.version));

it('a scanned card becomes an intake, waits again when the draft is thrown away, and stays with the customer', async () => {
  const made = (await rep.upload('/business-cards', 'card.png', pixels)).body;
  const card = await waitingCard(rep, made);
  const body = {
    kind: 'company',
    customer: { name: '名片机电有限公司', phones: '13877201111' },
    contact: { name: '刘工', position: '经理' },
  };
  const wrong = await confirm(card, { ...body, contact: { position: '经理' } });
  expect(wrong.body.errors[0].field).toBe('contact.name');
  const kept = (await confirm(card, body)).body;
  expect(kept).toMatchObject({ state: 'confirmed', customerId: null, intakeId: expect.any(String) });
  const draft = (await rep.get(`/intakes/${kept.intakeId}`)).body;
  expect(draft).toMatchObject({ source: 'businessCard', values: { name: '名片机电有限公司' } });
  expect(draft.contacts[0].values).toMatchObject({ name: '刘工', position: '经理' });
  expect((await rep.send('DELETE', `/intakes/${draft.id}`, undefined, match(draft.version))).status).toBe(204);
  const again = (await rep.get(`/business-cards/${card.id}`)).body;
  expect(again).toMatchObject({ state: 'read', intakeId: null, proposal: { rest: ['读出的'] } });
  const second = (await confirm(again, body)).body;
  const done = await numbered(second.intakeId);
  const people = (await rep.get(`/contacts?customerId=${done.customerId}`)).body.items;
  expect(people[0].values.name).toBe('刘工');
  const end = (await rep.get(`/business-cards/${card.id}`)).body;
  expect(end).toMatchObject({ customerId: done.customerId, contactId: people[0].id, proposal: null });
  expect((await rep.get(`/contacts/${people[0].id}/business-cards`)).body.items).toHaveLength(1);
  const files = await t.asOwner(
    'select f.expires_at from file f join business_card c on c.file_id = f.id where c.id = $1',
    [card.id],
  );
  expect(files).toEqual([{ expires_at: null }]);
});

it('a twin already there is told before a draft is kept', async () => {
  const values = { name: '名片机电有限公司' };
  const made = (await rep.upload('/business-cards', 'card.png', pixels)).body;
  const card = await waitingCard(rep, made);
  const body = { kind: 'company', customer: values, contact: null };
  expect((await confirm(card, body)).body.code).toBe('customer.duplicate');
  expect((await confirm(card, { ...body, allowDuplicate: true })).body.intakeId).toEqual(expect.any(String));
});

it('who may not create customers collects them; who may neither is refused', async () => {
  await t.asOwner(`update role set grants = grants - 'customer:create' where key = 'marketing'`);
  const marketing = await t.as('marketing');
  const input = () => ({ id: newId(), name: '路过的店', capturedAt: new Date().toISOString() });
  const first = input();
  await marketing.send('POST', '/captures', first);
  const body = { name: '路过的门店有限公司' };
  const kept = await marketing.send('POST', `/captures/${first.id}/completion`, body, match(1));
  expect(kept.body).toMatchObject({ state: 'completed', customerId: null, intakeId: expect.any(String) });
  await t.asOwner(`update role set grants = grants - 'intake:collect' where key = 'marketing'`);
  const other = await t.as('marketing');
  const second = input();
  await other.send('POST', '/captures', second);
  expect((await other.send('POST', `/captures/${second.id}/completion`, body, match(1))).status).toBe(403);
});

it('the photo of a capture is read as a card once, and card and capture end together', async () => {
  const photo = pixels.toString('base64');
  const input = { id: newId(), name: '展位 12', note: '要阀门', photo, capturedAt: new Date().toISOString() };
  await rep.send('POST', '/captures', input);
  const scan = (by: Client) => by.send('POST', '/business-cards/captures', { captureId: input.id });
  const both = await Promise.all([scan(rep), scan(rep)]);
  expect(both.map((answer) => answer.status)).toEqual([201, 201]);
  expect(both[0]?.body.id).toBe(both[1]?.body.id);
  expect((await scan(boss)).status).toBe(404);
  const bare = { id: newId(), name: '没有照片', capturedAt: new Date().toISOString() };
  await rep.send('POST', '/captures', bare);
  expect((await rep.send('POST', '/business-cards/captures', { captureId: bare.id })).status).toBe(404);
  const card = await waitingCard(rep, both[0]?.body);
  const kept = (await confirm(card, { kind: 'company', customer: { name: '展位十二阀门厂' }, contact: null })).body;
  const captured = async () =>
    (await rep.get('/captures?state=completed')).body.items.find((item: Json) => item.id === input.id);
  expect(await captured()).toMatchObject({ intakeId: kept.intakeId, customerId: null });
  expect((await scan(rep)).body.code).toBe('capture.done');
  const done = await numbered(kept.intakeId);
  expect(await captured()).toMatchObject({ customerId: done.customerId });
});

it('an accepted answer to a form becomes an intake with its person, and its consent follows the customer', async () => {
  const both = (zh: string) => ({ zh, en: zh });
  const bare = { type: 'field', title: both(''), help: both(''), required: false, showIf: null };
  const questions = [
    { ...bare, id: 'name', object: 'customer', field: 'name', required: true },
    { ...bare, id: 'person', object: 'contact', field: 'name' },
  ];
  const content = { title: both('登记表'), intro: both(''), thanks: both('谢谢'), purpose: both('建档') };
  const form = await t.admin.send('POST', '/forms', {
    kind: 'company',
    content: { ...content, consent: both('我同意'), questions },
  });
  await t.admin.send('POST', `/forms/${form.body.id}/revisions`, {}, match(form.body.version));
  const typed = await rep.send('POST', `/forms/${form.body.id}/answers`, {
    values: { name: '填表机电有限公司', person: '周敏' },
    lang: 'zh-CN',
    customerId: null,
    contactId: null,
  });
  const got = (await rep.get(`/form-answers/${typed.body.id}`)).body;
  const path = `/form-answers/${got.id}/decision`;
  const kept = (await rep.send('POST', path, { accept: ['name', 'person'] }, match(got.version))).body;
  expect(kept).toMatchObject({ state: 'accepted', customer: null, intakeId: expect.any(String) });
  const draft = (await rep.get(`/intakes/${kept.intakeId}`)).body;
  expect(draft).toMatchObject({ source: 'form', note: '登记表', contacts: [{ values: { name: '周敏' } }] });
  const done = await numbered(draft.id);
  const after = (await rep.get(`/form-answers/${got.id}`)).body;
  expect(after).toMatchObject({ customer: { id: done.customerId }, contact: { name: '周敏' } });
});

it('an import makes drafts, rows of one company in one, and takes back those nobody went on with', async () => {
  const rows = [
    ['客户公司名称', '联系人', '电话'],
    ['导入机电有限公司', '甲工', '13877209001'],
    ['导入机电有限公司', '乙工', '13877209002'],
    ['另一家机电有限公司', '丙工', '13877209003'],
  ];
  const sheet = Buffer.from(csv(rows));
  const draft = await rep.upload('/imports', '客户.csv', sheet);
  const started = await rep.send('POST', `/imports/${draft.body.id}/start`, {}, match(draft.body.version));
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  await t.drain();
  const run = (await rep.get(`/imports/${draft.body.id}`)).body;
  expect(run).toMatchObject({ state: 'done', rows: { created: 3, failed: 0 } });
  expect((await imports.find('导入机电有限公司')).length).toBe(0);
  const named = async (name: string) =>
    (await rep.get('/intakes?box=mine')).body.items.filter((item: Json) => item.name === name);
  const [first] = await named('导入机电有限公司');
  const people = (await rep.get(`/intakes/${first.id}`)).body.contacts.map((item: Json) => item.values.name);
  expect(people).toEqual(['甲工', '乙工']);
  const changed = await rep.send('PATCH', `/intakes/${first.id}`, { note: '接着做' }, match(first.version));
  expect(changed.status).toBe(200);
  await rep.send('POST', `/imports/${run.id}/undoing`);
  await t.drain();
  const undone = (await rep.get(`/imports/${run.id}`)).body;
  expect(undone.undo).toMatchObject({ undone: 1, keptCount: 1, kept: [{ name: '导入机电有限公司' }] });
  expect(await named('导入机电有限公司')).toHaveLength(1);
  expect(await named('另一家机电有限公司')).toEqual([]);
});
