import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '#platform/config.ts';
import { Problem } from '#shared/errors.ts';
import type { JobView } from '#shared/jobs.ts';
import { type Options, required, text, UsageError } from './command.ts';

export interface Reply {
  status: number;
  body: unknown;
  /** Cookie set by the answer, as `name=value`. */
  cookie: string;
}
/** Carries one request to the API, over the network or inside this process. */
export type Transport = (
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: unknown,
) => Promise<Reply>;

/** The server that runs on this data folder, if one answers. */
export async function runningUrl(dataDir: string): Promise<string | undefined> {
  const file = join(dataDir, 'server.json');
  if (!existsSync(file)) return undefined;
  const { url } = JSON.parse(readFileSync(file, 'utf8')) as { url: string };
  const alive = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(3000) }).catch(() => undefined);
  return alive?.ok ? url : undefined;
}

export const cookieOf = (header: string | null | undefined): string => header?.split(';', 1)[0] ?? '';

export const overNetwork =
  (url: string): Transport =>
  async (method, path, headers, body) => {
    const json = body !== undefined && !(body instanceof FormData);
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { ...headers, ...(json ? { 'content-type': 'application/json' } : {}) },
      body: json ? JSON.stringify(body) : (body as FormData | undefined),
    });
    const answer = response.headers.get('content-type')?.includes('json')
      ? await response.json()
      : Buffer.from(await response.arrayBuffer());
    return { status: response.status, body: answer, cookie: cookieOf(response.headers.get('set-cookie')) };
  };

/** Sends and returns the body, or throws the server's problem. */
export async function ask<T>(
  transport: Transport,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<T> {
  return (await request(transport, method, path, headers, body)).body as T;
}

/** As `ask`, with the whole reply. */
export async function request(
  transport: Transport,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<Reply> {
  const reply = await transport(method, path, { 'accept-language': language(), ...headers }, body);
  if (reply.status >= 400) {
    const problem = reply.body as Partial<Problem> & { title?: string };
    throw new Problem(reply.status, problem.code ?? 'server.unexpected', {
      field: problem.field,
      errors: problem.errors,
      message: problem.title,
    });
  }
  return reply;
}

const language = () => (/^zh/i.test(process.env.LC_ALL || process.env.LANG || '') ? 'zh-CN' : 'en-US');

/** Who a command acts as: the token given, at the server named or the one running on the data folder. */
export async function tokenClient(options: Options) {
  const token = text(options, 'token') ?? process.env.KEDANG_TOKEN ?? required(options, 'token');
  const url = text(options, 'url') ?? process.env.KEDANG_URL ?? (await runningUrl(loadConfig().dataDir));
  if (!url) throw new UsageError('no running server found: start it with npm start, or name it with --url');
  const transport = overNetwork(url.replace(/\/$/, ''));
  const authorization = { authorization: `Bearer ${token}` };
  return {
    get: <T>(path: string) => ask<T>(transport, 'GET', path, authorization),
    send: <T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      ask<T>(transport, method, path, { ...authorization, ...headers }, body),
  };
}
export type TokenClient = Awaited<ReturnType<typeof tokenClient>>;

/** Options every command with a token has. */
export const tokenOptions = { token: { type: 'string' }, url: { type: 'string' } } as const;

/** Waits for a job, showing progress on standard error. */
export async function waitForJob(client: TokenClient, jobId: string): Promise<JobView> {
  for (let shown = -1; ; ) {
    const job = await client.get<JobView>(`/jobs/${jobId}`);
    if (job.done !== shown && process.stderr.isTTY) process.stderr.write(`\r${job.done}/${job.total ?? '?'} `);
    shown = job.done;
    if (!['queued', 'running'].includes(job.state)) {
      if (process.stderr.isTTY) process.stderr.write('\n');
      if (job.state === 'failed') throw new Error(job.error?.message ?? 'the job failed');
      return job;
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
