import { sql } from 'kysely';
import { visible } from '#platform/access/visible.ts';
import { companyOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import type { Translator } from '#platform/i18n/index.ts';
import { defineJob, type JobKind, type Schedule } from '#platform/jobs/kinds.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import type { Links } from '#platform/links/index.ts';
import type { Mailer } from '#platform/mail/index.ts';
import type { Lang } from '#shared/languages.ts';
import { textIn } from '../../form-content.ts';
import { closedBecause, contentOf, formPath, loadForm, requireOpen } from './forms.ts';

const mailKind = 'collection.formMail';
const remindKind = 'collection.formReminders';

export interface MailMeans {
  links: Links;
  mailer: Mailer;
  translate: Translator;
  publicUrl: string;
}

/** Queues the mails of links whose state is `queued`; above 0, `reminder` says which reminder it is. */
export async function queueMails(context: Context, ids: string[], reminder: number): Promise<void> {
  if (ids.length > 0) await enqueue(context, { kind: mailKind, payload: { ids, reminder } });
}

/** Reminds now of one form: those who were written to, did not answer, and were not reminded within a day. */
export async function remind(context: Context, formId: string): Promise<{ jobId: string }> {
  await requireOpen(context, formId);
  const jobId = await enqueue(context, { kind: remindKind, payload: { formId }, uniqueKey: `remind:${formId}` });
  return { jobId };
}

/** A link whose mail is still to be sent, with what its recipient wishes now. */
const waiting = (context: Context, id: string) =>
  context.tx
    .selectFrom('form_invitation')
    .leftJoin('customer', (join) =>
      join
        .onRef('customer.org_id', '=', 'form_invitation.org_id')
        .onRef('customer.id', '=', 'form_invitation.customer_id'),
    )
    .leftJoin('contact', (join) =>
      join
        .onRef('contact.org_id', '=', 'form_invitation.org_id')
        .onRef('contact.id', '=', 'form_invitation.contact_id'),
    )
    .selectAll('form_invitation')
    .select([
      'customer.no_mail as customer_no_mail',
      'contact.no_mail as contact_no_mail',
      'customer.state as customer_state',
    ])
    .where('form_invitation.org_id', '=', context.orgId)
    .where('form_invitation.id', '=', id)
    .where('form_invitation.mail', '=', 'queued')
    .forUpdate('form_invitation')
    .executeTakeFirst();

/** A mail server that refuses one address for good refuses not the next. */
const forGood = (error: unknown): boolean => Number((error as { responseCode?: number }).responseCode) >= 500;

/** Sends one mail, unless the wish not to be written to came meanwhile, or the link needs none any more. */
async function sendOne(context: Context, means: MailMeans, id: string, reminder: number): Promise<void> {
  const row = await waiting(context, id);
  if (!row) return;
  const set = (mail: 'none' | 'sent' | 'failed' | 'refused') =>
    context.tx
      .updateTable('form_invitation')
      .set({ mail })
      .where('org_id', '=', context.orgId)
      .where('id', '=', id)
      .execute();
  if (row.customer_no_mail || row.contact_no_mail) return void (await set('refused'));
  const form = await loadForm(context, row.form_id);
  const over = row.answered_at || row.revoked_at || (row.expires_at && row.expires_at <= context.now());
  const away = row.customer_state !== null && row.customer_state !== 'active';
  if (!row.email || over || away || (await closedBecause(context, form))) return void (await set('none'));
  const org = await companyOf(context);
  const lang = row.lang as Lang;
  const link = `${means.publicUrl}${formPath(means.links, context.orgId, row.link_id)}`;
  const params = { company: org.name, title: textIn(contentOf(form).title, lang), link, stop: `${link}?stop=1` };
  const kind = reminder > 0 ? 'reminder' : 'invitation';
  try {
    await means.mailer.send({
      to: row.email,
      subject: means.translate(lang, `collection.forms.mail.${kind}.subject`, params),
      text: `${means.translate(lang, `collection.forms.mail.${kind}.text`, params)}\n${means.translate(lang, 'collection.forms.mail.stop', params)}\n`,
      messageId: `<${id}.${reminder}@kedang>`,
    });
  } catch (error) {
    if (!forGood(error)) throw error;
    return void (await set('failed'));
  }
  await set('sent');
}

/** Takes up to a hundred due reminders; each is counted and queued in one transaction, so that none goes out twice. */
async function queueDue(context: Context, formId: string | undefined): Promise<number> {
  const due = formId
    ? sql`i.form_id = ${formId} and coalesce(i.reminded_at, i.mailed_at) < ${context.now()}::timestamptz - interval '1 day'
        and (i.created_by = ${context.actor.userId}::uuid or exists (select 1 from customer where customer.org_id = i.org_id
          and customer.id = i.customer_id and ${visible(context.actor, 'customer:read', 'customer')}))`
    : sql`i.mailed_at + make_interval(days => f.remind_days[i.reminded + 1]) <= ${context.now()}`;
  const found = await sql<{ id: string; reminded: number }>`
    update form_invitation t set reminded = t.reminded + 1, reminded_at = ${context.now()}, mail = 'queued'
    where t.org_id = ${context.orgId} and t.id in (
      select i.id from form_invitation i join form f on f.org_id = i.org_id and f.id = i.form_id join org o on o.org_id = i.org_id
      where i.org_id = ${context.orgId} and f.state = 'open' and i.answered_at is null and i.mail = 'sent' and i.revoked_at is null
        and (i.expires_at is null or i.expires_at > ${context.now()})
        and (f.expires_on is null or f.expires_on >= (${context.now()}::timestamptz at time zone o.time_zone)::date) and ${due}
      order by i.id limit 100 for update of i skip locked)
    returning t.id, t.reminded`.execute(context.tx);
  await queueMails(
    context,
    found.rows.map((row) => row.id),
    Math.max(0, ...found.rows.map((row) => row.reminded)),
  );
  return found.rows.length;
}

export function formMailJobs(means: MailMeans): JobKind[] {
  return [
    defineJob<{ ids: string[]; reminder: number }>({
      kind: mailKind,
      heavy: false,
      async run(job, { ids, reminder }) {
        for (const [index, id] of ids.entries()) {
          await job.inTransaction((context) => sendOne(context, means, id, reminder));
          await job.progress(index + 1, ids.length);
        }
        return undefined;
      },
      async ended(context, { ids }) {
        await context.tx
          .updateTable('form_invitation')
          .set({ mail: 'failed' })
          .where('org_id', '=', context.orgId)
          .where('id', 'in', ids)
          .where('mail', '=', 'queued')
          .execute();
      },
    }),
    defineJob<{ formId?: string }>({
      kind: remindKind,
      heavy: false,
      async run(job, { formId }) {
        let sent = 0;
        for (;;) {
          const count = await job.inTransaction((context) => queueDue(context, formId));
          sent += count;
          await job.progress(sent, null);
          if (count === 0) return { sent };
        }
      },
    }),
  ];
}

export const formReminderSchedule: Schedule = { key: remindKind, cron: '0 9 * * *', kind: remindKind };
