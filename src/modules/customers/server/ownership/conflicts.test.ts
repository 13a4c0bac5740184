import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';

let t: TestApp;
let holder: Client;
let claimant: Client;
let colleague: Client;
let boss: Client;
let leader: Client;
let serial = 0;

const values = (): Json => {
  serial += 1;
  const names = ['晨光', '海纳', '鼎盛', '华信', '金石', '远大', '同创', '兴业', '汇丰', '天成', '博雅', '嘉禾'];
  return { name: `${names[serial % 12]}第${serial}仪表有限公司`, phones: `1351${String(7_700_000 + serial * 137)}` };
};
async function owned(by = holder): Promise<Json> {
  const given = values();
  const made = await by.send('POST', '/customers', { kind: 'company', values: given, allowDuplicate: true });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return { ...made.body, given };
}
async function raised(customer: Json, by = claimant): Promise<Json> {
  const body = { kind: 'company', values: customer.given, statement: '三月展会上就是我接待的' };
  const made = await by.send('POST', '/conflicts', body);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
}
const get = async (by: Client, id: string): Promise<Json> => (await by.get(`/conflicts/${id}`)).body;
async function rule(by: Client, id: string, ruling: Json = {}) {
  const { version } = await get(by, id);
  const body = { owner: 'claimant', collaborator: false, lockDays: 0, reason: '先接触', ...ruling };
  return by.send('PUT', `/conflicts/${id}/ruling`, body, match(version ?? 1));
}
async function decide(by: Client, id: string, decision = 'approve', owner = leader) {
  const { approvalId } = await get(owner, id);
  const approval = (await by.get(`/approvals/${approvalId}`)).body;
  return by.send('POST', `/approvals/${approvalId}/decision`, { decision }, match(approval.version ?? 1));
}

beforeAll(async () => {
  t = await startTestApp();
  const team = async (name: string) => (await t.admin.send('POST', '/teams', { name, parentId: null })).body.id;
  const [first, second] = [await team('一组'), await team('二组')];
  holder = await t.as('sales', { teamId: first });
  boss = await t.as('supervisor', { teamId: first });
  colleague = await t.as('sales', { teamId: second });
  claimant = await t.as('sales', { teamId: second });
  leader = await t.as('leader');
});
afterAll(() => t.close());

describe('a conflict', () => {
  it('raised by somebody out of scope tells him no more than that the customer is taken', async () => {
    const customer = await owned();
    const refused = await claimant.send('POST', '/customers', { kind: 'company', values: customer.given });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'customer.duplicate', data: { items: [], hidden: 1 } },
    });
    const typed = { ...customer, given: { ...customer.given, name: '我记的名字' } };
    const made = await raised(typed);
    expect(made).toMatchObject({ name: '我记的名字', customer: null, holder: null, evidence: [], parties: [] });
    await holder.send('POST', `/conflicts/${made.id}/statements`, { body: '合同在我手里' });
    const his = JSON.stringify([
      await get(claimant, made.id),
      (await claimant.get('/conflicts')).body,
      (await claimant.get(`/approvals/${made.approvalId}`)).body,
      (await claimant.get('/notifications')).body,
    ]);
    for (const secret of [customer.values.name, customer.number, customer.id, holder.userId, '合同在我手里'])
      expect(his).not.toContain(secret);
    const seen = await get(holder, made.id);
    expect(seen).toMatchObject({ name: customer.values.name, claimant: { id: claimant.userId } });
    expect(seen.statements).toHaveLength(2);
    expect((await holder.get('/notifications')).body.items[0].type).toBe('conflict.opened');
    expect((await colleague.get(`/conflicts/${made.id}`)).status).toBe(404);
    expect((await colleague.get('/conflicts')).body.items).toEqual([]);
  });

  it('is refused without a customer of somebody else, and twice about the same', async () => {
    const body = { kind: 'company', values: values(), statement: '是我的' };
    expect((await claimant.send('POST', '/conflicts', body)).body.code).toBe('conflict.none');
    const mine = await owned(claimant);
    expect((await claimant.send('POST', '/conflicts', { ...body, values: mine.given })).body.code).toBe(
      'conflict.none',
    );
    expect((await claimant.send('POST', `/customers/${mine.id}/conflicts`, { statement: '是我的' })).body.code).toBe(
      'conflict.none',
    );
    const customer = await owned();
    expect((await claimant.send('POST', `/customers/${customer.id}/conflicts`, { statement: 'x' })).status).toBe(404);
    const two = await Promise.all(
      [claimant, colleague].map((who) => who.send('POST', '/conflicts', { ...body, values: customer.given })),
    );
    expect(two.map((answer) => answer.status).sort()).toEqual([201, 409]);
    expect((await claimant.send('POST', '/conflicts', { ...body, statement: ' ' })).status).toBe(422);
    expect((await (await t.as('finance')).send('POST', '/conflicts', body)).status).toBe(403);
  });

  it('shows the ruler who recorded first and who did what', async () => {
    const customer = await owned();
    await holder.send('POST', '/contacts', { customerId: customer.id, values: { name: '赵采购' } });
    const made = await raised(customer);
    const seen = await get(leader, made.id);
    expect(seen.customer).toMatchObject({ id: customer.id });
    expect(seen.parties).toMatchObject([
      { user: { id: holder.userId }, recordedFirst: true, counts: { customer: 1, contact: 1 } },
      { user: { id: claimant.userId }, recordedFirst: false, counts: {} },
    ]);
    expect(seen.evidence.map((item: Json) => item.kind)).toEqual(['customer.created', 'contact.created']);
    // Neither of the two rules, nor somebody whose reach ends at one side.
    expect((await rule(holder, made.id)).status).toBe(403);
    expect((await decide(boss, made.id)).status).toBe(404);
    expect((await decide(leader, made.id)).body.code).toBe('conflict.noRuling');
  });

  it('ruled for the claimant moves the customer, keeps the other as collaborator and locks it', async () => {
    const customer = await owned();
    await t.admin.send('POST', '/pools', { name: `公海${serial}` });
    const made = await raised(customer);
    expect((await rule(leader, made.id, { reason: '' })).status).toBe(422);
    expect((await rule(leader, made.id, { collaborator: true, lockDays: 30 })).status).toBe(200);
    expect((await get(claimant, made.id)).ruling).toBeNull();
    const done = await decide(leader, made.id);
    expect(done.status, JSON.stringify(done.body)).toBe(200);
    const card = (await claimant.get(`/customers/${customer.id}`)).body;
    expect(card.owner.id).toBe(claimant.userId);
    expect((await claimant.get(`/customers/${customer.id}/ownership`)).body.lockedUntil).not.toBeNull();
    const shared = (await claimant.get(`/customers/${customer.id}/collaborators`)).body.items;
    expect(shared).toMatchObject([{ userId: holder.userId, access: 'write' }]);
    const kinds = (await claimant.get(`/customers/${customer.id}/timeline`)).body.items.map((item: Json) => item.kind);
    expect(kinds).toEqual(expect.arrayContaining(['conflict.opened', 'conflict.ruled', 'customer.assigned']));
    for (const party of [claimant, holder]) {
      const told = (await party.get('/notifications')).body.items;
      expect(told.some((item: Json) => item.type === 'conflict.ruled')).toBe(true);
      expect(await get(party, made.id)).toMatchObject({ state: 'ruled', ruling: { reason: '先接触' } });
    }
    expect((await rule(leader, made.id)).status).toBe(409);
  });

  it('ruled for the holder, refused or withdrawn leaves the owner', async () => {
    const ruled = await owned();
    const one = await raised(ruled);
    await rule(leader, one.id, { owner: 'holder', collaborator: true });
    expect((await decide(leader, one.id)).status).toBe(200);
    const now = (await holder.get(`/customers/${ruled.id}`)).body;
    expect(now.owner.id).toBe(holder.userId);
    const shared = (await holder.get(`/customers/${ruled.id}/collaborators`)).body.items;
    expect(shared[0].userId).toBe(claimant.userId);
    const two = await raised(await owned());
    expect((await decide(leader, two.id, 'refuse')).status).toBe(200);
    expect((await get(holder, two.id)).state).toBe('dismissed');
    const third = await owned();
    const three = await raised(third);
    expect((await decide(claimant, three.id, 'withdraw')).status).toBe(200);
    expect((await get(claimant, three.id)).state).toBe('withdrawn');
    // Afterwards it may be raised again.
    expect((await raised(third)).state).toBe('open');
  });

  it('is applied once when two rule at the same time, and not when the owner is another by then', async () => {
    const customer = await owned();
    const made = await raised(customer);
    await rule(leader, made.id);
    const second = await t.as('leader');
    const both = await Promise.all([decide(leader, made.id), decide(second, made.id)]);
    expect(both.filter((answer) => answer.status === 200)).toHaveLength(1);
    const [moves] = await t.asOwner(
      `select count(*)::int as n from event where customer_id = $1 and kind = 'customer.assigned'`,
      [customer.id],
    );
    expect(moves.n).toBe(1);
    const other = await owned();
    const late = await raised(other);
    await rule(leader, late.id);
    await t.admin.send('PUT', `/customers/${other.id}/owner`, { ownerId: boss.userId }, match(other.version));
    expect((await decide(leader, late.id)).body.code).toBe('conflict.ownerChanged');
    await rule(leader, late.id);
    expect((await decide(leader, late.id)).status).toBe(200);
  });

  it('follows its customer into a merge', async () => {
    const gone = await owned();
    const kept = await owned();
    const made = await raised(gone);
    await rule(leader, made.id);
    const versions: Json = {};
    for (const { id } of [kept, gone]) versions[id] = (await t.admin.get(`/customers/${id}`)).body.version;
    const merged = await t.admin.send('POST', '/merges', {
      survivorId: kept.id,
      participants: [kept, gone].map(({ id }) => ({ id, version: versions[id] })),
    });
    expect(merged.status, JSON.stringify(merged.body)).toBe(201);
    expect((await decide(leader, made.id)).status).toBe(200);
    expect((await claimant.get(`/customers/${kept.id}`)).body.owner.id).toBe(claimant.userId);
  });

  it('takes files as evidence, seen by those who may see the other side', async () => {
    const customer = await owned();
    const made = await raised(customer);
    const path = `/conflicts/${made.id}/files`;
    const sent = await claimant.upload(path, '名片.png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
    expect(sent.status, JSON.stringify(sent.body)).toBe(201);
    const [file] = sent.body.files;
    expect((await holder.get(`${path}/${file.fileId}`)).status).toBe(200);
    expect((await colleague.get(`${path}/${file.fileId}`)).status).toBe(404);
    const program = await claimant.upload(path, 'x.png', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(5000)]));
    expect(program.body.code).toBe('conflict.fileProgram');
    const theirs = await holder.upload(path, '合同.txt', Buffer.from('合同'));
    const hidden = theirs.body.files.find((item: Json) => item.name === '合同.txt');
    expect((await claimant.get(`${path}/${hidden.fileId}`)).status).toBe(404);
    expect((await leader.upload(path, 'a.txt', Buffer.from('a'))).status).toBe(403);
  });
});
