import { randomBytes } from 'node:crypto';
import QRCode from 'qrcode';
import { companyOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import type { Vault } from '#platform/crypto/index.ts';
import { recordEvent } from '#platform/events/index.ts';
import type { StreamContext } from '#platform/http/route.ts';
import { invalid, notFound, Problem } from '#shared/errors.ts';
import { pinyinSortKey } from '#shared/text/pinyin.ts';
import { checkPassword } from '../password-policy.ts';
import { forgetActors } from './actors.ts';
import { countFailure, lockedProblem } from './failures.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { newRecoveryCodes, secondFactor, totpOf } from './second-factor.ts';

/** The caller's own row, locked. */
async function myself(context: Context) {
  const user = await context.tx
    .selectFrom('app_user')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', context.actor.userId)
    .forUpdate()
    .executeTakeFirst();
  if (!user) throw notFound('user');
  return user;
}

async function orgName(context: Context): Promise<string> {
  return (await companyOf(context)).name;
}

/** Sets a password that passes the policy, and ends every session and reset link but `keepSession`. */
export async function setPassword(
  context: Context,
  userId: string,
  password: string,
  field: string,
  keepSession: string | null,
): Promise<void> {
  const user = await context.tx
    .selectFrom('app_user')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', userId)
    .executeTakeFirstOrThrow();
  const checked = checkPassword(
    password,
    [user.name, user.email, await orgName(context)],
    user.totp_enabled_at !== null,
  );
  if (!checked.ok) throw invalid([{ field, code: checked.code, params: checked.params }]);
  await context.tx
    .updateTable('app_user')
    .set({
      password_hash: await hashPassword(checked.value),
      password_changed_at: context.now().toISOString(),
      failed_count: 0,
      locked_until: null,
      // The first page somebody sees tells the language mail is written in, until the account page says otherwise.
      ...(user.state === 'invited' ? { state: 'active', lang: context.lang } : {}),
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', userId)
    .execute();
  await endSessions(context, userId, keepSession);
  await context.tx
    .updateTable('password_reset')
    .set({ used_at: context.now().toISOString() })
    .where('org_id', '=', context.orgId)
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .execute();
  await recordEvent(context, { kind: 'user.passwordChanged', subjectKind: 'user', subjectId: userId });
}

export async function endSessions(context: Context, userId: string, keep: string | null): Promise<void> {
  let query = context.tx.deleteFrom('session').where('org_id', '=', context.orgId).where('user_id', '=', userId);
  if (keep) query = query.where('id', '!=', keep);
  await query.execute();
  context.afterCommit(() => forgetActors(context.orgId));
}

/**
 * Asks for the caller's password before a change of the account; wrong ones count like failed sign-ins, so a stolen session
 * is no place to guess it.
 */
export async function proveMyself(
  { inTransaction }: Pick<StreamContext, 'inTransaction'>,
  password: string,
  field: string,
): Promise<void> {
  const problem = await inTransaction(async (context) => {
    const user = await myself(context);
    const until = user.locked_until ? new Date(user.locked_until).getTime() : 0;
    if (until > context.now().getTime()) return lockedProblem(until, 429);
    if (await verifyPassword(user.password_hash, password)) return undefined;
    await countFailure(context, 'password.wrong');
    return invalid([{ field, code: 'password.wrong' }]);
  });
  if (problem) throw problem;
}

/** Sets a new password for the caller; every other session ends. */
export async function changeMyPassword(context: Context, next: string): Promise<void> {
  const keep = context.actor.kind === 'user' ? context.actor.credentialId : null;
  await setPassword(context, context.actor.userId, next, 'next', keep);
}

export async function startTotp(context: Context, vault: Vault) {
  const user = await myself(context);
  if (user.totp_enabled_at) throw new Problem(409, 'totp.alreadyOn');
  const secret = randomBytes(20);
  await context.tx
    .updateTable('app_user')
    .set({ totp_secret: vault.encrypt(context.orgId, 'totp', secret) })
    .where('org_id', '=', context.orgId)
    .where('id', '=', user.id)
    .execute();
  const totp = totpOf(secret, user.email);
  return { secret: totp.secret.base32, uri: totp.toString(), qr: await QRCode.toDataURL(totp.toString()) };
}

export async function confirmTotp(context: Context, vault: Vault, code: string) {
  const user = await myself(context);
  if (user.totp_enabled_at) throw new Problem(409, 'totp.alreadyOn');
  if (!(await secondFactor(context.tx, vault, user, code)))
    throw invalid([{ field: 'code', code: 'session.totpWrong' }]);
  const { codes, hashes } = newRecoveryCodes();
  await context.tx
    .updateTable('app_user')
    .set({ totp_enabled_at: context.now().toISOString(), recovery_hashes: hashes })
    .where('org_id', '=', context.orgId)
    .where('id', '=', user.id)
    .execute();
  await recordEvent(context, { kind: 'user.totpEnabled', subjectKind: 'user', subjectId: user.id });
  return { recoveryCodes: codes };
}

export async function removeTotp(context: Context): Promise<void> {
  const user = await myself(context);
  await context.tx
    .updateTable('app_user')
    .set({ totp_enabled_at: null, totp_secret: null, totp_last_step: null, recovery_hashes: [] })
    .where('org_id', '=', context.orgId)
    .where('id', '=', user.id)
    .execute();
  await recordEvent(context, { kind: 'user.totpRemoved', subjectKind: 'user', subjectId: user.id });
}

/** Changes the caller's own name, language and preferences. */
export async function updateMe(
  context: Context,
  input: { name?: string; lang?: string; preferences?: Record<string, unknown> },
): Promise<void> {
  const { name, lang, preferences } = input;
  if (preferences && JSON.stringify(preferences).length > 20_000)
    throw invalid([{ field: 'preferences', code: 'input.tooLong', params: { maximum: 20_000 } }]);
  const changed = Object.keys(input);
  if (changed.length === 0) return;
  await context.tx
    .updateTable('app_user')
    .set({
      ...(name ? { name, name_sort: pinyinSortKey(name) } : {}),
      ...(lang ? { lang } : {}),
      ...(preferences ? { preferences: JSON.stringify(preferences) } : {}),
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', context.actor.userId)
    .execute();
  await recordEvent(context, {
    kind: 'user.profileChanged',
    subjectKind: 'user',
    subjectId: context.actor.userId,
    data: { fields: changed },
  });
  context.afterCommit(() => forgetActors(context.orgId));
}
