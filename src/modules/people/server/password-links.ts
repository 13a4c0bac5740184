import type { Context } from '#platform/context.ts';
import { newToken, tokenHash, tokenOrg } from '#platform/crypto/index.ts';
import { recordEvent } from '#platform/events/index.ts';
import type { PublicContext } from '#platform/http/route.ts';
import { defineJob, type JobKind } from '#platform/jobs/kinds.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import type { Mailer } from '#platform/mail/index.ts';
import { invalid, Problem } from '#shared/errors.ts';
import { checkEmail } from '#shared/identifiers/internet.ts';
import { newId } from '#shared/ids.ts';
import { setPassword } from './account.ts';
import { inOrgBeforeSignIn, notBefore } from './before-sign-in.ts';
import { candidates } from './sign-in.ts';

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

const mailKind = 'people.passwordMail';

/** Queues the mail with a one-time link. The job makes the link itself: no usable token waits in the queue. */
export async function mailPasswordLink(context: Context, userId: string): Promise<void> {
  await enqueue(context, { kind: mailKind, payload: { userId }, uniqueKey: userId });
}

/** The job that mails one-time links. */
export function passwordMailJob(mailer: Mailer, publicUrl: string): JobKind {
  return defineJob<{ userId: string }>({
    kind: mailKind,
    heavy: false,
    async run(job, { userId }) {
      // Sent inside the transaction: a mail server that fails leaves no link behind, and the job tries again.
      await job.inTransaction(async (context) => {
        const user = await context.tx
          .selectFrom('app_user')
          .select(['email', 'state', 'lang'])
          .where('org_id', '=', context.orgId)
          .where('id', '=', userId)
          .executeTakeFirst();
        if (!user || user.state === 'blocked') return;
        const link = await passwordLink(context, userId, 'reset', publicUrl);
        const english = user.lang === 'en-US';
        await mailer.send({
          to: user.email,
          subject: english ? 'Kedang: set a new password' : '客档：设置新密码',
          text: english
            ? `Open this link within an hour to set a new password:\n${link}\n\nIf you did not ask for it, ignore this mail: the password stays as it is.\n`
            : `请在一小时内打开此链接设置新密码：\n${link}\n\n如非本人操作，请忽略此邮件，密码不会改变。\n`,
        });
      });
      return undefined;
    },
  });
}

/** Queues a reset mail if the address belongs to an active user; the answer is the same, and as late, if it does not. */
export async function requestReset(context: PublicContext, email: string): Promise<void> {
  if (!checkEmail(email).ok) throw invalid([{ field: 'email', code: 'email.format' }]);
  const started = Date.now();
  for (const { org_id: orgId, user_id: userId } of await candidates(context.db, email)) {
    await inOrgBeforeSignIn(context, orgId, async (inOrg) => {
      const user = await inOrg.tx
        .selectFrom('app_user')
        .select('state')
        .where('org_id', '=', orgId)
        .where('id', '=', userId)
        .executeTakeFirst();
      if (user?.state !== 'active') return;
      await mailPasswordLink(inOrg, userId);
      await recordEvent(inOrg, { kind: 'user.resetRequested', subjectKind: 'user', subjectId: userId });
    });
  }
  await notBefore(started, 200);
}

/** Sets the password with a one-time link; of two simultaneous tries the row lock lets one through. */
export async function redeemLink(context: PublicContext, token: string, password: string): Promise<void> {
  const refused = new Problem(422, 'password.linkInvalid', { field: 'token' });
  const orgId = tokenOrg('kdr', token);
  if (!orgId) throw refused;
  await inOrgBeforeSignIn(context, orgId, async (inOrg, as) => {
    const link = await inOrg.tx
      .selectFrom('password_reset')
      .innerJoin('app_user', (join) =>
        join.onRef('app_user.org_id', '=', 'password_reset.org_id').onRef('app_user.id', '=', 'password_reset.user_id'),
      )
      .select(['app_user.id', 'app_user.name', 'app_user.state'])
      .where('password_reset.org_id', '=', orgId)
      .where('password_reset.token_hash', '=', tokenHash(token))
      .where('password_reset.used_at', 'is', null)
      .where('password_reset.expires_at', '>', inOrg.now())
      .forUpdate()
      .executeTakeFirst();
    if (!link || link.state === 'blocked') throw refused;
    await setPassword(as(link), link.id, password, 'password', null);
  });
}
