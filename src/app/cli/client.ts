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
  const url = /"url":"(https?:[^"]+)"/.exec(readFileSync(file, 'utf8'))?.[1];
  // Cut off when the machine went down while it was written.
  if (!url) return undefined;
  const alive = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(3000) }).catch(() => undefined);
  return alive?.ok ? url : undefined;
}

export const cookieOf = (header: string | null | undefined): string => header?.split(';', 1)[0] ?? '';

/** Nobody answers at the address: not started, restarting, or the wrong address. */
export class NoAnswer extends Error {}

export const overNetwork =
  (url: string): Transport =>
  async (method, path, headers, body) => {
    const json = body !== undefined && !(body instanceof FormData);
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { ...headers, ...(json ? { 'content-type': 'application/json' } : {}) },
      body: json ? JSON.stringify(body) : (body as FormData | undefined),
    }).catch((error: Error) => {
      const cause = error.cause as { code?: string; message?: string } | undefined;
      throw new NoAnswer(`no answer from ${url} (${cause?.code || cause?.message || error.message})`);
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
    if (!problem.title) throw new Error(`the server answered ${reply.status}; is this the address of Kedang?`);
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
  const token = text(options, 'token') || process.env.KEDANG_TOKEN || required(options, 'token');
  const url = text(options, 'url') || process.env.KEDANG_URL || (await runningUrl(loadConfig().dataDir));
  if (!url) throw new UsageError('no running server found: start it with npm start, or name it with --url');
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw new UsageError(`"${url}" is no http address`);
  // A token with other characters cannot even be sent.
  if (!/^[\x21-\x7e]+$/.test(token)) throw new UsageError('--token is not a token');
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

/** How long a server that restarts is waited for while a job runs: jobs go on after a restart. */
const patience = 120_000;

async function stateOf(client: TokenClient, jobId: string): Promise<JobView> {
  for (const until = Date.now() + patience; ; ) {
    try {
      return await client.get<JobView>(`/jobs/${jobId}`);
    } catch (error) {
      if (!(error instanceof NoAnswer) || Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

/**
 * Waits for a job, showing progress on standard error. The first Ctrl-C cancels the job at its next clean step and waits for
 * that; the second leaves at once.
 */
export async function waitForJob(client: TokenClient, jobId: string): Promise<JobView> {
  const { stderr } = process;
  const cancel = () => {
    stderr.write('\ncancelling at the next clean step; Ctrl-C again leaves without waiting\n');
    client.send('POST', `/jobs/${jobId}/cancellation`).catch((error: Error) => stderr.write(`${error.message}\n`));
  };
  process.once('SIGINT', cancel);
  try {
    let shown = '';
    for (;;) {
      const job = await stateOf(client, jobId);
      const share = job.total ? ` (${Math.min(100, Math.floor((job.done / job.total) * 100))} %)` : '';
      const line = job.state === 'queued' ? 'waiting' : `${job.done}/${job.total ?? '?'}${share}`;
      // On a terminal the line is written over; a log gets none.
      if (stderr.isTTY && line !== shown) stderr.write(`\r\u001b[K${line}`);
      shown = line;
      if (!['queued', 'running'].includes(job.state)) {
        if (stderr.isTTY) stderr.write('\n');
        if (job.state === 'failed') throw new Error(job.error?.message ?? 'the job failed');
        return job;
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  } finally {
    process.off('SIGINT', cancel);
  }
}
