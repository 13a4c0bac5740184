import { randomBytes } from 'node:crypto';
import QRCode from 'qrcode';
import type { Context } from '#platform/context.ts';
import { newToken, tokenHash, tokenOrg, type Vault } from '#platform/crypto/index.ts';
import type { Database } from '#platform/db/database.ts';
import { recordEvent } from '#platform/events/index.ts';
import type { Mailer } from '#platform/mail/index.ts';
import { invalid, notFound, Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { checkPassword } from '../password-policy.ts';
import { forgetActors } from './actors.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { candidates, newRecoveryCodes, secondFactor, totpOf } from './sign-in.ts';

/** The caller's own row, locked. */
export async function myself(context: Context) {
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
  return (
    await context.tx.selectFrom('org').select('name').where('org_id', '=', context.orgId).executeTakeFirstOrThrow()
  ).name;
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
      ...(user.state === 'invited' ? { state: 'active' } : {}),
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

export async function changeMyPassword(context: Context, current: string, next: string): Promise<void> {
  const user = await myself(context);
  if (!(await verifyPassword(user.password_hash, current)))
    throw invalid([{ field: 'current', code: 'password.wrong' }]);
  await setPassword(context, user.id, next, 'next', context.actor.kind === 'user' ? context.actor.credentialId : null);
}

/** A one-time link to set a password: 1 h for a reset, 7 days for an invitation. Only its hash is kept. */
export async function passwordLink(
  context: Context,
  userId: string,
  purpose: 'invite' | 'reset',
  publicUrl: string,
): Promise<string> {
  const { token, hash } = newToken('kdr', context.orgId);
  const hours = purpose === 'invite' ? 7 * 24 : 1;
  await context.tx
    .insertInto('password_reset')
    .values({
      org_id: context.orgId,
      id: newId(),
      user_id: userId,
      token_hash: hash,
      purpose,
      expires_at: new Date(context.now().getTime() + hours * 3_600_000).toISOString(),
    })
    .execute();
  return `${publicUrl}/password?token=${token}`;
}

/** Sends a reset link if the address belongs to an active user; the caller never learns whether it does. */
export async function sendReset(
  db: Database,
  mailer: Mailer,
  publicUrl: string,
  email: string,
  contextFor: (orgId: string, tx: Context['tx']) => Context,
): Promise<void> {
  for (const { org_id: orgId, user_id: userId } of await candidates(db, email)) {
    await db.inOrg(orgId, async (tx) => {
      const context = contextFor(orgId, tx);
      const user = await tx
        .selectFrom('app_user')
        .select(['email', 'state', 'lang'])
        .where('org_id', '=', orgId)
        .where('id', '=', userId)
        .executeTakeFirst();
      if (user?.state !== 'active') return;
      const link = await passwordLink(context, userId, 'reset', publicUrl);
      await recordEvent(context, { kind: 'user.resetRequested', subjectKind: 'user', subjectId: userId });
      const english = user.lang === 'en-US';
      await mailer.send({
        to: user.email,
        subject: english ? 'Kedang: set a new password' : '客档：设置新密码',
        text: english
          ? `Open this link within an hour to set a new password:\n${link}\n`
          : `请在一小时内打开此链接设置新密码：\n${link}\n`,
      });
    });
  }
}

/** Sets the password with a one-time link; the link is spent even under two simultaneous tries. */
export async function redeemReset(
  db: Database,
  token: string,
  password: string,
  contextFor: (orgId: string, tx: Context['tx']) => Context,
): Promise<void> {
  const orgId = tokenOrg('kdr', token);
  if (!orgId) throw new Problem(422, 'password.linkInvalid', { field: 'token' });
  await db.inOrg(orgId, async (tx) => {
    const reset = await tx
      .selectFrom('password_reset')
      .selectAll()
      .where('org_id', '=', orgId)
      .where('token_hash', '=', tokenHash(token))
      .where('used_at', 'is', null)
      .where('expires_at', '>', new Date())
      .forUpdate()
      .executeTakeFirst();
    if (!reset) throw new Problem(422, 'password.linkInvalid', { field: 'token' });
    const context = contextFor(orgId, tx);
    await setPassword(context, reset.user_id, password, 'password', null);
    forgetActors(orgId);
  });
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

export async function removeTotp(context: Context, password: string): Promise<void> {
  const user = await myself(context);
  if (!(await verifyPassword(user.password_hash, password)))
    throw invalid([{ field: 'password', code: 'password.wrong' }]);
  await context.tx
    .updateTable('app_user')
    .set({ totp_enabled_at: null, totp_secret: null, totp_last_step: null, recovery_hashes: [] })
    .where('org_id', '=', context.orgId)
    .where('id', '=', user.id)
    .execute();
  await recordEvent(context, { kind: 'user.totpRemoved', subjectKind: 'user', subjectId: user.id });
}
