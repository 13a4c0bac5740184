import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#shared/ids.ts';
import { type Client, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';
import { seal } from '../../carry-seal.ts';

let t: TestApp;
let sales: Client;
let other: Client;
let supervisor: Client;
beforeAll(async () => {
  t = await startTestApp();
  const team = await t.admin.send('POST', '/teams', { name: '华东组', parentId: null });
  [sales, other, supervisor] = await Promise.all([
    t.as('sales', { teamId: team.body.id }),
    t.as('sales'),
    t.as('supervisor', { teamId: team.body.id }),
  ]);
});
afterAll(() => t.close());

const customerOf = async (client: Client, name: string, values: object = {}) =>
  (await client.send('POST', '/customers', { kind: 'company', values: { name, ...values } })).body.id as string;
async function take(client: Client, customerIds: string[], id = newId()) {
  const answer = await client.send('PUT', `/carries/${id}`, { device: '测试手机', customerIds });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}
const statusOf = async (token: string, wiped = false) => t.admin.send('POST', '/carries/status', { token, wiped });
const send = async (client: Client, carry: { carry: { id: string }; entryKey: string }, entry: object, id = newId()) =>
  client.send('PUT', `/carries/${carry.carry.id}/entries/${id}`, {
    sealed: await seal(carry.entryKey, id, entry),
    deviceNow: new Date().toISOString(),
  });
const visit = (customerId: string, more: object = {}) => ({
  kind: 'activity',
  body: { customerId, type: 'visit', subject: '上门拜访', happenedAt: new Date().toISOString(), ...more },
});
const endDay = (id: string) =>
  t.asOwner("update carry set due_at = now() - interval '1 minute' where id = $1", [id]).then(() => id);
async function sweep() {
  await t.asOwner("insert into job (org_id, id, kind) values ($1, $2, 'work.carryReturn')", [t.orgId, newId()]);
  await t.drain();
}

describe('carried cards', () => {
  it('hold exactly what the rep may see, until the end of the company day, and every taking is logged', async () => {
    const id = await customerOf(sales, '携卡公司', { phones: '13800138000' });
    await sales.send('POST', '/contacts', { customerId: id, values: { name: '李明', phones: '13900139000' } });
    await sales.send('POST', '/activities', visit(id).body);
    await sales.send('POST', '/tasks', { title: '带样册', customerId: id, dueOn: companyDay() });
    const taken = await take(sales, [id]);
    expect(taken.carry).toMatchObject({ day: companyDay(), cards: [{ customerId: id, state: 'out' }] });
    expect(new Date(taken.carry.dueAt).toISOString()).toBe(`${companyDay()}T16:00:00.000Z`);
    expect(Buffer.from(taken.half, 'base64')).toHaveLength(32);
    const [card] = taken.cards;
    const shown = await sales.get(`/customers/${id}`);
    expect(card.customer.values).toEqual(shown.body.values);
    const people = await sales.get(`/contacts?customerId=${id}`);
    const person = await sales.get(`/contacts/${people.body.items[0].id}`);
    expect(card.contacts[0].values).toEqual(person.body.values);
    expect(card).toMatchObject({ activities: [{ subject: '上门拜访' }], tasks: [{ title: '带样册' }] });
    const logged = await t.asOwner(
      "select detail from access_log where customer_id = $1 and action = 'download' and subject_kind = 'customer'",
      [id],
    );
    expect(logged).toMatchObject([{ detail: { carry: taken.carry.id } }]);
    const timeline = await sales.get(`/customers/${id}/timeline`);
    expect(timeline.body.items.map((item: { kind: string }) => item.kind)).toContain('carry.taken');
    // Nothing of the credentials is stored in the clear.
    const [row] = await t.asOwner('select row_to_json(carry)::text as text from carry where id = $1', [taken.carry.id]);
    expect(row.text).not.toContain(taken.half);
    expect(row.text).not.toContain(taken.token);
  });

  it('are taken within what may be seen and within the limit of the role, also by two devices at once', async () => {
    const foreign = await customerOf(other, '别人的公司');
    const mine = await customerOf(other, '自己的公司');
    expect((await sales.send('PUT', `/carries/${newId()}`, { customerIds: [foreign] })).status).toBe(404);
    const roles = await t.admin.get('/roles');
    const role = roles.body.items.find((item: { key: string }) => item.key === 'sales');
    const allow = (carryLimit: number, version: number, who = t.admin) =>
      who.send('PATCH', `/roles/${role.id}`, { carryLimit }, match(version));
    expect((await allow(1, role.version, sales)).status).toBe(403);
    expect((await allow(51, role.version)).body.errors[0].field).toBe('carryLimit');
    const one = await allow(1, role.version);
    expect(one.body).toMatchObject({ carryLimit: 1, exportLimit: role.exportLimit });
    expect((await allow(2, role.version)).status).toBe(412);
    const many = await other.send('PUT', `/carries/${newId()}`, { customerIds: [foreign, mine] });
    expect([many.status, many.body.code, many.body.params]).toEqual([409, 'carry.tooMany', { limit: 1, out: 0 }]);
    const race = await Promise.all(
      [foreign, mine].map((id) => other.send('PUT', `/carries/${newId()}`, { customerIds: [id] })),
    );
    expect(race.map((answer) => answer.status).sort()).toEqual([200, 409]);
    expect((await other.get('/carries/mine')).body).toMatchObject({ limit: 1, items: [{ cards: [{ state: 'out' }] }] });
    expect((await allow(20, one.body.version)).status).toBe(200);
    const wrong = await sales.send('PUT', `/carries/${newId()}`, { customerIds: [] });
    expect([wrong.status, wrong.body.errors[0].field]).toEqual([422, 'customerIds']);
  });

  it('taken again under the same id are no second carry, and an ended one takes no more', async () => {
    const [a, b] = [await customerOf(sales, '重复公司'), await customerOf(sales, '补充公司')];
    const first = await take(sales, [a]);
    const again = await take(sales, [a], first.carry.id);
    expect(again.carry.cards).toHaveLength(1);
    expect((await statusOf(first.token)).status).toBe(410);
    expect((await statusOf(again.token)).body).toMatchObject({ state: 'out', cardIds: [again.cards[0].id] });
    expect((await other.send('PUT', `/carries/${first.carry.id}`, { customerIds: [a] })).status).toBe(404);
    const more = await sales.send('POST', `/carries/${first.carry.id}/cards`, { customerIds: [b] });
    expect(more.body.cards[0].customer.values.name).toBe('补充公司');
    expect((await other.send('POST', `/carries/${first.carry.id}/return`, {})).status).toBe(404);
    const one = await sales.send('POST', `/carries/${first.carry.id}/return`, { cardIds: [again.cards[0].id] });
    expect(one.body).toEqual({ returned: 1 });
    const twice = await Promise.all(
      [1, 2].map(() => sales.send('POST', `/carries/${first.carry.id}/return`, {}).then((answer) => answer.body)),
    );
    expect(twice.map((answer) => answer.returned).sort()).toEqual([0, 1]);
    expect((await sales.send('POST', `/carries/${first.carry.id}/cards`, { customerIds: [b] })).status).toBe(409);
    expect((await statusOf(again.token)).body).toMatchObject({ state: 'ended', cardIds: [] });
  });

  it('come back by themselves when the day is over, once, however often the job runs', async () => {
    const id = await customerOf(sales, '日终公司');
    const taken = await take(sales, [id]);
    await sweep();
    expect((await statusOf(taken.token)).body.state).toBe('out');
    await endDay(taken.carry.id);
    expect((await sales.send('POST', `/carries/${taken.carry.id}/cards`, { customerIds: [id] })).status).toBe(409);
    await sweep();
    await sweep();
    const returned = await t.asOwner(
      "select actor_kind, data from event where kind = 'carry.returned' and customer_id = $1",
      [id],
    );
    expect(returned).toMatchObject([{ actor_kind: 'system', data: { how: 'dayEnd' } }]);
    expect((await statusOf(taken.token)).body).toMatchObject({ state: 'ended', cardIds: [] });
    // The visit of the day is still taken in afterwards.
    expect((await send(sales, taken, visit(id))).body.state).toBe('applied');
  });

  it('of a blocked rep are back at the device’s next contact or within the minute, and the token tells nothing more', async () => {
    const leaving = await t.as('sales');
    const id = await customerOf(leaving, '离职公司');
    const first = await take(leaving, [id]);
    const second = await take(leaving, [id]);
    const users = await t.admin.get('/users?limit=200');
    const user = users.body.items.find((item: { id: string }) => item.id === leaving.userId);
    const blocked = await t.admin.send('POST', `/users/${leaving.userId}/blocking`, undefined, match(user.version));
    expect(blocked.status, JSON.stringify(blocked.body)).toBe(200);
    expect((await statusOf(first.token)).body).toMatchObject({ state: 'ended', cardIds: [] });
    await sweep();
    const hows = await t.asOwner('select returned_how, state from day_card where user_id = $1', [leaving.userId]);
    expect(hows).toEqual([
      { returned_how: 'blocked', state: 'returned' },
      { returned_how: 'blocked', state: 'returned' },
    ]);
    expect((await statusOf(second.token, true)).body.state).toBe('ended');
    expect((await send(leaving, first, visit(id))).status).toBe(401);
    expect((await statusOf(`kdc_${t.orgId.replaceAll('-', '')}_${'A'.repeat(43)}`)).status).toBe(410);
    expect((await statusOf('nonsense')).status).toBe(410);
  });

  it('of a customer given to somebody else leave the device; a wiped device holds none', async () => {
    const [a, b] = [await customerOf(sales, '换人公司'), await customerOf(sales, '留下公司')];
    const taken = await take(sales, [a, b]);
    const card = await t.admin.get(`/customers/${a}`);
    await t.admin.send('PUT', `/customers/${a}/owner`, { ownerId: other.userId }, match(card.body.version));
    const kept = taken.carry.cards.find((item: { customerId: string }) => item.customerId === b);
    expect((await statusOf(taken.token)).body).toMatchObject({ state: 'out', cardIds: [kept.id] });
    expect((await statusOf(taken.token, true)).body).toMatchObject({ state: 'ended', cardIds: [] });
    const hows = await t.asOwner('select returned_how from day_card where carry_id = $1 order by taken_at, id', [
      taken.carry.id,
    ]);
    expect(hows.map((row) => row.returned_how).sort()).toEqual(['access', 'device']);
  });

  it('that came back are listed for the supervisor: whose, when and how', async () => {
    const ids = [
      await customerOf(sales, '自己交回'),
      await customerOf(sales, '主管收回'),
      await customerOf(sales, '日终交回'),
    ];
    const foreign = await take(other, [await customerOf(other, '别组交回')]);
    await other.send('POST', `/carries/${foreign.carry.id}/return`, {});
    const taken = await take(sales, ids);
    const card = (at: number) => ({ cardIds: [taken.cards[at].id] });
    await sales.send('POST', `/carries/${taken.carry.id}/return`, card(0));
    await supervisor.send('POST', `/carries/${taken.carry.id}/recall`, card(1));
    await endDay(taken.carry.id);
    await sweep();
    const list = async (query = '') =>
      (await supervisor.get(`/carries/returned?userId=${sales.userId}&from=${companyDay()}${query}`)).body;
    const mine = (await list('&limit=200')).items.filter(
      (item: { carryId: string }) => item.carryId === taken.carry.id,
    );
    expect(
      Object.fromEntries(mine.map((item: { customerName: string; how: string }) => [item.customerName, item.how])),
    ).toEqual({
      自己交回: 'rep',
      主管收回: 'supervisor',
      日终交回: 'dayEnd',
    });
    const byHand = mine.find((item: { how: string }) => item.how === 'supervisor');
    expect(byHand).toMatchObject({ device: '测试手机', by: expect.any(String), wipedAt: null });
    await statusOf(taken.token, true);
    expect((await list('&how=dayEnd&limit=1')).items[0].wipedAt).not.toBeNull();
    const first = await list('&limit=2');
    const next = await list(`&limit=2&cursor=${first.nextCursor}`);
    const seen = [...first.items, ...next.items].map((item: { id: string }) => item.id);
    expect(new Set(seen).size).toBe(seen.length);
    const all = (await supervisor.get('/carries/returned?limit=200')).body.items;
    expect(all.some((item: { userId: string }) => item.userId === other.userId)).toBe(false);
    expect((await list(`&to=${companyDay(-1)}`)).items).toEqual([]);
    expect((await supervisor.get('/carries/returned?cursor=x')).body.code).toBe('cursor.invalid');
    expect((await sales.get('/carries/returned')).status).toBe(403);
  });

  it('are seen and recalled by the supervisor of the team only', async () => {
    const id = await customerOf(sales, '主管公司');
    const taken = await take(sales, [id]);
    expect((await other.get('/carries')).status).toBe(403);
    const list = await supervisor.get('/carries?state=out&limit=1');
    expect(list.body.items[0]).toMatchObject({ userId: sales.userId, cards: [{ customerName: '主管公司' }] });
    const next = await supervisor.get(`/carries?state=all&limit=1&cursor=${list.body.nextCursor ?? ''}`);
    expect(next.status).toBe(list.body.nextCursor ? 200 : 400);
    expect((await supervisor.get('/carries?cursor=x')).status).toBe(400);
    const foreign = await other.get('/carries/mine');
    const foreignId = foreign.body.items[0].id;
    expect((await supervisor.send('POST', `/carries/${foreignId}/recall`, {})).status).toBe(404);
    expect((await supervisor.send('POST', `/carries/${taken.carry.id}/recall`, {})).body).toEqual({ returned: 1 });
    expect((await statusOf(taken.token)).body.state).toBe('ended');
    const unwiped = await supervisor.get('/carries?state=unwiped');
    expect(unwiped.body.items.map((item: { id: string }) => item.id)).toContain(taken.carry.id);
    await statusOf(taken.token, true);
    const after = await supervisor.get('/carries?state=unwiped');
    expect(after.body.items.map((item: { id: string }) => item.id)).not.toContain(taken.carry.id);
  });
});

describe('entries made without a network', () => {
  it('are applied once, however often and at once they are sent, with the right time and next step', async () => {
    const id = await customerOf(sales, '离线公司');
    const taken = await take(sales, [id]);
    const entryId = newId();
    const entry = visit(id, { outcome: 'interested', nextStep: { title: '寄报价', dueOn: companyDay(1) } });
    const answers = await Promise.all([1, 2, 3].map(() => send(sales, taken, entry, entryId)));
    expect(answers.map((answer) => [answer.status, answer.body.state])).toEqual(Array(3).fill([200, 'applied']));
    const list = await sales.get(`/activities?customerId=${id}`);
    expect(list.body.items).toMatchObject([{ subject: '上门拜访', source: 'carry', nextSteps: [{ title: '寄报价' }] }]);
    // A clock three hours ahead: the visit was when it was.
    const ahead = newId();
    const fast = new Date(Date.now() + 3 * 3_600_000).toISOString();
    const late = await sales.send('PUT', `/carries/${taken.carry.id}/entries/${ahead}`, {
      sealed: await seal(taken.entryKey, ahead, visit(id, { subject: '快钟', happenedAt: fast })),
      deviceNow: fast,
    });
    expect(late.body.state).toBe('applied');
    const [newest] = (await sales.get(`/activities?customerId=${id}&limit=1`)).body.items;
    expect(newest.subject).toBe('快钟');
    expect(Math.abs(Date.parse(newest.happenedAt) - Date.now())).toBeLessThan(60_000);
  });

  it('that cannot be applied are kept with the reason until the rep decides', async () => {
    const [gone, right] = [await customerOf(sales, '转走公司'), await customerOf(sales, '正确公司')];
    const taken = await take(sales, [gone]);
    const card = await t.admin.get(`/customers/${gone}`);
    await t.admin.send('PUT', `/customers/${gone}/owner`, { ownerId: other.userId }, match(card.body.version));
    const sent = await send(sales, taken, visit(gone, { body: '谈了三件事' }));
    expect(sent.body).toMatchObject({ state: 'refused', content: { body: '谈了三件事' }, customerName: null });
    expect(sent.body.problem).toMatch(/[\u4e00-\u9fff]/);
    const english = await sales.get('/carry-entries', { 'accept-language': 'en-US' });
    expect(english.body.items[0].problem).not.toMatch(/[\u4e00-\u9fff]/);
    const path = `/carry-entries/${sent.body.id}`;
    expect((await other.send('POST', `${path}/retry`, {}, match(1))).status).toBe(404);
    expect((await sales.send('POST', `${path}/retry`, {}, match(1))).body).toMatchObject({
      state: 'refused',
      version: 2,
    });
    expect((await sales.send('POST', `${path}/discarding`, undefined, match(1))).status).toBe(412);
    const done = await sales.send('POST', `${path}/retry`, { customerId: right }, match(2));
    expect(done.body).toMatchObject({ state: 'applied', content: null });
    expect((await sales.get(`/activities?customerId=${right}`)).body.items).toMatchObject([{ body: '谈了三件事' }]);
    expect((await sales.send('POST', `${path}/discarding`, undefined, match(3))).status).toBe(409);
  });

  it('damaged, foreign or meaningless are refused by name', async () => {
    const id = await customerOf(sales, '损坏公司');
    const taken = await take(sales, [id]);
    const entryId = newId();
    const path = `/carries/${taken.carry.id}/entries/${entryId}`;
    const deviceNow = new Date().toISOString();
    const other_ = await seal(taken.entryKey, newId(), visit(id));
    for (const sealed of [other_, Buffer.from('short').toString('base64'), '']) {
      const answer = await sales.send('PUT', path, { sealed, deviceNow });
      expect([answer.status, answer.body.field]).toEqual([400, 'sealed']);
    }
    const strange = await send(sales, taken, { kind: 'activity', body: { customerId: id, type: 'dance' } });
    expect(strange.status).toBe(422);
    expect((await other.send('PUT', path, { sealed: other_, deviceNow })).status).toBe(404);
  });
});

/** As a telephone takes it: with the place in it. */
const photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#247' } })
  .withExif({ IFD3: { GPSLatitude: '31/1 14/1 0/1' } })
  .jpeg()
  .toBuffer();
const pixel = photo.toString('base64');
const capture = (more: object = {}) => ({
  id: newId(),
  name: '展台偶遇',
  capturedAt: new Date().toISOString(),
  ...more,
});

describe('quick capture', () => {
  it('is kept once and becomes a customer with a person, in one step or not at all', async () => {
    const input = capture({ number: '13700137000', note: '做阀门', photo: pixel });
    const made = await Promise.all([1, 2].map(() => sales.send('POST', '/captures', input)));
    expect(made.map((answer) => answer.status)).toEqual([201, 201]);
    expect((await sales.get('/captures')).body.items).toHaveLength(1);
    const kept = await sales.get(`/captures/${input.id}/photo`);
    expect([kept.status, kept.headers['content-type']]).toEqual([200, 'image/jpeg']);
    const { width, height, exif } = await sharp(kept.raw).metadata();
    expect([width, height, exif]).toEqual([64, 48, undefined]);
    expect((await other.get(`/captures/${input.id}/photo`)).status).toBe(404);
    const path = `/captures/${input.id}/completion`;
    const body = { name: '速记阀门公司', phone: '13700137000', contactName: '周工', note: '做阀门' };
    const wrong = await sales.send('POST', path, { ...body, name: '' }, match(1));
    expect([wrong.status, wrong.body.errors[0].field]).toEqual([422, 'values.name']);
    const done = await sales.send('POST', path, body, match(1));
    expect(done.status, JSON.stringify(done.body)).toBe(200);
    const { customerId } = done.body;
    expect((await supervisor.get(`/captures/${input.id}/photo`)).status).toBe(200);
    expect((await other.get(`/captures/${input.id}/photo`)).status).toBe(404);
    const people = await sales.get(`/contacts?customerId=${customerId}&fields=name`);
    expect(people.body.items).toMatchObject([{ values: { name: '周工' } }]);
    expect((await sales.send('POST', path, body, match(2))).status).toBe(409);

    const twin = capture();
    await sales.send('POST', '/captures', twin);
    const again = await sales.send('POST', `/captures/${twin.id}/completion`, { ...body, contactName: '' }, match(1));
    expect([again.status, again.body.code]).toEqual([409, 'customer.duplicate']);
    const filed = { customerId, contactName: '钱工' };
    expect((await sales.send('POST', `/captures/${twin.id}/completion`, filed, match(1))).body.state).toBe('completed');
    const timeline = await sales.get(`/customers/${customerId}/timeline`);
    expect(timeline.body.items[0].kind).toBe('capture.completed');
  });

  it('from a carrying device is the same as from the page', async () => {
    const taken = await take(sales, [await customerOf(sales, '途中公司')]);
    const input = capture({ name: '', note: '门头照片', photo: pixel });
    expect((await send(sales, taken, { kind: 'capture', body: input })).body.state).toBe('applied');
    await sales.send('POST', '/captures', input);
    const { items } = (await sales.get('/captures')).body;
    expect(items.filter((item: { note: string }) => item.note === '门头照片')).toHaveLength(1);
    const dropped = await sales.send('POST', `/captures/${input.id}/dropping`, undefined, match(1));
    expect(dropped.body.state).toBe('dropped');
  });

  it('kept on a shared device is not taken for that of whoever is signed in when there is a network again', async () => {
    const mine = (await sales.get('/session')).body.user.id;
    const input = { ...capture({ note: '换人登录' }), userId: mine };
    const taken = await other.send('POST', '/captures', input);
    expect([taken.status, taken.body.code]).toEqual([409, 'capture.otherUser']);
    expect((await sales.send('POST', '/captures', input)).status).toBe(201);
    expect((await other.get(`/captures/${input.id}/photo`)).status).toBe(404);
  });

  it('refuses what is nothing, no picture, or too large', async () => {
    const tell = async (more: object) => {
      const answer = await sales.send('POST', '/captures', capture(more));
      return [answer.status, answer.body.errors?.[0]?.field ?? answer.body.field];
    };
    expect(await tell({ name: ' ' })).toEqual([422, 'name']);
    expect(await tell({ photo: Buffer.from('<svg/>').toString('base64') })).toEqual([422, 'photo']);
    expect(await tell({ photo: photo.subarray(0, 400).toString('base64') })).toEqual([422, 'photo']);
    expect(await tell({ photo: 'A'.repeat(1_400_004) })).toEqual([422, 'photo']);
    expect(await tell({ colour: 1 })).toEqual([400, 'colour']);
    const auditor = await t.as('auditor');
    expect((await auditor.send('POST', '/captures', capture())).status).toBe(403);
  });
});
