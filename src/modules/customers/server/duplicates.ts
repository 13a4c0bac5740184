import { sql } from 'kysely';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { type IdentityKey, type IndexedRecord, identityKeys } from './keys.ts';

export interface Duplicate {
  id: string;
  number: string;
  name: string;
  because: IdentityKey['kind'][];
}

/** Customers sharing a phone, email, code or organisation name with the record, the caller's visible ones named, others counted. */
export async function findDuplicates(
  context: Context,
  record: Omit<IndexedRecord, 'id' | 'customerId'>,
  exceptId: string | null,
): Promise<{ items: Duplicate[]; hidden: number }> {
  const keys = identityKeys({ ...record, id: '', customerId: '' });
  if (keys.length === 0) return { items: [], hidden: 0 };
  const matches = await sql<{ customer_id: string; kinds: IdentityKey['kind'][] }>`
    select k.customer_id, array_agg(distinct k.kind) as kinds from identity_key k
    join jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as wanted(kind text, key text)
      on wanted.kind = k.kind and wanted.key = k.key
    where k.org_id = ${context.orgId} group by k.customer_id limit 50`.execute(context.tx);
  const because = new Map(
    matches.rows.filter((row) => row.customer_id !== exceptId).map((row) => [row.customer_id, row.kinds]),
  );
  if (because.size === 0) return { items: [], hidden: 0 };
  const seen = await context.tx
    .selectFrom('customer')
    .select(['id', 'number', 'name'])
    .where('org_id', '=', context.orgId)
    .where('id', 'in', [...because.keys()])
    .where('state', '=', 'active')
    .where(visible(context.actor, 'customer:read', 'customer'))
    .execute();
  const total = await context.tx
    .selectFrom('customer')
    .select(sql<number>`count(*)`.as('count'))
    .where('org_id', '=', context.orgId)
    .where('id', 'in', [...because.keys()])
    .where('state', '=', 'active')
    .executeTakeFirstOrThrow();
  return {
    items: seen.map((row) => ({ ...row, because: because.get(row.id) ?? [] })),
    hidden: total.count - seen.length,
  };
}
