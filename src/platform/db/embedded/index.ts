import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import type { Log } from '../../log.ts';
import { chooseRunas, commandOf, type Runas } from './binaries.ts';
import { withStartLock } from './start-lock.ts';
import { watchServer } from './watch.ts';

export interface EmbeddedPostgres {
  ownerUrl: string;
  appUrl: string;
  port: number;
  /** True when a server left over by a killed app was taken on instead of started. */
  adopted: boolean;
  /** From now on a server that was killed is started again, at the same port. */
  watch(log: Log): void;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  dataDir: string;
  /** Further server settings; tests switch durability off. */
  settings?: Record<string, string>;
}

interface Secrets {
  superuser: string;
  owner: string;
  app: string;
}

const defaults: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '128MB',
  work_mem: '16MB',
  maintenance_work_mem: '64MB',
  effective_cache_size: '2GB',
  random_page_cost: '1.1',
  jit: 'off',
  wal_compression: 'on',
  max_wal_size: '2GB',
  password_encryption: 'scram-sha-256',
  log_min_messages: 'warning',
  timezone: 'UTC',
};

/** Starts (or takes on) the installation's own PostgreSQL, making the cluster when there is none. */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  for (const folder of ['secrets', 'logs']) mkdirSync(join(options.dataDir, folder), { recursive: true, mode: 0o700 });
  return withStartLock(options.dataDir, () => start(options));
}

async function start(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { dataDir } = options;
  const runas = rememberedRunas(dataDir);
  const secrets = readSecrets(dataDir);
  const cluster = join(dataDir, 'postgres');
  if (!existsSync(join(cluster, 'PG_VERSION'))) await initialise(dataDir, cluster, runas, secrets);
  const running = await runningServer(cluster, secrets);
  if (running) return handle(options, runas, running, secrets, true);
  const port = await freePort(join(dataDir, 'postgres-port'));
  await startServer(dataDir, cluster, runas, port, { ...defaults, ...options.settings });
  await createRoles(port, secrets);
  return handle(options, runas, port, secrets, false);
}

/** The way chosen first is kept: with another one the cluster's files would look foreign or empty. */
function rememberedRunas(dataDir: string): Runas {
  const file = join(dataDir, 'postgres-runas.json');
  if (existsSync(file)) return readJson(file) as Runas;
  const runas = chooseRunas(dataDir);
  writeFileSync(file, JSON.stringify(runas));
  return runas;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(`${file} is damaged: restore it from its backup`);
  }
}

function readSecrets(dataDir: string): Secrets {
  const file = join(dataDir, 'secrets', 'postgres.json');
  if (existsSync(file)) return readJson(file) as Secrets;
  const make = () => randomBytes(24).toString('base64url');
  const secrets = { superuser: make(), owner: make(), app: make() };
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}

/** Builds the cluster beside its place and moves it there when complete: a broken-off start leaves nothing half-made. */
async function initialise(dataDir: string, cluster: string, runas: Runas, secrets: Secrets): Promise<void> {
  const fresh = `${cluster}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  const passwordFile = join(dataDir, 'postgres-password');
  writeFileSync(passwordFile, secrets.superuser, { mode: 0o600 });
  if (runas.way === 'nobody') for (const path of [fresh, passwordFile]) chownSync(path, 65534, 65534);
  const base = [
    '-D',
    fresh,
    '-U',
    'postgres',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--data-checksums',
    '--encoding=UTF8',
  ];
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  try {
    try {
      await run(runas, 'initdb', [...base, ...locale, '--lc-ctype=C.UTF-8']);
    } catch {
      rmSync(fresh, { recursive: true, force: true });
      mkdirSync(fresh, { mode: 0o700 });
      if (runas.way === 'nobody') chownSync(fresh, 65534, 65534);
      await run(runas, 'initdb', [...base, ...locale]);
    }
    renameSync(fresh, cluster);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/**
 * Port of a server left running by an app that was killed. One that is alive but still recovering is waited for: a second
 * could not be started beside it.
 */
async function runningServer(cluster: string, secrets: Secrets): Promise<number | undefined> {
  const file = join(cluster, 'postmaster.pid');
  for (const until = Date.now() + 60_000; existsSync(file) && Date.now() < until; ) {
    const [pid = '', , , port = ''] = readFileSync(file, 'utf8').split('\n');
    if (Number(port) && (await answers(Number(port), secrets))) return Number(port);
    const owner = ownerOf(Number(pid), cluster);
    // The number was given again, after a crash or a reboot, to a process that has nothing to do with this cluster.
    if (owner === 'foreign') rmSync(file, { force: true });
    if (owner !== 'ours') return undefined;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return undefined;
}

/** Whether the server at this port is ours: it knows our password. */
async function answers(port: number, secrets: Secrets): Promise<boolean> {
  const client = new pg.Client({
    connectionString: url(port, 'postgres', secrets.superuser, 'postgres'),
    connectionTimeoutMillis: 2000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await createRoles(port, secrets);
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Whose process this is. Every process of a PostgreSQL works in its cluster's folder; a dead or unknown one is left to pg_ctl. */
function ownerOf(pid: number, cluster: string): 'ours' | 'foreign' | 'unknown' {
  try {
    if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return 'unknown';
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster) ? 'ours' : 'foreign';
  } catch {
    return 'unknown';
  }
}

async function freePort(file: string): Promise<number> {
  const remembered = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  const port = (remembered && (await canListen(remembered))) || (await canListen(0));
  if (!port) throw new Error('no free port for PostgreSQL');
  writeFileSync(file, String(port));
  return port;
}

function canListen(port: number): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(0));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function startServer(
  dataDir: string,
  cluster: string,
  runas: Runas,
  port: number,
  settings: Record<string, string>,
) {
  const log = join(dataDir, 'logs', 'postgres.log');
  writeFileSync(log, '', { flag: 'a' });
  if (runas.way === 'nobody') {
    chownSync(log, 65534, 65534);
    chmodSync(join(dataDir, 'logs'), 0o755);
  }
  const flags = Object.entries({ ...settings, port: String(port) })
    .map(([key, value]) => `-c ${key}=${value === '' ? "''" : value}`)
    .join(' ');
  const args = ['start', '-w', '-t', '60', '-D', cluster, '-l', log, '-o', flags];
  // A just killed server stays a zombie holding its lock for a moment.
  for (let attempt = 1; ; attempt += 1) {
    try {
      await run(runas, 'pg_ctl', args);
      return;
    } catch (error) {
      if (attempt >= 5) throw new Error(`PostgreSQL did not start; see ${log}\n${String(error)}`);
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
  }
}

function run(runas: Runas, program: string, args: string[]): Promise<void> {
  const command = commandOf(runas, program, args);
  return new Promise((resolve, reject) => {
    // Its own process group: Ctrl-C must reach the app first, which then stops the server in order.
    const child = spawn(command.file, command.args, {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      uid: command.uid,
      gid: command.gid,
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
    });
    let errors = '';
    child.stderr.on('data', (data: Buffer) => {
      errors += data.toString();
    });
    child.on('error', reject);
    // 'exit', not 'close': the server inherits the pipe and would hold it open.
    child.on('exit', (code) => {
      child.stderr.destroy();
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with ${code}: ${errors.slice(-2000)}`));
    });
  });
}

const url = (port: number, user: string, password: string, database = 'kedang') =>
  `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;

/** Roles and database; each statement is repeatable because a start may have been broken off in between. */
async function createRoles(port: number, secrets: Secrets): Promise<void> {
  const client = new pg.Client({ connectionString: url(port, 'postgres', secrets.superuser, 'postgres') });
  await client.connect();
  try {
    const roles = await client.query<{ rolname: string }>("select rolname from pg_roles where rolname like 'kedang%'");
    const have = new Set(roles.rows.map((row) => row.rolname));
    // Passwords are base64url, made above: nothing in them needs quoting.
    if (!have.has('kedang_owner'))
      await client.query(`create role kedang_owner login createdb createrole password '${secrets.owner}'`);
    if (!have.has('kedang_app')) await client.query(`create role kedang_app login password '${secrets.app}'`);
    const database = await client.query("select 1 from pg_database where datname = 'kedang'");
    if (database.rows.length === 0) await client.query('create database kedang owner kedang_owner');
  } finally {
    await client.end();
  }
}

function handle(
  options: EmbeddedOptions,
  runas: Runas,
  port: number,
  secrets: Secrets,
  adopted: boolean,
): EmbeddedPostgres {
  const cluster = join(options.dataDir, 'postgres');
  let unwatch = () => {};
  return {
    ownerUrl: url(port, 'kedang_owner', secrets.owner),
    appUrl: url(port, 'kedang_app', secrets.app),
    port,
    adopted,
    watch(log) {
      unwatch();
      unwatch = watchServer(port, () => startEmbeddedPostgres(options), log);
    },
    async stop() {
      unwatch();
      if (await othersWork(port, secrets)) return;
      await run(runas, 'pg_ctl', ['stop', '-w', '-m', 'fast', '-D', cluster]).catch((error: unknown) => {
        // Killed before we came to stop it: nothing is left to do, the next start recovers.
        if (existsSync(join(cluster, 'postmaster.pid')) && ownerOf(serverPid(cluster), cluster) === 'ours') throw error;
      });
    },
  };
}

const serverPid = (cluster: string) => Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]);

/** Another app process on the same data folder may still use the server: the last one to leave stops it. */
async function othersWork(port: number, secrets: Secrets): Promise<boolean> {
  const client = new pg.Client({ connectionString: url(port, 'postgres', secrets.superuser, 'postgres') });
  client.on('error', () => {});
  try {
    await client.connect();
    // Connections of our own that were just closed are gone within a moment.
    for (let attempt = 0; attempt < 15; attempt += 1) {
      const { rows } = await client.query(
        "select 1 from pg_stat_activity where datname = 'kedang' and backend_type = 'client backend' limit 1",
      );
      if (rows.length === 0) return false;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
