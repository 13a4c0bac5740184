import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#shared/errors.ts';
import type { Lang } from '#shared/languages.ts';
import type { Actor } from '../access/actor.ts';
import { requirePermission } from '../access/actor.ts';
import { type Context, inContext } from '../context.ts';
import { logAccess } from '../events/index.ts';
import { languageOf } from '../i18n/index.ts';
import { withIdempotency } from './idempotency.ts';
import type { ServerOptions } from './options.ts';
import { fromZod } from './problem.ts';
import type { Route } from './route.ts';

/** Seconds a request's statement may take: a few questions without end must not hold every connection. Jobs take their time. */
const patience = 60;

/** Without a session the address is counted: a made-up credential must not buy another try. */
function rateLimitOf(endpoint: Route['endpoint']) {
  if (typeof endpoint.access === 'string' && !endpoint.rateLimit) return undefined;
  return {
    max: endpoint.rateLimit ?? 300,
    timeWindow: '1 minute',
    ...(typeof endpoint.access === 'string' ? {} : { keyGenerator: (request: FastifyRequest) => request.ip }),
  };
}

/** Serves one endpoint: shape → caller → permission → handler in one transaction → answer with its ETag. */
export function bindRoute(server: FastifyInstance, route: Route, options: ServerOptions): void {
  const { endpoint } = route;
  server.route({
    method: endpoint.method,
    url: `/api/v1${endpoint.path}`,
    config: { rateLimit: rateLimitOf(endpoint) },
    async handler(request, reply) {
      reply.header('cache-control', 'no-store');
      const lang = languageOf(request.headers['accept-language']);
      if (route.handlePublic) {
        const context = { db: options.db, log: options.log, lang, ip: request.ip, requestId: request.id };
        return answer(route, reply, await route.handlePublic(context, parse(route, request, reply) as never));
      }
      const actor = await options.authenticate(request);
      if (!actor) throw new Problem(401, 'session.required');
      try {
        return await serveActor(route, options, actor, request, reply, lang);
      } catch (error) {
        if (error instanceof Problem && error.status === 403) await logDenied(options, actor, error, request, lang);
        throw error;
      }
    },
  });
}

async function serveActor(
  route: Route,
  options: ServerOptions,
  actor: Actor,
  request: FastifyRequest,
  reply: FastifyReply,
  lang: Lang,
): Promise<unknown> {
  const { endpoint } = route;
  if (typeof endpoint.access === 'string' && endpoint.access !== 'signed-in') requirePermission(actor, endpoint.access);
  if (endpoint.sessionOnly && actor.kind === 'token') throw new Problem(403, 'session.personNeeded');
  // Shape is checked after the permission: an outsider learns nothing about the endpoint from its error messages.
  const input = parse(route, request, reply);
  const ifMatch = endpoint.ifMatch ? readIfMatch(request) : null;
  const caller = { actor, lang, requestId: request.id, ip: request.ip, ifMatch };
  // Reads write only their access record; they need not wait for the disk.
  const inTransaction = <T>(work: (context: Context) => Promise<T>) =>
    inContext(options, caller, work, { relaxed: request.method === 'GET', patience });
  if (route.handleStream) {
    const stream = { actor, lang, requestId: request.id, inTransaction };
    return answer(route, reply, await route.handleStream(stream, input as never));
  }
  const handle = route.handle;
  if (!handle) throw new Problem(500, 'server.unexpected');
  const result = await inTransaction((context) =>
    endpoint.idempotent
      ? withIdempotency(context, request, reply, () => handle(context, input as never))
      : handle(context, input as never),
  );
  return answer(route, reply, result);
}

/** Whoever is refused, at the door or by the handler, leaves a trace of the attempt. */
async function logDenied(
  options: ServerOptions,
  actor: Actor,
  problem: Problem,
  request: FastifyRequest,
  lang: Lang,
): Promise<void> {
  const caller = { actor, lang, requestId: request.id, ip: request.ip, ifMatch: null };
  await inContext(options, caller, (context) =>
    logAccess(context, {
      action: 'denied',
      subjectKind: 'endpoint',
      detail: {
        permission: String(problem.params.permission ?? problem.code),
        method: request.method,
        path: request.routeOptions.url ?? '',
      },
    }),
  );
}

function parse(route: Route, request: FastifyRequest, reply: FastifyReply) {
  const { endpoint } = route;
  const take = (shape: typeof endpoint.body, where: 'params' | 'query' | 'body', value: unknown) => {
    if (!shape) {
      const keys = value && typeof value === 'object' ? Object.keys(value) : [];
      if (where === 'query' && keys[0]) {
        throw new Problem(400, 'input.unknown', { field: keys[0], params: { field: keys[0] } });
      }
      return undefined;
    }
    // With the input, so that a value of the wrong type is not called a missing one.
    const parsed = shape.safeParse(value, { reportInput: true });
    if (!parsed.success) throw fromZod(parsed.error, where);
    return parsed.data;
  };
  return {
    params: take(endpoint.params, 'params', request.params),
    query: take(endpoint.query, 'query', request.query ?? {}),
    body: endpoint.upload ? undefined : take(endpoint.body, 'body', request.body),
    request,
    reply,
  };
}

function readIfMatch(request: FastifyRequest): number {
  const header = request.headers['if-match'];
  if (!header) throw new Problem(428, 'version.required');
  const match = /^(?:W\/)?"(\d{1,9})"$/.exec(header.trim());
  if (!match) throw new Problem(400, 'version.malformed', { field: 'If-Match' });
  return Number(match[1]);
}

function answer(route: Route, reply: FastifyReply, result: unknown): unknown {
  if (reply.sent || route.endpoint.download) return result;
  const status = reply.statusCode === 200 ? (route.endpoint.status ?? 200) : reply.statusCode;
  reply.code(status);
  if (status === 204 || result === undefined) return reply.send();
  if (typeof result === 'object' && result !== null && 'version' in result && typeof result.version === 'number') {
    reply.header('etag', `"${result.version}"`);
  }
  // In tests an answer that differs from its contract is a failure; in production views already leave out what must not go.
  const body = process.env.KEDANG_CHECK_RESPONSES ? route.endpoint.response.parse(result) : result;
  return reply.type('application/json').send(JSON.stringify(body));
}
