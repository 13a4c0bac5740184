import { sql } from 'kysely';
import { type ContactRow, customerNames } from '#modules/contacts/index.ts';
import { fieldOfKey, loadCustomer } from '#modules/customers/index.ts';
import { dictionaryFor, fromRow, visibleRecords } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import type { FieldDefinition } from '#shared/fields.ts';
import { engineRecord } from './customer-records.ts';
import { explain } from './model.ts';
import { baseComparers, getSettings } from './settings.ts';

const people = (context: Context) => context.tx.selectFrom('contact').selectAll().where('org_id', '=', context.orgId);

/**
 * What two people have in common beside the name: a phone, a mail address, or name and day of birth. By what the caller may
 * not read nobody is found: that somebody is would tell it.
 */
function shared(context: Context, ids: string[], readable: ReadonlyMap<string, FieldDefinition>) {
  const kinds = Object.entries(fieldOfKey).flatMap(([kind, field]) => (readable.has(field) ? [kind] : []));
  return sql`
  select mine.record_id as here, other.record_id as there from identity_key mine
  join identity_key other on other.org_id = mine.org_id and other.kind = mine.kind and other.key = mine.key
    and other.object = 'contact' and other.customer_id <> mine.customer_id and mine.kind = any(${kinds}::text[])
  where mine.org_id = ${context.orgId} and mine.object = 'contact' and mine.record_id = any(${ids}::uuid[])
  union
  select mine.id, other.id from contact mine join contact other on other.org_id = mine.org_id and other.state = 'active'
    and other.name_sort collate "C" = mine.name_sort and other.customer_id <> mine.customer_id and other.birthday = mine.birthday
  where ${readable.has('birthday')} and mine.org_id = ${context.orgId} and mine.id = any(${ids}::uuid[])`;
}

/** People of other customers the caller may merge that have something in common with these. */
async function elsewhere(
  context: Context,
  ids: string[],
  readable: ReadonlyMap<string, FieldDefinition>,
): Promise<{ here: string; row: ContactRow }[]> {
  const { rows } = await sql<{ here: string; there: string }>`select shared.here, shared.there
    from (${shared(context, ids, readable)}) shared join contact on contact.org_id = ${context.orgId} and contact.id = shared.there
    where contact.state = 'active' and ${visibleRecords(context, 'contact', 'customer:merge')}
    order by 1, 2 limit 300`.execute(context.tx);
  if (rows.length === 0) return [];
  const found = await people(context)
    .where(
      'id',
      'in',
      rows.map((pair) => pair.there),
    )
    .execute();
  const byId = new Map(found.map((row) => [row.id, row]));
  return rows.flatMap(({ here, there }) => {
    const row = byId.get(there);
    return row ? [{ here, row }] : [];
  });
}

/** People of a customer that may be the same, or the same as somebody at another customer; the surest first. */
export async function contactDuplicates(context: Context, customerId: string) {
  await loadCustomer(context, customerId, 'customer:merge');
  const { fields: readable } = await dictionaryFor(context, 'contact');
  const fields = new Map(readable.map((field) => [field.key, field] as const));
  const rows = await people(context)
    .where('customer_id', '=', customerId)
    .where('state', '=', 'active')
    .orderBy('id')
    .limit(300)
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  const others = await elsewhere(context, [...byId.keys()], fields);
  const pairs = rows.flatMap((a, index) => rows.slice(index + 1).map((b): [ContactRow, ContactRow] => [a, b]));
  for (const { here, row } of others) {
    const mine = byId.get(here);
    if (mine) pairs.push([mine, row]);
  }
  const { suggestFrom } = await getSettings(context);
  const { persons } = await baseComparers(context);
  const records = new Map(
    pairs.flat().map((row) => [row.id, engineRecord(row.id, null, fromRow(fields.values(), row))] as const),
  );
  const names = await customerNames(context, [customerId, ...others.map(({ row }) => row.customer_id)]);
  const short = (row: ContactRow) => ({
    ...{ id: row.id, version: row.version, name: row.name },
    customerName: names.get(row.customer_id)?.name ?? '',
  });
  const items = pairs.flatMap(([a, b]) => {
    const [left, right] = [records.get(a.id), records.get(b.id)];
    if (!left || !right) return [];
    // Colleagues share the firm's numbers; within one firm the same name is already likely the same person.
    const { score, reasons } = explain(persons, left, right);
    const alike = Math.min(...reasons.flatMap((reason) => (reason.feature === 'name' ? [reason.level] : [])));
    const shown = alike <= 1 && a.customer_id === b.customer_id ? Math.max(score, 0.6) : score;
    if (shown < suggestFrom || alike > 3) return [];
    return [{ score: Math.round(shown * 1000) / 1000, a: short(a), b: short(b) }];
  });
  return { items: items.sort((x, y) => y.score - x.score).slice(0, 100) };
}
