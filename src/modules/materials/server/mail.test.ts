import { afterAll, describe, expect, it } from 'vitest';
import { type Json, match } from '#test/app.ts';
import { mail, startMaterials } from '#test/materials.ts';

const {
  t,
  marketing,
  sales,
  customerId,
  contactId,
  makeCustomer,
  makeMaterial,
  send,
  link,
  visitor,
  seen,
  mails,
  noticesOf,
} = await startMaterials();
afterAll(() => t.close());

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
