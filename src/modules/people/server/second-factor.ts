import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import QRCode from 'qrcode';
import type { Context } from '#platform/context.ts';
import { tokenHash, type Vault } from '#platform/crypto/index.ts';
import type { Tx } from '#platform/db/database.ts';
import { recordEvent } from '#platform/events/index.ts';
import { conflict, invalid } from '#shared/errors.ts';
import { minimumLength } from '../password-policy.ts';
import { myself, requirePassword } from './account.ts';

const stepSeconds = 30;

const totpOf = (secret: Buffer, label: string) =>
  new TOTP({ issuer: 'Kedang', label, secret: new Secret({ buffer: new Uint8Array(secret).buffer }) });

interface FactorUser {
  org_id: string;
  id: string;
  email: string;
  totp_secret: Buffer | null;
  totp_last_step: number | null;
  recovery_hashes: string[];
}

/** A code of the app, each 30-second step once, or one of the recovery codes, each once. The user's row must be locked. */
export async function secondFactor(tx: Tx, vault: Vault, user: FactorUser, code: string): Promise<boolean> {
  if (!user.totp_secret) return false;
  const text = code.normalize('NFKC').replace(/[\s-]/g, '');
  if (/^\d{6}$/.test(text)) {
    const now = Date.now();
    const totp = totpOf(vault.decrypt(user.org_id, 'totp', user.totp_secret), user.email);
    const delta = totp.validate({ token: text, timestamp: now, window: 1 });
    const step = Math.floor(now / 1000 / stepSeconds) + (delta ?? 0);
    if (delta === null || (user.totp_last_step !== null && step <= user.totp_last_step)) return false;
    await store(tx, user, { totp_last_step: step });
    return true;
  }
  const hashed = hashOf(text);
  if (!user.recovery_hashes.includes(hashed)) return false;
  await store(tx, user, { recovery_hashes: user.recovery_hashes.filter((item) => item !== hashed) });
  return true;
}

const hashOf = (code: string) => tokenHash(code.toLowerCase()).toString('hex');

interface FactorColumns {
  totp_secret?: Buffer | null;
  totp_enabled_at?: string | null;
  totp_last_step?: number | null;
  recovery_hashes?: string[];
}

async function store(tx: Tx, user: { org_id: string; id: string }, values: FactorColumns): Promise<void> {
  await tx.updateTable('app_user').set(values).where('org_id', '=', user.org_id).where('id', '=', user.id).execute();
}

/** Makes a secret for the phone's app; it counts only once a code made from it was entered. */
export async function startTotp(context: Context, vault: Vault, password: string) {
  const user = await myself(context);
  await requirePassword(user, password, 'password');
  if (user.totp_enabled_at) throw conflict('totp.alreadyOn');
  const secret = randomBytes(20);
  await store(context.tx, user, { totp_secret: vault.encrypt(context.orgId, 'totp', secret), totp_last_step: null });
  const totp = totpOf(secret, user.email);
  const svg = await QRCode.toString(totp.toString(), { type: 'svg', margin: 2 });
  return {
    secret: totp.secret.base32,
    uri: totp.toString(),
    qr: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
  };
}

/** Switches the second factor on with a first right code; answers ten recovery codes for a lost phone. */
export async function confirmTotp(context: Context, vault: Vault, code: string) {
  const user = await myself(context);
  if (user.totp_enabled_at) throw conflict('totp.alreadyOn');
  if (!(await secondFactor(context.tx, vault, { ...user, recovery_hashes: [] }, code)))
    throw invalid([{ field: 'code', code: 'session.totpWrong' }]);
  const recoveryCodes = Array.from({ length: 10 }, () => randomBytes(5).toString('hex'));
  await store(context.tx, user, {
    totp_enabled_at: context.now().toISOString(),
    recovery_hashes: recoveryCodes.map(hashOf),
  });
  await recordEvent(context, { kind: 'user.totpEnabled', subjectKind: 'user', subjectId: user.id });
  return { recoveryCodes };
}

/** Switches the second factor off; a password that was long enough only beside it must be changed before. */
export async function removeTotp(context: Context, password: string): Promise<void> {
  const user = await myself(context);
  await requirePassword(user, password, 'password');
  const minimum = minimumLength(false);
  if ([...password.normalize('NFKC')].length < minimum)
    throw conflict('totp.passwordTooShort', { field: 'password', params: { minimum } });
  await store(context.tx, user, {
    totp_enabled_at: null,
    totp_secret: null,
    totp_last_step: null,
    recovery_hashes: [],
  });
  await recordEvent(context, { kind: 'user.totpRemoved', subjectKind: 'user', subjectId: user.id });
}
