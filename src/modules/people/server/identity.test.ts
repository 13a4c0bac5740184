import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '#platform/config.ts';
import { type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { startIdentityProvider } from '#test/identity-provider.ts';
import { userOf } from '#test/people.ts';

type Claims = Parameters<Awaited<ReturnType<typeof startIdentityProvider>>['authorize']>[1];

let t: TestApp;
let provider: Awaited<ReturnType<typeof startIdentityProvider>>;
beforeAll(async () => {
  provider = await startIdentityProvider();
  const { issuer } = provider;
  t = await startTestApp('general', { oidc: { issuer, clientId: 'kedang', clientSecret: 'any', name: '公司门户' } });
});
afterAll(async () => {
  await t.close();
  await provider.close();
});

let visits = 0;
async function visit(path: string, cookie = '') {
  visits += 1;
  const answer = await t.app.server.inject({
    method: 'GET',
    url: `/api/v1/identity-provider/${path}`,
    remoteAddress: `10.8.0.${visits}`,
    headers: { cookie },
  });
  const cookies = [answer.headers['set-cookie'] ?? []].flat();
  return { status: answer.statusCode, location: String(answer.headers.location), cookies };
}
const named = (cookies: string[], name: string) => cookies.find((cookie) => cookie.startsWith(`${name}=`)) ?? '';
const pair = (cookie: string) => cookie.split(';')[0] ?? '';

/** Goes to the provider and comes back as whom it names. */
async function arrive(claims: Claims, { forged = false, back = '//evil.example' } = {}) {
  const start = await visit(`sign-in?${new URLSearchParams({ back })}`);
  const attempt = pair(named(start.cookies, 'kedang_identity'));
  return visit(`callback?${provider.authorize(start.location, claims, forged)}`, attempt);
}
const addressOf = async (client: Client): Promise<string> => (await userOf(t, client)).email;

describe('signing in through an identity provider', () => {
  it('sends the browser there with PKCE, state and nonce, and opens a session on its return', async () => {
    expect((await t.admin.get('/sign-in-methods')).body).toEqual({
      setUp: true,
      identityProvider: { name: '公司门户' },
    });
    const start = await visit('sign-in');
    expect(start.status).toBe(303);
    const asked = new URL(start.location);
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'kedang',
      redirect_uri: 'http://127.0.0.1/api/v1/identity-provider/callback',
      code_challenge_method: 'S256',
    });
    expect(named(start.cookies, 'kedang_identity')).toMatch(/HttpOnly; SameSite=Lax$/);

    const sales = await t.as('sales');
    const back = await arrive(
      { sub: 'one', email: (await addressOf(sales)).toUpperCase() },
      { back: '/customers?q=a' },
    );
    expect([back.status, back.location]).toEqual([303, '/customers?q=a']);
    const session = await t.app.server.inject({
      url: '/api/v1/session',
      headers: { cookie: pair(named(back.cookies, 'kedang_session')) },
    });
    expect(session.json<Json>().user.id).toBe(sales.userId);
    const log = (await t.admin.get('/audit?log=access&what=signIn&limit=5')).body.items;
    expect(log[0]).toMatchObject({ actorId: sales.userId, detail: { by: 'identityProvider' } });
  });

  it('ties the user to the subject: the same address of somebody else opens nothing, until an administrator changes it', async () => {
    const sales = await t.as('sales');
    const email = await addressOf(sales);
    expect((await arrive({ sub: 'first', email })).location).toBe('/');
    const other = await arrive({ sub: 'second', email });
    expect(other.location).toBe('/sign-in?problem=identity.otherPerson');
    expect(named(other.cookies, 'kedang_session')).toBe('');
    const user = await userOf(t, sales);
    const moved = await t.admin.send('PATCH', `/users/${user.id}`, { email: 'moved@example.com' }, match(user.version));
    expect(moved.status).toBe(200);
    expect((await arrive({ sub: 'second', email: 'moved@example.com' })).location).toBe('/');
  });

  it('lets in nobody unknown, blocked or with an address the provider does not vouch for', async () => {
    const sales = await t.as('sales');
    const email = await addressOf(sales);
    expect((await arrive({ sub: 'x', email: 'nobody@example.com' })).location).toBe(
      '/sign-in?problem=identity.unknownUser',
    );
    expect((await arrive({ sub: 'x', email, email_verified: false })).location).toBe(
      '/sign-in?problem=identity.unknownUser',
    );
    const user = await userOf(t, sales);
    await t.admin.send('POST', `/users/${user.id}/blocking`, undefined, match(user.version));
    expect((await arrive({ sub: 'x', email })).location).toBe('/sign-in?problem=identity.unknownUser');
    const [kept] = await t.asOwner('select identity_key from app_user where id = $1', [user.id]);
    expect(kept.identity_key).toBeNull();
  });

  it('takes who was invited as having shown that the address is theirs', async () => {
    const role = (await t.admin.get('/roles')).body.items.find((one: Json) => one.key === 'sales');
    const invited = await t.admin.send('POST', '/users', {
      email: 'new@example.com',
      name: '新人',
      lang: 'zh-CN',
      teamId: null,
      regionIds: [],
      roleIds: [role.id],
    });
    expect([invited.status, invited.body.state]).toEqual([201, 'invited']);
    expect((await arrive({ sub: 'new', email: 'new@example.com' })).location).toBe('/');
    expect((await t.admin.get(`/users?q=new@example.com`)).body.items[0].state).toBe('active');
  });

  it('believes no answer that is forged, of another attempt, repeated, or for another app', async () => {
    const email = await addressOf(await t.as('sales'));
    const lands = async (claims: Partial<Claims>, forged = false) =>
      (await arrive({ sub: 'y', email, ...claims }, { forged })).location;
    expect(await lands({}, true)).toBe('/sign-in?problem=identity.notTrusted');
    expect(await lands({ nonce: 'another' })).toBe('/sign-in?problem=identity.notTrusted');
    expect(await lands({ aud: 'another' })).toBe('/sign-in?problem=identity.notTrusted');
    expect(await lands({ iss: 'https://evil.example' })).toBe('/sign-in?problem=identity.notTrusted');

    const wanted = await arrive({ sub: 'y', email }, { forged: true, back: '/customers?q=a' });
    expect(wanted.location).toBe('/sign-in?problem=identity.notTrusted&back=%2Fcustomers%3Fq%3Da');

    const mine = await visit('sign-in');
    const theirs = await visit('sign-in');
    const answer = provider.authorize(mine.location, { sub: 'y', email });
    const wrong = await visit(`callback?${answer}`, pair(named(theirs.cookies, 'kedang_identity')));
    expect(wrong.location).toBe('/sign-in?problem=identity.notTrusted');
    expect((await visit(`callback?${answer}`)).location).toBe('/sign-in?problem=identity.expired');
    expect((await visit(`callback?${answer}`, 'kedang_identity=AAAA')).location).toBe(
      '/sign-in?problem=identity.expired',
    );
    const right = pair(named(mine.cookies, 'kedang_identity'));
    expect((await visit(`callback?${answer}`, right)).location).toBe('/');
    expect((await visit(`callback?${answer}`, right)).location).toBe('/sign-in?problem=identity.notTrusted');
    const state = new URL(mine.location).searchParams.get('state');
    const refused = await visit(`callback?error=access_denied&state=${state}`, right);
    expect(refused.location).toBe('/sign-in?problem=identity.refused');
  });
});

it('says so when the provider is away, whether before or after the person was there', async () => {
  const gone = await startIdentityProvider();
  const other = await startTestApp('general', {
    oidc: { issuer: gone.issuer, clientId: 'kedang', clientSecret: 'any', name: '公司门户' },
  });
  const visited = (path: string, cookie = '') =>
    other.app.server.inject({ method: 'GET', url: `/api/v1/identity-provider/${path}`, headers: { cookie } });
  try {
    const start = await visited('sign-in');
    const answer = gone.authorize(String(start.headers.location), { sub: 'z', email: 'z@example.com' });
    await gone.close();
    const back = await visited(
      `callback?${answer}`,
      pair(named([start.headers['set-cookie'] ?? []].flat(), 'kedang_identity')),
    );
    expect(back.headers.location).toBe('/sign-in?problem=identity.unreachable');
  } finally {
    await other.close();
  }
});

describe('without an identity provider', () => {
  it('has no such way', async () => {
    const plain = await startTestApp();
    try {
      expect((await plain.admin.get('/sign-in-methods')).body).toEqual({ setUp: true, identityProvider: null });
      expect((await plain.admin.get('/identity-provider/sign-in')).status).toBe(404);
      expect((await plain.admin.get('/identity-provider/callback?code=x')).status).toBe(404);
    } finally {
      await plain.close();
    }
  });

  it('refuses half a configuration, and one without TLS', () => {
    const all = { OIDC_ISSUER: 'https://id.example.com', OIDC_CLIENT_ID: 'kedang', OIDC_CLIENT_SECRET: 's' };
    expect(loadConfig(all).oidc).toMatchObject({ name: 'id.example.com' });
    expect(loadConfig({}).oidc).toBeNull();
    expect(() => loadConfig({ ...all, OIDC_CLIENT_SECRET: '' })).toThrow('belong together');
    expect(() => loadConfig({ ...all, OIDC_ISSUER: 'http://id.example.com' })).toThrow('https://');
  });
});
