import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import { cookieName, createAuthenticator } from '#modules/people/index.ts';
import type { Config } from '#platform/config.ts';
import { createDatabase, type Database } from '#platform/db/database.ts';
import { isMigrated } from '#platform/db/migrate.ts';
import { openApi } from '#platform/http/openapi.ts';
import { createServer } from '#platform/http/server.ts';
import { languageOf } from '#platform/i18n/index.ts';
import type { JobKind } from '#platform/jobs/kinds.ts';
import { type Runner, startRunner } from '#platform/jobs/runner.ts';
import { startScheduler } from '#platform/jobs/scheduler.ts';
import type { Log } from '#platform/log.ts';
import type { ServerModule } from '#platform/module.ts';
import { Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { jobActor } from './job-actor.ts';
import { loadMessages } from './messages.ts';
import { serverModules } from './modules.ts';

export const appVersion = '0.1.0';

export interface App {
  server: FastifyInstance;
  db: Database;
  modules: ServerModule[];
  /** Runner of light jobs; in tests of all jobs. */
  runner: Runner;
  close(): Promise<void>;
}

export interface AppOptions {
  config: Config;
  appUrl: string;
  log: Log;
  /** Kinds of jobs this process runs itself. */
  jobs: 'light' | 'all-on-demand';
}

/** Assembles server, jobs and schedules over one database. */
export async function createApp(options: AppOptions): Promise<App> {
  const { config, log } = options;
  const db = createDatabase(options.appUrl);
  const translate = loadMessages();
  const modules = serverModules(config, db, translate);
  const server = await createServer({
    config,
    db,
    log,
    modules,
    translate,
    ...createAuthenticator(db, config.secure),
  });
  addHealth(server, db);
  await addDocs(server, modules, config.secure);
  await addWeb(server, { db, log, modules });
  const kinds: JobKind[] = modules.flatMap((module) => module.jobs ?? []);
  const light = options.jobs === 'light';
  const runner = startRunner(
    {
      db,
      log,
      kinds: light ? kinds.filter((kind) => !kind.heavy) : kinds,
      worker: newId(),
      loadActor: jobActor(db, modules),
    },
    light,
  );
  const scheduler = light
    ? startScheduler(
        db,
        log,
        modules.flatMap((module) => module.schedules ?? []),
      )
    : undefined;
  return {
    server,
    db,
    modules,
    runner,
    async close() {
      scheduler?.stop();
      await closeServer(server);
      await runner.stop();
      await db.close();
    },
  };
}

/** Answers what is under way, takes nothing new, and waits neither for idle connections nor for ever. */
async function closeServer(server: FastifyInstance): Promise<void> {
  // A connection becomes idle when its last request is answered; a browser would keep it open for a minute.
  const idle = setInterval(() => server.server.closeIdleConnections(), 50);
  const patience = setTimeout(() => server.server.closeAllConnections(), 8000);
  try {
    await server.close();
  } finally {
    clearInterval(idle);
    clearTimeout(patience);
  }
}

function addHealth(server: FastifyInstance, db: Database): void {
  server.get('/healthz', async () => ({ up: true, version: appVersion }));
  server.get('/readyz', async (_request, reply) => {
    const ready = await db.outside((tx) => isMigrated(tx as unknown as Kysely<unknown>)).catch(() => false);
    return reply.code(ready ? 200 : 503).send({ ready });
  });
}

async function addDocs(server: FastifyInstance, modules: ServerModule[], secure: boolean): Promise<void> {
  // Made when first asked for: hundreds of shapes take a while, and every start would wait for them.
  let made: ReturnType<typeof openApi> | undefined;
  const document = () => {
    made ??= openApi(modules, appVersion, cookieName(secure));
    return made;
  };
  server.get('/api/v1/openapi.json', async (_request, reply) => reply.send(document()));
  await server.register(async (docs) => {
    const placeholder = { openapi: '3.1.0', info: { title: 'Kedang', version: appVersion }, paths: {} };
    await docs.register(swagger, { mode: 'static', specification: { document: placeholder } });
    await docs.register(swaggerUi, {
      routePrefix: '/api/docs',
      transformSpecification: () => document(),
      transformSpecificationClone: false,
      // Its own page is laid out for wide screens only.
      theme: {
        title: 'Kedang 客档 API',
        js: [
          {
            filename: 'viewport.js',
            content: `document.head.append(Object.assign(document.createElement('meta'), { name: 'viewport', content: 'width=device-width, initial-scale=1' }));`,
          },
        ],
      },
    });
  });
}

interface Means {
  db: Database;
  log: Log;
  modules: ServerModule[];
}

/** Lets the sites a module names show this one page in a frame. */
async function allowFraming(request: FastifyRequest, reply: FastifyReply, { db, log, modules }: Means) {
  const visitor = {
    db,
    log,
    lang: languageOf(request.headers['accept-language']),
    ip: request.ip,
    requestId: request.id,
  };
  for (const module of modules) {
    const sites = await module.framing?.(visitor, request.url);
    if (!sites) continue;
    const policy = String(reply.getHeader('content-security-policy') ?? '');
    reply.header(
      'content-security-policy',
      policy.replace("frame-ancestors 'none'", `frame-ancestors ${sites.join(' ')}`),
    );
    reply.removeHeader('x-frame-options');
  }
}

/** What can be done at an address of the API. */
function methodsAt(url: string, modules: ServerModule[]): string[] {
  const path = url.split('?', 1)[0] ?? '';
  const endpoints = modules.flatMap((module) => module.routes.map((route) => route.endpoint));
  return endpoints.flatMap((endpoint) =>
    new RegExp(`^/api/v1${endpoint.path.replace(/:\w+/g, '[^/]+')}$`).test(path) ? endpoint.method : [],
  );
}

/** The built web client; unknown paths are pages of it, unknown API paths are problems. */
async function addWeb(server: FastifyInstance, means: Means): Promise<void> {
  const root = fileURLToPath(new URL('../../dist/web', import.meta.url));
  const built = existsSync(root);
  if (built) {
    await server.register(fastifyStatic, {
      root,
      wildcard: false,
      preCompressed: true,
      setHeaders(reply, path) {
        reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  server.setNotFoundHandler(async (request, reply) => {
    const page = request.method === 'GET' && !request.url.startsWith('/api/') && !request.url.startsWith('/assets/');
    if (page) await allowFraming(request, reply, means);
    if (page && built) return reply.header('cache-control', 'no-cache').sendFile('index.html');
    const methods = methodsAt(request.url, means.modules).join(', ');
    if (methods === '') throw new Problem(404, 'request.noSuchPath');
    reply.header('allow', methods);
    throw new Problem(405, 'request.wrongMethod', { params: { methods } });
  });
}
