import type { Config } from '#platform/config.ts';
import type { Context } from '#platform/context.ts';
import type { Vault } from '#platform/crypto/index.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import { type Route, serve, servePublic, serveStream } from '#platform/http/route.ts';
import { iso } from '#platform/time.ts';
import type { Scope } from '#shared/access.ts';
import { invalid, notFound } from '#shared/errors.ts';
import * as account from '../account-contract.ts';
import * as contract from '../contract.ts';
import { changeMyPassword, confirmTotp, proveMyself, removeTotp, startTotp, updateMe } from './account.ts';
import { cookieName, forgetActors, sessionHours } from './actors.ts';
import { isAbove, isSeparated, setSeparated } from './governance.ts';
import { identityRoutes } from './identity-routes.ts';
import { mailPasswordLink, passwordLink, redeemLink, requestReset } from './password-links.ts';
import { listRegionAreas, setRegionAreas } from './region-areas.ts';
import { createRole, listRoles, registeredPermissions, removeRole, updateRole } from './roles.ts';
import { openSession } from './sign-in.ts';
import { createToken, listTokens, revokeToken } from './tokens.ts';
import { treeService } from './trees.ts';
import { createUser, getUser, listUsers, setBlocked, updateUser, userOptions } from './users.ts';

/** Endpoints of the people module. */
export function peopleRoutes({ config, vault }: { config: Config; vault: Vault }): Route[] {
  const cookie = {
    path: '/',
    httpOnly: true,
    sameSite: 'lax' as const,
    secure: config.secure,
    maxAge: sessionHours * 3600,
  };
  return [
    ...identityRoutes(config, vault, cookie),
    servePublic(account.signIn, async (context, { body, request, reply }) => {
      const opened = await openSession(context, vault, body, request.headers['user-agent'] ?? null);
      reply.setCookie(cookieName(config.secure), opened.token, cookie);
      return { userId: opened.userId };
    }),
    servePublic(account.requestReset, async (context, { body }) => {
      await requestReset(context, body.email);
      return undefined;
    }),
    servePublic(account.redeemReset, async (context, { body }) => {
      await redeemLink(context, body.token, body.password);
      return undefined;
    }),
    serve(account.session, (context) => sessionInfo(context, config.publicUrl)),
    serve(account.signOut, async (context, { reply }) => {
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
    serve(account.listSessions, async (context) => {
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
    serve(account.endSession, async (context, { params }) => {
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
    serveStream(account.changePassword, async (caller, { body }) => {
      await proveMyself(caller, body.current, 'current');
      if (body.next === body.current) throw invalid([{ field: 'next', code: 'password.same' }]);
      await caller.inTransaction((context) => changeMyPassword(context, body.next));
      return undefined;
    }),
    serve(account.startTotp, (context) => startTotp(context, vault)),
    serve(account.confirmTotp, (context, { body }) => confirmTotp(context, vault, body.code)),
    serveStream(account.removeTotp, async (caller, { body }) => {
      await proveMyself(caller, body.password, 'password');
      await caller.inTransaction(removeTotp);
      return undefined;
    }),
    serve(account.updateMe, async (context, { body }) => {
      await updateMe(context, body);
      return undefined;
    }),
    serve(account.listTokens, listTokens),
    serve(account.createToken, async (context, { body }) => createToken(context, body)),
    serve(account.revokeToken, async (context, { params }) => {
      await revokeToken(context, params.id);
      return undefined;
    }),
    serve(contract.listUsers, (context, { query }) => listUsers(context, query)),
    serve(contract.userOptions, async (context, { query }) => ({
      items: await userOptions(context, query),
    })),
    serve(contract.createUser, async (context, { body }) => {
      const user = await createUser(context, body, null);
      return { ...user, inviteLink: await passwordLink(context, user.id, 'invite', config.publicUrl) };
    }),
    serve(contract.updateUser, (context, { params, body }) => updateUser(context, params.id, body)),
    serve(contract.blockUser, (context, { params }) => setBlocked(context, params.id, true)),
    serve(contract.unblockUser, (context, { params }) => setBlocked(context, params.id, false)),
    serve(contract.setUserRoles, (context, { params, body }) => updateUser(context, params.id, body)),
    serve(contract.resetLink, async (context, { params }) => {
      const user = await getUser(context, params.id);
      await recordEvent(context, { kind: 'user.resetRequested', subjectKind: 'user', subjectId: user.id });
      // Who could set the password of somebody who may do more could become that person: the link goes by mail only.
      if (await isAbove(context, user.id)) {
        await mailPasswordLink(context, user.id);
        return { link: null };
      }
      return { link: await passwordLink(context, user.id, 'reset', config.publicUrl) };
    }),
    serve(contract.separation, async (context) => ({ on: await isSeparated(context) })),
    serve(contract.setSeparation, (context, { body }) => setSeparated(context, body.on)),
    ...treeRoutes(contract.teams, treeService('team')),
    ...treeRoutes(contract.regions, treeService('sales_region')),
    serve(contract.listRegionAreas, (context) => listRegionAreas(context)),
    serve(contract.setRegionAreas, (context, { params, body }) => setRegionAreas(context, params.id, body.areas)),
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

async function sessionInfo(context: Context, address: string) {
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
      address,
    },
    grants: actor.grants as Record<string, Scope>,
    clearance: actor.clearance,
    sectionClearance: actor.sectionClearance,
    exportLimit: actor.exportLimit,
    dictionaryVersion: org.dictionary_version,
  };
}
