import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '../../../../../test/company-day.ts';

let t: TestApp;
let sales: Client;
beforeAll(async () => {
  t = await startTestApp();
  sales = await t.as('sales');
});
afterAll(() => t.close());
afterEach(() => void vi.useRealTimers());

const both = (zh: string, en = '') => ({ zh, en });
const bare = { title: both(''), help: both(''), required: false, showIf: null };
const options = (...keys: string[]) => keys.map((key) => ({ key, label: both(`选${key}`, `Pick ${key}`) }));
const questions = [
  { ...bare, id: 'name', type: 'field', object: 'customer', field: 'name', required: true },
  { ...bare, id: 'phones', type: 'field', object: 'customer', field: 'phones' },
  { ...bare, id: 'person', type: 'field', object: 'contact', field: 'name' },
  { ...bare, id: 'again', type: 'single', title: both('还会再买吗'), options: options('yes', 'no') },
  {
    ...bare,
    id: 'why',
    type: 'text',
    title: both('为什么不'),
    required: true,
    maxLength: 20,
    showIf: { question: 'again', values: ['no'] },
  },
  { ...bare, id: 'nps', type: 'nps', title: both('推荐的可能') },
  {
    ...bare,
    id: 'rated',
    type: 'matrix',
    title: both('评分'),
    rows: options('speed', 'price'),
    options: options('good', 'bad'),
  },
  { ...bare, id: 'proof', type: 'file', title: both('附件') },
];
const content = {
  title: both('客户资料更新', 'Update your data'),
  intro: both(''),
  thanks: both('谢谢', 'Thank you'),
  purpose: both('更新档案'),
  consent: both('我同意保存以上信息'),
  questions,
};

async function makeForm(change: object = {}, settings: object = {}): Promise<Json> {
  const made = await t.admin.send('POST', '/forms', { kind: 'company', content: { ...content, ...change } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const { id } = made.body;
  let { version } = made.body;
  if (Object.keys(settings).length > 0)
    version = (await t.admin.send('PATCH', `/forms/${id}`, settings, match(version))).body.version;
  const published = await t.admin.send('POST', `/forms/${id}/revisions`, {}, match(version));
  expect(published.status, JSON.stringify(published.body)).toBe(200);
  return published.body;
}
const tokenOf = (path: string) => path.replace('/f/', '');
let visitors = 0;
/** A visitor without an account, each from an address of its own. */
async function visit(method: 'GET' | 'POST', path: string, payload?: object, english = false): Promise<Json> {
  visitors += 1;
  const answer = await t.app.server.inject({
    method,
    url: `/api/v1/public/forms/${path}`,
    remoteAddress: `10.7.${visitors >> 8}.${visitors & 255}`,
    headers: { 'accept-language': english ? 'en-US' : 'zh-CN' },
    ...(payload ? { payload } : {}),
  });
  return { status: answer.statusCode, body: answer.json() };
}
const later = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
/** Opens the page, waits as a person would, answers. */
async function answer(path: string, values: object, more: object = {}): Promise<Json> {
  const opened = await visit('GET', tokenOf(path));
  expect(opened.status, JSON.stringify(opened.body)).toBe(200);
  later(3000);
  return visit('POST', `${tokenOf(path)}/answers`, {
    values,
    ticket: opened.body.ticket,
    consent: true,
    lang: 'zh-CN',
    ...more,
  });
}
const customer = async (values: object, ownerId?: string): Promise<Json> =>
  (
    await t.admin.send('POST', '/customers', {
      kind: 'company',
      values,
      allowDuplicate: true,
      ...(ownerId ? { ownerId } : {}),
    })
  ).body;
const invite = async (formId: string, body: object): Promise<Json> =>
  (await t.admin.send('POST', `/forms/${formId}/invitations`, body)).body;
const newest = async (formId: string): Promise<Json> => {
  const [item] = (await t.admin.get(`/form-answers?form=${formId}`)).body.items;
  return (await t.admin.get(`/form-answers/${item.id}`)).body;
};

describe('the designer', () => {
  it('tells everything a draft lacks before it can be asked', async () => {
    const made = await t.admin.send('POST', '/forms', {
      kind: 'company',
      content: {
        ...content,
        purpose: both(''),
        consent: both(''),
        questions: [
          { ...bare, id: 'one', type: 'single', options: options('a') },
          { ...bare, id: 'two', type: 'field', object: 'customer', field: 'ownerId' },
          {
            ...bare,
            id: 'three',
            type: 'field',
            object: 'contact',
            field: 'phones',
            showIf: { question: 'four', values: [] },
          },
        ],
      },
    });
    const refused = await t.admin.send('POST', `/forms/${made.body.id}/revisions`, {}, match(1));
    expect(refused.status).toBe(422);
    expect(refused.body.errors.map((error: Json) => error.code).sort()).toEqual(
      ['form.branch', 'form.consentText', 'form.fieldUnknown', 'form.options', 'form.purpose', 'input.required'].sort(),
    );
    for (const error of refused.body.errors) expect(error.message).not.toContain('errors.');
  });

  it('keeps answers at the revision they were given to while the form is changed', async () => {
    const form = await makeForm();
    const opened = await visit('GET', tokenOf(form.path));
    const changed = {
      ...content,
      questions: [{ ...bare, id: 'other', type: 'text', title: both('别的'), required: true }],
    };
    const stale = await t.admin.send('PATCH', `/forms/${form.id}`, { content: changed }, match(form.version - 1));
    expect(stale.status).toBe(412);
    const saved = await t.admin.send('PATCH', `/forms/${form.id}`, { content: changed }, match(form.version));
    await t.admin.send('POST', `/forms/${form.id}/revisions`, {}, match(saved.body.version));
    later(3000);
    const body = { values: { name: '旧版公司' }, ticket: opened.body.ticket, consent: true, lang: 'zh-CN' };
    expect((await visit('POST', `${tokenOf(form.path)}/answers`, body)).status).toBe(201);
    expect(await newest(form.id)).toMatchObject({ revision: 1, values: { name: '旧版公司' } });
    expect((await visit('GET', tokenOf(form.path))).body.content.questions).toHaveLength(1);
  });
});

describe('a public form', () => {
  it('refuses what is wrong in both languages and keeps nothing of it', async () => {
    const form = await makeForm();
    const wrong = await answer(form.path, { again: 'no', why: 'x'.repeat(30), nps: 11, rated: { speed: 'none' } });
    expect(wrong.status).toBe(422);
    expect(Object.fromEntries(wrong.body.errors.map((error: Json) => [error.field, error.code]))).toEqual({
      'values.name': 'input.required',
      'values.why': 'input.tooLong',
      'values.nps': 'number.max',
      'values.rated': 'choice.unknown',
    });
    expect((await answer(form.path, { name: 'x', nonsense: 1 })).body.code).toBe('form.unknownQuestion');
    expect((await answer(form.path, { name: 'x' }, { consent: false })).body.errors[0].code).toBe('form.consentNeeded');
    expect((await answer(form.path, { name: 'x' }, { ticket: '1.1.x' })).body.code).toBe('form.ticket');
    const opened = await visit('GET', tokenOf(form.path), undefined, true);
    vi.useRealTimers();
    const fresh = await visit('GET', tokenOf(form.path));
    const hasty = { values: { name: 'x' }, ticket: fresh.body.ticket, consent: true, lang: 'en-US' };
    const fast = await visit('POST', `${tokenOf(form.path)}/answers`, hasty, true);
    expect(fast.body).toMatchObject({ code: 'form.tooFast', title: expect.stringContaining('too fast') });
    expect(opened.body.content.title.en).toBe('Update your data');
    // A program that fills in the trap is thanked, and forgotten.
    expect((await answer(form.path, { name: 'x' }, { homepage: 'http://spam' })).status).toBe(201);
    expect((await t.admin.get(`/form-answers?form=${form.id}`)).body.items).toEqual([]);
    expect((await visit('GET', 'kdl_none')).body.code).toBe('link.gone');
  });

  it('leaves out what stands in a closed branch, records the consent, tells who made the form', async () => {
    const form = await makeForm();
    expect((await answer(form.path, { name: '分支公司', again: 'yes', why: '没有人看见' })).status).toBe(201);
    const got = await newest(form.id);
    expect(got.values).toEqual({ name: '分支公司', again: 'yes' });
    expect(got.consent).toMatchObject({ text: '我同意保存以上信息', purpose: '更新档案' });
    const notices = (await t.admin.get('/notifications')).body.items;
    expect(notices.map((item: Json) => item.path)).toContain(`/form-answers/${got.id}`);
    const [row] = await t.asOwner('select ip_hash from form_consent where answer_id = $1', [got.id]);
    expect(row.ip_hash).toHaveLength(32);
  });

  it('ends on its day, when it is full, and when it is closed', async () => {
    const past = await makeForm({}, { expiresOn: companyDay(-1) });
    expect((await visit('GET', tokenOf(past.path))).body.code).toBe('form.expired');
    const full = await makeForm({}, { maxAnswers: 1 });
    const two = await Promise.all([1, 2].map(() => visit('GET', tokenOf(full.path))));
    later(3000);
    const sent = await Promise.all(
      two.map(({ body }) =>
        visit('POST', `${tokenOf(full.path)}/answers`, {
          values: { name: '抢答' },
          ticket: body.ticket,
          consent: true,
          lang: 'zh-CN',
        }),
      ),
    );
    expect(sent.map((one) => one.status).sort()).toEqual([201, 410]);
    const open = await makeForm();
    await t.admin.send('PUT', `/forms/${open.id}/state`, { state: 'closed' }, match(open.version));
    const closed = await visit('GET', tokenOf(open.path));
    expect([closed.status, closed.body.code]).toEqual([410, 'form.closed']);
  });

  it('takes files only of the size and kind it names', async () => {
    const form = await makeForm();
    const token = tokenOf(form.path);
    const visitor = (name: string, bytes: Buffer, question = 'proof') =>
      t.admin.upload(`/public/forms/${token}/files`, name, bytes, { question });
    expect((await visitor('假.pdf', Buffer.from('not a pdf'))).body.code).toBe('form.fileType');
    expect((await visitor('big.pdf', Buffer.alloc(20 * 1024 * 1024, '%PDF-1.4 '))).body.code).toBe('form.fileTooLarge');
    const pdf = Buffer.from('%PDF-1.4\n%%EOF\n');
    expect((await visitor('真.pdf', pdf, 'name')).body.code).toBe('form.unknownQuestion');
    const { body } = await visitor('真.pdf', pdf);
    const other = await makeForm();
    const stolen = await answer(other.path, { name: '别人的文件', proof: [body.id] });
    expect(stolen.body.errors[0].code).toBe('form.fileGone');
    expect((await answer(form.path, { name: '带附件', proof: [body.id] })).status).toBe(201);
    const got = await newest(form.id);
    const file = await t.admin.get(`/form-answers/${got.id}/files/${got.files[0].id}`);
    expect(file.raw.equals(pdf)).toBe(true);
  });

  it('may stand in frames only of the sites it names', async () => {
    const form = await makeForm({}, { sites: ['https://shop.example.com'] });
    const policy = async (url: string) =>
      String((await t.app.server.inject({ method: 'GET', url })).headers['content-security-policy']);
    expect(await policy(`${form.path}?embed=1`)).toContain('frame-ancestors https://shop.example.com');
    expect(await policy(form.path)).toContain("frame-ancestors 'none'");
    expect(await policy('/customers?embed=1')).toContain("frame-ancestors 'none'");
  });
});

describe('a personal link', () => {
  it('shows open values, masks others, and is answered once however many try', async () => {
    const form = await makeForm();
    const made = await customer({ name: '老客户', phones: [{ value: '021-55556666' }] });
    const [sent] = (await invite(form.id, { recipients: [{ customerId: made.id }] })).items;
    const opened = (await visit('GET', tokenOf(sent.path))).body;
    expect(opened.personal).toBe(true);
    const shown = { ...opened.present };
    expect(shown.name).toBe('老客户');
    expect([...Object.keys(shown), ...opened.masked].sort()).toEqual(['name', 'phones']);
    // The form's own link shows nothing of anybody.
    expect((await visit('GET', tokenOf(form.path))).body).toMatchObject({ present: {}, masked: [], personal: false });
    later(3000);
    const body = { values: { name: '老客户', nps: 9 }, ticket: opened.ticket, consent: true, lang: 'zh-CN' };
    const tries = await Promise.all([1, 2, 3].map(() => visit('POST', `${tokenOf(sent.path)}/answers`, body)));
    expect(tries.map((one) => one.status).sort()).toEqual([201, 409, 409]);
    const again = await visit('GET', tokenOf(sent.path));
    expect([again.status, again.body.code]).toEqual([409, 'form.answered']);
    expect(await newest(form.id)).toMatchObject({ channel: 'personal', customer: { id: made.id }, proposals: [] });
  });

  it('is mailed, and reminded of once a reminder until it is answered', async () => {
    const form = await makeForm({}, { remindDays: [3] });
    const reached = await customer({ name: '有邮箱', emails: [{ value: 'buyer@example.com' }] });
    const away = await customer({ name: '无邮箱' });
    const sent = await invite(form.id, {
      recipients: [{ customerId: reached.id }, { customerId: away.id }],
      mail: true,
    });
    expect(sent.withoutMail).toBe(1);
    await t.drain();
    const id = sent.items.find((item: Json) => item.customer.id === reached.id).id;
    const reminders = async () =>
      (await t.asOwner('select reminded from form_invitation where id = $1', [id]))[0].reminded;
    await t.admin.send('POST', `/forms/${form.id}/reminders`);
    await t.drain();
    expect(await reminders()).toBe(0);
    await t.asOwner(`update form_invitation set mailed_at = now() - interval '2 days' where id = $1`, [id]);
    for (let time = 0; time < 2; time += 1) {
      await t.admin.send('POST', `/forms/${form.id}/reminders`);
      await t.drain();
    }
    expect(await reminders()).toBe(1);
    expect(
      (await sales.send('POST', `/forms/${form.id}/invitations`, { recipients: [{ customerId: away.id }] })).status,
    ).toBe(404);
  });
});

describe('an answer', () => {
  it('is matched, accepted field by field as unverified, and decided once', async () => {
    const form = await makeForm();
    const made = await customer({ name: '待更新公司', phones: [{ value: '021-61112222' }] });
    await answer(form.path, { name: '待更新公司', phones: [{ value: '13911112222' }], person: '周敏' });
    const got = await newest(form.id);
    expect(got.suggestions.map((one: Json) => one.id)).toContain(made.id);
    const matched = await t.admin.send(
      'PUT',
      `/form-answers/${got.id}/match`,
      { customerId: made.id, contactId: null },
      match(got.version),
    );
    expect(matched.body.proposals.sort()).toEqual(['person', 'phones']);
    const path = `/form-answers/${got.id}/decision`;
    const decide = () => t.admin.send('POST', path, { accept: ['phones', 'person'] }, match(matched.body.version));
    const both = await Promise.all([decide(), decide()]);
    expect(both.map((one) => one.status).sort()).toEqual([200, 412]);
    const card = (await t.admin.get(`/customers/${made.id}`)).body;
    expect(card.values.phones).toHaveLength(2);
    expect(card.provenance.phones).toMatchObject({ source: 'form', verifiedAt: null });
    const people = (await t.admin.get(`/contacts?customerId=${made.id}`)).body.items;
    expect(people.map((one: Json) => one.values.name)).toEqual(['周敏']);
    const done = (await t.admin.get(`/form-answers/${got.id}`)).body;
    expect(done).toMatchObject({
      state: 'accepted',
      decisions: { name: 'refused', phones: 'accepted', person: 'accepted' },
    });
    expect(
      (await t.admin.send('POST', `/form-answers/${got.id}/refusal`, { reason: 'x' }, match(done.version))).body.code,
    ).toBe('form.decided');
  });

  it('makes a customer, but not a second one unless told so', async () => {
    const form = await makeForm();
    await answer(form.path, { name: '网上新客户', person: '吴芳' });
    const first = await newest(form.id);
    const made = await t.admin.send(
      'POST',
      `/form-answers/${first.id}/decision`,
      { accept: ['name', 'person'] },
      match(first.version),
    );
    expect(made.status, JSON.stringify(made.body)).toBe(200);
    expect(made.body.customer.name).toBe('网上新客户');
    await answer(form.path, { name: '网上新客户' });
    const second = await newest(form.id);
    const decide = (more: object) =>
      t.admin.send('POST', `/form-answers/${second.id}/decision`, { accept: ['name'], ...more }, match(second.version));
    expect((await decide({})).body.code).toBe('customer.duplicate');
    expect((await decide({ accept: ['nobody'] })).body.code).toBe('form.unknownQuestion');
    expect((await decide({ allowDuplicate: true })).status).toBe(200);
  });

  it('is seen only by those who may see its customer', async () => {
    const form = await makeForm();
    const mine = await customer({ name: '业务员的客户' }, sales.userId);
    const others = await customer({ name: '别人的客户' });
    for (const { id } of [mine, others]) {
      const [sent] = (await invite(form.id, { recipients: [{ customerId: id }] })).items;
      await answer(sent.path, { name: `${id.slice(-4)} 改名` });
    }
    await answer(form.path, { name: '陌生人' });
    const seen = (await sales.get(`/form-answers?form=${form.id}`)).body.items;
    expect(seen.map((item: Json) => item.customer.id)).toEqual([mine.id]);
    const all = (await t.admin.get(`/form-answers?form=${form.id}`)).body.items;
    const foreign = all.find((item: Json) => item.customer?.id === others.id);
    expect((await sales.get(`/form-answers/${foreign.id}`)).status).toBe(404);
    const refusal = await sales.send('POST', `/form-answers/${seen[0].id}/refusal`, { reason: '玩笑' }, match(1));
    expect(refusal.body).toMatchObject({ state: 'refused', reason: '玩笑' });
    expect((await sales.send('POST', '/forms', { kind: 'company', content })).status).toBe(403);
  });

  it('is typed in from paper in the same way', async () => {
    const form = await makeForm();
    const wrong = await sales.send('POST', `/forms/${form.id}/answers`, {
      values: { nps: 'x' },
      lang: 'zh-CN',
      customerId: null,
      contactId: null,
    });
    expect(wrong.body.errors.map((error: Json) => error.field)).toEqual(['values.name', 'values.nps']);
    const typed = await sales.send('POST', `/forms/${form.id}/answers`, {
      values: { name: '纸上的客户', again: 'no', why: '太贵' },
      lang: 'zh-CN',
      customerId: null,
      contactId: null,
    });
    expect(typed.status, JSON.stringify(typed.body)).toBe(201);
    const got = (await sales.get(`/form-answers/${typed.body.id}`)).body;
    expect(got).toMatchObject({ channel: 'typed', state: 'new', typedBy: 'sales用户' });
    const made = await sales.send('POST', `/form-answers/${got.id}/decision`, { accept: ['name'] }, match(got.version));
    expect(made.body.customer?.name).toBe('纸上的客户');
  });
});

describe('figures, paper and QR code', () => {
  it('count the answers of each question', async () => {
    const form = await makeForm();
    await answer(form.path, { name: 'A', nps: 10, again: 'yes', rated: { speed: 'good', price: 'bad' } });
    await answer(form.path, { name: 'B', nps: 3, again: 'no', why: '贵' });
    await answer(form.path, { name: 'C', nps: 9 });
    const { body } = await t.admin.get(`/forms/${form.id}/statistics`);
    expect(body).toMatchObject({ answers: 3, open: 3 });
    const of = (id: string) => body.questions.find((item: Json) => item.id === id);
    expect(of('nps')).toMatchObject({ answered: 3, nps: 33, mean: 7.33 });
    expect(of('again').rows[0].bars.map((bar: Json) => bar.count)).toEqual([1, 1]);
    expect(of('rated').rows.map((row: Json) => row.bars.map((bar: Json) => bar.count))).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it('are files of their kind', async () => {
    const form = await makeForm();
    const paper = await t.admin.get(`/forms/${form.id}/paper?lang=zh-CN`);
    expect(paper.raw.subarray(0, 5).toString()).toBe('%PDF-');
    expect((await t.admin.get(`/forms/${form.id}/qr-code?format=png`)).raw.subarray(1, 4).toString()).toBe('PNG');
    expect(String((await t.admin.get(`/forms/${form.id}/qr-code`)).body)).toContain('<svg');
  }, 30_000);
});
