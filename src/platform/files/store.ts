import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline as connected, type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { notFound, Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { Context } from '../context.ts';
import type { Vault } from '../crypto/index.ts';
import { withScratch } from './scratch.ts';

const chunkSize = 64 * 1024;
/** Of files no row names yet: only `register` takes it away, so what carries it belongs to nobody. */
export const unknownEnding = '.part';

export interface StoredFile {
  id: string;
  name: string;
  mime: string;
  size: number;
  sha256: string;
}

export interface FileStore {
  /** Encrypts the stream to disk while reading it, outside any transaction; `register` then makes it known. */
  receive(orgId: string, source: Readable): Promise<{ size: number; sha256: string; storageKey: string }>;
  register(
    context: Context,
    received: { size: number; sha256: string; storageKey: string },
    file: { name: string; mime: string; purpose: string; expiresAt?: Date },
  ): Promise<StoredFile>;
  /** The clear bytes of a registered file. */
  open(context: Context, id: string): Promise<{ file: StoredFile; stream: Readable }>;
  /** Takes the end of its time from a file that turned out to be needed. */
  keep(context: Context, ids: string[]): Promise<void>;
  /** Ends the time of files nobody needs any more; the next purge destroys them. */
  release(context: Context, ids: string[]): Promise<void>;
  /** Destroys files whose time is over; their register rows stay. */
  purgeExpired(context: Context): Promise<number>;
  /** Decrypts to a temporary path for tools that need one; it is gone when `work` ends. */
  withPath<T>(file: { name: string }, stream: Readable, work: (path: string) => Promise<T>): Promise<T>;
}

/** Files on local disk, each chunk sealed with AES-256-GCM under a key of the company. */
export function createFileStore(dataDir: string, vault: Vault): FileStore {
  const folder = join(dataDir, 'files');
  const keyOf = (orgId: string) => vault.key(`${orgId}:files`);
  return {
    async receive(orgId, source) {
      const storageKey = newId();
      const directory = join(folder, storageKey.slice(-2));
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const partial = join(directory, storageKey + unknownEnding);
      const hash = createHash('sha256');
      let size = 0;
      const measure = new Transform({
        transform(data: Buffer, _encoding, done) {
          size += data.length;
          hash.update(data);
          done(null, data);
        },
      });
      try {
        await pipeline(
          source,
          measure,
          sealing(keyOf(orgId)),
          createWriteStream(partial, { mode: 0o600, flush: true }),
        );
      } catch (error) {
        await rm(partial, { force: true });
        throw error;
      }
      return { size, sha256: hash.digest('hex'), storageKey };
    },
    async register(context, received, file) {
      const id = newId();
      const path = join(folder, received.storageKey.slice(-2), received.storageKey);
      await rename(path + unknownEnding, path);
      await context.tx
        .insertInto('file')
        .values({
          org_id: context.orgId,
          id,
          name: file.name,
          mime: file.mime,
          size: received.size,
          sha256: received.sha256,
          storage_key: received.storageKey,
          purpose: file.purpose,
          created_by: context.actor.kind === 'system' ? null : context.actor.userId,
          expires_at: file.expiresAt ?? null,
        })
        .execute();
      return { id, name: file.name, mime: file.mime, size: received.size, sha256: received.sha256 };
    },
    async open(context, id) {
      const row = await context.tx
        .selectFrom('file')
        .selectAll()
        .where('org_id', '=', context.orgId)
        .where('id', '=', id)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      if (!row) throw notFound('file');
      if (row.expires_at && row.expires_at <= context.now()) throw new Problem(410, 'file.gone');
      const path = join(folder, row.storage_key.slice(-2), row.storage_key);
      await stat(path).catch(() => {
        throw new Problem(410, 'file.gone');
      });
      // Who reads it may break off, and the disk may fail: either way both ends are closed, and the reader is told.
      const stream = connected(createReadStream(path), opening(keyOf(context.orgId)), () => {});
      return { file: { id, name: row.name, mime: row.mime, size: row.size, sha256: row.sha256 }, stream };
    },
    async keep(context, ids) {
      if (ids.length === 0) return;
      await context.tx
        .updateTable('file')
        .set({ expires_at: null })
        .where('org_id', '=', context.orgId)
        .where('id', 'in', ids)
        .where('deleted_at', 'is', null)
        .execute();
    },
    async release(context, ids) {
      if (ids.length === 0) return;
      await context.tx
        .updateTable('file')
        .set({ expires_at: context.now() })
        .where('org_id', '=', context.orgId)
        .where('id', 'in', ids)
        .where('deleted_at', 'is', null)
        .execute();
    },
    async purgeExpired(context) {
      const rows = await context.tx
        .selectFrom('file')
        .select(['id', 'storage_key'])
        .where('org_id', '=', context.orgId)
        .where('expires_at', '<', context.now())
        .where('deleted_at', 'is', null)
        .limit(500)
        .forUpdate()
        .skipLocked()
        .execute();
      if (rows.length === 0) return 0;
      // Destroyed before it is noted: cut off in between, the next run does it again; the other way round a file would stay for ever.
      for (const { storage_key: key } of rows) await rm(join(folder, key.slice(-2), key), { force: true });
      await context.tx
        .updateTable('file')
        .set({ deleted_at: context.now() })
        .where('org_id', '=', context.orgId)
        .where(
          'id',
          'in',
          rows.map((row) => row.id),
        )
        .execute();
      return rows.length;
    },
    withPath: (file, stream, work) =>
      withScratch(async (folder) => {
        // Only the ending of the name goes to disk: the rest is the user's text.
        const ending = /\.[A-Za-z0-9]{1,8}$/.exec(file.name)?.[0] ?? '';
        const path = join(folder, `file${ending}`);
        await pipeline(stream, createWriteStream(path, { mode: 0o600 }));
        return work(path);
      }),
  };
}

/** Clear bytes → frames of [length 4][nonce 12][tag 16][sealed]. The frame's number is authenticated, so none can be moved. */
function sealing(key: Buffer): Transform {
  let pending: Buffer = Buffer.alloc(0);
  let index = 0;
  const frame = (clear: Buffer, last: boolean) => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    cipher.setAAD(Buffer.from(`${index}${last ? '.' : ''}`));
    index += 1;
    const body = Buffer.concat([cipher.update(clear), cipher.final()]);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(body.length + (last ? 0x80000000 : 0));
    return Buffer.concat([head, nonce, cipher.getAuthTag(), body]);
  };
  return new Transform({
    transform(data: Buffer, _encoding, done) {
      pending = pending.length > 0 ? Buffer.concat([pending, data]) : data;
      while (pending.length > chunkSize) {
        this.push(frame(pending.subarray(0, chunkSize), false));
        pending = pending.subarray(chunkSize);
      }
      done();
    },
    flush(done) {
      this.push(frame(pending, true));
      done();
    },
  });
}

function opening(key: Buffer): Transform {
  let pending: Buffer = Buffer.alloc(0);
  let index = 0;
  let ended = false;
  return new Transform({
    transform(data: Buffer, _encoding, done) {
      pending = pending.length > 0 ? Buffer.concat([pending, data]) : data;
      try {
        while (pending.length >= 4) {
          const head = pending.readUInt32BE(0);
          const last = head >= 0x80000000;
          const length = head & 0x7fffffff;
          if (length > chunkSize) throw new Error('file frame is damaged');
          if (pending.length < 32 + length) break;
          const decipher = createDecipheriv('aes-256-gcm', key, pending.subarray(4, 16));
          decipher.setAAD(Buffer.from(`${index}${last ? '.' : ''}`));
          decipher.setAuthTag(pending.subarray(16, 32));
          this.push(Buffer.concat([decipher.update(pending.subarray(32, 32 + length)), decipher.final()]));
          index += 1;
          ended = last;
          pending = pending.subarray(32 + length);
        }
        done();
      } catch (error) {
        done(error as Error);
      }
    },
    flush(done) {
      done(ended && pending.length === 0 ? null : new Error('file is cut off'));
    },
  });
}
