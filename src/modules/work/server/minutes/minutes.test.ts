import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';

let t: TestApp;
let sales: Client;
let mate: Client;
let reviewer: Client;
let customerId: string;
beforeAll(async () => {
  t = await startTestApp();
  [sales, mate, reviewer] = await Promise.all([t.as('sales'), t.as('sales'), t.as('leader')]);
  const made = await sales.send('POST', '/customers', { kind: 'company', values: { name: '纪要公司' } });
  customerId = made.body.id;
});
afterAll(() => t.close());

const meeting = async (more: Json = {}) => {
  const answer = await sales.send('POST', '/activities', {
    customerId,
    type: 'meeting',
    subject: '年度合作会谈',
    body: '讨论了价格',
    happenedAt: new Date(Date.now() - 60_000).toISOString(),
    ...more,
  });
  expect(answer.status).toBe(201);
  return answer.body;
};
const minutesOf = async (activityId: string) => {
  const list = await sales.get(`/minutes?customerId=${customerId}&limit=200`);
  const found = list.body.items.find((item: Json) => item.activityId === activityId);
  return found && (await sales.get(`/minutes/${found.id}`)).body;
};
const act = (minutes: Json, what: string, body: Json = {}, who = sales) =>
  who.send('POST', `/minutes/${minutes.id}/${what}`, body, match(minutes.version));
const write = (minutes: Json, change: Json, who = sales) =>
  who.send(
    'PUT',
    `/minutes/${minutes.id}`,
    { subject: minutes.subject, content: { ...minutes.content, ...change } },
    match(minutes.version),
  );
const review = async (minutes: Json, decision: string) => {
  const { version } = (await reviewer.get(`/approvals/${minutes.approvalId}`)).body;
  return reviewer.send(
    'POST',
    `/approvals/${minutes.approvalId}/decision`,
    { decision, comment: '看过' },
    match(version),
  );
};
const approved = async (change: Json = {}) => {
  const draft = await minutesOf((await meeting()).id);
  const written = await write(draft, { decisions: ['降价 2%'], ...change });
  expect(written.status).toBe(200);
  const submitted = await act(written.body, 'submission');
  expect(submitted.body.state).toBe('review');
  expect((await review(submitted.body, 'approve')).status).toBe(200);
  return (await sales.get(`/minutes/${draft.id}`)).body;
};
const visitor = async (method: 'GET' | 'POST', link: string, body?: Json) => {
  const token = link.split('/m/')[1];
  const answer = await t.app.server.inject({
    method,
    url: `/api/v1/public/minutes/${token}${method === 'POST' ? '/answer' : ''}`,
    ...(body ? { payload: body } : {}),
  });
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
};
const confirm = { answer: 'confirmed', name: '周敏' };
const noticesOf = async (client: Client, type: string) =>
  (await client.get('/notifications?limit=200')).body.items.filter((item: Json) => item.type === type);
const mails = () =>
  readdirSync(join(t.dataDir, 'outbox'), { withFileTypes: true }).map((file) =>
    readFileSync(join(t.dataDir, 'outbox', file.name), 'utf8'),
  );

describe('minutes', () => {
  it('begin with a meeting, due two working days later; a call owes none', async () => {
    const draft = await minutesOf((await meeting()).id);
    expect(draft).toMatchObject({ state: 'draft', overdue: false, edition: 1, content: { body: '讨论了价格' } });
    expect(draft.dueOn > companyDay(1)).toBe(true);
    const call = await meeting({ type: 'call' });
    expect(await minutesOf(call.id)).toBeUndefined();
    const asked = await sales.send('POST', '/minutes', { activityId: call.id });
    expect(asked.status).toBe(201);
    const again = await sales.send('POST', '/minutes', { activityId: call.id });
    expect(again.body).toMatchObject({ code: 'minutes.exists', data: { id: asked.body.id } });
    const old = await meeting({ happenedAt: '2025-01-06T02:00:00Z' });
    expect(await minutesOf(old.id)).toBeUndefined();
    const waived = await act(draft, 'waiver', { reason: '内部协调会' });
    expect(waived.body).toMatchObject({ state: 'waived', waivedReason: '内部协调会' });
  });

  it('are reviewed, sent by link, read and confirmed without an account; the text stays as it was sent', async () => {
    const ready = await approved({
      theirs: ['周敏'],
      actions: [
        { title: '发新报价', assigneeId: mate.userId, owner: '同事', dueOn: companyDay(2) },
        { title: '确认交期', assigneeId: null, owner: '对方', dueOn: null },
      ],
    });
    expect(ready.state).toBe('approved');
    expect((await write(ready, { body: '偷改' })).body.code).toBe('minutes.notNow');
    const both = await Promise.all(
      [1, 2].map(() =>
        act(ready, 'sending', { recipients: [{ name: '周敏', email: 'zhou@example.com' }, { name: '李总' }] }),
      ),
    );
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 409]);
    const sent = (await sales.get(`/minutes/${ready.id}`)).body;
    expect(sent).toMatchObject({ state: 'sent', versions: [{ edition: 1 }], recipients: [{ openedAt: null }, {}] });
    const tasks = await sales.get(`/tasks?customerId=${customerId}`);
    const mine = tasks.body.items.filter((item: Json) => ['发新报价', '确认交期'].includes(item.title));
    expect(mine.map((item: Json) => item.assigneeId).sort()).toEqual([mate.userId, sales.userId].sort());
    await t.drain();
    const link = sent.recipients.find((item: Json) => item.name === '周敏').path;
    const mail = mails().filter((text) => text.includes('zhou@example.com'));
    expect(mail).toHaveLength(1);
    expect(mail[0]?.replace(/=\r?\n/g, '')).toContain(`http://127.0.0.1${link}`);

    const read = await visitor('GET', link);
    expect(read.body).toMatchObject({ subject: '年度合作会谈', recipient: '周敏', answer: null, superseded: false });
    expect(JSON.stringify(read.body)).not.toContain(mate.userId);
    const opened = (await sales.get(`/minutes/${ready.id}`)).body;
    expect(opened.recipients.find((item: Json) => item.name === '周敏').openedAt).not.toBeNull();
    expect((await visitor('POST', link, { answer: 'confirmed', name: ' ' })).status).toBe(422);
    const answers = await Promise.all([visitor('POST', link, confirm), visitor('POST', link, confirm)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
    expect((await visitor('POST', link, confirm)).body.code).toBe('minutes.answered');
    const done = (await sales.get(`/minutes/${ready.id}`)).body;
    expect(done).toMatchObject({ state: 'confirmed', can: { write: false, revise: false } });
    expect((await act(done, 'revision')).body.code).toBe('minutes.confirmed');
    const other = done.recipients.find((item: Json) => item.name === '李总').path;
    const late = await visitor('POST', other, { answer: 'commented', name: '李总', comment: '不对' });
    expect(late.body.code).toBe('minutes.confirmedAlready');
    expect(await noticesOf(sales, 'minutes.confirmed')).toHaveLength(1);
  });

  it('get a new version after a comment; the old link says so and takes no answer', async () => {
    const ready = await approved();
    const sent = (await act(ready, 'sending', { recipients: [{ name: '甲' }, { name: '乙' }] })).body;
    const [first = '', second = ''] = sent.recipients.map((item: Json) => item.path);
    expect((await visitor('POST', first, { answer: 'commented', name: '甲' })).body.errors[0].field).toBe('comment');
    const said = await visitor('POST', first, { answer: 'commented', name: '甲', comment: '交期写错了' });
    expect(said.body.answer).toBe('commented');
    const commented = (await sales.get(`/minutes/${ready.id}`)).body;
    expect(commented.state).toBe('commented');
    expect(await noticesOf(sales, 'minutes.commented')).toHaveLength(1);
    const draft = (await act(commented, 'revision')).body;
    expect(draft).toMatchObject({ state: 'draft', edition: 2 });
    expect((await visitor('GET', second)).body.superseded).toBe(true);
    expect((await visitor('POST', second, confirm)).body.code).toBe('minutes.oldVersion');
    const again = (await act((await write(draft, { body: '交期已改' })).body, 'submission')).body;
    await review(again, 'approve');
    const ready2 = (await sales.get(`/minutes/${ready.id}`)).body;
    const sent2 = (await act(ready2, 'sending', { recipients: [{ name: '甲' }] })).body;
    expect(sent2.versions.map((item: Json) => item.edition)).toEqual([2, 1]);
    expect((await visitor('GET', first)).body.content.body).toBe('讨论了价格');
    expect((await visitor('POST', second, confirm)).body.code).toBe('minutes.oldVersion');
    const link2 = sent2.recipients.find((item: Json) => item.edition === 2).path;
    expect((await visitor('POST', link2, confirm)).status).toBe(200);
    expect((await sales.get(`/minutes/${ready.id}`)).body.state).toBe('confirmed');
    const tasks = await sales.get(`/tasks?customerId=${customerId}&limit=200`);
    expect(new Set(tasks.body.items.map((item: Json) => item.title)).size).toBe(tasks.body.items.length);
  });

  it('come back from review, and are nobody else’s to write or to see', async () => {
    const draft = await minutesOf((await meeting({ body: '' })).id);
    expect((await act(draft, 'submission')).body.errors[0]).toMatchObject({ code: 'minutes.empty' });
    expect((await mate.get(`/minutes/${draft.id}`)).status).toBe(404);
    expect((await mate.get('/minutes?limit=50')).body.items).toEqual([]);
    expect((await act(draft, 'submission', {}, mate)).status).toBe(404);
    expect((await mate.send('POST', '/minutes', { activityId: draft.activityId })).status).toBe(404);
    expect((await write(draft, {}, reviewer)).body.code).toBe('minutes.notYours');
    expect((await reviewer.get(`/minutes/${draft.id}`)).body).toMatchObject({ recipients: [] });
    expect((await act(draft, 'sending', { recipients: [{ name: '甲' }] })).body.code).toBe('minutes.notNow');
    const written = (await write(draft, { body: '补上内容' })).body;
    expect((await write(draft, { body: '旧版本' })).status).toBe(412);
    const unknown = await write(written, {
      actions: [{ title: 'x', assigneeId: '01900000-0000-7000-8000-000000000000', owner: '', dueOn: null }],
    });
    expect(unknown.body.errors[0]).toMatchObject({ field: 'content.actions.0.assigneeId', code: 'link.unknown' });
    const submitted = (await act(written, 'submission')).body;
    await review(submitted, 'refuse');
    const back = (await sales.get(`/minutes/${draft.id}`)).body;
    expect(back).toMatchObject({ state: 'returned', can: { write: true, submit: true } });
    const forged = await visitor('GET', `http://x/m/kdl_${t.orgId.replaceAll('-', '')}_${'A'.repeat(43)}`);
    expect(forged.body.code).toBe('link.gone');
  });

  it('are chased step by step, each once', async () => {
    const draft = await minutesOf((await meeting()).id);
    const run = async () => {
      await t.asOwner(
        `insert into job (org_id, id, kind) values ('${t.orgId}', gen_random_uuid(), 'work.minutesChase'), ('${t.orgId}', gen_random_uuid(), 'work.minutesChase')`,
      );
      await t.drain();
    };
    const due = (offset: number) =>
      t.asOwner(`update minutes set due_on = '${companyDay(offset)}' where id = '${draft.id}'`);
    const told = async (type: string, who = sales) =>
      (await noticesOf(who, type)).filter((item: Json) => item.path === `/minutes/${draft.id}`).length;
    await run();
    expect(await told('minutes.due')).toBe(0);
    await due(0);
    await run();
    await run();
    expect(await told('minutes.due')).toBe(1);
    await due(-1);
    await run();
    expect([await told('minutes.overdue'), await told('minutes.escalated', reviewer)]).toEqual([1, 0]);
    const overdue = await sales.get('/minutes?view=overdue&author=me');
    expect(overdue.body.items.map((item: Json) => item.id)).toContain(draft.id);
    await due(-3);
    await run();
    await run();
    expect([await told('minutes.overdue'), await told('minutes.escalated', reviewer)]).toEqual([2, 1]);

    const ready = await approved();
    await act(ready, 'sending', { recipients: [{ name: '周敏', email: 'late@example.com' }] });
    await t.drain();
    await t.asOwner(`update minutes_recipient set remind_on = '${companyDay()}' where email = 'late@example.com'`);
    await run();
    await run();
    expect(mails().filter((text) => text.includes('late@example.com'))).toHaveLength(2);
    expect(await noticesOf(sales, 'minutes.unconfirmed')).toHaveLength(1);
  });

  it('go over with the customer, and so do visits and tasks', async () => {
    const giver = await t.as('sales');
    const made = await giver.send('POST', '/customers', { kind: 'company', values: { name: '交接纪要公司' } });
    const id = made.body.id as string;
    await giver.send('POST', '/tasks', { title: '寄样', customerId: id, dueOn: companyDay(1) });
    const plannedAt = new Date(Date.now() + 86_400_000).toISOString();
    const slip = await giver.send('POST', '/visits', { customerId: id, aim: '回访', plannedAt });
    await giver.send('POST', '/activities', {
      customerId: id,
      type: 'meeting',
      subject: '洽谈',
      happenedAt: new Date(Date.now() - 60_000).toISOString(),
    });
    const body = { fromUserId: giver.userId, customerIds: [id] };
    const preview = await t.admin.send('POST', '/handovers/preview', body);
    expect(preview.body.parts).toEqual(
      expect.arrayContaining([
        { name: 'tasks', count: 2 },
        { name: 'visits', count: 1 },
        { name: 'minutes', count: 1 },
      ]),
    );
    const moved = await t.admin.send('POST', '/handovers', { ...body, toUserId: mate.userId, kind: 'transfer' });
    expect(moved.status).toBeLessThan(300);
    await t.drain();
    const mine = (await mate.get(`/visits/${slip.body.id}`)).body;
    expect(mine).toMatchObject({ visitor: { id: mate.userId }, can: { depart: true } });
    const tasks = await mate.get(`/tasks?customerId=${id}`);
    expect(tasks.body.items.map((item: Json) => item.assigneeId)).toEqual([mate.userId, mate.userId]);
    const minutes = await mate.get(`/minutes?customerId=${id}`);
    expect(minutes.body.items).toMatchObject([{ author: { id: mate.userId } }]);
    expect((await giver.get(`/visits/${slip.body.id}`)).status).toBe(404);
  });

  it('come back from a stand-in with what had moved, and without what is the stand-in’s own', async () => {
    const giver = await t.as('sales');
    const standIn = await t.as('sales');
    const made = await giver.send('POST', '/customers', { kind: 'company', values: { name: '代管往返公司' } });
    const id = made.body.id as string;
    const task = (who: Client, title: string, more: Json = {}) =>
      who.send('POST', '/tasks', { title, customerId: id, dueOn: companyDay(), ...more });
    const plannedAt = new Date(Date.now() + 86_400_000).toISOString();
    const visit = (who: Client, aim: string) => who.send('POST', '/visits', { customerId: id, aim, plannedAt });
    await task(giver, '寄样');
    const weekly = await task(giver, '每周回访', { rrule: 'FREQ=WEEKLY' });
    await visit(giver, '回访');
    const lent = await t.admin.send('POST', '/handovers', {
      fromUserId: giver.userId,
      toUserId: standIn.userId,
      customerIds: [id],
      kind: 'standIn',
      toOn: companyDay(3),
    });
    await t.drain();
    await task(standIn, '自己的事');
    await visit(standIn, '代管期间走访');
    const taken = (await standIn.get(`/tasks/${weekly.body.id}`)).body;
    await standIn.send('POST', `/tasks/${taken.id}/completion`, undefined, match(taken.version));
    const { version } = (await t.admin.get('/handovers')).body.items.find((item: Json) => item.id === lent.body.id);
    expect(
      (await t.admin.send('POST', `/handovers/${lent.body.id}/return`, undefined, match(version))).status,
    ).toBeLessThan(300);
    await t.drain();
    const whose = async (path: string, name: (item: Json) => string, person: (item: Json) => string) =>
      Object.fromEntries(
        (await t.admin.get(`${path}?customerId=${id}&limit=100`)).body.items.map((item: Json) => [
          name(item),
          person(item),
        ]),
      );
    const tasks = await whose(
      '/tasks',
      (item) => `${item.title} ${item.state}`,
      (item) => item.assigneeId,
    );
    expect(tasks).toEqual({
      '寄样 open': giver.userId,
      '每周回访 open': giver.userId,
      '回访 open': giver.userId,
      '自己的事 open': standIn.userId,
      '代管期间走访 open': standIn.userId,
    });
    const visits = await whose(
      '/visits',
      (item) => item.aim,
      (item) => item.visitor.id,
    );
    expect(visits).toEqual({ 回访: giver.userId, 代管期间走访: standIn.userId });
  });
});
