import { sql } from 'kysely';
import { registerLinked, visibleRecords } from '#modules/fields/index.ts';
import { normalizeText } from '#shared/text/normalize.ts';
import { pinyinSortKey } from '#shared/text/pinyin.ts';

/** Fields of any record can link to a person: named with the customer, since many people share a name. */
registerLinked('contact', {
  async names(context, ids, active) {
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
  },
  async find(context, texts) {
    const wanted = texts.map((text) => {
      const [name = '', customer = ''] = text.split(' · ').map(normalizeText);
      return { text, name, customer, sort: pinyinSortKey(name) };
    });
    const found = await sql<{ text: string; id: string }>`
      select w.text, contact.id from json_to_recordset(${JSON.stringify(wanted)}::json) as w(text text, name text, customer text, sort text)
      join contact on contact.org_id = ${context.orgId} and contact.state = 'active'
        and contact.name_sort collate "C" = w.sort and lower(normalize(contact.name, nfkc)) = lower(w.name)
        and ${visibleRecords(context, 'contact', 'customer:read')}
      join customer on customer.org_id = contact.org_id and customer.id = contact.customer_id
        and (w.customer = '' or lower(normalize(customer.name, nfkc)) = lower(w.customer))`.execute(context.tx);
    return found.rows;
  },
});
