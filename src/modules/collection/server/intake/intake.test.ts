import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';

let t: TestApp;
let rep: Client;
let other: Client;
let boss: Client;
let archivist: Client;
let serial = 0;

const valuesOf = (more: Json = {}): Json => {
  serial += 1;
  const names = ['晨光', '海纳', '鼎盛', '华信', '金石', '远大', '同创', '兴业', '汇丰', '天成', '博雅', '嘉禾'];
  return {
    name: `${names[serial % 12]}${names[Math.floor(serial / 12) % 12]}机电有限公司`,
    phones: `1387720${1000 + serial}`,
    mainProducts: '轴承',
    ...more,
  };
};
const body = (more: Json = {}): Json => ({ kind: 'company', values: valuesOf(), source: 'visit', ...more });

async function draft(by: Client, more: Json = {}): Promise<Json> {
  const made = await by.send('POST', '/intakes', body(more));
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
}
async function submitted(by: Client, more: Json = {}): Promise<Json> {
  const made = await draft(by, more);
  const answer = await by.send('POST', `/intakes/${made.id}/submission`, {}, match(made.version));
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}
async function decide(by: Client, intake: Json, decision: string, more: Json = {}) {
  const approval = (await by.get(`/approvals/${intake.approvalId}`)).body;
  const path = decision === 'return' ? 'return' : 'decision';
  const sent = decision === 'return' ? { comment: '请补充电话' } : { decision };
  return by.send('POST', `/approvals/${intake.approvalId}/${path}`, { ...sent, ...more }, match(approval.version ?? 1));
}
const get = async (by: Client, id: string): Promise<Json> => (await by.get(`/intakes/${id}`)).body;

beforeAll(async () => {
  t = await startTestApp();
  const team = (await t.admin.send('POST', '/teams', { name: '一组', parentId: null })).body.id;
  const second = (await t.admin.send('POST', '/teams', { name: '二组', parentId: null })).body.id;
  rep = await t.as('sales', { teamId: team });
  other = await t.as('sales', { teamId: second });
  boss = await t.as('supervisor', { teamId: team });
  archivist = await t.as('archivist');
});
afterAll(() => t.close());

describe('an intake', () => {
  it('is reviewed by the manager, verified and numbered by the archivist, and told to the collector', async () => {
    const contacts = [{ values: { name: '王采购', position: '采购经理' } }];
    const intake = await submitted(rep, { contacts });
    expect(intake).toMatchObject({ state: 'submitted', daysLate: 0 });
    expect(intake.waitingFor).toMatchObject({ step: '主管审核', people: ['supervisor用户'] });
    // Asked for in Chinese, the step is named to each reader in the own language.
    const inEnglish = { 'accept-language': 'en-US' };
    const english = (await boss.get(`/intakes/${intake.id}`, inEnglish)).body;
    expect(english.waitingFor.step).toBe('Manager review');
    expect((await boss.get(`/approvals/${english.approvalId}`, inEnglish)).body.steps[1].name).toBe(
      'Verify and number',
    );
    // The archivist's turn comes after the manager's.
    expect((await decide(archivist, intake, 'approve')).status).toBe(403);
    expect((await decide(boss, intake, 'approve')).status).toBe(200);
    expect((await get(boss, intake.id)).waitingFor.step).toBe('档案员核实编号');
    const seen = await get(archivist, intake.id);
    const wrong = await archivist.send(
      'PUT',
      `/intakes/${intake.id}/verification`,
      { fields: ['nonsense'] },
      match(seen.version),
    );
    expect(wrong.body.errors[0]).toMatchObject({ field: 'fields.0', code: 'intake.notTracked' });
    const marked = await archivist.send(
      'PUT',
      `/intakes/${intake.id}/verification`,
      { fields: ['phones'] },
      match(seen.version),
    );
    expect(marked.status, JSON.stringify(marked.body)).toBe(200);
    const done = await decide(archivist, intake, 'approve');
    expect(done.status, JSON.stringify(done.body)).toBe(200);
    const after = await get(rep, intake.id);
    expect(after).toMatchObject({ state: 'approved', customerId: expect.any(String), number: expect.any(String) });
    const card = (await rep.get(`/customers/${after.customerId}`)).body;
    expect(card).toMatchObject({ number: after.number, owner: { id: rep.userId } });
    expect(card.provenance.phones).toMatchObject({ source: 'visit', by: 'sales用户', verifiedBy: 'archivist用户' });
    expect(card.values.authorName).toBe('sales用户');
    const people = (await rep.get(`/contacts?customerId=${after.customerId}`)).body.items;
    expect(people[0].values.name).toBe('王采购');
    const notices = (await rep.get('/notifications')).body.items;
    expect(notices.find((item: Json) => item.type === 'intake.numbered').params.number).toBe(after.number);
    // Of a customer erased since, the number stays and leads nowhere.
    await t.asOwner(`update customer set state = 'erased' where id = $1`, [after.customerId]);
    expect(await get(rep, intake.id)).toMatchObject({ number: after.number, customerId: null });
  });

  it('is kept as a draft however wrong, and every wrong input is named when it is handed in', async () => {
    const made = await draft(rep, {
      values: { uscc: '123', phones: '1387720' },
      contacts: [{ values: { position: '经理' } }],
    });
    expect((await get(rep, made.id)).values.uscc).toBe('123');
    const answer = await rep.send('POST', `/intakes/${made.id}/submission`, {}, match(made.version));
    expect(answer.status).toBe(422);
    const fields = answer.body.errors.map((item: Json) => item.field);
    expect(fields).toEqual(expect.arrayContaining(['values.name', 'values.uscc', 'contacts.0.values.name']));
    expect(answer.body.errors.every((item: Json) => item.message)).toBe(true);
    expect((await get(rep, made.id)).state).toBe('draft');
    const future = await rep.send('PATCH', `/intakes/${made.id}`, { collectedOn: companyDay(2) }, match(made.version));
    expect(future.body.errors[0]).toMatchObject({ field: 'collectedOn', code: 'intake.future' });
    expect((await rep.send('PATCH', `/intakes/${made.id}`, { note: 'x' }, match(99))).status).toBe(412);
    expect((await rep.send('DELETE', `/intakes/${made.id}`, undefined, match(made.version))).status).toBe(204);
    expect((await rep.get(`/intakes/${made.id}`)).status).toBe(404);
  });

  it('comes back with a reason, is changed and handed in again; withdrawn it is a draft', async () => {
    const intake = await submitted(rep);
    expect((await rep.send('PATCH', `/intakes/${intake.id}`, { note: '改' }, match(intake.version))).status).toBe(409);
    expect((await decide(boss, intake, 'return')).status).toBe(200);
    const back = await get(rep, intake.id);
    expect(back).toMatchObject({ state: 'returned', can: { update: true } });
    const values = { ...back.values, mainProducts: '轴承、齿轮' };
    const changed = await rep.send('PATCH', `/intakes/${intake.id}`, { values }, match(back.version));
    const again = await rep.send(
      'POST',
      `/intakes/${intake.id}/submission`,
      { comment: '已补充' },
      match(changed.body.version),
    );
    expect(again.body).toMatchObject({ state: 'submitted', approvalId: intake.approvalId });
    expect((await decide(rep, intake, 'withdraw')).status).toBe(200);
    const drafted = await get(rep, intake.id);
    expect(drafted).toMatchObject({ state: 'draft', values: { mainProducts: '轴承、齿轮' } });
    const third = await rep.send('POST', `/intakes/${intake.id}/submission`, {}, match(drafted.version));
    expect(third.body.approvalId).not.toBe(intake.approvalId);
    expect((await decide(boss, third.body, 'refuse')).status).toBe(200);
    expect((await get(rep, intake.id)).state).toBe('refused');
  });

  it('handed in again from the approval is checked like any other', async () => {
    const intake = await submitted(rep);
    await decide(boss, intake, 'return');
    const back = await get(rep, intake.id);
    const emptied = await rep.send('PATCH', `/intakes/${intake.id}`, { values: {} }, match(back.version));
    const approval = (await rep.get(`/approvals/${intake.approvalId}`)).body;
    // Everything that is asked has a name, not a key.
    const named = approval.fields.map((field: Json) => field.key);
    expect(named).toEqual(expect.arrayContaining(Object.keys(approval.snapshot)));
    const path = `/approvals/${intake.approvalId}/resubmission`;
    expect((await rep.send('POST', path, {}, match(approval.version))).status).toBe(422);
    await rep.send('PATCH', `/intakes/${intake.id}`, { values: valuesOf() }, match(emptied.body.version));
    expect((await rep.send('POST', path, {}, match(approval.version))).status).toBe(200);
    expect((await get(rep, intake.id)).state).toBe('submitted');
  });

  it('is seen in scope only, changed by its collector only', async () => {
    const intake = await submitted(rep);
    expect((await other.get(`/intakes/${intake.id}`)).status).toBe(404);
    expect((await other.get('/intakes')).body.items).toEqual([]);
    expect((await other.get(`/intakes/${intake.id}/duplicates`)).status).toBe(404);
    expect(
      (await rep.send('PUT', `/intakes/${intake.id}/verification`, { fields: [] }, match(intake.version))).status,
    ).toBe(403);
    const mine = await draft(rep);
    expect((await boss.send('PATCH', `/intakes/${mine.id}`, { note: 'x' }, match(mine.version))).status).toBe(403);
    expect((await boss.get('/intakes')).body.items.some((item: Json) => item.id === mine.id)).toBe(false);
    // A field above the reader's clearance stays hidden: finance may not read intakes at all.
    expect((await (await t.as('finance')).get('/intakes')).status).toBe(403);
  });

  it('shows likely twins to the reviewer', async () => {
    const values = valuesOf();
    await other.send('POST', '/customers', { kind: 'company', values });
    const intake = await submitted(rep, { values });
    expect((await archivist.get(`/intakes/${intake.id}/duplicates`)).body.items[0]).toMatchObject({
      name: values.name,
      certain: true,
    });
    expect((await rep.get(`/intakes/${intake.id}/duplicates`)).body).toMatchObject({ hidden: 1 });
  });

  it('makes one customer when two archivists say yes at once', async () => {
    const second = await t.as('archivist');
    const intake = await submitted(rep);
    await decide(boss, intake, 'approve');
    const both = await Promise.all([decide(archivist, intake, 'approve'), decide(second, intake, 'approve')]);
    // Who comes later is told so: by the version, or by the state where the first was done before.
    const statuses = both.map((answer) => answer.status).sort();
    expect([
      [200, 409],
      [200, 412],
    ]).toContainEqual(statuses);
    const q = encodeURIComponent(JSON.stringify({ field: 'name', op: 'eq', value: intake.name }));
    expect((await t.admin.get(`/customers?filter=${q}`)).body.items).toHaveLength(1);
  });
});

describe('lateness', () => {
  it('counts two working days over holidays and working Saturdays', async () => {
    const due = async (collectedOn: string) => (await draft(rep, { collectedOn })).dueOn;
    // 1 October 2025 begins eight days of holiday; 28 September and 11 October are worked in lieu.
    expect(await due('2025-09-30')).toBe('2025-10-10');
    expect(await due('2025-10-10')).toBe('2025-10-13');
    expect(await due('2025-09-26')).toBe('2025-09-29');
  });

  it('begins with the first working day after the due one, in the list and in what is told', async () => {
    const made = await submitted(rep, { collectedOn: '2025-11-26' });
    expect(made.dueOn).toBe('2025-11-28');
    const seenOn = async (day: string) => {
      vi.useFakeTimers({ toFake: ['Date'], now: new Date(`${day}T02:00:00Z`) });
      const list = (await boss.get('/intakes?box=late')).body.items;
      await t.asOwner(`insert into job (org_id, id, kind) values ($1, gen_random_uuid(), 'collection.intakeDue')`, [
        t.orgId,
      ]);
      await t.drain();
      const notices = (await boss.get('/notifications?limit=200')).body.items;
      const told = notices.filter((item: Json) => item.type === 'intake.late' && item.path === `/intakes/${made.id}`);
      return {
        listed: list.filter((item: Json) => item.id === made.id).map((item: Json) => item.daysLate),
        told: told.map((item: Json) => item.params.n),
      };
    };
    try {
      expect(await seenOn('2025-11-29')).toEqual({ listed: [], told: [] });
      expect(await seenOn('2025-12-01')).toEqual({ listed: [1], told: [1] });
    } finally {
      vi.useRealTimers();
    }
  });

  it('is listed with who and how long, and told once', async () => {
    const late = await submitted(rep, { collectedOn: companyDay(-30) });
    const list = (await boss.get('/intakes?box=late')).body.items;
    const days = list.map((item: Json) => item.dueOn);
    expect(days).toEqual([...days].sort());
    const mine = list.find((item: Json) => item.id === late.id);
    expect(mine.daysLate).toBeGreaterThan(10);
    const people = (await boss.get('/intakes/lateness')).body.items;
    expect(people[0]).toMatchObject({ collector: { id: rep.userId } });
    expect(people[0].daysLate).toBeGreaterThanOrEqual(mine.daysLate);
    expect((await other.get('/intakes/lateness')).body.items).toEqual([]);
    for (let run = 0; run < 2; run += 1) {
      await t.asOwner(`insert into job (org_id, id, kind) values ($1, gen_random_uuid(), 'collection.intakeDue')`, [
        t.orgId,
      ]);
      await t.drain();
    }
    const notices = (await boss.get('/notifications?limit=200')).body.items;
    const told = notices.filter((item: Json) => item.type === 'intake.late' && item.path === `/intakes/${late.id}`);
    expect(told).toHaveLength(1);
  });
});

describe('the way of new customers', () => {
  it('is direct unless the roles of somebody are bound to intake', async () => {
    const roles = (await t.admin.get('/roles')).body.items;
    const sales = roles.find((item: Json) => item.key === 'sales').id;
    expect((await rep.get('/customers/creation')).body.way).toBe('direct');
    const now = (await t.admin.get('/intake-settings')).body;
    const unknown = { roleIds: [rep.userId], dueDays: 2 };
    expect((await t.admin.send('PUT', '/intake-settings', unknown, match(now.version))).status).toBe(422);
    const saved = await t.admin.send('PUT', '/intake-settings', { roleIds: [sales], dueDays: 3 }, match(now.version));
    expect(saved.body).toMatchObject({ roleIds: [sales], dueDays: 3 });
    expect((await rep.get('/customers/creation')).body.way).toBe('intake');
    const refused = await rep.send('POST', '/customers', { kind: 'company', values: valuesOf() });
    expect(refused).toMatchObject({ status: 409, body: { code: 'customer.intakeRequired' } });
    expect(
      (await boss.send('POST', '/customers', { kind: 'company', values: valuesOf(), allowDuplicate: true })).status,
    ).toBe(201);
    const back = { roleIds: [], dueDays: 2 };
    const put = () => t.admin.send('PUT', '/intake-settings', back, match(saved.body.version));
    expect((await Promise.all([put(), put()])).map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(
      (await rep.send('POST', '/customers', { kind: 'company', values: valuesOf(), allowDuplicate: true })).status,
    ).toBe(201);
  });
});
