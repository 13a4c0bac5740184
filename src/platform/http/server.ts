import { isUtf8 } from 'node:buffer';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { wildKeys } from '#shared/wild-keys.ts';
import { languageOf } from '../i18n/index.ts';
import { bindRoute } from './bind.ts';
import { checkAccess } from './declared.ts';
import type { ServerOptions } from './options.ts';
import { problemSpeaker, refuseUnread, sendProblem } from './problem.ts';

/** Builds the HTTP server: every endpoint of every module under `/api/v1`, or an error when one lacks its permission. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { config, log, modules } = options;
  checkAccess(modules);
  const say = problemSpeaker(options.translate, modules);
  const server = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId(),
    bodyLimit: 2 * 1024 * 1024,
    // Long enough for a large upload over a slow line; a request that trickles in for ever is ended.
    requestTimeout: 900_000,
    trustProxy: config.trustedProxies.length > 0 ? config.trustedProxies : false,
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
    clientErrorHandler: (error, socket) => refuseUnread(error, socket, say),
    // What the router itself refuses (an unreadable address, an endless id) is answered like everything else.
    frameworkErrors: (error, request, reply) =>
      void sendProblem(error, request, reply, say, languageOf(request.headers['accept-language'])),
  });
  await server.register(cookie);
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // Ant Design writes its styles at run time.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
      },
    },
    hsts: config.secure ? { maxAge: 31_536_000 } : false,
    crossOriginEmbedderPolicy: false,
  });
  await server.register(multipart, { limits: { fileSize: 100 * 1024 * 1024, files: 1, fields: 10 } });
  await server.register(rateLimit, {
    max: config.requestsPerMinute,
    timeWindow: '1 minute',
    // Only a credential that was good a moment ago has a count of its own; anything else counts on its address.
    keyGenerator: (request) => options.callerKey(request) ?? request.ip,
    errorResponseBuilder: (_request, context) =>
      new Problem(429, 'request.tooMany', { params: { seconds: Math.ceil(context.ttl / 1000) } }),
  });
  server.setErrorHandler((error, request, reply) =>
    sendProblem(error, request, reply, say, languageOf(request.headers['accept-language'])),
  );
  server.addHook('onResponse', (request, reply, done) => {
    log.info(
      {
        id: request.id,
        method: request.method,
        path: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request',
    );
    done();
  });
  server.removeContentTypeParser('text/plain');
  // An empty JSON body is no body: a POST without content must not fail before its endpoint is asked.
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, bytes, done) => {
    if (bytes.length === 0) return done(null, undefined);
    try {
      // Other encodings would be stored as replacement characters.
      if (!isUtf8(bytes as Buffer)) throw new Problem(400, 'request.notUtf8');
      const body = JSON.parse(bytes.toString()) as unknown;
      requireTame(body);
      done(null, body);
    } catch (error) {
      done(error instanceof Problem ? error : new Problem(400, 'request.notJson'));
    }
  });
  for (const module of modules) for (const route of module.routes) bindRoute(server, route, options);
  return server;
}

const deepest = 40;

/** No key that does harm, no depth that would exhaust the stack of whoever walks the value. */
function requireTame(body: unknown): void {
  let level = [body];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) throw new Problem(400, 'request.tooDeep', { params: { maximum: deepest } });
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue;
      if (wildKeys.some((key) => Object.hasOwn(item, key))) throw new Problem(400, 'request.notJson');
      for (const value of Object.values(item)) if (typeof value === 'object' && value !== null) next.push(value);
    }
    level = next;
  }
}
