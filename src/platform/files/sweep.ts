import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { firstIdOf, isId } from '#shared/ids.ts';
import type { Database } from '../db/database.ts';
import { orgIds } from '../jobs/queue.ts';
import { unknownEnding } from './store.ts';

/** Nothing receives that long without writing. */
const abandonedMs = 3_600_000;
/**
 * So long a file stays after it was first found named by no row: a backup put back by mistake can be replaced by the right one,
 * which names files it did not know, however old they are.
 */
const forgottenMs = 7 * 86_400_000;
/** Ending of the empty file beside it that keeps when that was. */
const forgottenEnding = '.forgotten';

/** The files of a company's storage, folder by folder: there may be millions. */
async function* shardsOf(dataDir: string): AsyncGenerator<{ folder: string; names: string[] }> {
  for (const shard of await readdir(join(dataDir, 'files')).catch(() => [])) {
    const folder = join(dataDir, 'files', shard);
    yield { folder, names: await readdir(folder).catch(() => []) };
  }
}

/** When a file was last written; null: it is not there (any more). */
const writtenAt = async (path: string): Promise<number | null> => (await stat(path).catch(() => null))?.mtimeMs ?? null;

/** Destroys what was received and never made known: the process was killed in between, or the file was refused. */
export async function sweepUnknownFiles(dataDir: string, now = new Date()): Promise<number> {
  let destroyed = 0;
  for await (const { folder, names } of shardsOf(dataDir))
    for (const name of names.filter((each) => each.endsWith(unknownEnding))) {
      const path = join(folder, name);
      // Gone meanwhile: made known after all, or swept by another process.
      const written = await writtenAt(path);
      if (written === null || now.getTime() - written < abandonedMs) continue;
      await rm(path, { force: true });
      destroyed += 1;
    }
  return destroyed;
}

/**
 * Destroys files no row of any company names: what made them known was rolled back. Files older than the companies are left:
 * they belong to another database, and this one was set up beside them by mistake.
 */
export async function sweepForgottenFiles(dataDir: string, db: Database, now = new Date()): Promise<number> {
  const orgs = await orgIds(db);
  const begun = await Promise.all(
    orgs.map((orgId) =>
      db.inOrg(orgId, (tx) =>
        tx.selectFrom('org').select('created_at').where('org_id', '=', orgId).executeTakeFirstOrThrow(),
      ),
    ),
  );
  if (begun.length === 0) return 0;
  const first = firstIdOf(Math.min(...begun.map((org) => new Date(org.created_at).getTime())));
  let destroyed = 0;
  for await (const { folder, names } of shardsOf(dataDir)) {
    let unnamed = names.filter((name) => isId(name) && name >= first);
    for (const orgId of orgs) {
      if (unnamed.length === 0) break;
      const keys = unnamed;
      const rows = await db.inOrg(orgId, (tx) =>
        tx
          .selectFrom('file')
          .select('storage_key')
          .where('org_id', '=', orgId)
          .where('storage_key', 'in', keys)
          .execute(),
      );
      const named = new Set(rows.map((row) => row.storage_key));
      unnamed = unnamed.filter((name) => !named.has(name));
    }
    for (const name of names.filter((each) => each.endsWith(forgottenEnding)))
      if (!unnamed.includes(name.slice(0, -forgottenEnding.length))) await rm(join(folder, name), { force: true });
    for (const name of unnamed) destroyed += await forget(join(folder, name), now.getTime());
  }
  return destroyed;
}

/** Notes that no row names a file, or destroys it when that has been so for long. */
async function forget(path: string, now: number): Promise<number> {
  const mark = path + forgottenEnding;
  const noted = await writtenAt(mark);
  if (noted === null) {
    const written = await writtenAt(path);
    // The transaction that names it may still be open.
    if (written !== null && now - written > abandonedMs) await writeFile(mark, '');
    return 0;
  }
  if (now - noted < forgottenMs) return 0;
  await rm(path, { force: true });
  await rm(mark, { force: true });
  return 1;
}
