import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { languages } from '#shared/languages.ts';
import { idParams } from '#shared/pages.ts';
import { sessionShape } from '#shared/session.ts';

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
