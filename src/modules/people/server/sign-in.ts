import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { Secret, TOTP } from 'otpauth';
import { systemActor } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { newToken, tokenHash, type Vault } from '#platform/crypto/index.ts';
import type { Database, Tx } from '#platform/db/database.ts';
import { logAccess } from '#platform/events/index.ts';
import type { PublicContext } from '#platform/http/route.ts';
import { Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { sessionHours } from './actors.ts';
import { verifyPassword } from './passwords.ts';

/** Failures before the account waits, and the longest wait in minutes. */
const freeFailures = 5;
const longestWait = 60;

export const emailKey = (email: string): string => email.normalize('NFKC').trim().toLowerCase();

/** Companies and users with this sign-in name; row security hides them from anybody but this function. */
export async function candidates(db: Database, email: string): Promise<{ org_id: string; user_id: string }[]> {
  const result = await db.outside((tx) =>
    sql<{
      org_id: string;
      user_id: string;
    }>`select org_id, user_id from sign_in_candidates(${emailKey(email)})`.execute(tx),
  );
  return result.rows;
}

export interface SignedIn {
  token: string;
  userId: string;
}

/**
 * Checks password and second factor and opens a session. Unknown users, wrong passwords and blocked users get the same
 * answer in the same time; only who knows the password learns of a lock or a missing second factor.
 */
export async function openSession(
  context: PublicContext,
  vault: Vault,
  input: { email: string; password: string; totp?: string },
  agent: string | null,
): Promise<SignedIn> {
  const found = await candidates(context.db, input.email);
  if (found.length === 0) {
    await verifyPassword(null, input.password);
    throw new Problem(401, 'session.wrongPassword', { field: 'password' });
  }
  for (const candidate of found) {
    const outcome = await attempt(context, vault, candidate, input, agent);
    if (typeof outcome === 'object') return outcome;
    if (outcome !== 'session.wrongPassword')
      throw new Problem(401, outcome, { field: outcome === 'session.totpWrong' ? 'totp' : undefined });
  }
  throw new Problem(401, 'session.wrongPassword', { field: 'password' });
}

type Failure = 'session.wrongPassword' | 'session.totpRequired' | 'session.totpWrong';

async function attempt(
  context: PublicContext,
  vault: Vault,
  candidate: { org_id: string; user_id: string },
  input: { email: string; password: string; totp?: string },
  agent: string | null,
): Promise<SignedIn | Failure> {
  const { org_id: orgId, user_id: userId } = candidate;
  const before = await context.db.inOrg(orgId, (tx) =>
    tx
      .selectFrom('app_user')
      .select('password_hash')
      .where('org_id', '=', orgId)
      .where('id', '=', userId)
      .executeTakeFirst(),
  );
  // Hashing takes tens of milliseconds: not while a row is locked.
  const right = await verifyPassword(before?.password_hash ?? null, input.password);
  return context.db.inOrg(orgId, async (tx) => {
    const user = await tx
      .selectFrom('app_user')
      .selectAll()
      .where('org_id', '=', orgId)
      .where('id', '=', userId)
      .forUpdate()
      .executeTakeFirst();
    if (!user) return 'session.wrongPassword';
    const log = signInContext(tx, orgId, userId, user.name, context);
    const now = Date.now();
    if (user.locked_until && Date.parse(String(user.locked_until)) > now) {
      await logAccess(log, {
        action: 'signInFailed',
        subjectKind: 'user',
        subjectId: userId,
        detail: { reason: 'locked' },
      });
      if (!right) return 'session.wrongPassword';
      const minutes = Math.ceil((Date.parse(String(user.locked_until)) - now) / 60_000);
      throw new Problem(401, 'session.locked', { params: { minutes } });
    }
    const fail = async (reason: Failure): Promise<Failure> => {
      const count = user.failed_count + 1;
      const wait = count < freeFailures ? 0 : Math.min(longestWait, 2 ** (count - freeFailures));
      await tx
        .updateTable('app_user')
        .set({ failed_count: count, locked_until: wait > 0 ? new Date(now + wait * 60_000).toISOString() : null })
        .where('org_id', '=', orgId)
        .where('id', '=', userId)
        .execute();
      await logAccess(log, { action: 'signInFailed', subjectKind: 'user', subjectId: userId, detail: { reason } });
      return reason;
    };
    if (!right || user.state !== 'active') return fail('session.wrongPassword');
    if (user.totp_enabled_at && user.totp_secret) {
      if (!input.totp) return 'session.totpRequired';
      const factor = await secondFactor(tx, vault, user, input.totp);
      if (!factor) return fail('session.totpWrong');
    }
    await tx
      .updateTable('app_user')
      .set({ failed_count: 0, locked_until: null, last_sign_in_at: new Date().toISOString() })
      .where('org_id', '=', orgId)
      .where('id', '=', userId)
      .execute();
    const { token, hash } = newToken('kds', orgId);
    await tx
      .insertInto('session')
      .values({
        org_id: orgId,
        id: newId(),
        user_id: userId,
        token_hash: hash,
        expires_at: new Date(now + sessionHours * 3_600_000).toISOString(),
        ip: context.ip,
        user_agent: agent?.slice(0, 300) ?? null,
      })
      .execute();
    await logAccess(log, { action: 'signIn', subjectKind: 'user', subjectId: userId });
    return { token, userId };
  });
}

function signInContext(tx: Tx, orgId: string, userId: string, name: string, context: PublicContext): Context {
  return {
    tx,
    orgId,
    actor: { ...systemActor(orgId, []), kind: 'user', userId, name },
    lang: context.lang,
    requestId: context.requestId,
    ip: context.ip,
    ifMatch: null,
    afterCommit: () => {},
    now: () => new Date(),
  };
}

const totpOf = (secret: Buffer, label: string) =>
  new TOTP({ issuer: 'Kedang', label, secret: new Secret({ buffer: new Uint8Array(secret).buffer }) });

export { totpOf };

interface FactorUser {
  org_id: string;
  id: string;
  email: string;
  totp_secret: Buffer | null;
  totp_last_step: number | null;
  recovery_hashes: string[];
}

/** A code of the app, each 30-second step once, or one of the recovery codes, each once. */
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
  const codes = Array.from({ length: 10 }, () => randomBytes(5).toString('hex'));
  return { codes, hashes: codes.map((code) => tokenHash(code).toString('hex')) };
}
