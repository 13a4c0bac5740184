import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemContext } from '#modules/operations/index.ts';
import type { Context } from '#platform/context.ts';
import { openVault } from '#platform/crypto/index.ts';
import { clearScratch } from '#platform/files/scratch.ts';
import { createFileStore, type FileStore } from '#platform/files/store.ts';
import { sweepForgottenFiles, sweepUnknownFiles } from '#platform/files/sweep.ts';
import { firstIdOf } from '#shared/ids.ts';
import { startTestApp, type TestApp } from './app.ts';

let t: TestApp;
let files: FileStore;
let id: string;
let path: string;
const bytes = Buffer.alloc(1_000_000, 'kedang');
beforeAll(async () => {
  t = await startTestApp();
  files = createFileStore(t.dataDir, openVault(t.dataDir));
  const received = await files.receive(t.orgId, Readable.from([bytes]));
  const { storageKey } = received;
  path = join(t.dataDir, 'files', storageKey.slice(-2), storageKey);
  const file = { name: 'a.bin', mime: 'application/octet-stream', purpose: 'test' };
  ({ id } = await t.app.db.inOrg(t.orgId, (tx) => files.register(systemContext(tx, t.orgId), received, file)));
});
afterAll(() => t.close());

const open = async () => (await t.app.db.inOrg(t.orgId, (tx) => files.open(systemContext(tx, t.orgId), id))).stream;
/** How often this process holds the file open; unknown where the system does not tell. */
function held(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  }).length;
}

describe('clear copies', () => {
  it('of processes that were killed are destroyed, those of the living stay', () => {
    const folderOf = (pid: number) => mkdtempSync(join(tmpdir(), `kedang-${pid}-`));
    const { pid: dead } = spawnSync(process.execPath, ['--version']);
    const [left, used] = [folderOf(dead), folderOf(process.ppid)];
    clearScratch();
    expect([existsSync(left), existsSync(used)]).toEqual([false, true]);
    rmSync(used, { recursive: true });
  });
});

describe('a file received and never made known', () => {
  it('is destroyed once nobody can be about to name it; known files stay', async () => {
    const { storageKey } = await files.receive(t.orgId, Readable.from([bytes]));
    const left = join(t.dataDir, 'files', storageKey.slice(-2), `${storageKey}.part`);
    expect(existsSync(left)).toBe(true);
    expect(await sweepUnknownFiles(t.dataDir)).toBe(0);
    const old = new Date(Date.now() - 2 * 3_600_000);
    for (const file of [left, path]) utimesSync(file, old, old);
    expect(await sweepUnknownFiles(t.dataDir)).toBe(1);
    expect([existsSync(left), existsSync(path)]).toEqual([false, true]);
    expect(await sweepUnknownFiles(join(t.dataDir, 'none'))).toBe(0);
  });
});

describe('a file whose transaction was rolled back after it had been made known', () => {
  it('is destroyed a week later; known ones and those of another database stay', async () => {
    const received = await files.receive(t.orgId, Readable.from([bytes]));
    const file = { name: 'b.bin', mime: 'application/octet-stream', purpose: 'test' };
    const refused = t.app.db.inOrg(t.orgId, async (tx) => {
      await files.register(systemContext(tx, t.orgId), received, file);
      throw new Error('somebody saved first');
    });
    await expect(refused).rejects.toThrow('somebody saved first');
    const folder = join(t.dataDir, 'files', received.storageKey.slice(-2));
    const left = join(folder, received.storageKey);
    const others = join(folder, firstIdOf(Date.parse('2020-01-01')));
    writeFileSync(others, '');
    expect(existsSync(left)).toBe(true);
    expect(await sweepForgottenFiles(t.dataDir, t.app.db)).toBe(0);
    const sweep = async () => {
      await t.asOwner(`insert into job (org_id, id, kind) values ($1, gen_random_uuid(), 'operations.purgeFiles')`, [
        t.orgId,
      ]);
      await t.drain();
      return [left, others, path].map((each) => existsSync(each));
    };
    // However old a file is, the week begins when no row was first found to name it: a wrong backup may have been put back.
    const old = new Date(Date.now() - 8 * 86_400_000);
    for (const each of [left, others, path]) utimesSync(each, old, old);
    expect(await sweep()).toEqual([true, true, true]);
    expect(await sweep()).toEqual([true, true, true]);
    // Of a file that is named again the note goes.
    for (const each of [left, path]) {
      writeFileSync(`${each}.forgotten`, '');
      utimesSync(`${each}.forgotten`, old, old);
    }
    expect(await sweep()).toEqual([false, true, true]);
    expect([left, path].map((each) => existsSync(`${each}.forgotten`))).toEqual([false, false]);
  });
});

describe('a stored file', () => {
  it('comes back as it was', async () => {
    expect(Buffer.concat(await (await open()).toArray()).equals(bytes)).toBe(true);
  });

  it.skipIf(process.platform !== 'linux')('is closed when whoever reads it breaks off', async () => {
    for (let turn = 0; turn < 20; turn += 1) {
      const stream = await open();
      for await (const _ of stream) break;
    }
    for (let turn = 0; held() > 0 && turn < 100; turn += 1) await wait(20);
    expect(held()).toBe(0);
  });

  it('that was cut off on disk is an error, not half a file', async () => {
    truncateSync(path, 500_000);
    await expect((await open()).toArray()).rejects.toThrow('file is cut off');
  });

  it('is destroyed when its time is over, also when a run before was cut off', async () => {
    const inOrg = <T>(work: (context: Context) => Promise<T>) =>
      t.app.db.inOrg(t.orgId, (tx) => work(systemContext(tx, t.orgId)));
    await inOrg((context) => files.release(context, [id]));
    await wait(5);
    const killed = inOrg(async (context) => {
      await files.purgeExpired(context);
      throw new Error('killed');
    });
    await expect(killed).rejects.toThrow('killed');
    expect(existsSync(path)).toBe(false);
    expect(await inOrg((context) => files.purgeExpired(context))).toBe(1);
    expect(await inOrg((context) => files.purgeExpired(context))).toBe(0);
  });
});
