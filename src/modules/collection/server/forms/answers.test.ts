import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';
import { bare, content, formSteps, options } from '#test/forms.ts';

let t: TestApp;
let sales: Client;
let steps: ReturnType<typeof formSteps>;
beforeAll(async () => {
  t = await startTestApp();
  sales = await t.as('sales');
  steps = formSteps(t);
});
afterAll(() => t.close());
afterEach(() => void vi.useRealTimers());

describe('an answer', () => {
  it('is matched, accepted field by field as unverified, and decided once', async () => {
    const form = await steps.makeForm();
    const made = await steps.customer({ name: '待更新公司', phones: [{ value: '021-61112222' }] });
    await steps.answer(form.path, { name: '待更新公司', phones: [{ value: '13911112222' }], person: '周敏' });
    const got = await steps.newest(form.id);
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
    expect(both.find((one) => one.status === 200)?.body.contact.id).toBe(people[0].id);
    const done = (await t.admin.get(`/form-answers/${got.id}`)).body;
    expect(done).toMatchObject({
      state: 'accepted',
      decisions: { name: 'confirmed', phones: 'accepted', person: 'accepted' },
    });
    expect(
      (await t.admin.send('POST', `/form-answers/${got.id}/refusal`, { reason: 'x' }, match(done.version))).body.code,
    ).toBe('form.decided');
  });

  it('that is as the record already is makes it fresh, not verified', async () => {
    const form = await steps.makeForm();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 200 * 86_400_000 });
    const { id } = await steps.customer({ name: '资料没变公司', phones: [{ value: '021-63334444' }] });
    vi.useRealTimers();
    const card = async () => (await t.admin.get(`/customers/${id}`)).body;
    const before = await card();
    const [sent] = (await steps.invite(form.id, { recipients: [{ customerId: id }] })).items;
    await steps.answer(sent.path, { name: '资料没变公司', phones: [{ value: '021 6333 4444' }] });
    const got = await steps.newest(form.id);
    expect(got.proposals).toEqual([]);
    const decided = await t.admin.send('POST', `/form-answers/${got.id}/decision`, { accept: [] }, match(got.version));
    expect(decided.body.decisions).toEqual({ name: 'confirmed', phones: 'confirmed' });
    const after = await card();
    expect(after.values).toMatchObject({ phones: before.values.phones, freshestOn: companyDay(0) });
    const { confirmedAt, ...entry } = after.provenance.phones;
    expect(entry).toEqual(before.provenance.phones);
    expect(Date.parse(confirmedAt)).toBeGreaterThan(Date.now() - 60_000);
    const { items } = (await t.admin.get(`/customers/${id}/timeline`)).body;
    expect(items.map((item: Json) => item.kind)).toContain('customer.reconfirmed');
  });

  it('of a person already there stands beside what is known of that person and adds to it', async () => {
    const phone = { ...bare, id: 'direct', type: 'field', object: 'contact', field: 'phones' };
    const form = await steps.makeForm({ questions: [...content.questions, phone] });
    const { id } = await steps.customer({ name: '有联系人的公司' });
    const values = { name: 'Zhou Min', phones: [{ value: '13911112222' }] };
    const person = (await t.admin.send('POST', '/contacts', { customerId: id, values })).body;
    const [sent] = (await steps.invite(form.id, { recipients: [{ customerId: id }] })).items;
    await steps.answer(sent.path, { name: '有联系人的公司', person: 'zhou min', direct: [{ value: '13933334444' }] });
    const got = await steps.newest(form.id);
    expect(got.contact).toEqual({ id: person.id, name: 'Zhou Min' });
    expect(got.present.direct.value).toEqual(person.values.phones);
    const decided = await t.admin.send('POST', `/form-answers/${got.id}/decision`, { accept: ['direct'] }, match(1));
    expect(decided.body.contact, JSON.stringify(decided.body)).toMatchObject({ id: person.id });
    const people = (await t.admin.get(`/contacts?customerId=${id}`)).body.items;
    expect(people).toHaveLength(1);
    expect(people[0].values.phones.map((one: Json) => one.value)).toEqual(['+8613911112222', '+8613933334444']);
  });

  it('makes a customer, but not a second one unless told so', async () => {
    const form = await steps.makeForm();
    await steps.answer(form.path, { name: '网上新客户', person: '吴芳' });
    const first = await steps.newest(form.id);
    const made = await t.admin.send(
      'POST',
      `/form-answers/${first.id}/decision`,
      { accept: ['name', 'person'] },
      match(first.version),
    );
    expect(made.status, JSON.stringify(made.body)).toBe(200);
    expect(made.body.customer.name).toBe('网上新客户');
    await steps.answer(form.path, { name: '网上新客户' });
    const second = await steps.newest(form.id);
    const decide = (more: object) =>
      t.admin.send('POST', `/form-answers/${second.id}/decision`, { accept: ['name'], ...more }, match(second.version));
    expect((await decide({})).body.code).toBe('customer.duplicate');
    expect((await decide({ accept: ['nobody'] })).body.code).toBe('form.unknownQuestion');
    expect((await decide({ allowDuplicate: true })).status).toBe(200);
  });

  it('is seen only by those who may see its customer', async () => {
    const form = await steps.makeForm();
    const mine = await steps.customer({ name: '业务员的客户' }, sales.userId);
    const others = await steps.customer({ name: '别人的客户' });
    for (const { id } of [mine, others]) {
      const [sent] = (await steps.invite(form.id, { recipients: [{ customerId: id }] })).items;
      await steps.answer(sent.path, { name: `${id.slice(-4)} 改名` });
    }
    await steps.answer(form.path, { name: '陌生人' });
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
    const form = await steps.makeForm();
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
    const form = await steps.makeForm();
    await steps.answer(form.path, { name: 'A', nps: 10, again: 'yes', rated: { speed: 'good', price: 'bad' } });
    await steps.answer(form.path, { name: 'B', nps: 3, again: 'no', why: '贵' });
    await steps.answer(form.path, { name: 'C', nps: 9 });
    const { body } = await t.admin.get(`/forms/${form.id}/statistics`);
    expect(body).toMatchObject({ answers: 3, open: 3 });
    const of = (id: string) => body.questions.find((item: Json) => item.id === id);
    expect(of('nps')).toMatchObject({
      answered: 3,
      nps: { score: 33, promoters: 2, passives: 0, detractors: 1 },
      numbers: { mean: 7.33, median: 9, least: 3, most: 10 },
    });
    expect(body.channels).toEqual([{ channel: 'link', count: 3 }]);
    expect(of('why').words).toBe(true);
    expect(of('again').rows[0].bars.map((bar: Json) => bar.count)).toEqual([1, 1]);
    expect(of('rated').rows.map((row: Json) => row.bars.map((bar: Json) => bar.count))).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it('keep what was asked before, count a period only, and leave out what was refused', async () => {
    const form = await steps.makeForm();
    await steps.answer(form.path, { name: '旧题', again: 'yes' });
    await steps.answer(form.path, { name: '退回的', again: 'yes' });
    const refused = await steps.newest(form.id);
    await t.admin.send('POST', `/form-answers/${refused.id}/refusal`, { reason: '玩笑' }, match(refused.version));
    const questions = content.questions
      .filter((item) => item.id !== 'why')
      .map((item) => (item.id === 'again' ? { ...item, options: options('no', 'maybe') } : item));
    const now = (await t.admin.get(`/forms/${form.id}`)).body;
    const saved = await t.admin.send(
      'PATCH',
      `/forms/${form.id}`,
      { content: { ...content, questions } },
      match(now.version),
    );
    await t.admin.send('POST', `/forms/${form.id}/revisions`, {}, match(saved.body.version));
    await steps.answer(form.path, { name: '新题', again: 'maybe' });
    const { body } = await t.admin.get(`/forms/${form.id}/statistics`);
    expect(body).toMatchObject({ answers: 3, refused: 1 });
    const again = body.questions.find((item: Json) => item.id === 'again');
    expect(again.rows[0].bars.map((bar: Json) => [bar.label.zh, bar.count])).toEqual([
      ['选no', 0],
      ['选maybe', 1],
      ['选yes', 1],
    ]);
    expect(body.questions.map((item: Json) => item.id)).toContain('why');
    const past = await t.admin.get(`/forms/${form.id}/statistics?to=${companyDay(-1)}`);
    expect(past.body).toMatchObject({ answers: 0, days: [] });
    expect((await t.admin.get(`/forms/${form.id}/statistics?from=yesterday`)).status).toBe(400);
  });

  it('let the words be read page by page, by who may review them', async () => {
    const form = await steps.makeForm();
    const mine = await steps.customer({ name: '写字的客户' }, sales.userId);
    const [own] = (await steps.invite(form.id, { recipients: [{ customerId: mine.id }] })).items;
    await steps.answer(own.path, { name: '写字的客户', again: 'no', why: '自己的理由' });
    for (const why of ['第一条', '第二条']) await steps.answer(form.path, { name: '路人', again: 'no', why });
    const path = `/forms/${form.id}/questions/why/texts`;
    const first = (await t.admin.get(`${path}?limit=2`)).body;
    expect(first.items.map((item: Json) => item.text)).toEqual(['第二条', '第一条']);
    const rest = (await t.admin.get(`${path}?limit=2&cursor=${first.nextCursor}`)).body;
    expect(rest).toMatchObject({ items: [{ text: '自己的理由', by: '写字的客户' }], nextCursor: null });
    expect((await sales.get(path)).body.items.map((item: Json) => item.text)).toEqual(['自己的理由']);
    expect((await t.admin.get(`/forms/${form.id}/questions/nps/texts`)).body.code).toBe('form.unknownQuestion');
    expect((await (await t.as('service')).get(path)).status).toBe(403);
  });

  it('are files of their kind', async () => {
    const form = await steps.makeForm();
    const paper = await t.admin.get(`/forms/${form.id}/paper?lang=zh-CN`);
    expect(paper.raw.subarray(0, 5).toString()).toBe('%PDF-');
    expect((await t.admin.get(`/forms/${form.id}/qr-code?format=png`)).raw.subarray(1, 4).toString()).toBe('PNG');
    expect(String((await t.admin.get(`/forms/${form.id}/qr-code`)).body)).toContain('<svg');
  }, 30_000);
});

describe('an export of answers', () => {
  const ask = (body: object, client: Client = t.admin) =>
    client.send(
      'POST',
      '/exports/sheets',
      { source: 'formAnswer', format: 'csv', purpose: '展会回访分析', ...body },
      { 'idempotency-key': crypto.randomUUID() },
    );
  /** Without the watermark below the data. */
  const linesOf = async (id: string, client: Client): Promise<string[]> =>
    (await client.get(`/exports/${id}/file`)).raw.toString('utf8').slice(1).trim().split('\r\n').slice(0, -1);

  it('has one column a question, inert text, and only what the asker may review and export', async () => {
    const form = await steps.makeForm();
    const mine = await steps.customer({ name: '业务员自己的客户' }, sales.userId);
    const [own] = (await steps.invite(form.id, { recipients: [{ customerId: mine.id }] })).items;
    await steps.answer(own.path, { name: '业务员自己的客户', again: 'no', why: '=1+1', nps: 8 });
    await steps.answer(form.path, { name: '陌生人', rated: { speed: 'good' } });
    vi.useRealTimers();
    const started = await ask({ query: { form: form.id } });
    expect(started.status, JSON.stringify(started.body)).toBe(202);
    expect(started.body).toMatchObject({ rows: 2, what: { zh: '表单回答' } });
    const owns = await ask({ query: { form: form.id } }, sales);
    await t.drain();
    const [heading = '', ...lines] = await linesOf(started.body.id, t.admin);
    expect(heading).toContain('还会再买吗');
    expect(heading).toContain('评分: 选speed');
    expect(lines).toHaveLength(2);
    expect(lines.join()).toContain('选no');
    expect(lines.join()).not.toMatch(/,=1/);
    const [, ...seen] = await linesOf(owns.body.id, sales);
    expect(seen).toHaveLength(1);
    const log = await t.asOwner(`select detail from access_log where subject_id = $1 and action = 'export'`, [
      started.body.id,
    ]);
    expect(log[0].detail).toMatchObject({ purpose: '展会回访分析', rows: 2, query: { form: form.id } });
  });

  it('refuses what cannot be asked for, and waits for approval above the limit', async () => {
    const form = await steps.makeForm();
    expect((await ask({ source: 'secrets', query: {} })).body.code).toBe('export.source');
    expect((await ask({ query: { form: 'x' } })).status).toBe(422);
    expect((await ask({ query: { form: form.id, everything: true } })).status).toBe(400);
    expect((await ask({ query: { form: crypto.randomUUID() } })).status).toBe(404);
    expect((await ask({ query: { form: form.id }, password: 'long enough' })).body.errors[0].code).toBe(
      'export.passwordCsv',
    );
    const finance = await t.as('finance');
    expect((await ask({ query: { form: form.id } }, finance)).status).toBe(403);
    await steps.answer(form.path, { name: '要审批' });
    await t.asOwner(`update role set export_limit = 0 where key = 'marketing'`);
    const waiting = await ask({ query: { form: form.id } }, await t.as('marketing'));
    expect(waiting.body, JSON.stringify(waiting.body)).toMatchObject({ state: 'waiting' });
    const approval = (await t.admin.get(`/approvals/${waiting.body.approvalId}`)).body;
    expect(approval.snapshot).toMatchObject({ object: 'formAnswer', records: '客户资料更新', rows: 1 });
  });
});
