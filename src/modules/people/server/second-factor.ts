import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { tokenHash, type Vault } from '#platform/crypto/index.ts';
import type { Tx } from '#platform/db/database.ts';

export const totpOf = (secret: Buffer, label: string) =>
  new TOTP({ issuer: 'Kedang', label, secret: new Secret({ buffer: new Uint8Array(secret).buffer }) });

interface FactorUser {
  org_id: string;
  id: string;
  email: string;
  totp_secret: Buffer | null;
  totp_last_step: number | null;
  recovery_hashes: string[];
}

/** A code of the app, each 30-second step once, or one of the recovery codes, each once. The user's row is locked. */
export async function secondFactor(tx: Tx, vault: Vault, user: FactorUser, code: string): Promise<boolean> {
  if (!user.totp_secret) return false;
  const text = code.replace(/[\s-]/g, '');
  const totp = totpOf(vault.decrypt(user.org_id, 'totp', user.totp_secret), user.email);
  const delta = /^\d{6}$/.test(text) ? totp.validate({ token: text, window: 1 }) : null;
  if (delta !== null) {
    const step = Math.floor(Date.now() / 30_000) + delta;
    if (user.totp_last_step !== null && step <= user.totp_last_step) return false;
    await tx
      .updateTable('app_user')
      .set({ totp_last_step: step })
      .where('org_id', '=', user.org_id)
      .where('id', '=', user.id)
      .execute();
    return true;
  }
  const hashed = tokenHash(text.toLowerCase()).toString('hex');
  if (!user.recovery_hashes.includes(hashed)) return false;
  await tx
    .updateTable('app_user')
    .set({ recovery_hashes: user.recovery_hashes.filter((item) => item !== hashed) })
    .where('org_id', '=', user.org_id)
    .where('id', '=', user.id)
    .execute();
  return true;
}

/** Ten one-time codes for a lost phone: shown once, stored as hashes. */
export function newRecoveryCodes(): { codes: string[]; hashes: string[] } {
  const codes = Array.from({ length: 10 }, () => randomBytes(10).toString('hex'));
  return { codes, hashes: codes.map((code) => tokenHash(code).toString('hex')) };
}
