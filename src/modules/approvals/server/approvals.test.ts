import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#shared/ids.ts';
import { type Client, type Json, match, type TestApp } from '#test/app.ts';
import { kind, outcomeOf, owner, person, startTrial, step, type Trial } from '#test/trial-approvals.ts';
import { withdrawSubject } from './request.ts';

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

describe('without a flow', () => {
  it('asks whoever holds the permission of the kind, never the requester', async () => {
    const { id, subjectId } = await ask(supervisor);
    const own = await decide(supervisor, id, 'approve');
    expect(own.status).toBe(403);
    expect(own.body.code).toBe('approval.ownRequest');
    expect((await colleague.get(`/approvals/${id}`)).status).toBe(404);
    const box = await leader.get('/approvals?box=decide');
    expect(box.body.items.map((item: Json) => item.id)).toContain(id);
    const done = await decide(leader, id, 'approve', { comment: '可以' });
    expect(done.body.state, JSON.stringify(done.body)).toBe('approved');
    expect(outcomeOf(subjectId)).toEqual(['approved']);
    expect((await decide(leader, id, 'approve')).body.code).toBe('approval.decided');
    const notices = await supervisor.get('/notifications');
    expect(notices.body.items.some((item: Json) => item.type === 'approvals.approved')).toBe(true);
  });

  it('lets one of two win when both decide, and withdraw against approve', async () => {
    const two = await ask(rep);
    const { version } = await detail(leader, two.id);
    const send = (client: Client, decision: string) =>
      client.send('POST', `/approvals/${two.id}/decision`, { decision }, match(version));
    const answers = await Promise.all([send(leader, 'approve'), send(t.admin, 'refuse')]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412]);
    expect(outcomeOf(two.subjectId)).toHaveLength(1);

    const race = await ask(rep);
    const go = (client: Client, decision: string) =>
      client.send('POST', `/approvals/${race.id}/decision`, { decision }, match(1));
    const both = await Promise.all([go(rep, 'withdraw'), go(leader, 'approve')]);
    expect(both.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(both.filter((answer) => answer.status === 412)).toHaveLength(1);
    expect(outcomeOf(race.subjectId)).toHaveLength(1);
  });

  it('undoes the decision when the owning module fails', async () => {
    const { id, subjectId } = await ask(rep);
    owner.failing = true;
    const broken = await decide(leader, id, 'approve');
    owner.failing = false;
    expect(broken.status).toBe(500);
    expect((await detail(leader, id)).state).toBe('open');
    expect(outcomeOf(subjectId)).toEqual([]);
    expect((await decide(leader, id, 'refuse')).status).toBe(200);
  });
});

describe('a flow', () => {
  it('asks its steps in order, by manager, condition and number of people', async () => {
    const steps = [
      step('manager', { by: 'manager', level: 1 }),
      step('two', person(stranger, leader, t.admin), { minimum: 2 }),
      step(
        'large',
        { by: 'permission', permission: 'approvalFlow:manage' },
        {
          conditions: [{ field: 'amount', op: 'gte', value: 1000 }],
        },
      ),
    ];
    await withFlow(steps, async () => {
      const small = await ask(rep, { amount: 999, reason: 'x' });
      expect((await detail(rep, small.id)).steps.map((item: Json) => item.state)).toEqual([
        'open',
        'waiting',
        'skipped',
      ]);
      // Not his turn yet, and a supervisor of another team is nobody's superior here.
      expect((await decide(stranger, small.id, 'approve')).status).toBe(404);
      expect((await decide(supervisor, small.id, 'approve')).body.state).toBe('open');
      expect((await decide(supervisor, small.id, 'approve')).status).toBe(403);
      expect((await decide(stranger, small.id, 'approve')).body.state).toBe('open');
      expect((await decide(stranger, small.id, 'approve')).status).toBe(403);
      expect((await decide(leader, small.id, 'approve')).body.state).toBe('approved');

      const large = await ask(rep, { amount: 1000, reason: 'x' });
      const missing = await ask(rep, { reason: 'amount unknown' });
      for (const { id } of [large, missing])
        expect((await detail(rep, id)).steps.map((item: Json) => item.state)).toEqual(['open', 'waiting', 'waiting']);
      // A supervisor is asked by his own superior, not by himself.
      const above = await ask(supervisor, { amount: 1, reason: 'x' });
      const { steps: path } = await detail(supervisor, above.id);
      expect(path[0].assignees.map((item: Json) => item.userId)).toEqual([leader.userId]);
    });
  });

  it('needs everybody where all must sign', async () => {
    await withFlow([step('all', person(supervisor, leader), { mode: 'all' })], async () => {
      const { id, subjectId } = await ask(rep);
      expect((await decide(leader, id, 'approve')).body.state).toBe('open');
      expect(outcomeOf(subjectId)).toEqual([]);
      expect((await decide(supervisor, id, 'approve')).body.state).toBe('approved');
      const refused = await ask(rep);
      expect((await decide(leader, refused.id, 'refuse', { comment: '不合适' })).body.state).toBe('refused');
      expect(outcomeOf(refused.subjectId)).toEqual(['refused']);
    });
  });

  it('is frozen on the request and as published', async () => {
    const made = await t.admin.send('POST', '/approval-flows', {
      subjectKind: kind,
      steps: [step('a', person(leader))],
    });
    const path = `/approval-flows/${made.body.id}`;
    expect(
      (await t.admin.send('POST', '/approval-flows', { subjectKind: kind, steps: [step('b', person(leader))] })).body
        .code,
    ).toBe('approval.draftExists');
    const changed = await t.admin.send('PATCH', path, { note: '第一版' }, match(1));
    expect(changed.body.version).toBe(2);
    expect((await t.admin.send('POST', `${path}/publication`, undefined, match(1))).status).toBe(412);
    expect((await t.admin.send('POST', `${path}/publication`, undefined, match(2))).body.state).toBe('published');
    expect((await t.admin.send('PATCH', path, { note: 'x' }, match(3))).body.code).toBe('approval.flowPublished');
    expect((await t.admin.send('DELETE', path, undefined, match(3))).body.code).toBe('approval.flowPublished');
    const running = await ask(rep);
    const next = await t.admin.send('POST', '/approval-flows', {
      subjectKind: kind,
      steps: [step('b', person(stranger))],
    });
    await t.admin.send('POST', `/approval-flows/${next.body.id}/publication`, undefined, match(1));
    const before = await detail(rep, running.id);
    expect(before.flowNumber).toBe(made.body.number);
    expect((await decide(leader, running.id, 'approve')).body.state).toBe('approved');
    const after = await ask(rep);
    expect((await detail(rep, after.id)).flowNumber).toBe(made.body.number + 1);
    const versions = await t.admin.get(`/approval-flows?kind=${kind}`);
    expect(versions.body.items[0].state).toBe('published');
    expect(versions.body.items.filter((item: Json) => item.state === 'published')).toHaveLength(1);
    await t.admin.send('DELETE', `/approval-flows/${next.body.id}/publication`, undefined, match(2));
    // Also not past the application.
    await expect(
      t.app.db.inOrg(t.orgId, (tx) =>
        sql`update approval_flow set steps = '[]' where id = ${made.body.id}::uuid`.execute(tx),
      ),
    ).rejects.toThrow(/never changes/);
  });

  it('is refused with every fault at its place, in the language asked for', async () => {
    const steps = [
      step('a', { by: 'role', roleId: newId() }, { conditions: [{ field: 'nonsense', op: 'eq', value: 1 }] }),
      step(
        'a',
        { by: 'permission', permission: 'no:such' },
        { conditions: [{ field: 'amount', op: 'gte', value: 'x' }] },
      ),
      step('c', person(leader), {
        minimum: 2,
        remindHours: 5,
        conditions: [{ field: 'reason', op: 'gte', value: 'x' }],
      }),
    ];
    const answer = await t.admin.send(
      'POST',
      '/approval-flows',
      { subjectKind: kind, steps },
      { 'accept-language': 'en-US' },
    );
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error: Json) => error.field)).toEqual([
      'steps.0.approver.roleId',
      'steps.0.conditions.0.field',
      'steps.1.key',
      'steps.1.approver.permission',
      'steps.1.conditions.0.value',
      'steps.2.minimum',
      'steps.2.remindHours',
      'steps.2.conditions.0.op',
      'steps',
    ]);
    expect(answer.body.errors.every((error: Json) => !error.message.startsWith('errors.'))).toBe(true);
    expect(
      (await t.admin.send('POST', '/approval-flows', { subjectKind: 'no', steps: [step('a', person(leader))] })).body
        .errors[0].code,
    ).toBe('approval.unknownKind');
    expect((await leader.get('/approval-subjects')).status).toBe(403);
  });
});

describe('on the way', () => {
  it('goes back to an earlier step or to the requester, who submits it changed', async () => {
    await withFlow([step('first', person(supervisor)), step('second', person(leader))], async () => {
      const { id, subjectId } = await ask(rep, { amount: 5, reason: 'x' });
      await decide(supervisor, id, 'approve');
      const { steps, version } = await detail(leader, id);
      const back = (client: Client, body: Json, at: number) =>
        client.send('POST', `/approvals/${id}/return`, body, match(at));
      expect((await back(leader, { toStep: steps[1].id, comment: '?' }, version)).status).toBe(422);
      expect((await back(leader, { toStep: steps[0].id, comment: '' }, version)).status).toBe(422);
      expect((await back(leader, { toStep: steps[0].id, comment: '请复核' }, version)).body.state).toBe('open');
      expect((await detail(rep, id)).steps.map((item: Json) => item.state)).toEqual(['open', 'waiting']);
      await decide(supervisor, id, 'approve');
      const again = await detail(leader, id);
      expect((await back(leader, { comment: '补充金额依据' }, again.version)).body.state).toBe('returned');
      expect((await decide(leader, id, 'approve')).body.code).toBe('approval.decided');
      const resubmit = async (client: Client) =>
        client.send(
          'POST',
          `/approvals/${id}/resubmission`,
          { comment: '已补充' },
          match((await detail(rep, id)).version),
        );
      expect((await resubmit(supervisor)).status).toBe(403);
      owner.current.set(subjectId, { amount: 7, reason: 'x' });
      expect((await resubmit(rep)).body).toMatchObject({ state: 'open', round: 2, snapshot: { amount: 7 } });
      const seen = await detail(supervisor, id);
      expect(seen.changedSinceLast).toEqual([{ key: 'amount', from: 5, to: 7 }]);
      expect(seen.decisions.map((item: Json) => item.decision)).toEqual([
        ...['approve', 'return', 'approve', 'return', 'resubmit'],
      ]);
      await decide(supervisor, id, 'approve');
      expect((await decide(leader, id, 'approve')).body.state).toBe('approved');
    });
  });

  it('shows what changed since, and needs it accepted', async () => {
    const { id, subjectId } = await ask(rep, { amount: 5, reason: 'x' });
    owner.current.set(subjectId, { amount: 50, reason: 'x' });
    expect((await detail(leader, id)).changedSince).toEqual([{ key: 'amount', from: 5, to: 50 }]);
    const blind = await decide(leader, id, 'approve');
    expect([blind.status, blind.body.code]).toEqual([409, 'approval.subjectChanged']);
    const bulk = await leader.send('POST', '/approvals/decisions', {
      decision: 'approve',
      items: [{ id, version: 1 }],
    });
    expect(bulk.body.items[0]).toMatchObject({ ok: false, code: 'approval.subjectChanged' });
    expect((await decide(leader, id, 'approve', { acceptChanges: true })).body.state).toBe('approved');
    const gone = await ask(rep);
    owner.current.set(gone.subjectId, null);
    expect((await decide(leader, gone.id, 'approve')).body.code).toBe('approval.subjectGone');
    expect((await decide(leader, gone.id, 'refuse')).body.state).toBe('refused');
  });

  it('takes signers before, after and beside', async () => {
    await withFlow([step('only', person(leader))], async () => {
      const { id } = await ask(rep);
      const add = async (client: Client, who: Client, place: string) =>
        client.send(
          'POST',
          `/approvals/${id}/signers`,
          { userId: who.userId, place },
          match((await detail(rep, id)).version),
        );
      expect((await add(rep, stranger, 'before')).status).toBe(403);
      expect((await add(leader, rep, 'before')).body.errors[0].code).toBe('approval.ownRequest');
      expect((await add(leader, colleague, 'before')).status).toBe(200);
      expect((await decide(leader, id, 'approve')).status).toBe(403);
      expect((await decide(colleague, id, 'approve')).body.state).toBe('open');
      expect((await add(leader, stranger, 'parallel')).status).toBe(200);
      expect((await add(leader, t.admin, 'after')).status).toBe(200);
      expect((await add(leader, stranger, 'parallel')).body.errors[0].code).toBe('approval.alreadyAsked');
      expect((await decide(leader, id, 'approve')).body.state).toBe('open');
      expect((await decide(t.admin, id, 'approve')).status).toBe(403);
      expect((await decide(stranger, id, 'approve')).body.state).toBe('open');
      expect((await decide(t.admin, id, 'approve')).body.state).toBe('approved');
    });
  });

  it('is commented and listed only by those it concerns', async () => {
    const { id } = await ask(rep);
    const say = (client: Client) => client.send('POST', `/approvals/${id}/comments`, { comment: '附件在群里' });
    expect((await say(colleague)).status).toBe(404);
    const wrong = (comment: string) => rep.send('POST', `/approvals/${id}/comments`, { comment });
    for (const [comment, code] of [
      ['', 'input.required'],
      ['  ', 'input.required'],
      ['长'.repeat(2001), 'input.tooLong'],
    ] as const) {
      const { status, body } = await wrong(comment);
      expect([status, body.errors.map((error: Json) => [error.field, error.code])]).toEqual([422, [['comment', code]]]);
    }
    expect((await rep.get(`/approvals/${id}`)).body.decisions.filter((entry: Json) => entry.comment)).toEqual([]);
    expect((await say(rep)).status).toBe(201);
    // The supervisor oversees the rep but not the rep's neighbours.
    expect((await supervisor.get('/approvals?box=team')).body.items.map((item: Json) => item.id)).toContain(id);
    expect((await stranger.get('/approvals?box=team')).body.items.map((item: Json) => item.id)).not.toContain(id);
    expect((await stranger.get(`/approvals/${id}`)).status).toBe(200);
    expect((await rep.get('/approvals?box=team')).body.items).toEqual([]);
    await trial.as(rep, (context) => withdrawSubject(context, kind, newId()));
  });
});

describe('deciding many at once', () => {
  it('answers for each', async () => {
    const good = await ask(rep);
    const gone = await ask(rep);
    const own = await ask(leader);
    await decide(rep, gone.id, 'withdraw');
    const answer = await leader.send('POST', '/approvals/decisions', {
      decision: 'approve',
      items: [good, gone, own, { id: newId() }].map(({ id }) => ({ id, version: id === gone.id ? 2 : 1 })),
    });
    expect(answer.body.items.map((item: Json) => item.code)).toEqual([
      null,
      'approval.decided',
      'approval.ownRequest',
      'record.notFound',
    ]);
    expect(outcomeOf(good.subjectId)).toEqual(['approved']);
  });
});

describe('a request about a customer', () => {
  it('is on the timeline; its name is told only to who may see the customer', async () => {
    const made = await rep.send('POST', '/customers', { kind: 'company', values: { name: '时间线公司' } });
    const { id } = await ask(rep, { amount: 1, reason: 'x' }, made.body.id);
    const timeline = await rep.get(`/customers/${made.body.id}/timeline?kinds=approval`);
    expect(timeline.body.items[0].kind).toBe('approval.requested');
    expect((await detail(leader, id)).customer).toMatchObject({ name: '时间线公司' });
    expect((await detail(stranger, id)).customer).toBeNull();
    const listed = await rep.get(`/approvals?customerId=${made.body.id}`);
    expect(listed.body.items).toHaveLength(1);
  });
});
