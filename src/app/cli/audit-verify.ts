import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { verifyLogs } from '#platform/audit/seal.ts';
import { loadConfig } from '#platform/config.ts';
import { openVault } from '#platform/crypto/index.ts';
import { connectDatabase } from '#platform/db/connect.ts';
import { createDatabase } from '#platform/db/database.ts';
import { orgIds } from '#platform/jobs/queue.ts';
import { runningUrl } from './client.ts';
import { type Command, UsageError } from './command.ts';

/** `kedang audit-verify`: walks the hash chain of the access and change log; exit code 1 names the first bad record. */
export const auditVerifyCommand: Command = {
  name: 'audit-verify',
  usage: 'audit-verify',
  summary: 'Verify the hash chain of the log; names the first bad record',
  options: {},
  async run() {
    const { checkpointFolder } = await import('#modules/operations/index.ts');
    const config = loadConfig();
    // To verify is no reason to make a new, empty installation that would verify well.
    if (!config.databaseUrl && !existsSync(join(config.dataDir, 'postgres')))
      throw new UsageError(`there is no database in ${config.dataDir}: name the data folder with KEDANG_DATA`);
    // A running app owns the embedded database: it is read beside it and left running.
    const running = await runningUrl(config.dataDir);
    const connected = await connectDatabase({ dataDir: config.dataDir, databaseUrl: config.databaseUrl });
    const db = createDatabase(connected.appUrl, 2);
    try {
      let ok = true;
      for (const orgId of await orgIds(db)) {
        const report = await verifyLogs(db, orgId, openVault(config.dataDir), checkpointFolder(config.dataDir));
        console.log(JSON.stringify({ orgId, ...report }));
        ok &&= report.ok;
      }
      return ok ? 0 : 1;
    } finally {
      await db.close();
      if (!running) await connected.stop();
    }
  },
};
