import { fromListRow, linkLabels, listRecords, wantedFields } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { logAccess } from '#platform/events/index.ts';
import type { QueryOf } from '#shared/endpoint.ts';
import type { listContacts } from '../contract.ts';

const usualFields = ['name', 'position', 'department', 'isPrimary', 'phones', 'emails'];

/** People at the customers the caller may see, or at one of them. */
export async function listPeople(context: Context, query: QueryOf<typeof listContacts>) {
  const keys = await wantedFields(context, 'contact', query.fields, usualFields);
  const page = await listRecords(context, {
    object: 'contact',
    permission: 'customer:read',
    sort: query.sort,
    fields: keys,
    filter: query.filter,
    q: query.q,
    cursor: query.cursor,
    limit: query.limit,
    customerId: query.customerId,
  });
  const values = page.rows.map((row) => fromListRow(page.fields, row));
  await logAccess(context, {
    action: 'list',
    subjectKind: 'contact',
    customerId: query.customerId ?? null,
    detail: { count: page.rows.length },
  });
  const customers = await customerNames(
    context,
    page.rows.map((row) => row.customer_id),
  );
  return {
    items: page.rows.map((row, index) => ({
      id: row.id,
      version: row.version,
      customerId: row.customer_id,
      customerName: customers.get(row.customer_id)?.name ?? '',
      values: values[index] ?? {},
    })),
    nextCursor: page.nextCursor,
    labels: await linkLabels(context, page.fields, values),
  };
}

/** Numbers and names of customers the caller is known to see. */
export async function customerNames(context: Context, ids: string[]) {
  if (ids.length === 0) return new Map<string, { number: string; name: string }>();
  const rows = await context.tx
    .selectFrom('customer')
    .select(['id', 'number', 'name'])
    .where('org_id', '=', context.orgId)
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}
