import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';

let t: TestApp;
let sales: Client;
let other: Client;
beforeAll(async () => {
  t = await startTestApp();
  [sales, other] = await Promise.all([t.as('sales'), t.as('sales')]);
});
afterAll(() => t.close());

const customerOf = async (client: Client, name: string) =>
  (await client.send('POST', '/customers', { kind: 'company', values: { name } })).body.id as string;
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

describe('activities', () => {
  it('are recorded with people, outcome and next step, and show in facts and timeline', async () => {
    const customerId = await customerOf(sales, '活动公司');
    const contact = await sales.send('POST', '/contacts', { customerId, values: { name: '王芳' } });
    const made = await sales.send('POST', '/activities', {
      customerId,
      type: 'visit',
      subject: '首次拜访',
      body: '<script>alert(1)</script>',
      outcome: 'interested',
      place: '客户工厂',
      happenedAt: hoursAgo(3),
      durationMinutes: 45,
      contactIds: [contact.body.id],
      nextStep: { title: '寄样品', kind: 'letter', dueOn: '2999-01-05', place: '仓库' },
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    expect(made.body).toMatchObject({
      contacts: [{ name: '王芳' }],
      nextSteps: [{ title: '寄样品', dueOn: '2999-01-05', state: 'open' }],
      body: '<script>alert(1)</script>',
      can: { update: true },
    });
    const card = await sales.get(`/customers/${customerId}`);
    expect(card.body.values).toMatchObject({
      lastContactAt: made.body.happenedAt,
      activityCount90d: 1,
      nextStepAt: '2999-01-04T16:00:00.000Z',
    });
    // A step without a time is written as its day.
    const sheet = (await sales.get(`/customers/${customerId}/sheet`)).body;
    const printed = sheet.sections.flatMap((section: Json) => section.items);
    expect(printed).toContainEqual(expect.objectContaining({ label: '下一步时间', value: '2999-01-05' }));
    expect(card.body.values.lastVisitOn).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(card.body.version).toBe(1);
    const timeline = await sales.get(`/customers/${customerId}/timeline`);
    expect(timeline.body.items.map((item: { kind: string }) => item.kind)).toContain('activity.recorded');
  });

  it('an attempt that reached nobody is no contact; a correction and a removal move the facts', async () => {
    const customerId = await customerOf(sales, '事实公司');
    const record = (outcome: string, hours: number) =>
      sales.send('POST', '/activities', {
        customerId,
        type: 'call',
        subject: '电话',
        outcome,
        happenedAt: hoursAgo(hours),
      });
    const first = await record('reached', 48);
    await record('notReached', 1);
    const facts = async () => (await sales.get(`/customers/${customerId}`)).body.values;
    expect((await facts()).lastContactAt).toBe(first.body.happenedAt);
    const moved = await sales.send(
      'PATCH',
      `/activities/${first.body.id}`,
      { happenedAt: hoursAgo(24), subject: '电话回访' },
      match(1),
    );
    expect(moved.status).toBe(200);
    expect((await facts()).lastContactAt).toBe(moved.body.happenedAt);
    expect((await sales.send('PATCH', `/activities/${first.body.id}`, { subject: '迟到' }, match(1))).status).toBe(412);
    expect(
      (await sales.send('POST', `/activities/${first.body.id}/removal`, { reason: '记错客户' }, match(2))).status,
    ).toBe(204);
    expect((await facts()).lastContactAt).toBeUndefined();
    expect((await sales.get(`/activities/${first.body.id}`)).status).toBe(404);
    const timeline = await sales.get(`/customers/${customerId}/timeline`);
    expect(timeline.body.items[0]).toMatchObject({ kind: 'activity.removed', reason: '记错客户' });
  });

  it('two recorded at once both count', async () => {
    const customerId = await customerOf(sales, '同时公司');
    const at = [5, 2, 9].map((hours) => hoursAgo(hours));
    const answers = await Promise.all(
      at.map((happenedAt) =>
        sales.send('POST', '/activities', { customerId, type: 'message', subject: '微信', happenedAt }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201]);
    const card = await sales.get(`/customers/${customerId}`);
    expect(card.body.values).toMatchObject({ lastContactAt: at[1], activityCount90d: 3 });
  });

  it('wrong input is told by field', async () => {
    const customerId = await customerOf(sales, '输入公司');
    const base = { customerId, type: 'call', subject: '电话', happenedAt: hoursAgo(1) };
    const status = async (body: object) => {
      const answer = await sales.send('POST', '/activities', { ...base, ...body });
      return [answer.status, answer.body.errors?.[0]?.field ?? answer.body.field, answer.body.errors?.[0]?.code];
    };
    expect(await status({ happenedAt: '2999-01-01T00:00:00Z' })).toEqual([422, 'happenedAt', 'activity.future']);
    expect(await status({ type: 'dance' })).toEqual([422, 'type', 'input.choice']);
    expect(await status({ subject: '  ' })).toEqual([422, 'subject', 'input.required']);
    expect(await status({ body: '长'.repeat(20_001) })).toEqual([422, 'body', 'input.tooLong']);
    expect(await status({ contactIds: [customerId] })).toEqual([422, 'contactIds', 'link.unknown']);
    expect(await status({ nextStep: { title: 'x', dueOn: '2027-02-31' } })).toEqual([
      422,
      'nextStep.dueOn',
      'date.format',
    ]);
    expect(await status({ nextStep: { title: 'x' } })).toEqual([422, 'nextStep.dueOn', 'task.oneDue']);
    expect((await status({ nextStep: { title: 'x', dueOn: '2027-02-28', colour: 1 } }))[0]).toBe(400);
    expect((await status({ colour: 'red' }))[0]).toBe(400);
    expect((await sales.get('/activities?cursor=x')).status).toBe(400);
  });

  it('follow the scope of the customer', async () => {
    const customerId = await customerOf(sales, '范围公司');
    const body = { customerId, type: 'call', subject: '电话', happenedAt: hoursAgo(1) };
    const made = await sales.send('POST', '/activities', body);
    expect((await other.send('POST', '/activities', body)).status).toBe(404);
    expect((await other.get(`/activities/${made.body.id}`)).status).toBe(404);
    expect((await other.get(`/activities?customerId=${customerId}`)).status).toBe(404);
    expect((await other.get('/activities')).body.items).toEqual([]);
    const auditor = await t.as('auditor');
    expect((await auditor.get('/activities')).status).toBe(403);
    expect((await auditor.send('POST', '/activities', body)).status).toBe(403);
    // Sees everything, corrects nothing of others.
    const service = await t.as('service');
    expect((await service.get(`/activities/${made.body.id}`)).body.can.update).toBe(false);
    const refused = await service.send('PATCH', `/activities/${made.body.id}`, { subject: 'x' }, match(1));
    expect([refused.status, refused.body.code]).toEqual([409, 'activity.notYours']);
    const corrected = await t.admin.send('PATCH', `/activities/${made.body.id}`, { outcome: 'agreed' }, match(1));
    expect(corrected.body).toMatchObject({ outcome: 'agreed', version: 2 });
  });

  it('page by the time they happened', async () => {
    const customerId = await customerOf(sales, '翻页公司');
    for (const hours of [3, 1, 2, 5, 4])
      await sales.send('POST', '/activities', {
        customerId,
        type: 'call',
        subject: `${hours}`,
        happenedAt: hoursAgo(hours),
      });
    const first = await sales.get(`/activities?customerId=${customerId}&limit=3`);
    const second = await sales.get(`/activities?customerId=${customerId}&limit=3&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...second.body.items].map((item) => item.subject)).toEqual(['1', '2', '3', '4', '5']);
    expect(second.body.nextCursor).toBeNull();
  });
});

it('templates are maintained by who may, used by all', async () => {
  expect((await sales.send('POST', '/activity-templates', { name: '首访', type: 'visit' })).status).toBe(403);
  const made = await t.admin.send('POST', '/activity-templates', {
    name: '首访',
    type: 'visit',
    body: '目的：\n结果：',
  });
  expect(made.status).toBe(201);
  expect((await sales.get('/activity-templates')).body.items).toMatchObject([{ name: '首访' }]);
  const path = `/activity-templates/${made.body.id}`;
  const changed = await t.admin.send('PUT', path, { name: '首次拜访', type: 'visit' }, match(1));
  expect(changed.body).toMatchObject({ name: '首次拜访', version: 2 });
  expect((await t.admin.send('DELETE', path, undefined, match(1))).status).toBe(412);
  expect((await t.admin.send('DELETE', path, undefined, match(2))).status).toBe(204);
});
