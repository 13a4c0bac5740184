import { createHmac } from 'node:crypto';
import pg from 'pg';
import type { Log } from '../log.ts';
import { startEmbeddedPostgres } from './embedded/index.ts';

export interface ConnectedDatabase {
  ownerUrl: string;
  appUrl: string;
  appRole: string;
  /** Whether the app has a role of its own, that cannot change the log. */
  separated: boolean;
  embedded: boolean;
  /** Brings an embedded server back when it dies; a foreign one is others' to mind. */
  watch(log: Log): void;
  stop(): Promise<void>;
}

/** The embedded database, or the one named by DATABASE_URL. */
export async function connectDatabase(options: { dataDir: string; databaseUrl?: string }): Promise<ConnectedDatabase> {
  if (options.databaseUrl) {
    const role = await appRole(options.databaseUrl);
    return { ownerUrl: options.databaseUrl, ...role, embedded: false, watch: () => {}, stop: async () => {} };
  }
  const embedded = await startEmbeddedPostgres({ dataDir: options.dataDir });
  return { ...embedded, appRole: 'kedang_app', separated: true, embedded: true };
}

/**
 * Makes the app's own role in a foreign PostgreSQL. Its password derives from the owner's, so that any number of app
 * processes agree on it without storing it. Without the right to make roles the owner's connection serves, which is told.
 */
async function appRole(ownerUrl: string): Promise<{ appUrl: string; appRole: string; separated: boolean }> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string; database: string; name: string; may: boolean }>(
      `select current_setting('server_version_num') as version, current_database() as database, current_user as name,
        rolcreaterole or rolsuper as may from pg_roles where rolname = current_user`,
    );
    const info = rows[0];
    if (!info || Number(info.version) < 150000) throw new Error('DATABASE_URL names a PostgreSQL older than 15');
    const url = new URL(ownerUrl);
    const password = decodeURIComponent(url.password);
    if (!info.may || password === '') return { appUrl: ownerUrl, appRole: info.name, separated: false };
    const role = `kedang_app_${createHmac('sha256', 'role').update(info.database).digest('hex').slice(0, 12)}`;
    const secret = createHmac('sha256', password).update(`kedang_app:${info.database}`).digest('base64url');
    const exists = await client.query('select 1 from pg_roles where rolname = $1', [role]);
    await client.query(`${exists.rows.length > 0 ? 'alter' : 'create'} role ${role} login password '${secret}'`);
    await client.query(`grant connect on database "${info.database.replaceAll('"', '""')}" to ${role}`);
    url.username = role;
    url.password = secret;
    return { appUrl: url.href, appRole: role, separated: true };
  } finally {
    await client.end();
  }
}
