import { type ChildProcess, fork } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

enableCompileCache();
const { reasonOf } = await import('./failure.ts');
/** Ends a start that failed, with the reason instead of a stack, and lets go of the database. */
async function giveUp(error: unknown): Promise<never> {
  console.error(`\n  Kedang did not start: ${reasonOf(error)}\n`);
  await database?.stop().catch(() => {});
  process.exit(1);
}
let database: Awaited<ReturnType<typeof import('#platform/db/connect.ts')['connectDatabase']>> | undefined;
process.on('uncaughtException', giveUp);
const { loadConfig } = await import('#platform/config.ts');
const { clearScratch } = await import('#platform/files/scratch.ts');
const { createLog } = await import('#platform/log.ts');
const { connectDatabase } = await import('#platform/db/connect.ts');
const config = loadConfig();
clearScratch();
// The database starts while the rest of the program is read.
const connecting = connectDatabase({ dataDir: config.dataDir, databaseUrl: config.databaseUrl });
const { migrate } = await import('#platform/db/migrate.ts');
const { hasDue, orgIds } = await import('#platform/jobs/queue.ts');
const { queueReach } = await import('#platform/jobs/reach.ts');
const { setupToken, upgradeOrgs } = await import('#modules/operations/index.ts');
const { createApp } = await import('./app.ts');

const log = createLog(config.logLevel);
const connected = await connecting;
database = connected;
if (!connected.separated) log.warn('the database user may not create roles: the log is protected by row security only');
connected.watch(log);
await migrate(connected.ownerUrl, connected.appRole);
const app = await createApp({ config, appUrl: connected.appUrl, log, jobs: 'light' });
await upgradeOrgs(app.db);
await app.server.listen({ host: config.host, port: config.port }).catch(async (error: NodeJS.ErrnoException) => {
  await app.close();
  throw error.code === 'EADDRINUSE'
    ? new Error(`port ${config.port} is taken. Is it running already? Another one: PORT=${config.port + 1} npm start`)
    : error;
});

const [address] = app.server.addresses() as { port: number }[];
const url =
  process.env.KEDANG_URL ??
  `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${address?.port ?? config.port}`;
const runningFile = join(config.dataDir, 'server.json');
writeFileSync(runningFile, JSON.stringify({ url, pid: process.pid }));
process.off('uncaughtException', giveUp);
console.log(`\n  Kedang 客档  ${url}`);
if ((await orgIds(app.db)).length === 0)
  console.log(`  首次设置 / set up: ${url}/setup?token=${setupToken(config.dataDir)}\n`);

// Heavy jobs run in a process of their own, started when one is due and ending by itself when idle: memory at rest stays low.
let worker: ChildProcess | undefined;
const heavy = app.modules.flatMap((module) => module.jobs ?? []).flatMap((kind) => (kind.heavy ? [kind.kind] : []));
const reach = queueReach(log);
const watch = setInterval(() => {
  if (worker) return;
  orgIds(app.db)
    .then((orgs) => hasDue(app.db, orgs, heavy))
    .then((due) => {
      reach.reached();
      if (!due || worker || stopping) return;
      worker = fork(fileURLToPath(new URL('./job-process.ts', import.meta.url)), [], {
        // Bounded memory: the collector works earlier instead of letting the heap grow to what the machine has.
        execArgv: ['--max-old-space-size=256', '--max-semi-space-size=4'],
        env: { ...process.env, KEDANG_APP_URL: connected.appUrl },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      worker.on('exit', () => {
        worker = undefined;
      });
    })
    .catch(reach.lost);
}, 400);

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  clearInterval(watch);
  const ended = worker && new Promise((resolve) => worker?.once('exit', resolve));
  worker?.send('stop');
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10_000).unref())]);
  worker?.kill('SIGKILL');
  await app.close();
  await connected.stop();
  rmSync(runningFile, { force: true });
  process.exit(0);
}
process.on('SIGINT', () => void stop());
process.on('SIGTERM', () => void stop());
// `npm start` runs us as a child with a channel: when it is gone, however it died, nobody could stop us any more.
process.on('disconnect', () => void stop());
