import { systemActor } from '#platform/access/actor.ts';
import type { Config } from '#platform/config.ts';
import type { Context } from '#platform/context.ts';
import { newToken, type Vault } from '#platform/crypto/index.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import { type PublicContext, type Route, serve, servePublic } from '#platform/http/route.ts';
import type { Mailer } from '#platform/mail/index.ts';
import { iso } from '#platform/time.ts';
import type { Scope } from '#shared/access.ts';
import { invalid, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import * as contract from '../contract.ts';
import {
  changeMyPassword,
  confirmTotp,
  passwordLink,
  redeemReset,
  removeTotp,
  sendReset,
  startTotp,
} from './account.ts';
import { cookieName, forgetActors, sessionHours } from './actors.ts';
import { createRole, listRoles, registeredPermissions, removeRole, updateRole } from './roles.ts';
import { openSession } from './sign-in.ts';
import { treeService } from './trees.ts';
import { createUser, getUser, listUsers, setBlocked, updateUser, userOptions } from './users.ts';

export interface PeopleDependencies {
  config: Config;
  vault: Vault;
  mailer: Mailer;
}

/** Endpoints of the people module. */
export function peopleRoutes({ config, vault, mailer }: PeopleDependencies): Route[] {
  const cookie = {
    path: '/',
    httpOnly: true,
    sameSite: 'lax' as const,
    secure: config.secure,
    maxAge: sessionHours * 3600,
  };
  const contextFor =
    (context: PublicContext) =>
    (orgId: string, tx: Context['tx']): Context => ({
      tx,
      orgId,
      actor: systemActor(orgId, []),
      lang: context.lang,
      requestId: context.requestId,
      ip: context.ip,
      ifMatch: null,
      afterCommit: () => {},
      now: () => new Date(),
    });
  return [
    servePublic(contract.signIn, async (context, { body, request, reply }) => {
      const opened = await openSession(context, vault, body, request.headers['user-agent'] ?? null);
      reply.setCookie(cookieName(config.secure), opened.token, cookie);
      return { userId: opened.userId };
    }),
    servePublic(contract.requestReset, async (context, { body }) => {
      await sendReset(context.db, mailer, config.publicUrl, body.email, contextFor(context));
      return undefined;
    }),
    servePublic(contract.redeemReset, async (context, { body }) => {
      await redeemReset(context.db, body.token, body.password, contextFor(context));
      return undefined;
    }),
    serve(contract.session, sessionInfo),
    serve(contract.signOut, async (context, { reply }) => {
      if (context.actor.kind === 'user' && context.actor.credentialId) {
        await context.tx
          .deleteFrom('session')
          .where('org_id', '=', context.orgId)
          .where('id', '=', context.actor.credentialId)
          .execute();
      }
      await logAccess(context, { action: 'signOut', subjectKind: 'user', subjectId: context.actor.userId });
      context.afterCommit(() => forgetActors(context.orgId));
      reply.clearCookie(cookieName(config.secure), cookie);
      return undefined;
    }),
    serve(contract.listSessions, async (context) => {
      const rows = await context.tx
        .selectFrom('session')
        .selectAll()
        .where('org_id', '=', context.orgId)
        .where('user_id', '=', context.actor.userId)
        .where('expires_at', '>', new Date())
        .orderBy('id', 'desc')
        .limit(100)
        .execute();
      return {
        items: rows.map((row) => ({
          id: row.id,
          current: row.id === context.actor.credentialId,
          createdAt: iso(row.created_at),
          lastSeenAt: iso(row.last_seen_at),
          ip: row.ip,
          userAgent: row.user_agent,
        })),
      };
    }),
    serve(contract.endSession, async (context, { params }) => {
      const gone = await context.tx
        .deleteFrom('session')
        .where('org_id', '=', context.orgId)
        .where('user_id', '=', context.actor.userId)
        .where('id', '=', params.id)
        .returning('id')
        .executeTakeFirst();
      if (!gone) throw notFound('session');
      await recordEvent(context, { kind: 'session.ended', subjectKind: 'session', subjectId: params.id });
      context.afterCommit(() => forgetActors(context.orgId));
      return undefined;
    }),
    serve(contract.changePassword, async (context, { body }) => {
      await changeMyPassword(context, body.current, body.next);
      return undefined;
    }),
    serve(contract.startTotp, (context) => startTotp(context, vault)),
    serve(contract.confirmTotp, (context, { body }) => confirmTotp(context, vault, body.code)),
    serve(contract.removeTotp, async (context, { body }) => {
      await removeTotp(context, body.password);
      return undefined;
    }),
    serve(contract.updateMe, async (context, { body }) => {
      const { preferences, ...rest } = body;
      if (preferences && JSON.stringify(preferences).length > 20_000)
        throw invalid([{ field: 'preferences', code: 'input.tooLong', params: { maximum: 20_000 } }]);
      await context.tx
        .updateTable('app_user')
        .set({ ...rest, ...(preferences ? { preferences: JSON.stringify(preferences) } : {}) })
        .where('org_id', '=', context.orgId)
        .where('id', '=', context.actor.userId)
        .execute();
      await recordEvent(context, {
        kind: 'user.profileChanged',
        subjectKind: 'user',
        subjectId: context.actor.userId,
        data: { fields: Object.keys(body) },
      });
      context.afterCommit(() => forgetActors(context.orgId));
      return undefined;
    }),
    serve(contract.listTokens, async (context) => {
      const rows = await context.tx
        .selectFrom('api_token')
        .selectAll()
        .where('org_id', '=', context.orgId)
        .where('user_id', '=', context.actor.userId)
        .where('revoked_at', 'is', null)
        .orderBy('id', 'desc')
        .limit(200)
        .execute();
      return { items: rows.map(tokenView) };
    }),
    serve(contract.createToken, async (context, { body }) => createToken(context, body)),
    serve(contract.revokeToken, async (context, { params }) => {
      const gone = await context.tx
        .updateTable('api_token')
        .set({ revoked_at: new Date().toISOString() })
        .where('org_id', '=', context.orgId)
        .where('user_id', '=', context.actor.userId)
        .where('id', '=', params.id)
        .where('revoked_at', 'is', null)
        .returning('id')
        .executeTakeFirst();
      if (!gone) throw notFound('token');
      await recordEvent(context, { kind: 'token.revoked', subjectKind: 'token', subjectId: params.id });
      context.afterCommit(() => forgetActors(context.orgId));
      return undefined;
    }),
    serve(contract.listUsers, (context, { query }) => listUsers(context, query)),
    serve(contract.userOptions, async (context, { query }) => ({ items: await userOptions(context, query.q) })),
    serve(contract.createUser, async (context, { body }) => {
      const user = await createUser(context, body, null);
      return { ...user, inviteLink: await passwordLink(context, user.id, 'invite', config.publicUrl) };
    }),
    serve(contract.updateUser, (context, { params, body }) => updateUser(context, params.id, body)),
    serve(contract.blockUser, (context, { params }) => setBlocked(context, params.id, true)),
    serve(contract.unblockUser, (context, { params }) => setBlocked(context, params.id, false)),
    serve(contract.resetLink, async (context, { params }) => {
      const user = await getUser(context, params.id);
      await recordEvent(context, { kind: 'user.resetRequested', subjectKind: 'user', subjectId: user.id });
      return { link: await passwordLink(context, user.id, 'reset', config.publicUrl) };
    }),
    ...treeRoutes(contract.teams, treeService('team')),
    ...treeRoutes(contract.regions, treeService('sales_region')),
    serve(contract.listRoles, (context) => listRoles(context)),
    serve(contract.createRole, (context, { body }) => createRole(context, body)),
    serve(contract.updateRole, (context, { params, body }) => updateRole(context, params.id, body)),
    serve(contract.removeRole, async (context, { params }) => {
      await removeRole(context, params.id);
      return undefined;
    }),
    serve(contract.listPermissions, async () => ({
      items: registeredPermissions().map(({ key, label, scoped }) => ({ key, label, scoped })),
    })),
  ];
}

function treeRoutes(endpoints: typeof contract.teams, service: ReturnType<typeof treeService>): Route[] {
  return [
    serve(endpoints.list, (context) => service.list(context)),
    serve(endpoints.create, (context, { body }) => service.create(context, body)),
    serve(endpoints.update, (context, { params, body }) => service.update(context, params.id, body)),
    serve(endpoints.remove, async (context, { params }) => {
      await service.remove(context, params.id);
      return undefined;
    }),
  ];
}

async function sessionInfo(context: Context) {
  const { actor } = context;
  const user = await context.tx
    .selectFrom('app_user')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', actor.userId)
    .executeTakeFirstOrThrow();
  const org = await context.tx
    .selectFrom('org')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .executeTakeFirstOrThrow();
  return {
    user: {
      id: user.id,
      name: user.name,
      email: user.email,
      lang: user.lang as 'zh-CN',
      teamId: user.team_id,
      preferences: user.preferences as Record<string, unknown>,
      totpEnabled: user.totp_enabled_at !== null,
    },
    org: {
      id: org.org_id,
      name: org.name,
      preset: org.preset,
      timeZone: org.time_zone,
      currency: org.currency,
      country: org.country,
      defaultLang: org.default_lang as 'zh-CN',
    },
    grants: actor.grants as Record<string, Scope>,
    clearance: actor.clearance,
    sectionClearance: actor.sectionClearance,
    exportLimit: actor.exportLimit,
    dictionaryVersion: org.dictionary_version,
  };
}

interface TokenRow {
  id: string;
  name: string;
  scopes: string[];
  created_at: Date | string;
  expires_at: Date | string | null;
  last_used_at: Date | string | null;
}
const tokenView = (row: TokenRow) => ({
  id: row.id,
  name: row.name,
  scopes: row.scopes,
  createdAt: iso(row.created_at),
  expiresAt: row.expires_at ? iso(row.expires_at) : null,
  lastUsedAt: row.last_used_at ? iso(row.last_used_at) : null,
});

/** Makes a token of the actor with at most the actor's own permissions. */
export async function createToken(context: Context, input: { name: string; scopes: string[]; expiresInDays?: number }) {
  const unknown = input.scopes.find((scope) => scope !== '*' && !context.actor.grants[scope]);
  if (unknown) throw invalid([{ field: 'scopes', code: 'token.scope', params: { scope: unknown } }]);
  const { token, hash } = newToken('kdt', context.orgId);
  const row = await context.tx
    .insertInto('api_token')
    .values({
      org_id: context.orgId,
      id: newId(),
      user_id: context.actor.userId,
      name: input.name,
      token_hash: hash,
      scopes: input.scopes,
      expires_at: input.expiresInDays
        ? new Date(context.now().getTime() + input.expiresInDays * 86_400_000).toISOString()
        : null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordEvent(context, {
    kind: 'token.created',
    subjectKind: 'token',
    subjectId: row.id,
    data: { name: row.name, scopes: row.scopes },
  });
  return { ...tokenView(row), token };
}
