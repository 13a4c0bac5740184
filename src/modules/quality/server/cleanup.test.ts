import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, match, startTestApp, type TestApp } from '#test/app.ts';
import type { CleanupQueue } from '../cleanup-contract.ts';

let t: TestApp;
let supervisor: Client;
let member: Client;
let stranger: Client;
beforeAll(async () => {
  t = await startTestApp();
  const team = async (name: string): Promise<string> =>
    (await t.admin.send('POST', '/teams', { name, parentId: null })).body.id;
  const [own, other] = [await team('华东'), await team('华南')];
  supervisor = await t.as('supervisor', { teamId: own });
  member = await t.as('sales', { teamId: own });
  stranger = await t.as('sales', { teamId: other });
});
afterAll(() => t.close());

async function make(values: Record<string, unknown>, more: object = {}) {
  const made = await t.admin.send('POST', '/customers', { kind: 'company', values, allowDuplicate: true, ...more });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body as { id: string; version: number };
}
const card = async (id: string) => (await t.admin.get(`/customers/${id}`)).body;
const queueOf = async (client: Client, key: CleanupQueue) =>
  (await client.get('/cleanup')).body.items.find((item: { key: string }) => item.key === key);
const count = async (key: CleanupQueue, client = t.admin): Promise<number> => (await queueOf(client, key)).count.value;
/** Rows of a queue, asked as its page asks. */
async function rows(client: Client, key: CleanupQueue, fields: string) {
  const filter = encodeURIComponent(JSON.stringify((await queueOf(client, key)).condition));
  const { status, body } = await client.get(`/customers?filter=${filter}&fields=${fields}&limit=100`);
  expect(status).toBe(200);
  return body.items as { id: string; values: Record<string, unknown>; can: { update: boolean; trash: boolean } }[];
}
const confirm = (client: Client, id: string, body: object = {}) =>
  client.send('POST', `/customers/${id}/confirmation`, body);
const withdraw = (client: Client, id: string) => client.send('DELETE', `/customers/${id}/confirmation`);

describe('queues', () => {
  it('hold wrong contact points until mended or confirmed, and say which they are', async () => {
    const before = await count('invalid');
    const made = await make({ name: '错号公司', phones: [{ value: '123' }, { value: '0571-88888888' }] });
    const mended = await make({ name: '改号公司', emails: [{ value: 'not-an-email' }] });
    expect(await count('invalid')).toBe(before + 2);
    const row = (await rows(t.admin, 'invalid', 'name,phones,emails')).find((item) => item.id === made.id);
    expect(row?.values.phones).toEqual([
      expect.objectContaining({ raw: '123', valid: false }),
      expect.objectContaining({ valid: true }),
    ]);
    const fixed = await t.admin.send(
      'PATCH',
      `/customers/${mended.id}`,
      { values: { emails: [{ value: 'li@example.com' }] } },
      match(mended.version),
    );
    expect(fixed.status).toBe(200);
    expect(await count('invalid')).toBe(before + 1);
    expect((await confirm(t.admin, made.id, { nonsense: 1 })).status).toBe(400);
    expect((await confirm(t.admin, made.id, { note: '座机' })).status).toBe(200);
    expect(await count('invalid')).toBe(before);
    expect((await card(made.id)).version).toBe(made.version);
    const { items } = (await t.admin.get(`/customers/${made.id}/timeline`)).body;
    expect(items).toContainEqual(expect.objectContaining({ kind: 'customer.confirmed', reason: '座机' }));
  });

  it('hold outdated values until one verifies them or confirms the card', async () => {
    const made = await make({ name: '旧号公司', phones: '0571-66666666' });
    const other = await make({ name: '旧址公司', phones: '0571-77777777' });
    await t.asOwner(
      `update customer set provenance = (select jsonb_object_agg(key, value || '{"at": "2020-01-01T00:00:00Z"}')
        from jsonb_each(provenance)) where id = any($1)`,
      [[made.id, other.id]],
    );
    await t.admin.send('POST', '/completeness/calculation');
    await t.drain();
    const listed = await rows(t.admin, 'outdated', 'name,staleFields,freshestOn');
    expect(listed.find((item) => item.id === made.id)?.values).toMatchObject({
      staleFields: 1,
      freshestOn: '2020-01-01',
    });
    const { version } = await card(made.id);
    await t.admin.send('POST', `/customers/${made.id}/fields/phones/verification`, {}, match(version));
    await confirm(t.admin, other.id);
    const left = (await rows(t.admin, 'outdated', 'name')).map((item) => item.id);
    expect(left).not.toContain(made.id);
    expect(left).not.toContain(other.id);
  });

  it('hold the long silent, whom the trash takes out and the way back brings again', async () => {
    const made = await make({ name: '沉默公司' });
    await t.asOwner(`update customer set created_at = now() - interval '8 months' where id = $1`, [made.id]);
    expect(await count('silent')).toBe(1);
    const gone = await t.admin.send(
      'POST',
      `/customers/${made.id}/trashing`,
      { reason: '档案清理' },
      match(made.version),
    );
    expect(await count('silent')).toBe(0);
    expect((await confirm(t.admin, made.id)).status).toBe(409);
    const path = `/customers/${made.id}/trashing`;
    expect((await t.admin.send('DELETE', path, undefined, match(made.version))).status).toBe(412);
    expect((await t.admin.send('DELETE', path, undefined, match(gone.body.version))).status).toBe(200);
    expect(await count('silent')).toBe(1);
    const happenedAt = new Date(Date.now() - 1000).toISOString();
    const call = { customerId: made.id, type: 'call', subject: '回访', happenedAt, outcome: 'reached' };
    expect((await t.admin.send('POST', '/activities', call)).status).toBe(201);
    expect(await count('silent')).toBe(0);
  });
});

describe('a confirmation', () => {
  it('is taken back by whoever gave it, once, and not after another gave one since', async () => {
    const made = await make({ name: '撤回公司', phones: [{ value: '12' }] }, { ownerId: member.userId });
    const before = await count('invalid');
    expect((await confirm(member, made.id)).status).toBe(200);
    expect((await withdraw(t.admin, made.id)).body.code).toBe('quality.nothingToWithdraw');
    const back = await withdraw(member, made.id);
    expect([back.status, back.body.confirmedOn, await count('invalid')]).toEqual([200, null, before]);
    expect((await withdraw(member, made.id)).status).toBe(409);
    // Somebody else confirmed since: that word stands.
    await confirm(member, made.id);
    await confirm(supervisor, made.id);
    expect((await withdraw(member, made.id)).status).toBe(409);
    const first = await withdraw(supervisor, made.id);
    expect(first.body.confirmedOn).not.toBeNull();
    expect(await count('invalid')).toBe(before - 1);
  });

  it('is given by two at once without harm', async () => {
    const made = await make({ name: '同时公司', phones: [{ value: '13' }] });
    const both = await Promise.all([confirm(t.admin, made.id), confirm(t.admin, made.id)]);
    expect(both.map((answer) => answer.status)).toEqual([200, 200]);
    expect((await card(made.id)).values.confirmedOn).toBe(both[0]?.body.confirmedOn);
  });
});

describe('scope', () => {
  it('counts, lists and acts within what the caller may see and change', async () => {
    const ours = await make({ name: '华东客户', phones: [{ value: '1' }] }, { ownerId: member.userId });
    const theirs = await make({ name: '华南客户', phones: [{ value: '2' }] }, { ownerId: stranger.userId });
    const ids = async (client: Client) => (await rows(client, 'invalid', 'name')).map((item) => item.id);
    expect(await ids(stranger)).toEqual([theirs.id]);
    expect(await count('invalid', stranger)).toBe(1);
    expect(await ids(supervisor)).toContain(ours.id);
    expect(await ids(supervisor)).not.toContain(theirs.id);
    for (const client of [supervisor, member]) {
      expect((await confirm(client, theirs.id)).status).toBe(404);
      expect((await withdraw(client, theirs.id)).status).toBe(404);
    }
    const trash = (client: Client, { id, version }: { id: string; version: number }) =>
      client.send('POST', `/customers/${id}/trashing`, {}, match(version));
    expect((await trash(member, ours)).status).toBe(403);
    expect((await trash(supervisor, theirs)).status).toBe(404);
    // What the page offers is what the server allows.
    const offered = (await rows(supervisor, 'invalid', 'name')).find((item) => item.id === ours.id)?.can;
    expect(offered).toEqual({ update: true, trash: true });
    expect((await rows(member, 'invalid', 'name')).find((item) => item.id === ours.id)?.can.trash).toBe(false);
    expect((await trash(supervisor, ours)).status).toBe(200);
    const auditor = await t.as('auditor');
    expect((await confirm(auditor, theirs.id)).status).toBeGreaterThanOrEqual(403);
  });
});

describe('bulk fix of a queue', () => {
  it('previews and changes exactly its customers, and its undo keeps what somebody changed since', async () => {
    const names = ['批改甲', '批改乙', '批改丙'];
    const made: { id: string }[] = [];
    for (const name of names)
      made.push(await make({ name, grade: 'C', phones: [{ value: '9' }] }, { ownerId: member.userId }));
    const spared = await make({ name: '批改外', grade: 'C', phones: '0571-55555555' }, { ownerId: member.userId });
    const { condition } = await queueOf(member, 'invalid');
    const change = { query: { filter: condition }, values: { grade: 'D' }, reason: '联系方式有误' };
    const preview = await member.send('POST', '/customers/bulk-changes/preview', change);
    const size = await count('invalid', member);
    expect(preview.body.count).toEqual({ value: size, exact: true });
    const started = await member.send('POST', '/customers/bulk-changes', change);
    await t.drain();
    const grades = async () => Promise.all([...made, spared].map(async ({ id }) => (await card(id)).values.grade));
    expect(await grades()).toEqual(['D', 'D', 'D', 'C']);
    const second = made[1]?.id ?? '';
    const { version } = await card(second);
    expect(
      (await t.admin.send('PATCH', `/customers/${second}`, { values: { grade: 'A' } }, match(version))).status,
    ).toBe(200);
    const foreign = await stranger.send('POST', `/customers/bulk-changes/${started.body.batchId}/undoing`, undefined);
    expect(foreign.status).toBe(404);
    const undo = await member.send('POST', `/customers/bulk-changes/${started.body.batchId}/undoing`, undefined);
    await t.drain();
    const { result } = (await member.get(`/jobs/${undo.body.jobId}`)).body;
    expect(result.kept).toEqual([{ customerId: second, name: '批改乙', fields: ['grade'] }]);
    expect(await grades()).toEqual(['C', 'A', 'C', 'C']);
  });
});

describe('a step with a whole queue', () => {
  const invalidOf = async (client: Client) => (await queueOf(client, 'invalid')).condition;
  const start = async (client: Client, change: object) => {
    const { status, body } = await client.send('POST', '/customers/bulk-changes', change);
    expect(status, JSON.stringify(body)).toBe(202);
    await t.drain();
    return { batchId: body.batchId, result: (await client.get(`/jobs/${body.jobId}`)).body.result };
  };
  const undo = async (client: Client, batchId: string) => {
    const { body } = await client.send('POST', `/customers/bulk-changes/${batchId}/undoing`, undefined);
    await t.drain();
    return (await client.get(`/jobs/${body.jobId}`)).body.result;
  };

  it('confirms all with a preview; its undo keeps what somebody confirmed since', async () => {
    const made = [];
    for (const name of ['整批甲', '整批乙'])
      made.push(await make({ name, phones: [{ value: '7' }] }, { ownerId: stranger.userId }));
    const size = await count('invalid', stranger);
    const change = { query: { filter: await invalidOf(stranger) }, step: 'confirm', reason: '档案清理' };
    const preview = (await stranger.send('POST', '/customers/bulk-changes/preview', change)).body;
    expect(preview.count).toEqual({ value: size, exact: true });
    expect(preview.examples).toContainEqual({ id: made[0]?.id, name: '整批甲', changes: {} });
    const { batchId, result } = await start(stranger, change);
    expect([result.changed, await count('invalid', stranger)]).toEqual([size, 0]);
    const { items } = (await t.admin.get(`/customers/${made[0]?.id}/timeline`)).body;
    expect(items).toContainEqual(expect.objectContaining({ kind: 'customer.confirmed', reason: '档案清理' }));
    await confirm(t.admin, made[0]?.id ?? '');
    const taken = await undo(stranger, batchId);
    expect(taken).toMatchObject({ undone: size - 1, kept: [{ customerId: made[0]?.id }] });
    expect(await count('invalid', stranger)).toBe(size - 1);
  });

  it('moves all to the trash within the permission, and brings them back unless a unique value is taken', async () => {
    const field = { key: 'tax', label: { zh: '税号甲', en: 'Tax' }, type: 'text', unique: true, section: 'basics' };
    const added = await t.admin.send('POST', '/fields', { object: 'customer', ...field });
    expect(added.status, JSON.stringify(added.body)).toBe(201);
    const ids = [];
    for (const code of ['T1', 'T2'])
      ids.push((await make({ name: `回收${code}`, tax: code }, { ownerId: member.userId })).id);
    const change = { query: { ids }, step: 'trash' };
    for (const path of ['', '/preview'])
      expect((await member.send('POST', `/customers/bulk-changes${path}`, change)).status).toBe(403);
    const foreign = { ...change, query: { ids: [ids[0]] } };
    const outsider = await t.as('supervisor');
    expect((await outsider.send('POST', '/customers/bulk-changes/preview', foreign)).body.count.value).toBe(0);
    const { batchId, result } = await start(supervisor, change);
    expect(result.changed).toBe(2);
    expect((await card(ids[0] ?? '')).state).toBe('trashed');
    // Doing it again finds nothing left.
    expect((await start(supervisor, change)).result.changed).toBe(0);
    await make({ name: '占号公司', tax: 'T1' });
    const taken = await undo(supervisor, batchId);
    expect(taken).toMatchObject({ undone: 1, kept: [{ customerId: ids[0] }] });
    expect([(await card(ids[0] ?? '')).state, (await card(ids[1] ?? '')).state]).toEqual(['trashed', 'active']);
  });

  it('is refused when unknown or mixed with other changes', async () => {
    const send = (change: object) => t.admin.send('POST', '/customers/bulk-changes', { query: {}, ...change });
    expect(await send({ step: 'burn' })).toMatchObject({ status: 400, body: { code: 'bulk.unknownStep' } });
    expect(await send({ step: 'trash', values: { grade: 'A' } })).toMatchObject({ body: { code: 'bulk.stepAlone' } });
    expect(await send({})).toMatchObject({ body: { code: 'bulk.nothing' } });
  });
});
