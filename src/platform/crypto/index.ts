import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOnce } from '../files/once.ts';

/** Secrets at rest: one master key outside the database, a derived key per company and use. */
export interface Vault {
  encrypt(orgId: string, use: string, clear: Buffer | string): Buffer;
  decrypt(orgId: string, use: string, sealed: Buffer): Buffer;
  /** Derived key for a use of the whole installation (checkpoint signing and the like). */
  key(use: string): Buffer;
}

/** Opens the vault; the master key is made on first use, readable by the app's account only. */
export function openVault(dataDir: string): Vault {
  const file = join(dataDir, 'secrets', 'master.key');
  mkdirSync(join(dataDir, 'secrets'), { recursive: true, mode: 0o700 });
  // A new key would open nothing of what was sealed with the lost one.
  if (!existsSync(file) && existsSync(join(dataDir, 'files')))
    throw new Error(`${file} is missing, and files are sealed with it: restore it from its backup`);
  writeOnce(file, randomBytes(32).toString('base64'));
  const master = Buffer.from(readFileSync(file, 'utf8'), 'base64');
  if (master.length !== 32) throw new Error(`${file} is damaged: restore it from its backup`);
  const derive = (info: string) => Buffer.from(hkdfSync('sha256', master, '', info, 32));
  return {
    encrypt(orgId, use, clear) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', derive(`${orgId}:${use}`), nonce);
      const body = Buffer.concat([cipher.update(clear), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    decrypt(orgId, use, sealed) {
      const decipher = createDecipheriv('aes-256-gcm', derive(`${orgId}:${use}`), sealed.subarray(0, 12));
      decipher.setAuthTag(sealed.subarray(12, 28));
      return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
    },
    key: derive,
  };
}

/** `kds_<company>_<random>`: the company is known before the database is asked, as row security needs it. */
export function newToken(prefix: string, orgId: string): { token: string; hash: Buffer } {
  const token = `${prefix}_${orgId.replaceAll('-', '')}_${randomBytes(32).toString('base64url')}`;
  return { token, hash: tokenHash(token) };
}

/** Only this is stored: a stolen table opens no session. Tokens are random, so a fast hash is enough. */
export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Company a token belongs to, or undefined when it is none of ours. */
export function tokenOrg(prefix: string, token: string): string | undefined {
  const match = /^([a-z]+)_([0-9a-f]{32})_[A-Za-z0-9_-]{43}$/.exec(token);
  if (match?.[1] !== prefix || !match[2]) return undefined;
  return match[2].replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
