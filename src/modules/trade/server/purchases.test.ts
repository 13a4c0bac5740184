import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

const day = (ago: number) => companyDay(-ago);
async function customer(name: string, client = t.admin) {
  const made = await client.send('POST', '/customers', { kind: 'company', values: { name } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body as { id: string; number: string };
}
const facts = async (id: string) => (await t.admin.get(`/customers/${id}`)).body.values;

describe('purchases', () => {
  it('become facts of the customer, usable as a condition, and leave its version alone', async () => {
    const { id } = await customer('采购一');
    const add = (body: unknown) => t.admin.send('POST', `/customers/${id}/purchases`, body);
    expect((await add({ day: day(10), amountMinor: 12_345, product: '螺丝' })).status).toBe(201);
    expect((await add({ day: day(500), amountMinor: 100_000 })).status).toBe(201);
    const foreign = await add({ day: day(5), amountMinor: 999, currency: 'USD' });
    expect(foreign.body).toMatchObject({ currency: 'USD', version: 1, can: { update: true } });
    expect(await facts(id)).toMatchObject({
      firstPurchaseOn: day(500),
      lastPurchaseOn: day(5),
      purchaseCount: 3,
      purchaseCount12m: 2,
      purchaseTotal: 1123.45,
      purchaseTotal12m: 123.45,
    });
    expect((await t.admin.get(`/customers/${id}`)).body.version).toBe(1);
    const filter = encodeURIComponent(JSON.stringify({ field: 'purchaseTotal12m', op: 'gte', value: 123 }));
    expect((await t.admin.get(`/customers/count?filter=${filter}`)).body.value).toBe(1);
    const list = await t.admin.get(`/customers/${id}/purchases?limit=2`);
    expect(list.body.items.map((item: { day: string }) => item.day)).toEqual([day(5), day(10)]);
    expect(list.body.totals).toEqual({ amountMinor: 112_345, currency: 'CNY', count: 3 });
    const rest = await t.admin.get(`/customers/${id}/purchases?limit=2&cursor=${list.body.nextCursor}`);
    expect(rest.body.items.map((item: { day: string }) => item.day)).toEqual([day(500)]);
  });

  it('are corrected with their version, go to the trash and come back, each with its event', async () => {
    const { id } = await customer('采购二');
    const made = (await t.admin.send('POST', `/customers/${id}/purchases`, { day: day(1), amountMinor: 500 })).body;
    const path = `/purchases/${made.id}`;
    expect((await t.admin.send('PATCH', path, { amountMinor: 700 })).status).toBe(428);
    expect((await t.admin.send('PATCH', path, { amountMinor: 700 }, match(1))).body.amountMinor).toBe(700);
    expect((await t.admin.send('PATCH', path, { amountMinor: 800 }, match(1))).status).toBe(412);
    expect((await facts(id)).purchaseTotal).toBe(7);
    expect((await t.admin.send('POST', `${path}/trashing`, {}, match(2))).body.state).toBe('trashed');
    expect((await facts(id)).purchaseCount).toBe(0);
    expect((await facts(id)).lastPurchaseOn).toBeUndefined();
    expect((await t.admin.send('PATCH', path, { amountMinor: 1 }, match(3))).status).toBe(409);
    expect((await t.admin.send('DELETE', `${path}/trashing`, undefined, match(3))).body.state).toBe('active');
    const kinds = (await t.admin.get(`/customers/${id}/timeline`)).body.items.map(
      (item: { kind: string }) => item.kind,
    );
    expect(kinds.slice(0, 4)).toEqual([
      'purchase.restored',
      'purchase.trashed',
      'purchase.changed',
      'purchase.recorded',
    ]);
  });

  it('are recorded in bulk once per external key, all or none', async () => {
    const [a, b] = [await customer('采购三'), await customer('采购四')];
    const items = [
      { customerNumber: a.number, day: day(3), amountMinor: 100, externalKey: 'K1' },
      { customerId: b.id, day: day(2), amountMinor: 200, externalKey: 'K2' },
    ];
    const send = (list: unknown[]) => t.admin.send('POST', '/purchases/batches', { source: 'erp', items: list });
    expect((await send(items)).body).toMatchObject({ created: 2, updated: 0, unchanged: 0 });
    const again = await send([{ ...items[0], amountMinor: 150 }, items[1]]);
    expect(again.body).toMatchObject({ created: 0, updated: 1, unchanged: 1 });
    expect((await facts(a.id)).purchaseTotal).toBe(1.5);
    const wrong = await send([
      { customerNumber: 'nobody', day: day(1), amountMinor: 1 },
      { customerId: a.id, day: '2999-01-01', amountMinor: 1, currency: 'XXQ' },
    ]);
    expect(wrong.status).toBe(422);
    expect(wrong.body.errors.map((error: { field: string }) => error.field)).toEqual([
      'items.0.customerNumber',
      'items.1.day',
      'items.1.currency',
    ]);
    expect((await send([{ customerId: b.id, day: day(3), amountMinor: 100, externalKey: 'K1' }])).status).toBe(409);
    expect((await facts(a.id)).purchaseCount).toBe(1);
  });

  it('written at once are both counted', async () => {
    const { id } = await customer('采购五');
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        t.admin.send('POST', `/customers/${id}/purchases`, { day: day(index), amountMinor: 100 }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201, 201, 201, 201]);
    expect(await facts(id)).toMatchObject({ purchaseCount: 6, purchaseTotal: 6 });
  });

  it('are as invisible as their customer and refused without the permission', async () => {
    const { id } = await customer('采购六');
    const made = (await t.admin.send('POST', `/customers/${id}/purchases`, { day: day(1), amountMinor: 500 })).body;
    const sales = await t.as('sales');
    expect((await sales.get(`/customers/${id}/purchases`)).status).toBe(404);
    expect((await sales.send('POST', `/customers/${id}/purchases`, { day: day(1), amountMinor: 5 })).status).toBe(404);
    expect((await sales.send('PATCH', `/purchases/${made.id}`, { amountMinor: 5 }, match(1))).status).toBe(403);
    const own = await customer('自己的客户', sales);
    expect((await sales.send('POST', `/customers/${own.id}/purchases`, { day: day(1), amountMinor: 5 })).status).toBe(
      201,
    );
    const supervisor = await t.as('supervisor');
    expect((await supervisor.send('PATCH', `/purchases/${made.id}`, { amountMinor: 5 }, match(1))).status).toBe(404);
    const archivist = await t.as('archivist');
    expect((await archivist.get(`/customers/${id}/purchases`)).body.items).toHaveLength(1);
    expect((await archivist.send('POST', `/customers/${id}/purchases`, { day: day(1), amountMinor: 5 })).status).toBe(
      403,
    );
  });

  it('leave the rolling year at night', async () => {
    const { id } = await customer('采购七');
    await t.admin.send('POST', `/customers/${id}/purchases`, { day: day(300), amountMinor: 500 });
    // A night's passing, told by moving the purchase back instead of the clock on.
    await t.app.db.inOrg(t.orgId, async (tx) => {
      await sql`update purchase set day = day - 100 where customer_id = ${id}`.execute(tx);
      await sql`insert into job (org_id, id, kind) values (${t.orgId}, gen_random_uuid(), 'trade.refreshFacts')`.execute(
        tx,
      );
    });
    await t.drain();
    expect(await facts(id)).toMatchObject({
      purchaseCount: 1,
      purchaseCount12m: 0,
      purchaseTotal: 5,
      purchaseTotal12m: 0,
    });
  });
});
