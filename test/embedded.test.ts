import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startEmbeddedPostgres } from '#platform/db/embedded/index.ts';
import { createTestDatabase } from './postgres.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'kedang-embedded-'));
const settings = { fsync: 'off' };
const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
const postmaster = () => Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

async function ask<T>(url: string, statement: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows as T[];
  } finally {
    await client.end();
  }
}

let databaseUrl = '';
function kedang(args: string[], input = '') {
  const env = {
    ...process.env,
    KEDANG_DATA: dataDir,
    DATABASE_URL: databaseUrl,
    LANG: 'en_US.UTF-8',
    LC_ALL: '',
    NODE_NO_WARNINGS: '1',
  };
  const run = spawnSync(process.execPath, ['src/app/cli.ts', ...args], { input, env, encoding: 'utf8' });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

describe('embedded PostgreSQL', () => {
  it('two starts at once share one server; killed, it comes back with its data in spite of a foreign pid file', async () => {
    const [one, two] = await Promise.all([
      startEmbeddedPostgres({ dataDir, settings }),
      startEmbeddedPostgres({ dataDir, settings }),
    ]);
    expect(one.port).toBe(two.port);
    expect([one.adopted, two.adopted].sort()).toEqual([false, true]);
    await ask(one.ownerUrl, 'create table kept as select 1 as n');
    const [facts] = await ask<Record<string, unknown>>(
      one.ownerUrl,
      `select current_setting('server_encoding') as encoding, current_setting('data_checksums') as checksums, rolsuper as super
       from pg_roles where rolname = current_user`,
    );
    expect(facts).toEqual({ encoding: 'UTF8', checksums: 'on', super: false });
    process.kill(postmaster(), 'SIGKILL');
    const stranger = spawn('sleep', ['60']);
    writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(/^\d+/, String(stranger.pid)));
    const again = await startEmbeddedPostgres({ dataDir, settings });
    expect(stranger.exitCode).toBeNull();
    stranger.kill();
    expect(await ask(again.ownerUrl, 'select n from kept')).toEqual([{ n: 1 }]);
    await ask(again.ownerUrl, 'drop table kept');
    await again.stop();
    expect(existsSync(pidFile)).toBe(false);
    // Stopping what is gone already is no failure.
    await again.stop();
  }, 60_000);
});

describe('a running app', () => {
  it('brings its killed PostgreSQL back, is not ready meanwhile, and serves again', async () => {
    const app = spawn(process.execPath, ['src/app/main.ts'], {
      env: { ...process.env, KEDANG_DATA: dataDir, PORT: '0', DATABASE_URL: '', LOG_LEVEL: 'silent' },
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => app.once('exit', resolve));
    const running = join(dataDir, 'server.json');
    const until = async (what: () => Promise<boolean> | boolean) => {
      for (const end = Date.now() + 30_000; !(await what()); ) {
        if (Date.now() > end) throw new Error('waited in vain');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    try {
      await until(() => existsSync(running));
      const { url } = JSON.parse(readFileSync(running, 'utf8')) as { url: string };
      const status = async (path: string) => (await fetch(url + path)).status;
      await until(async () => (await status('/readyz')) === 200);
      process.kill(postmaster(), 'SIGKILL');
      await until(async () => (await status('/readyz')) === 503);
      expect(await status('/healthz')).toBe(200);
      expect([200, 503]).toContain(await status('/api/v1/setup'));
      await until(async () => (await status('/readyz')) === 200);
      expect(await status('/api/v1/setup')).toBe(200);
    } finally {
      app.kill('SIGTERM');
    }
    expect(await ended).toBe(0);
    expect(existsSync(pidFile)).toBe(false);
  }, 90_000);
});

describe('command line on a stopped installation with a PostgreSQL of its own', () => {
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const database = await createTestDatabase(inject('postgres'));
    databaseUrl = database.ownerUrl;
    drop = database.drop;
  });
  afterAll(() => drop());

  const setup = (more: string[], password: string) =>
    kedang(
      [
        ...['setup', '--org', '命令行公司', '--preset', 'exporter', '--admin-name', '林静'],
        ...['--admin-email', 'lin@example.com', ...more],
      ],
      `${password}\n`,
    );

  it('says how it is used, refuses nonsense, and sets up once', () => {
    const help = kedang(['help']);
    expect([help.code, help.err]).toEqual([0, '']);
    for (const command of ['setup', 'import', 'export', 'audit-verify']) expect(help.out).toContain(command);
    expect(kedang(['nonsense']).code).toBe(2);
    expect(kedang(['import', 'x.csv', '--token', 't', '--bogus', '1']).code).toBe(2);
    expect(setup([], 'orchard lantern seventeen').code).toBe(2);
    const weak = setup(['--password-stdin'], '1234567890');
    expect([weak.code, weak.out]).toEqual([1, '']);
    expect(weak.err).toMatch(/password: .+/);
    const made = setup(['--password-stdin'], 'orchard lantern seventeen');
    expect([made.code, made.err]).toEqual([0, '']);
    expect(JSON.parse(made.out)).toMatchObject({ orgId: expect.any(String), token: expect.any(String), url: null });
    const twice = setup(['--password-stdin'], 'orchard lantern seventeen');
    expect([twice.code, twice.out]).toEqual([1, '']);
    const absent = kedang(['import', 'package.json', '--token', JSON.parse(made.out).token]);
    expect([absent.code, absent.out]).toEqual([2, '']);
    expect(absent.err).toContain('npm start');
  }, 120_000);
});
