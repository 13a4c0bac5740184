import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';
import { metresBetween } from './steps.ts';

let t: TestApp;
let sales: Client;
let mate: Client;
let customerId: string;
let contactId: string;
beforeAll(async () => {
  t = await startTestApp();
  [sales, mate] = await Promise.all([t.as('sales'), t.as('sales')]);
  customerId = await customerOf(sales);
  const contact = await sales.send('POST', '/contacts', { customerId, values: { name: '周敏' } });
  expect(contact.status).toBe(201);
  contactId = contact.body.id;
});
afterAll(() => t.close());

let made = 0;
async function customerOf(owner: Client): Promise<string> {
  made += 1;
  const answer = await owner.send('POST', '/customers', { kind: 'company', values: { name: `走访${made}公司` } });
  expect(answer.status).toBe(201);
  return answer.body.id;
}
const at = (offset: number, time = '10:00') => new Date(`${companyDay(offset)}T${time}:00+08:00`).toISOString();
const plan = async (more: Json = {}, who = sales) =>
  who.send('POST', '/visits', { customerId, aim: '介绍新品', plannedAt: at(1), contactIds: [contactId], ...more });
const step = (visit: Json, what: string, body: Json = {}, who = sales) =>
  who.send('POST', `/visits/${visit.id}/${what}`, body, match(visit.version));
const arrive = { location: 'off' };
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('a visit without a flow', () => {
  it('goes from plan to result and is an activity in the end', async () => {
    const slip = (await plan({ plannedAt: at(1, '14:30'), plannedMinutes: 60, checklist: ['库存', '竞品'] })).body;
    expect(slip).toMatchObject({ state: 'approved', approvalId: null, contacts: [{ name: '周敏' }] });
    const tasks = await sales.get(`/tasks?customerId=${customerId}`);
    const task = tasks.body.items.find((item: Json) => item.visitId === slip.id);
    expect(task).toMatchObject({ kind: 'visit', title: '介绍新品', dueAt: slip.plannedAt, can: { update: false } });
    const moved = await sales.send('PATCH', `/tasks/${task.id}`, { title: '别的' }, match(task.version));
    expect(moved.body.code).toBe('task.ofVisit');

    const left = await step(slip, 'departure');
    expect(left.body).toMatchObject({ state: 'departed', can: { checkIn: true, cancel: true, change: false } });
    const here = await step(left.body, 'check-in', { location: 'denied' });
    expect(here.body).toMatchObject({ state: 'arrived', arrival: { location: 'denied', distance: null } });
    const photo = await sales.upload(`/visits/${slip.id}/photos`, '门头.png', png);
    expect(photo.body.photos).toMatchObject([{ name: '门头.png' }]);
    const shown = await sales.get(`/visits/${slip.id}/photos/${photo.body.photos[0].id}`);
    expect(shown.raw.equals(png)).toBe(true);
    const out = await step(here.body, 'check-out');
    const done = await step(out.body, 'result', {
      outcome: 'interested',
      summary: '对样品满意',
      checklist: [
        { text: '库存', done: true, note: '约 300 件' },
        { text: '竞品', done: false },
      ],
      nextStep: { title: '寄样', dueOn: companyDay(3) },
    });
    expect(done.body).toMatchObject({ state: 'done', duration: 0, outcome: 'interested' });
    const activity = await sales.get(`/activities/${done.body.activityId}`);
    expect(activity.body).toMatchObject({ type: 'visit', source: 'visit', outcome: 'interested' });
    expect(activity.body.body).toBe('对样品满意\n\n☑ 库存：约 300 件\n☐ 竞品');
    expect(activity.body.nextSteps).toMatchObject([{ title: '寄样' }]);
    const card = await sales.get(`/customers/${customerId}`);
    expect(card.body.values.lastVisitOn).toBe(companyDay());
    expect((await sales.get(`/tasks/${task.id}`)).body.state).toBe('done');
  });

  it('refuses acts out of order, and lets one of two win', async () => {
    const slip = (await plan()).body;
    expect((await step(slip, 'check-out')).body.code).toBe('visit.notNow');
    expect((await step(slip, 'result', { outcome: 'other', summary: 'x', checklist: [] })).body.code).toBe(
      'visit.notNow',
    );
    const two = await Promise.all([step(slip, 'check-in', arrive), step(slip, 'check-in', arrive)]);
    expect(two.map((answer) => answer.status).sort()).toEqual([200, 409]);
    const now = (await sales.get(`/visits/${slip.id}`)).body;
    expect((await step(now, 'check-in', arrive)).body.code).toBe('visit.notNow');
    expect((await step(now, 'cancellation', { reason: '有事' })).body.code).toBe('visit.notNow');
    const results = await Promise.all(
      [1, 2].map(() => step(now, 'result', { outcome: 'other', summary: '一次', checklist: [] })),
    );
    expect(results.map((answer) => answer.status).sort()).toEqual([200, 409]);
    const list = await sales.get(`/activities?customerId=${customerId}&type=visit`);
    expect(list.body.items.filter((item: Json) => item.body === '一次')).toHaveLength(1);

    const off = (await plan()).body;
    const cancelled = await step(off, 'cancellation', { reason: '客户出差' });
    expect(cancelled.body).toMatchObject({ state: 'cancelled', cancelReason: '客户出差' });
    expect((await step(cancelled.body, 'departure')).body.code).toBe('visit.cancelled');
    const stale = await sales.send('PUT', `/visits/${off.id}`, { aim: 'x', plannedAt: at(2) }, match(1));
    expect(stale.body.code).toBe('visit.cancelled');
  });

  it('measures the distance to where the customer is found', async () => {
    expect(metresBetween({ latitude: 31.2304, longitude: 121.4737 }, { latitude: 39.9042, longitude: 116.4074 })).toBe(
      1067312,
    );
    const first = (await plan()).body;
    const place = { latitude: 31.2304, longitude: 121.4737 };
    const missing = await step(first, 'check-in', { location: 'known' });
    expect(missing.body.errors[0]).toMatchObject({ field: 'latitude', code: 'input.required' });
    const kept = await step(first, 'check-in', { location: 'known', ...place, accuracy: 12.4, remember: true });
    expect(kept.body.arrival).toMatchObject({ distance: 0, accuracy: 12, far: false });
    const second = (await plan()).body;
    const away = { location: 'known', latitude: 31.2404, longitude: 121.4737 };
    const far = await step(second, 'check-in', away);
    expect(far.status).toBe(422);
    expect(far.body.errors[0]).toMatchObject({ field: 'note', code: 'visit.tooFar', params: { limit: 500 } });
    const said = await step(second, 'check-in', { ...away, note: '在工地见面' });
    expect(said.body.arrival).toMatchObject({ distance: 1112, far: true, note: '在工地见面' });
    expect(JSON.stringify(said.body)).not.toContain('31.24');
    const list = await sales.get('/visits?unplaced=true&limit=100');
    expect(list.body.items.map((item: Json) => item.id)).toContain(second.id);
    expect(list.body.items.map((item: Json) => item.id)).not.toContain(first.id);
  });

  it('tells wrong input by field', async () => {
    const refused = async (body: Json) => {
      const answer = await plan(body);
      return [answer.status, answer.body.errors?.[0]?.field, answer.body.errors?.[0]?.code];
    };
    const nobody = '01900000-0000-7000-8000-000000000000';
    expect(await refused({ aim: ' ' })).toEqual([422, 'aim', 'input.required']);
    expect(await refused({ plannedAt: at(-3) })).toEqual([422, 'plannedAt', 'visit.past']);
    expect(await refused({ plannedAt: at(500) })).toEqual([422, 'plannedAt', 'visit.tooFarAhead']);
    expect(await refused({ purposeId: nobody })).toEqual([422, 'purposeId', 'link.unknown']);
    expect(await refused({ companionIds: [nobody] })).toEqual([422, 'companionIds', 'link.unknown']);
    expect(await refused({ contactIds: [nobody] })).toEqual([422, 'contactIds', 'link.unknown']);
    const slip = (await plan()).body;
    const early = await sales.upload(`/visits/${slip.id}/photos`, 'a.png', png);
    expect(early.body.code).toBe('visit.notNow');
    await step(slip, 'departure');
    const text = await sales.upload(`/visits/${slip.id}/photos`, 'a.png', Buffer.from('hello'));
    expect([text.status, text.body.code]).toEqual([422, 'visit.noPhoto']);
  });

  it('is seen with its customer and walked by its visitor only', async () => {
    const slip = (await plan()).body;
    expect((await mate.get(`/visits/${slip.id}`)).status).toBe(404);
    expect((await mate.get('/visits?limit=100')).body.items).toEqual([]);
    expect((await mate.get(`/visits?customerId=${customerId}`)).status).toBe(404);
    expect((await step(slip, 'departure', {}, mate)).status).toBe(404);
    expect((await plan({}, mate)).status).toBe(404);
    const boss = await t.as('administrator');
    expect((await boss.get(`/visits/${slip.id}`)).body.can).toMatchObject({ depart: false, change: false });
    expect((await step(slip, 'departure', {}, boss)).body.code).toBe('visit.notYours');
  });

  it('tells those who go along, once for each time planned', async () => {
    const slip = (await plan({ companionIds: [mate.userId, sales.userId] })).body;
    expect(slip.companions).toMatchObject([{ id: mate.userId }]);
    const same = { aim: slip.aim, plannedAt: slip.plannedAt, companionIds: [mate.userId] };
    const first = await sales.send('PUT', `/visits/${slip.id}`, { ...same, place: '一楼' }, match(slip.version));
    await sales.send('PUT', `/visits/${slip.id}`, { ...same, plannedAt: at(4) }, match(first.body.version));
    const { items } = (await mate.get('/notifications')).body;
    expect(items.filter((item: Json) => item.type === 'visit.companion')).toHaveLength(2);
  });

  it('is listed in pages by plan, by day and by state', async () => {
    const id = await customerOf(sales);
    const days = [5, 3, 4];
    for (const day of days) await plan({ customerId: id, contactIds: [], plannedAt: at(day) });
    const read = async (query: string) =>
      (await sales.get(`/visits?customerId=${id}&${query}`)).body as { items: Json[]; nextCursor: string | null };
    const first = await read('limit=2&order=soonest');
    const rest = await read(`limit=2&order=soonest&cursor=${first.nextCursor}`);
    expect([...first.items, ...rest.items].map((item) => item.plannedAt)).toEqual([at(3), at(4), at(5)]);
    expect((await read(`from=${companyDay(4)}&to=${companyDay(4)}`)).items).toHaveLength(1);
    expect((await read('state=open')).items).toHaveLength(3);
    expect((await read('state=done')).items).toEqual([]);
    expect((await sales.get('/visits?cursor=x')).status).toBe(400);
  });

  it('takes the checklist of its purpose', async () => {
    const purpose = await t.admin.send('POST', '/visit-purposes', { name: '巡店', checklist: ['陈列', '库存'] });
    expect(purpose.status).toBe(201);
    expect((await sales.send('POST', '/visit-purposes', { name: 'x' })).status).toBe(403);
    const slip = (await plan({ purposeId: purpose.body.id })).body;
    expect(slip.checklist.map((item: Json) => item.text)).toEqual(['陈列', '库存']);
    const changed = await t.admin.send(
      'PUT',
      `/visit-purposes/${purpose.body.id}`,
      { name: '巡店', checklist: ['价格'] },
      match(1),
    );
    expect(changed.body.version).toBe(2);
    const conflict = await t.admin.send('DELETE', `/visit-purposes/${purpose.body.id}`, undefined, match(1));
    expect(conflict.status).toBe(412);
    expect((await t.admin.send('DELETE', `/visit-purposes/${purpose.body.id}`, undefined, match(2))).status).toBe(204);
    expect((await plan({ purposeId: purpose.body.id })).body.errors[0].field).toBe('purposeId');
  });
});

describe('the attendance list as a sheet', () => {
  const ask = (query: Json, who = sales, more: Json = {}) =>
    who.send(
      'POST',
      '/exports/sheets',
      { source: 'visit', format: 'csv', purpose: '月度走访考勤', query, ...more },
      { 'idempotency-key': crypto.randomUUID() },
    );
  /** Without the watermark below the data. */
  const linesOf = async (id: string, who = sales) =>
    (await who.get(`/exports/${id}/file`)).raw.toString('utf8').slice(1).trim().split('\r\n').slice(0, -1);

  it('holds what the filter asks for of customers one may export, in company time, without coordinates', async () => {
    const rep = await t.as('sales');
    const mine = await customerOf(rep);
    const slip = (await plan({ customerId: mine, aim: '=1+1', contactIds: [], plannedAt: at(20, '09:30') }, rep)).body;
    const place = { location: 'known', latitude: 31.2304, longitude: 121.4737, remember: true };
    expect((await step(slip, 'check-in', place, rep)).status).toBe(200);
    await plan({ customerId: mine, contactIds: [], aim: '别的日子', plannedAt: at(25) }, rep);
    const query = { from: companyDay(20), to: companyDay(20), visitor: rep.userId };
    const started = await ask(query, rep);
    expect(started.body, JSON.stringify(started.body)).toMatchObject({ rows: 1, what: { zh: '走访考勤' } });
    const foreign = await ask(query);
    await t.drain();
    const [heading = '', ...lines] = await linesOf(started.body.id, rep);
    expect(heading).toContain('签到距离（米）');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`${companyDay(20)} 09:30`);
    expect(lines[0]).toContain('已定位,0');
    expect(lines[0]).not.toMatch(/31\.2|121\.4|,=1/);
    expect(foreign.body).toMatchObject({ rows: 0 });
  });

  it('refuses what cannot be asked for', async () => {
    expect((await ask({ from: '2027-02-31' })).status).toBe(422);
    expect((await ask({ coordinates: true })).status).toBe(400);
    expect((await ask({}, sales, { purpose: '' })).body.errors[0].field).toBe('purpose');
    expect((await ask({}, await t.as('auditor'))).status).toBe(403);
  });
});

describe('what is kept of a visit', () => {
  const forget = async () => {
    await t.asOwner(`insert into job (org_id, id, kind) values ($1, gen_random_uuid(), 'work.forgetPlaces')`, [
      t.orgId,
    ]);
    await t.drain();
  };
  const place = async (id: string) =>
    (await t.asOwner('select arrival_latitude, arrival_distance from visit where id = $1', [id]))[0];

  it('place and photos go after their days, the visit with its times and distance stays', async () => {
    const [old, young] = await Promise.all(
      [0, 1].map(
        async () =>
          (
            await step((await plan()).body, 'check-in', {
              location: 'known',
              latitude: 31.2,
              longitude: 121.4,
              remember: true,
            })
          ).body,
      ),
    );
    await Promise.all([old, young].map((slip) => sales.upload(`/visits/${slip.id}/photos`, '门头.png', png)));
    const age = (id: string, days: number) =>
      Promise.all([
        t.asOwner(`update visit set arrived_at = now() - make_interval(days => $2) where id = $1`, [id, days]),
        t.asOwner(`update visit_photo set created_at = now() - make_interval(days => $2) where visit_id = $1`, [
          id,
          days,
        ]),
      ]);
    await Promise.all([age(old.id, 181), age(young.id, 179)]);
    await forget();
    await forget();
    expect(await place(old.id)).toMatchObject({ arrival_latitude: null });
    expect(await place(young.id)).toMatchObject({ arrival_latitude: expect.any(Number) });
    expect((await sales.get(`/visits/${old.id}`)).body).toMatchObject({ state: 'arrived', photos: [] });
    const kept = (await sales.get(`/visits/${young.id}`)).body.photos;
    expect(kept).toHaveLength(1);
    expect((await sales.get(`/visits/${young.id}/photos/${kept[0].id}`)).status).toBe(200);
    const [released] = await t.asOwner(
      `select count(*)::int as n from file where purpose = 'visit' and expires_at <= now()`,
    );
    expect(released?.n).toBe(1);
  });

  it('the days are set with the other rules, within limits', async () => {
    const { version, ...rules } = (await t.admin.get('/work-settings')).body;
    const save = (placeDays: unknown, who = t.admin) =>
      who.send('PUT', '/work-settings', { ...rules, placeDays }, match(version));
    expect((await save(3)).body.errors[0]).toMatchObject({ field: 'placeDays' });
    expect((await save(null)).status).toBe(422);
    expect((await save(30, sales)).status).toBe(403);
  });
});

describe('with a published flow', () => {
  it('waits, shows what changed, and is asked again after a reschedule', async () => {
    const flow = await t.admin.send('POST', '/approval-flows', {
      subjectKind: 'visit',
      steps: [{ key: 'boss', name: '主管', approver: { by: 'permission', permission: 'visit:approve' } }],
    });
    expect(flow.status).toBe(201);
    const published = await t.admin.send(
      'POST',
      `/approval-flows/${flow.body.id}/publication`,
      undefined,
      match(flow.body.version),
    );
    expect(published.status).toBe(200);
    const slip = (await plan()).body;
    expect(slip.state).toBe('pending');
    expect((await step(slip, 'check-in', arrive)).body.code).toBe('visit.notApproved');
    const decide = async (approvalId: string, body: Json) => {
      const { version } = (await t.admin.get(`/approvals/${approvalId}`)).body;
      return t.admin.send('POST', `/approvals/${approvalId}/decision`, body, match(version));
    };
    const body = { aim: '介绍新品', plannedAt: at(2, '09:00'), contactIds: [contactId] };
    const changed = await sales.send('PUT', `/visits/${slip.id}`, body, match(slip.version));
    expect(changed.body.state).toBe('pending');
    const detail = await t.admin.get(`/approvals/${slip.approvalId}`);
    expect(detail.body.changedSince).toMatchObject([{ key: 'plannedAt', to: `${companyDay(2)} 09:00` }]);
    expect((await decide(slip.approvalId, { decision: 'approve' })).body.code).toBe('approval.subjectChanged');
    expect((await decide(slip.approvalId, { decision: 'approve', acceptChanges: true })).status).toBe(200);
    const approved = (await sales.get(`/visits/${slip.id}`)).body;
    expect(approved.state).toBe('approved');

    const later = await sales.send('PUT', `/visits/${slip.id}`, { ...body, plannedAt: at(3) }, match(approved.version));
    expect(later.body).toMatchObject({ state: 'pending' });
    expect(later.body.approvalId).not.toBe(slip.approvalId);
    expect((await decide(later.body.approvalId, { decision: 'refuse', comment: '改天' })).status).toBe(200);
    const refused = (await sales.get(`/visits/${slip.id}`)).body;
    expect(refused).toMatchObject({ state: 'refused', can: { change: true, depart: false } });
    const off = await step(refused, 'cancellation', { reason: '不去了' });
    expect(off.body.state).toBe('cancelled');

    const waiting = (await plan()).body;
    await step(waiting, 'cancellation', { reason: '取消' });
    expect((await t.admin.get(`/approvals/${waiting.approvalId}`)).body.state).toBe('withdrawn');
  });
});

describe('rules for visits', () => {
  it('are the defaults until somebody sets them', async () => {
    const before = await t.admin.get('/work-settings');
    expect(before.body).toMatchObject({ version: 0, radiusMetres: 500, minutesDays: 2, minutesReview: true });
    const { version, ...rules } = before.body;
    const save = () => t.admin.send('PUT', '/work-settings', { ...rules, radiusMetres: 800 }, match(version));
    const two = await Promise.all([save(), save()]);
    expect(two.map((answer) => answer.status).sort()).toEqual([200, 412]);
    expect((await t.admin.get('/work-settings')).body).toMatchObject({ version: 1, radiusMetres: 800 });
    expect((await sales.send('PUT', '/work-settings', rules, match(1))).status).toBe(403);
  });
});
