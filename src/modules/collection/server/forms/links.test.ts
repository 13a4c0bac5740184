import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Client, type Json, startTestApp, type TestApp } from '#test/app.ts';
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
