import { type RawBuilder, sql } from 'kysely';
import type { Actor } from './actor.ts';
import { holds, scopeOf } from './actor.ts';

/** What a collaborator who may write does with the customer; deciding about it (owner, trash, export) stays the owner's. */
const collaboratorsWork = ['customer:update', 'activity:record', 'material:send'];

export type Shared = 'read' | 'write' | 'none';

/** Which collaborators may use the permission on a customer of somebody else. */
export function sharedUse(permission: string): Shared {
  if (permission === 'customer:read') return 'read';
  return collaboratorsWork.includes(permission) ? 'write' : 'none';
}

function sharedIds(actor: Actor, permission: string): string[] {
  const use = sharedUse(permission);
  return use === 'none' ? [] : actor.shared[use];
}

/** Public pools the actor may look into. */
const openPools = (actor: Actor, permission: string): string[] =>
  permission === 'customer:read' && holds(actor, 'pool:claim') ? actor.pools : [];

/**
 * The rows of an owned table (columns owner_id, team_id, region_id) on which the actor may use the permission, as SQL.
 * The only place where a scope becomes a condition: list, search, export, report and API all go through it.
 * Without the permission the condition is false, so a forgotten check shows nothing rather than everything.
 */
export function visible(actor: Actor, permission: string, table: string): RawBuilder<boolean> {
  const owned = visibleByOwner(actor, permission, table);
  const scope = scopeOf(actor, permission);
  if (!scope || scope === 'all') return owned;
  const column = (name: string) => sql.ref(`${table}.${name}`);
  const ways = [owned];
  const shared = sharedIds(actor, permission);
  if (shared.length > 0) ways.push(sql<boolean>`${column('id')} = any(${shared}::uuid[])`);
  const pools = openPools(actor, permission);
  if (pools.length > 0) ways.push(sql<boolean>`${column('pool')} = any(${pools}::text[])`);
  return sql<boolean>`(${sql.join(ways, sql` or `)})`;
}

/** The part of it that follows from who owns a row: for figures and tasks about owned rows, which are in no pool themselves. */
export function visibleByOwner(actor: Actor, permission: string, table: string): RawBuilder<boolean> {
  const scope = scopeOf(actor, permission);
  const column = (name: string) => sql.ref(`${table}.${name}`);
  if (!scope) return sql<boolean>`false`;
  if (scope === 'all') return sql<boolean>`true`;
  const ways = [sql<boolean>`${column('owner_id')} = ${actor.userId}::uuid`];
  if (scope !== 'own') ways.push(sql<boolean>`${column('team_id')} = any(${actor.teamIds}::uuid[])`);
  if (scope === 'region') ways.push(sql<boolean>`${column('region_id')} = any(${actor.regionIds}::uuid[])`);
  return sql<boolean>`(${sql.join(ways, sql` or `)})`;
}

/** The same decision for one row already in hand. */
export function mayTouch(
  actor: Actor,
  permission: string,
  row: { id?: string; owner_id: string | null; team_id: string | null; region_id: string | null; pool?: string | null },
): boolean {
  const scope = scopeOf(actor, permission);
  if (!scope) return false;
  if (scope === 'all' || row.owner_id === actor.userId) return true;
  if (row.id && sharedIds(actor, permission).includes(row.id)) return true;
  if (row.pool && openPools(actor, permission).includes(row.pool)) return true;
  if (scope === 'own') return false;
  if (row.team_id && actor.teamIds.includes(row.team_id)) return true;
  return scope === 'region' && row.region_id !== null && actor.regionIds.includes(row.region_id);
}
