import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateCustomer } from '#modules/customers/index.ts';
import { systemActor } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { inJobTransaction } from '#platform/jobs/runner.ts';
import { createLog } from '#platform/log.ts';
import { newId } from '#shared/ids.ts';
import { type Answer, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { end, relater } from '#test/relations.ts';
import { mergeCustomers } from './merge.ts';
import { mergeContacts } from './merge-contacts.ts';

let t: TestApp;
const { customer, person, relate } = relater(() => t);
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

const card = async (id: string): Promise<Json> => (await t.admin.get(`/customers/${id}`)).body;
const parentOf = async (id: string) => (await card(id)).values.parentCustomerId ?? null;
const hang = async (id: string, parentCustomerId: string | null) =>
  t.admin.send('PATCH', `/customers/${id}`, { values: { parentCustomerId } }, match((await card(id)).version));
const parties = async (...ids: string[]) =>
  Promise.all(ids.map(async (id) => ({ id, version: (await card(id)).version })));
const merge = async (survivorId: string, otherId: string) =>
  t.admin.send('POST', '/merges', { survivorId, participants: await parties(survivorId, otherId) });
const undo = (made: Answer) => t.admin.send('POST', `/merges/${made.body.id}/undoing`, undefined, match(1));
const codes = (answer: Answer) => [answer.status, answer.body.errors?.[0]?.code];

/** Does the first in a transaction that stays open until the second, of another connection, answered or waits for it. */
async function whileOpen(
  first: (context: Context) => Promise<unknown>,
  second: () => Promise<Answer>,
): Promise<Answer> {
  const actor = systemActor(t.orgId, ['customer:read', 'customer:update', 'customer:merge']);
  return (
    await inJobTransaction(t.app.db, actor, newId(), createLog('silent'), async (context) => {
      await first(context);
      const answer = second();
      await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 500))]);
      return { answer };
    })
  ).answer;
}
const hangIn = (id: string, parentCustomerId: string) => (context: Context) =>
  updateCustomer(context, id, { values: { parentCustomerId }, sources: {} });

describe('two at once', () => {
  it('never hang two dealers below each other', async () => {
    const [a, b] = [await customer(t.admin), await customer(t.admin)];
    expect(codes(await whileOpen(hangIn(a, b), () => hang(b, a)))).toEqual([422, 'tree.circle']);
    expect([await parentOf(a), await parentOf(b)]).toEqual([b, null]);
  });

  it('nor by a bulk edit', async () => {
    const [a, b] = [await customer(t.admin), await customer(t.admin, '批量之下有限公司')];
    const filter = { field: 'name', op: 'eq', value: '批量之下有限公司' };
    const started = await t.admin.send('POST', '/customers/bulk-changes', {
      query: { filter },
      values: { parentCustomerId: a },
    });
    expect(started.status, JSON.stringify(started.body)).toBe(202);
    await whileOpen(hangIn(a, b), async () => {
      await t.drain();
      return started;
    });
    expect([await parentOf(a), await parentOf(b)]).toEqual([b, null]);
  });

  it('nor by a merge: the dealer of the one that goes stays above', async () => {
    const [kept, gone, below] = [await customer(t.admin), await customer(t.admin), await customer(t.admin)];
    const participants = await parties(kept, gone);
    expect((await hang(below, gone)).status).toBe(200);
    const answer = await whileOpen(
      (context) => mergeCustomers(context, { survivorId: kept, participants, choices: {} }),
      () => hang(kept, below),
    );
    // The survivor was changed by the merge, and would hang under its own customer.
    expect([412, 422]).toContain(answer.status);
    expect([await parentOf(kept), await parentOf(below)]).toEqual([null, kept]);
  });

  it('nor close a chain of relations while two of it become one', async () => {
    const [a, between, b, c] = [
      await customer(t.admin),
      await customer(t.admin),
      await customer(t.admin),
      await customer(t.admin),
    ];
    await relate(t.admin, 'referral', end('customer', a), end('customer', between));
    await relate(t.admin, 'referral', end('customer', between), end('customer', b));
    const participants = await parties(b, c);
    const answer = await whileOpen(
      (context) => mergeCustomers(context, { survivorId: c, participants, choices: {} }),
      () => relate(t.admin, 'referral', end('customer', c), end('customer', a)),
    );
    expect(codes(answer)).toEqual([422, 'relation.circle']);
  });

  it('nor close a chart while two people become one', async () => {
    const at = await customer(t.admin);
    const [a, b, c] = [
      await person(t.admin, at, '甲某'),
      await person(t.admin, at, '乙某'),
      await person(t.admin, at, '丙某'),
    ];
    const chart = async (): Promise<Json[]> => (await t.admin.get(`/customers/${at}/organisation`)).body.people;
    const report = async (id: string, reportsTo: string) => {
      const post = (await chart()).find((item) => item.contactId === id);
      return t.admin.send(
        'PUT',
        `/employments/${post?.employmentId}/reporting-line`,
        { reportsTo },
        match(post?.version),
      );
    };
    expect((await report(a, b)).status).toBe(200);
    const participants = [b, c].map((id) => ({ id, version: 1 }));
    const answer = await whileOpen(
      (context) => mergeContacts(context, { survivorId: c, participants, choices: {} }),
      () => report(c, a),
    );
    expect(answer.status).toBeGreaterThan(400);
    const lines = (await chart()).map(({ contactId, reportsTo }) => [contactId, reportsTo]);
    expect(Object.fromEntries(lines)).toEqual({ [a]: c, [c]: null });
  });
});

describe('a merge', () => {
  it('of customers whose shared people report the other way round keeps the survivor’s chart, and is undone', async () => {
    const [kept, gone] = [await customer(t.admin), await customer(t.admin)];
    const [a, b] = [await person(t.admin, kept, '共享甲'), await person(t.admin, kept, '共享乙')];
    for (const id of [a, b])
      expect((await t.admin.send('POST', `/contacts/${id}/employments`, { customerId: gone })).status).toBe(201);
    const lines = async (at: string) => {
      const { people } = (await t.admin.get(`/customers/${at}/organisation`)).body;
      return Object.fromEntries(people.map((item: Json) => [item.contactId, item.reportsTo]));
    };
    const report = async (at: string, id: string, reportsTo: string) => {
      const { people } = (await t.admin.get(`/customers/${at}/organisation`)).body;
      const post = people.find((item: Json) => item.contactId === id);
      const path = `/employments/${post.employmentId}/reporting-line`;
      expect((await t.admin.send('PUT', path, { reportsTo }, match(post.version))).status).toBe(200);
    };
    await report(kept, a, b);
    await report(gone, b, a);
    const made = await merge(kept, gone);
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const open = await t.asOwner(
      'select contact_id, reports_to from employment where customer_id = $1 and reports_to is not null',
      [kept],
    );
    expect(open).toEqual([{ contact_id: a, reports_to: b }]);
    expect(await lines(kept)).toEqual({ [a]: b, [b]: null });
    expect((await undo(made)).status).toBe(200);
    expect([await lines(kept), await lines(gone)]).toEqual([
      { [a]: b, [b]: null },
      { [a]: null, [b]: a },
    ]);
  });
});

describe('what is taken back', () => {
  it('leaves a dealer out that hangs below its customer by now', async () => {
    const [a, b] = [await customer(t.admin, '撤回之下有限公司'), await customer(t.admin)];
    expect((await hang(a, b)).status).toBe(200);
    const filter = { field: 'name', op: 'eq', value: '撤回之下有限公司' };
    const bulk = await t.admin.send('POST', '/customers/bulk-changes', {
      query: { filter },
      values: { parentCustomerId: null },
    });
    await t.drain();
    expect(await parentOf(a)).toBe(null);
    expect((await hang(b, a)).status).toBe(200);
    const undoing = await t.admin.send('POST', `/customers/bulk-changes/${bulk.body.batchId}/undoing`);
    expect(undoing.status, JSON.stringify(undoing.body)).toBe(202);
    await t.drain();
    expect([await parentOf(a), await parentOf(b)]).toEqual([null, a]);
    const job = (await t.admin.get(`/jobs/${undoing.body.jobId}`)).body;
    expect(job.result).toMatchObject({
      undone: 0,
      kept: [{ customerId: a, fields: ['relationship', 'parentCustomerId'] }],
    });
  });

  it('of a merge brings no dealer back below its own customer, and says so', async () => {
    const [kept, gone, dealer] = [await customer(t.admin), await customer(t.admin), await customer(t.admin)];
    expect((await hang(gone, dealer)).status).toBe(200);
    const participants = await parties(kept, gone);
    const made = await t.admin.send('POST', '/merges', {
      survivorId: kept,
      participants,
      choices: { parentCustomerId: kept },
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const below = await customer(t.admin, undefined, { values: { parentCustomerId: kept } });
    expect((await hang(dealer, below)).status).toBe(200);
    expect((await undo(made)).status).toBe(200);
    expect([await parentOf(gone), await parentOf(below)]).toEqual([dealer, kept]);
  });

  it('of a merge ends a circle that only two together close', async () => {
    const [kept, gone, dealer] = [await customer(t.admin), await customer(t.admin), await customer(t.admin)];
    const below = await customer(t.admin, undefined, { values: { parentCustomerId: gone } });
    expect((await hang(gone, dealer)).status).toBe(200);
    const participants = await parties(kept, gone);
    const made = await t.admin.send('POST', '/merges', {
      survivorId: kept,
      participants,
      choices: { parentCustomerId: kept },
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    expect((await hang(dealer, below)).status).toBe(200);
    const undone = await undo(made);
    expect(undone.body.kept.fields).toEqual(['parentCustomerId']);
    expect([await parentOf(gone), await parentOf(below), await parentOf(dealer)]).toEqual([null, gone, below]);
  });

  it('of a merge leaves out a referral that would close a chain by now', async () => {
    const [first, next, last, brought] = [
      await customer(t.admin),
      await customer(t.admin),
      await customer(t.admin),
      await customer(t.admin),
    ];
    const refer = (from: string, to: string) => relate(t.admin, 'referral', end('customer', from), end('customer', to));
    for (const [from, to] of [
      [first, next],
      [next, last],
      [last, brought],
    ] as const)
      expect((await refer(from, to)).status).toBe(201);
    const made = await merge(first, last);
    expect((await refer(brought, next)).status).toBe(201);
    expect((await undo(made)).status).toBe(200);
    const { items } = (await t.admin.get(`/relations?kind=customer&id=${last}&limit=50`)).body;
    expect(items.map(({ first, second }: Json) => [first.id, second.id])).toEqual([[last, brought]]);
  });
});

describe('a merge of people', () => {
  it('closes no chain of referrals, leaves them one post, and is undone whole', async () => {
    const at = await customer(t.admin);
    const [a, b, c] = [
      await person(t.admin, at, '林一'),
      await person(t.admin, at, '林二'),
      await person(t.admin, at, '林三'),
    ];
    const titled = await t.admin.send('POST', '/contacts', {
      customerId: at,
      values: { name: '林一', position: '采购' },
    });
    const twin = titled.body.id;
    for (const [first, second] of [
      [a, b],
      [b, c],
      [c, twin],
    ] as const)
      expect((await relate(t.admin, 'referral', end('contact', first), end('contact', second))).status).toBe(201);
    const chain = async (id: string) =>
      (await t.admin.get(`/referrals/chain?kind=contact&id=${id}`)).body.items.map((item: Json) => item.referred.id);
    const posts = async (id: string) =>
      (await t.admin.get(`/contacts/${id}/employments`)).body.items.map((item: Json) => item.position);
    const made = await t.admin.send('POST', '/contact-merges', {
      survivorId: a,
      participants: [a, twin].map((id) => ({ id, version: 1 })),
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    expect(await chain(a)).toEqual([b, c]);
    expect(await chain(b)).toEqual([c]);
    expect(await posts(a)).toEqual(['采购']);

    expect((await undo(made)).body).toMatchObject({ state: 'undone', kept: { fields: [], rows: [], unique: [] } });
    expect(await chain(a)).toEqual([b, c, twin]);
    expect([await posts(a), await posts(twin)]).toEqual([[null], ['采购']]);
  });
});
