import { sql } from 'kysely';
import { identityKeys, loadCustomer } from '#modules/customers/index.ts';
import { checkValues, hiddenContactsSql, visibleRecords } from '#modules/fields/index.ts';
import { checkContextOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import type { FieldValues } from '#shared/fields.ts';
import { pinyinSortKey } from '#shared/text/pinyin.ts';
import { readableFields } from './card.ts';

export interface SamePerson {
  id: string;
  name: string;
  customerId: string;
  customerName: string;
  because: ('name' | 'phone' | 'email')[];
}

/**
 * People the caller sees who may be the one with these (checked) values: of the same name, or one read the same, at one of the
 * customers `at`, or with the same number or address anywhere; the most alike first. `colleagues`: whether a number alone tells at
 * those customers too, where people share the firm's.
 */
export async function samePeople(
  context: Context,
  values: FieldValues,
  { at, colleagues, limit }: { at: string[]; colleagues: boolean; limit: number },
): Promise<SamePerson[]> {
  const record = { object: 'contact' as const, id: '', customerId: '', kind: null, values };
  const keys = identityKeys(record).filter(({ kind }) => kind === 'phone' || kind === 'email');
  const name = typeof values.name === 'string' ? pinyinSortKey(values.name) : '';
  if (keys.length === 0 && name === '') return [];
  // A number that finds somebody whose contact details are hidden would tell them.
  const shown = sql`not ${hiddenContactsSql(context.actor, 'contact') ?? sql<boolean>`false`}`;
  const found = await sql<SamePerson>`
    select contact.id, contact.name, contact.customer_id as "customerId", company.name as "customerName",
      array_agg(distinct twin.because order by twin.because desc) as because
    from (
      select id, 'name' as because from contact where org_id = ${context.orgId} and customer_id = any(${at}::uuid[])
        and state = 'active' and name_sort collate "C" = ${name}
      union all
      select k.record_id, k.kind from identity_key k
      join jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as wanted(kind text, key text)
        on wanted.kind = k.kind and wanted.key = k.key
      where k.org_id = ${context.orgId} and k.object = 'contact') twin
    join contact on contact.org_id = ${context.orgId} and contact.id = twin.id
    join customer company on company.org_id = contact.org_id and company.id = contact.customer_id and company.state = 'active'
    where contact.state = 'active' and ${visibleRecords(context, 'contact', 'customer:read')}
      and (twin.because = 'name' or ${shown})
    group by contact.id, contact.name, contact.customer_id, company.name
    having ${colleagues} or not contact.customer_id = any(${at}::uuid[]) or array_agg(distinct twin.because) <> '{phone}'
    order by count(distinct twin.because) desc, contact.name, contact.id limit ${limit}`.execute(context.tx);
  return found.rows;
}

/** Who may be the person being added to a customer. */
export async function samePeopleAt(context: Context, customerId: string, input: FieldValues): Promise<SamePerson[]> {
  const customer = await loadCustomer(context, customerId, 'customer:read');
  const fields = await readableFields(context);
  const { values } = checkValues(fields, input, { ...(await checkContextOf(context)), kind: null, create: false });
  return samePeople(context, values, { at: [customer.id], colleagues: false, limit: 5 });
}
