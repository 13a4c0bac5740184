/** Process of heavy jobs: started by the server when one is due, ends after half a minute without work. */

import { loadConfig } from '#platform/config.ts';
import { createDatabase } from '#platform/db/database.ts';
import { startRunner } from '#platform/jobs/runner.ts';
import { createLog } from '#platform/log.ts';
import { newId } from '#shared/ids.ts';
import { jobActor } from './app.ts';
import { loadMessages } from './messages.ts';
import { serverModules } from './modules.ts';

const idleLimitMs = 30_000;
const config = loadConfig();
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
