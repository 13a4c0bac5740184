import { createHash } from 'node:crypto';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import type { Translator } from '#platform/i18n/index.ts';
import { defineJob, type JobKind } from '#platform/jobs/kinds.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import type { Links } from '#platform/links/index.ts';
import type { Mailer } from '#platform/mail/index.ts';
import { localDay } from '#shared/dates/zoned.ts';
import { newId } from '#shared/ids.ts';
import type { MinutesContent } from '../../minutes-contract.ts';
import { addWorkingDays } from '../calendar.ts';
import { insertTask } from '../tasks.ts';
import { workSettings } from '../visits/settings.ts';
import { record, setMinutes } from './draft.ts';
import { forAct, type MinutesRow, minutesPath } from './minutes.ts';

/** A link to minutes opens them for so long. */
const linkDays = 180;
const mailKind = 'work.minutesMail';

export interface Recipient {
  name: string;
  email?: string | null;
}

/** Freezes the text, makes a link for each recipient, turns the actions into tasks and queues the mails; all or nothing. */
export async function sendMinutes(context: Context, links: Links, id: string, recipients: Recipient[]): Promise<void> {
  const row = await forAct(context, id, ['approved']);
  const now = context.now();
  const frozen = JSON.stringify({ subject: row.subject, content: row.content });
  await makeTasks(context, row);
  await context.tx
    .insertInto('minutes_version')
    .values({
      org_id: context.orgId,
      id: newId(),
      minutes_id: id,
      edition: row.edition,
      subject: row.subject,
      content: JSON.stringify(row.content),
      sha256: createHash('sha256').update(frozen).digest('hex'),
      sent_at: now,
      sent_by: context.actor.userId,
    })
    .execute();
  const { confirmDays } = await workSettings(context);
  const remindOn = await addWorkingDays(context, localDay(now, await timeZoneOf(context)), confirmDays);
  for (const recipient of recipients) {
    const recipientId = newId();
    const link = await links.create(context, {
      purpose: 'minutes',
      subjectId: id,
      customerId: row.customer_id,
      data: { recipientId },
      expiresAt: new Date(now.getTime() + linkDays * 86_400_000),
    });
    await context.tx
      .insertInto('minutes_recipient')
      .values({
        org_id: context.orgId,
        id: recipientId,
        minutes_id: id,
        edition: row.edition,
        name: recipient.name,
        email: recipient.email ?? null,
        link_id: link.id,
        remind_on: remindOn,
      })
      .execute();
    if (recipient.email) await queueMail(context, recipientId, false);
  }
  await setMinutes(context, id, { state: 'sent', sent_at: now });
  await record(context, row, 'minutes.sent', {
    edition: row.edition,
    to: recipients.map((recipient) => recipient.name).join('、'),
  });
}

/** Actions of this version that none before had: each becomes a task once. */
async function makeTasks(context: Context, row: MinutesRow): Promise<void> {
  const earlier = await context.tx
    .selectFrom('minutes_version')
    .select('content')
    .where('org_id', '=', context.orgId)
    .where('minutes_id', '=', row.id)
    .execute();
  const keyOf = (action: MinutesContent['actions'][number]) => JSON.stringify([action.title, action.assigneeId]);
  const known = new Set(earlier.flatMap((version) => (version.content as MinutesContent).actions.map(keyOf)));
  for (const action of (row.content as MinutesContent).actions) {
    if (known.has(keyOf(action))) continue;
    known.add(keyOf(action));
    await insertTask(context, {
      title: action.title,
      note: action.owner,
      dueOn: action.dueOn,
      assigneeId: action.assigneeId ?? row.author_id,
      customerId: row.customer_id,
      activityId: row.activity_id,
      reminders: action.dueOn ? [0] : [],
      source: 'minutes',
    });
  }
}

/** Queues the mail to a recipient, or the one reminding him. */
export const queueMail = (context: Context, recipientId: string, reminder: boolean) =>
  enqueue(context, {
    kind: mailKind,
    payload: { recipientId, reminder },
    uniqueKey: `${recipientId}:${reminder ? 'reminder' : 'first'}`,
  });

/** Sends the link of minutes by mail, in both languages; marked in the transaction that sends, so that it goes out once. */
export function minutesMailJob(mailer: Mailer, translate: Translator, links: Links, publicUrl: string): JobKind {
  return defineJob<{ recipientId: string; reminder: boolean }>({
    kind: mailKind,
    heavy: false,
    async run(job, { recipientId, reminder }) {
      await job.inTransaction(async (context) => {
        const row = await context.tx
          .selectFrom('minutes_recipient')
          .innerJoin('minutes', (join) =>
            join
              .onRef('minutes.org_id', '=', 'minutes_recipient.org_id')
              .onRef('minutes.id', '=', 'minutes_recipient.minutes_id'),
          )
          .innerJoin('org', 'org.org_id', 'minutes.org_id')
          .select([
            'minutes_recipient.email',
            'minutes_recipient.name',
            'minutes_recipient.link_id',
            'minutes_recipient.mailed_at',
            'minutes_recipient.answer',
            'minutes.subject',
            'org.name as company',
          ])
          .where('minutes_recipient.org_id', '=', job.orgId)
          .where('minutes_recipient.id', '=', recipientId)
          .forUpdate('minutes_recipient')
          .executeTakeFirst();
        if (!row?.email || row.answer || (!reminder && row.mailed_at)) return;
        const params = {
          name: row.name,
          subject: row.subject,
          company: row.company,
          link: `${publicUrl}${minutesPath(links, job.orgId, row.link_id)}`,
        };
        const key = reminder ? 'work.minutes.mail.reminder' : 'work.minutes.mail.text';
        await mailer.send({
          to: row.email,
          subject: translate('zh-CN', 'work.minutes.mail.subject', params).replace(/[\r\n]+/g, ' '),
          text: `${translate('zh-CN', key, params)}\n\n----\n\n${translate('en-US', key, params)}\n`,
          messageId: `<minutes-${recipientId}-${reminder ? 'reminder' : 'first'}@kedang>`,
        });
        await context.tx
          .updateTable('minutes_recipient')
          .set({ mailed_at: context.now() })
          .where('org_id', '=', job.orgId)
          .where('id', '=', recipientId)
          .execute();
      });
      return {};
    },
  });
}
