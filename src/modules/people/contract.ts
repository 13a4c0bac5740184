import { z } from 'zod';
import { scopes } from '#shared/access.ts';
import { endpoint } from '#shared/endpoint.ts';
import { sensitivities } from '#shared/fields.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';
import { languages } from '#shared/session.ts';

export * from './account-contract.ts';

const tag = 'people';
const empty = z.void();

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
  roleIds: z.array(z.uuid()).max(20),
};
export const listUsers = endpoint({
  method: 'GET',
  path: '/users',
  tag,
  summary: 'Users by name',
  access: 'user:read',
  query: z.strictObject({ ...pageQuery, q: z.string().max(100).optional() }),
  response: pageOf(userShape),
});
export const getUser = endpoint({
  method: 'GET',
  path: '/users/:id',
  tag,
  summary: 'One user',
  access: 'user:read',
  params: idParams,
  response: userShape,
});
export const createUser = endpoint({
  method: 'POST',
  path: '/users',
  tag,
  summary: 'Invite a user; a one-time link sets the password. Giving roles needs role:manage too',
  access: 'user:manage',
  status: 201,
  idempotent: true,
  body: z.strictObject({
    ...userInput,
    lang: userInput.lang.default('zh-CN'),
    teamId: userInput.teamId.default(null),
    regionIds: userInput.regionIds.default([]),
    roleIds: userInput.roleIds.default([]),
  }),
  /** The link is null in a hardened company: there it goes to the user's mailbox only. */
  response: userShape.extend({ inviteLink: z.string().nullable() }),
});
export const updateUser = endpoint({
  method: 'PATCH',
  path: '/users/:id',
  tag,
  summary: 'Change a user; changing roles needs role:manage too',
  access: 'user:manage',
  params: idParams,
  ifMatch: true,
  body: z.strictObject(userInput).partial(),
  response: userShape,
});
export const setUserRoles = endpoint({
  method: 'PUT',
  path: '/users/:id/roles',
  tag,
  summary: 'Set the roles of a user; it counts at once',
  access: 'role:manage',
  params: idParams,
  ifMatch: true,
  body: z.strictObject({ roleIds: userInput.roleIds }),
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
  summary: 'A one-time link for the user; the administrator never chooses the password',
  access: 'user:manage',
  params: idParams,
  status: 201,
  response: z.strictObject({ link: z.string().nullable() }),
});
export const userOptions = endpoint({
  method: 'GET',
  path: '/users/options',
  tag,
  summary: 'Names of users, for choosing',
  access: 'signed-in',
  query: z.strictObject({ q: z.string().max(100).optional() }),
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

export const roleShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  key: z.string(),
  name: z.strictObject({ zh: z.string(), en: z.string() }),
  grants: z.record(z.string(), z.enum(scopes)),
  clearance: z.enum(sensitivities),
  sectionClearance: z.record(z.string(), z.enum(sensitivities)),
  exportLimit: z.number().int().nullable(),
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
