import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { OidcConfig } from '#platform/config.ts';
import { Problem } from '#shared/errors.ts';
import type { IdentityProblem } from '#shared/identity-problems.ts';

export const identityProblem = (kind: IdentityProblem, cause?: unknown) => new Problem(403, kind, { cause });

/** An answer that did not come, as against one that does not hold. */
const away = (error: unknown): boolean =>
  error instanceof TypeError || (error as { code?: string }).code === 'OAUTH_TIMEOUT';

/** What binds the provider's answer to the browser that asked. */
export interface Attempt {
  state: string;
  nonce: string;
  verifier: string;
}

/** Who the provider says is there. */
export interface Identity {
  /** Issuer and subject: stays the same when the address changes, and never becomes another person's. */
  key: string;
  email: string;
}

/** OpenID Connect with one provider: authorization code flow with PKCE, state and nonce; signatures are checked. */
export function identityProvider(settings: OidcConfig, publicUrl: string) {
  const callback = `${publicUrl}/api/v1/identity-provider/callback`;
  let known: Configuration | undefined;
  /** Read when first needed and kept; a provider that is away at the start keeps nobody from signing in with a password. */
  async function configuration(): Promise<Configuration> {
    known ??= await discovery(new URL(settings.issuer), settings.clientId, settings.clientSecret, undefined, {
      execute: [enableNonRepudiationChecks, ...(settings.issuer.startsWith('http:') ? [allowInsecureRequests] : [])],
      timeout: 10,
    });
    return known;
  }
  return {
    async start(): Promise<{ url: string; attempt: Attempt }> {
      const attempt = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
      try {
        const url = buildAuthorizationUrl(await configuration(), {
          redirect_uri: callback,
          scope: 'openid email profile',
          state: attempt.state,
          nonce: attempt.nonce,
          code_challenge: await calculatePKCECodeChallenge(attempt.verifier),
          code_challenge_method: 'S256',
        });
        return { url: url.href, attempt };
      } catch (error) {
        throw identityProblem('identity.unreachable', error);
      }
    },
    /** Checks the provider's answer. An address the provider does not vouch for proves nothing. */
    async finish(query: Record<string, string>, attempt: Attempt): Promise<Identity> {
      const config = await configuration().catch((error: unknown) => {
        throw identityProblem('identity.unreachable', error);
      });
      const tokens = await authorizationCodeGrant(config, new URL(`?${new URLSearchParams(query)}`, callback), {
        expectedState: attempt.state,
        expectedNonce: attempt.nonce,
        pkceCodeVerifier: attempt.verifier,
        idTokenExpected: true,
      }).catch((error: unknown) => {
        if (error instanceof AuthorizationResponseError) throw identityProblem('identity.refused');
        throw identityProblem(away(error) ? 'identity.unreachable' : 'identity.notTrusted', error);
      });
      const claims = tokens.claims();
      if (!claims || typeof claims.email !== 'string' || claims.email_verified !== true)
        throw identityProblem('identity.unknownUser');
      return { key: `${claims.iss} ${claims.sub}`, email: claims.email };
    },
  };
}
