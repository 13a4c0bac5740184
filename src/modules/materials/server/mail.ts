import { notify } from '#modules/notifications/index.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import type { Translator } from '#platform/i18n/index.ts';
import { defineJob, type JobKind } from '#platform/jobs/kinds.ts';
import type { Links } from '#platform/links/index.ts';
import type { Mailer } from '#platform/mail/index.ts';
import { stateOf } from './materials.ts';
import { refusers, refuses } from './recipients.ts';
import { sharedPath } from './sends.ts';

export const mailKind = 'materials.mail';

export interface MailMeans {
  links: Links;
  mailer: Mailer;
  translate: Translator;
  publicUrl: string;
}

const lockMail = (context: Context, id: string) =>
  context.tx
    .selectFrom('material_mail')
    .innerJoin('customer', (join) =>
      join.onRef('customer.org_id', '=', 'material_mail.org_id').onRef('customer.id', '=', 'material_mail.customer_id'),
    )
    .innerJoin('app_user', (join) =>
      join.onRef('app_user.org_id', '=', 'material_mail.org_id').onRef('app_user.id', '=', 'material_mail.created_by'),
    )
    .innerJoin('org', 'org.org_id', 'material_mail.org_id')
    .selectAll('material_mail')
    .select([
      'customer.state as customer_state',
      'app_user.name as sender',
      'app_user.email as sender_email',
      'org.name as company',
    ])
    .where('material_mail.org_id', '=', context.orgId)
    .where('material_mail.id', '=', id)
    .where('material_mail.state', '=', 'queued')
    .forUpdate('material_mail')
    .executeTakeFirst();
type MailRow = NonNullable<Awaited<ReturnType<typeof lockMail>>>;

/** What still may be sent when the mail goes out: materials withdrawn, expired or revoked meanwhile are left out. */
async function lines(context: Context, means: MailMeans, mailId: string): Promise<string[]> {
  const rows = await context.tx
    .selectFrom('material_send')
    .innerJoin('material', (join) =>
      join.onRef('material.org_id', '=', 'material_send.org_id').onRef('material.id', '=', 'material_send.material_id'),
    )
    .select([
      'material_send.link_id',
      'material.title',
      'material.withdrawn_at',
      'material.valid_until',
      'material.edition',
    ])
    .where('material_send.org_id', '=', context.orgId)
    .where('material_send.mail_id', '=', mailId)
    .where('material_send.revoked_at', 'is', null)
    .orderBy('material_send.id')
    .execute();
  const today = await companyToday(context);
  return rows.flatMap((row) =>
    row.link_id && stateOf(row, today) === 'current'
      ? [`《${row.title}》\n${means.publicUrl}${sharedPath(means.links, context.orgId, row.link_id)}`]
      : [],
  );
}

async function setState(context: Context, id: string, state: string, more: { mailed_at?: Date } = {}): Promise<void> {
  await context.tx
    .updateTable('material_mail')
    .set({ state, ...more })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
}

/** Tells who sent it that a mail did not go out. */
async function tellUnsent(context: Context, row: Pick<MailRow, 'id' | 'customer_id' | 'created_by'>, why: string) {
  const to = await context.tx
    .selectFrom('material_send')
    .select('recipient')
    .where('org_id', '=', context.orgId)
    .where('mail_id', '=', row.id)
    .executeTakeFirst();
  await recordEvent(context, {
    kind: `material.mail.${why}`,
    subjectKind: 'materialMail',
    subjectId: row.id,
    customerId: row.customer_id,
    data: { to: to?.recipient ?? '' },
  });
  await notify(context, {
    userIds: [row.created_by],
    type: 'material.unsent',
    params: { to: to?.recipient ?? '' },
    path: `/customers/${row.customer_id}`,
    customerId: row.customer_id,
    key: `material.unsent:${row.id}`,
  });
}

async function sendMail(context: Context, means: MailMeans, id: string): Promise<void> {
  const row = await lockMail(context, id);
  if (!row) return;
  const links = await lines(context, means, id);
  // A refusal counts from the moment it was said, also for mail that was waiting.
  const refused = refuses(await refusers(context, row.customer_id), row.contact_id);
  if (refused || links.length === 0 || row.customer_state !== 'active') {
    const why = refused ? 'refused' : 'dropped';
    await setState(context, id, why);
    return tellUnsent(context, row, why);
  }
  const lang = row.language === 'en-US' ? 'en-US' : 'zh-CN';
  const footer = means.translate(lang, 'materials.mail.footer', {
    company: row.company,
    sender: row.sender,
    email: row.sender_email,
  });
  await means.mailer.send({
    to: row.email,
    replyTo: row.sender_email,
    subject: row.subject.replace(/[\r\n]+/g, ' '),
    text: `${row.body.replaceAll('{links}', links.join('\n\n'))}\n\n${footer}\n`,
    messageId: `<material-${id}@kedang>`,
  });
  await setState(context, id, 'sent', { mailed_at: context.now() });
}

/** Sends one mail; marked in the transaction that sends, so that it goes out once. */
export function materialMailJob(means: MailMeans): JobKind {
  return defineJob<{ mailId: string }>({
    kind: mailKind,
    heavy: false,
    async run(job, { mailId }) {
      await job.inTransaction((context) => sendMail(context, means, mailId));
      return {};
    },
    async ended(context, { mailId }) {
      const row = await lockMail(context, mailId);
      if (!row) return;
      await setState(context, mailId, 'failed');
      await tellUnsent(context, row, 'failed');
    },
  });
}
