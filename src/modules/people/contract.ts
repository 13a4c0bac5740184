import { z } from 'zod';
import { scopes } from '#shared/access.ts';
import { endpoint } from '#shared/endpoint.ts';
import { sensitivities } from '#shared/fields.ts';
import { languages } from '#shared/languages.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

/** Of one's own account: what other modules may call. */
export { signIn, updateMe } from './account-contract.ts';

const tag = 'people';
const empty = z.undefined();

export const userShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  email: z.string(),
  name: z.string(),
  state: z.enum(['invited', 'active', 'blocked']),
  lang: z.enum(languages),
  teamId: z.string().nullable(),
  regionIds: z.array(z.string()),
  roleIds: z.array(z.string()),
  /** What the person is able to do, for rules of assignment. */
  capabilities: z.array(z.string()),
  /** Whether rules may give the person customers. */
  autoAssign: z.boolean(),
  totpEnabled: z.boolean(),
  lastSignInAt: z.string().nullable(),
});
export type UserView = z.infer<typeof userShape>;
const userInput = {
  email: z.string().min(3).max(254),
  name: z.string().trim().min(1).max(100),
  lang: z.enum(languages),
  teamId: z.uuid().nullable(),
  regionIds: z.array(z.uuid()).max(100),
  /** Empty: an account without rights, until who manages roles gives some. */
  roleIds: z.array(z.uuid()).max(20),
  capabilities: z.array(z.string().trim().min(1).max(40)).max(20),
  autoAssign: z.boolean(),
};
export const listUsers = endpoint({
  method: 'GET',
  path: '/users',
  tag,
  summary: 'Users by name',
  access: 'user:read',
  query: z.strictObject({
    ...pageQuery,
    q: z.string().max(100).optional(),
    state: userShape.shape.state.optional(),
    secondFactor: z.enum(['on', 'off']).optional(),
    roleId: z.uuid().optional(),
  }),
  response: pageOf(userShape),
});
export const createUser = endpoint({
  method: 'POST',
  path: '/users',
  tag,
  summary: 'Invite a user; a one-time link sets the password',
  access: 'user:manage',
  status: 201,
  // Not idempotent: kept answers would keep the link. A repeat is refused because the address is taken.
  body: z.strictObject({
    ...userInput,
    lang: userInput.lang.default('zh-CN'),
    teamId: userInput.teamId.default(null),
    regionIds: userInput.regionIds.default([]),
    capabilities: userInput.capabilities.default([]),
    autoAssign: userInput.autoAssign.default(true),
  }),
  response: userShape.extend({ inviteLink: z.string() }),
});
export const updateUser = endpoint({
  method: 'PATCH',
  path: '/users/:id',
  tag,
  summary: 'Change a user',
  access: 'user:manage',
  params: idParams,
  ifMatch: true,
  body: z.strictObject(userInput).partial(),
  response: userShape,
});
export const blockUser = endpoint({
  method: 'POST',
  path: '/users/:id/blocking',
  tag,
  summary: 'Block a user; all sessions and tokens end',
  access: 'user:manage',
  params: idParams,
  ifMatch: true,
  response: userShape,
});
export const unblockUser = endpoint({
  method: 'DELETE',
  path: '/users/:id/blocking',
  tag,
  summary: 'Let a user in again',
  access: 'user:manage',
  params: idParams,
  ifMatch: true,
  response: userShape,
});
export const resetLink = endpoint({
  method: 'POST',
  path: '/users/:id/password-reset',
  tag,
  summary: 'A one-time link for the user; mailed instead of shown (null) when the user may do more than the caller',
  access: 'user:manage',
  params: idParams,
  status: 201,
  response: z.strictObject({ link: z.string().nullable() }),
});
export const setUserRoles = endpoint({
  method: 'PUT',
  path: '/users/:id/roles',
  tag,
  summary: 'Give a user roles',
  access: 'role:manage',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ roleIds: userInput.roleIds }),
  response: userShape,
});
export const userOptions = endpoint({
  method: 'GET',
  path: '/users/options',
  tag,
  summary: 'Names of users, for choosing',
  access: 'signed-in',
  /** `blocked`: with those who may no longer sign in. */
  query: z.strictObject({
    q: z.string().max(100).optional(),
    blocked: z.stringbool().default(false),
  }),
  response: z.strictObject({ items: z.array(z.strictObject({ id: z.string(), name: z.string() })) }),
});

const node = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  parentId: z.string().nullable(),
  name: z.string(),
  users: z.number().int(),
});
export type TreeNode = z.infer<typeof node>;
const nodeInput = { name: z.string().trim().min(1).max(100), parentId: z.uuid().nullable() };

/** Teams and sales regions are the same kind of tree. */
function tree<Path extends '/teams' | '/regions'>(path: Path, what: string) {
  return {
    list: endpoint({
      method: 'GET',
      path,
      tag,
      summary: `All ${what}`,
      access: 'signed-in',
      response: z.strictObject({ items: z.array(node) }),
    }),
    create: endpoint({
      method: 'POST',
      path,
      tag,
      summary: `Add to the ${what}`,
      access: 'user:manage',
      status: 201,
      idempotent: true,
      body: z.strictObject({ name: nodeInput.name, parentId: nodeInput.parentId.default(null) }),
      response: node,
    }),
    update: endpoint({
      method: 'PATCH',
      path: `${path}/:id`,
      tag,
      summary: `Rename or move in the ${what}`,
      access: 'user:manage',
      params: idParams,
      ifMatch: true,
      body: z.strictObject(nodeInput).partial(),
      response: node,
    }),
    remove: endpoint({
      method: 'DELETE',
      path: `${path}/:id`,
      tag,
      summary: `Remove from the ${what} when empty`,
      access: 'user:manage',
      params: idParams,
      status: 204,
      response: empty,
    }),
  };
}
export const teams = tree('/teams', 'teams');
export const regions = tree('/regions', 'sales regions');

/** `division:330100` (GB/T 2260), `country:DE`, `continent:EU`. */
const area = z.string().regex(/^(division:\d{6}|country:[A-Z]{2}|continent:(AS|EU|NA|SA|AF|OC|AN))$/);
const regionAreasShape = z.strictObject({ id: z.string(), version: z.number().int(), areas: z.array(z.string()) });
export type RegionAreas = z.infer<typeof regionAreasShape>;
export const listRegionAreas = endpoint({
  method: 'GET',
  path: '/regions/areas',
  tag,
  summary: 'Where the sales regions lie: divisions of China, countries, continents',
  access: 'signed-in',
  response: z.strictObject({ items: z.array(regionAreasShape) }),
});
export const setRegionAreas = endpoint({
  method: 'PUT',
  path: '/regions/:id/areas',
  tag,
  summary: 'Say where a sales region lies; rules of assignment find the region of an address by it',
  access: 'user:manage',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ areas: z.array(area).max(500) }),
  response: regionAreasShape,
});

/** No role lets carry more cards at once. */
export const carriedMost = 50;

export const roleShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  key: z.string(),
  name: z.strictObject({ zh: z.string(), en: z.string() }),
  grants: z.record(z.string(), z.enum(scopes)),
  clearance: z.enum(sensitivities),
  sectionClearance: z.record(z.string(), z.enum(sensitivities)),
  exportLimit: z.number().int().nullable(),
  /** Customers' cards somebody may carry at once. */
  carryLimit: z.number().int(),
  builtin: z.boolean(),
  users: z.number().int(),
});
export type RoleView = z.infer<typeof roleShape>;
const roleInput = z.strictObject({
  name: z.strictObject({ zh: z.string().trim().min(1).max(60), en: z.string().trim().min(1).max(60) }),
  grants: z.record(z.string().max(60), z.enum(scopes)),
  clearance: z.enum(sensitivities),
  sectionClearance: z.record(z.string().max(60), z.enum(sensitivities)),
  exportLimit: z.number().int().min(0).max(10_000_000).nullable(),
  carryLimit: z.number().int().min(0).max(carriedMost).optional(),
});
export const listRoles = endpoint({
  method: 'GET',
  path: '/roles',
  tag,
  summary: 'Roles',
  access: 'user:read',
  response: z.strictObject({ items: z.array(roleShape) }),
});
export const createRole = endpoint({
  method: 'POST',
  path: '/roles',
  tag,
  summary: 'Make a role',
  access: 'role:manage',
  status: 201,
  idempotent: true,
  body: roleInput,
  response: roleShape,
});
export const updateRole = endpoint({
  method: 'PATCH',
  path: '/roles/:id',
  tag,
  summary: 'Change a role; it counts at once',
  access: 'role:manage',
  params: idParams,
  ifMatch: true,
  body: roleInput.partial(),
  response: roleShape,
});
export const removeRole = endpoint({
  method: 'DELETE',
  path: '/roles/:id',
  tag,
  summary: 'Remove a role nobody has',
  access: 'role:manage',
  params: idParams,
  status: 204,
  response: empty,
});
const switched = z.strictObject({ on: z.boolean() });
export const separation = endpoint({
  method: 'GET',
  path: '/separated-duties',
  tag,
  summary: 'Whether system, security and audit administration are kept apart',
  access: 'user:read',
  response: switched,
});
export const setSeparation = endpoint({
  method: 'PUT',
  path: '/separated-duties',
  tag,
  summary: 'Keep the three administrations apart: nobody may hold two of them',
  access: 'role:manage',
  body: switched,
  response: switched,
});
export const listPermissions = endpoint({
  method: 'GET',
  path: '/permissions',
  tag,
  summary: 'Every permission of the product',
  access: 'user:read',
  response: z.strictObject({
    items: z.array(
      z.strictObject({
        key: z.string(),
        label: z.strictObject({ zh: z.string(), en: z.string() }),
        scoped: z.boolean(),
      }),
    ),
  }),
});
