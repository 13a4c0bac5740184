import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { type Grants, type Scope, scopes, widerScope } from '#shared/access.ts';
import { type Sensitivity, sensitivities } from '#shared/fields.ts';

/** What somebody may do and read, whatever roles it comes from. */
export interface Rights {
  grants: Grants;
  clearance: Sensitivity;
  sectionClearance: Record<string, Sensitivity>;
  /** Rows per export without approval; null: no limit. */
  exportLimit: number | null;
  /** Customers' cards carried at once. */
  carryLimit: number;
}

export interface RoleRights {
  grants: Grants;
  clearance: Sensitivity;
  section_clearance: Record<string, Sensitivity>;
  export_limit: number | null;
  carry_limit: number;
}

const level = (sensitivity: Sensitivity) => sensitivities.indexOf(sensitivity);
const higher = (a: Sensitivity, b: Sensitivity): Sensitivity => (level(a) >= level(b) ? a : b);

/** The rights of several roles together: of each the widest. A section a role clears apart counts for that role only. */
export function uniteRoles(roles: RoleRights[]): Rights {
  const grants: Record<string, Scope> = {};
  let clearance: Sensitivity = 'open';
  let exportLimit: number | null = 0;
  for (const role of roles) {
    for (const [key, scope] of Object.entries(role.grants)) if (scope) grants[key] = widerScope(grants[key], scope);
    clearance = higher(clearance, role.clearance);
    if (exportLimit !== null)
      exportLimit = role.export_limit === null ? null : Math.max(exportLimit, role.export_limit);
  }
  const sections = new Set(roles.flatMap((role) => Object.keys(role.section_clearance)));
  const sectionClearance = Object.fromEntries(
    [...sections].map((section) => [
      section,
      roles.map((role) => role.section_clearance[section] ?? role.clearance).reduce(higher, 'open'),
    ]),
  );
  const carryLimit = Math.max(0, ...roles.map((role) => role.carry_limit));
  return { grants, clearance, sectionClearance, exportLimit, carryLimit };
}

/** Whether one may do or read anything the other may not. How many cards are carried opens nothing that is closed otherwise. */
export function exceeds(one: Rights, other: Rights): boolean {
  const wider = (a: Scope, b: Scope | undefined) => !b || scopes.indexOf(a) > scopes.indexOf(b);
  if (Object.entries(one.grants).some(([key, scope]) => scope && wider(scope, other.grants[key]))) return true;
  if (level(one.clearance) > level(other.clearance)) return true;
  const sections = [...Object.keys(one.sectionClearance), ...Object.keys(other.sectionClearance)];
  const cleared = (rights: Rights, section: string) => level(rights.sectionClearance[section] ?? rights.clearance);
  if (sections.some((section) => cleared(one, section) > cleared(other, section))) return true;
  return other.exportLimit !== null && (one.exportLimit === null || one.exportLimit > other.exportLimit);
}

const columns = sql`r.grants, r.clearance, r.section_clearance, r.export_limit, r.carry_limit`;

/** The present rights of a user. */
export async function rightsOfUser(context: Context, userId: string): Promise<Rights> {
  const roles =
    await sql<RoleRights>`select ${columns} from user_role ur join role r on r.org_id = ur.org_id and r.id = ur.role_id
    where ur.org_id = ${context.orgId} and ur.user_id = ${userId}`.execute(context.tx);
  return uniteRoles(roles.rows);
}

/** The rights the roles give together. */
export async function rightsOfRoles(context: Context, ids: string[]): Promise<Rights> {
  const roles =
    await sql<RoleRights>`select ${columns} from role r where r.org_id = ${context.orgId} and r.id = any(${ids}::uuid[])`.execute(
      context.tx,
    );
  return uniteRoles(roles.rows);
}

/** More people than this are not told or asked at once. */
const holdersAsked = 50;

/** Active users who hold a permission, in any scope. */
export async function permissionHolders(context: Context, permission: string): Promise<string[]> {
  const found = await sql<{ id: string }>`
    select distinct u.id from app_user u
    join user_role ur on ur.org_id = u.org_id and ur.user_id = u.id
    join role r on r.org_id = ur.org_id and r.id = ur.role_id
    where u.org_id = ${context.orgId} and u.state = 'active' and jsonb_exists(r.grants, ${permission})
    order by u.id limit ${holdersAsked}`.execute(context.tx);
  return found.rows.map((row) => row.id);
}
