import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { newToken, tokenHash, type Vault } from '#platform/crypto/index.ts';
import type { Database } from '#platform/db/database.ts';
import { logAccess } from '#platform/events/index.ts';
import type { PublicContext } from '#platform/http/route.ts';
import { Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { sessionHours } from './actors.ts';
import { inOrgBeforeSignIn, notBefore } from './before-sign-in.ts';
import { countFailure, lockedProblem, logFailure, waitsUntil } from './failures.ts';
import { verifyPassword } from './passwords.ts';
import { secondFactor } from './second-factor.ts';

/** No failure is answered sooner, so that its time tells nothing. */
const failureMs = 250;

/** How a sign-in name is compared. */
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

interface SignInInput {
  email: string;
  password: string;
  totp?: string;
}

export interface OpenedSession {
  token: string;
  userId: string;
}

/**
 * Checks password and second factor and opens a session. Unknown names, wrong passwords and blocked users get the same
 * answers in the same time, waiting included: nobody learns who has an account, and while one waits no guess is tried.
 */
export async function openSession(
  context: PublicContext,
  vault: Vault,
  input: SignInInput,
  agent: string | null,
): Promise<OpenedSession> {
  const started = Date.now();
  try {
    const found = await candidates(context.db, input.email);
    if (found.length === 0) return await refuseStranger(input);
    const accounts = await Promise.all(found.map((item) => readAccount(context, item.org_id, item.user_id)));
    const open = accounts.filter((account) => account.lockedUntil <= Date.now());
    if (open.length === 0) throw lockedProblem(Math.min(...accounts.map((account) => account.lockedUntil)));
    for (const account of open) {
      if (await verifyPassword(account.passwordHash, input.password))
        return await finish(context, vault, account, input, agent);
    }
    for (const account of open) {
      await inOrgBeforeSignIn(context, account.orgId, (_, as) => countFailure(as(account), 'session.wrongPassword'));
    }
    throw wrong();
  } catch (error) {
    await notBefore(started, failureMs);
    throw error;
  }
}

const wrong = () => new Problem(401, 'session.wrongPassword', { field: 'password' });

interface Account {
  orgId: string;
  id: string;
  name: string;
  /** Null when nobody can sign in with it: invited, blocked. */
  passwordHash: string | null;
  lockedUntil: number;
}

async function readAccount(context: PublicContext, orgId: string, userId: string): Promise<Account> {
  return inOrgBeforeSignIn(context, orgId, async ({ tx }, as) => {
    const user = await tx
      .selectFrom('app_user')
      .select(['name', 'state', 'password_hash', 'locked_until'])
      .where('org_id', '=', orgId)
      .where('id', '=', userId)
      .executeTakeFirstOrThrow();
    const until = user.locked_until ? new Date(user.locked_until).getTime() : 0;
    if (until > Date.now()) await logFailure(as({ id: userId, name: user.name }), 'session.locked');
    return {
      orgId,
      id: userId,
      name: user.name,
      passwordHash: user.state === 'active' ? user.password_hash : null,
      lockedUntil: until,
    };
  });
}

/** The password was right: the second factor, then the session. */
async function finish(
  context: PublicContext,
  vault: Vault,
  account: Account,
  input: SignInInput,
  agent: string | null,
): Promise<OpenedSession> {
  const outcome = await inOrgBeforeSignIn(context, account.orgId, async ({ tx, orgId }, as) => {
    const user = await tx
      .selectFrom('app_user')
      .selectAll()
      .where('org_id', '=', orgId)
      .where('id', '=', account.id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    // Between the check and this lock the password may have changed, the user been blocked, or other guesses failed.
    if (user.password_hash !== account.passwordHash || user.state !== 'active') return wrong();
    const until = user.locked_until ? new Date(user.locked_until).getTime() : 0;
    if (until > Date.now()) return lockedProblem(until);
    if (user.totp_enabled_at) {
      if (!input.totp) return new Problem(401, 'session.totpRequired', { field: 'totp' });
      if (!(await secondFactor(tx, vault, user, input.totp))) {
        await countFailure(as(account), 'session.totpWrong');
        return new Problem(401, 'session.totpWrong', { field: 'totp' });
      }
    }
    const token = await startSession(as(account), user.id, agent);
    await logAccess(as(account), { action: 'signIn', subjectKind: 'user', subjectId: user.id });
    return { token, userId: user.id };
  });
  if (outcome instanceof Problem) throw outcome;
  return outcome;
}

/** Begins a session of somebody who was just proven; answers its token. */
export async function startSession(context: Context, userId: string, agent: string | null): Promise<string> {
  const { tx, orgId } = context;
  const now = context.now();
  await tx
    .updateTable('app_user')
    .set({ failed_count: 0, locked_until: null, last_sign_in_at: now.toISOString() })
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
      expires_at: new Date(now.getTime() + sessionHours * 3_600_000).toISOString(),
      ip: context.ip,
      user_agent: agent?.slice(0, 300) ?? null,
    })
    .execute();
  return token;
}

/** Names nobody has wait like those somebody has; kept in memory, the oldest forgotten first. */
const strangers = new Map<string, { failures: number; until: number }>();
const rememberedStrangers = 10_000;

async function refuseStranger(input: SignInInput): Promise<never> {
  const key = tokenHash(emailKey(input.email)).toString('base64');
  const until = strangers.get(key)?.until ?? 0;
  if (until > Date.now()) throw lockedProblem(until);
  await verifyPassword(null, input.password);
  // Read only now: of many tries at once each counts, as it does for an account.
  const failures = (strangers.get(key)?.failures ?? 0) + 1;
  strangers.delete(key);
  strangers.set(key, { failures, until: waitsUntil(failures) });
  const [oldest] = strangers.keys();
  if (strangers.size > rememberedStrangers && oldest !== undefined) strangers.delete(oldest);
  throw wrong();
}
