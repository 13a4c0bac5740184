import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from './app.ts';
import { companyDay } from './company-day.ts';
import { formSteps } from './forms.ts';
import { importer } from './imports.ts';
import { withRole } from './people.ts';

/** What may not be read may not be guessed either: by asking for it in another field, by what was said about it, by what follows from it. */
let t: TestApp;
let reader: Client;
let customer: Json;
let contact: Json;
const [ownPhone, personPhone, mail] = ['13800138111', '18612345678', 'geheim@canary.example'];
const secret = [
  'contact.phones',
  'contact.emails',
  'customer.painPoints',
  'customer.purchaseTotal12m',
  'customer.purchaseTotal',
  'customer.abcClass',
];

async function must(client: Client, method: 'POST' | 'PATCH', path: string, body: Json, headers?: Json): Promise<Json> {
  const answer = await client.send(method, path, body, headers);
  expect(answer.status, `${path} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}

beforeAll(async () => {
  t = await startTestApp();
  const make = (path: string, body: Json) => must(t.admin, 'POST', path, body);
  customer = await make('/customers', { kind: 'company', values: { name: '守口公司', phones: ownPhone } });
  const values = { name: '王守口', phones: personPhone, emails: mail };
  contact = await make('/contacts', { customerId: customer.id, values });
  const bought = { day: companyDay(-3), amountMinor: 31415900, currency: 'CNY' };
  await make(`/customers/${customer.id}/purchases`, bought);
  const fields = (await t.admin.get('/fields/all')).body.fields;
  for (const field of fields.filter((item: Json) => secret.includes(`${item.object}.${item.key}`)))
    await must(t.admin, 'PATCH', `/fields/${field.id}`, { sensitivity: 'secret' }, match(field.version));
  const permissions = t.app.modules.flatMap((module) => module.permissions);
  reader = await withRole(t, Object.fromEntries(permissions.map((permission) => [permission.key, 'all'])));
});
afterAll(() => t.close());

describe('a value above the clearance', () => {
  it('finds nobody at another customer', async () => {
    const [here, there] = await Promise.all(
      ['甲地公司', '乙地公司'].map(async (name) => {
        const { id } = await must(t.admin, 'POST', '/customers', { kind: 'company', values: { name } });
        const values = { name: '孟守口', phones: '18612340000' };
        return { id, person: await must(t.admin, 'POST', '/contacts', { customerId: id, values }) };
      }),
    );
    const found = async (who: Client) => (await who.get(`/customers/${here?.id}/contact-duplicates`)).body.items;
    expect((await found(t.admin)).map((pair: Json) => pair.b.id)).toEqual([there?.person.id]);
    expect(await found(reader)).toEqual([]);
  });

  it('is not confirmed by typing it into another field', async () => {
    const ask = async (values: Json) =>
      must(reader, 'POST', '/customers/duplicates', { kind: 'company', values: { name: '另外一家', ...values } });
    expect((await ask({ phones: ownPhone })).items).toMatchObject([{ id: customer.id, because: ['phone'] }]);
    expect(await ask({ phones: personPhone })).toEqual({ items: [], hidden: 1 });
    expect(await ask({ faxes: personPhone })).toEqual({ items: [], hidden: 0 });
    expect(await ask({ emails: mail })).toEqual({ items: [], hidden: 1 });
    const made = await reader.send('POST', '/customers', {
      kind: 'company',
      values: { name: '丙', phones: personPhone },
    });
    expect([made.status, made.body.data]).toEqual([409, { items: [], hidden: 1 }]);
    // Who may read it is told; who finds the customer by its name is told that and no more.
    const told = await t.admin.send('POST', '/customers/duplicates', {
      kind: 'company',
      values: { phones: personPhone },
    });
    expect(told.body.items).toMatchObject([{ id: customer.id, because: ['phone'] }]);
    expect((await ask({ name: '守口公司', phones: personPhone })).items).toMatchObject([{ because: ['name'] }]);
  });

  it('is not confirmed by importing it', async () => {
    const { importRows } = importer(() => t);
    const rows = [
      ['客户公司名称', '电话'],
      ['甲一公司', personPhone],
      ['甲二公司', ownPhone],
    ];
    const skipped = async (client: Client) => {
      const run = await importRows(rows, {}, client);
      return (await client.get(`/imports/${run.id}/skipped-rows`)).body.items;
    };
    const nobody = { because: null, customer: null };
    expect(await skipped(reader)).toMatchObject([
      { row: 2, ...nobody },
      { row: 3, ...nobody },
    ]);
    expect(await skipped(t.admin)).toMatchObject([
      { because: 'phone', customer: { id: customer.id } },
      { because: 'phone', customer: { id: customer.id } },
    ]);
  });

  it('is not told by the reason of a change it was part of', async () => {
    const path = `/customers/${customer.id}`;
    const { version } = (await t.admin.get(path)).body;
    const values = { remark: '看得见的', painPoints: '看不见的' };
    await must(t.admin, 'PATCH', path, { values, reason: '听说看不见的' }, match(version));
    for (const where of [`${path}/timeline`, `${path}/fields/remark/history`]) {
      const text = JSON.stringify((await reader.get(where)).body);
      expect(text).toContain('看得见的');
      expect(text).not.toContain('看不见的');
      expect(JSON.stringify((await t.admin.get(where)).body)).toContain('听说看不见的');
    }
  });

  it('is not told by classes made of it', async () => {
    const path = `/customers/${customer.id}/classes`;
    expect(JSON.stringify((await t.admin.get(path)).body)).toContain('314159');
    const seen = (await reader.get(path)).body.items;
    expect(JSON.stringify(seen)).not.toContain('314159');
    expect(seen.map((item: Json) => item.dimension)).not.toContain('abcClass');
    expect(seen.find((item: Json) => item.dimension === 'volumeClass').because).toEqual({
      code: 'hiddenRule',
      params: {},
    });
    const { items } = (await reader.get('/class-distribution')).body;
    expect(items.filter((item: Json) => item.amount !== null || item.dimension === 'abcClass')).toEqual([]);
    const period = `from=${companyDay(-9)}&to=${companyDay()}`;
    for (const refused of ['/abc-curve', `/class-movement/abcClass?${period}`])
      expect((await reader.get(refused)).body.code, refused).toBe('field.unknown');
    expect((await t.admin.get('/abc-curve')).body.amount).toBe(314159);
  });

  it('is not shown where a mail went', async () => {
    const { makeForm, invite } = formSteps(t);
    const form = await makeForm();
    const made = await invite(form.id, { recipients: [{ customerId: customer.id, contactId: contact.id }] });
    expect(made.items[0].email).toBe('g***@canary.example');
    expect((await reader.get(`/forms/${form.id}/invitations`)).body.items[0].email).toBe('***');
  });

  it('is not shown to who is asked to approve it', async () => {
    const leader = await t.as('leader');
    const note = await must(leader, 'POST', '/intelligence', {
      ...{ subject: 'customer', customerId: customer.id, item: '情报', content: '内容', method: 'observation' },
      ...{ source: 'x', reliability: 'B', credibility: 2, collectedOn: companyDay(), sensitivity: 'open' },
    });
    const propose = (body: Json) => must(leader, 'POST', `/intelligence/${note.id}/proposals`, body);
    await propose({ field: 'painPoints', value: '更看不见的' });
    await propose({ field: 'phones', value: ['13900139333'], contactId: contact.id });
    await propose({ field: 'remark', value: '可以看的' });
    const values = async (client: Client) =>
      (await client.get('/approvals?box=decide')).body.items.map((item: Json) => item.snapshot.value).sort();
    expect(await values(reader)).toEqual(['***', '***', '可以看的']);
    expect((await values(t.admin)).join()).toContain('更看不见的');
  });
});
