import { type RawBuilder, sql } from 'kysely';
import { columnOf, extensionKeys } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { refreshDue } from './ownership/due.ts';

/**
 * Writes facts other modules keep on the customer (fields added by `extendObject`). Facts follow from records that have their
 * own events, so they raise no version and write no event: nobody's open edit meets a conflict because a visit was logged.
 * `values` by field key; null empties.
 */
export async function writeFacts(
  context: Context,
  customerId: string,
  values: Record<string, string | number | boolean | Date | null>,
): Promise<void> {
  const known = extensionKeys('customer');
  const columns = Object.entries(values).map(([key, value]) => {
    if (!known.includes(key)) throw new Error(`${key} is no fact of a customer`);
    return sql`${sql.ref(columnOf(key))} = ${value}`;
  });
  if (columns.length === 0) return;
  await sql`update customer set ${sql.join(columns)} where org_id = ${context.orgId} and id = ${customerId}`.execute(
    context.tx,
  );
  // A contact or a purchase begins a new term at once; many at once wait for the night.
  if (['lastContactAt', 'lastPurchaseOn', 'purchaseCount'].some((key) => key in values))
    await refreshDue(context, [customerId]);
}

/**
 * The same for many customers in one statement: `rows` is a select giving `customer_id` and the column of each key.
 * Customers whose facts are already so are not rewritten. Returns how many changed.
 */
export async function writeFactsFrom(context: Context, keys: string[], rows: RawBuilder<unknown>): Promise<number> {
  const known = extensionKeys('customer');
  for (const key of keys) if (!known.includes(key)) throw new Error(`${key} is no fact of a customer`);
  const columns = keys.map(columnOf);
  const set = sql.join(columns.map((name) => sql`${sql.ref(name)} = ${sql.ref(`fact.${name}`)}`));
  const now = sql.join(columns.map((name) => sql.ref(`customer.${name}`)));
  const then = sql.join(columns.map((name) => sql.ref(`fact.${name}`)));
  const result = await sql`update customer set ${set} from (${rows}) fact
    where customer.org_id = ${context.orgId}::uuid and customer.id = fact.customer_id
      and row(${now}) is distinct from row(${then})`.execute(context.tx);
  return Number(result.numAffectedRows ?? 0);
}
