import { type RawBuilder, sql } from 'kysely';
import type { Actor } from './actor.ts';
import { scopeOf } from './actor.ts';

/**
 * The rows of an owned table (columns owner_id, team_id, region_id) on which the actor may use the permission, as SQL.
 * The only place where a scope becomes a condition: list, search, export, report and API all go through it.
 * Without the permission the condition is false, so a forgotten check shows nothing rather than everything.
 */
export function visible(actor: Actor, permission: string, table: string): RawBuilder<boolean> {
  const scope = scopeOf(actor, permission);
  const column = (name: string) => sql.ref(`${table}.${name}`);
  if (scope === 'all') return sql<boolean>`true`;
  const own = sql<boolean>`${column('owner_id')} = ${actor.userId}::uuid`;
  if (scope === 'own') return own;
  const team = sql<boolean>`(${own} or ${column('team_id')} = any(${actor.teamIds}::uuid[]))`;
  if (scope === 'team') return team;
  if (scope === 'region') return sql<boolean>`(${team} or ${column('region_id')} = any(${actor.regionIds}::uuid[]))`;
  return sql<boolean>`false`;
}

/** The same decision for one row already in hand. */
export function mayTouch(
  actor: Actor,
  permission: string,
  row: { owner_id: string | null; team_id: string | null; region_id: string | null },
): boolean {
  const scope = scopeOf(actor, permission);
  if (!scope) return false;
  if (scope === 'all' || row.owner_id === actor.userId) return true;
  if (scope === 'own') return false;
  if (row.team_id && actor.teamIds.includes(row.team_id)) return true;
  return scope === 'region' && row.region_id !== null && actor.regionIds.includes(row.region_id);
}
