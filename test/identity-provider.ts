import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the provider says of somebody. */
interface Claims {
  sub: string;
  email: string;
  email_verified?: boolean;
  nonce?: string;
  iss?: string;
  aud?: string;
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * An OpenID Connect provider on this machine: it signs what it is told with its key, after checking the verifier of the request
 * the code was given for.
 */
export async function startIdentityProvider() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const codes = new Map<string, { claims: Claims; challenge: string; forged: boolean }>();
  let issuer = '';
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const send = (value: unknown, status = 200) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      if (request.url === '/.well-known/openid-configuration')
        return send({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
        });
      if (request.url === '/keys')
        return send({ keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'one' }] });
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const given = codes.get(form.get('code') ?? '');
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (!given || given.challenge !== challenge) return send({ error: 'invalid_grant' }, 400);
      codes.delete(form.get('code') ?? '');
      const now = Math.floor(Date.now() / 1000);
      const signed = `${json({ alg: 'RS256', kid: 'one' })}.${json({ iss: issuer, aud: 'kedang', iat: now, exp: now + 60, ...given.claims })}`;
      const signature = createSign('RSA-SHA256')
        .update(signed)
        .sign(given.forged ? stranger.privateKey : privateKey);
      send({ access_token: 'a', token_type: 'bearer', id_token: `${signed}.${signature.toString('base64url')}` });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    /** What the person at the provider brings back to the app: the query of the callback for this authorization request. */
    authorize(location: string, claims: Claims, forged = false): string {
      const asked = new URL(location).searchParams;
      const code = `code-${codes.size}-${Math.random()}`;
      codes.set(code, {
        claims: { email_verified: true, nonce: asked.get('nonce') ?? '', ...claims },
        challenge: asked.get('code_challenge') ?? '',
        forged,
      });
      return String(new URLSearchParams({ code, state: asked.get('state') ?? '' }));
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
