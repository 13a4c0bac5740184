import { sql } from 'kysely';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';

/** Joins what hangs on a customer with it. */
export const itsCustomer = (table: 'visit' | 'minutes' | 'activity') =>
  sql<boolean>`customer.org_id = ${sql.ref(`${table}.org_id`)} and customer.id = ${sql.ref(`${table}.customer_id`)}`;

/** What of the customer is shown with it, and what tells who may touch it. */
export const customerColumns = [
  'customer.name as customer_name',
  'customer.state as customer_state',
  'customer.owner_id',
  'customer.team_id',
  'customer.region_id',
] as const;

/** Of customers on which the actor may use the permission; those in the trash too, as they can be restored. */
export const reachable = (context: Context, permission: string) =>
  sql<boolean>`customer.state in ('active', 'trashed') and ${visible(context.actor, permission, 'customer')}`;
