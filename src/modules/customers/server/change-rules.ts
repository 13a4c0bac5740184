import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { waitTurn } from '#platform/db/turn.ts';
import type { FieldError } from '#shared/errors.ts';
import type { FieldDefinition, FieldValues } from '#shared/fields.ts';
import type { StoredCustomer } from './store.ts';

/**
 * What one customer refuses of values that are right by themselves: it links not to itself and hangs in no circle, and a change of a
 * verified value asks where the new one comes from (A8).
 */
export async function refusedBy(
  context: Context,
  fields: Map<string, FieldDefinition>,
  stored: StoredCustomer,
  values: FieldValues,
  sources: Record<string, unknown>,
): Promise<FieldError[]> {
  const errors: FieldError[] = [];
  const { id } = stored;
  for (const [key, value] of Object.entries(values)) {
    const field = fields.get(key);
    if (field?.type === 'customer' && typeof value === 'string') {
      if (value === id || (key === 'parentCustomerId' && (await hangsUnder(context, value, [id]))))
        errors.push({ field: `values.${key}`, code: 'tree.circle' });
    }
    const changed = JSON.stringify(value ?? null) !== JSON.stringify(stored.values[key] ?? null);
    if (changed && field?.tracked && stored.provenance[key]?.verifiedAt && !sources[key])
      errors.push({ field: `values.${key}`, code: 'provenance.sourceRequired' });
  }
  return errors;
}

/**
 * Chains that may not close (dealers and households, parents, referrals, reporting lines) are changed one after another: of two
 * changes at once each would look open. Asked for before any row is locked, so that nobody who waits keeps others from theirs.
 */
export const waitForChains = (context: Context): Promise<void> => waitTurn(context.tx, `chains ${context.orgId}`);

/** Whether a customer is below one of these, over however many others. */
export async function hangsUnder(context: Context, id: unknown, ancestors: string[]): Promise<boolean> {
  if (typeof id !== 'string') return false;
  const result = await sql`
    with recursive up as (
      select parent_customer_id as id, 1 as depth from customer where org_id = ${context.orgId} and id = ${id}
      union all
      select c.parent_customer_id, depth + 1 from customer c join up on c.id = up.id where c.org_id = ${context.orgId} and depth < 50)
    select 1 from up where id = any(${ancestors}::uuid[]) limit 1`.execute(context.tx);
  return result.rows.length > 0;
}
