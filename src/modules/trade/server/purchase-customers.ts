import { sql } from 'kysely';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { pinyinSortKey } from '#shared/text/pinyin.ts';
import type { PurchaseRow } from './purchase-row.ts';

/**
 * Finds the customers of rows among those the actor may record purchases of, in two queries for a whole batch, and locks them. A row
 * whose customer is not found, or cannot be told from another, gets an error.
 */
export async function resolveCustomers(
  context: Context,
  rows: PurchaseRow[],
  heading: string,
): Promise<Map<PurchaseRow, string>> {
  const wanted = [
    ...new Map(rows.flatMap((row) => row.customer).map((key) => [`${key.way}:${key.key}`, key])).values(),
  ];
  const mine = sql`customer.state = 'active' and ${visible(context.actor, 'customer:read', 'customer')}
    and ${visible(context.actor, 'purchase:create', 'customer')}`;
  const identities = wanted
    .filter((key) => key.way !== 'number' && key.way !== 'name')
    .map((key) => ({ way: key.way, kind: key.way === 'alike' ? 'name' : key.way, key: key.key }));
  const numbers = wanted.filter((key) => key.way === 'number').map((key) => key.key);
  const names = wanted
    .filter((key) => key.way === 'name')
    .map((key) => ({ sort: pinyinSortKey(key.key), key: key.key }));
  const found = await sql<{ way: string; key: string; ids: string[] }>`
    select w.way, w.key, array_agg(distinct customer.id) as ids
    from json_to_recordset(${JSON.stringify(identities)}::json) as w(way text, kind text, key text)
    join identity_key k on k.org_id = ${context.orgId} and k.kind = w.kind and k.key = w.key
    join customer on customer.org_id = k.org_id and customer.id = k.customer_id and ${mine} group by 1, 2
    union all
    select 'number', customer.number, array[customer.id] from customer
    where customer.org_id = ${context.orgId} and customer.number = any(${numbers}::text[]) and ${mine}
    union all
    select 'name', w.key, array_agg(customer.id)
    from json_to_recordset(${JSON.stringify(names)}::json) as w(sort text, key text)
    join customer on customer.org_id = ${context.orgId} and customer.name_sort collate "C" = w.sort
      and normalize(customer.name, nfkc) = w.key
      and ${mine} group by 2`.execute(context.tx);
  const byKey = new Map(found.rows.map((row) => [`${row.way}:${row.key}`, row.ids]));
  const customers = new Map<PurchaseRow, string>();
  for (const row of rows) {
    const ids = row.customer.map((key) => byKey.get(`${key.way}:${key.key}`)).find((list) => list !== undefined) ?? [];
    const [id] = ids;
    if (id && ids.length === 1) customers.set(row, id);
    else if (row.customer.length > 0)
      row.errors.push({
        column: heading,
        value: row.label,
        code: ids.length > 1 ? 'purchase.severalCustomers' : 'purchase.customer',
        params: {},
      });
  }
  const ids = [...new Set(customers.values())].sort();
  await sql`select 1 from customer where org_id = ${context.orgId} and id = any(${ids}::uuid[]) order by id for no key update`.execute(
    context.tx,
  );
  return customers;
}
