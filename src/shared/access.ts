/** Scopes of a permission, each containing the one before. */
export const scopes = ['own', 'team', 'region', 'all'] as const;
export type Scope = (typeof scopes)[number];

/** `object:action` → the widest scope in which the holder may do it. */
export type Grants = Partial<Record<string, Scope>>;

/** The wider of two scopes. */
export function widerScope(a: Scope | undefined, b: Scope): Scope {
  return a && scopes.indexOf(a) >= scopes.indexOf(b) ? a : b;
}

/** Keys of the roles every installation starts with. */
export const defaultRoleKeys = [
  'sales',
  'supervisor',
  'archivist',
  'marketing',
  'finance',
  'service',
  'leader',
  'systemAdministrator',
  'securityAdministrator',
  'auditor',
  'administrator',
] as const;
export type DefaultRole = (typeof defaultRoleKeys)[number];

/** What a module declares: every permission it uses with the default roles that hold it. */
export interface PermissionSpec {
  key: `${string}:${string}`;
  label: { zh: string; en: string };
  /** Whether the scope means anything (a record with an owner) or the permission is simply held or not. */
  scoped: boolean;
  defaults: Partial<Record<DefaultRole, Scope>>;
}
