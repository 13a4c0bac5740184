import type { Context } from '#platform/context.ts';
import type { FieldValues } from '#shared/fields.ts';

/** Of the customers the values hang under, those who serve: a household's members are nobody's indirect customers. */
export async function dealersOf(context: Context, all: FieldValues[]): Promise<Set<string>> {
  const ids = [...new Set(all.flatMap(({ parentCustomerId: id }) => (typeof id === 'string' ? [id] : [])))];
  if (ids.length === 0) return new Set();
  const found = await context.tx
    .selectFrom('customer')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('id', 'in', ids)
    .where('kind', '!=', 'household')
    .execute();
  return new Set(found.map(({ id }) => id));
}

/** Who hangs under a dealer is an indirect customer, and no longer one without (`before`: what a stored customer was). */
export function servedBy(dealers: Set<string>, values: FieldValues, before?: FieldValues): FieldValues {
  const { parentCustomerId: dealer } = values;
  if (typeof dealer === 'string' && dealers.has(dealer) && (!before || !('relationship' in values)))
    return { ...values, relationship: 'indirect' };
  const left = dealer === null && before?.relationship === 'indirect' && !('relationship' in values);
  return left ? { ...values, relationship: 'direct' } : values;
}
