import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';

let t: TestApp;
let team: string;
let rep: Client;
let other: Client;
let boss: Client;
let pool: Json;

const none = { newContactDays: null, followUp: { other: null, grades: {} }, dealDays: null, exemptBuyers: true };
let serial = 0;
const phone = () => {
  serial += 1;
  return `139${77_310_000 + serial}`;
};

async function customer(by: Client, values: Record<string, unknown> = {}): Promise<Json> {
  serial += 1;
  const made = await by.send('POST', '/customers', {
    kind: 'company',
    values: { name: `归属测试${serial}公司`, ...values },
    allowDuplicate: true,
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
}

async function pooled(values: Record<string, unknown> = {}): Promise<Json> {
  const made = await customer(rep, values);
  const released = await rep.send(
    'POST',
    `/customers/${made.id}/release`,
    { reason: '暂不跟进', poolId: pool.id },
    match(made.version),
  );
  expect(released.status, JSON.stringify(released.body)).toBe(200);
  return made;
}

const change = async (values: Json) => {
  const { items } = (await t.admin.get('/pools')).body;
  const now = items.find((item: Json) => item.id === pool.id);
  const answer = await t.admin.send('PATCH', `/pools/${pool.id}`, values, match(now.version));
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
const sweep = async () => {
  await t.asOwner(`insert into job (org_id, id, kind) values ($1, gen_random_uuid(), 'customers.poolSweep')`, [
    t.orgId,
  ]);
  await t.drain();
};
const later = () => new Promise((done) => setTimeout(done, 1000));

beforeAll(async () => {
  t = await startTestApp();
  team = (await t.admin.send('POST', '/teams', { name: '一组', parentId: null })).body.id;
  rep = await t.as('sales', { teamId: team });
  other = await t.as('sales');
  boss = await t.as('supervisor', { teamId: team });
  const made = await t.admin.send('POST', '/pools', { name: '华东公海', nameEn: 'East' });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  pool = made.body;
  await later();
});
afterAll(() => t.close());

describe('public pools', () => {
  it('are set up by who may, with wrong input told', async () => {
    expect((await rep.send('POST', '/pools', { name: '我的' })).status).toBe(403);
    const twice = await t.admin.send('POST', '/pools', { name: '华东公海' });
    expect(twice.status).toBe(422);
    expect(twice.body.errors[0]).toMatchObject({ field: 'name', code: 'pool.nameTaken' });
    const bad = { name: '错误', condition: { field: 'nonsense', op: 'eq', value: 1 } };
    expect((await t.admin.send('POST', '/pools', bad)).status).toBe(400);
    expect((await t.admin.send('POST', '/pools', { name: '错误', rules: { dealDays: -1 } })).status).toBe(422);
    expect((await t.admin.send('POST', '/pools', { name: '错误', teamIds: [rep.userId] })).status).toBe(422);
    expect((await t.admin.send('PATCH', `/pools/${pool.id}`, { name: '甲' }, match(99))).status).toBe(412);
    const finance = await t.as('finance');
    expect((await finance.get('/pools')).body.items).toEqual([]);
  });

  it('give a customer to exactly one of two who claim at once', async () => {
    const made = await pooled();
    const both = await Promise.all(
      [rep, other].map((who) => who.send('POST', `/pools/${pool.id}/claims`, { customerIds: [made.id] })),
    );
    expect(both.map((answer) => answer.status)).toEqual([200, 200]);
    expect(both.map((answer) => answer.body.done).sort()).toEqual([0, 1]);
    const lost = both.find((answer) => answer.body.done === 0);
    expect(lost?.body.items[0]).toMatchObject({ ok: false, code: 'pool.gone' });
    const winner = both[0]?.body.done === 1 ? rep : other;
    const card = await winner.get(`/customers/${made.id}`);
    expect(card.body.owner.id).toBe(winner.userId);
    const timeline = await winner.get(`/customers/${made.id}/timeline`);
    expect(timeline.body.items.map((item: Json) => item.kind).slice(0, 2)).toEqual([
      'customer.claimed',
      'customer.released',
    ]);
  });

  it('limit claims a day and customers held, also when both come at once', async () => {
    const ids = [await pooled(), await pooled(), await pooled()].map((item) => item.id);
    const fresh = await t.as('sales');
    await change({ claimLimit: 2 });
    const answers = await Promise.all(
      ids.map((id) => fresh.send('POST', `/pools/${pool.id}/claims`, { customerIds: [id] })),
    );
    expect(answers.reduce((sum, answer) => sum + answer.body.done, 0)).toBe(2);
    expect(answers.flatMap((answer) => answer.body.items).filter((item) => !item.ok)[0].code).toBe('pool.claimLimit');
    await change({ claimLimit: null, holdingCap: 2 });
    const rest = await fresh.send('POST', `/pools/${pool.id}/claims`, { customerIds: ids });
    expect(rest.body.items.map((item: Json) => item.code).sort()).toEqual([
      'pool.gone',
      'pool.gone',
      'pool.holdingCap',
    ]);
    await change({ holdingCap: null });
  });

  it('keep the former owner out while the cooldown lasts', async () => {
    await change({ cooldownDays: 3 });
    const made = await pooled();
    const again = await rep.send('POST', `/pools/${pool.id}/claims`, { customerIds: [made.id] });
    expect(again.body.items[0].code).toBe('pool.cooldown');
    expect((await other.send('POST', `/pools/${pool.id}/claims`, { customerIds: [made.id] })).body.done).toBe(1);
    await change({ cooldownDays: 0 });
  });

  it('are open to their members only', async () => {
    await change({ teamIds: [team] });
    await later();
    const made = await pooled();
    expect((await rep.get(`/customers/${made.id}`)).status).toBe(200);
    expect((await other.get(`/customers/${made.id}`)).status).toBe(404);
    expect((await other.send('POST', `/pools/${pool.id}/claims`, { customerIds: [made.id] })).status).toBe(404);
    expect(
      (await rep.send('POST', `/pools/${pool.id}/assignments`, { customerIds: [made.id], ownerId: other.userId }))
        .status,
    ).toBe(403);
    const given = await boss.send('POST', `/pools/${pool.id}/assignments`, {
      customerIds: [made.id],
      ownerId: other.userId,
    });
    expect(given.body.done).toBe(1);
    expect((await other.get(`/customers/${made.id}`)).body.owner.id).toBe(other.userId);
    expect((await other.get('/notifications')).body.items[0].type).toBe('customers.assigned');
    await change({ teamIds: [] });
    await later();
  });
});

describe('sharing out', () => {
  it('goes in turn, by load or by region, among people who may take more', async () => {
    const group = (await t.admin.send('POST', '/teams', { name: '分配组', parentId: null })).body.id;
    const region = (await t.admin.send('POST', '/regions', { name: '华东', parentId: null })).body.id;
    const [one, two] = [
      await t.as('sales', { teamId: group }),
      await t.as('sales', { teamId: group, regionIds: [region] }),
    ];
    await customer(one);
    const share = async (count: number, method: string, who = boss) => {
      const ids: string[] = [];
      for (let index = 0; index < count; index += 1) ids.push((await pooled()).id);
      if (method === 'region') await t.asOwner('update customer set region_id = $2 where id = $1', [ids[0], region]);
      const body = { customerIds: ids, teamId: group, method };
      const answer = await who.send('POST', `/pools/${pool.id}/distributions`, body);
      const owners = await t.asOwner('select id, owner_id from customer where id = any($1)', [ids]);
      return { answer, owners: ids.map((id) => owners.find((row) => row.id === id).owner_id) };
    };
    expect((await share(1, 'roundRobin', rep)).answer.status).toBe(403);
    expect((await share(1, 'nonsense')).answer.status).toBe(422);
    expect((await share(4, 'roundRobin')).owners).toEqual([two, one, two, one].map((who) => who.userId));
    // One has three, two has two.
    expect((await share(1, 'leastLoaded')).owners).toEqual([two.userId]);
    const byRegion = await share(2, 'region');
    expect(byRegion.owners).toEqual([two.userId, null]);
    expect(byRegion.answer.body.items[1]).toMatchObject({ ok: false, code: 'pool.noCandidate' });
    expect((await one.get('/notifications')).body.items[0].type).toBe('customers.assigned');
  });
});

describe('contact details in a pool', () => {
  it('are hidden from everybody who may not reveal them, on every way out', async () => {
    const number = phone();
    const made = await pooled({
      phones: number,
      emails: 'secret@hidden.com',
      wechat: 'wx-secret',
      addresses: '上海市密路1号',
    });
    const contact = await t.admin.send('POST', '/contacts', {
      customerId: made.id,
      values: { name: '李秘密', phones: number, emails: 'li@hidden.com' },
      sources: {},
    });
    expect(contact.status, JSON.stringify(contact.body)).toBe(201);
    const marketing = await t.as('marketing');
    const secrets = [number, 'hidden.com', 'wx-secret', '密路'];
    for (const who of [other, marketing]) {
      const filter = (leaf: Json) => encodeURIComponent(JSON.stringify(leaf));
      const ids = encodeURIComponent(JSON.stringify({ field: 'pool', op: 'in', value: [pool.id] }));
      const ways = [
        `/customers/${made.id}`,
        `/customers?filter=${ids}&fields=name,phones,emails,wechat,addresses`,
        `/customers/${made.id}/timeline`,
        `/customers/${made.id}/as-of?date=${companyDay()}`,
        `/contacts?customerId=${made.id}&fields=name,phones,emails`,
        `/contacts/${contact.body.id}`,
        `/customers/${made.id}/sheet`,
        `/customers/${made.id}/people.vcf`,
      ];
      for (const way of ways) {
        const answer = await who.get(way);
        const text = answer.raw.toString();
        for (const secret of secrets) expect(text, `${way} ${answer.status}`).not.toContain(secret);
      }
      expect((await who.get(`/customers/${made.id}`)).status).toBe(200);
      for (const q of [number, number.slice(-6), 'secret@hidden.com', 'wx-secret', '密路1号']) {
        expect((await who.get(`/search?q=${encodeURIComponent(q)}`)).body.items, q).toEqual([]);
        expect((await who.get(`/customers?q=${encodeURIComponent(q)}`)).body.items, q).toEqual([]);
      }
      for (const leaf of [
        { field: 'phones', op: 'contains', value: number },
        { field: 'phones', op: 'notEmpty' },
        { field: 'emails', op: 'contains', value: 'hidden' },
      ]) {
        const found = await who.get(
          `/customers?filter=${filter({ all: [leaf, { field: 'pool', op: 'in', value: [pool.id] }] })}`,
        );
        expect(found.body.items, JSON.stringify(leaf)).toEqual([]);
      }
      expect((await who.get(`/customers/${made.id}/fields/phones/history`)).status).toBe(400);
      const same = await who.send('POST', '/customers/duplicates', {
        kind: 'company',
        values: { name: '别的公司', phones: number },
      });
      expect(same.body).toMatchObject({ items: [], hidden: 1 });
    }
    const named = await other.get(`/search?q=${encodeURIComponent(made.values.name)}`);
    expect(named.body.items.map((item: Json) => item.id)).toContain(made.id);
    expect((await t.admin.get(`/customers/${made.id}`)).body.values.phones[0].value).toBe(`+86${number}`);
    // Claiming shows them.
    await other.send('POST', `/pools/${pool.id}/claims`, { customerIds: [made.id] });
    expect((await other.get(`/customers/${made.id}`)).body.values.phones[0].value).toBe(`+86${number}`);
    expect((await other.get(`/search?q=${number}`)).body.items.length).toBeGreaterThan(0);
  });

  it('are not in an export', async () => {
    const number = phone();
    const made = await pooled({ phones: number });
    const marketing = await t.as('marketing');
    const role = await t.asOwner(`select id, grants from role where key = 'marketing' and org_id = $1`, [t.orgId]);
    await t.asOwner(`update role set grants = $2 where id = $1`, [
      role[0].id,
      { ...role[0].grants, 'customer:export': 'all' },
    ]);
    await later();
    const started = await marketing.send('POST', '/exports', {
      query: { ids: [made.id] },
      fields: ['name', 'phones'],
      sort: 'name',
      format: 'csv',
      purpose: '测试导出',
    });
    expect(started.status, JSON.stringify(started.body)).toBeLessThan(300);
    await t.drain();
    const file = (await marketing.get(`/exports/${started.body.id}/file`)).raw.toString();
    expect(file).toContain(made.values.name);
    expect(file).not.toContain(number.slice(-8));
  });
});

describe('the nightly return', () => {
  beforeEach(() =>
    t.asOwner(`update customer set claimed_at = now(), return_due_on = null where org_id = $1`, [t.orgId]),
  );

  it('counts changed rules from tomorrow on, and warns before', async () => {
    const made = await customer(rep);
    const rules = { ...none, newContactDays: 7 };
    const preview = await t.admin.send('POST', '/pools/preview', { poolId: pool.id, condition: null, rules });
    expect(preview.body.owned).toBeGreaterThan(0);
    expect(preview.body.overdue).toBe(0);
    const saved = await change({ rules });
    expect(saved.rules.newContactDays).toBeNull();
    expect(saved.nextRules.newContactDays).toBe(7);
    await t.asOwner(`update pool set next_rules_from = current_date where id = $1`, [pool.id]);
    await sweep();
    const view = (await rep.get(`/customers/${made.id}/ownership`)).body;
    expect(view).toMatchObject({ daysLeft: 7, rule: 'newContact', homePool: { id: pool.id } });
  });

  it('returns what is past its term once, and reminds once', async () => {
    await t.asOwner(`update pool set rules_since = current_date - 100 where id = $1`, [pool.id]);
    const [late, soon, locked] = [await customer(rep), await customer(rep), await customer(rep)];
    const back = (id: string, days: number) =>
      t.asOwner(`update customer set claimed_at = now() - make_interval(days => $2) where id = $1`, [id, days]);
    await back(late.id, 8);
    await back(soon.id, 6);
    await back(locked.id, 30);
    await t.asOwner(`update customer set locked_until = current_date + 5 where id = $1`, [locked.id]);
    await sweep();
    await sweep();
    expect((await rep.get(`/customers/${late.id}`)).body.owner).toBeNull();
    expect((await rep.get(`/customers/${soon.id}`)).body.owner.id).toBe(rep.userId);
    expect((await rep.get(`/customers/${locked.id}`)).body.owner.id).toBe(rep.userId);
    const timeline = (await t.admin.get(`/customers/${late.id}/timeline`)).body.items;
    const returns = timeline.filter((item: Json) => item.kind === 'customer.returned');
    expect(returns).toHaveLength(1);
    expect(returns[0].data).toMatchObject({ rule: 'newContact', poolName: '华东公海', from: rep.userId });
    const notices = (await rep.get('/notifications?limit=200')).body.items;
    expect(notices.filter((item: Json) => item.type === 'customers.returnSoon')).toHaveLength(1);
    expect(notices.filter((item: Json) => item.type === 'customers.returned')).toHaveLength(1);
    const due = encodeURIComponent(
      JSON.stringify({ field: 'returnDueOn', op: 'withinNext', value: { count: 4, unit: 'day' } }),
    );
    const list = (await rep.get(`/customers?filter=${due}&fields=name,returnDueOn,homePool`)).body.items;
    expect(list.map((item: Json) => item.id)).toEqual([soon.id]);
  });

  it('begins anew with a contact, by grade, and leaves buyers alone', async () => {
    const made = await customer(rep, { grade: 'A' });
    await t.asOwner(`update customer set claimed_at = now() - interval '6 days' where id = $1`, [made.id]);
    const logged = await rep.send('POST', '/activities', {
      customerId: made.id,
      type: 'call',
      subject: '电话沟通',
      happenedAt: new Date().toISOString(),
    });
    expect(logged.status, JSON.stringify(logged.body)).toBe(201);
    expect((await rep.get(`/customers/${made.id}/ownership`)).body.daysLeft).toBeNull();
    await t.asOwner(`update pool set rules = $2 where id = $1`, [
      pool.id,
      { ...none, newContactDays: 7, followUp: { other: 30, grades: { A: 10 } } },
    ]);
    expect((await rep.get(`/customers/${made.id}/ownership`)).body).toMatchObject({ daysLeft: 10, rule: 'followUp' });
    await t.asOwner(`update customer set purchase_count = 1 where id = $1`, [made.id]);
    expect((await rep.get(`/customers/${made.id}/ownership`)).body.daysLeft).toBeNull();
  });
});

describe('collaborators', () => {
  it('read or work on one customer of another, and no more', async () => {
    const made = await customer(rep);
    const put = (who: Client, userId: string, access: string) =>
      who.send('PUT', `/customers/${made.id}/collaborators/${userId}`, { access });
    expect((await put(other, other.userId, 'write')).status).toBe(404);
    expect((await put(rep, rep.userId, 'read')).status).toBe(422);
    expect((await put(rep, other.userId, 'nonsense')).status).toBe(422);
    expect((await put(rep, made.id, 'read')).status).toBe(422);
    expect((await other.get(`/customers/${made.id}`)).status).toBe(404);
    expect((await put(rep, other.userId, 'read')).status).toBe(200);
    await later();
    const note = (who: Client) => who.send('POST', `/customers/${made.id}/notes`, { body: '协作备注' });
    expect((await other.get(`/customers/${made.id}`)).body.can).toMatchObject({ update: false, assign: false });
    expect((await note(other)).status).toBe(404);
    const mine = await other.get(`/customers?q=${encodeURIComponent(made.values.name)}`);
    expect(mine.body.items.map((item: Json) => item.id)).toEqual([made.id]);
    const viewers = (await rep.get(`/customers/${made.id}/viewers`)).body.items;
    expect(viewers.find((item: Json) => item.userId === other.userId).because).toBe('collaborator');
    expect((await put(rep, other.userId, 'write')).status).toBe(200);
    await later();
    expect((await other.get(`/customers/${made.id}`)).body.can).toMatchObject({ update: true, trash: false });
    expect((await note(other)).status).toBe(201);
    expect((await put(other, boss.userId, 'write')).status).toBe(404);
    const listed = (await other.get(`/customers/${made.id}/collaborators`)).body;
    expect(listed).toMatchObject({ items: [{ userId: other.userId, access: 'write' }], can: { update: false } });
    expect((await rep.send('DELETE', `/customers/${made.id}/collaborators/${other.userId}`)).status).toBe(204);
    await later();
    expect((await other.get(`/customers/${made.id}`)).status).toBe(404);
  });
});

describe('a lock', () => {
  it('has its own cap and term', async () => {
    await change({ lockCap: 1, lockDays: 10 });
    const [first, second] = [await customer(rep), await customer(rep)];
    const day = companyDay;
    const lock = (item: Json, until: string, who = rep) =>
      who.send('PUT', `/customers/${item.id}/lock`, { until }, match(item.version));
    await t.asOwner(`update customer set locked_until = null where org_id = $1`, [t.orgId]);
    const long = await lock(first, day(40));
    expect(long.status).toBe(422);
    expect(long.body.errors[0]).toMatchObject({ field: 'until', code: 'pool.lockTerm' });
    expect((await lock(first, day(5), other)).status).toBe(404);
    expect((await lock(first, day(5))).body.lockedUntil).toBe(day(5));
    const over = await lock(second, day(5));
    expect([over.status, over.body.code]).toEqual([409, 'pool.lockCap']);
    expect((await rep.send('DELETE', `/customers/${first.id}/lock`, undefined, match(first.version + 1))).status).toBe(
      200,
    );
    expect((await lock(second, day(5))).status).toBe(200);
  });
});
