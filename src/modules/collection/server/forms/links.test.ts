import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';
import { formSteps, later, tokenOf } from '#test/forms.ts';

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

describe('a personal link', () => {
  it('shows open values, masks others, and is answered once however many try', async () => {
    const form = await steps.makeForm();
    const made = await steps.customer({ name: '老客户', phones: [{ value: '021-55556666' }] });
    const [sent] = (await steps.invite(form.id, { recipients: [{ customerId: made.id }] })).items;
    const opened = (await steps.visit('GET', tokenOf(sent.path))).body;
    expect(opened.personal).toBe(true);
    const shown = { ...opened.present };
    expect(shown.name).toBe('老客户');
    expect([...Object.keys(shown), ...opened.masked].sort()).toEqual(['name', 'phones']);
    // The form's own link shows nothing of anybody.
    expect((await steps.visit('GET', tokenOf(form.path))).body).toMatchObject({
      present: {},
      masked: [],
      personal: false,
    });
    later(3000);
    const body = { values: { name: '老客户', nps: 9 }, ticket: opened.ticket, consent: true, lang: 'zh-CN' };
    const tries = await Promise.all([1, 2, 3].map(() => steps.visit('POST', `${tokenOf(sent.path)}/answers`, body)));
    expect(tries.map((one) => one.status).sort()).toEqual([201, 409, 409]);
    const again = await steps.visit('GET', tokenOf(sent.path));
    expect([again.status, again.body.code]).toEqual([409, 'form.answered']);
    expect(await steps.newest(form.id)).toMatchObject({
      channel: 'personal',
      customer: { id: made.id },
      proposals: [],
    });
  });

  it('follows its customer into a merge, mails nothing to who is in the trash, ends with the customer', async () => {
    const form = await steps.makeForm();
    const made = await Promise.all(
      ['并入', '保留', '回收站', '删除'].map((name) =>
        steps.customer({ name: `链接${name}客户`, emails: [{ value: 'buyer@example.com' }] }),
      ),
    );
    const [gone, kept, trashed, purged] = made;
    const { items } = await steps.invite(form.id, { recipients: made.map(({ id }) => ({ customerId: id })) });
    const pathOf = (one: Json) => items.find((item: Json) => item.customer.id === one.id).path;
    const merged = await t.admin.send('POST', '/merges', {
      survivorId: kept.id,
      participants: [kept, gone].map(({ id, version }) => ({ id, version })),
    });
    expect(merged.status, JSON.stringify(merged.body)).toBe(201);
    expect((await steps.answer(pathOf(gone), { name: '链接并入客户' })).status).toBe(201);
    expect((await steps.newest(form.id)).customer.id).toBe(kept.id);
    vi.useRealTimers();
    const away = await t.admin.send(
      'POST',
      `/customers/${trashed.id}/trashing`,
      { reason: '重复录入' },
      match(trashed.version),
    );
    expect(away.status, JSON.stringify(away.body)).toBe(200);
    await t.asOwner(
      `update form_invitation set mail = 'sent', mailed_at = now() - interval '2 days' where customer_id = $1`,
      [trashed.id],
    );
    await t.admin.send('POST', `/forms/${form.id}/reminders`);
    await t.drain();
    const [mail] = await t.asOwner('select mail from form_invitation where customer_id = $1', [trashed.id]);
    expect(mail.mail).toBe('none');
    expect((await steps.answer(pathOf(trashed), { name: '链接回收站客户' })).status).toBe(201);
    const opened = await steps.visit('GET', tokenOf(pathOf(purged)));
    await t.asOwner(`update customer set state = 'erased' where id = $1`, [purged.id]);
    later(3000);
    const body = { values: { name: '已删' }, ticket: opened.body.ticket, consent: true, lang: 'zh-CN' };
    const late = await steps.visit('POST', `${tokenOf(pathOf(purged))}/answers`, body);
    expect([late.status, late.body.code]).toEqual([404, 'link.gone']);
    expect((await steps.visit('GET', tokenOf(pathOf(purged)))).body.code).toBe('link.gone');
  });

  it('is mailed, and reminded of once a reminder until it is answered', async () => {
    const form = await steps.makeForm({}, { remindDays: [3] });
    const reached = await steps.customer({ name: '有邮箱', emails: [{ value: 'buyer@example.com' }] });
    const away = await steps.customer({ name: '无邮箱' });
    const sent = await steps.invite(form.id, {
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

describe('a link', () => {
  const linkOf = async (formId: string, id: string): Promise<Json> =>
    (await t.admin.get(`/forms/${formId}/invitations`)).body.items.find((item: Json) => item.id === id);

  it('tells what became of it: sent, opened, answered, expired, revoked', async () => {
    const form = await steps.makeForm();
    const made = await Promise.all(
      ['甲', '乙', '丙', '丁', '戊'].map((name) => steps.customer({ name: `链接${name}公司` })),
    );
    const { items } = await steps.invite(form.id, {
      recipients: made.map(({ id }) => ({ customerId: id })),
      validDays: 7,
    });
    const [sent, opened, answered, expired, revoked] = made.map(({ id }) =>
      items.find((item: Json) => item.customer.id === id),
    );
    expect(sent.expiresOn).toBe(companyDay(7));
    await steps.visit('GET', tokenOf(opened.path));
    await steps.answer(answered.path, { name: '链接丙公司' });
    await t.asOwner(`update form_invitation set expires_at = now() - interval '1 hour' where id = $1`, [expired.id]);
    await t.asOwner(
      `update public_link set expires_at = now() - interval '1 hour' where data ->> 'invitationId' = $1`,
      [expired.id],
    );
    const revoke = () => t.admin.send('PUT', `/forms/${form.id}/invitations/${revoked.id}/revocation`);
    const twice = await Promise.all([revoke(), revoke()]);
    expect(twice.map((one) => one.status)).toEqual([200, 200]);
    for (const [link, state] of [
      [sent, 'sent'],
      [opened, 'opened'],
      [answered, 'answered'],
      [expired, 'expired'],
      [revoked, 'revoked'],
    ]) {
      expect((await linkOf(form.id, link.id)).state).toBe(state);
      const { items: found } = (await t.admin.get(`/forms/${form.id}/invitations?state=${state}`)).body;
      expect(found.map((item: Json) => item.id)).toEqual([link.id]);
    }
    for (const gone of [expired, revoked])
      expect((await steps.visit('GET', tokenOf(gone.path))).body.code).toBe('link.gone');
    const late = await t.admin.send('PUT', `/forms/${form.id}/invitations/${answered.id}/revocation`);
    expect([late.status, late.body.code]).toEqual([409, 'form.answered']);
    const foreign = await sales.send('PUT', `/forms/${form.id}/invitations/${sent.id}/revocation`);
    expect(foreign.status).toBe(404);
  });

  it('is mailed again to the address there is now, but not twice in a moment', async () => {
    const form = await steps.makeForm();
    const made = await steps.customer({ name: '补邮箱公司' });
    const [link] = (await steps.invite(form.id, { recipients: [{ customerId: made.id }], mail: true })).items;
    expect(link.mail).toBe('noAddress');
    const again = () => t.admin.send('POST', `/forms/${form.id}/invitations/${link.id}/mails`);
    expect((await again()).body.code).toBe('form.noAddress');
    const emails = [{ value: 'new@bu.example.com' }];
    await t.admin.send('PATCH', `/customers/${made.id}`, { values: { emails } }, match(made.version));
    vi.useRealTimers();
    const clicks = await Promise.all([again(), again()]);
    expect(clicks.map((one) => one.status).sort()).toEqual([200, 409]);
    await t.drain();
    expect(await linkOf(form.id, link.id)).toMatchObject({ mail: 'sent', email: 'n***@bu.example.com' });
    await t.admin.send('PUT', `/forms/${form.id}/invitations/${link.id}/revocation`);
    expect((await again()).body.code).toBe('form.linkRevoked');
  });

  it('for nobody in particular is made without a mail, mailed to nobody later, and answered once', async () => {
    const form = await steps.makeForm();
    const sent = await steps.invite(form.id, { recipients: [], mail: true });
    expect(sent).toMatchObject({ withoutMail: 0, refused: 0, items: [{ customer: null, email: null, mail: 'none' }] });
    const [link] = sent.items;
    const mailed = await t.admin.send('POST', `/forms/${form.id}/invitations/${link.id}/mails`);
    expect([mailed.status, mailed.body.code]).toEqual([409, 'form.noAddress']);
    await t.asOwner(`update form_invitation set mailed_at = now() - interval '2 days' where id = $1`, [link.id]);
    await t.admin.send('POST', `/forms/${form.id}/reminders`);
    await t.drain();
    expect(await linkOf(form.id, link.id)).toMatchObject({ mail: 'none', state: 'sent' });
    // What a stranger refuses by it is nobody's wish.
    expect((await steps.visit('POST', `${tokenOf(link.path)}/mail-refusal`, {})).status).toBe(404);
    expect((await steps.answer(link.path, { name: '无名链接公司' })).status).toBe(201);
    expect((await steps.visit('GET', tokenOf(link.path))).body.code).toBe('form.answered');
    expect((await steps.newest(form.id)).customer).toBeNull();
  });

  it('carries the way out of mail, which holds at once and for every form', async () => {
    const form = await steps.makeForm();
    const made = await steps.customer({ name: '谢绝公司', emails: [{ value: 'no@xie.example.com' }] });
    const [link] = (await steps.invite(form.id, { recipients: [{ customerId: made.id }], mail: true })).items;
    // Refused between the click and the sending.
    const refuse = () => steps.visit('POST', `${tokenOf(link.path)}/mail-refusal`, {});
    expect((await refuse()).status).toBe(204);
    vi.useRealTimers();
    await t.drain();
    expect((await linkOf(form.id, link.id)).mail).toBe('refused');
    const card = (await t.admin.get(`/customers/${made.id}`)).body;
    expect(card.values.noMail).toBe(true);
    expect(card.provenance.noMail).toMatchObject({ source: 'form' });
    const other = await steps.makeForm();
    const next = await steps.invite(other.id, { recipients: [{ customerId: made.id }], mail: true });
    expect([next.refused, next.items[0].mail]).toEqual([1, 'refused']);
    expect((await t.admin.send('POST', `/forms/${other.id}/invitations/${next.items[0].id}/mails`)).body.code).toBe(
      'form.mailRefused',
    );
    // Also by a link that was answered meanwhile; not by one that belongs to nobody.
    await steps.answer(link.path, { name: '谢绝公司' });
    expect((await refuse()).status).toBe(204);
    expect((await steps.visit('POST', `${tokenOf(form.path)}/mail-refusal`, {})).status).toBe(404);
  });
});

describe('sending to many', () => {
  const sendings = (formId: string, body: object, preview = false) =>
    t.admin.send('POST', `/forms/${formId}/sendings${preview ? '/preview' : ''}`, body);

  it('reaches everybody a condition finds once, and lists who got no mail', async () => {
    const form = await steps.makeForm();
    const filter = { field: 'remark', op: 'contains', value: '群发对象' };
    const of = (name: string, more: object = {}) => steps.customer({ name, remark: '群发对象', ...more });
    await of('群发一号', { emails: [{ value: 'one@qun.example.com' }] });
    const byPerson = await of('群发二号');
    await t.admin.send('POST', '/contacts', {
      customerId: byPerson.id,
      values: { name: '钱群', emails: [{ value: 'qian@qun.example.com' }] },
    });
    await of('群发三号');
    await of('群发四号', { emails: [{ value: 'four@qun.example.com' }], noMail: true });
    const waits = await of('群发五号', { emails: [{ value: 'five@qun.example.com' }] });
    await steps.invite(form.id, { recipients: [{ customerId: waits.id }] });
    const looked = await sendings(form.id, { query: { filter } }, true);
    expect(looked.body, JSON.stringify(looked.body)).toEqual({
      customers: { value: 5, exact: true },
      looked: 5,
      withMail: 2,
      noAddress: 1,
      refused: 1,
      waiting: 1,
    });
    const started = await sendings(form.id, { query: { filter }, mail: true, validDays: 30 });
    expect(started.status, JSON.stringify(started.body)).toBe(202);
    await t.drain();
    const job = (await t.admin.get(`/jobs/${started.body.jobId}`)).body;
    expect(job).toMatchObject({ state: 'done', done: 5, total: 5 });
    expect(job.result).toEqual({ links: 4, mails: 2, noAddress: 1, refused: 1, waiting: 1 });
    const unmailed = (await t.admin.get(`/forms/${form.id}/invitations?unmailed=yes`)).body.items;
    expect(unmailed.map((item: Json) => item.customer.name).sort()).toEqual(['群发三号', '群发四号']);
    const sent = (await t.admin.get(`/forms/${form.id}/invitations`)).body.items;
    expect(sent.find((item: Json) => item.contact === '钱群').mail).toBe('sent');
    // Again: everybody has a link that waits.
    const again = await sendings(form.id, { query: { filter }, mail: true });
    await t.drain();
    expect((await t.admin.get(`/jobs/${again.body.jobId}`)).body.result).toMatchObject({ links: 0, waiting: 5 });
  });

  it('refuses nobody, unknown fields, closed forms and who may not send', async () => {
    const form = await steps.makeForm();
    const nobody = { field: 'name', op: 'eq', value: '没有这样的公司' };
    expect((await sendings(form.id, { query: { filter: nobody } })).body.errors[0].code).toBe('form.nobody');
    const unknown = { field: 'nonsense', op: 'eq', value: 'x' };
    expect((await sendings(form.id, { query: { filter: unknown } })).status).toBe(400);
    expect((await sendings(form.id, { query: {}, validDays: 0 })).status).toBe(422);
    const finance = await t.as('finance');
    expect((await finance.send('POST', `/forms/${form.id}/sendings`, { query: {} })).status).toBe(403);
    await t.admin.send('PUT', `/forms/${form.id}/state`, { state: 'closed' }, match(form.version));
    expect((await sendings(form.id, { query: {} })).body.code).toBe('form.closed');
  });

  it('reaches only customers the sender may see', async () => {
    const form = await steps.makeForm();
    const filter = { field: 'remark', op: 'contains', value: '范围内外' };
    await steps.customer({ name: '范围内公司', remark: '范围内外' }, sales.userId);
    await steps.customer({ name: '范围外公司', remark: '范围内外' });
    const started = await sales.send('POST', `/forms/${form.id}/sendings`, { query: { filter } });
    await t.drain();
    expect((await sales.get(`/jobs/${started.body.jobId}`)).body.result).toMatchObject({ links: 1 });
  });
});
