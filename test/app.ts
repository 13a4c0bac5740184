import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LightMyRequestResponse } from 'fastify';
import pg from 'pg';
import { inject as provided } from 'vitest';
import { type App, createApp } from '#app/app.ts';
import { setUp, systemContext } from '#modules/operations/index.ts';
import { createToken, createUser, hashPassword, loadActor } from '#modules/people/index.ts';
import type { Config } from '#platform/config.ts';
import { inJobTransaction } from '#platform/jobs/runner.ts';
import { createLog } from '#platform/log.ts';
import { newId } from '#shared/ids.ts';
import { createTestDatabase } from './postgres.ts';

/** Parsed JSON of any endpoint, looked into by tests without ceremony. */
export type Json = ReturnType<typeof JSON.parse>;

export interface Answer {
  status: number;
  body: Json;
  headers: LightMyRequestResponse['headers'];
  raw: Buffer;
}

export interface Client {
  userId: string;
  token: string;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  send(
    method: 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  upload(path: string, name: string, bytes: Buffer, fields?: Record<string, string>): Promise<Answer>;
}

export interface TestApp {
  app: App;
  orgId: string;
  ownerUrl: string;
  dataDir: string;
  /** The administrator made at set-up. */
  admin: Client;
  /** A new user with one default role, in a team if given. */
  as(roleKey: string, options?: { teamId?: string; regionIds?: string[] }): Promise<Client>;
  /** Signs in as a browser does, each time from another address; the client carries the session's cookie. */
  signIn(email: string, password?: string, totp?: string): Promise<Answer & { client: Client }>;
  /** Runs SQL as the owner of the database, past the app and its row security. */
  asOwner(statement: string, values?: unknown[]): Promise<Json[]>;
  /** Runs all queued jobs now. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

export const adminPassword = 'orchard lantern seventeen';

/** Starts the whole app on a copy of the template database: real PostgreSQL, real HTTP stack, jobs run when told. */
export async function startTestApp(
  preset: 'general' | 'exporter' | 'beauty-salon' = 'general',
  settings: Partial<Config> = {},
): Promise<TestApp> {
  const database = await createTestDatabase(provided('postgres'));
  const dataDir = mkdtempSync(join(tmpdir(), 'kedang-test-'));
  const config = {
    host: '127.0.0.1',
    port: 0,
    dataDir,
    databaseUrl: undefined,
    publicUrl: 'http://127.0.0.1',
    secure: false,
    smtpUrl: undefined,
    mailFrom: 'test@localhost',
    logLevel: 'silent',
    requestsPerMinute: 1_000_000,
    trustedProxies: [],
    webhookHosts: [],
    oidc: null,
    ...settings,
  };
  const log = createLog(process.env.LOG_LEVEL ?? 'silent');
  const app = await createApp({
    config,
    appUrl: database.appUrl,
    log,
    jobs: 'all-on-demand',
  });
  const { orgId, userId } = await setUp(app.db, dataDir, {
    orgName: '测试公司',
    preset,
    lang: 'zh-CN',
    adminName: '管理员甲',
    adminEmail: 'admin@example.com',
    password: adminPassword,
    sample: false,
  });

  const answer = (response: LightMyRequestResponse): Answer => ({
    status: response.statusCode,
    body: String(response.headers['content-type'] ?? '').includes('json') ? JSON.parse(response.body) : response.body,
    headers: response.headers,
    raw: response.rawPayload,
  });

  function connect(id: string, token: string, credential: Record<string, string>): Client {
    return {
      userId: id,
      token,
      get: async (path, headers) =>
        answer(
          await app.server.inject({ method: 'GET', url: `/api/v1${path}`, headers: { ...credential, ...headers } }),
        ),
      send: async (method, path, body, headers) =>
        answer(
          await app.server.inject({
            method,
            url: `/api/v1${path}`,
            headers: { ...credential, ...headers },
            ...(body === undefined ? {} : { payload: body as object }),
          }),
        ),
      async upload(path, name, bytes, fields = {}) {
        const form = new FormData();
        for (const [key, value] of Object.entries(fields)) form.append(key, value);
        form.append('file', new File([new Uint8Array(bytes)], name));
        const request = new Request('http://x', { method: 'POST', body: form });
        const payload = Buffer.from(await request.arrayBuffer());
        return answer(
          await app.server.inject({
            method: 'POST',
            url: `/api/v1${path}`,
            headers: { ...credential, 'content-type': request.headers.get('content-type') ?? '' },
            payload,
          }),
        );
      },
    };
  }

  let visits = 0;
  async function client(id: string): Promise<Client> {
    const actor = await app.db.inOrg(orgId, (tx) => loadActor(tx, orgId, id, 'user', null));
    if (!actor) throw new Error('user is not active');
    // Every role may use a token in tests: the matrix tries roles through the API.
    const { token } = await inJobTransaction(app.db, actor, newId(), log, (context) =>
      createToken(context, { name: 'test', scopes: ['*'] }),
    );
    return connect(id, token, { authorization: `Bearer ${token}` });
  }

  return {
    app,
    orgId,
    ownerUrl: database.ownerUrl,
    dataDir,
    admin: await client(userId),
    async as(roleKey, options = {}) {
      const id = await app.db.inOrg(orgId, async (tx) => {
        const role = await tx
          .selectFrom('role')
          .select('id')
          .where('org_id', '=', orgId)
          .where('key', '=', roleKey)
          .executeTakeFirstOrThrow();
        await tx
          .updateTable('role')
          .set({ grants: JSON.stringify({ ...(await roleGrants(tx, orgId, roleKey)), 'token:use': 'all' }) })
          .where('org_id', '=', orgId)
          .where('key', '=', roleKey)
          .execute();
        const context = systemContext(tx, orgId);
        const user = await createUser(
          context,
          {
            email: `${roleKey}-${newId()}@example.com`,
            name: `${roleKey}用户`,
            lang: 'zh-CN',
            teamId: options.teamId ?? null,
            regionIds: options.regionIds ?? [],
            roleIds: [role.id],
          },
          await hashed(),
        );
        return user.id;
      });
      return client(id);
    },
    async signIn(email, password = adminPassword, totp) {
      visits += 1;
      const response = await app.server.inject({
        method: 'POST',
        url: '/api/v1/sessions',
        remoteAddress: `10.9.${visits >> 8}.${visits & 255}`,
        payload: { email, password, ...(totp ? { totp } : {}) },
      });
      const opened = answer(response);
      const cookie = String(response.headers['set-cookie'] ?? '').split(';')[0] ?? '';
      return { ...opened, client: connect(opened.body.userId ?? '', '', { cookie }) };
    },
    async asOwner(statement, values) {
      const owner = new pg.Client({ connectionString: database.ownerUrl });
      await owner.connect();
      try {
        return (await owner.query(statement, values)).rows;
      } finally {
        await owner.end();
      }
    },
    drain: () => app.runner.drain(),
    async close() {
      await app.close();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

let hash: Promise<string> | undefined;
/** One password for all: argon2id is slow by intent. */
const hashed = (): Promise<string> => {
  hash ??= hashPassword(adminPassword);
  return hash;
};

type Tx = Parameters<Parameters<App['db']['inOrg']>[1]>[0];
async function roleGrants(tx: Tx, orgId: string, key: string): Promise<Record<string, string>> {
  const row = await tx
    .selectFrom('role')
    .select('grants')
    .where('org_id', '=', orgId)
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  return row.grants as Record<string, string>;
}

/** `If-Match` of a version. */
export const match = (version: number) => ({ 'if-match': `"${version}"` });
