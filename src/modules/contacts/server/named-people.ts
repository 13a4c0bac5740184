import { fromRow } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import type { Provenance } from '#shared/fields.ts';
import { normalizeText } from '#shared/text/normalize.ts';
import { withWords } from '#shared/values/keep-both.ts';
import { applyContactChanges, type ContactRow, contactFields, insertContacts, type NewContact } from './store.ts';

type Fate = 'created' | 'updated' | 'same';

/**
 * People named in a sheet at customers already known, each customer once: one of that name is updated (`fill`: only where empty),
 * else the person is new. The name decides, for people of one company often share its phone. Verified values are left alone.
 * Returns what became of the person of each customer.
 */
export async function writeNamedPeople(
  context: Context,
  inputs: NewContact[],
  mode: 'update' | 'fill',
): Promise<Map<string, Fate>> {
  if (inputs.length === 0) return new Map();
  const fields = await contactFields(context);
  const rows = await context.tx
    .selectFrom('contact')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('customer_id', 'in', [...new Set(inputs.map((input) => input.customerId))])
    .where('state', '=', 'active')
    .orderBy('id')
    .limit(20_000)
    .forUpdate()
    .execute();
  const people = Map.groupBy(rows, (row) => row.customer_id);
  const fates = new Map<string, Fate>();
  const fresh: NewContact[] = [];
  const known: { row: ContactRow; input: NewContact }[] = [];
  for (const input of inputs) {
    const theirs = people.get(input.customerId) ?? [];
    const name = folded(input.values.name);
    const row = theirs.find((person) => folded(person.name) === name);
    fates.set(input.customerId, row ? 'same' : 'created');
    if (row) known.push({ row, input });
    else fresh.push({ ...input, values: { ...input.values, isPrimary: theirs.length === 0 } });
  }
  await insertContacts(context, fresh);
  const changed = await applyContactChanges(
    context,
    known.map(({ row, input }) => {
      const stored = fromRow(fields.values(), row);
      const provenance = row.provenance as Record<string, Provenance>;
      const values = Object.fromEntries(
        Object.entries(input.values)
          .filter(
            ([key]) =>
              key !== 'isPrimary' && (mode === 'update' || stored[key] === undefined) && !provenance[key]?.verifiedAt,
          )
          .map(([key, value]) => [key, withWords(stored[key], value)]),
      );
      return { row, change: { values, sources: input.sources, source: input.source, batchId: input.batchId } };
    }),
  );
  for (const { row } of known) if (changed.has(row.id)) fates.set(row.customer_id, 'updated');
  return fates;
}

const folded = (name: unknown) => normalizeText(String(name)).toLowerCase();
