import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, match, startTestApp, type TestApp } from '#test/app.ts';
import { companyDay } from '#test/company-day.ts';
import { itemsOf, named, revisionSteps } from '#test/revisions.ts';

let t: TestApp;
let sales: Client;
beforeAll(async () => {
  t = await startTestApp();
  sales = await t.as('sales');
});
afterAll(() => t.close());

const day = companyDay;
const { make, start } = revisionSteps(() => t);

describe('the lists of a full revision', () => {
  it('goes through the survivor alone when two on its lists become one, and through both again when that is undone', async () => {
    const kept = await make('并档甲', sales.userId);
    const gone = await make('并档乙', sales.userId);
    const { id } = await start('合并修订', named('并档'));
    const told = async () => {
      const { customers, mine, total } = (await sales.get(`/revisions/${id}`)).body;
      return [customers, mine.open, total.total, (await itemsOf(sales, id, '&state=open')).length];
    };
    expect(await told()).toEqual([2, 2, 2, 2]);
    const participants = [kept, gone].map(({ id, version }) => ({ id, version }));
    const merge = await t.admin.send('POST', '/merges', { survivorId: kept.id, participants });
    expect(merge.status, JSON.stringify(merge.body)).toBe(201);
    expect(await told()).toEqual([1, 1, 1, 1]);
    const undone = await t.admin.send('POST', `/merges/${merge.body.id}/undoing`, undefined, match(1));
    expect(undone.status, JSON.stringify(undone.body)).toBe(200);
    expect(await told()).toEqual([2, 2, 2, 2]);
    // Nor is anybody asked about one in the trash; taken back, it is gone through like the others.
    const trashing = async (method: 'POST' | 'DELETE') => {
      const { version } = (await t.admin.get(`/customers/${gone.id}`)).body;
      const answer = await t.admin.send(method, `/customers/${gone.id}/trashing`, {}, match(version));
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      return told();
    };
    expect(await trashing('POST')).toEqual([1, 1, 1, 1]);
    expect(await trashing('DELETE')).toEqual([2, 2, 2, 2]);
  });

  it('goes to who stands in for somebody away on the same day, and back; who is away is told beside the progress', async () => {
    const [away, other] = [await t.as('sales'), await t.as('sales')];
    const { id: customerId } = await make('代管甲', away.userId);
    await make('代管乙', away.userId);
    const { id } = await start('代管修订', named('代管'));
    const open = async (who: Client) => (await who.get(`/revisions/${id}`)).body.mine.open;
    const absence = { delegateId: other.userId, from: day(0), to: day(3) };
    expect((await away.send('POST', '/approval-delegations', absence)).status).toBe(201);
    const { owners } = (await t.admin.get(`/revisions/${id}`)).body;
    expect(owners).toEqual([expect.objectContaining({ ownerId: away.userId, away: true, total: 2 })]);
    const handover = await t.admin.send('POST', '/handovers', {
      ...{ kind: 'standIn', fromUserId: away.userId, toUserId: other.userId, toOn: day(3) },
    });
    expect(handover.status, JSON.stringify(handover.body)).toBe(201);
    await t.drain();
    expect([await open(away), await open(other)]).toEqual([0, 2]);
    const [item] = (await itemsOf(other, id, '&owner=mine')).filter(
      (row: { customer: { id: string } }) => row.customer.id === customerId,
    );
    const said = await other.send(
      'PUT',
      `/revision-items/${item.id}/result`,
      { result: 'stable' },
      match(item.version),
    );
    expect(said.status, JSON.stringify(said.body)).toBe(200);
    const { version } = (await t.admin.get('/handovers')).body.items[0];
    const back = await t.admin.send('POST', `/handovers/${handover.body.id}/return`, undefined, match(version));
    expect(back.status, JSON.stringify(back.body)).toBe(200);
    await t.drain();
    // What was said stays with who said it.
    expect([await open(away), await open(other)]).toEqual([1, 0]);
    const after = (await t.admin.get(`/revisions/${id}`)).body.owners;
    expect(after).toContainEqual(expect.objectContaining({ ownerId: other.userId, away: false, total: 1, stable: 1 }));
  });
});
