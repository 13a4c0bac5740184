import { registerLinked } from '#modules/customers/index.ts';
import { visibleRecords } from '#modules/fields/index.ts';

/** Fields of any record can link to a person: named with the customer, since many people share a name. */
registerLinked('contact', async (context, ids, active) => {
  let select = context.tx
    .selectFrom('contact')
    .innerJoin('customer', (join) =>
      join.onRef('customer.org_id', '=', 'contact.org_id').onRef('customer.id', '=', 'contact.customer_id'),
    )
    .select(['contact.id', 'contact.name', 'customer.name as customer'])
    .where('contact.org_id', '=', context.orgId)
    .where('contact.id', 'in', ids)
    .where(visibleRecords(context, 'contact', 'customer:read'));
  if (active) select = select.where('contact.state', '=', 'active');
  return Object.fromEntries((await select.execute()).map((row) => [row.id, `${row.name} · ${row.customer}`]));
});
