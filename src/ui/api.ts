import { hashKey, type UseQueryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { useState } from 'react';
import type { z } from 'zod';
import type { BodyInput, Endpoint, ParamsOf, QueryInput, ResponseOf } from '#shared/endpoint.ts';
import { Problem } from '#shared/errors.ts';
import { oneIntention } from './intention.ts';
import { noteNetwork } from './network.ts';

type AnyEndpoint = Endpoint<z.ZodType, z.ZodType, z.ZodType, z.ZodType>;

export interface CallOptions<E> {
  params?: ParamsOf<E>;
  query?: QueryInput<E>;
  body?: BodyInput<E>;
  ifMatch?: number;
  /** One key per intention: a retry of the same click must not create twice. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/** Fired when the server no longer knows the session; the frame asks to sign in again over the open page. */
export const sessionEnded = new EventTarget();

function urlOf(endpoint: AnyEndpoint, options: CallOptions<AnyEndpoint>): string {
  const params = (options.params ?? {}) as Record<string, string>;
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries((options.query ?? {}) as Record<string, unknown>)) {
    if (value !== undefined && value !== null && value !== '')
      query.set(key, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  const text = query.toString();
  return `/api/v1${path}${text ? `?${text}` : ''}`;
}

async function problemOf(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as Partial<Problem> & { title?: string; code?: string };
  if (
    response.status === 401 &&
    body.code !== 'session.wrongPassword' &&
    !body.code?.startsWith('session.t') &&
    body.code !== 'session.locked'
  ) {
    sessionEnded.dispatchEvent(new Event('ended'));
  }
  return new Problem(response.status, body.code ?? 'server.unexpected', {
    field: body.field,
    params: body.params,
    errors: body.errors,
    data: body.data,
    message: body.title,
  });
}

async function request(url: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('accept-language', i18next.language);
  const response = await fetch(url, { ...init, headers }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    noteNetwork(false);
    throw new Problem(0, 'network.away', { message: i18next.t('errors.network.away') });
  });
  noteNetwork(true);
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** Calls an endpoint with the types of its contract; throws `Problem` with the server's localised message. */
export async function call<E extends AnyEndpoint>(endpoint: E, options: CallOptions<E> = {}): Promise<ResponseOf<E>> {
  const headers: Record<string, string> = {};
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  if (options.ifMatch !== undefined) headers['if-match'] = `"${options.ifMatch}"`;
  if (endpoint.idempotent) headers['idempotency-key'] = options.idempotencyKey ?? crypto.randomUUID();
  const response = await request(urlOf(endpoint, options as CallOptions<AnyEndpoint>), {
    method: endpoint.method,
    headers,
    body: options.body === undefined ? undefined : JSON.stringify(options.body),
    signal: options.signal,
  });
  return (response.status === 204 ? undefined : await response.json()) as ResponseOf<E>;
}

/** Uploads one file with form fields. */
export async function upload<E extends AnyEndpoint>(
  endpoint: E,
  file: File,
  fields: Record<string, string> = {},
  options: Pick<CallOptions<E>, 'params'> = {},
): Promise<ResponseOf<E>> {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.append(key, value);
  form.append('file', file);
  const response = await request(urlOf(endpoint, options as CallOptions<AnyEndpoint>), {
    method: endpoint.method,
    body: form,
  });
  return (await response.json()) as ResponseOf<E>;
}

/** Address of a download, for a link. */
export const downloadUrl = <E extends AnyEndpoint>(endpoint: E, options: CallOptions<E> = {}): string =>
  urlOf(endpoint, options as CallOptions<AnyEndpoint>);

/** Name the server gave a download, in its own letters. */
const nameOf = (response: Response): string =>
  decodeURIComponent(/filename\*=UTF-8''([^;]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? '');

/** Fetches a small download and hands it to the browser; a refusal is thrown, where a link would show it as a page of its own. */
export async function save<E extends AnyEndpoint>(endpoint: E, options: CallOptions<E>): Promise<void> {
  const response = await request(urlOf(endpoint, options as CallOptions<AnyEndpoint>), {});
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = nameOf(response);
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Reads an endpoint and keeps the answer under its path and parameters. */
export function useEndpoint<E extends AnyEndpoint>(
  endpoint: E,
  options: CallOptions<E> = {},
  more: Partial<UseQueryOptions<ResponseOf<E>, Problem>> = {},
) {
  const asked = [endpoint.path, options.params ?? null, options.query ?? null];
  return useQuery<ResponseOf<E>, Problem>({
    queryKey: [...asked, i18next.language],
    queryFn: ({ signal }) => call(endpoint, { ...options, signal }),
    // After a change of language the page stays until the texts are there: nothing typed is lost.
    placeholderData: (previous, query) =>
      query && hashKey(query.queryKey.slice(0, -1)) === hashKey(asked) ? previous : undefined,
    ...more,
  });
}

/** A change; afterwards everything whose path begins with one of `stale` is read anew. */
export function useSend<E extends AnyEndpoint>(endpoint: E, stale: string[] = []) {
  const client = useQueryClient();
  const [intended] = useState(oneIntention);
  return useMutation<ResponseOf<E>, Problem, Omit<CallOptions<E>, 'idempotencyKey'>>({
    mutationFn: (options) =>
      endpoint.idempotent
        ? intended([options.params, options.body], (idempotencyKey) => call(endpoint, { ...options, idempotencyKey }))
        : call(endpoint, options),
    // Without a network one is told so at once; to wait in silence and send later would surprise.
    networkMode: 'always',
    onSuccess: () => invalidate(client, stale),
  });
}

/** Marks cached answers stale by the beginning of their path. */
export function invalidate(client: ReturnType<typeof useQueryClient>, stale: string[]): Promise<void> {
  return client.invalidateQueries({
    predicate: (query) => stale.some((path) => String(query.queryKey[0]).startsWith(path)),
  });
}
