import { connect } from 'node:net';
import type { FastifyReply, FastifyRequest, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { createApp } from '#app/app.ts';
import { sendProblem } from '#platform/http/problem.ts';
import { createLog } from '#platform/log.ts';
import { adminPassword, type Json, match, startTestApp, type TestApp } from './app.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(() => t.close());

const company = (name: string) => ({ kind: 'company', values: { name } });
const raw = (options: InjectOptions) =>
  t.app.server.inject({ ...options, headers: { authorization: `Bearer ${t.admin.token}`, ...options.headers } });
const post = (payload: string | Buffer, more: Record<string, string> = {}) =>
  raw({ method: 'POST', url: '/api/v1/customers', payload, headers: { 'content-type': 'application/json', ...more } });

describe('versions', () => {
  it('are required, compared, and told with the present record', async () => {
    const made = await t.admin.send('POST', '/customers', company('版本公司'));
    const path = `/customers/${made.body.id}`;
    const change = (remark: string, headers?: Record<string, string>) =>
      t.admin.send('PATCH', path, { values: { remark } }, headers);
    expect([(await change('一')).status, (await change('一')).body.code]).toEqual([428, 'version.required']);
    for (const header of ['1', '*', '"x"', '"1", "2"', '"99999999999999999999"'])
      expect((await change('一', { 'if-match': header })).body.code, header).toBe('version.malformed');
    expect((await change('一', { 'if-match': 'W/"1"' })).headers.etag).toBe('"2"');
    const late = await change('二', match(1));
    expect(late.status).toBe(412);
    expect(late.body.data.current).toMatchObject({ id: made.body.id, version: 2, values: { remark: '一' } });
    const both = await Promise.all([change('三', match(2)), change('四', match(2))]);
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 412]);
  });
});

describe('idempotency keys', () => {
  const create = (name: string, key: string, client = t.admin) =>
    client.send('POST', '/customers', company(name), { 'idempotency-key': key });

  it('answer a repeat with the first answer and refuse another request', async () => {
    const first = await create('一次公司', 'key-1');
    const again = await create('一次公司', 'key-1');
    expect([again.status, again.headers['idempotent-replayed'], again.headers.etag]).toEqual([201, 'true', '"1"']);
    expect(again.body).toEqual(first.body);
    const other = await create('另一公司', 'key-1');
    expect([other.status, other.body.code, other.body.field]).toEqual([422, 'idempotency.mismatch', 'Idempotency-Key']);
    expect((await create('坏钥匙公司', 'with space')).body.code).toBe('idempotency.malformed');
    expect((await create('坏钥匙公司', 'x'.repeat(201))).status).toBe(400);
    // Another caller's key of the same name is another key.
    const sales = await t.as('sales');
    expect((await create('旁人公司', 'key-1', sales)).status).toBe(201);
  });

  it('make many requests at once one', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => create('并发一次公司', 'key-2')));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(answers.filter((answer) => answer.headers['idempotent-replayed'] === 'true')).toHaveLength(7);
  });

  it('remember no failure and nothing older than a day', async () => {
    expect(
      (await t.admin.send('POST', '/customers', { kind: 'company', values: {} }, { 'idempotency-key': 'key-3' }))
        .status,
    ).toBe(422);
    expect((await create('后来公司', 'key-3')).status).toBe(201);
    await t.asOwner(`update idempotency_key set created_at = now() - interval '25 hours' where key = 'key-3'`);
    expect((await create('隔日公司', 'key-3')).status).toBe(201);
  });
});

describe('problems', () => {
  it('are problem+json with a stable code, the field and the language asked for', async () => {
    const ask = async (language: string) => {
      const answer = await post('{"kind":"company","values":{"uscc":"1"}}', { 'accept-language': language });
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      return answer.json<Json>();
    };
    const chinese = await ask('zh');
    expect(chinese).toMatchObject({ type: '/problems/input.invalid', status: 422, code: 'input.invalid' });
    expect(chinese.errors.map((error: Json) => error.field).sort()).toEqual(['values.name', 'values.uscc']);
    expect(chinese.requestId).toMatch(/^[0-9a-f-]{36}$/);
    for (const text of [chinese.title, ...chinese.errors.map((error: Json) => error.message)])
      expect(text).toMatch(/[一-鿿]/);
    for (const language of ['en', 'en-GB;q=0.8, zh;q=0.2', 'fr, en;q=0.5']) {
      const english = await ask(language);
      for (const text of [english.title, ...english.errors.map((error: Json) => error.message)])
        expect(text).toMatch(/^[\x20-\x7e“”’]+$/);
    }
    for (const language of ['', 'fr', 'zh-TW, en;q=0.9', ';;;q=,'])
      expect((await ask(language)).title).toBe(chinese.title);
  });

  it.each([
    ['malformed JSON', '{"kind":', 400, 'request.notJson'],
    ['a prototype', '{"kind":"company","values":{"name":"x","__proto__":{"admin":true}}}', 400, 'request.notJson'],
    ['a text', '"x"', 422, 'input.invalid'],
    ['a list', '[]', 422, 'input.invalid'],
    ['nothing', '', 422, 'input.invalid'],
    ['an unknown key', '{"kind":"company","values":{"name":"x"},"isAdmin":true}', 400, 'input.unknown'],
    ['an unknown field', '{"kind":"company","values":{"name":"x","nope":1}}', 400, 'field.unknown'],
    ['a field of the system', '{"kind":"company","values":{"name":"x","number":"KD1"}}', 400, 'field.readOnly'],
    ['a name of a prototype', '{"kind":"company","values":{"name":"x","constructor":1}}', 400, 'field.unknown'],
    ['a NUL', '{"kind":"company","values":{"name":"a\\u0000b"}}', 201, undefined],
    ['half a character', '{"kind":"company","values":{"name":"a\\ud800b 公司"}}', 201, undefined],
    ['another encoding', Buffer.from('7b226b696e64223a22b9abcbbe227d', 'hex'), 400, 'request.notUtf8'],
    ['no text', '{"kind":"company","values":{"name":{"toString":1}}}', 400, 'request.notJson'],
    ['great depth', `{"kind":${'['.repeat(60000)}${']'.repeat(60000)}}`, 400, 'request.tooDeep'],
    ['a great body', `{"kind":"${'x'.repeat(3_000_000)}"}`, 413, 'request.tooLarge'],
  ])('answer %s', async (_, payload, status, code) => {
    const answer = await post(payload);
    if (status === 201) expect([201, 400, 422]).toContain(answer.statusCode);
    else expect([answer.statusCode, answer.json<Json>().code]).toEqual([status, code]);
    expect(({} as Json).admin).toBeUndefined();
  });

  it.each([
    ['/customers?nope=1', 'nope'],
    ['/customers?sort=nope', 'nope'],
    ['/customers?fields=name,nope', 'nope'],
    [`/customers?filter=${encodeURIComponent('{"field":"nope","op":"eq","value":1}')}`, 'nope'],
    [`/customers?filter=${encodeURIComponent('{"field":"name","op":"eq"')}`, 'filter'],
    [`/customers?filter=${encodeURIComponent('{"field":"name","op":"like","value":"x"}')}`, 'filter.op'],
    [`/customers?filter=${encodeURIComponent('{"field":"name","op":"lt","value":"x"}')}`, 'name'],
    [`/customers?filter=${encodeURIComponent('{"field":"foundedOn","op":"eq","value":"0000-00-00"}')}`, 'foundedOn'],
    ['/customers?limit=0', 'limit'],
    ['/customers?limit=201', 'limit'],
    ['/customers?limit=x', 'limit'],
    ['/customers?cursor=x', 'cursor'],
    ['/users?cursor=x', 'cursor'],
    ['/jobs?cursor=x', 'cursor'],
    ['/session?x=1', 'x'],
    ['/customers?__proto__=1', '__proto__'],
    ['/customers?limit=1&limit=2', 'limit'],
  ])('name the wrong parameter of %s', async (path, field) => {
    const answer = await t.admin.get(path);
    expect([answer.status, answer.body.field]).toEqual([400, field]);
  });

  it('of forged cursors are the caller’s', async () => {
    const cursor = (v: string | undefined, id = '00000000-0000-0000-0000-000000000000') =>
      Buffer.from(JSON.stringify({ v, id })).toString('base64url');
    for (const sort of ['createdAt', 'foundedOn', 'employees', 'annualRevenue', 'name', 'ownerId', 'birthday'])
      for (const v of ['rubbish', '', '9999999-01-01', '2026-02-31', '\0', "'; drop table customer; --"]) {
        const answer = await t.admin.get(`/customers?sort=${sort}&cursor=${cursor(v)}`);
        // Where any text may be a value, a forged one only leads elsewhere in the list.
        const found = ['name', 'ownerId'].includes(sort) && v !== '\0';
        expect([answer.status, answer.body.field], `${sort} ${v}`).toEqual(found ? [200, undefined] : [400, 'cursor']);
      }
    for (const id of ['-'.repeat(36), 'x', "' or 1=1"])
      expect((await t.admin.get(`/customers?cursor=${cursor(undefined, id)}`)).status, id).toBe(400);
  });

  it.each(['x', '00000000', "' or ''='", '%00', '../audit', `${'9'.repeat(300)}`])(
    'of the id %s are 404',
    async (id) => {
      const answer = await t.admin.get(`/customers/${encodeURIComponent(id)}`);
      expect([404, 414]).toContain(answer.status);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    },
  );

  it('of days at the ends of the calendar are the caller’s, in every list', async () => {
    const { id } = (await t.admin.send('POST', '/customers', company('历法公司'))).body;
    const ends = ['0000-01-01', '0001-01-01', '1000-01-01', '9999-12-30', '9999-12-31'];
    let asked = 0;
    for (const { endpoint } of t.app.modules.flatMap(({ routes }) => routes)) {
      const { shape = {} } = (endpoint.query ?? {}) as { shape?: Record<string, z.ZodType> };
      const takes = (key: string, day: string) => shape[key]?.safeParse(day).success;
      const days = Object.keys(shape).filter((key) => takes(key, '2026-02-28') && !takes(key, '2026-02-30'));
      if (endpoint.method !== 'GET' || days.length === 0) continue;
      for (const changed of days)
        for (const end of ends) {
          const query = days.map((key) => `${key}=${key === changed ? end : '2026-02-28'}`).join('&');
          const address = `${endpoint.path.replaceAll(/:\w+/g, id)}?${query}`;
          expect((await t.admin.get(address)).status, address).toBeLessThan(500);
          asked += 1;
        }
    }
    expect(asked).toBeGreaterThan(100);
  });

  it('of a value of the wrong type do not say it is missing', async () => {
    const answer = await post('{"kind":5}');
    expect(answer.json<Json>().errors).toContainEqual(
      expect.objectContaining({ field: 'values', code: 'input.required' }),
    );
    expect((await t.admin.send('POST', '/tasks', { title: null })).body.errors[0].code).toBe('input.required');
    const title = await t.admin.send('POST', '/tasks', { title: 5 });
    expect([title.status, title.body.errors[0]]).toEqual([
      422,
      { field: 'title', code: 'input.type', message: '值的类型不对。' },
    ]);
  });

  it('of a body that is neither JSON nor a file are 415', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', ';;;'])
      expect((await post('kind=company', { 'content-type': type })).statusCode, type).toBe(415);
  });

  it('of a database that dies under a request are 503', () => {
    const request = { log: createLog('silent') } as unknown as FastifyRequest;
    for (const error of [
      new Error('Client has encountered a connection error and is not queryable'),
      new Error('Connection terminated unexpectedly'),
      Object.assign(new Error('crash of another server process'), { code: '57P02' }),
    ]) {
      const reply = { code: vi.fn(() => reply), type: () => reply, send: () => reply };
      sendProblem(error, request, reply as unknown as FastifyReply, (_, code) => code, 'zh-CN');
      expect(reply.code, error.message).toHaveBeenCalledWith(503);
    }
  });

  it('of methods an address does not take name those it takes', async () => {
    const id = crypto.randomUUID();
    const answer = await raw({ method: 'DELETE', url: `/api/v1/customers/${id}/notes?x=1` });
    expect([answer.statusCode, answer.json<Json>().code]).toEqual([405, 'request.wrongMethod']);
    expect(answer.headers.allow).toBe('POST');
  });

  it('of what is no request at all are problems too', async () => {
    await t.app.server.listen({ host: '127.0.0.1', port: 0 });
    const [address] = t.app.server.addresses() as { port: number }[];
    const told = (text: string) =>
      new Promise<string>((resolve) => {
        let answer = '';
        const socket = connect(address?.port ?? 0, '127.0.0.1', () => socket.write(text));
        socket.on('data', (data) => (answer += String(data))).on('close', () => resolve(answer));
      });
    expect(await told('nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400 .*problem\+json.*"code":"request.malformed"/s);
    const long = `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect(await told(long)).toMatch(/^HTTP\/1.1 431 .*problem\+json.*"code":"request.tooLarge"/s);
  });

  it('of unknown paths and methods are 404', async () => {
    for (const method of ['GET', 'PUT', 'TRACE' as 'GET', 'OPTIONS'] as const)
      expect((await raw({ method, url: '/api/v1/nope' })).statusCode).toBe(404);
  });
});

describe('limits', () => {
  it('count per caller, tell when to come back, and are not passed by made-up credentials', async () => {
    const config = {
      ...{
        host: '127.0.0.1',
        port: 0,
        dataDir: t.dataDir,
        databaseUrl: undefined,
        publicUrl: 'https://kedang.example',
      },
      ...{
        secure: true,
        smtpUrl: undefined,
        mailFrom: 'x@localhost',
        logLevel: 'silent',
        requestsPerMinute: 20,
        trustedProxies: ['10.9.9.9'],
        webhookHosts: [],
        oidc: null,
      },
    };
    const appUrl = new URL(t.app.db.pool.options.connectionString ?? '');
    const app = await createApp({
      config,
      appUrl: appUrl.href,
      log: createLog('silent'),
      jobs: 'all-on-demand',
    });
    try {
      const get = (headers: Record<string, string>, remoteAddress = '10.1.1.1') =>
        app.server.inject({ method: 'GET', url: '/api/v1/session', headers, remoteAddress });
      const bearer = { authorization: `Bearer ${t.admin.token}` };
      const codes = [];
      for (let turn = 0; turn < 22; turn += 1) codes.push((await get(bearer)).statusCode);
      expect(codes.slice(0, 20)).toEqual(Array(20).fill(200));
      const limited = await get(bearer);
      expect([limited.statusCode, limited.json<Json>().code]).toEqual([429, 'request.tooMany']);
      expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
      // Another address does not help a caller who has used up his own, nor does some other header beside the cookie.
      expect((await get(bearer, '10.1.1.2')).statusCode).toBe(429);
      const opened = await app.server.inject({
        method: 'POST',
        url: '/api/v1/sessions',
        remoteAddress: '10.1.1.3',
        payload: { email: 'admin@example.com', password: adminPassword },
      });
      const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? '';
      const statuses = [];
      for (let turn = 0; turn < 25; turn += 1)
        statuses.push((await get({ cookie, authorization: `Basic ${turn}` }, '10.1.1.4')).statusCode);
      expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
      const forged = [];
      for (let turn = 0; turn < 25; turn += 1)
        forged.push((await get({ authorization: `Bearer forged${turn}` }, '10.1.1.5')).statusCode);
      expect(forged.filter((status) => status === 429).length).toBeGreaterThan(0);

      // The word of a proxy named in the configuration about its visitors is taken, and no further.
      const through = (forwarded: string) => get({ 'x-forwarded-for': forwarded }, '10.9.9.9');
      const visitors = [];
      for (let turn = 0; turn < 25; turn += 1) visitors.push((await through(`10.1.2.${turn}`)).statusCode);
      expect(new Set(visitors)).toEqual(new Set([401]));
      for (let turn = 0; turn < 20; turn += 1) await through(`1.2.3.${turn}, 10.1.3.1`);
      expect((await through('1.2.3.99, 10.1.3.1')).statusCode).toBe(429);

      // Behind TLS the cookie is bound to this host and HSTS is sent.
      expect(String(opened.headers['set-cookie'])).toMatch(
        /^__Host-kedang_session=kds_\S+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      );
      expect(opened.headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
      expect((await get({ cookie: cookie.replace('__Host-', '') }, '10.1.1.6')).statusCode).toBe(401);
    } finally {
      await app.close();
    }
  });

  it('of sign-in hold for an address whatever it brings along', async () => {
    const codes = [];
    for (let turn = 0; turn < 32; turn += 1) {
      const answer = await t.app.server.inject({
        method: 'POST',
        url: '/api/v1/sessions',
        remoteAddress: '10.2.2.2',
        headers: {
          authorization: `Bearer ${turn}`,
          'x-forwarded-for': `1.2.3.${turn}`,
          cookie: `kedang_session=${turn}`,
        },
        payload: {},
      });
      codes.push(answer.statusCode);
    }
    expect(codes.slice(0, 30)).toEqual(Array(30).fill(422));
    expect(codes.slice(30)).toEqual([429, 429]);
  });
});

describe('headers', () => {
  it('keep pages from being framed, sniffed, scripted and cached', async () => {
    const { headers } = await raw({ method: 'GET', url: '/api/v1/session' });
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    const policy = String(headers['content-security-policy']);
    for (const part of ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
      expect(policy).toContain(part);
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('the API document', () => {
  it('is OpenAPI 3.1, lists every endpoint, and every reference resolves', async () => {
    const document = (await raw({ method: 'GET', url: '/api/v1/openapi.json' })).json<Json>();
    expect(document.openapi).toMatch(/^3\.1\./);
    const endpoints = t.app.modules.flatMap((module) => module.routes.map((route) => route.endpoint));
    const ids = new Set<string>();
    for (const endpoint of endpoints) {
      const path = `/api/v1${endpoint.path.replace(/:(\w+)/g, '{$1}')}`;
      const operation = document.paths[path]?.[endpoint.method.toLowerCase()];
      expect(operation, `${endpoint.method} ${path}`).toBeDefined();
      expect(ids.has(operation.operationId), operation.operationId).toBe(false);
      ids.add(operation.operationId);
      const named = operation.parameters.filter((item: Json) => item.in === 'path').map((item: Json) => item.name);
      expect(named.sort()).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort());
      expect(operation.security.length > 0).toBe(typeof endpoint.access === 'string');
      expect(Object.keys(operation.responses).length).toBeGreaterThan(1);
    }
    expect(Object.values(document.paths).flatMap((item) => Object.keys(item as object))).toHaveLength(endpoints.length);
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#([^"]*)"/g)].map((found) => found[1] ?? '');
    const broken = refs.filter((ref) => {
      if (ref === '') return true;
      let node: Json = document;
      for (const part of ref.slice(1).split('/')) node = node?.[part.replaceAll('~1', '/').replaceAll('~0', '~')];
      return node === undefined;
    });
    expect(broken).toEqual([]);
  });

  it('has a page whose scripts its own policy allows', async () => {
    const page = await raw({ method: 'GET', url: '/api/docs/' });
    const html = page.statusCode === 302 ? await raw({ method: 'GET', url: String(page.headers.location) }) : page;
    expect(html.statusCode).toBe(200);
    const policy = String(html.headers['content-security-policy']);
    expect(policy).toContain("frame-ancestors 'none'");
    for (const [, attributes = '', text = ''] of html.body.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)) {
      expect(text.trim()).toBe('');
      const source = /src="([^"]+)"/.exec(attributes)?.[1] ?? '';
      expect(source).not.toMatch(/^(https?:)?\/\//);
      const script = await raw({ method: 'GET', url: new URL(source, 'http://x/api/docs/').pathname });
      expect(script.statusCode, source).toBe(200);
    }
  });
});
