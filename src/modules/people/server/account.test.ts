import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminPassword, type Client, type Json, match, startTestApp, type TestApp } from '#test/app.ts';
import { roleIdOf, userOf, withRole } from '#test/people.ts';
import { hashPassword } from './passwords.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

const other = 'violet harbour ninety-one';
const emailOf = async (client: Client): Promise<string> => (await client.get('/session')).body.user.email;
const without = ({ requestId: _, ...body }: Json) => body;

describe('signing in', () => {
  it('stores argon2id with 19 MiB and two passes', async () => {
    expect(await hashPassword('x')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('sets a cookie no script reads and no other site sends', async () => {
    const opened = await t.signIn(await emailOf(t.admin));
    expect(opened.status).toBe(201);
    expect(String(opened.headers['set-cookie'])).toMatch(
      /^kedang_session=kds_[0-9a-f]{32}_[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect((await opened.client.get('/session')).body.user.name).toBe('管理员甲');
    const cross = await opened.client.send('POST', '/notifications/reading', {}, { 'sec-fetch-site': 'cross-site' });
    expect([cross.status, cross.body.code]).toEqual([403, 'request.crossSite']);
    const origin = await opened.client.send('POST', '/notifications/reading', {}, { origin: 'https://evil.example' });
    expect(origin.status).toBe(403);
  });

  it('tells nobody who has an account: same status, text and time', async () => {
    const blocked = await t.as('sales');
    const user = await userOf(t, blocked);
    const email = await emailOf(blocked);
    await t.admin.send('POST', `/users/${user.id}/blocking`, undefined, match(user.version));
    const known = await emailOf(await t.as('sales'));
    const answers: Json[] = [];
    for (const [address, password] of [
      ['nobody@example.com', adminPassword],
      [known, 'quite wrong indeed'],
      [email, adminPassword],
    ] as const) {
      const started = performance.now();
      const answer = await t.signIn(address, password);
      answers.push({ ...without(answer.body), slow: performance.now() - started >= 245 });
    }
    expect(answers[0]).toMatchObject({ status: 401, code: 'session.wrongPassword', slow: true });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    const resets = await Promise.all(
      ['nobody@example.com', known].map((address) =>
        t.app.server.inject({ method: 'POST', url: '/api/v1/password-resets', payload: { email: address } }),
      ),
    );
    expect(resets.map((answer) => [answer.statusCode, answer.body])).toEqual([
      [204, ''],
      [204, ''],
    ]);
    const half = await t.app.server.inject({
      method: 'POST',
      url: '/api/v1/password-resets',
      payload: { email: 'half@' },
    });
    expect(half.json().errors[0]).toMatchObject({ field: 'email', code: 'email.format' });
  });

  it('waits longer and longer after five failures, for strangers too, and tries no guess meanwhile', async () => {
    const client = await t.as('sales');
    const email = await emailOf(client);
    for (const address of [email, 'stranger@example.com']) {
      const tries = await Promise.all([1, 2, 3, 4, 5].map(() => t.signIn(address, 'wrong again and again')));
      expect(tries.map((answer) => answer.body.code)).toEqual(Array(5).fill('session.wrongPassword'));
      const locked = await t.signIn(address, adminPassword);
      expect([locked.status, locked.body.code, locked.body.params]).toEqual([401, 'session.locked', { minutes: 1 }]);
    }
    const waits: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      await t.asOwner('update app_user set locked_until = now() where id = $1', [client.userId]);
      await t.signIn(email, 'wrong again and again');
      waits.push((await t.signIn(email, 'wrong again and again')).body.params.minutes);
    }
    expect(waits).toEqual([2, 4, 8]);
    const log = await t.asOwner(
      `select detail->>'reason' as reason from access_log where action = 'signInFailed' and subject_id = $1`,
      [client.userId],
    );
    expect(log.filter((row) => row.reason === 'session.locked')).toHaveLength(4);
    await t.asOwner('update app_user set locked_until = now() where id = $1', [client.userId]);
    expect((await t.signIn(email)).status).toBe(201);
    expect((await t.asOwner('select failed_count from app_user where id = $1', [client.userId]))[0].failed_count).toBe(
      0,
    );
  });
});

describe('sessions', () => {
  it('are listed, ended one by one and by signing out', async () => {
    const email = await emailOf(await t.as('sales'));
    const [first, second] = [(await t.signIn(email)).client, (await t.signIn(email)).client];
    const list = (await first.get('/sessions')).body.items;
    expect(list.map((item: Json) => item.current)).toEqual([false, true]);
    expect((await second.get('/session')).status).toBe(200);
    expect((await first.send('DELETE', `/sessions/${list[0].id}`)).status).toBe(204);
    expect((await second.get('/session')).status).toBe(401);
    // Somebody else's session is not there.
    const own = (await t.signIn(await emailOf(t.admin))).client;
    const mine = (await own.get('/sessions')).body.items[0].id;
    expect((await first.send('DELETE', `/sessions/${mine}`)).status).toBe(404);
    const out = await first.send('DELETE', '/session');
    expect(String(out.headers['set-cookie'])).toContain('Expires=Thu, 01 Jan 1970');
    expect((await first.get('/session')).status).toBe(401);
  });

  it('end within a second of a password change, a reset and a block', async () => {
    const client = await t.as('sales');
    const email = await emailOf(client);
    const open = async (password?: string) => {
      const session = (await t.signIn(email, password)).client;
      expect((await session.get('/session')).status).toBe(200);
      return session;
    };
    const [here, there] = [await open(), await open()];
    expect((await here.send('PUT', '/password', { current: 'wrong', next: other })).body.errors[0].code).toBe(
      'password.wrong',
    );
    expect(
      (await here.send('PUT', '/password', { current: adminPassword, next: 'short' })).body.errors[0],
    ).toMatchObject({
      field: 'next',
      code: 'password.tooShort',
    });
    const same = await here.send('PUT', '/password', { current: adminPassword, next: adminPassword });
    expect(same.body.errors[0]).toMatchObject({ field: 'next', code: 'password.same' });
    expect((await here.send('PUT', '/password', { current: adminPassword, next: other })).status).toBe(204);
    expect((await here.get('/session')).status).toBe(200);
    expect((await there.get('/session')).status).toBe(401);
    expect((await t.signIn(email)).status).toBe(401);

    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' };
    await t.app.server.inject({ method: 'POST', url: '/api/v1/password-resets', headers, payload: { email } });
    await t.drain();
    const text = readdirSync(join(t.dataDir, 'outbox'))
      .map((name) =>
        readFileSync(join(t.dataDir, 'outbox', name), 'utf8')
          .replaceAll('=\r\n', '')
          .replaceAll('=3D', '='),
      )
      .find((mail) => mail.includes(email));
    // The link leads to the address the company set, whatever host the request named.
    expect(text).not.toContain('evil.example');
    const token = /token=(kdr_\w{32}_[\w-]{43})/.exec(text ?? '')?.[1] ?? '';
    const redeem = (password: string) =>
      t.app.server.inject({ method: 'POST', url: '/api/v1/password-resets/redemption', payload: { token, password } });
    expect((await redeem('short')).statusCode).toBe(422);
    const both = await Promise.all([redeem(adminPassword), redeem(adminPassword)]);
    expect(both.map((answer) => answer.statusCode).sort()).toEqual([204, 422]);
    expect((await here.get('/session')).status).toBe(401);

    const last = await open();
    const user = await userOf(t, client);
    expect((await t.admin.send('POST', `/users/${user.id}/blocking`, undefined, match(user.version))).status).toBe(200);
    expect((await last.get('/session')).status).toBe(401);
    expect((await client.get('/session')).status).toBe(401);
    // Let in again, the old tokens and sessions stay dead.
    await t.admin.send('DELETE', `/users/${user.id}/blocking`, undefined, match(user.version + 1));
    expect((await client.get('/session')).status).toBe(401);
    expect((await last.get('/session')).status).toBe(401);
  });

  it('obey within a second what another process changed', async () => {
    const { client } = await t.signIn(await emailOf(await t.as('sales')));
    expect((await client.get('/session')).status).toBe(200);
    await t.asOwner('delete from session where user_id = $1', [client.userId]);
    await new Promise((resolve) => setTimeout(resolve, 950));
    expect((await client.get('/session')).status).toBe(401);
  });

  it('end after twelve hours and after half an hour without use', async () => {
    const { client } = await t.signIn(await emailOf(await t.as('sales')));
    const { client: idle } = await t.signIn(await emailOf(await t.as('sales')));
    await t.asOwner(`update session set expires_at = now() where user_id = $1`, [client.userId]);
    await t.asOwner(`update session set last_seen_at = now() - interval '31 minutes' where user_id = $1`, [
      idle.userId,
    ]);
    expect((await client.get('/session')).status).toBe(401);
    expect((await idle.get('/session')).status).toBe(401);
  });

  it('are no place to guess the password', async () => {
    const { client } = await t.signIn(await emailOf(await t.as('sales')));
    const codes = [];
    for (let turn = 0; turn < 6; turn += 1)
      codes.push((await client.send('PUT', '/password', { current: `guess ${turn}`, next: other })).status);
    expect(codes).toEqual([422, 422, 422, 422, 422, 429]);
    expect((await client.send('PUT', '/password', { current: adminPassword, next: other })).status).toBe(429);
  });
});

describe('second factor', () => {
  it('is asked for, accepts each code once and each recovery code once', async () => {
    const token = await t.as('sales');
    expect((await token.send('POST', '/totp')).body.code).toBe('session.personNeeded');
    const email = await emailOf(token);
    const { client } = await t.signIn(email);
    const { secret } = (await client.send('POST', '/totp')).body;
    const totp = new TOTP({ secret: Secret.fromBase32(secret) });
    const stored = await t.asOwner('select totp_secret from app_user where id = $1', [token.userId]);
    expect(stored[0].totp_secret.includes(Buffer.from(Secret.fromBase32(secret).bytes))).toBe(false);
    expect((await client.send('POST', '/totp/confirmation', { code: '000000' })).status).toBe(422);
    const code = totp.generate();
    const { recoveryCodes } = (await client.send('POST', '/totp/confirmation', { code })).body;
    expect(recoveryCodes).toHaveLength(10);
    expect((await client.send('POST', '/totp')).status).toBe(409);

    expect((await t.signIn(email)).body.code).toBe('session.totpRequired');
    expect((await t.signIn(email, adminPassword, code)).body.code).toBe('session.totpWrong');
    const next = totp.generate({ timestamp: Date.now() + 30_000 });
    const twice = await Promise.all([t.signIn(email, adminPassword, next), t.signIn(email, adminPassword, next)]);
    expect(twice.map((answer) => answer.status).sort()).toEqual([201, 401]);
    expect((await t.signIn(email, adminPassword, recoveryCodes[0])).status).toBe(201);
    expect((await t.signIn(email, adminPassword, recoveryCodes[0])).body.code).toBe('session.totpWrong');
    // Wrong codes lock like wrong passwords; without the right password nobody learns there is a second factor.
    expect((await t.signIn(email, 'wrong', next)).body.code).toBe('session.wrongPassword');
    await t.asOwner('update app_user set failed_count = 0, locked_until = null where id = $1', [token.userId]);
    await Promise.all([1, 2, 3, 4, 5].map(() => t.signIn(email, adminPassword, '000000')));
    expect((await t.signIn(email, adminPassword, recoveryCodes[1])).body.code).toBe('session.locked');
    expect((await client.send('POST', '/totp/removal', { password: 'wrong' })).status).toBe(429);
    await t.asOwner('update app_user set failed_count = 0, locked_until = null where id = $1', [token.userId]);
    expect((await client.send('POST', '/totp/removal', { password: adminPassword })).status).toBe(204);
    expect((await t.signIn(email)).status).toBe(201);
  });
});

describe('passwords', () => {
  it.each([
    ['short', 'password.tooShort'],
    ['密码太短', 'password.tooShort'],
    ['aaaaaaaaaaaaaaaaaaaa', 'password.guessable'],
    ['123456789012345678', 'password.guessable'],
    ['passwordpassword1', 'password.guessable'],
    ['sales用户sales用户sales用户', 'password.guessable'],
    ['x'.repeat(300), 'password.tooLong'],
  ])('refuses %s', async (next, code) => {
    const { client } = await t.signIn(await emailOf(await t.as('sales')));
    const answer = await client.send('PUT', '/password', { current: adminPassword, next });
    expect(answer.body.errors?.[0].code).toBe(code);
  });

  it('takes spaces, Chinese and any Unicode form', async () => {
    const email = await emailOf(await t.as('sales'));
    const { client } = await t.signIn(email);
    const next = '春江潮水连海平 海上明月共潮生 ﬁ';
    expect((await client.send('PUT', '/password', { current: adminPassword, next })).status).toBe(204);
    expect((await t.signIn(email, next.normalize('NFKC'))).status).toBe(201);
  });
});

describe('tokens', () => {
  it('carry no more than their maker, expire and are revoked at once', async () => {
    const supervisor = await t.as('supervisor');
    const make = (client: Client, body: Json) => client.send('POST', '/tokens', { name: 'x', ...body });
    const narrow = await make(supervisor, { scopes: ['customer:read', 'token:use'], expiresInDays: 2 });
    expect(narrow.body.scopes).toEqual(['customer:read', 'token:use']);
    const bearer = { authorization: `Bearer ${narrow.body.token}` };
    expect((await supervisor.get('/customers', bearer)).status).toBe(200);
    expect((await supervisor.get('/users', bearer)).status).toBe(403);
    expect((await make(supervisor, { scopes: ['audit:read'] })).body.errors[0].code).toBe('token.scope');
    // A narrow token makes no wider one, and none that outlives it.
    const child = await supervisor.send('POST', '/tokens', { name: 'child', scopes: ['*'] }, bearer);
    expect(child.body.scopes.sort()).toEqual(['customer:read', 'token:use']);
    expect(child.body.expiresAt).toBe(narrow.body.expiresAt);
    expect((await supervisor.send('POST', '/tokens', { name: 'y', scopes: ['user:read'] }, bearer)).status).toBe(422);
    expect(JSON.stringify((await supervisor.get('/tokens')).body)).not.toContain(narrow.body.token);
    expect((await supervisor.send('DELETE', `/tokens/${narrow.body.id}`)).status).toBe(204);
    expect((await supervisor.get('/customers', bearer)).body).toMatchObject({ status: 401, code: 'token.invalid' });
    const childBearer = { authorization: `Bearer ${child.body.token}` };
    await t.asOwner('update api_token set expires_at = now() where id = $1', [child.body.id]);
    expect((await supervisor.get('/customers', childBearer)).status).toBe(401);
    expect((await t.admin.send('DELETE', `/tokens/${child.body.id}`)).status).toBe(404);
  });

  it('die with the right to use them', async () => {
    const client = await withRole(t, { 'user:read': 'all' });
    expect((await client.get('/users')).status).toBe(200);
    const role = (await t.admin.get('/roles')).body.items.find((item: Json) => item.id === client.roleId);
    await t.admin.send('PATCH', `/roles/${role.id}`, { grants: { 'user:read': 'all' } }, match(role.version));
    expect((await client.get('/users')).status).toBe(401);
  });
});

describe('invitations', () => {
  it('set a password once by a link', async () => {
    const invited = await t.admin.send('POST', '/users', {
      email: 'new@example.com',
      name: '新人',
      roleIds: [await roleIdOf(t, 'sales')],
    });
    expect(invited.body.state).toBe('invited');
    const token = new URL(invited.body.inviteLink).searchParams.get('token');
    const redeem = {
      method: 'POST' as const,
      url: '/api/v1/password-resets/redemption',
      payload: { token, password: other },
      headers: { 'accept-language': 'en-GB,zh;q=0.5' },
    };
    expect((await t.signIn('new@example.com', other)).status).toBe(401);
    expect((await t.app.server.inject(redeem)).statusCode).toBe(204);
    expect((await t.app.server.inject(redeem)).statusCode).toBe(422);
    const { status, client } = await t.signIn('NEW@Example.com ', other);
    expect(status).toBe(201);
    // The language of that page is the account's, which mail comes in.
    expect((await userOf(t, client)).lang).toBe('en-US');
    const again = await t.admin.send('POST', '/users', { email: 'New@example.com', name: '重复', roleIds: [] });
    expect(again.body.errors[0]).toMatchObject({ field: 'email', code: 'user.emailTaken' });
  });

  it('end with a block', async () => {
    const invited = await t.admin.send('POST', '/users', { email: 'gone@example.com', name: '走人', roleIds: [] });
    await t.admin.send('POST', `/users/${invited.body.id}/blocking`, undefined, match(invited.body.version));
    const token = new URL(invited.body.inviteLink).searchParams.get('token');
    const answer = await t.app.server.inject({
      method: 'POST',
      url: '/api/v1/password-resets/redemption',
      payload: { token, password: other },
    });
    expect(answer.statusCode).toBe(422);
  });

  it('of one address made twice at once succeed once', async () => {
    const invite = () => t.admin.send('POST', '/users', { email: 'twin@example.com', name: '双', roleIds: [] });
    expect((await Promise.all([invite(), invite()])).map((answer) => answer.status).sort()).toEqual([201, 422]);
  });
});
