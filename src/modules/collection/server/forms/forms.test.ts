import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';
import { bare, both, content, formSteps, later, options, tokenOf } from '#test/forms.ts';
import { formFileLimit } from '../../form-content.ts';

let t: TestApp;
let steps: ReturnType<typeof formSteps>;
beforeAll(async () => {
  t = await startTestApp();
  steps = formSteps(t);
});
afterAll(() => t.close());
afterEach(() => void vi.useRealTimers());

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
          { ...bare, id: 'grid', type: 'matrix', title: both('评价'), options: options('a', 'b') },
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
      [
        'form.branch',
        'form.consentText',
        'form.fieldUnknown',
        'form.options',
        'form.purpose',
        'form.questionText',
        'form.rows',
      ].sort(),
    );
    for (const error of refused.body.errors) expect(error.message).not.toContain('errors.');
  });

  it('refuses a last day that is over, beside its field; one that ran out is still edited', async () => {
    const made = (await t.admin.send('POST', '/forms', { kind: 'company', content })).body;
    const set = (body: object, version: number) => t.admin.send('PATCH', `/forms/${made.id}`, body, match(version));
    const slip = await set({ expiresOn: companyDay(-1) }, 1);
    expect([slip.status, slip.body.errors]).toEqual([
      422,
      [expect.objectContaining({ field: 'expiresOn', code: 'form.expiresPast', message: '截止日期不能早于今天' })],
    ]);
    const today = await set({ expiresOn: companyDay(0) }, 1);
    expect(today.status).toBe(200);
    await t.asOwner('update form set expires_on = $1 where id = $2', [companyDay(-1), made.id]);
    const edited = await set({ expiresOn: companyDay(-1), maxAnswers: 5 }, today.body.version);
    expect(edited.status).toBe(200);
    const publish = await t.admin.send('POST', `/forms/${made.id}/revisions`, {}, match(edited.body.version));
    expect(publish.body.errors).toMatchObject([{ field: 'expiresOn', code: 'form.expiresPast' }]);
  });

  it('keeps answers at the revision they were given to while the form is changed', async () => {
    const form = await steps.makeForm();
    const opened = await steps.visit('GET', tokenOf(form.path));
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
    expect((await steps.visit('POST', `${tokenOf(form.path)}/answers`, body)).status).toBe(201);
    expect(await steps.newest(form.id)).toMatchObject({ revision: 1, values: { name: '旧版公司' } });
    expect((await steps.visit('GET', tokenOf(form.path))).body.content.questions).toHaveLength(1);
  });
});

describe('a form', () => {
  it('is copied, put away and taken out again; only a draft is deleted', async () => {
    const form = await steps.makeForm({}, { sites: ['https://shop.example.com'], remindDays: [3, 7] });
    const copy = await t.admin.send('POST', `/forms/${form.id}/copies`, undefined, {
      'idempotency-key': crypto.randomUUID(),
    });
    expect(copy.status, JSON.stringify(copy.body)).toBe(201);
    expect(copy.body).toMatchObject({ state: 'draft', revision: 0, path: null, remindDays: [3, 7] });
    expect(copy.body.content.title).toEqual({ zh: '客户资料更新（副本）', en: 'Update your data (copy)' });
    expect(copy.body.content.questions).toEqual(form.content.questions);
    const set = (state: string, version: number) =>
      t.admin.send('PUT', `/forms/${form.id}/state`, { state }, match(version));
    const away = await set('archived', form.version);
    expect(away.body.state).toBe('archived');
    expect((await steps.visit('GET', tokenOf(form.path))).body.code).toBe('form.closed');
    const listed = async (query = '') =>
      (await t.admin.get(`/forms${query}`)).body.items.map((item: Json) => item.id) as string[];
    expect(await listed()).not.toContain(form.id);
    expect(await listed('?state=archived')).toContain(form.id);
    expect((await set('closed', away.body.version)).body.state).toBe('closed');
    const remove = (item: Json, version: number) =>
      t.admin.send('DELETE', `/forms/${item.id}`, undefined, match(version));
    expect((await remove(form, away.body.version + 1)).body.code).toBe('form.published');
    expect((await remove(copy.body, 99)).status).toBe(412);
    expect((await remove(copy.body, copy.body.version)).status).toBe(204);
    expect((await t.admin.get(`/forms/${copy.body.id}`)).status).toBe(404);
  });
});

describe('a public form', () => {
  it('refuses what is wrong in both languages and keeps nothing of it', async () => {
    const form = await steps.makeForm();
    const wrong = await steps.answer(form.path, {
      again: 'no',
      why: '字'.repeat(10_000),
      nps: 11,
      rated: { speed: 'none' },
    });
    expect(wrong.status).toBe(422);
    expect(Object.fromEntries(wrong.body.errors.map((error: Json) => [error.field, error.code]))).toEqual({
      'values.name': 'input.required',
      'values.why': 'input.tooLong',
      'values.nps': 'number.max',
      'values.rated': 'choice.unknown',
    });
    expect((await steps.answer(form.path, { name: 'x', nonsense: 1 })).body.code).toBe('form.unknownQuestion');
    const silent = await steps.answer(form.path, {}, { consent: false });
    expect(silent.body.errors.map((error: Json) => error.code)).toEqual(['input.required', 'form.consentNeeded']);
    expect((await steps.answer(form.path, { name: 'x' }, { ticket: '1.1.x' })).body.code).toBe('form.ticket');
    const opened = await steps.visit('GET', tokenOf(form.path), undefined, true);
    vi.useRealTimers();
    const fresh = await steps.visit('GET', tokenOf(form.path));
    const hasty = { values: { name: 'x' }, ticket: fresh.body.ticket, consent: true, lang: 'en-US' };
    const fast = await steps.visit('POST', `${tokenOf(form.path)}/answers`, hasty, true);
    expect(fast.body).toMatchObject({ code: 'form.tooFast', title: expect.stringContaining('too fast') });
    expect(opened.body.content.title.en).toBe('Update your data');
    // A program that fills in the trap is thanked, and forgotten.
    expect((await steps.answer(form.path, { name: 'x' }, { homepage: 'http://spam' })).status).toBe(201);
    expect((await t.admin.get(`/form-answers?form=${form.id}`)).body.items).toEqual([]);
    expect((await steps.visit('GET', 'kdl_none')).body.code).toBe('link.gone');
  });

  it('asks again for a number, email or site that is none; what is on record or on paper is left as it is', async () => {
    const shop = {
      object: 'customer',
      section: 'basics',
      type: 'urls',
      key: 'shops',
      label: { zh: '网店', en: 'Shops' },
    };
    expect((await t.admin.send('POST', '/fields', { ...shop, sensitivity: 'open' })).status).toBe(201);
    const field = (key: string) => ({ ...bare, id: key, type: 'field', object: 'customer', field: key });
    const form = await steps.makeForm({ questions: ['name', 'phones', 'emails', 'shops'].map(field) });
    const values = { name: '写错的公司', phones: ['12ab'], emails: ['li@lei'], shops: ['javascript:1'] };
    const wrong = await steps.answer(form.path, values);
    expect(wrong.status).toBe(422);
    expect(wrong.body.errors.map((error: Json) => [error.field, error.code])).toEqual([
      ['values.phones', 'phone.tooShort'],
      ['values.emails', 'email.domain'],
      ['values.shops', 'website.format'],
    ]);
    const paper = { values, lang: 'zh-CN', customerId: null, contactId: null };
    expect((await t.admin.send('POST', `/forms/${form.id}/answers`, paper)).status).toBe(201);
    const { id } = await steps.customer({ name: '早先写错的公司', shops: ['nonsense'] });
    const [sent] = (await steps.invite(form.id, { recipients: [{ customerId: id }] })).items;
    const shops = [{ value: 'nonsense' }, { value: 'also nonsense' }];
    const once = (sites: Json[]) => steps.answer(sent.path, { name: '早先写错的公司', shops: sites });
    expect((await once(shops)).body.errors).toMatchObject([{ field: 'values.shops' }]);
    const kept = await once(shops.slice(0, 1));
    expect(kept.status, JSON.stringify(kept.body)).toBe(201);
  });

  it('leaves out what stands in a closed branch, records the consent, tells who made the form', async () => {
    const form = await steps.makeForm();
    expect((await steps.answer(form.path, { name: '分支公司', again: 'yes', why: '没有人看见' })).status).toBe(201);
    const got = await steps.newest(form.id);
    expect(got.values).toEqual({ name: '分支公司', again: 'yes' });
    expect(got.consent).toMatchObject({ text: '我同意保存以上信息', purpose: '更新档案' });
    expect(got.consentMissing).toBe(false);
    const notices = (await t.admin.get('/notifications')).body.items;
    expect(notices.map((item: Json) => item.path)).toContain(`/form-answers?form=${form.id}`);
    // A stranger who answers again and again fills no mailbox.
    expect((await steps.answer(form.path, { name: '又一家', again: 'yes' })).status).toBe(201);
    expect((await t.admin.get('/notifications')).body.items).toHaveLength(notices.length);
    const [row] = await t.asOwner('select ip_hash from form_consent where answer_id = $1', [got.id]);
    expect(row.ip_hash).toHaveLength(32);
  });

  it('keeps one answer of one that was sent again because the network broke off', async () => {
    const form = await steps.makeForm();
    const opened = await steps.visit('GET', tokenOf(form.path));
    later(3000);
    const body = { values: { name: '断网重发' }, ticket: opened.body.ticket, consent: true, lang: 'zh-CN' };
    const send = (values: object) =>
      steps.visit('POST', `${tokenOf(form.path)}/answers`, { ...body, ...values }, false, {
        'idempotency-key': 'one-answer',
      });
    const sent = await Promise.all([send({}), send({}), send({})]);
    expect(sent.map((one) => [one.status, one.body.thanks.zh])).toEqual(Array(3).fill([201, '谢谢']));
    expect((await t.admin.get(`/form-answers?form=${form.id}`)).body.items).toHaveLength(1);
    expect((await t.admin.get(`/forms/${form.id}`)).body.answers).toBe(1);
    expect((await send({ values: { name: '别的回答' } })).body.code).toBe('idempotency.mismatch');
    // Sent again under another key, as after a reload, with the same opening of the page.
    const again = () => steps.visit('POST', `${tokenOf(form.path)}/answers`, { ...body, values: { name: '又发一次' } });
    const late = await Promise.all([again(), again()]);
    expect(late.map((one) => [one.status, one.body.code])).toEqual(Array(2).fill([409, 'form.answered']));
    const twin = await steps.visit('GET', tokenOf(form.path));
    later(3000);
    const both = { ...body, ticket: twin.body.ticket };
    const raced = await Promise.all([1, 2].map(() => steps.visit('POST', `${tokenOf(form.path)}/answers`, both)));
    expect(raced.map((one) => one.status).sort()).toEqual([201, 409]);
    expect((await t.admin.get(`/forms/${form.id}`)).body.answers).toBe(2);
    // Who opens the page anew answers anew, as on a tablet at a fair.
    expect((await steps.answer(form.path, { name: '下一位' })).status).toBe(201);
  });

  it('thanks again who sends the last answer it takes once more, and keeps asking nobody else', async () => {
    const form = await steps.makeForm({}, { maxAnswers: 1 });
    const [mine, other] = await Promise.all([1, 2].map(() => steps.visit('GET', tokenOf(form.path))));
    later(3000);
    const send = (ticket: string, key: string) => {
      const body = { values: { name: '最后一位' }, ticket, consent: true, lang: 'zh-CN' };
      return steps.visit('POST', `${tokenOf(form.path)}/answers`, body, false, { 'idempotency-key': key });
    };
    const first = await send(mine?.body.ticket, 'last-answer');
    const again = await send(mine?.body.ticket, 'last-answer');
    expect([first.status, again.status, again.body.thanks.zh]).toEqual([201, 201, '谢谢']);
    expect((await send(mine?.body.ticket, 'reloaded')).body.code).toBe('form.answered');
    expect((await send(other?.body.ticket, 'too-late')).body.code).toBe('form.full');
  });

  it('ends on its day, when it is full, and when it is closed', async () => {
    const draft = (await t.admin.send('POST', '/forms', { kind: 'company', content })).body;
    const early = await t.admin.send('POST', `/forms/${draft.id}/invitations`, {});
    expect([early.status, early.body.code]).toEqual([409, 'form.notPublished']);
    const past = await steps.makeForm();
    await t.asOwner('update form set expires_on = $1 where id = $2', [companyDay(-1), past.id]);
    expect((await steps.visit('GET', tokenOf(past.path))).body.code).toBe('form.expired');
    const full = await steps.makeForm({}, { maxAnswers: 1 });
    const two = await Promise.all([1, 2].map(() => steps.visit('GET', tokenOf(full.path))));
    later(3000);
    const sent = await Promise.all(
      two.map(({ body }) =>
        steps.visit('POST', `${tokenOf(full.path)}/answers`, {
          values: { name: '抢答' },
          ticket: body.ticket,
          consent: true,
          lang: 'zh-CN',
        }),
      ),
    );
    expect(sent.map((one) => one.status).sort()).toEqual([201, 410]);
    const open = await steps.makeForm();
    await t.admin.send('PUT', `/forms/${open.id}/state`, { state: 'closed' }, match(open.version));
    const closed = await steps.visit('GET', tokenOf(open.path));
    expect([closed.status, closed.body.code]).toEqual([410, 'form.closed']);
  });

  it('takes files only of the size and kind it names', async () => {
    const form = await steps.makeForm();
    const token = tokenOf(form.path);
    const visitor = (name: string, bytes: Buffer, question = 'proof') =>
      t.admin.upload(`/public/forms/${token}/files`, name, bytes, { question });
    expect((await visitor('假.pdf', Buffer.from('not a pdf'))).body.code).toBe('form.fileType');
    expect((await visitor('图.png', Buffer.from('<html><script>alert(1)</script>'))).body.code).toBe('form.fileType');
    expect((await visitor('big.pdf', Buffer.alloc(20 * 1024 * 1024, '%PDF-1.4 '))).body.code).toBe('form.fileTooLarge');
    // However the network cuts it: a piece may end just where the limit is.
    const head =
      '--x\r\ncontent-disposition: form-data; name="question"\r\n\r\nproof\r\n--x\r\ncontent-disposition: form-data; name="file"; filename="cut.pdf"\r\n\r\n';
    const cut = await t.app.server.inject({
      method: 'POST',
      url: `/api/v1/public/forms/${token}/files`,
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      payload: Readable.from([
        Buffer.from(head),
        Buffer.alloc(formFileLimit, '%PDF-1.4 '),
        Buffer.from('more\r\n--x--\r\n'),
      ]),
    });
    expect(cut.json<Json>().code).toBe('form.fileTooLarge');
    const pdf = Buffer.from('%PDF-1.4\n%%EOF\n');
    expect((await visitor('真.pdf', pdf, 'name')).body.code).toBe('form.unknownQuestion');
    const { body } = await visitor('真.pdf', pdf);
    const other = await steps.makeForm();
    const stolen = await steps.answer(other.path, { name: '别人的文件', proof: [body.id] });
    expect(stolen.body.errors[0].code).toBe('form.fileGone');
    expect((await steps.answer(form.path, { name: '带附件', proof: [body.id] })).status).toBe(201);
    const got = await steps.newest(form.id);
    const file = await t.admin.get(`/form-answers/${got.id}/files/${got.files[0].id}`);
    expect(file.raw.equals(pdf)).toBe(true);
    // Answered or not, strangers fill no disk.
    await t.asOwner('update file set size = $1 where id = (select file_id from form_file where answer_id = $2)', [
      2 ** 31,
      got.id,
    ]);
    expect((await visitor('真.pdf', pdf)).body.code).toBe('form.busy');
  });

  it('may stand in frames only of the sites it names', async () => {
    const form = await steps.makeForm({}, { sites: ['https://shop.example.com'] });
    const policy = async (url: string) =>
      String((await t.app.server.inject({ method: 'GET', url })).headers['content-security-policy']);
    expect(await policy(`${form.path}?embed=1`)).toContain('frame-ancestors https://shop.example.com');
    expect(await policy(form.path)).toContain("frame-ancestors 'none'");
    expect(await policy('/customers?embed=1')).toContain("frame-ancestors 'none'");
    const half = await t.admin.send('PATCH', `/forms/${form.id}`, { sites: ['www.example.com'] }, match(form.version));
    expect(half.body.errors[0]).toMatchObject({ field: 'sites.0', code: 'website.origin' });
  });
});
