import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

const create = async (client: Client, values: Record<string, unknown>, kind = 'company'): Promise<Json> => {
  const made = await client.send('POST', '/customers', { kind, values, allowDuplicate: true });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
};
const parties = (...cards: Json[]) => cards.map((card) => ({ id: card.id, version: card.version }));
const merge = (client: Client, survivor: Json, others: Json[], more: Record<string, unknown> = {}) =>
  client.send('POST', '/merges', { survivorId: survivor.id, participants: parties(survivor, ...others), ...more });
const card = async (id: string) => (await t.admin.get(`/customers/${id}`)).body;

describe('merge', () => {
  it('keeps what was chosen, unites lists, moves what is attached, leads old numbers on, and is undone exactly', async () => {
    const a = await create(t.admin, {
      name: '合并甲公司',
      phones: '13800138001',
      remark: '甲的备注',
      uscc: '91350100M000100Y43',
    });
    const b = await create(t.admin, { name: '合并乙公司', phones: '13800138002', shortName: '乙', remark: '乙的备注' });
    const contact = await t.admin.send('POST', '/contacts', {
      customerId: b.id,
      values: { name: '王小乙', phones: '13700137000' },
    });
    await t.admin.send('POST', `/customers/${b.id}/notes`, { body: '乙的记录' });
    const child = await create(t.admin, { name: '乙的下级', parentCustomerId: b.id });
    const bought = await t.admin.send('POST', `/customers/${b.id}/purchases`, {
      day: '2026-11-01',
      amountMinor: 12300,
      currency: 'CNY',
    });
    expect(bought.status, JSON.stringify(bought.body)).toBe(201);
    // A relation between the two cannot remain; one to a third moves.
    const types = (await t.admin.get('/relation-types')).body.items;
    const rival = types.find((item: Json) => item.key === 'competitor').id;
    for (const other of [a, child])
      await t.admin.send('POST', '/relations', {
        typeId: rival,
        first: { kind: 'customer', id: b.id },
        second: { kind: 'customer', id: other.id },
      });
    const preview = await t.admin.send('POST', '/merges/preview', { ids: [b.id, a.id] });
    expect(preview.body.survivorId).toBe(a.id);
    expect(preview.body.fields.find((field: Json) => field.key === 'remark')).toMatchObject({
      differs: true,
      proposed: a.id,
    });
    const ofB = preview.body.attached.filter((item: Json) => item.id === b.id);
    expect(ofB).toEqual(
      expect.arrayContaining(
        ['contact', 'customer', 'note', 'purchase', 'relation'].map((relation) => ({ id: b.id, relation, count: 1 })),
      ),
    );
    expect(preview.body.attached.some((item: Json) => item.id === a.id)).toBe(false);
    const made = await merge(t.admin, a, [b], { choices: { remark: b.id } });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const after = await card(a.id);
    expect(after.values).toMatchObject({ name: '合并甲公司', shortName: '乙', remark: '乙的备注' });
    expect(after.values.phones.map((phone: Json) => phone.value)).toEqual(['+8613800138001', '+8613800138002']);
    // The old address and the old number lead to the survivor; the list no longer has the other.
    expect((await card(b.id)).id).toBe(a.id);
    expect(await t.admin.send('POST', '/merges/preview', { ids: [child.id, b.id] })).toMatchObject({
      status: 409,
      body: { code: 'customer.merged', data: { merged: b.id, survivor: { id: a.id } } },
    });
    const found = await t.admin.get(`/search?q=${b.number}`);
    expect(found.body.items.map((item: Json) => item.id)).toContain(a.id);
    expect((await t.admin.get('/customers?q=合并乙公司')).body.items).toEqual([]);
    const people = await t.admin.get(`/contacts?customerId=${a.id}`);
    expect(people.body.items.map((item: Json) => item.values.name)).toEqual(['王小乙']);
    expect((await card(child.id)).values.parentCustomerId).toBe(a.id);
    expect((await t.admin.get(`/customers/${a.id}/purchases`)).body.items).toHaveLength(1);
    expect((await card(a.id)).values.purchaseCount).toBe(1);
    const byPhone = await t.admin.send('POST', '/customers/duplicates', {
      kind: 'company',
      values: { name: 'x', phones: '13700137000' },
    });
    expect(byPhone.body.items[0].id).toBe(a.id);
    const kinds = (await t.admin.get(`/customers/${a.id}/timeline?limit=50`)).body.items.map((item: Json) => item.kind);
    expect(kinds).toEqual(
      expect.arrayContaining(['customer.absorbed', 'customer.merged', 'note.added', 'contact.created']),
    );

    // A value changed since stays and is told; the rest returns.
    await t.admin.send('PATCH', `/customers/${a.id}`, { values: { shortName: '新简称' } }, match(after.version));
    expect((await t.admin.send('POST', `/merges/${made.body.id}/undoing`, undefined, match(9))).status).toBe(412);
    const undone = await t.admin.send('POST', `/merges/${made.body.id}/undoing`, undefined, match(1));
    expect(undone.status, JSON.stringify(undone.body)).toBe(200);
    expect(undone.body.kept).toEqual({ fields: ['shortName'], rows: [], unique: [] });
    expect((await card(a.id)).values).toMatchObject({ remark: '甲的备注', shortName: '新简称' });
    expect((await card(a.id)).values.phones).toHaveLength(1);
    const back = await card(b.id);
    expect(back).toMatchObject({ id: b.id, number: b.number });
    const { updatedAt: _changed, ...returned } = back.values;
    expect(returned).toMatchObject(
      Object.fromEntries(Object.entries(b.values).filter(([key]) => !/^(?:updatedAt|purchase|.*Purchase)/.test(key))),
    );
    expect((await t.admin.get(`/contacts/${contact.body.id}`)).body.customerId).toBe(b.id);
    expect((await card(child.id)).values.parentCustomerId).toBe(b.id);
    expect((await t.admin.get(`/customers/${b.id}/purchases`)).body.items).toHaveLength(1);
    expect([(await card(a.id)).values.purchaseCount ?? 0, (await card(b.id)).values.purchaseCount]).toEqual([0, 1]);
    expect((await t.admin.get(`/search?q=${b.number}`)).body.items.map((item: Json) => item.id)).toEqual([b.id]);
    expect((await t.admin.send('POST', `/merges/${made.body.id}/undoing`, undefined, match(2))).status).toBe(409);
  });

  it('is refused out of scope, without permission, for a stale version, and twice at once only one wins', async () => {
    const a = await create(t.admin, { name: '竞态甲' });
    const b = await create(t.admin, { name: '竞态乙' });
    expect((await merge(await t.as('sales'), a, [b])).status).toBe(403);
    expect((await merge(await t.as('supervisor'), a, [b])).status).toBe(404);
    expect((await merge(t.admin, a, [a])).status).toBe(422);
    expect((await merge(t.admin, a, [b], { survivorId: child404 })).status).toBe(422);
    expect((await merge(t.admin, a, [b], { choices: { number: a.id } })).status).toBe(400);
    const edited = await t.admin.send('PATCH', `/customers/${b.id}`, { values: { remark: '改' } }, match(1));
    const stale = await merge(t.admin, a, [b]);
    expect(stale.status).toBe(412);
    expect(stale.body.field).toBe(b.id);
    const tries = await Promise.all([merge(t.admin, a, [edited.body]), merge(t.admin, edited.body, [a])]);
    expect(tries.filter((answer) => answer.status === 201)).toHaveLength(1);
    expect([409, 412]).toContain(tries.find((answer) => answer.status !== 201)?.status);
  });

  it('of a dealer takes its customers along, and puts nobody beneath its own customer', async () => {
    const [top, kept] = [await create(t.admin, { name: '总经销' }), await create(t.admin, { name: '总经销二' })];
    const middle = await create(t.admin, { name: '中间经销', parentCustomerId: top.id });
    const end = await create(t.admin, { name: '末端经销', parentCustomerId: middle.id });
    const under = await create(t.admin, { name: '末端之下', parentCustomerId: end.id });
    for (const [survivor, other] of [
      [top, end],
      [end, top],
    ]) {
      const circle = await merge(t.admin, survivor, [other]);
      expect(circle.status).toBe(422);
      expect(circle.body.errors).toMatchObject([{ field: 'choices.parentCustomerId', code: 'duplicates.circle' }]);
    }
    const made = await merge(t.admin, top, [end], { choices: { parentCustomerId: top.id } });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const parents = async () =>
      Promise.all([top, middle, under].map(async ({ id }) => (await card(id)).values.parentCustomerId ?? null));
    expect(await parents()).toEqual([null, top.id, top.id]);
    expect((await t.admin.send('POST', `/merges/${made.body.id}/undoing`, undefined, match(1))).status).toBe(200);
    expect(await parents()).toEqual([null, top.id, end.id]);
    expect((await card(end.id)).values.parentCustomerId).toBe(middle.id);
    // Into another dealer: its customers follow, those further down stay where they hang.
    expect((await merge(t.admin, kept, [await card(top.id)])).status).toBe(201);
    expect((await card(middle.id)).values).toMatchObject({ parentCustomerId: kept.id, relationship: 'indirect' });
    expect((await card(end.id)).values.parentCustomerId).toBe(middle.id);
  });

  it('merges many, twice over, and a unique value taken meanwhile is told', async () => {
    const [a, b, c, d] = [
      await create(t.admin, { name: '多合一甲' }),
      await create(t.admin, { name: '多合一乙' }),
      await create(t.admin, { name: '多合一丙' }),
      await create(t.admin, { name: '多合一丁' }),
    ];
    expect((await merge(t.admin, b, [c])).status).toBe(201);
    const second = await merge(t.admin, a, [await card(b.id), d]);
    expect(second.status, JSON.stringify(second.body)).toBe(201);
    for (const old of [b, c, d]) expect((await card(old.id)).id).toBe(a.id);
    expect((await t.admin.get(`/search?q=${c.number}`)).body.items[0].id).toBe(a.id);
    expect((await t.admin.send('POST', `/merges/${second.body.id}/undoing`, undefined, match(1))).status).toBe(200);
    expect((await card(c.id)).id).toBe(b.id);
  });

  it('leaves behind what the survivor already has, and cannot be undone after 30 days', async () => {
    const a = await create(t.admin, { name: '旧合并甲' });
    const b = await create(t.admin, { name: '旧合并乙' });
    const made = await merge(t.admin, a, [b]);
    await t.app.db.inOrg(t.orgId, async (tx) => {
      await tx
        .updateTable('record_merge')
        .set({ made_at: new Date(Date.now() - 31 * 86_400_000) })
        .where('org_id', '=', t.orgId)
        .where('id', '=', made.body.id)
        .execute();
    });
    const late = await t.admin.send('POST', `/merges/${made.body.id}/undoing`, undefined, {
      ...match(1),
      'accept-language': 'en-US',
    });
    expect(late.status).toBe(409);
    expect(late.body.code).toBe('duplicates.undoLate');
    expect(late.body.title).toContain('30');
    expect((await t.admin.get('/merges')).body.items.find((item: Json) => item.id === made.body.id).can.undo).toBe(
      false,
    );
  });
});

describe('people', () => {
  it('are found, merged and separated within their customer', async () => {
    const home = await create(t.admin, { name: '人员公司' });
    const other = await create(t.admin, { name: '另一公司' });
    const add = async (customerId: string, values: Json) =>
      (await t.admin.send('POST', '/contacts', { customerId, values })).body;
    const one = await add(home.id, { name: '张晓明', phones: '13900001111' });
    const two = await add(home.id, { name: 'Zhang Xiaoming', emails: 'zxm@example.com' });
    await add(home.id, { name: '刘大海' });
    // Nothing but a name in common: no more than a namesake.
    await add(other.id, { name: '张晓明' });
    const found = await t.admin.get(`/customers/${home.id}/contact-duplicates`);
    expect(found.body.items.map((item: Json) => [item.a.id, item.b.id])).toEqual([[one.id, two.id]]);
    const send = (...people: Json[]) =>
      t.admin.send('POST', '/contact-merges', { survivorId: one.id, participants: parties(...people) });
    const preview = (client: Client, ...ids: string[]) => client.send('POST', '/contact-merges/preview', { ids });
    const { body: shown } = await preview(t.admin, two.id, one.id);
    expect(shown).toMatchObject({ survivorId: one.id, cards: [{ id: two.id }, { id: one.id }] });
    expect(shown.fields.find((field: Json) => field.key === 'name')).toMatchObject({ differs: true, proposed: one.id });
    expect(shown.fields.find((field: Json) => field.key === 'emails')).toMatchObject({ list: true, proposed: null });
    expect((await preview(t.admin, one.id, one.id)).status).toBe(422);
    expect((await preview(await t.as('supervisor'), one.id, two.id)).status).toBe(404);
    const made = await send(one, two);
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const kept = (await t.admin.get(`/contacts/${one.id}`)).body;
    expect(kept.values.emails[0].value).toBe('zxm@example.com');
    expect((await t.admin.get(`/contacts/${two.id}`)).body.id).toBe(one.id);
    expect((await send(kept, two)).body.code).toBe('contact.merged');
    const undone = await t.admin.send('POST', `/merges/${made.body.id}/undoing`, undefined, match(1));
    expect(undone.status, JSON.stringify(undone.body)).toBe(200);
    expect((await t.admin.get(`/contacts/${two.id}`)).body.values.name).toBe('Zhang Xiaoming');
    expect((await t.admin.get(`/contacts/${one.id}`)).body.values.emails).toBeUndefined();
  });

  it('of two customers become one who works at both, and are separated again', async () => {
    const rep = await t.as('sales');
    const home = await create(t.admin, { name: '甲方公司' });
    const theirs = await create(rep, { name: '乙方公司' });
    const add = async (client: Client, customerId: string, values: Json) =>
      (await client.send('POST', '/contacts', { customerId, values })).body;
    const one = await add(t.admin, home.id, { name: '孟两头', position: '董事', phones: '13900007777' });
    const two = await add(rep, theirs.id, { name: '孟两头', position: '监事', phones: '13900007777', hobbies: '围棋' });
    const below = await add(rep, theirs.id, { name: '下属' });
    const chart = async (client: Client) => (await client.get(`/customers/${theirs.id}/organisation`)).body.people;
    const post = (await chart(rep)).find((item: Json) => item.contactId === below.id);
    const path = `/employments/${post.employmentId}/reporting-line`;
    expect((await rep.send('PUT', path, { reportsTo: two.id }, match(post.version))).status).toBe(200);
    const relation = (await t.admin.get('/relation-types')).body.items.find((item: Json) => item.key === 'referral');
    const end = (kind: string, id: string) => ({ kind, id });
    const referral = { typeId: relation.id, first: end('contact', two.id), second: end('customer', theirs.id) };
    expect((await rep.send('POST', '/relations', referral)).status).toBe(201);

    const found = (await t.admin.get(`/customers/${home.id}/contact-duplicates`)).body.items;
    expect(found).toMatchObject([{ a: { id: one.id }, b: { id: two.id, customerName: '乙方公司' } }]);
    const ids = [one.id, two.id];
    const { body: shown } = await t.admin.send('POST', '/contact-merges/preview', { ids });
    expect(shown.fields.map((field: Json) => field.key)).not.toContain('position');
    const send = (client: Client, choices = {}) =>
      client.send('POST', '/contact-merges', { survivorId: one.id, participants: parties(one, two), choices });
    expect((await send(await t.as('supervisor'))).status).toBe(404);
    expect((await send(t.admin, { position: two.id })).body.code).toBe('field.unknown');
    const made = await send(t.admin);
    expect(made.status, JSON.stringify(made.body)).toBe(201);

    const kept = (await t.admin.get(`/contacts/${one.id}`)).body;
    expect(kept).toMatchObject({ customerId: home.id, values: { position: '董事', hobbies: ['围棋'] } });
    expect(kept.provenance.hobbies?.by).toBe(two.provenance.hobbies?.by);
    const { items: posts } = (await t.admin.get(`/contacts/${one.id}/employments`)).body;
    expect(posts.map((item: Json) => [item.company, item.position, item.home]).sort()).toEqual([
      ['乙方公司', '监事', false],
      ['甲方公司', '董事', true],
    ]);
    // Whoever sees only the other customer sees the person there by name and post, and no more.
    expect((await chart(rep)).find((item: Json) => item.contactId === one.id)).toMatchObject({
      ...{ name: '孟两头', position: '监事', shared: true, canOpen: false },
    });
    expect((await chart(rep)).find((item: Json) => item.contactId === below.id).reportsTo).toBe(one.id);
    expect((await rep.get(`/contacts/${two.id}`)).status).toBe(404);
    const referred = (await t.admin.get(`/relations?kind=contact&id=${one.id}`)).body.items;
    expect(referred[0]).toMatchObject({ second: { id: theirs.id } });

    const undone = await t.admin.send('POST', `/merges/${made.body.id}/undoing`, undefined, match(1));
    expect(undone.body).toMatchObject({ state: 'undone', kept: { fields: [], rows: [], unique: [] } });
    expect((await rep.get(`/contacts/${two.id}`)).body).toMatchObject({ customerId: theirs.id });
    expect((await chart(rep)).find((item: Json) => item.contactId === below.id).reportsTo).toBe(two.id);
    expect((await t.admin.get(`/contacts/${one.id}`)).body.values.hobbies).toBeUndefined();
    expect((await t.admin.get(`/contacts/${one.id}/employments`)).body.items).toHaveLength(1);
  });
});

const child404 = '01890000-0000-7000-8000-000000000000';
