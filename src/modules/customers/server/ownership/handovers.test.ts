import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerHandover } from '#modules/customers/index.ts';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';

let t: TestApp;
let giver: Client;
let receiver: Client;
const moves: { fromUserId: string; toUserId: string; customerIds: string[] }[] = [];
const given: { fromUserId: string; toUserId: string; ids: string[] }[] = [];
const today = () => new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(new Date());

beforeAll(async () => {
  registerHandover({
    name: 'testPart',
    preview: async (_context, { customerIds }) => customerIds.length * 2,
    move: async (_context, move) => {
      moves.push(move);
      return move.customerIds.map((customerId) => ({ id: customerId, customerId }));
    },
    giveBack: async (_context, back) => void given.push(back),
    brief: async () => ['寄样品给客户'],
  });
  t = await startTestApp();
  giver = await t.as('sales');
  receiver = await t.as('sales');
});
afterAll(() => t.close());

async function customers(count: number): Promise<string[]> {
  const ids = [];
  for (let index = 0; index < count; index += 1) {
    const made = await giver.send('POST', '/customers', {
      kind: 'company',
      values: { name: `交接${index}${Math.random()}公司` },
    });
    expect(made.status).toBe(201);
    ids.push(made.body.id);
  }
  return ids;
}
const owner = async (id: string) => (await t.admin.get(`/customers/${id}`)).body.owner?.id ?? null;
const start = (body: Json, who = t.admin) =>
  who.send('POST', '/handovers', { fromUserId: giver.userId, toUserId: receiver.userId, ...body });

describe('hand-over', () => {
  it('tells wrong input, and is for who may assign', async () => {
    await customers(1);
    expect((await start({ kind: 'transfer' }, receiver)).status).toBe(403);
    const same = await start({ kind: 'transfer', toUserId: giver.userId });
    expect(same.body.errors[0]).toMatchObject({ field: 'toUserId', code: 'handover.same' });
    const endless = await start({ kind: 'standIn' });
    expect(endless.body.errors[0]).toMatchObject({ field: 'toOn', code: 'handover.lastDay' });
    const past = await start({ kind: 'transfer', fromOn: '2020-01-01' });
    expect(past.body.errors[0]).toMatchObject({ field: 'fromOn', code: 'handover.past' });
    const outsider = await t.as('supervisor');
    expect((await start({ kind: 'transfer' }, outsider)).body.code).toBe('handover.nothing');
  });

  it('moves chosen or all customers with what hangs on them, and briefs the receiver', async () => {
    const [first = '', second = ''] = await customers(2);
    const preview = await t.admin.send('POST', '/handovers/preview', {
      fromUserId: giver.userId,
      customerIds: [first],
    });
    expect(preview.body).toMatchObject({
      customers: 1,
      parts: expect.arrayContaining([{ name: 'testPart', count: 2 }]),
    });
    const made = await start({ kind: 'transfer', customerIds: [first], reason: '离职' });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    await t.drain();
    expect(await owner(first)).toBe(receiver.userId);
    expect(await owner(second)).toBe(giver.userId);
    expect(moves.at(-1)).toEqual({ fromUserId: giver.userId, toUserId: receiver.userId, customerIds: [first] });
    const mine = (await receiver.get('/handovers')).body.items[0];
    expect(mine).toMatchObject({ state: 'moved', customers: 1 });
    const briefs = (await receiver.get(`/handovers/${mine.id}/items`)).body.items;
    expect(briefs).toMatchObject([{ customerId: first, open: ['寄样品给客户'] }]);
    const stranger = await t.as('sales');
    expect((await stranger.get(`/handovers/${mine.id}/items`)).status).toBe(404);
    expect((await stranger.get('/handovers')).body.items).toEqual([]);
    expect((await receiver.get('/notifications')).body.items[0].type).toBe('customers.handedOver');
    await start({ kind: 'transfer' });
    await t.drain();
    expect(await owner(second)).toBe(receiver.userId);
  });

  it('gives a stand-in back by itself, except what moved on meanwhile', async () => {
    const [stays = '', gone = ''] = await customers(2);
    const made = await start({ kind: 'standIn', customerIds: [stays, gone], toOn: today() });
    await t.drain();
    expect(await owner(stays)).toBe(receiver.userId);
    const other = await t.as('sales');
    const card = (await t.admin.get(`/customers/${gone}`)).body;
    await t.admin.send('PUT', `/customers/${gone}/owner`, { ownerId: other.userId }, match(card.version));
    const due = async () => {
      await t.asOwner(`insert into job (org_id, id, kind) values ($1, gen_random_uuid(), 'customers.handoverDue')`, [
        t.orgId,
      ]);
      await t.drain();
    };
    await due();
    expect(await owner(stays)).toBe(receiver.userId);
    await t.asOwner('update handover set to_on = current_date - 2, from_on = current_date - 5 where id = $1', [
      made.body.id,
    ]);
    await due();
    await due();
    expect(await owner(stays)).toBe(giver.userId);
    expect(await owner(gone)).toBe(other.userId);
    expect(given).toEqual([{ fromUserId: receiver.userId, toUserId: giver.userId, ids: [stays] }]);
    const list = (await t.admin.get('/handovers')).body.items;
    const ended = list.find((item: Json) => item.id === made.body.id);
    expect(ended.state).toBe('returned');
    const again = await t.admin.send('POST', `/handovers/${ended.id}/return`, undefined, match(ended.version));
    expect([again.status, again.body.code]).toEqual([409, 'handover.notRunning']);
  });

  it('is called off before its day by who may, and then moves nothing', async () => {
    const [id = ''] = await customers(1);
    const made = (await start({ kind: 'transfer', customerIds: [id], fromOn: companyDay(2) })).body;
    expect(made.can.end).toBe(true);
    const end = (who: Client, version = made.version) =>
      who.send('POST', `/handovers/${made.id}/return`, undefined, match(version));
    expect((await end(receiver)).status).toBe(403);
    expect((await end(await t.as('supervisor'))).status).toBe(404);
    const both = await Promise.all([end(t.admin), end(t.admin)]);
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 412]);
    await t.asOwner('update handover set from_on = current_date - 1 where id = $1', [made.id]);
    for (const kind of ['customers.handoverDue', 'customers.handover'])
      await t.asOwner(`insert into job (org_id, id, kind, payload) values ($1, gen_random_uuid(), $2, $3)`, [
        t.orgId,
        kind,
        { handoverId: made.id },
      ]);
    await t.drain();
    expect(await owner(id)).toBe(giver.userId);
    expect((await t.admin.get('/handovers')).body.items[0]).toMatchObject({ state: 'cancelled', can: { end: false } });
    expect((await end(t.admin, made.version + 1)).body.code).toBe('handover.notRunning');
  });

  it('takes the customers of somebody who has left, who is found only when asked for', async () => {
    const leaver = await t.as('sales');
    const left = await leaver.send('POST', '/customers', { kind: 'company', values: { name: '离职者的客户' } });
    const [user] = await t.asOwner(`update app_user set state = 'blocked' where id = $1 returning name`, [
      leaver.userId,
    ]);
    const found = async (more = '') =>
      (await t.admin.get(`/users/options?q=${encodeURIComponent(user.name)}${more}`)).body.items.map(
        (item: Json) => item.id,
      );
    expect(await found()).not.toContain(leaver.userId);
    expect(await found('&blocked=true')).toContain(leaver.userId);
    // A list narrowed to an owner who has left still says to whom.
    expect((await t.admin.get(`/names?user=${leaver.userId}`)).body.names).toEqual({ [leaver.userId]: user.name });
    expect((await start({ kind: 'transfer', fromUserId: leaver.userId })).status).toBe(201);
    await t.drain();
    expect(await owner(left.body.id)).toBe(receiver.userId);
  });

  it('waits for its day', async () => {
    const [id = ''] = await customers(1);
    const tomorrow = companyDay(2);
    const made = await start({ kind: 'transfer', customerIds: [id], fromOn: tomorrow });
    await t.drain();
    expect(await owner(id)).toBe(giver.userId);
    await t.asOwner('update handover set from_on = current_date - 1 where id = $1', [made.body.id]);
    await t.asOwner(`insert into job (org_id, id, kind) values ($1, gen_random_uuid(), 'customers.handoverDue')`, [
      t.orgId,
    ]);
    await t.drain();
    expect(await owner(id)).toBe(receiver.userId);
  });
});
