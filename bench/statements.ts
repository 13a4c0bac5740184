import pg from 'pg';
import { createApp } from '#app/app.ts';
import { loadConfig } from '#platform/config.ts';
import { connectDatabase } from '#platform/db/connect.ts';
import { createLog } from '#platform/log.ts';
import { newId } from '#shared/ids.ts';
import type { Call } from './load.ts';

interface Statement {
  /** Of a statement that is planned once per connection. */
  name?: string;
  text: string;
  values?: unknown[];
}

/**
 * Records the SQL of some requests of each operation: as many that the same few rows are not in hand each time.
 * `appUrl` is the database as the app reaches it, also while another process keeps it running.
 */
export async function statementsOf(
  dataDir: string,
  token: string,
  operations: Record<string, (n: number) => Call>,
): Promise<{ recorded: Record<string, Recorded[]>; appUrl: string }> {
  const connected = await connectDatabase({ dataDir });
  const app = await createApp({
    config: { ...loadConfig(), dataDir, requestsPerMinute: 1_000_000_000 },
    appUrl: connected.appUrl,
    log: createLog('silent'),
    jobs: 'all-on-demand',
  });
  const recorded: Record<string, Recorded[]> = {};
  let record: Statement[] | undefined;
  const query = pg.Client.prototype.query;
  pg.Client.prototype.query = function patched(this: pg.Client, ...args: unknown[]) {
    const [first, second] = args;
    if (record && typeof first === 'string') record.push({ text: first, values: second as unknown[] | undefined });
    else if (record && first && typeof first === 'object' && 'text' in first) {
      const { name, text, values } = first as Statement;
      record.push({ ...(name ? { name } : {}), text, values });
    }
    return Reflect.apply(query, this, args);
  } as typeof query;
  try {
    for (const [name, next] of Object.entries(operations)) {
      for (let round = 0; round < 42; round += 1) {
        const call = next(round);
        let headers: Record<string, string> = { authorization: `Bearer ${token}`, ...call.headers };
        if (headers['if-match']) {
          const card = await app.server.inject({ method: 'GET', url: call.path, headers });
          headers = { ...headers, 'if-match': String(card.headers.etag) };
        }
        record = [];
        const since = Date.now();
        const answer = await app.server.inject({
          method: call.method,
          url: call.path,
          headers,
          payload: call.body as object,
        });
        if (answer.statusCode >= 400) throw new Error(`${name}: ${answer.body}`);
        const number = answer.json<{ number?: string }>().number;
        const { remark } = (call.body as { values?: { remark?: string } } | undefined)?.values ?? {};
        const once = [headers['idempotency-key'], name === 'create' ? number : undefined, remark];
        const request = { statements: record, since, once: once.filter((item) => item !== undefined) };
        // The first rounds also fill caches; what they read once is no part of every request.
        if (round >= 2) recorded[name] = [...(recorded[name] ?? []), request];
        record = undefined;
      }
    }
  } finally {
    pg.Client.prototype.query = query;
    await app.close();
    await connected.stop();
  }
  return { recorded, appUrl: connected.appUrl };
}

/** What the database alone would allow: sends the recorded statements one request after the other; what they write is committed, as the app does. */
export const replay = (pool: pg.Pool, requests: Recorded[]) => async (n: number) => {
  const request = requests[n % requests.length];
  if (request) await run(pool, renewed(request));
};

export interface Recorded {
  statements: Statement[];
  /** When the request began: ids made by it carry a later time. */
  since: number;
  /** Other values that may stand in the database only once, or would change nothing the second time. */
  once: string[];
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** The same statements with new ids, so that rounds running at once do not wait for each other's keys. */
function renewed({ statements, since, once }: Recorded): Statement[] {
  const ids = new Map<string, string>();
  const fresh = (id: string) => {
    if (Number.parseInt(id.replace('-', '').slice(0, 12), 16) < since) return id;
    const known = ids.get(id) ?? newId();
    ids.set(id, known);
    return known;
  };
  const change = (value: unknown) => {
    if (typeof value !== 'string') return value;
    let text = value.replace(uuid, fresh);
    for (const item of once) text = text.replaceAll(item, `${item}${newId().slice(-12)}`);
    return text;
  };
  return statements.map((statement) => ({ ...statement, values: statement.values?.map(change) }));
}

async function run(pool: pg.Pool, statements: Statement[]): Promise<void> {
  const client = await pool.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    client.release();
  }
}
