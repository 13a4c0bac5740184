import { afterAll, describe, expect, it } from 'vitest';
import { type Json, match } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';
import { startMaterials } from '#test/materials.ts';

const { t, sales, mate, makeCustomer, makeMaterial, send } = await startMaterials();
afterAll(() => t.close());

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
