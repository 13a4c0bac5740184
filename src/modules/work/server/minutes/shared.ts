import { notify } from '#modules/notifications/index.ts';
import { userNames } from '#modules/people/index.ts';
import { companyOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import type { OpenedLink } from '#platform/links/index.ts';
import { iso } from '#platform/time.ts';
import { conflict, Problem } from '#shared/errors.ts';
import type { MinutesContent, MinutesReader } from '../../minutes-contract.ts';
import { itsCustomer } from '../with-customer.ts';
import { record, setMinutes } from './draft.ts';

/** What a link leads to, with the minutes locked: two answers at once come one after the other. */
async function behind(context: Context, link: OpenedLink) {
  const minutes = await context.tx
    .selectFrom('minutes')
    .innerJoin('customer', (join) => join.on(itsCustomer('minutes')))
    .selectAll('minutes')
    .where('minutes.org_id', '=', context.orgId)
    .where('minutes.id', '=', link.subjectId)
    .where('customer.state', '=', 'active')
    .forUpdate('minutes')
    .executeTakeFirst();
  const recipient = await context.tx
    .selectFrom('minutes_recipient')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', String(link.data.recipientId))
    .where('minutes_id', '=', link.subjectId)
    .executeTakeFirst();
  if (!minutes || !recipient) throw new Problem(404, 'link.gone');
  return { minutes, recipient };
}
type Behind = Awaited<ReturnType<typeof behind>>;

const superseded = ({ minutes, recipient }: Behind) =>
  recipient.edition !== minutes.edition || !['sent', 'commented', 'confirmed'].includes(minutes.state);

async function view(context: Context, found: Behind): Promise<MinutesReader> {
  const { minutes, recipient } = found;
  const version = await context.tx
    .selectFrom('minutes_version')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('minutes_id', '=', minutes.id)
    .where('edition', '=', recipient.edition)
    .executeTakeFirstOrThrow();
  const org = await companyOf(context);
  const names = await userNames(context, [version.sent_by]);
  const content = version.content as MinutesContent;
  return {
    company: org.name,
    author: names[version.sent_by] ?? '',
    subject: version.subject,
    // Who of us does what under which account is our own affair.
    content: { ...content, actions: content.actions.map((action) => ({ ...action, assigneeId: null })) },
    edition: version.edition,
    sentAt: iso(version.sent_at),
    timeZone: org.timeZone,
    recipient: recipient.name,
    answer: recipient.answer as MinutesReader['answer'],
    answeredAt: recipient.answered_at ? iso(recipient.answered_at) : null,
    superseded: superseded(found),
  };
}

async function setRecipient(context: Context, id: string, columns: Record<string, unknown>): Promise<void> {
  await context.tx
    .updateTable('minutes_recipient')
    .set(columns)
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
}

/** Minutes as their recipient reads them; the first time is kept as the receipt of having been opened. */
export async function readShared(context: Context, link: OpenedLink): Promise<MinutesReader> {
  const found = await behind(context, link);
  if (!found.recipient.opened_at) {
    await setRecipient(context, found.recipient.id, { opened_at: context.now() });
    await record(context, found.minutes, 'minutes.opened', {
      edition: found.recipient.edition,
      by: found.recipient.name,
    });
  }
  return view(context, found);
}

export interface SharedAnswer {
  answer: 'confirmed' | 'commented';
  name: string;
  comment: string;
}

/** The customer's answer: one per recipient and version, to the newest version only. */
export async function answerShared(context: Context, link: OpenedLink, input: SharedAnswer): Promise<MinutesReader> {
  const found = await behind(context, link);
  const { minutes, recipient } = found;
  if (recipient.answer) throw conflict('minutes.answered');
  if (superseded(found)) throw conflict('minutes.oldVersion');
  if (input.answer === 'commented' && minutes.state === 'confirmed') throw conflict('minutes.confirmedAlready');
  const now = context.now();
  await setRecipient(context, recipient.id, {
    answer: input.answer,
    answered_at: now,
    answered_name: input.name,
    comment: input.answer === 'commented' ? input.comment : '',
    opened_at: recipient.opened_at ?? now,
  });
  // A comment stands until a new version answers it, whoever else confirms meanwhile.
  if (input.answer === 'commented') await setMinutes(context, minutes.id, { state: 'commented' });
  else if (minutes.state === 'sent') await setMinutes(context, minutes.id, { state: 'confirmed', confirmed_at: now });
  await record(context, minutes, `minutes.${input.answer}`, {
    edition: recipient.edition,
    by: input.name,
    ...(input.answer === 'commented' ? { text: input.comment.slice(0, 300) } : {}),
  });
  await notify(context, {
    userIds: [minutes.author_id],
    type: `minutes.${input.answer}`,
    params: { subject: minutes.subject, name: input.name },
    path: `/minutes/${minutes.id}`,
    customerId: minutes.customer_id,
    key: `minutes.answer:${recipient.id}`,
  });
  return view(context, await behind(context, link));
}
