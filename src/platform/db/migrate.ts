import { readdir, readFile } from 'node:fs/promises';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { Pool } from 'pg';

const folder = new URL('../../../db/migrations/', import.meta.url);

/** Tables the app may only add to: their rows are evidence. */
export const appendOnlyTables = ['event', 'access_log', 'audit_block'];

const migrationFiles = async () => (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();

async function sqlMigrations(): Promise<Record<string, Migration>> {
  const names = await migrationFiles();
  const migrations: Record<string, Migration> = {};
  for (const name of names) {
    const text = await readFile(new URL(name, folder), 'utf8');
    migrations[name.replace(/\.sql$/, '')] = { up: async (db) => void (await sql.raw(text).execute(db)) };
  }
  return migrations;
}

/** Every table with an `org_id` gets row-level security, so that no migration can forget it. */
const rowSecurity = `do $$
declare t text;
begin
  for t in select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relrowsecurity
             and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id')
  loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy org on %I using (org_id = nullif(current_setting(''app.org_id'', true), '''')::uuid)
      with check (org_id = nullif(current_setting(''app.org_id'', true), '''')::uuid)', t);
  end loop;
end $$`;

/**
 * Brings the database to the newest schema, as its owner, and gives the app's role what it needs and no more.
 * Safe to call from several processes at once: each waits for the one before.
 */
export async function migrate(ownerUrl: string, appRole: string): Promise<void> {
  const pool = new Pool({ connectionString: ownerUrl, max: 2 });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const turn = await pool.connect();
  try {
    // The migrator's own lock ends before row security and grants, which two at once would both make.
    await turn.query("select pg_advisory_lock(hashtext('kedang.migrate'))");
    const migrator = new Migrator({ db, provider: { getMigrations: sqlMigrations }, allowUnorderedMigrations: true });
    const { error } = await migrator.migrateToLatest();
    if (error) throw error;
    await pool.query(rowSecurity);
    const { rows } = await pool.query<{ same: boolean }>('select current_user = $1 as same', [appRole]);
    if (rows[0]?.same) return;
    const role = `"${appRole.replaceAll('"', '""')}"`;
    await pool.query(`
      grant usage on schema public to ${role};
      grant select, insert, update, delete on all tables in schema public to ${role};
      revoke all on kysely_migration, kysely_migration_lock from ${role};
      grant select on kysely_migration to ${role};
      revoke update, delete, truncate on ${appendOnlyTables.join(', ')} from ${role};
      grant execute on all functions in schema public to ${role};
    `);
  } finally {
    // Ends its connection, and with it the lock.
    turn.release(true);
    await db.destroy();
  }
}

/** Whether every migration of this version of the app has run. */
export async function isMigrated(db: Kysely<unknown>): Promise<boolean> {
  const names = (await migrationFiles()).map((name) => name.replace(/\.sql$/, ''));
  const result = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  const done = new Set(result.rows.map((row) => row.name));
  return names.every((name) => done.has(name));
}
