import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { connectDatabase } from '#platform/db/connect.ts';
import { startEmbeddedPostgres } from '#platform/db/embedded/index.ts';
import { migrate } from '#platform/db/migrate.ts';
import { newId } from '#shared/ids.ts';

export interface TestPostgres {
  ownerUrl: string;
  appUrl: string;
  appRole: string;
  template: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    postgres: TestPostgres;
  }
}

/** One PostgreSQL for a whole test run (its own, or TEST_DATABASE_URL), with a migrated template to copy. */
export async function startTestPostgres(): Promise<TestPostgres & { stop(): Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL;
  const dataDir = mkdtempSync(join(tmpdir(), 'kedang-pg-'));
  // Durability is what a test does not need; everything else is as in production.
  // A vacuum at work would keep a test's database from being dropped.
  const settings = {
    autovacuum: 'off',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '100',
  };
  const server = given
    ? { ...(await connectDatabase({ dataDir, databaseUrl: given })), stop: async () => {} }
    : { ...(await startEmbeddedPostgres({ dataDir, settings })), appRole: 'kedang_app' };
  const template = `kedang_template_${newId().replaceAll('-', '').slice(-12)}`;
  await asOwner(server.ownerUrl, `create database ${template}`);
  await migrate(withDatabase(server.ownerUrl, template), server.appRole);
  return {
    ownerUrl: server.ownerUrl,
    appUrl: server.appUrl,
    appRole: server.appRole,
    template,
    async stop() {
      await asOwner(server.ownerUrl, `drop database if exists ${template} with (force)`);
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A fresh copy of the template. */
export async function createTestDatabase(
  postgres: TestPostgres,
): Promise<{ ownerUrl: string; appUrl: string; drop(): Promise<void> }> {
  const name = `kedang_test_${newId().replaceAll('-', '').slice(-16)}`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await asOwner(postgres.ownerUrl, `create database ${name} template ${postgres.template} strategy file_copy`);
      break;
    } catch (error) {
      // Two workers copying at once: the template counts as in use for a moment.
      if (attempt > 40) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return {
    ownerUrl: withDatabase(postgres.ownerUrl, name),
    appUrl: withDatabase(postgres.appUrl, name),
    async drop() {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await asOwner(postgres.ownerUrl, `drop database if exists ${name} with (force)`);
        } catch (error) {
          // A process of the server itself is at it for a moment; only a superuser could end that one.
          if (attempt > 40) throw error;
          await new Promise((resolve) => setTimeout(resolve, 250));
        }
      }
    },
  };
}

async function asOwner(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** Vitest's global set-up. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stop, ...postgres } = await startTestPostgres();
  project.provide('postgres', postgres);
  return stop;
}
