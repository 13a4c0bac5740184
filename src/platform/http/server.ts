import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { languageOf } from '../i18n/index.ts';
import { bindRoute } from './bind.ts';
import { checkAccess } from './declared.ts';
import type { ServerOptions } from './options.ts';
import { sendProblem } from './problem.ts';

/** Builds the HTTP server: every endpoint of every module under `/api/v1`, or an error when one lacks its permission. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { config, log, modules } = options;
  checkAccess(modules);
  const server = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId(),
    bodyLimit: 2 * 1024 * 1024,
    trustProxy: false,
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
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
    keyGenerator: (request) => request.headers.authorization ?? request.cookies.kedang_session ?? request.ip,
    errorResponseBuilder: (_request, context) =>
      new Problem(429, 'request.tooMany', { params: { seconds: Math.ceil(context.ttl / 1000) } }),
  });
  server.setErrorHandler((error, request, reply) =>
    sendProblem(error, request, reply, options.translate, languageOf(request.headers['accept-language'])),
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
  // An empty JSON body is no body: a POST without content must not fail before its endpoint is asked.
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    if (text === '') return done(null, undefined);
    try {
      done(null, JSON.parse(String(text), refusePrototype));
    } catch {
      done(new Problem(400, 'request.notJson'));
    }
  });
  for (const module of modules) for (const route of module.routes) bindRoute(server, route, options);
  return server;
}

function refusePrototype(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new Error('__proto__ in a body');
  return value;
}
