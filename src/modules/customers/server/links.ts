import { sql } from 'kysely';
import { registerLinked } from '#modules/fields/index.ts';
import { visible } from '#platform/access/visible.ts';
import { normalizeText } from '#shared/text/normalize.ts';
import { pinyinSortKey } from '#shared/text/pinyin.ts';

/** Fields of any record can link to a customer: written as its dossier number or its whole name. */
registerLinked('customer', {
  async names(context, ids, active) {
    let select = context.tx
      .selectFrom('customer')
      .select(['id', 'name'])
      .where('org_id', '=', context.orgId)
      .where('id', 'in', ids)
      .where(visible(context.actor, 'customer:read', 'customer'));
    if (active) select = select.where('state', '=', 'active');
    return Object.fromEntries((await select.execute()).map((row) => [row.id, row.name]));
  },
  async find(context, texts) {
    const wanted = texts.map((text) => ({ text, name: normalizeText(text), sort: pinyinSortKey(normalizeText(text)) }));
    const found = await sql<{ text: string; id: string }>`
      select distinct w.text, customer.id from json_to_recordset(${JSON.stringify(wanted)}::json) as w(text text, name text, sort text)
      join customer on customer.org_id = ${context.orgId} and customer.state = 'active'
        and (customer.number = w.name or (customer.name_sort collate "C" = w.sort and lower(normalize(customer.name, nfkc)) = lower(w.name)))
        and ${visible(context.actor, 'customer:read', 'customer')}`.execute(context.tx);
    return found.rows;
  },
});
