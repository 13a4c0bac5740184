import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemActor } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { inJobTransaction } from '#platform/jobs/runner.ts';
import { createLog } from '#platform/log.ts';
import { newId } from '#shared/ids.ts';
import { type Json, startTestApp, type TestApp } from '#test/app.ts';
import { end, relater } from '#test/relations.ts';
import { moveRelations, undoMoveRelations } from '../index.ts';

let t: TestApp;
const { customer, relate } = relater(() => t);
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

const asSystem = <T>(work: (context: Context) => Promise<T>): Promise<T> =>
  inJobTransaction(t.app.db, systemActor(t.orgId, []), newId(), createLog('silent'), work);

describe('merge', () => {
  it('of the first and the last of a chain leaves the first, and is undone whole', async () => {
    const [first, second, third, last] = await Promise.all(['一', '二', '三', '末'].map((n) => customer(t.admin, n)));
    const ids = [first, second, third, last] as [string, string, string, string];
    for (const at of [0, 1, 2])
      await relate(t.admin, 'referral', end('customer', ids[at] as string), end('customer', ids[at + 1] as string));
    const chain = async (id: string) =>
      (await t.admin.get(`/referrals/chain?kind=customer&id=${id}`)).body.items.map((item: Json) => item.referred.name);
    for (const [gone, kept] of [
      [ids[3], ids[0]],
      [ids[0], ids[3]],
    ] as const) {
      const moved = await asSystem((context) => moveRelations(context, gone, kept));
      expect(moved.dropped).toMatchObject([{ from_id: ids[2], to_id: ids[3] }]);
      expect(await chain(kept)).toEqual(['二', '三']);
      await asSystem((context) => undoMoveRelations(context, moved));
      expect(await chain(ids[0])).toEqual(['二', '三', '末']);
    }
    const ended = await customer(t.admin, '旧');
    await relate(t.admin, 'referral', end('customer', ended), end('customer', ids[0]), { toOn: '2020-01-01' });
    const back = await relate(t.admin, 'referral', end('customer', ids[3]), end('customer', ended));
    expect(back.body.errors).toMatchObject([{ code: 'relation.circle' }]);
    // An ended referral closes a chain as any other: the merge of its two ends takes it out.
    const moved = await asSystem((context) => moveRelations(context, ended, ids[3]));
    expect(moved.dropped).toMatchObject([{ from_id: ids[2], to_id: ids[3] }]);
  });

  it('moves relations to the other customer and back, whole', async () => {
    const [gone, kept, third] = [await customer(t.admin), await customer(t.admin), await customer(t.admin)];
    await relate(t.admin, 'partner', end('customer', gone), end('customer', kept));
    await relate(t.admin, 'competitor', end('customer', gone), end('customer', third), { note: '同一关系' });
    await relate(t.admin, 'competitor', end('customer', third), end('customer', kept));
    await relate(t.admin, 'supplier', end('customer', third), end('customer', gone));
    const list = async (id: string) => (await t.admin.get(`/relations?kind=customer&id=${id}`)).body.items;
    const before = { gone: await list(gone), kept: await list(kept) };
    const moved = await asSystem((context) => moveRelations(context, gone, kept));
    expect([moved.first.length, moved.second.length, moved.dropped.length]).toEqual([0, 1, 2]);
    expect(await list(gone)).toEqual([]);
    expect((await list(kept)).length).toBe(2);
    const info = JSON.parse(JSON.stringify(moved)) as typeof moved;
    await asSystem((context) => undoMoveRelations(context, info));
    const plain = (items: Json[]) => items.map(({ version: _, ...item }) => item);
    expect(plain(await list(gone))).toEqual(plain(before.gone));
    expect(plain(await list(kept))).toEqual(plain(before.kept));
  });
});
