import { type RawBuilder, sql } from 'kysely';
import { type Actor, holds } from '#platform/access/actor.ts';
import type { FieldDefinition, RecordObject } from '#shared/fields.ts';

/** Fields by which a customer or person could be reached. */
export const isContactDetail = (field: FieldDefinition): boolean =>
  ['phone', 'phones', 'email', 'emails', 'addresses'].includes(field.type) || (field.builtin && field.key === 'wechat');

/** Pools whose customers' contact details the actor sees only after claiming. */
export const hidingPools = (actor: Actor): string[] => (holds(actor, 'pool:reveal') ? [] : actor.hidingPools);

/** Whether the contact details of this customer's row are hidden from the actor. */
export const hidesContacts = (actor: Actor, row: { pool: string | null }): boolean =>
  row.pool !== null && hidingPools(actor).includes(row.pool);

/** The same as SQL over the object's table; a person is as hidden as the customer. Undefined when nothing is hidden. */
export function hiddenContactsSql(actor: Actor, object: RecordObject, table: string = object) {
  const pools = hidingPools(actor);
  if (pools.length === 0) return undefined;
  if (object === 'customer') return sql<boolean>`coalesce(${sql.ref(`${table}.pool`)} = any(${pools}::text[]), false)`;
  return sql<boolean>`exists (select 1 from customer pooled where pooled.org_id = ${sql.ref(`${table}.org_id`)}
    and pooled.id = ${sql.ref(`${table}.customer_id`)} and pooled.pool = any(${pools}::text[]))`;
}

/** A contact detail where it is not hidden, null where it is; any other field as it is. */
export function whereShown(
  field: FieldDefinition,
  value: RawBuilder<unknown>,
  hidden: RawBuilder<boolean> | undefined,
): RawBuilder<unknown> {
  return hidden && isContactDetail(field) ? sql`(case when ${hidden} then null else ${value} end)` : value;
}

/** The fields that may be shown of a row. */
export const fieldsShown = <T extends FieldDefinition>(fields: T[], hidden: boolean): T[] =>
  hidden ? fields.filter((field) => !isContactDetail(field)) : fields;
