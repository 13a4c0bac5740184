import { sql } from 'kysely';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import type { Translator } from '#platform/i18n/index.ts';
import { defineJob, type JobKind, type Schedule } from '#platform/jobs/kinds.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import type { Links } from '#platform/links/index.ts';
import type { Mailer } from '#platform/mail/index.ts';
import { iso } from '#platform/time.ts';
import { conflict, notFound, Problem } from '#shared/errors.ts';
import type { TextPointValue } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import { textIn } from '../../form-content.ts';
import { closedBecause, contentOf, cursorId, formPath, loadForm } from './forms.ts';

const mailKind = 'collection.formMail';
const remindKind = 'collection.formReminders';

interface Recipient {
  customerId: string;
  contactId?: string;
}

const firstMail = (value: unknown): string | null =>
  ((value ?? []) as TextPointValue[]).find((item) => item.valid)?.value ?? null;

const rowsOf = (context: Context, formId: string) =>
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
    .select(['customer.name as customer_name', 'contact.name as contact_name'])
    .where('form_invitation.org_id', '=', context.orgId)
    .where('form_invitation.form_id', '=', formId)
    // A link opens a customer's data: it is shown to who may see the customer, one for nobody to who made it.
    .where(
      sql<boolean>`(form_invitation.created_by = ${context.actor.userId}::uuid
        or (form_invitation.customer_id is not null and ${visible(context.actor, 'customer:read', 'customer')}))`,
    );

type Row = Awaited<ReturnType<ReturnType<typeof rowsOf>['executeTakeFirstOrThrow']>>;
/** Enough of an address to know it again: the field itself may be above the reader's clearance. */
const hinted = (email: string) => email.replace(/^(.).*@/, '$1***@');
const view = (links: Links, row: Row) => ({
  id: row.id,
  customer: row.customer_id ? { id: row.customer_id, name: row.customer_name ?? '' } : null,
  contact: row.contact_name,
  email: row.email ? hinted(row.email) : null,
  path: formPath(links, row.org_id, row.link_id),
  mailedAt: row.mailed_at ? iso(row.mailed_at) : null,
  reminded: row.reminded,
  answeredAt: row.answered_at ? iso(row.answered_at) : null,
  createdAt: iso(row.created_at),
});

export async function listInvitations(
  context: Context,
  links: Links,
  formId: string,
  query: { limit: number; cursor?: string; answered?: 'yes' | 'no' },
) {
  await loadForm(context, formId);
  let rows = rowsOf(context, formId)
    .orderBy('form_invitation.id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('form_invitation.id', '<', cursorId(query.cursor));
  if (query.answered)
    rows = rows.where('form_invitation.answered_at', query.answered === 'yes' ? 'is not' : 'is', null);
  const found = await rows.execute();
  const page = found.slice(0, query.limit);
  return {
    items: page.map((row) => view(links, row)),
    nextCursor: found.length > query.limit ? (page.at(-1)?.id ?? null) : null,
  };
}

/** The customer and perhaps the contact a link is made for, with the first working address of mail. */
async function addressOf(context: Context, recipient: Recipient): Promise<string | null> {
  const customer = await context.tx
    .selectFrom('customer')
    .select('emails')
    .where('org_id', '=', context.orgId)
    .where('id', '=', recipient.customerId)
    .where('state', '=', 'active')
    .where(visible(context.actor, 'customer:read', 'customer'))
    .executeTakeFirst();
  if (!customer) throw notFound('customer');
  if (!recipient.contactId) return firstMail(customer.emails);
  const contact = await context.tx
    .selectFrom('contact')
    .select('emails')
    .where('org_id', '=', context.orgId)
    .where('id', '=', recipient.contactId)
    .where('customer_id', '=', recipient.customerId)
    .where('state', '=', 'active')
    .executeTakeFirst();
  if (!contact) throw notFound('contact');
  return firstMail(contact.emails) ?? firstMail(customer.emails);
}

export async function invite(
  context: Context,
  links: Links,
  formId: string,
  input: { recipients: Recipient[]; mail: boolean; lang: string },
) {
  const form = await loadForm(context, formId);
  const closed = await closedBecause(context, form);
  if (closed) throw conflict(closed);
  const recipients: (Recipient | null)[] = input.recipients.length > 0 ? input.recipients : [null];
  const ids: string[] = [];
  let withoutMail = 0;
  for (const recipient of recipients) {
    const id = newId();
    const email = recipient ? await addressOf(context, recipient) : null;
    const link = await links.create(context, {
      purpose: 'form',
      subjectId: formId,
      customerId: recipient?.customerId,
      contactId: recipient?.contactId,
      data: { invitationId: id },
      singleUse: true,
    });
    const mailed = input.mail && email !== null;
    if (input.mail && !mailed) withoutMail += 1;
    await context.tx
      .insertInto('form_invitation')
      .values({
        org_id: context.orgId,
        id,
        form_id: formId,
        link_id: link.id,
        customer_id: recipient?.customerId ?? null,
        contact_id: recipient?.contactId ?? null,
        email,
        lang: input.lang,
        mailed_at: mailed ? context.now() : null,
        created_by: context.actor.userId,
      })
      .execute();
    if (mailed) await enqueue(context, { kind: mailKind, payload: { id, reminder: 0 }, uniqueKey: `${id}:0` });
    await recordEvent(context, {
      kind: 'form.sent',
      subjectKind: 'form',
      subjectId: formId,
      customerId: recipient?.customerId ?? null,
      data: { title: contentOf(form).title.zh, mail: mailed },
    });
    ids.push(id);
  }
  const rows = await rowsOf(context, formId).where('form_invitation.id', 'in', ids).execute();
  return { items: rows.map((row) => view(links, row)), withoutMail };
}

/** Reminds now of one form: those who were written to, did not answer, and were not reminded within a day. */
export async function remind(context: Context, formId: string): Promise<{ jobId: string }> {
  const form = await loadForm(context, formId);
  const closed = await closedBecause(context, form);
  if (closed) throw conflict(closed);
  const jobId = await enqueue(context, { kind: remindKind, payload: { formId }, uniqueKey: `remind:${formId}` });
  return { jobId };
}

export interface MailMeans {
  links: Links;
  mailer: Mailer;
  translate: Translator;
  publicUrl: string;
}

async function sendOne(context: Context, means: MailMeans, id: string, reminder: number): Promise<void> {
  const row = await context.tx
    .selectFrom('form_invitation')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row?.email || row.answered_at) return;
  const form = await loadForm(context, row.form_id);
  if (await closedBecause(context, form)) return;
  const org = await context.tx
    .selectFrom('org')
    .select('name')
    .where('org_id', '=', context.orgId)
    .executeTakeFirstOrThrow();
  const lang = row.lang as 'zh-CN' | 'en-US';
  const params = {
    company: org.name,
    title: textIn(contentOf(form).title, lang),
    link: `${means.publicUrl}${formPath(means.links, context.orgId, row.link_id)}`,
  };
  const kind = reminder > 0 ? 'reminder' : 'invitation';
  await means.mailer.send({
    to: row.email,
    subject: means.translate(lang, `collection.forms.mail.${kind}.subject`, params),
    text: means.translate(lang, `collection.forms.mail.${kind}.text`, params),
    messageId: `<${id}.${reminder}@kedang>`,
  });
}

/** Takes up to a hundred due reminders; each is counted and queued in one transaction, so that none goes out twice. */
async function queueDue(context: Context, formId: string | undefined): Promise<number> {
  const due = formId
    ? sql`i.form_id = ${formId} and coalesce(i.reminded_at, i.mailed_at) < ${context.now()}::timestamptz - interval '1 day'`
    : sql`i.mailed_at + make_interval(days => f.remind_days[i.reminded + 1]) <= ${context.now()}`;
  const found = await sql<{ id: string; reminded: number }>`
    update form_invitation t set reminded = t.reminded + 1, reminded_at = ${context.now()}
    where t.org_id = ${context.orgId} and t.id in (
      select i.id from form_invitation i join form f on f.org_id = i.org_id and f.id = i.form_id
      where i.org_id = ${context.orgId} and f.state = 'open' and i.answered_at is null and i.mailed_at is not null and ${due}
      order by i.id limit 100 for update of i skip locked)
    returning t.id, t.reminded`.execute(context.tx);
  for (const { id, reminded } of found.rows)
    await enqueue(context, { kind: mailKind, payload: { id, reminder: reminded }, uniqueKey: `${id}:${reminded}` });
  return found.rows.length;
}

export function formMailJobs(means: MailMeans): JobKind[] {
  return [
    defineJob<{ id: string; reminder: number }>({
      kind: mailKind,
      heavy: false,
      async run(job, { id, reminder }) {
        await job
          .inTransaction((context) => sendOne(context, means, id, reminder))
          .catch((error: unknown) => {
            // A form deleted meanwhile needs no mail; anything else is tried again.
            if (!(error instanceof Problem && error.status === 404)) throw error;
          });
        return undefined;
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
