import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enqueue } from '#platform/jobs/queue.ts';
import { newId } from '#shared/ids.ts';
import { type Client, type Json, match, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';
import { person, startTrial, step, type Trial } from '#test/trial-approvals.ts';
import { checkStep } from './deadlines.ts';

let t: TestApp;
let trial: Trial;
let rep: Client;
let colleague: Client;
let supervisor: Client;
let stranger: Client;
let leader: Client;
beforeAll(async () => {
  trial = await startTrial();
  ({ t, rep, colleague, supervisor, stranger, leader } = trial);
});
afterAll(() => t.close());
const ask: Trial['ask'] = (...args) => trial.ask(...args);
const decide: Trial['decide'] = (...args) => trial.decide(...args);
const detail: Trial['detail'] = (...args) => trial.detail(...args);
const withFlow: Trial['withFlow'] = (...args) => trial.withFlow(...args);

describe('absence', () => {
  const day = companyDay;
  const away = (client: Client, delegate: Client | null, from = 0, to = 3) =>
    client.send('POST', '/approval-delegations', {
      delegateId: delegate?.userId ?? null,
      from: day(from - 1),
      to: day(to),
    });
  const back = async (client: Client, made: Json) =>
    client.send('DELETE', `/approval-delegations/${made.body.id}`, undefined, match(1));

  it('lets the stand-in decide, shown in the trail, never on the own request', async () => {
    await withFlow([step('only', person(supervisor))], async () => {
      const made = await away(supervisor, colleague);
      expect(made.status, JSON.stringify(made.body)).toBe(201);
      const { id } = await ask(rep);
      expect((await colleague.get('/approvals?box=decide')).body.items.map((item: Json) => item.id)).toContain(id);
      expect((await detail(rep, id)).steps[0].assignees[0]).toMatchObject({ away: true, standIn: 'sales用户' });
      const done = await decide(colleague, id, 'approve');
      expect(done.body.state).toBe('approved');
      expect(done.body.decisions[0]).toMatchObject({ by: 'sales用户', onBehalfOf: 'supervisor用户' });
      // The stand-in asks: only the superior of the absent remains.
      const own = await ask(colleague);
      const { steps } = await detail(colleague, own.id);
      expect((await decide(colleague, own.id, 'approve')).status).toBe(403);
      expect(steps[0].assignees.filter((item: Json) => item.escalated).map((item: Json) => item.userId)).toEqual([
        leader.userId,
      ]);
      expect((await decide(leader, own.id, 'approve')).body.state).toBe('approved');
      await back(supervisor, made);
    });
  });

  it('refuses circles, overlaps, the past and strangers', async () => {
    const first = await away(colleague, supervisor);
    const second = await away(supervisor, leader);
    expect((await away(leader, colleague)).body.errors[0].code).toBe('approval.delegateCircle');
    expect((await away(leader, colleague, 10, 12)).status).toBe(201);
    expect((await away(colleague, leader)).body.code).toBe('approval.absenceOverlaps');
    const wrong = (body: Json) => rep.send('POST', '/approval-delegations', body);
    const delegateId = colleague.userId;
    expect((await wrong({ delegateId, from: day(2), to: day(1) })).body.errors[0].code).toBe('approval.endBeforeStart');
    expect((await wrong({ delegateId, from: day(-9), to: day(-5) })).body.errors[0].code).toBe('approval.inThePast');
    expect((await wrong({ delegateId: rep.userId, from: day(0), to: day(1) })).body.errors[0].code).toBe(
      'approval.ownDelegate',
    );
    expect((await wrong({ delegateId: newId(), from: day(0), to: day(1) })).body.errors[0].code).toBe('link.unknown');
    expect((await wrong({ userId: colleague.userId, delegateId: null, from: day(0), to: day(1) })).status).toBe(422);
    expect((await rep.send('DELETE', `/approval-delegations/${first.body.id}`, undefined, match(1))).status).toBe(404);
    // Two at once, each naming the other.
    const both = await Promise.all([away(rep, stranger, 20, 22), away(stranger, rep, 20, 22)]);
    expect(both.map((answer) => answer.status).sort()).toEqual([201, 422]);
    await back(colleague, first);
    await back(supervisor, second);
  });

  it('escalates a step whose people are away, blocked or late, once', async () => {
    const lonely = await t.as('sales', { teamId: trial.sales });
    await withFlow([step('only', person(lonely), { deadlineHours: 4, remindHours: 1 })], async () => {
      const { id } = await ask(rep);
      const check = (hours: number) =>
        trial.as(t.admin, async (context) => {
          const { id: stepId } = await context.tx
            .selectFrom('approval_step')
            .select('id')
            .where('approval_id', '=', id)
            .executeTakeFirstOrThrow();
          const now = new Date(Date.now() + hours * 3_600_000);
          return checkStep({ ...context, now: () => now }, id, stepId);
        });
      expect(await check(1)).toBeUndefined();
      expect(await check(3.5)).toBe('reminded');
      expect(await check(3.6)).toBeUndefined();
      expect(await check(4.1)).toBe('escalated');
      expect(await check(4.2)).toBeUndefined();
      const { steps, decisions } = await detail(rep, id);
      expect(steps[0].assignees.find((item: Json) => item.escalated).userId).toBe(supervisor.userId);
      expect(decisions.map((item: Json) => item.decision)).toEqual(['remind', 'remind', 'escalate']);
      expect((await decide(supervisor, id, 'approve')).body.state).toBe('approved');

      const open = await ask(rep);
      const user = (await t.admin.get('/users?limit=100')).body.items.find((item: Json) => item.id === lonely.userId);
      const blocked = await t.admin.send('POST', `/users/${lonely.userId}/blocking`, {}, match(user.version));
      expect(blocked.status, JSON.stringify(blocked.body)).toBe(200);
      await trial.as(t.admin, (context) => enqueue(context, { kind: 'approvals.deadlines' }));
      await t.drain();
      expect((await decide(supervisor, open.id, 'approve')).body.state).toBe('approved');
    });
  });
});
