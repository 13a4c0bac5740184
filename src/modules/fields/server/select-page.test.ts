import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '#test/app.ts';
import { columnOf } from '../spec.ts';
import { indexedOrders } from './columns.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

describe('a list by a condition nobody knows the rarity of', () => {
  it('finds what stands behind the rows walked first, page by page and in its order', async () => {
    const made = await t.admin.send('POST', '/customers', { kind: 'company', values: { name: '大公司' } });
    await t.asOwner(
      `insert into contact (org_id, id, customer_id, name, name_sort, position)
        select org_id, gen_random_uuid(), id, 'P' || n, 'p' || lpad(n::text, 6, '0'),
          case when n in (7, 20999) or n > 21100 then '采购稀客' else '职员' end
        from customer, generate_series(1, 21103) n where id = $1`,
      [made.body.id],
    );
    const filter = encodeURIComponent(JSON.stringify({ field: 'position', op: 'contains', value: '稀客' }));
    const names: string[][] = [];
    let cursor: string | null = null;
    do {
      const { status, body } = await t.admin.get(
        `/contacts?fields=name&sort=-name&limit=2&filter=${filter}${cursor ? `&cursor=${cursor}` : ''}`,
      );
      expect(status).toBe(200);
      names.push(body.items.map((item: { values: { name: string } }) => item.values.name));
      cursor = body.nextCursor;
    } while (cursor && names.length < 9);
    expect(names).toEqual([['P21103', 'P21102'], ['P21101', 'P20999'], ['P7']]);
  });

  it('walks only orders that have an index', async () => {
    const rows = await t.asOwner(
      `select tablename, indexdef from pg_indexes where tablename in ('customer', 'contact')`,
    );
    const definitions = rows.map((row: { tablename: string; indexdef: string }) => `${row.tablename} ${row.indexdef}`);
    for (const [table, keys] of Object.entries(indexedOrders))
      for (const key of keys) {
        const column = key === 'name' ? 'name_sort COLLATE "C"' : columnOf(key);
        const found = definitions.some(
          (text: string) => text.startsWith(`${table} `) && text.includes(`(org_id, state, ${column}, id)`),
        );
        expect(found, `${table} by ${key}`).toBe(true);
      }
  });
});
