import { sql } from 'kysely';
import { dictionaryFor, hiddenContactsSql } from '#modules/fields/index.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { prepared } from '#platform/db/database.ts';
import { type IdentityKey, type IndexedRecord, identityKeys } from './keys.ts';

export interface Duplicate {
  id: string;
  number: string;
  name: string;
  because: string[];
  score: number;
  certain: boolean;
}

/** A similar customer, before permissions. */
export interface ScoredCustomer {
  customerId: string;
  score: number;
  because: string[];
  /** So alike that creating it again needs a yes. */
  certain: boolean;
}
/**
 * Scores customers against a record being typed; `sharing`: those with an equal phone, email, code or name; `readable`: the fields
 * whose values may count, as `object.key`.
 */
export type DuplicateFinder = (
  context: Context,
  record: Omit<IndexedRecord, 'id' | 'customerId'>,
  sharing: string[],
  readable?: ReadonlySet<string>,
) => Promise<ScoredCustomer[]>;
let finder: DuplicateFinder | undefined;
/** Set by the module that owns the matching engine. */
export const registerDuplicateFinder = (find: DuplicateFinder): void => {
  finder = find;
};

/** Column of the engine that says the same as an equal key. */
const columnOfKey = { phone: 'phones', email: 'emails', uscc: 'codes', name: 'name' } as const;
/** The field an identity key is made of. */
export const fieldOfKey = { phone: 'phones', email: 'emails', uscc: 'uscc', name: 'name' } as const;

/**
 * Customers that may be the same as the record: those sharing a phone, email, code or organisation name, and similar ones.
 * The caller's visible ones are named, by what the caller may read of them; of the others only the certain ones are counted.
 */
export async function findDuplicates(
  context: Context,
  record: Omit<IndexedRecord, 'id' | 'customerId'>,
  exceptId: string | null,
): Promise<{ items: Duplicate[]; hidden: number }> {
  const readable = new Set((await dictionaryFor(context)).fields.map((field) => `${field.object}.${field.key}`));
  const sharing = new Map<string, IdentityKey['kind'][]>();
  const found = new Map<string, ScoredCustomer>();
  // What was found by a value the caller may not read is not named: the typed number would tell it.
  const unnamed = new Set<string>();
  for (const { customer_id: customerId, object, kinds } of await sharingKeys(context, record)) {
    const told = kinds.filter((kind) => readable.has(`${object}.${fieldOfKey[kind]}`));
    if (told.length > 0) sharing.set(customerId, [...new Set([...(sharing.get(customerId) ?? []), ...told])]);
    else unnamed.add(customerId);
  }
  for (const customerId of unnamed) found.set(customerId, { customerId, score: 0.5, because: [], certain: true });
  for (const item of (await finder?.(context, record, [...sharing.keys()], readable)) ?? []) {
    found.set(item.customerId, item);
    unnamed.delete(item.customerId);
  }
  for (const [customerId, kinds] of sharing) {
    const item = found.get(customerId) ?? { customerId, score: 0.5, because: [], certain: true };
    const told: string[] = kinds.map((kind) => columnOfKey[kind]);
    const more = item.because.filter((column) => !told.includes(column));
    found.set(customerId, { ...item, because: [...kinds, ...more], certain: true });
    unnamed.delete(customerId);
  }
  if (exceptId) found.delete(exceptId);
  if (found.size === 0) return { items: [], hidden: 0 };
  // A number that finds a customer whose contact details are hidden would tell them: counted like what cannot be seen.
  const hides = hiddenContactsSql(context.actor, 'customer') ?? sql<boolean>`false`;
  const seen = sql<boolean>`(${visible(context.actor, 'customer:read', 'customer')} and not ${hides})`;
  const rows = await context.tx
    .selectFrom('customer')
    .select(['id', 'number', 'name', seen.as('seen')])
    .where('org_id', '=', context.orgId)
    .where('id', 'in', [...found.keys()])
    .where('state', '=', 'active')
    .execute();
  const items: Duplicate[] = [];
  let hidden = 0;
  for (const { id, number, name, seen } of rows) {
    const item = found.get(id);
    if (!item) continue;
    if (seen && !unnamed.has(id))
      items.push({ id, number, name, because: item.because, score: item.score, certain: item.certain });
    else if (item.certain) hidden += 1;
  }
  items.sort((a, b) => Number(b.certain) - Number(a.certain) || b.score - a.score);
  return { items: items.slice(0, 20), hidden };
}

/** Customers with the same phone, email, code or organisation name, before permissions. */
export async function certainTwins(
  context: Context,
  record: Omit<IndexedRecord, 'id' | 'customerId'>,
): Promise<string[]> {
  return [...new Set((await sharingKeys(context, record)).map((row) => row.customer_id))];
}

async function sharingKeys(context: Context, record: Omit<IndexedRecord, 'id' | 'customerId'>) {
  const keys = identityKeys({ ...record, id: '', customerId: '' });
  if (keys.length === 0) return [];
  const matches = await sql<{ customer_id: string; object: string; kinds: IdentityKey['kind'][] }>`
    select k.customer_id, k.object, array_agg(distinct k.kind) as kinds from identity_key k
    join jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as wanted(kind text, key text)
      on wanted.kind = k.kind and wanted.key = k.key
    where k.org_id = ${context.orgId} group by k.customer_id, k.object limit 50 ${prepared}`.execute(context.tx);
  return matches.rows;
}
