import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { end, relater } from '#test/relations.ts';

let t: TestApp;
const { customer, relate } = relater(() => t);
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

/** Names of the referrers, a page of one each. */
const walk = async (by: Client, sort: string): Promise<string[]> => {
  const names: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const at: string = cursor ? `&cursor=${cursor}` : '';
    const page: Json = (await by.get(`/referrals/referrers?sort=${sort}&limit=1${at}`)).body;
    names.push(...page.items.map((item: Json) => item.referrer.name));
    cursor = page.nextCursor;
  }
  return names;
};

describe('referrals', () => {
  it('ranks who brought whom, follows the chain, and keeps thanks', async () => {
    const rep = await t.as('sales');
    const other = await t.as('sales');
    const root = await customer(rep, '老介绍人');
    const [a, b] = [await customer(rep, '被介绍甲'), await customer(rep, '被介绍乙')];
    const far = await customer(rep, '再介绍丙');
    const unseen = await customer(other, '别人的客户');
    const made = await relate(rep, 'referral', end('customer', root), end('customer', a), {
      thanksDueOn: '2026-12-10',
    });
    await relate(rep, 'referral', end('customer', root), end('customer', b));
    await relate(rep, 'referral', end('customer', a), end('customer', far));
    await relate(t.admin, 'referral', end('customer', root), end('customer', unseen));
    for (const [id, amountMinor] of [
      [a, 12_000],
      [far, 30_050],
      [unseen, 999_900],
    ] as const) {
      const bought = { day: '2026-10-01', amountMinor, currency: 'CNY' };
      expect((await t.admin.send('POST', `/customers/${id}/purchases`, bought)).status).toBe(201);
    }
    const ranked = (await rep.get('/referrals/referrers')).body.items;
    expect(ranked[0].revenue).toEqual([{ amountMinor: '42050', currency: 'CNY' }]);
    expect(ranked[0]).toMatchObject({ referrer: { name: '老介绍人' }, direct: 2, chain: 3, thanksDue: 1 });
    const chain = (await rep.get(`/referrals/chain?kind=customer&id=${root}`)).body.items;
    expect(chain.map((item: Json) => [item.referred.name, item.depth])).toEqual([
      ['被介绍甲', 1],
      ['被介绍乙', 1],
      ['再介绍丙', 2],
    ]);
    expect((await rep.get(`/referrals/chain?kind=customer&id=${unseen}`)).status).toBe(404);
    const thanked = await rep.send('PUT', `/relations/${made.body.id}/thanks`, { note: '送了茶叶' }, match(1));
    expect(thanked.body.thanks).toMatchObject({ by: 'sales用户', note: '送了茶叶' });
    expect((await rep.get('/referrals/referrers?thanksDue=true')).body.items).toEqual([]);
    const owed = await rep.send('DELETE', `/relations/${made.body.id}/thanks`, undefined, match(2));
    expect(owed.body.thanks).toMatchObject({ dueOn: '2026-12-10', at: null });
    expect(await walk(rep, 'direct')).toEqual(['老介绍人', '被介绍甲']);
  });

  it('names whom two of the chain brought under both, and what follows from there once', async () => {
    const rep = await t.as('sales');
    const [root, a, b, both, last] = await Promise.all(
      ['源头', '左', '右', '两人都介绍', '最后'].map((name) => customer(rep, name)),
    );
    for (const [from, to] of [
      [root, a],
      [root, b],
      [a, both],
      [b, both],
      [both, last],
    ])
      await relate(rep, 'referral', end('customer', from as string), end('customer', to as string));
    const chain = (await rep.get(`/referrals/chain?kind=customer&id=${root}`)).body.items;
    expect(chain.map((item: Json) => [item.referred.name, item.depth])).toEqual([
      ['左', 1],
      ['右', 1],
      ['两人都介绍', 2],
      ['两人都介绍', 2],
      ['最后', 3],
    ]);
    expect((await rep.get('/referrals/referrers')).body.items[0]).toMatchObject({ direct: 2, chain: 4 });
  });

  it('ranks by what the chains bought, for who may see purchases', async () => {
    const rep = await t.as('sales');
    const [many, rich, poor] = [
      await customer(rep, '介绍得多'),
      await customer(rep, '介绍得值'),
      await customer(rep, '尚无成交'),
    ];
    const brought = [await customer(rep), await customer(rep), await customer(rep), await customer(rep)] as const;
    await relate(rep, 'referral', end('customer', many), end('customer', brought[0]));
    await relate(rep, 'referral', end('customer', many), end('customer', brought[1]));
    await relate(rep, 'referral', end('customer', rich), end('customer', brought[2]));
    await relate(rep, 'referral', end('customer', poor), end('customer', brought[3]));
    for (const [id, amountMinor] of [
      [brought[0], 9_900],
      [brought[2], 100_000],
    ] as const)
      await t.admin.send('POST', `/customers/${id}/purchases`, { day: '2026-10-02', amountMinor, currency: 'CNY' });
    expect(await walk(rep, 'revenue')).toEqual(['介绍得值', '介绍得多', '尚无成交']);
    expect((await walk(rep, 'direct'))[0]).toBe('介绍得多');
    expect((await rep.get('/referrals/referrers?sort=name')).status).toBe(400);
    for (const cursor of ['x', '1.------------------------------------'])
      expect((await rep.get(`/referrals/referrers?cursor=${cursor}`)).body.code).toBe('cursor.invalid');
    const total = (await t.admin.get('/fields/all')).body.fields.find((field: Json) => field.key === 'purchaseTotal');
    const secret = await t.admin.send('PATCH', `/fields/${total.id}`, { sensitivity: 'secret' }, match(total.version));
    expect(secret.status, JSON.stringify(secret.body)).toBe(200);
    expect((await rep.get('/referrals/referrers?sort=revenue')).body.code).toBe('field.unknown');
    for (const item of (await rep.get('/referrals/referrers')).body.items) expect(item.revenue).toBeNull();
    for (const item of (await rep.get(`/referrals/chain?kind=customer&id=${rich}`)).body.items)
      expect(item.revenue).toBeNull();
    await t.asOwner(`update role set grants = grants - 'purchase:read' where key = 'marketing'`);
    const blind = await t.as('marketing');
    expect((await blind.get('/referrals/referrers?sort=revenue')).status).toBe(403);
    expect((await blind.get('/referrals/referrers')).status).toBe(200);
  });
});
