import type { Context } from '#platform/context.ts';
import { newToken, tokenHash, tokenOrg } from '#platform/crypto/index.ts';
import { recordEvent } from '#platform/events/index.ts';
import type { PublicContext } from '#platform/http/route.ts';
import { defineJob, type JobKind } from '#platform/jobs/kinds.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import type { Mailer } from '#platform/mail/index.ts';
import { Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { setPassword } from './account.ts';
import { inOrgBeforeSignIn, notBefore } from './before-sign-in.ts';
import { candidates } from './sign-in.ts';

export type LinkPurpose = 'invite' | 'reset';
const linkHours: Record<LinkPurpose, number> = { invite: 7 * 24, reset: 1 };

/** A one-time link to set a password: 1 h for a reset, 7 days for an invitation. Only its hash is kept. */
export async function passwordLink(
  context: Context,
  userId: string,
  purpose: LinkPurpose,
  publicUrl: string,
): Promise<string> {
  const { token, hash } = newToken('kdr', context.orgId);
  await context.tx
    .insertInto('password_reset')
    .values({
      org_id: context.orgId,
      id: newId(),
      user_id: userId,
      token_hash: hash,
      purpose,
      expires_at: new Date(context.now().getTime() + linkHours[purpose] * 3_600_000).toISOString(),
    })
    .execute();
  // Behind the hash sign: a browser sends that part to no server, so the token reaches no access log.
  return `${publicUrl}/password#${token}`;
}

const mailKind = 'people.passwordMail';

/** Queues the mail with a one-time link. The job makes the link itself: no usable token waits in the queue. */
export async function mailPasswordLink(context: Context, userId: string, purpose: LinkPurpose): Promise<void> {
  await enqueue(context, { kind: mailKind, payload: { userId, purpose }, uniqueKey: `${purpose}:${userId}` });
}

/** The job that mails one-time links. */
export function passwordMailJob(mailer: Mailer, publicUrl: string): JobKind {
  return defineJob<{ userId: string; purpose: LinkPurpose }>({
    kind: mailKind,
    heavy: false,
    async run(job, { userId, purpose }) {
      // Sent inside the transaction: a mail server that fails leaves no link behind, and the job tries again.
      await job.inTransaction(async (context) => {
        const user = await context.tx
          .selectFrom('app_user')
          .select(['email', 'name', 'state', 'lang'])
          .where('org_id', '=', context.orgId)
          .where('id', '=', userId)
          .executeTakeFirst();
        if (!user || user.state === 'blocked') return;
        const link = await passwordLink(context, userId, purpose, publicUrl);
        await mailer.send({ to: user.email, ...texts[user.lang === 'en-US' ? 'en' : 'zh'][purpose](user.name, link) });
      });
      return undefined;
    },
  });
}

type Text = (name: string, link: string) => { subject: string; text: string };
const texts: Record<'zh' | 'en', Record<LinkPurpose, Text>> = {
  zh: {
    invite: (name, link) => ({
      subject: '客档：邀请您加入',
      text: `${name}，您好：\n\n已为您开通客档账号。请在七天内打开此链接设置密码：\n${link}\n`,
    }),
    reset: (name, link) => ({
      subject: '客档：设置新密码',
      text: `${name}，您好：\n\n请在一小时内打开此链接设置新密码：\n${link}\n\n如非本人操作，请忽略此邮件，密码不会改变。\n`,
    }),
  },
  en: {
    invite: (name, link) => ({
      subject: 'Kedang: you are invited',
      text: `Hello ${name},\n\nan account was made for you. Open this link within seven days to choose a password:\n${link}\n`,
    }),
    reset: (name, link) => ({
      subject: 'Kedang: set a new password',
      text: `Hello ${name},\n\nopen this link within an hour to set a new password:\n${link}\n\nIf it was not you who asked, ignore this mail: the password stays as it is.\n`,
    }),
  },
};

/** Queues a reset mail if the address belongs to an active user; the answer is the same, and as late, if it does not. */
export async function requestReset(context: PublicContext, email: string): Promise<void> {
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
      await mailPasswordLink(inOrg, userId, 'reset');
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
