import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, match, startTestApp, type TestApp } from '#test/app.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

const company = (values: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  kind: 'company',
  values,
  ...more,
});

describe('customer card', () => {
  it('is created with number, checked values, search and event', async () => {
    const made = await t.admin.send(
      'POST',
      '/customers',
      company({
        name: '杭州明达贸易有限公司',
        phones: '0571-88888888 转 12',
        emails: 'Li@MingDa.com',
        uscc: '91350100m000100y43',
      }),
    );
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    expect(made.body.number).toMatch(/^KD\d{4}000001$/);
    expect(made.body.values.uscc).toBe('91350100M000100Y43');
    expect(made.body.values.phones[0]).toMatchObject({ value: '+8657188888888 ext. 12', valid: true });
    expect(made.headers.etag).toBe('"1"');
    for (const q of ['明达', 'hzmd', 'mingda', '8888', made.body.number, '明']) {
      const found = await t.admin.get(`/search?q=${encodeURIComponent(q)}`);
      expect(
        found.body.items.map((item: { id: string }) => item.id),
        q,
      ).toContain(made.body.id);
    }
    const timeline = await t.admin.get(`/customers/${made.body.id}/timeline`);
    expect(timeline.body.items[0].kind).toBe('customer.created');
  });

  it('a new country brings its continent along, unless a person said or checked another', async () => {
    const made = await t.admin.send('POST', '/customers', company({ name: '迁址有限公司', country: 'CN' }));
    expect(made.body.values.continent).toBe('AS');
    let { version } = made.body;
    const put = async (values: Record<string, unknown>) => {
      const answer = await t.admin.send('PATCH', `/customers/${made.body.id}`, { values }, match(version));
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      ({ version } = answer.body);
      return answer.body.values.continent;
    };
    expect(await put({ country: 'DE' })).toBe('EU');
    const { body } = await t.admin.get(`/customers/${made.body.id}/timeline`);
    expect(body.items[0].changes).toMatchObject({
      country: { from: 'CN', to: 'DE' },
      continent: { from: 'AS', to: 'EU' },
    });
    expect(await put({ continent: 'AF' })).toBe('AF');
    expect(await put({ country: 'FR' })).toBe('AF');
    expect(await put({ country: 'US', continent: null })).toBeUndefined();
    expect(await put({ country: 'BR' })).toBe('SA');
  });

  it('is an indirect customer below a dealer and a direct one without, unless it is said otherwise; a household has members', async () => {
    const create = (values: Json) => t.admin.send('POST', '/customers', company(values));
    const { body: dealer } = await create({ name: '主经销商' });
    const { body: home } = await t.admin.send('POST', '/customers', { kind: 'household', values: { name: '李家' } });
    const { body: made } = await create({ name: '零售店', parentCustomerId: dealer.id });
    expect(made.values.relationship).toBe('indirect');
    const change = async (card: Json, values: Json) =>
      (await t.admin.send('PATCH', `/customers/${card.id}`, { values }, match(card.version))).body;
    const free = await change(made, { parentCustomerId: null });
    expect(free.values.relationship).toBe('direct');
    const member = await change(free, { parentCustomerId: home.id });
    expect(member.values.relationship).toBe('direct');
    const back = await change(member, { parentCustomerId: dealer.id });
    expect(back.values.relationship).toBe('indirect');
    const said = await change(await change(back, { parentCustomerId: null }), {
      parentCustomerId: dealer.id,
      relationship: 'direct',
    });
    expect(said.values.relationship).toBe('direct');
  });

  it('names every wrong value and loses nothing', async () => {
    const made = await t.admin.send(
      'POST',
      '/customers',
      company({ uscc: '91350100M000100Y44', foundedOn: '2023-02-30' }),
      { 'accept-language': 'en-US' },
    );
    expect(made.status).toBe(422);
    expect(made.body.errors.map((error: { field: string }) => error.field).sort()).toEqual([
      'values.foundedOn',
      'values.name',
      'values.uscc',
    ]);
    expect(
      made.body.errors.every((error: { message: string; code: string }) => error.message !== `errors.${error.code}`),
    ).toBe(true);
    const unknown = await t.admin.send('POST', '/customers', company({ name: 'x', nonsense: 1 }));
    expect(unknown.status).toBe(400);
    expect(unknown.body.field).toBe('values.nonsense');
  });

  it('reads phones and postcode of a new customer by the country it names', async () => {
    const make = (values: object) => t.admin.send('POST', '/customers', { kind: 'company', values });
    const cn = await make({ name: '邮编公司', country: 'CN', postcode: '12345', bankAccount: '12' });
    expect(cn.body.errors).toMatchObject([
      { field: 'values.postcode', code: 'postcode.china' },
      { field: 'values.bankAccount', code: 'bankCard.format' },
    ]);
    const de = await make({ name: '邮编 GmbH', country: '德国', postcode: '12345', phones: ['030 901820'] });
    expect(de.status).toBe(201);
    expect(de.body.values).toMatchObject({ postcode: '12345', phones: [{ value: '+4930901820', valid: true }] });
    // Where no country is named, it may be a foreign one.
    expect((await make({ name: '无国公司', postcode: '12345' })).status).toBe(201);
    const moved = { country: 'CN', postcode: '12345' };
    const answer = await t.admin.send('PATCH', `/customers/${de.body.id}`, { values: moved }, match(de.body.version));
    expect(answer.body.errors).toMatchObject([{ field: 'values.postcode', code: 'postcode.china' }]);
  });

  it('keeps wrong contact points and marks them', async () => {
    const made = await t.admin.send(
      'POST',
      '/customers',
      company({ name: '标记公司', phones: [{ value: '123' }], emails: [{ value: 'not-an-email' }] }),
    );
    expect(made.body.values.phones[0]).toMatchObject({ value: '123', valid: false });
    expect(made.body.values.emails[0]).toMatchObject({ valid: false });
  });

  it('asks for If-Match, answers a conflict with both sides and keeps history', async () => {
    const made = await t.admin.send('POST', '/customers', company({ name: '历史公司', remark: '一' }));
    const path = `/customers/${made.body.id}`;
    expect((await t.admin.send('PATCH', path, { values: { remark: '二' } })).status).toBe(428);
    const second = await t.admin.send('PATCH', path, { values: { remark: '二' } }, match(1));
    expect(second.body.version).toBe(2);
    const stale = await t.admin.send('PATCH', path, { values: { remark: '三' } }, match(1));
    expect(stale.status).toBe(412);
    expect(stale.body.data.current.values.remark).toBe('二');
    const history = await t.admin.get(`${path}/fields/remark/history`);
    expect(history.body.items.map((item: { from: string; to: string }) => [item.from, item.to])).toEqual([
      ['一', '二'],
      [null, '一'],
    ]);
    const restored = await t.admin.send(
      'POST',
      `${path}/fields/remark/restoration`,
      { eventId: history.body.items[0].eventId },
      match(2),
    );
    expect(restored.body.values.remark).toBe('一');
    const before = await t.admin.get(`${path}/as-of?date=2020-01-01`);
    expect(before.body.existed).toBe(false);
    const today = await t.admin.get(`${path}/as-of?date=2999-01-01`);
    expect(today.body.values.remark).toBe('一');
  });

  it('asks for the source when a verified value changes', async () => {
    const made = await t.admin.send(
      'POST',
      '/customers',
      company({ name: '核实公司', employees: 20 }, { sources: { employees: { source: 'visit' } } }),
    );
    const path = `/customers/${made.body.id}`;
    expect(made.body.provenance.employees).toMatchObject({ source: 'visit', verifiedAt: null });
    const verified = await t.admin.send('POST', `${path}/fields/employees/verification`, {}, match(1));
    expect(verified.body.provenance.employees.verifiedBy).toBe('管理员甲');
    const refused = await t.admin.send('PATCH', path, { values: { employees: 30 } }, match(2));
    expect(refused.body.errors[0]).toMatchObject({ field: 'values.employees', code: 'provenance.sourceRequired' });
    const accepted = await t.admin.send(
      'PATCH',
      path,
      { values: { employees: 30 }, sources: { employees: { source: 'agency' } } },
      match(2),
    );
    expect(accepted.body.provenance.employees).toMatchObject({ source: 'agency', verifiedAt: null });
    const history = (await t.admin.get(`${path}/fields/employees/history`)).body.items;
    expect(history.map(({ to, source }: { to: number; source: string }) => [to, source])).toEqual([
      [30, 'agency'],
      [20, 'visit'],
    ]);
  });

  it('refuses a duplicate unless told, and creates once per idempotency key', async () => {
    const body = company({ name: '重复检查有限公司', phones: '13900001111' });
    const first = await t.admin.send('POST', '/customers', body, { 'idempotency-key': 'k1' });
    const again = await t.admin.send('POST', '/customers', body, { 'idempotency-key': 'k1' });
    expect(again.body.id).toBe(first.body.id);
    const other = await t.admin.send('POST', '/customers', company({ name: '别的公司', phones: '139 0000 1111' }), {
      'idempotency-key': 'k2',
    });
    expect(other.status).toBe(409);
    expect(other.body.data.items[0]).toMatchObject({ id: first.body.id, because: ['phone'] });
    expect((await t.admin.send('POST', '/customers', { ...body, allowDuplicate: true })).status).toBe(201);
  });

  it('is known by its new number, also when numbers are not searched; a remark leaves its keys alone', async () => {
    const path = `/customers/${(await t.admin.send('POST', '/customers', company({ name: '键值照旧有限公司', phones: '13900003333' }))).body.id}`;
    const keys = () =>
      t.asOwner(`select xmin::text, key from identity_key where record_id = '${path.slice(11)}'
        union all select xmin::text, key::text from duplicate_key where record_id = '${path.slice(11)}' order by 2`);
    const before = await keys();
    const remark = await t.admin.send('PATCH', path, { values: { remark: '常来展会，喜欢绿茶' } }, match(1));
    expect(await keys()).toEqual(before);
    const found = await t.admin.get(`/search?q=${encodeURIComponent('喜欢绿茶')}`);
    expect(found.body.items).toHaveLength(1);

    const { fields } = (await t.admin.get('/fields')).body;
    const phones = fields.find(
      (item: { object: string; key: string }) => item.object === 'customer' && item.key === 'phones',
    );
    const hide = await t.admin.send('PATCH', `/fields/${phones.id}`, { searchable: false }, match(phones.version));
    expect([remark.status, hide.status]).toEqual([200, 200]);
    await t.admin.send('PATCH', path, { values: { phones: [{ value: '13900004444' }] } }, match(2));
    const same = await t.admin.send('POST', '/customers', company({ name: '另有其人有限公司', phones: '13900004444' }));
    expect(same.body.data?.items[0]).toMatchObject({ id: path.slice(11), because: ['phone'] });
    const back = { searchable: true };
    expect((await t.admin.send('PATCH', `/fields/${phones.id}`, back, match(phones.version + 1))).status).toBe(200);
  });
});
