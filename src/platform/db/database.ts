import { createHash } from 'node:crypto';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { DB } from '#db/types.ts';
import { isId } from '#shared/ids.ts';

/** A transaction of one company: row-level security shows it that company's rows only. */
export type Tx = Kysely<DB>;

// Days are days: a Date object would move them by the time zone. Numbers beyond 2^53 do not occur in counts or numerics here.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => Number(text));
pg.types.setTypeParser(pg.types.builtins.NUMERIC, (text) => Number(text));

export interface Database {
  pool: pg.Pool;
  /**
   * Runs `work` in a transaction of the company. `relaxed`: commit need not wait for the disk (access records of reads).
   * `patience`: seconds one statement may take.
   */
  inOrg<T>(orgId: string, work: (tx: Tx) => Promise<T>, options?: { relaxed?: boolean; patience?: number }): Promise<T>;
  /** Outside any company: set-up, sign-in look-ups and health only; row security hides every company's rows. */
  outside<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Ends a statement whose text is always the same and whose rows are found by key, whatever the values: once it has come a few
 * times each connection plans it once. Planning a read of a wide table under row security costs several times its execution.
 * Not for lists and filters, whose best plan depends on the values.
 */
export const prepared = sql`/* prepared */`;
const marked = /\/\* prepared \*\/\s*$/;
/** Plans stay in each connection's memory: statements that vary after all must not fill it. */
const preparedLimit = 200;
const worthPreparing = 5;
const uses = new Map<string, number>();
const names = new Map<string, string>();

/** Name of a marked statement that has come often enough; undefined to send it plain. */
function preparedName(text: string): string | undefined {
  if (!marked.test(text)) return undefined;
  const known = names.get(text);
  if (known) return known;
  if (names.size >= preparedLimit || uses.size >= 5 * preparedLimit) return undefined;
  const count = (uses.get(text) ?? 0) + 1;
  uses.set(text, count);
  if (count < worthPreparing) return undefined;
  const name = `k${createHash('sha256').update(text).digest('base64url').slice(0, 16)}`;
  uses.delete(text);
  names.set(text, name);
  return name;
}

/** After a change of the tables by a newer process this connection's plans are of no use: it must not be used again. */
const outdatedPlan = (error: unknown): error is Error =>
  error instanceof pg.DatabaseError && error.code === '0A000' && error.message.includes('cached plan');

/** Pool over the app's role. `max` connections bound the concurrency of one process. */
export function createDatabase(appUrl: string, max = 16): Database {
  const pool = new pg.Pool({ connectionString: appUrl, max, idleTimeoutMillis: 30_000, application_name: 'kedang' });
  // An idle connection broken by a database restart must not end the process; the next query reports it.
  pool.on('error', () => {});
  // Neither must one broken between two statements of a transaction: the next of them fails, and so does the request.
  pool.on('connect', (client) => client.on('error', () => {}));

  async function transaction<T>(begin: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      // One round trip opens the transaction and names the company.
      await client.query(begin);
      const result = await work(bind(client));
      await client.query('commit');
      return result;
    } catch (error) {
      if (outdatedPlan(error)) broken = error;
      await client.query('rollback').catch((failure: Error) => {
        broken = failure;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  return {
    pool,
    inOrg(orgId, work, options) {
      if (!isId(orgId)) throw new Error('org id is not a UUID');
      const relaxed = options?.relaxed ? ' set local synchronous_commit = off;' : '';
      const patience = options?.patience ? ` set local statement_timeout = '${options.patience}s';` : '';
      return transaction(`begin; set local app.org_id = '${orgId}';${relaxed}${patience}`, work);
    },
    outside: (work) => transaction('begin', work),
    close: () => pool.end(),
  };
}

/** Kysely over one checked-out connection, so that every query of a request shares its transaction. */
function bind(client: pg.PoolClient): Tx {
  const connection = {
    query: (text: string, values: unknown[]) => {
      const name = preparedName(text);
      return name ? client.query({ name, text, values }) : client.query(text, values);
    },
    release() {},
  };
  const dialect = new PostgresDialect({
    pool: { connect: async () => connection, end: async () => {} } as unknown as pg.Pool,
  });
  return new Kysely<DB>({ dialect });
}
