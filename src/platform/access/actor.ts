import type { Grants, Scope } from '#shared/access.ts';
import { scopes } from '#shared/access.ts';
import { forbidden } from '#shared/errors.ts';
import { type Sensitivity, sensitivities } from '#shared/fields.ts';
import type { Lang } from '#shared/languages.ts';

/** Whoever acts: a signed-in user, a user's token, or the system itself in a job. */
export interface Actor {
  kind: 'user' | 'token' | 'system';
  orgId: string;
  userId: string;
  name: string;
  lang: Lang;
  /** Session or token the actor came with; null for jobs. */
  credentialId: string | null;
  grants: Grants;
  clearance: Sensitivity;
  sectionClearance: Record<string, Sensitivity>;
  /** The actor's team and all below it. */
  teamIds: string[];
  /** The actor's sales regions and all below them. */
  regionIds: string[];
  /** Team a record gets when the actor becomes its owner. */
  teamId: string | null;
  /** Rows per export without approval; null: no limit. */
  exportLimit: number | null;
  /** Customers' cards carried at once. */
  carryLimit: number;
  /** Version of the field dictionary when the actor was loaded. */
  dictionaryVersion: number;
  /** Public pools whose customers the actor may look at and claim, given the permission to claim. */
  pools: string[];
  /** Public pools that hide contact details from those without the permission to reveal them. */
  hidingPools: string[];
  /** Customers of others the actor works on as a collaborator. */
  shared: { read: string[]; write: string[] };
}

/** Scope in which the actor holds the permission, or undefined. */
export const scopeOf = (actor: Actor, permission: string): Scope | undefined => actor.grants[permission];

export const holds = (actor: Actor, permission: string): boolean => actor.grants[permission] !== undefined;

/** Throws 403 naming the permission unless the actor holds it. */
export function requirePermission(actor: Actor, permission: string): void {
  if (!holds(actor, permission)) throw forbidden(permission);
}

/** Whether the actor may read a field of this sensitivity in this section. */
export function cleared(actor: Actor, sensitivity: Sensitivity, section: string): boolean {
  const limit = actor.sectionClearance[section] ?? actor.clearance;
  return sensitivities.indexOf(sensitivity) <= sensitivities.indexOf(limit);
}

/** The system acting on behalf of nobody: jobs and set-up. */
export function systemActor(orgId: string, permissions: string[], dictionaryVersion = 0): Actor {
  return {
    kind: 'system',
    orgId,
    userId: '00000000-0000-0000-0000-000000000000',
    name: 'system',
    lang: 'zh-CN',
    credentialId: null,
    grants: Object.fromEntries(permissions.map((key) => [key, scopes[scopes.length - 1]])),
    clearance: 'secret',
    sectionClearance: {},
    teamIds: [],
    regionIds: [],
    teamId: null,
    exportLimit: null,
    carryLimit: 0,
    dictionaryVersion,
    pools: [],
    hidingPools: [],
    shared: { read: [], write: [] },
  };
}
