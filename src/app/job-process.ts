/** Process of heavy jobs: started by the server when one is due, ends after half a minute without work. */

import { enableCompileCache } from 'node:module';

enableCompileCache();
const { loadConfig } = await import('#platform/config.ts');
const { createDatabase } = await import('#platform/db/database.ts');
const { clearScratch } = await import('#platform/files/scratch.ts');
const { startRunner } = await import('#platform/jobs/runner.ts');
const { createLog } = await import('#platform/log.ts');
const { newId } = await import('#shared/ids.ts');
const { jobActor } = await import('./job-actor.ts');
const { loadMessages } = await import('./messages.ts');
const { serverModules } = await import('./modules.ts');

const idleLimitMs = 30_000;
const config = loadConfig();
clearScratch();
const log = createLog(config.logLevel);
const db = createDatabase(process.env.KEDANG_APP_URL ?? '', 6);
const modules = serverModules(config, db, loadMessages());
let stopping = false;

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await runner.stop();
  await db.close();
  process.exit(0);
}

const runner = startRunner({
  db,
  log,
  kinds: modules.flatMap((module) => module.jobs ?? []).filter((kind) => kind.heavy),
  worker: newId(),
  pollMs: 200,
  loadActor: jobActor(db, modules),
  onIdle: (idleMs) => void (idleMs > idleLimitMs && stop()),
});
process.on('message', () => void stop());
process.on('disconnect', () => void stop());
// Ctrl-C reaches the whole group; the server tells us when to stop.
process.on('SIGINT', () => {});
