import { sql } from 'kysely';
import { columnOf, extensionKeys } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';

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
}
