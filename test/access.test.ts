import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkAccess } from '#platform/http/declared.ts';
import type { Route } from '#platform/http/route.ts';
import type { ServerModule } from '#platform/module.ts';
import { defaultRoleKeys } from '#shared/access.ts';
import type { EndpointAccess } from '#shared/endpoint.ts';
import { startTestApp, type TestApp } from './app.ts';
import { farQuery, fittingBody, fittingQuery, hostileBody, pathOf, strangeUpload } from './requests.ts';

type Endpoint = Route['endpoint'];
type Sent = Pick<InjectOptions, 'payload' | 'headers'> & { path?: string };

let t: TestApp;
let endpoints: Endpoint[];
const tokens = new Map<string, string>();
/** Grants of each default role as the modules declare them; every role may use a token in this test. */
const granted = new Map<string, Set<string>>();

beforeAll(async () => {
  t = await startTestApp();
  endpoints = t.app.modules.flatMap((module) => module.routes.map((route) => route.endpoint));
  const permissions = t.app.modules.flatMap((module) => module.permissions);
  for (const role of defaultRoleKeys) {
    tokens.set(role, (await t.as(role)).token);
    const held = permissions.filter((permission) => permission.defaults[role]).map((permission) => permission.key);
    granted.set(role, new Set<string>([...held, 'token:use']));
  }
});
afterAll(() => t.close());

let address = 0;
/** Each request from an address of its own: limits per address are tested elsewhere. */
async function call(endpoint: Endpoint, token: string | undefined, more: Sent = {}) {
  address += 1;
  const { path, headers, ...rest } = more;
  const answer = await t.app.server.inject({
    method: endpoint.method,
    url: `/api/v1${path ?? pathOf(endpoint)}`,
    remoteAddress: `10.${(address >> 16) & 255}.${(address >> 8) & 255}.${address & 255}`,
    ...rest,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(endpoint.ifMatch ? { 'if-match': '"1"' } : {}),
      ...headers,
    },
  });
  return { status: answer.statusCode, body: answer.body };
}

/** Runs the checks of many endpoints, eight at a time, and returns what was wrong with each. */
async function each(list: Endpoint[], check: (endpoint: Endpoint) => Promise<string | undefined>): Promise<string[]> {
  const wrong: string[] = [];
  const waiting = [...list];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const problem = await check(next);
        if (problem) wrong.push(`${next.method} ${next.path}: ${problem}`);
      }
    }),
  );
  return wrong;
}

const isPublic = (endpoint: Endpoint) => typeof endpoint.access === 'object';
const garbage = { ' ': [null, { nonsense: '\u0000\ud800' }], values: 'x', limit: {} };
const withGarbage = (endpoint: Endpoint): Sent =>
  endpoint.method === 'GET' ? {} : endpoint.upload ? strangeUpload() : { payload: garbage };

describe('every endpoint', () => {
  it('needs a credential unless it says why not', async () => {
    expect(endpoints.length).toBeGreaterThan(80);
    const wrong = await each(endpoints, async (endpoint) => {
      if (isPublic(endpoint)) return undefined;
      const none = await call(endpoint, undefined, withGarbage(endpoint));
      if (none.status !== 401) return `${none.status} without a credential`;
      const forged = await call(endpoint, `kdt_${'0'.repeat(32)}_${'A'.repeat(43)}`, withGarbage(endpoint));
      return forged.status === 401 ? undefined : `${forged.status} with a forged token`;
    });
    expect(wrong).toEqual([]);
  });

  it.each(defaultRoleKeys)('is open to the role %s exactly as its permission says', async (role) => {
    const token = tokens.get(role);
    const wrong = await each(endpoints, async (endpoint) => {
      if (isPublic(endpoint)) return undefined;
      const { access } = endpoint;
      const may = access === 'signed-in' || granted.get(role)?.has(String(access));
      const answer = await call(endpoint, token, withGarbage(endpoint));
      if (answer.status >= 500) return `${answer.status} ${answer.body}`;
      if (endpoint.sessionOnly && may)
        return answer.status === 403 ? undefined : `${answer.status}: a token may not do this`;
      if (may ? [401, 403].includes(answer.status) : answer.status !== 403)
        return `${answer.status} ${may ? 'although permitted' : 'although not permitted'}`;
      if (!may && !answer.body.includes('permission.denied')) return answer.body;
      return undefined;
    });
    expect(wrong).toEqual([]);
  });

  it('grants a token no more than its scopes', async () => {
    const made = await t.admin.send('POST', '/tokens', { name: 'narrow', scopes: ['user:read'] });
    expect(made.status).toBe(201);
    const { token } = made.body;
    const wrong = await each(endpoints, async (endpoint) => {
      if (isPublic(endpoint)) return undefined;
      const { access } = endpoint;
      const may = !endpoint.sessionOnly && (access === 'signed-in' || access === 'user:read');
      const answer = await call(endpoint, token, withGarbage(endpoint));
      if (may ? [401, 403].includes(answer.status) : answer.status !== 403) return `${answer.status}`;
      return answer.status >= 500 ? answer.body : undefined;
    });
    expect(wrong).toEqual([]);
  });

  it('answers wrong, empty and strange input without breaking', async () => {
    const wrong = await each(endpoints, async (endpoint) => {
      const path = pathOf(endpoint);
      const strange = endpoint.path.replace(/:\w+/g, encodeURIComponent("x'\u0000\u202e"));
      const tries: (Sent & { name: string })[] = [
        { name: 'strange path', path: strange },
        { name: 'unknown parameter', path: `${path}?nonsense=1&__proto__=x` },
        { name: 'all parameters', path: `${path}?${fittingQuery(endpoint)}` },
        { name: 'far days', path: `${path}?${farQuery(endpoint)}` },
      ];
      if (endpoint.upload)
        tries.push(
          { name: 'upload', ...strangeUpload() },
          { name: 'upload without multipart', payload: {} },
          { name: 'broken multipart', ...strangeUpload(), payload: '--b\r\n' },
          { name: 'empty multipart', ...strangeUpload(), payload: '--b--\r\n' },
        );
      else if (endpoint.method !== 'GET')
        tries.push(
          { name: 'no body' },
          { name: 'empty object', payload: {} },
          { name: 'list', payload: [] as never },
          { name: 'least body', payload: fittingBody(endpoint, false) as never },
          { name: 'whole body', payload: fittingBody(endpoint, true) as never },
          { name: 'hostile body', payload: hostileBody(endpoint) as never },
          { name: 'no version', payload: fittingBody(endpoint, false) as never, headers: { 'if-match': '' } },
        );
      for (const { name, ...options } of tries) {
        const answer = await call(endpoint, tokens.get('administrator'), { path, ...options });
        if (answer.status >= 500) return `${answer.status} on ${name}: ${answer.body}`;
        if (answer.status === 401 && !isPublic(endpoint)) return `401 on ${name}`;
        if (name === 'unknown parameter' && ![400, 403, 404].includes(answer.status))
          return `${answer.status} on ${name}`;
      }
      return undefined;
    });
    expect(wrong).toEqual([]);
  });

  it('leaves a trace of each refusal', async () => {
    const [traces] = await t.asOwner(
      `select count(distinct detail->>'path')::int as n from access_log where action = 'denied' and actor_name like 'auditor%'`,
    );
    const refused = endpoints.filter(
      ({ access, sessionOnly }) =>
        sessionOnly || (typeof access === 'string' && access !== 'signed-in' && !granted.get('auditor')?.has(access)),
    );
    expect(traces.n).toBe(new Set(refused.map((endpoint) => endpoint.path)).size);
  });
});

describe('start-up', () => {
  const module = (access: unknown, path = '/x'): ServerModule => ({
    name: 'x',
    permissions: [{ key: 'thing:read', label: { zh: '看', en: 'See' }, scoped: false, defaults: {} }],
    routes: [
      { endpoint: { method: 'GET', path, summary: '', tag: 'x', access: access as EndpointAccess } as Endpoint },
    ],
  });

  it.each([undefined, null, '', 'thing:write', 'signed', {}, { public: '' }])(
    'refuses an endpoint whose access is %j',
    (access) => {
      expect(() => checkAccess([module(access)])).toThrow(/GET \/x names no declared permission/);
    },
  );
  it.each(['thing:read', 'signed-in', { public: 'because' }])('accepts %j', (access) => {
    expect(() => checkAccess([module(access)])).not.toThrow();
  });
  it('refuses a path declared twice', () => {
    expect(() => checkAccess([module('signed-in'), module('signed-in')])).toThrow(/declared twice/);
  });
});
