import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobActor } from '#app/job-actor.ts';
import { startRunner } from '#platform/jobs/runner.ts';
import { createLog } from '#platform/log.ts';
import { type Client, match, startTestApp, type TestApp } from '#test/app.ts';

let t: TestApp;
let sales: Client;
let mate: Client;
beforeAll(async () => {
  t = await startTestApp();
  [sales, mate] = await Promise.all([t.as('sales'), t.as('sales')]);
});
afterAll(() => t.close());

const day = (offset: number) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date(Date.now() + offset * 86_400_000));
const make = (client: Client, body: object) => client.send('POST', '/tasks', { title: '打电话', ...body });
const run = <T>(query: ReturnType<typeof sql<T>>) => t.app.db.inOrg(t.orgId, (tx) => query.execute(tx));
const remindNow = async () => {
  await run(sql`insert into job (org_id, id, kind) values (${t.orgId}, gen_random_uuid(), 'work.remind')`);
  await t.drain();
};
const noticesOf = async (client: Client, type: string) =>
  (await client.get('/notifications?limit=100')).body.items.filter((item: { type: string }) => item.type === type);

describe('tasks', () => {
  it('hold a day or an instant; the instant gives the day in company time', async () => {
    const allDay = await make(sales, { dueOn: '2999-03-01' });
    expect(allDay.body).toMatchObject({ dueOn: '2999-03-01', dueAt: null, overdue: false });
    const timed = await make(sales, { dueAt: '2999-03-01T18:00:00Z', durationMinutes: 30 });
    expect(timed.body).toMatchObject({ dueOn: '2999-03-02', dueAt: '2999-03-01T18:00:00.000Z' });
    const late = await make(sales, { dueOn: day(-1) });
    expect(late.body.overdue).toBe(true);
    const list = await sales.get('/tasks?assignee=me&limit=2');
    const rest = await sales.get(`/tasks?assignee=me&limit=2&cursor=${list.body.nextCursor}`);
    expect([...list.body.items, ...rest.body.items].map((item) => item.id)).toEqual([
      late.body.id,
      allDay.body.id,
      timed.body.id,
    ]);
  });

  it('refuse what cannot be', async () => {
    const refused = async (body: object) => {
      const answer = await make(sales, body);
      return [answer.status, answer.body.errors?.[0]?.code ?? answer.body.code];
    };
    // What is asked for, not only that the value is wrong.
    expect(await refused({ dueOn: '2027-02-31' })).toEqual([422, 'date.format']);
    expect(await refused({ dueOn: '' })).toEqual([422, 'input.required']);
    expect(await refused({ dueAt: 'noon' })).toEqual([422, 'datetime.format']);
    expect(await refused({ dueOn: '2027-02-28', dueAt: '2027-02-28T01:00:00Z' })).toEqual([422, 'task.oneDue']);
    expect(await refused({ dueOn: '0001-01-01' })).toEqual([422, 'task.year']);
    expect(await refused({ rrule: 'FREQ=SECONDLY', dueOn: '2027-01-01' })).toEqual([422, 'task.rule']);
    expect(await refused({ rrule: 'FREQ=DAILY' })).toEqual([422, 'task.ruleNeedsDay']);
    expect(await refused({ rrule: 'FREQ=DAILY;UNTIL=20260101', dueOn: '2027-01-01' })).toEqual([
      422,
      'task.ruleEndsEarly',
    ]);
    expect(await refused({ assigneeId: '01900000-0000-7000-8000-000000000000' })).toEqual([422, 'link.unknown']);
    expect(await refused({ title: '' })).toEqual([422, 'input.required']);
    expect((await refused({ colour: 1 }))[0]).toBe(400);
    expect((await refused({ customerId: '01900000-0000-7000-8000-000000000000' }))[0]).toBe(404);
  });

  it('a recurring one is completed twice at once: one next occurrence; undone, it goes away again', async () => {
    const made = await make(sales, { title: '周报', dueOn: day(0), rrule: 'freq=weekly' });
    expect(made.body.rrule).toBe('FREQ=WEEKLY');
    const answers = await Promise.all(
      [1, 2, 3].map(() => sales.send('POST', `/tasks/${made.body.id}/completion`, undefined, match(1))),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412, 412]);
    const done = answers.find((answer) => answer.status === 200)?.body;
    expect(done).toMatchObject({ task: { state: 'done' }, next: { dueOn: day(7), state: 'open', version: 1 } });
    const open = async () =>
      (await sales.get('/tasks?assignee=me&limit=100')).body.items.filter(
        (item: { title: string }) => item.title === '周报',
      );
    expect(await open()).toHaveLength(1);
    const undone = await sales.send('DELETE', `/tasks/${made.body.id}/completion`, undefined, match(2));
    expect(undone.body).toMatchObject({ state: 'open', dueOn: day(0) });
    expect(await open()).toHaveLength(1);
    const again = await sales.send('POST', `/tasks/${made.body.id}/completion`, undefined, match(3));
    expect(again.body.next.dueOn).toBe(day(7));
    expect(await open()).toHaveLength(1);
    // Moving an occurrence forward does not move its series.
    const moved = await sales.send('PATCH', `/tasks/${again.body.next.id}`, { dueOn: day(9) }, match(1));
    const after = await sales.send('POST', `/tasks/${moved.body.id}/completion`, undefined, match(2));
    expect(after.body.next.dueOn).toBe(day(14));
    const ended = await sales.send('POST', `/tasks/${after.body.next.id}/cancellation`, { series: true }, match(1));
    expect(ended.body.state).toBe('cancelled');
    expect(await open()).toEqual([]);
  });

  it('are seen by assignee, giver and supervisor, and given to others with a notice', async () => {
    const given = await make(sales, { title: '请备货', assigneeId: mate.userId, dueOn: day(1) });
    expect(given.status).toBe(201);
    expect(await noticesOf(mate, 'task.assigned')).toHaveLength(1);
    expect((await mate.get(`/tasks/${given.body.id}`)).body.can.update).toBe(true);
    const third = await t.as('sales');
    expect((await third.get(`/tasks/${given.body.id}`)).status).toBe(404);
    expect((await third.send('PATCH', `/tasks/${given.body.id}`, { title: 'x' }, match(1))).status).toBe(404);
    expect((await sales.get('/tasks?given=true')).body.items).toHaveLength(1);
    const auditor = await t.as('auditor');
    expect((await auditor.get('/tasks')).status).toBe(403);
    // A task with a customer out of the reader's sight does not name the customer.
    const customer = await sales.send('POST', '/customers', { kind: 'company', values: { name: '机密公司' } });
    const about = await make(sales, { title: '寄样', assigneeId: mate.userId, customerId: customer.body.id });
    expect((await mate.get(`/tasks/${about.body.id}`)).body).toMatchObject({ customerId: null, customerName: null });
    expect(about.body.customerName).toBe('机密公司');
  });
});

describe('reminders', () => {
  const due = async (client: Client, body: object = {}) => {
    const made = await make(client, {
      title: '提醒我',
      dueAt: new Date(Date.now() + 3_600_000).toISOString(),
      reminders: [15],
      ...body,
    });
    await run(sql`update task_reminder set remind_at = now() - interval '1 minute' where task_id = ${made.body.id}`);
    return made;
  };

  it('are sent once, also by several processes and after a restart', async () => {
    await due(sales);
    const log = createLog('silent');
    const runner = (worker: string) =>
      startRunner(
        {
          db: t.app.db,
          log,
          kinds: t.app.modules.flatMap((module) => module.jobs ?? []),
          worker,
          loadActor: jobActor(t.app.db, t.app.modules),
        },
        false,
      );
    for (const id of ['a', 'b', 'c'])
      await run(
        sql`insert into job (org_id, id, kind, unique_key) values (${t.orgId}, gen_random_uuid(), 'work.remind', ${id})`,
      );
    await Promise.all(['a', 'b', 'c'].map((id) => runner(id).drain()));
    expect(await noticesOf(sales, 'task.due')).toHaveLength(1);
    // As if the process died after sending and before marking.
    await run(sql`update task_reminder set sent_at = null where org_id = ${t.orgId}`);
    await remindNow();
    expect(await noticesOf(sales, 'task.due')).toHaveLength(1);
  });

  it('nobody is reminded of what is done, nor anybody blocked', async () => {
    const done = await due(mate);
    await mate.send('POST', `/tasks/${done.body.id}/completion`, undefined, match(1));
    const leaver = await t.as('sales');
    await due(leaver);
    const user = await t.admin.get(`/users/${leaver.userId}`);
    const blocked = await t.admin.send(
      'POST',
      `/users/${leaver.userId}/blocking`,
      undefined,
      match(user.body.version ?? 1),
    );
    expect(blocked.status).toBeLessThan(300);
    await remindNow();
    const sent = await run<{ count: number }>(
      sql`select count(*) as count from notification where type = 'task.due' and user_id in (${mate.userId}, ${leaver.userId})`,
    );
    expect(sent.rows[0]?.count).toBe(0);
    const refused = await make(sales, { assigneeId: leaver.userId });
    expect(refused.body.errors[0]).toMatchObject({ field: 'assigneeId', code: 'task.assigneeBlocked' });
  });

  it('snoozed, comes again later', async () => {
    const made = await make(sales, { dueOn: day(1) });
    const late = await sales.send('POST', `/tasks/${made.body.id}/snooze`, { until: '2020-01-01T00:00:00Z' }, match(1));
    expect(late.body.errors[0].code).toBe('task.snoozeAhead');
    const until = new Date(Date.now() + 600_000).toISOString();
    const snoozed = await sales.send('POST', `/tasks/${made.body.id}/snooze`, { until }, match(1));
    expect(snoozed.body).toMatchObject({ version: 2, dueOn: day(1) });
  });
});

it('the nightly count leaves out what is older than 90 days', async () => {
  const customer = await sales.send('POST', '/customers', { kind: 'company', values: { name: '旧事公司' } });
  for (const days of [1, 89])
    await sales.send('POST', '/activities', {
      customerId: customer.body.id,
      type: 'call',
      subject: '电话',
      happenedAt: new Date(Date.now() - days * 86_400_000).toISOString(),
    });
  const count = async () => (await sales.get(`/customers/${customer.body.id}`)).body.values.activityCount90d;
  expect(await count()).toBe(2);
  await run(
    sql`update activity set happened_at = happened_at - interval '2 days' where customer_id = ${customer.body.id}`,
  );
  await run(sql`insert into job (org_id, id, kind) values (${t.orgId}, gen_random_uuid(), 'work.counts')`);
  await t.drain();
  expect(await count()).toBe(1);
});

describe('calendar', () => {
  it('shows tasks, coming occurrences, holidays and working Saturdays', async () => {
    await make(sales, { title: '例会', dueAt: '2999-05-06T01:00:00Z', rrule: 'FREQ=WEEKLY' });
    const month = await sales.get('/calendar?from=2999-05-01&to=2999-05-31');
    const meetings = month.body.entries.filter((item: { task: { title: string } }) => item.task.title === '例会');
    expect(meetings.map((item: { day: string; projected: boolean }) => [item.day, item.projected])).toEqual([
      ['2999-05-06', false],
      ['2999-05-13', true],
      ['2999-05-20', true],
      ['2999-05-27', true],
    ]);
    const october = await sales.get('/calendar?from=2026-09-14&to=2026-10-14');
    const kinds = Object.fromEntries(
      october.body.days.map((item: { day: string; kind: string; shifted: boolean }) => [
        item.day,
        [item.kind, item.shifted],
      ]),
    );
    expect(kinds['2026-10-01']).toEqual(['holiday', false]);
    expect(kinds['2026-10-10']).toEqual(['workday', true]);
    expect(kinds['2026-09-19']).toEqual(['weekend', false]);
    expect((await sales.get('/calendar?from=2026-01-01&to=2026-12-31')).status).toBe(400);
    expect((await sales.get('/calendar?from=2026-02-31&to=2026-03-01')).status).toBe(400);
  });

  it('is changed by who may', async () => {
    const path = '/calendar/exceptions/2027-02-06';
    expect((await sales.send('PUT', path, { kind: 'holiday', name: '春节' })).status).toBe(403);
    const set = await t.admin.send('PUT', path, { kind: 'holiday', name: '春节' });
    expect(set.body).toMatchObject({ day: '2027-02-06', kind: 'holiday' });
    expect((await t.admin.send('PUT', path, { kind: 'workday' })).body.version).toBe(2);
    const days = (await sales.get('/calendar?from=2027-02-06&to=2027-02-06')).body.days;
    expect(days).toEqual([{ day: '2027-02-06', kind: 'workday', name: null, shifted: true }]);
    expect((await sales.get('/calendar/exceptions?year=2027')).body.items).toHaveLength(1);
    expect((await t.admin.send('DELETE', path)).status).toBe(204);
    expect((await t.admin.send('DELETE', path)).status).toBe(404);
    expect((await t.admin.send('PUT', '/calendar/exceptions/2027-02-30', { kind: 'holiday' })).status).toBe(404);
    const early = await t.admin.send('PUT', '/calendar/exceptions/1027-02-06', { kind: 'holiday' });
    expect([early.status, early.body.code, early.body.field]).toEqual([400, 'date.range', 'day']);
  });
});
