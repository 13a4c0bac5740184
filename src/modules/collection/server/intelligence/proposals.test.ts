import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitTurn } from '#platform/db/turn.ts';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { intelligenceNote } from '#test/intelligence.ts';

let t: TestApp;
let sales: Client;
let supervisor: Client;
let customerId: string;
beforeAll(async () => {
  t = await startTestApp();
  const team = await t.admin.send('POST', '/teams', { name: '华东组', parentId: null });
  sales = await t.as('sales', { teamId: team.body.id });
  supervisor = await t.as('supervisor', { teamId: team.body.id });
  const made = await sales.send('POST', '/customers', { kind: 'company', values: { name: '宁波海图仪器有限公司' } });
  customerId = made.body.id;
});
afterAll(() => t.close());

const note = (more: object = {}) => intelligenceNote(customerId, more);
const record = (client: Client, more: object = {}) => client.send('POST', '/intelligence', note(more));

describe('a value from intelligence', () => {
  it('is written at once by who may change the customer, with its source', async () => {
    const made = await record(sales);
    const used = await sales.send('POST', `/intelligence/${made.body.id}/proposals`, {
      field: 'nameEn',
      value: 'Haitu Instruments',
    });
    expect(used.status).toBe(201);
    expect(used.body.proposals).toMatchObject([{ field: 'nameEn', state: 'applied' }]);
    const phones = await sales.send('POST', `/intelligence/${made.body.id}/proposals`, {
      field: 'phones',
      value: [{ value: '0574-87654321' }],
    });
    expect(phones.body.proposals).toHaveLength(2);
    const card = await sales.get(`/customers/${customerId}`);
    expect(card.body.values).toMatchObject({ nameEn: 'Haitu Instruments', phones: [{ value: '+8657487654321' }] });
    // Who may read a number is not therefore cleared for a confidential item.
    expect(card.body.provenance.phones.source).toBe('intelligence');
    expect(card.body.provenance.phones.note).toBeUndefined();
    const open = await record(sales, { item: '展会上公布了新电话', sensitivity: 'open' });
    await sales.send('POST', `/intelligence/${open.body.id}/proposals`, {
      field: 'phones',
      value: [{ value: '0574-87654322' }],
    });
    const after = (await sales.get(`/customers/${customerId}`)).body;
    expect(after.provenance.phones).toMatchObject({ source: 'intelligence', note: '展会上公布了新电话' });
  });

  it('waits for a yes when the caller may only look', async () => {
    const leader = await t.as('leader');
    const made = await record(leader, { item: '员工约三百人' });
    expect(made.body.can.propose).toBe('approval');
    const asked = await leader.send('POST', `/intelligence/${made.body.id}/proposals`, {
      field: 'shortName',
      value: '海图',
    });
    expect(asked.body.proposals).toMatchObject([{ state: 'waiting' }]);
    expect((await sales.get(`/customers/${customerId}`)).body.values.shortName).toBeUndefined();
    // The decider reads values as people write them.
    await leader.send('POST', `/intelligence/${made.body.id}/proposals`, {
      field: 'websites',
      value: ['haitu.example', 'haitu'],
    });
    await leader.send('POST', `/intelligence/${made.body.id}/proposals`, { field: 'country', value: 'DE' });
    const open = await supervisor.get('/approvals?box=decide');
    const about = (field: string) =>
      open.body.items.find(
        (item: Json) => item.subjectKind === 'intelligenceValue' && item.snapshot.fields[0] === field,
      );
    const sites = about('websites').snapshot;
    expect(sites).toMatchObject({ value: expect.stringContaining('https://haitu.example'), before: '' });
    // What fails its check is kept as written: the decider is told which it is.
    expect(sites.wrong).toBe('haitu');
    expect(about('country').snapshot).toMatchObject({ value: '德国' });
    expect(about('country').snapshot).not.toHaveProperty('wrong');
    const approval = about('shortName');
    const yes = await supervisor.send(
      'POST',
      `/approvals/${approval.id}/decision`,
      { decision: 'approve' },
      match(approval.version),
    );
    expect(yes.status).toBe(200);
    const card = await sales.get(`/customers/${customerId}`);
    expect(card.body.values.shortName).toBe('海图');
    const after = await leader.get(`/intelligence/${made.body.id}`);
    expect(after.body.proposals.map((item: Json) => [item.field, item.state]).sort()).toEqual([
      ['country', 'waiting'],
      ['shortName', 'applied'],
      ['websites', 'waiting'],
    ]);
  });

  it('replaces what was changed since only when who decides has seen it, once however many decide', async () => {
    const leader = await t.as('leader');
    const made = await record(leader, { item: '换了主营产品' });
    const asked = await leader.send('POST', `/intelligence/${made.body.id}/proposals`, {
      field: 'mainProducts',
      value: '流量计',
    });
    expect(asked.body.proposals).toMatchObject([{ state: 'waiting' }]);
    const { version } = (await sales.get(`/customers/${customerId}`)).body;
    await sales.send('PATCH', `/customers/${customerId}`, { values: { mainProducts: '压力表' } }, match(version));
    const open = (await supervisor.get('/approvals?box=decide')).body.items;
    const { id } = open.find((item: Json) => item.snapshot.fields?.[0] === 'mainProducts');
    const seen = (await supervisor.get(`/approvals/${id}`)).body;
    expect(seen.changedSince).toEqual([{ key: 'before', from: '', to: '压力表' }]);
    const yes = (more: object) =>
      supervisor.send('POST', `/approvals/${id}/decision`, { decision: 'approve', ...more }, match(seen.version));
    expect((await yes({})).body.code).toBe('approval.subjectChanged');
    expect((await sales.get(`/customers/${customerId}`)).body.values.mainProducts).toBe('压力表');
    const twice = await Promise.all([yes({ acceptChanges: true }), yes({ acceptChanges: true })]);
    expect(twice.map((one) => one.status).sort()).toEqual([200, 412]);
    expect((await sales.get(`/customers/${customerId}`)).body.values.mainProducts).toBe('流量计');
  });

  it('is shown with the item to nobody who may not read its field', async () => {
    const field = {
      key: 'floor',
      label: { zh: '底价', en: 'Floor price' },
      type: 'text',
      section: 'basics',
      sensitivity: 'secret',
    };
    const made = await t.admin.send('POST', '/fields', { object: 'customer', ...field });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const { key } = made.body;
    const item = await record(t.admin, { item: '听说了底价', sensitivity: 'open' });
    const used = await t.admin.send('POST', `/intelligence/${item.body.id}/proposals`, { field: key, value: '八折' });
    expect(used.body.proposals, JSON.stringify(used.body)).toMatchObject([{ field: key, value: '八折' }]);
    const shown = (await sales.get(`/intelligence/${item.body.id}`)).body;
    expect(shown.item).toBe('听说了底价');
    expect(shown.proposals).toEqual([]);
    expect(
      (await sales.send('POST', `/intelligence/${item.body.id}/proposals`, { field: key, value: 'x' })).body.code,
    ).toBe('field.unknown');
  });

  it('goes into a field of a person there, under the same rules', async () => {
    const made = await sales.send('POST', '/contacts', { customerId, values: { name: '孙总监' } });
    const stranger = await t.admin.send('POST', '/customers', { kind: 'company', values: { name: '别处的公司' } });
    const elsewhere = await t.admin.send('POST', '/contacts', {
      customerId: stranger.body.id,
      values: { name: '外人' },
    });
    const note = await record(sales, { item: '孙总监爱打羽毛球' });
    const use = (body: object, by = sales) => by.send('POST', `/intelligence/${note.body.id}/proposals`, body);
    const contactId = made.body.id;
    const used = await use({ field: 'sports', value: '羽毛球', contactId });
    expect(used.status, JSON.stringify(used.body)).toBe(201);
    expect(used.body.proposals).toMatchObject([{ contact: { name: '孙总监' }, field: 'sports', state: 'applied' }]);
    const person = await sales.get(`/contacts/${contactId}`);
    expect(person.body.values.sports).toEqual(['羽毛球']);
    expect((await use({ field: 'uscc', value: 'x', contactId })).body.code).toBe('field.unknown');
    expect((await use({ field: 'sports', value: 'x', contactId: elsewhere.body.id })).status).toBe(404);
    const leader = await t.as('leader');
    const asked = await use({ field: 'position', value: '采购总监', contactId }, leader);
    expect(asked.body.proposals.at(-1)).toMatchObject({ contact: { id: contactId }, state: 'waiting' });
    const open = await supervisor.get('/approvals?box=decide');
    const approval = open.body.items.find((item: { title: string }) => item.title.includes('孙总监'));
    const path = `/approvals/${approval.id}/decision`;
    expect((await supervisor.send('POST', path, { decision: 'approve' }, match(approval.version))).status).toBe(200);
    expect((await sales.get(`/contacts/${contactId}`)).body.values.position).toBe('采购总监');
  });

  it('obeys the rules of the field', async () => {
    const made = await record(sales);
    const use = (body: object, id = made.body.id) => sales.send('POST', `/intelligence/${id}/proposals`, body);
    expect((await use({ field: 'nonsense', value: 1 })).body).toMatchObject({ code: 'field.unknown', field: 'field' });
    expect((await use({ field: 'number', value: 'C-1' })).body.code).toBe('field.readOnly');
    expect((await use({ field: 'uscc', value: '123' })).body.errors).toMatchObject([{ field: 'value' }]);
    expect((await use({ field: 'nameEn', value: null })).body.errors).toMatchObject([
      { field: 'value', code: 'input.required' },
    ]);
    const market = await record(sales, { subject: 'market', customerId: null, subjectName: '华东仪器' });
    expect((await use({ field: 'nameEn', value: 'x' }, market.body.id)).body.code).toBe('intelligence.noCustomer');
  });

  it('locks nobody out of its request while it waits for another change of chains', async () => {
    const parent = await sales.send('POST', '/customers', { kind: 'company', values: { name: '北仑控股' } });
    const leader = await t.as('leader');
    const item = await record(leader, { item: '属北仑控股' });
    const asked = await leader.send('POST', `/intelligence/${item.body.id}/proposals`, {
      field: 'parentCustomerId',
      value: parent.body.id,
    });
    expect(asked.status, JSON.stringify(asked.body)).toBe(201);
    const open = (await supervisor.get('/approvals?box=decide')).body.items;
    const { id, version } = open.find((one: Json) => one.snapshot.fields?.[0] === 'parentCustomerId');
    const decision = await t.app.db.inOrg(t.orgId, async (tx) => {
      await waitTurn(tx, `chains ${t.orgId}`);
      const deciding = supervisor.send('POST', `/approvals/${id}/decision`, { decision: 'approve' }, match(version));
      const waiting = () => t.asOwner(`select 1 from pg_locks where locktype = 'advisory' and not granted`);
      await expect.poll(async () => (await waiting()).length).toBe(1);
      // What a merge does that holds the turn: it writes the requests of the customer.
      const free = await t.asOwner('select id from approval where id = $1 for update skip locked', [id]);
      expect(free).toHaveLength(1);
      // Not awaited here: it goes on when this transaction ends.
      return { deciding };
    });
    expect((await decision.deciding).status).toBe(200);
    expect((await sales.get(`/customers/${customerId}`)).body.values.parentCustomerId).toBe(parent.body.id);
  });
});
