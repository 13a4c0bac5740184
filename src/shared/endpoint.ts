import type { z } from 'zod';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/**
 * Who may call an endpoint. `object:action` is looked up in the actor's grants (scope own/team/region/all);
 * `signed-in` is for what concerns only the caller; `public` must say why it is safe without a caller.
 */
export type EndpointAccess = `${string}:${string}` | 'signed-in' | { public: string };

export interface Endpoint<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
> {
  method: Method;
  /** Path below `/api/v1`, e.g. `/customers/:id`. */
  path: string;
  summary: string;
  tag: string;
  access: EndpointAccess;
  params?: P;
  /** Always a strict object: an unknown parameter is refused by name. */
  query?: Q;
  body?: B;
  response: R;
  /** Status of success; 200 unless told (201 create, 202 job accepted, 204 nothing, 303 the browser is sent elsewhere). */
  status?: 200 | 201 | 202 | 204 | 303;
  /** Update of a versioned record: `If-Match` is required (428) and compared (412). */
  ifMatch?: boolean;
  /** Create: `Idempotency-Key` is honoured for 24 h (a POST that makes something should set it). */
  idempotent?: boolean;
  /** Multipart upload or file download: the handler works on the raw request or reply. */
  upload?: boolean;
  download?: string;
  /** Only a person with a session: a token that leaked must not be able to shut its owner out. */
  sessionOnly?: boolean;
  /** A stricter limit than the general one, requests per minute and caller. */
  rateLimit?: number;
}

/** Declares one endpoint; both sides import it: the server to serve it, the browser to call it with types. */
export function endpoint<
  R extends z.ZodType,
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(spec: Endpoint<P, Q, B, R>): Endpoint<P, Q, B, R> {
  return spec;
}

export type ParamsOf<E> = E extends Endpoint<infer P, z.ZodType, z.ZodType, z.ZodType> ? z.output<P> : never;
export type QueryOf<E> = E extends Endpoint<z.ZodType, infer Q, z.ZodType, z.ZodType> ? z.output<Q> : never;
export type BodyOf<E> = E extends Endpoint<z.ZodType, z.ZodType, infer B, z.ZodType> ? z.output<B> : never;
export type BodyInput<E> = E extends Endpoint<z.ZodType, z.ZodType, infer B, z.ZodType> ? z.input<B> : never;
export type QueryInput<E> = E extends Endpoint<z.ZodType, infer Q, z.ZodType, z.ZodType> ? z.input<Q> : never;
export type ResponseOf<E> = E extends Endpoint<z.ZodType, z.ZodType, z.ZodType, infer R> ? z.output<R> : never;
