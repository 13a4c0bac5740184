import { claimValues, writeMany } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { recordEvents } from '#platform/events/index.ts';
import { pinyinSortKey } from '#shared/text/pinyin.ts';
import { computedFacts } from './computed-facts.ts';
import { indexRecords } from './keys.ts';
import { dealersOf, servedBy } from './served.ts';
import { type CustomerChange, changeEvent, customerFields, planChange, type StoredCustomer } from './store.ts';

/**
 * Writes changes of values of many customers already locked, each named once, by as many statements as one takes. Returns the ids of
 * those in which something differed.
 */
export async function applyChanges(
  context: Context,
  items: { stored: StoredCustomer; change: Omit<CustomerChange, 'kind' | 'columns'> }[],
): Promise<Set<string>> {
  const fields = await customerFields(context);
  const dealers = await dealersOf(
    context,
    items.map(({ change }) => change.values),
  );
  const planned = items.flatMap((item) => {
    const values = servedBy(dealers, item.change.values, item.stored.values);
    const plan = planChange(context, fields, item.stored, { ...item.change, values });
    return plan ? [{ ...item, plan }] : [];
  });
  if (planned.length === 0) return new Set();
  for (const { stored, plan } of planned) {
    await claimValues(context, 'customer', stored.id, fields, plan.changed);
  }
  const factsOf = await computedFacts(context);
  await writeMany(
    context,
    'customer',
    fields,
    planned.map(({ stored, plan: { changed, provenance, wanted } }) => ({
      id: stored.id,
      values: changed,
      columns: {
        ...factsOf({ kind: stored.kind, values: wanted, provenance }),
        ...(changed.name ? { name_sort: pinyinSortKey(String(changed.name)) } : {}),
        provenance,
      },
    })),
  );
  await indexRecords(
    context,
    planned.map(({ stored: { id, kind, number }, plan }) => ({
      ...{ object: 'customer' as const, id, customerId: id, kind, number },
      values: plan.wanted,
      changed: Object.keys(plan.changes),
    })),
    fields.values(),
  );
  await recordEvents(
    context,
    planned.map(({ stored, change, plan }) => changeEvent(stored, change, plan)),
  );
  return new Set(planned.map(({ stored }) => stored.id));
}
