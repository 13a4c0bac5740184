import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';
import { itemsOf, named, revisionSteps } from '#test/revisions.ts';
import { addMonths } from './revision-settings.ts';

let t: TestApp;
let sales: Client;
beforeAll(async () => {
  t = await startTestApp();
  sales = await t.as('sales');
});
afterAll(() => t.close());

const day = companyDay;
const { make, start } = revisionSteps(() => t);

describe('a full revision', () => {
  it('lists the customers of its scope to their owners, and tells them', async () => {
    await make('修订甲', sales.userId);
    await make('修订乙');
    await make('修订丙', null);
    await make('别的');
    const revision = await start('冬季修订', named('修订'));
    expect(revision).toMatchObject({ state: 'open', customers: 3, decided: 0 });
    expect(await itemsOf(t.admin, revision.id)).toHaveLength(3);
    // Each figure of the summary opens what it counts, also of customers nobody has.
    expect(revision.owners).toHaveLength(3);
    for (const { ownerId, total } of revision.owners)
      expect(await itemsOf(t.admin, revision.id, `&owner=${ownerId ?? 'none'}`)).toHaveLength(total);
    const mine = await itemsOf(sales, revision.id, '&owner=mine&state=open');
    expect(mine.map((item: { customer: { name: string } }) => item.customer.name)).toEqual(['修订甲']);
    expect(await itemsOf(sales, revision.id)).toHaveLength(1);
    const seen = (await sales.get(`/revisions/${revision.id}`)).body;
    // Who sees one customer is told of one, in the list of revisions too; the own part of it is told to everybody.
    expect(seen).toMatchObject({ customers: 1, decided: 0, mine: { customers: 1, open: 1 } });
    expect(seen.owners).toHaveLength(1);
    expect((await sales.get('/revisions')).body.items[0]).toMatchObject({
      customers: 1,
      mine: { customers: 1, open: 1 },
    });
    expect(revision.mine).toEqual({ customers: 1, open: 1 });
    const notices = (await sales.get('/notifications')).body.items;
    expect(notices.map((item: { type: string }) => item.type)).toContain('revision.assigned');
  });

  it('cancelled before its lists are made is closed, and nobody is asked to go through half of them', async () => {
    const made = (await t.admin.send('POST', '/revisions', { name: '算了', dueOn: day(20) })).body;
    const [job] = await t.asOwner(`select id from job where kind = 'quality.revisionFill' and state = 'queued'`);
    await t.admin.send('POST', `/jobs/${job?.id}/cancellation`);
    await t.drain();
    expect((await t.admin.get(`/revisions/${made.id}`)).body).toMatchObject({ state: 'closed', customers: 0 });
  });

  it('takes a result with its reason, counts it, and refuses what is wrong', async () => {
    const mine = await make('结论甲', sales.userId);
    await make('结论乙');
    const revision = await start('结论修订', named('结论'));
    const [item] = await itemsOf(sales, revision.id);
    const put = (client: Client, body: object, version: number) =>
      client.send('PUT', `/revision-items/${item.id}/result`, body, match(version));
    const bare = await put(sales, { result: 'lost' }, item.version);
    expect(bare.status).toBe(422);
    expect(bare.body.errors[0]).toMatchObject({ field: 'why', code: 'revision.why' });
    expect(bare.body.errors[0].message).not.toContain('errors.');
    expect((await put(sales, { result: 'nonsense' }, item.version)).status).toBe(422);
    expect((await sales.send('PUT', `/revision-items/${item.id}/result`, { result: 'grown' })).status).toBe(428);
    const both = await Promise.all([
      put(sales, { result: 'lost', why: '转向对手' }, item.version),
      put(t.admin, { result: 'stable' }, item.version),
    ]);
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 412]);
    const [first, second] = both.sort((one, other) => one.status - other.status);
    expect(second?.body.data.current).toMatchObject({ result: first?.body.result, version: first?.body.version });
    const again = (await itemsOf(sales, revision.id))[0];
    expect((await put(sales, { result: 'lost', why: '转向对手' }, again.version)).status).toBe(200);
    const after = (await t.admin.get(`/revisions/${revision.id}`)).body;
    expect(after).toMatchObject({ decided: 1, total: { total: 2, lost: 1, stable: 0 } });
    const timeline = (await sales.get(`/customers/${mine.id}/timeline`)).body.items;
    expect(timeline).toContainEqual(expect.objectContaining({ kind: 'revision.decided', reason: '转向对手' }));
    const [other] = await itemsOf(t.admin, revision.id, '&state=open');
    const foreign = await sales.send('PUT', `/revision-items/${other.id}/result`, { result: 'grown' }, match(1));
    expect(foreign.status).toBe(404);
  });

  it('shows what a customer bought and when it was spoken with, and lists by reason', async () => {
    const made = await make('事实甲', sales.userId);
    const buy = (on: string, amountMinor: number) =>
      t.admin.send('POST', `/customers/${made.id}/purchases`, { day: on, amountMinor, currency: 'CNY' });
    for (const answer of [await buy(day(-10), 50_000), await buy(day(-500), 90_000), await buy(day(-900), 7_000)])
      expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    const revision = await start('事实修订', named('事实'));
    const [item] = await itemsOf(sales, revision.id);
    expect(item.facts).toEqual({
      lastContactAt: null,
      lastPurchaseOn: day(-10),
      purchaseTotal12m: 500,
      purchaseTotalBefore: 900,
    });
    const body = { result: 'shrinking', why: '换了供应商' };
    const done = await sales.send('PUT', `/revision-items/${item.id}/result`, body, match(item.version));
    expect(done.body.facts.purchaseTotalBefore).toBe(900);
    expect(await itemsOf(sales, revision.id, `&why=${encodeURIComponent('换了供应商')}`)).toHaveLength(1);
    expect(await itemsOf(sales, revision.id, `&why=${encodeURIComponent('别的原因')}`)).toHaveLength(0);
  });

  it('proposes other grades out of the results, accepted one by one or all, never over a later change', async () => {
    const graded = async (name: string, grade: string) => {
      const made = await t.admin.send('POST', '/customers', {
        kind: 'company',
        values: { name, grade },
        allowDuplicate: true,
        ownerId: sales.userId,
      });
      return made.body as { id: string; version: number };
    };
    const [up, down, lost, later, top] = [
      await graded('调级甲', 'B'),
      await graded('调级乙', 'B'),
      await graded('调级丙', 'B'),
      await graded('调级丁', 'B'),
      await graded('调级戊', 'A'),
    ];
    const revision = await start('调级修订', named('调级'));
    const all = await itemsOf(sales, revision.id);
    const itemOf = (id: string) => all.find((item: { customer: { id: string } }) => item.customer.id === id);
    const say = async (id: string, result: string) => {
      const item = itemOf(id);
      const said = await sales.send(
        'PUT',
        `/revision-items/${item.id}/result`,
        { result, why: '访谈' },
        match(item.version),
      );
      expect(said.status, JSON.stringify(said.body)).toBe(200);
      return said.body;
    };
    const grown = await say(up.id, 'grown');
    expect(grown).toMatchObject({
      proposal: { state: 'open', from: 'B', to: 'A' },
      can: { reclassify: false },
    });
    expect((await say(down.id, 'shrinking')).proposal.to).toBe('C');
    expect((await say(lost.id, 'lost')).proposal.to).toBe('D');
    await say(later.id, 'shrinking');
    expect((await say(top.id, 'grown')).proposal).toBeNull();
    const summary = (await t.admin.get(`/revisions/${revision.id}`)).body;
    expect(summary.proposals).toEqual([
      { from: 'B', to: 'A', customers: 1, acceptable: 1 },
      { from: 'B', to: 'C', customers: 2, acceptable: 2 },
      { from: 'B', to: 'D', customers: 1, acceptable: 1 },
    ]);
    expect(summary.reasons).toContainEqual({ result: 'shrinking', why: '访谈', customers: 2 });
    const path = `/revision-items/${grown.id}/reclassification`;
    const put = (client: Client, decision: string, version = grown.version) =>
      client.send('PUT', path, { decision }, match(version));
    expect((await put(sales, 'accept')).status).toBe(403);
    expect((await put(t.admin, 'maybe')).status).toBe(422);
    const both = await Promise.all([put(t.admin, 'accept'), put(t.admin, 'accept')]);
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 412]);
    expect((await put(t.admin, 'decline', grown.version + 1)).status).toBe(409);
    const card = async (id: string) => (await t.admin.get(`/customers/${id}`)).body;
    expect((await card(up.id)).values.grade).toBe('A');
    const timeline = (await t.admin.get(`/customers/${up.id}/timeline`)).body.items;
    expect(timeline).toContainEqual(expect.objectContaining({ kind: 'customer.updated', reason: '调级修订：访谈' }));
    // Graded by hand since: that stays, the proposal waits for a person, unless it is what was proposed.
    for (const [id, grade] of [
      [later.id, 'A'],
      [down.id, 'C'],
    ] as const) {
      const { version } = await card(id);
      await t.admin.send('PATCH', `/customers/${id}`, { values: { grade } }, match(version));
    }
    expect((await sales.send('POST', `/revisions/${revision.id}/reclassification`)).status).toBe(403);
    const run = await t.admin.send('POST', `/revisions/${revision.id}/reclassification`);
    expect(run.status).toBe(202);
    await t.drain();
    expect((await t.admin.get(`/jobs/${run.body.jobId}`)).body.result).toEqual({ changed: 2, left: 1 });
    expect((await card(down.id)).values.grade).toBe('C');
    expect((await card(lost.id)).values.grade).toBe('D');
    expect((await card(later.id)).values.grade).toBe('A');
    const waiting = await itemsOf(t.admin, revision.id, '&proposal=open');
    expect(waiting).toHaveLength(1);
    const decline = await t.admin.send(
      'PUT',
      `/revision-items/${waiting[0].id}/reclassification`,
      { decision: 'decline' },
      match(waiting[0].version),
    );
    expect(decline.body.proposal.state).toBe('declined');
  });

  it('shows a supervisor the team’s lists, figures and proposals only, and changes no other customers', async () => {
    const team = async (name: string): Promise<string> =>
      (await t.admin.send('POST', '/teams', { name, parentId: null })).body.id;
    const [own, other] = [await team('一队'), await team('二队')];
    const supervisor = await t.as('supervisor', { teamId: own });
    const member = await t.as('sales', { teamId: own });
    const stranger = await t.as('sales', { teamId: other });
    const ids: string[] = [];
    for (const [name, client] of [
      ['分队甲', member],
      ['分队乙', stranger],
    ] as const) {
      const values = { name, grade: 'B' };
      const body = { kind: 'company', values, ownerId: client.userId, allowDuplicate: true };
      ids.push((await t.admin.send('POST', '/customers', body)).body.id);
    }
    const revision = await start('分队修订', named('分队'));
    for (const item of await itemsOf(t.admin, revision.id))
      await t.admin.send('PUT', `/revision-items/${item.id}/result`, { result: 'grown' }, match(item.version));
    const seen = (await supervisor.get(`/revisions/${revision.id}`)).body;
    expect(seen.owners.map((row: { ownerId: string }) => row.ownerId)).toEqual([member.userId]);
    expect(seen.total).toMatchObject({ total: 1, grown: 1 });
    expect(seen.proposals).toEqual([{ from: 'B', to: 'A', customers: 1, acceptable: 1 }]);
    expect(seen.can.reclassify).toBe(true);
    // Who sees all of it but changes no customer accepts none, and neither does the owner.
    for (const [client, customers] of [
      [await t.as('leader'), 2],
      [member, 1],
    ] as const) {
      const told = (await client.get(`/revisions/${revision.id}`)).body;
      expect(told).toMatchObject({ proposals: [{ customers, acceptable: 0 }], can: { reclassify: false } });
    }
    expect(await itemsOf(supervisor, revision.id, `&owner=${stranger.userId}`)).toEqual([]);
    const run = await supervisor.send('POST', `/revisions/${revision.id}/reclassification`);
    await t.drain();
    expect((await supervisor.get(`/jobs/${run.body.jobId}`)).body.result).toMatchObject({ changed: 1 });
    const grades = await Promise.all(ids.map(async (id) => (await t.admin.get(`/customers/${id}`)).body.values.grade));
    expect(grades).toEqual(['A', 'B']);
    // The company's is not the team's to end; its own is.
    expect(seen).toMatchObject({ customers: 1, decided: 1, can: { close: false } });
    const closing = (id: string, version: number) =>
      supervisor.send('POST', `/revisions/${id}/closing`, undefined, match(version));
    expect((await closing(revision.id, seen.version)).body).toMatchObject({ status: 403, code: 'revision.notYours' });
    const started = await supervisor.send('POST', '/revisions', {
      name: '本队修订',
      dueOn: day(3),
      scope: named('分队'),
    });
    await t.drain();
    const ours = (await supervisor.get(`/revisions/${started.body.id}`)).body;
    expect(ours).toMatchObject({ customers: 1, can: { close: true } });
    expect((await closing(ours.id, ours.version)).body.state).toBe('closed');
    const nobody = '00000000-0000-7000-8000-000000000000';
    expect((await supervisor.send('POST', `/revisions/${nobody}/reclassification`)).status).toBe(404);
    expect((await supervisor.get(`/revisions/${nobody}`)).status).toBe(404);
    expect((await supervisor.get(`/revisions/${nobody}/items`)).status).toBe(404);
  });

  it('is closed once, and then keeps its results', async () => {
    await make('封存甲', sales.userId);
    const revision = await start('封存修订', named('封存'));
    const path = `/revisions/${revision.id}/closing`;
    expect((await sales.send('POST', path, undefined, match(revision.version))).status).toBe(403);
    expect((await t.admin.send('POST', path, undefined, match(revision.version))).body.state).toBe('closed');
    expect((await t.admin.send('POST', path, undefined, match(revision.version + 1))).status).toBe(409);
    const [item] = await itemsOf(sales, revision.id);
    const late = await sales.send('PUT', `/revision-items/${item.id}/result`, { result: 'grown' }, match(item.version));
    expect(late.status).toBe(409);
  });

  it('refuses a day in the past, an unknown field and who may not', async () => {
    const send = (client: Client, body: object) =>
      client.send('POST', '/revisions', { name: '无效', dueOn: day(3), ...body });
    const past = await send(t.admin, { dueOn: day(-3) });
    expect(past.body.errors[0]).toMatchObject({ field: 'dueOn', code: 'revision.past' });
    for (const [dueOn, code] of [
      ['', 'input.required'],
      ['2026-02-31', 'date.format'],
      ['6123-01-01', 'revision.tooFar'],
    ])
      expect((await send(t.admin, { dueOn })).body.errors).toEqual([expect.objectContaining({ field: 'dueOn', code })]);
    expect((await send(t.admin, { scope: { field: 'nonsense', op: 'eq', value: 1 } })).status).toBe(400);
    expect((await send(t.admin, { name: ' ' })).status).toBe(422);
    expect((await send(sales, {})).status).toBe(403);
    expect((await t.admin.get('/revisions?cursor=------------------------------------')).status).toBeLessThan(500);
  });

  it('starts by itself when due, once, and follows its customers', async () => {
    const settings = (await t.admin.get('/revision-settings')).body;
    expect(settings.months).toBe(2);
    const { version, ...rest } = settings;
    const set = await t.admin.send(
      'PUT',
      '/revision-settings',
      { ...rest, nextOn: day(1), scope: named('周期') },
      match(version),
    );
    expect(set.status, JSON.stringify(set.body)).toBe(200);
    expect((await t.admin.send('PUT', '/revision-settings', rest, match(version))).status).toBe(412);
    const kept = await make('周期甲', sales.userId);
    const gone = await make('周期乙', sales.userId);
    const tick = async () => {
      await t.asOwner(`insert into job (org_id, id, kind) values ($1, gen_random_uuid(), 'quality.revisionDue')`, [
        t.orgId,
      ]);
      await t.drain();
    };
    await t.asOwner(`update revision_setting set next_on = $1`, [day(-1)]);
    await tick();
    await tick();
    const due = (await t.admin.get('/revisions')).body.items.filter((item: { scheduled: boolean }) => item.scheduled);
    expect(due).toHaveLength(1);
    expect(due[0]).toMatchObject({ state: 'open', customers: 2 });
    await t.admin.send('POST', `/customers/${gone.id}/trashing`, {}, match(gone.version));
    await t.admin.send('PUT', `/customers/${kept.id}/owner`, { ownerId: t.admin.userId }, match(kept.version));
    await tick();
    const after = (await t.admin.get(`/revisions/${due[0].id}`)).body;
    expect(after.customers).toBe(1);
    expect(after.owners.map((item: { ownerId: string }) => item.ownerId)).toEqual([t.admin.userId]);
  });

  it('reminds owners who are not through, before the last day, on it and when it has passed, each once', async () => {
    await make('提醒甲', sales.userId);
    const revision = await start('提醒修订', named('提醒'));
    const tick = async (dueOn: string) => {
      await t.asOwner(`update revision set due_on = $1 where id = $2`, [dueOn, revision.id]);
      await t.asOwner(`insert into job (org_id, id, kind) values ($1, gen_random_uuid(), 'quality.revisionDue')`, [
        t.orgId,
      ]);
      await t.drain();
      const notices = (await sales.get('/notifications?limit=100')).body.items;
      return notices.filter((item: { path: string; type: string }) => item.path === `/revisions/${revision.id}`).length;
    };
    expect(await tick(day(10))).toBe(1);
    expect(await tick(day(3))).toBe(2);
    expect(await tick(day(3))).toBe(2);
    await t.asOwner(`update notification set key = key || 'before' where path = $1`, [`/revisions/${revision.id}`]);
    expect(await tick(day(-1))).toBe(3);
    const [item] = await itemsOf(sales, revision.id);
    await sales.send('PUT', `/revision-items/${item.id}/result`, { result: 'stable' }, match(item.version));
    await t.asOwner(`update notification set key = key || 'before' where path = $1`, [`/revisions/${revision.id}`]);
    expect(await tick(day(-1))).toBe(3);
  });

  it('counts months to the end of short ones', () => {
    expect(addMonths('2026-12-31', 2)).toBe('2027-02-28');
    expect(addMonths('2026-11-25', 2)).toBe('2027-01-25');
  });
});
