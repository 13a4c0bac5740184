import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { BodyOf, Endpoint, ParamsOf, QueryOf, ResponseOf } from '#shared/endpoint.ts';
import type { Lang } from '#shared/languages.ts';
import type { Actor } from '../access/actor.ts';
import { type Context, inContext } from '../context.ts';
import type { Database } from '../db/database.ts';
import type { Log } from '../log.ts';

type AnyEndpoint = Endpoint<z.ZodType, z.ZodType, z.ZodType, z.ZodType>;

export interface Input<E> {
  params: ParamsOf<E>;
  query: QueryOf<E>;
  body: BodyOf<E>;
  request: FastifyRequest;
  reply: FastifyReply;
}

/** What a public endpoint gets: no actor and no company yet. */
export interface PublicContext {
  db: Database;
  log: Log;
  lang: Lang;
  ip: string;
  requestId: string;
}

export type Handler<E, C> = (context: C, input: Input<E>) => Promise<ResponseOf<E>>;

export interface Route {
  endpoint: AnyEndpoint;
  handle?: (context: Context, input: never) => Promise<unknown>;
  handlePublic?: (context: PublicContext, input: never) => Promise<unknown>;
  /** The handler opens its own transactions (uploads, downloads, anything that must not hold one while streaming). */
  handleStream?: (context: StreamContext, input: never) => Promise<unknown>;
}

/** A signed-in caller without an open transaction: `inTransaction` opens one when the handler needs it. */
export interface StreamContext {
  actor: Actor;
  lang: Lang;
  requestId: string;
  inTransaction<T>(work: (context: Context) => Promise<T>): Promise<T>;
}

/** Binds an endpoint to its handler; the handler runs in one transaction of the caller's company. */
export function serve<E extends AnyEndpoint>(endpoint: E, handle: Handler<E, Context>): Route {
  return { endpoint, handle: handle as Route['handle'] };
}

/** Binds an endpoint that needs no caller; its contract says why that is safe. */
export function servePublic<E extends AnyEndpoint>(endpoint: E, handle: Handler<E, PublicContext>): Route {
  return { endpoint, handlePublic: handle as Route['handlePublic'] };
}

/** Work for somebody without a session, in a transaction of the actor's company. */
export const inPublicContext = <T>(
  request: PublicContext,
  actor: Actor,
  work: (context: Context) => Promise<T>,
): Promise<T> =>
  inContext(request, { actor, lang: request.lang, requestId: request.requestId, ip: request.ip, ifMatch: null }, work);

/** Binds an upload or download. */
export function serveStream<E extends AnyEndpoint>(endpoint: E, handle: Handler<E, StreamContext>): Route {
  return { endpoint, handleStream: handle as Route['handleStream'] };
}
