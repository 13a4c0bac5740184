import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '#platform/config.ts';
import type { Vault } from '#platform/crypto/index.ts';
import { type Route, servePublic } from '#platform/http/route.ts';
import { orgIds } from '#platform/jobs/queue.ts';
import { notFound, Problem } from '#shared/errors.ts';
import { ownPath } from '#shared/own-path.ts';
import * as contract from '../identity-contract.ts';
import { cookieName } from './actors.ts';
import { type Attempt, identityProblem, identityProvider } from './identity-provider.ts';
import { openIdentitySession } from './identity-sign-in.ts';

const attemptCookie = 'kedang_identity';
const attemptSeconds = 600;

/** What the browser keeps, sealed, while somebody is at the provider. */
interface Kept {
  attempt: Attempt;
  back: string;
  at: number;
}

/** Endpoints of signing in through the company's identity provider. What goes wrong is told by the sign-in page. */
export function identityRoutes(config: Config, vault: Vault, session: CookieSerializeOptions): Route[] {
  const provider = config.oidc ? identityProvider(config.oidc, config.publicUrl) : undefined;
  const attempts = { ...session, path: '/api/v1/identity-provider', maxAge: attemptSeconds };
  const seal = (attempt: Attempt, back: string) =>
    vault
      .encrypt('installation', 'identity-attempt', JSON.stringify({ attempt, back, at: Date.now() } satisfies Kept))
      .toString('base64url');
  function keptBy(request: FastifyRequest): Kept | undefined {
    try {
      const sealed = Buffer.from(request.cookies[attemptCookie] ?? '', 'base64url');
      const kept = JSON.parse(vault.decrypt('installation', 'identity-attempt', sealed).toString()) as Kept;
      if (Date.now() - kept.at < attemptSeconds * 1000) return kept;
    } catch {
      // Missing, made up or of another installation: the same as too old.
    }
    return undefined;
  }
  /** `back`: where the person wanted to go, also when this way leads only to the sign-in page. */
  async function sendOn(reply: FastifyReply, back: string, address: () => Promise<string>): Promise<undefined> {
    try {
      reply.header('location', await address());
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.cause) reply.log.warn({ err: error.cause }, error.code);
      const query = new URLSearchParams({ problem: error.code });
      if (back !== '/') query.set('back', back);
      reply.header('location', `/sign-in?${query}`);
    }
  }
  const present = () => {
    if (!provider) throw notFound('identityProvider');
    return provider;
  };
  return [
    servePublic(contract.signInMethods, async ({ db }) => ({
      setUp: (await orgIds(db)).length > 0,
      identityProvider: config.oidc ? { name: config.oidc.name } : null,
    })),
    servePublic(contract.startIdentitySignIn, async (_, { query, reply }) => {
      const { start } = present();
      const back = ownPath(query.back);
      return sendOn(reply, back, async () => {
        const { url, attempt } = await start();
        reply.setCookie(attemptCookie, seal(attempt, back), attempts);
        return url;
      });
    }),
    servePublic(contract.finishIdentitySignIn, async (context, { query, request, reply }) => {
      const { finish } = present();
      const kept = keptBy(request);
      const back = kept?.back ?? '/';
      return sendOn(reply, back, async () => {
        reply.clearCookie(attemptCookie, attempts);
        if (!kept) throw identityProblem('identity.expired');
        const { attempt } = kept;
        const identity = await finish(query, attempt);
        const opened = await openIdentitySession(context, identity, request.headers['user-agent'] ?? null);
        reply.setCookie(cookieName(config.secure), opened.token, session);
        return back;
      });
    }),
  ];
}
