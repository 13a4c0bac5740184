import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadActor } from '#modules/people/index.ts';
import { inJobTransaction } from '#platform/jobs/runner.ts';
import { createLog } from '#platform/log.ts';
import { newId } from '#shared/ids.ts';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';
import { createCustomer } from '../change.ts';

let t: TestApp;
let team: string;
let far: string;
let a: Client;
let b: Client;
let c: Client;
let serial = 0;

async function waiting(values: Json = {}): Promise<Json> {
  serial += 1;
  const made = await t.admin.send('POST', '/customers', {
    kind: 'company',
    values: { name: `待分配客户${serial}`, ...values },
    ownerId: null,
    allowDuplicate: true,
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
}
async function rule(body: Json): Promise<Json> {
  serial += 1;
  const made = await t.admin.send('POST', '/assignment-rules', { name: `规则${serial}`, ...body });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
}
const change = async (id: string, body: Json): Promise<Json> => {
  const { items } = (await t.admin.get('/assignment-rules')).body;
  const { version } = items.find((item: Json) => item.id === id);
  return (await t.admin.send('PATCH', `/assignment-rules/${id}`, body, match(version))).body;
};
async function clear(): Promise<void> {
  for (const item of (await t.admin.get('/assignment-rules')).body.items)
    await t.admin.send('DELETE', `/assignment-rules/${item.id}`, undefined, match(item.version));
}
async function setUser(client: Client, body: Json): Promise<void> {
  const users = (await t.admin.get('/users?limit=200')).body.items;
  const user = users.find((item: Json) => item.id === client.userId);
  expect((await t.admin.send('PATCH', `/users/${user.id}`, body, match(user.version))).status).toBe(200);
}
const run = () =>
  t.asOwner(`insert into job (org_id, id, kind) values ($1, gen_random_uuid(), 'customers.assignByRules')`, [t.orgId]);
const ownersOf = async (ids: string[]): Promise<string[]> =>
  (await t.asOwner('select owner_id from customer where id = any($1::uuid[]) order by id', [ids])).map(
    (row: Json) => row.owner_id,
  );
const tally = (owners: string[]) => [a, b, c].map((client) => owners.filter((owner) => owner === client.userId).length);

beforeAll(async () => {
  t = await startTestApp();
  team = (await t.admin.send('POST', '/teams', { name: '销售部', parentId: null })).body.id;
  far = (await t.admin.send('POST', '/teams', { name: '外区', parentId: null })).body.id;
  [a, b, c] = [
    await t.as('sales', { teamId: team }),
    await t.as('sales', { teamId: team }),
    await t.as('sales', { teamId: team }),
  ];
});
afterAll(() => t.close());

describe('rules of assignment', () => {
  it('are set up by who may, with wrong input named', async () => {
    const way = { method: 'roundRobin', teamId: team };
    expect((await a.send('POST', '/assignment-rules', { name: 'x', way })).status).toBe(403);
    expect((await a.get('/assignment-rules')).status).toBe(403);
    const send = (body: Json) => t.admin.send('POST', '/assignment-rules', body);
    expect((await send({ name: 'x', way, condition: { field: 'nonsense', op: 'eq', value: 1 } })).status).toBe(400);
    expect((await send({ name: 'x', way: { method: 'lottery' } })).status).toBe(422);
    const nobody = await send({ name: 'x', way: { method: 'leastLoaded' } });
    expect(nobody.body.errors[0]).toMatchObject({ field: 'way.teamId', code: 'assignment.nobodyNamed' });
    const unknown = await send({ name: 'x', way: { method: 'person', userId: team } });
    expect(unknown.body.errors[0]).toMatchObject({ field: 'way.userIds', code: 'link.unknown' });
    const made = await rule({ name: '唯一', way });
    expect((await send({ name: '唯一', way })).body.errors[0].code).toBe('assignment.nameTaken');
    expect((await t.admin.send('PATCH', `/assignment-rules/${made.id}`, { enabled: false }, match(9))).status).toBe(
      412,
    );
    expect((await t.admin.send('PUT', '/assignment-rules/order', { ids: [team] })).status).toBe(409);
    await clear();
    expect((await waiting()).owner).toBeNull();
  });

  it('give by the first rule that holds and finds somebody, and tell which', async () => {
    const special = await rule({
      condition: { field: 'country', op: 'eq', value: 'DE' },
      way: { method: 'capability', capability: '德语' },
    });
    const rest = await rule({ way: { method: 'person', userId: a.userId } });
    // Nobody speaks German yet: the next rule decides.
    expect((await waiting({ country: 'DE' })).owner.id).toBe(a.userId);
    await setUser(c, { capabilities: ['德语', '外贸'] });
    const made = await waiting({ country: 'DE' });
    expect(made.owner.id).toBe(c.userId);
    const [event] = (await t.admin.get(`/customers/${made.id}/timeline`)).body.items;
    expect(event).toMatchObject({
      kind: 'customer.autoAssigned',
      data: { to: c.userId, rule: special.id, ruleName: special.name, method: 'capability' },
    });
    expect((await c.get(`/customers/${made.id}`)).body.team.id).toBe(team);
    expect((await c.get('/notifications')).body.items[0]).toMatchObject({ type: 'customers.autoAssigned' });
    expect((await waiting({ country: 'US' })).owner.id).toBe(a.userId);
    expect((await t.admin.send('PUT', '/assignment-rules/order', { ids: [rest.id, special.id] })).status).toBe(200);
    expect((await waiting({ country: 'DE' })).owner.id).toBe(a.userId);
    const counts = (await t.admin.get('/assignment-rules')).body.items.map((item: Json) => item.assignedCount);
    expect(counts).toEqual([3, 1]);
    await change(rest.id, { enabled: false });
    expect((await waiting({ country: 'US' })).owner).toBeNull();
    await clear();
  });

  it('leave out who is away, takes no part or whose team takes none', async () => {
    await rule({ way: { method: 'roundRobin', userIds: [a.userId, b.userId, c.userId] } });
    await setUser(b, { autoAssign: false });
    const absence = { from: companyDay(), to: companyDay(3), delegateId: null, reason: '休假' };
    const away = await c.send('POST', '/approval-delegations', absence);
    expect(away.status, JSON.stringify(away.body)).toBe(201);
    const owners = [(await waiting()).owner.id, (await waiting()).owner.id];
    expect(new Set(owners)).toEqual(new Set([a.userId]));
    const page = (await t.admin.get('/assignment-rules')).body;
    const found = page.teams.find((item: Json) => item.id === team);
    const path = `/assignment-rules/teams/${team}`;
    const off = await t.admin.send('PUT', path, { autoAssign: false }, match(found.version));
    expect(off.body.autoAssign).toBe(false);
    expect((await waiting()).owner).toBeNull();
    await t.admin.send('PUT', path, { autoAssign: true }, match(off.body.version));
    await setUser(b, { autoAssign: true });
    await t.asOwner('update approval_delegation set cancelled_at = now()');
    await clear();
  });

  it('respect the cap of the pool the customer belongs to', async () => {
    const pool = await t.admin.send('POST', '/pools', { name: '公海', holdingCap: 2, capExemptsBuyers: false });
    const fresh = [await t.as('sales', { teamId: far }), await t.as('sales', { teamId: far })];
    const made = await rule({ way: { method: 'leastLoaded', teamId: far } });
    const owners: (string | undefined)[] = [];
    for (let n = 0; n < 5; n += 1) owners.push((await waiting()).owner?.id);
    expect(owners.filter((owner) => owner === fresh[0]?.userId)).toHaveLength(2);
    expect(owners.filter((owner) => owner === fresh[1]?.userId)).toHaveLength(2);
    expect(owners[4]).toBeUndefined();
    await change(made.id, { way: { method: 'pool', poolId: pool.body.id } });
    const pooled = await waiting();
    const row = await t.asOwner('select owner_id, pool from customer where id = $1', [pooled.id]);
    expect(row[0]).toEqual({ owner_id: null, pool: pool.body.id });
    await change(made.id, { way: { method: 'team', teamId: far } });
    expect(await waiting()).toMatchObject({ owner: null, team: { id: far } });
    await clear();
    await t.asOwner(`update pool set state = 'retired'`);
    await t.asOwner(`update customer set pool = null where pool is not null`);
  });

  it('come first for what arrives by a form; the reviewer gets what no rule takes', async () => {
    const arrive = async (country: string): Promise<string | null> => {
      serial += 1;
      const actor = await t.app.db.inOrg(t.orgId, (tx) => loadActor(tx, t.orgId, a.userId, 'user', null));
      if (!actor) throw new Error('blocked');
      const values = { name: `表单客户${serial}`, country };
      const card = await inJobTransaction(t.app.db, actor, newId(), createLog('silent'), (context) =>
        createCustomer(context, { kind: 'company', values, sources: {}, allowDuplicate: true, byRules: true }),
      );
      return card.owner?.id ?? null;
    };
    expect(await arrive('DE')).toBe(a.userId);
    await rule({ condition: { field: 'country', op: 'eq', value: 'DE' }, way: { method: 'person', userId: b.userId } });
    expect(await arrive('DE')).toBe(b.userId);
    expect(await arrive('US')).toBe(a.userId);
    await clear();
  });

  it('give a region to the people serving it and set it', async () => {
    const region = (await t.admin.send('POST', '/regions', { name: '华东', parentId: null })).body.id;
    const below = (await t.admin.send('POST', '/regions', { name: '杭州', parentId: region })).body.id;
    await setUser(b, { regionIds: [region] });
    await rule({ way: { method: 'region', regionId: below } });
    const made = await waiting();
    expect(made).toMatchObject({ owner: { id: b.userId }, region: { id: below } });
    await clear();
    // Said where it lies, the region is found by the address, without a condition.
    const lies = async (id: string, areas: string[], who = t.admin) => {
      const { items } = (await t.admin.get('/regions/areas')).body;
      const { version } = items.find((item: Json) => item.id === id);
      return who.send('PUT', `/regions/${id}/areas`, { areas }, match(version));
    };
    const abroad = (await t.admin.send('POST', '/regions', { name: '德语区', parentId: null })).body.id;
    expect((await lies(region, ['division:330000', 'division:310000'])).status).toBe(200);
    expect((await lies(below, ['division:330100'])).body.areas).toEqual(['division:330100']);
    expect((await lies(abroad, ['country:DE', 'country:AT'])).status).toBe(200);
    const twice = await lies(abroad, ['country:DE', 'division:330100']);
    expect(twice.body.errors[0]).toMatchObject({ field: 'areas.1', code: 'region.areaTaken' });
    expect((await lies(abroad, ['country:QQ'])).body.errors[0]).toMatchObject({ field: 'areas.0' });
    expect((await lies(abroad, ['Zhejiang'])).status).toBe(422);
    expect((await lies(abroad, [], a)).status).toBe(403);
    await setUser(c, { regionIds: [abroad] });
    const preview = await t.admin.send('POST', '/assignment-rules/preview', {
      condition: null,
      way: { method: 'region' },
    });
    expect(preview.body).toMatchObject({ matched: 0, nobody: 0 });
    await rule({ way: { method: 'region' } });
    const inHangzhou = await waiting({ addresses: [{ text: '文三路 1 号', region: '330106' }] });
    expect(inHangzhou).toMatchObject({ owner: { id: b.userId }, region: { id: below } });
    expect(await waiting({ region: '330203' })).toMatchObject({ owner: { id: b.userId }, region: { id: region } });
    expect(await waiting({ country: 'AT' })).toMatchObject({ owner: { id: c.userId }, region: { id: abroad } });
    expect((await waiting({ country: 'BR' })).owner).toBeNull();
    expect((await waiting()).owner).toBeNull();
    await clear();
    await rule({ way: { method: 'region', regionId: region } });
    expect((await waiting({ country: 'AT' })).owner).toBeNull();
    expect((await waiting({ region: '310104' })).region.id).toBe(region);
    await t.asOwner(`update customer set owner_id = $1 where owner_id is null`, [a.userId]);
    await clear();
  });
});

describe('many at once', () => {
  it('share fairly in turn when customers are made in parallel', async () => {
    await rule({ way: { method: 'roundRobin', teamId: team } });
    const made = await Promise.all(Array.from({ length: 12 }, () => waiting()));
    expect(tally(made.map((item) => item.owner.id))).toEqual([4, 4, 4]);
    await clear();
  });

  it('are tried dry, then given once by two runs at the same time', async () => {
    const ids: string[] = [];
    await t.asOwner(`update customer set owner_id = $1 where owner_id is null`, [a.userId]);
    for (let n = 0; n < 30; n += 1) ids.push((await waiting()).id);
    const way = { method: 'roundRobin', teamId: team };
    const dry = await t.admin.send('POST', '/assignment-rules/preview', { condition: null, way });
    expect(dry.body).toMatchObject({ matched: 30, more: false, nobody: 0 });
    expect(dry.body.given.map((item: Json) => item.count)).toEqual([10, 10, 10]);
    expect((await t.admin.get('/assignment-rules')).body.waiting).toBe(30);
    await rule({ way });
    const started = await t.admin.send('POST', '/assignment-rules/runs');
    expect(started.status).toBe(202);
    await run();
    await Promise.all([t.drain(), t.drain()]);
    expect(tally(await ownersOf(ids))).toEqual([10, 10, 10]);
    const [events] = await t.asOwner(
      `select count(*)::int as n from event where kind = 'customer.autoAssigned' and customer_id = any($1::uuid[])`,
      [ids],
    );
    expect(events.n).toBe(30);
    await clear();
  });

  it('apply to an import that asks for them, which stays undoable', async () => {
    await rule({ way: { method: 'roundRobin', teamId: team } });
    const lines = Array.from({ length: 150 }, (_, n) => `导入分配${n}公司,1366${String(1000000 + n)}`);
    const draft = await a.upload('/imports', 'a.csv', Buffer.from(`公司名称,电话\n${lines.join('\n')}\n`));
    const ready = await a.send(
      'PATCH',
      `/imports/${draft.body.id}`,
      { owner: { way: 'none' } },
      match(draft.body.version),
    );
    await a.send('POST', `/imports/${draft.body.id}/start`, undefined, match(ready.body.version));
    await t.drain();
    const done = (await a.get(`/imports/${draft.body.id}`)).body;
    expect(done).toMatchObject({ state: 'done', rows: { created: 150 } });
    const owners = await t.asOwner(`select owner_id from customer where name like '导入分配%'`);
    expect(tally(owners.map((row: Json) => row.owner_id))).toEqual([50, 50, 50]);
    const told = (await b.get('/notifications?limit=200')).body.items;
    expect(told.filter((item: Json) => item.type === 'customers.autoAssignedMany')).toHaveLength(2);
    await a.send('POST', `/imports/${draft.body.id}/undoing`, undefined, match(done.version));
    await t.drain();
    const [left] = await t.asOwner(`select count(*)::int as n from customer where name like '导入分配%'`);
    expect(left.n).toBe(0);
  });
});
