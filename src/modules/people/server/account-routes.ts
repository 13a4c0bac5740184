import type { Config } from '#platform/config.ts';
import type { Vault } from '#platform/crypto/index.ts';
import { type Route, serve, servePublic } from '#platform/http/route.ts';
import * as contract from '../account-contract.ts';
import { changeMyPassword, requireSession, sessionInfo, updateMe } from './account.ts';
import { cookieName } from './actors.ts';
import { redeemLink, requestReset } from './password-links.ts';
import { confirmTotp, removeTotp, startTotp } from './second-factor.ts';
import { endOtherSessions, endSession, listSessions, signOut } from './sessions.ts';
import { openSession } from './sign-in.ts';
import { createToken, listTokens, revokeToken } from './tokens.ts';

/** Endpoints of the caller's own account: signing in and out, password, second factor, sessions, tokens. */
export function accountRoutes(config: Config, vault: Vault): Route[] {
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax' as const, secure: config.secure };
  return [
    servePublic(contract.signIn, async (context, { body, request, reply }) => {
      const opened = await openSession(context, vault, body, request.headers['user-agent'] ?? null);
      reply.setCookie(cookieName(config.secure), opened.token, { ...cookie, expires: opened.expiresAt });
      return { userId: opened.userId };
    }),
    servePublic(contract.requestReset, async (context, { body }) => requestReset(context, body.email)),
    servePublic(contract.redeemReset, async (context, { body }) => redeemLink(context, body.token, body.password)),
    serve(contract.session, sessionInfo),
    serve(contract.signOut, async (context, { reply }) => {
      await signOut(context);
      reply.clearCookie(cookieName(config.secure), cookie);
    }),
    serve(contract.listSessions, listSessions),
    serve(contract.endSession, async (context, { params }) => {
      requireSession(context);
      await endSession(context, params.id);
    }),
    serve(contract.endOtherSessions, async (context) => {
      requireSession(context);
      return endOtherSessions(context);
    }),
    serve(contract.changePassword, async (context, { body }) => changeMyPassword(context, body.current, body.next)),
    serve(contract.startTotp, (context, { body }) => startTotp(context, vault, body.password)),
    serve(contract.confirmTotp, (context, { body }) => confirmTotp(context, vault, body.code)),
    serve(contract.removeTotp, async (context, { body }) => removeTotp(context, body.password)),
    serve(contract.updateMe, async (context, { body }) => updateMe(context, body)),
    serve(contract.listTokens, listTokens),
    serve(contract.createToken, async (context, { body }) => {
      requireSession(context);
      return createToken(context, body);
    }),
    serve(contract.revokeToken, async (context, { params }) => revokeToken(context, params.id)),
  ];
}
