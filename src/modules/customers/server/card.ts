import { sql } from 'kysely';
import {
  dictionaryFor,
  extensionKeys,
  fieldsShown,
  fromRow,
  hidesContacts,
  linkLabels,
} from '#modules/fields/index.ts';
import { userNames } from '#modules/people/index.ts';
import { mayTouch, visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { prepared } from '#platform/db/database.ts';
import { iso } from '#platform/time.ts';
import { conflict, notFound, Problem } from '#shared/errors.ts';
import type { CustomerKind, FieldDefinition, Provenance } from '#shared/fields.ts';
import type { CustomerCard } from '../contract.ts';
import { type CustomerRow, customerFields, type StoredCustomer } from './store.ts';

const select = (context: Context) => context.tx.selectFrom('customer').selectAll().where('org_id', '=', context.orgId);

/**
 * Loads a customer through what the actor may do with it. Out of scope, erased or absent are all "not found"; one that was merged
 * is refused with the name of the customer it became, so that what was typed can be saved there.
 * `lock` for changes: the row stays ours until the transaction ends.
 */
export async function loadCustomer(
  context: Context,
  id: string,
  permission: string,
  lock = false,
): Promise<CustomerRow> {
  let query = select(context)
    .where('id', '=', id)
    .where('state', 'in', ['active', 'trashed'])
    .where(visible(context.actor, permission, 'customer'));
  if (lock) query = query.forUpdate();
  const row = await query.modifyEnd(prepared).executeTakeFirst();
  if (row) return row;
  const survivor = await visibleSurvivor(context, id, permission);
  if (!survivor) throw notFound('customer');
  const { number, name } = survivor;
  throw conflict('customer.merged', {
    params: { number, name },
    data: { merged: id, survivor: { id: survivor.id, number, name } },
  });
}

/** The customer another was merged into, if the actor may do with it what was wanted of the merged one. */
export async function visibleSurvivor(
  context: Context,
  id: string,
  permission: string,
): Promise<CustomerRow | undefined> {
  const survivor = await survivorOf(context, id);
  if (survivor === id) return undefined;
  return select(context)
    .where('id', '=', survivor)
    .where('state', 'in', ['active', 'trashed'])
    .where(visible(context.actor, permission, 'customer'))
    .modifyEnd(prepared)
    .executeTakeFirst();
}

/** The customer, or the one it was merged into; within what the actor may do, like `loadCustomer`. */
export async function loadSurvivor(context: Context, id: string, permission: string): Promise<CustomerRow> {
  try {
    return await loadCustomer(context, id, permission);
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'customer.merged')) throw error;
    const survivor = await visibleSurvivor(context, id, permission);
    if (!survivor) throw notFound('customer');
    return survivor;
  }
}

/** Where a customer's number and address lead now: to itself, or to the customer it was merged into. */
export async function survivorOf(context: Context, id: string): Promise<string> {
  const found = await sql<{ id: string }>`
    with recursive up as (
      select id, merged_into, 0 as depth from customer where org_id = ${context.orgId} and id = ${id}
      union all
      select c.id, c.merged_into, depth + 1 from customer c join up on c.id = up.merged_into
      where c.org_id = ${context.orgId} and depth < 50)
    select id from up where merged_into is null limit 1 ${prepared}`.execute(context.tx);
  return found.rows[0]?.id ?? id;
}

/** A customer just written, whoever may see it. */
export const reloadCustomer = (context: Context, id: string): Promise<CustomerRow | undefined> =>
  select(context).where('id', '=', id).modifyEnd(prepared).executeTakeFirst();

/** A loaded row as the store changes it. */
export async function storedOf(context: Context, row: CustomerRow): Promise<StoredCustomer> {
  const fields = await customerFields(context);
  const values = fromRow(fields.values(), row);
  for (const key of systemKeys()) delete values[key];
  return {
    id: row.id,
    version: row.version,
    kind: row.kind,
    number: row.number,
    values,
    provenance: row.provenance as Record<string, Provenance>,
  };
}

/** Dictionary fields kept by the system; they are no part of a change. */
export const systemKeys = (): string[] => [
  ...['number', 'kind', 'ownerId', 'createdAt', 'updatedAt'],
  ...extensionKeys('customer'),
];

/** The fields this actor may read of this customer: by clearance, and without contact details where its pool hides them. */
export async function fieldsOfRow(context: Context, row: Pick<CustomerRow, 'pool'>): Promise<FieldDefinition[]> {
  const { fields } = await dictionaryFor(context, 'customer');
  return fieldsShown(fields, hidesContacts(context.actor, row));
}

/** The card as this actor sees it: unreadable fields, their provenance and their links are left out here and nowhere else. */
export async function viewCard(context: Context, row: CustomerRow): Promise<CustomerCard> {
  const fields = await fieldsOfRow(context, row);
  const values = fromRow(fields, row);
  const readable = new Set(fields.map((field) => field.key));
  const users = [row.owner_id, row.created_by, row.updated_by].filter((id): id is string => id !== null);
  const labels = await linkLabels(context, fields, [values]);
  const names = await userNames(context, users);
  const may = (permission: string) => mayTouch(context.actor, permission, row);
  return {
    id: row.id,
    version: row.version,
    number: row.number,
    kind: row.kind as CustomerKind,
    state: row.state as CustomerCard['state'],
    values,
    provenance: Object.fromEntries(
      Object.entries(row.provenance as Record<string, Provenance>).filter(([key]) => readable.has(key)),
    ),
    owner: row.owner_id ? { id: row.owner_id, name: names[row.owner_id] ?? '' } : null,
    team: await nodeName(context, 'team', row.team_id),
    region: await nodeName(context, 'sales_region', row.region_id),
    labels,
    can: {
      update: row.state === 'active' && may('customer:update'),
      trash: may('customer:trash'),
      assign: row.state === 'active' && may('customer:assign'),
      export: may('customer:export'),
    },
    createdAt: iso(row.created_at),
    createdBy: row.created_by ? (names[row.created_by] ?? null) : null,
    updatedAt: iso(row.updated_at),
    updatedBy: row.updated_by ? (names[row.updated_by] ?? null) : null,
  };
}

async function nodeName(context: Context, table: 'team' | 'sales_region', id: string | null) {
  if (!id) return null;
  const row = await context.tx
    .selectFrom(table as 'team')
    .select(['id', 'name'])
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}
