import { z } from 'zod';
import { scopes } from '#shared/access.ts';
import { endpoint } from '#shared/endpoint.ts';
import { sensitivities } from '#shared/fields.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';
import { languages, sessionShape } from '#shared/session.ts';

const tag = 'people';
const empty = z.undefined();
const password = z.string().min(1).max(1024);

export const session = endpoint({
  method: 'GET',
  path: '/session',
  tag,
  summary: 'Who I am and what I may do',
  access: 'signed-in',
  response: sessionShape,
});

export const signIn = endpoint({
  method: 'POST',
  path: '/sessions',
  tag,
  summary: 'Sign in; answers session.totpRequired when the second factor is missing',
  access: { public: 'this is where a session begins' },
  rateLimit: 30,
  status: 201,
  body: z.strictObject({ email: z.string().min(1).max(254), password, totp: z.string().max(40).optional() }),
  response: z.strictObject({ userId: z.string() }),
});
export const signOut = endpoint({
  method: 'DELETE',
  path: '/session',
  tag,
  summary: 'Sign out',
  access: 'signed-in',
  status: 204,
  response: empty,
});

const sessionItem = z.strictObject({
  id: z.string(),
  current: z.boolean(),
  createdAt: z.string(),
  lastSeenAt: z.string(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
});
export const listSessions = endpoint({
  method: 'GET',
  path: '/sessions',
  tag,
  summary: 'My sessions',
  access: 'signed-in',
  response: z.strictObject({ items: z.array(sessionItem) }),
});
export const endSession = endpoint({
  method: 'DELETE',
  path: '/sessions/:id',
  tag,
  summary: 'End one of my sessions',
  access: 'signed-in',
  params: idParams,
  status: 204,
  response: empty,
});

export const changePassword = endpoint({
  method: 'PUT',
  path: '/password',
  tag,
  summary: 'Change my password; every other session ends',
  access: 'signed-in',
  rateLimit: 20,
  status: 204,
  body: z.strictObject({ current: password, next: password }),
  response: empty,
});
export const requestReset = endpoint({
  method: 'POST',
  path: '/password-resets',
  tag,
  summary: 'Mail a one-time link for a new password; the answer is the same for unknown addresses',
  access: { public: 'somebody who lost the password cannot sign in' },
  rateLimit: 10,
  status: 204,
  body: z.strictObject({ email: z.string().min(1).max(254) }),
  response: empty,
});
export const redeemReset = endpoint({
  method: 'POST',
  path: '/password-resets/redemption',
  tag,
  summary: 'Set a password with a one-time link',
  access: { public: 'the one-time token is the credential' },
  rateLimit: 20,
  status: 204,
  body: z.strictObject({ token: z.string().max(200), password }),
  response: empty,
});

export const startTotp = endpoint({
  method: 'POST',
  path: '/totp',
  tag,
  summary: 'Begin the second factor',
  access: 'signed-in',
  sessionOnly: true,
  response: z.strictObject({ secret: z.string(), uri: z.string(), qr: z.string() }),
});
export const confirmTotp = endpoint({
  method: 'POST',
  path: '/totp/confirmation',
  tag,
  summary: 'Switch the second factor on; recovery codes are shown this once',
  access: 'signed-in',
  sessionOnly: true,
  rateLimit: 20,
  body: z.strictObject({ code: z.string().max(20) }),
  response: z.strictObject({ recoveryCodes: z.array(z.string()) }),
});
export const removeTotp = endpoint({
  method: 'POST',
  path: '/totp/removal',
  tag,
  summary: 'Switch the second factor off',
  access: 'signed-in',
  rateLimit: 20,
  status: 204,
  body: z.strictObject({ password }),
  response: empty,
});

export const updateMe = endpoint({
  method: 'PATCH',
  path: '/me',
  tag,
  summary: 'Change my name, language and preferences',
  access: 'signed-in',
  status: 204,
  body: z.strictObject({
    name: z.string().trim().min(1).max(100).optional(),
    lang: z.enum(languages).optional(),
    preferences: z.record(z.string().max(60), z.unknown()).optional(),
  }),
  response: empty,
});

const token = z.strictObject({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
});
export const listTokens = endpoint({
  method: 'GET',
  path: '/tokens',
  tag,
  summary: 'My personal access tokens',
  access: 'signed-in',
  response: z.strictObject({ items: z.array(token) }),
});
export const createToken = endpoint({
  method: 'POST',
  path: '/tokens',
  tag,
  summary: 'Make a personal access token; it is shown this once',
  access: 'token:use',
  status: 201,
  body: z.strictObject({
    name: z.string().trim().min(1).max(80),
    /** Permissions of mine the token may use; `*` for all of them. */
    scopes: z.array(z.string().max(60)).min(1).max(100),
    expiresInDays: z.number().int().min(1).max(3660).optional(),
  }),
  response: token.extend({ token: z.string() }),
});
export const revokeToken = endpoint({
  method: 'DELETE',
  path: '/tokens/:id',
  tag,
  summary: 'Revoke a token of mine',
  access: 'signed-in',
  params: idParams,
  status: 204,
  response: empty,
});

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
  query: z.strictObject({ ...pageQuery, q: z.string().max(100).optional() }),
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
