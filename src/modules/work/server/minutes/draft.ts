import { sql } from 'kysely';
import {
  approvalOf,
  registerApprovalSubject,
  requestApproval,
  resubmitSubject,
  withdrawSubject,
} from '#modules/approvals/index.ts';
import { loadCustomer } from '#modules/customers/index.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { iso } from '#platform/time.ts';
import { clockText, localDay } from '#shared/dates/zoned.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { MinutesContent } from '../../minutes-contract.ts';
import { addWorkingDays } from '../calendar.ts';
import { checkAssignee } from '../tasks.ts';
import { workSettings } from '../visits/settings.ts';
import { forAct, type MinutesRow, unsent } from './minutes.ts';

/** Activities older than this owe no minutes by themselves: they are history being typed in. */
const owedWithinDays = 14;

/** Begins the minutes an activity owes by the company's rules. */
export async function draftOwed(
  context: Context,
  activity: { id: string; type: string; happenedAt: Date; outcome?: string | null },
): Promise<void> {
  if (activity.outcome === 'notReached') return;
  if (context.now().getTime() - activity.happenedAt.getTime() > owedWithinDays * 86_400_000) return;
  const { minutesAfter } = await workSettings(context);
  if ((minutesAfter as string[]).includes(activity.type)) await draft(context, activity.id);
}

/** Begins minutes of an activity whose customer the caller may write to. */
export async function createMinutes(context: Context, activityId: string): Promise<string> {
  const activity = await context.tx
    .selectFrom('activity')
    .select(['customer_id'])
    .where('org_id', '=', context.orgId)
    .where('id', '=', activityId)
    .where('state', '=', 'active')
    .executeTakeFirst();
  if (!activity) throw notFound('activity');
  const customer = await loadCustomer(context, activity.customer_id, 'activity:record');
  if (customer.state !== 'active') throw conflict('customer.trashed');
  const id = await draft(context, activityId);
  if (id) return id;
  const present = await context.tx
    .selectFrom('minutes')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('activity_id', '=', activityId)
    .executeTakeFirstOrThrow();
  throw conflict('minutes.exists', { data: present });
}

/** Writes the draft with what the activity already tells; null when there are minutes of it. */
async function draft(context: Context, activityId: string): Promise<string | null> {
  const activity = await context.tx
    .selectFrom('activity')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', activityId)
    .executeTakeFirstOrThrow();
  const contacts = await context.tx
    .selectFrom('activity_contact')
    .innerJoin('contact', (join) =>
      join
        .onRef('contact.org_id', '=', 'activity_contact.org_id')
        .onRef('contact.id', '=', 'activity_contact.contact_id'),
    )
    .select('contact.name')
    .where('activity_contact.org_id', '=', context.orgId)
    .where('activity_contact.activity_id', '=', activityId)
    .orderBy('activity_contact.id')
    .execute();
  const zone = await timeZoneOf(context);
  const { minutesDays } = await workSettings(context);
  const held = new Date(activity.happened_at);
  const content: MinutesContent = {
    heldAt: iso(held),
    place: activity.place,
    ours: [context.actor.name.slice(0, 100)],
    theirs: contacts.map((contact) => contact.name.slice(0, 100)),
    others: [],
    body: activity.body,
    decisions: [],
    actions: [],
  };
  const id = newId();
  const made = await context.tx
    .insertInto('minutes')
    .values({
      org_id: context.orgId,
      id,
      customer_id: activity.customer_id,
      activity_id: activityId,
      author_id: context.actor.userId,
      due_on: await addWorkingDays(context, localDay(held, zone), minutesDays),
      subject: activity.subject,
      content: JSON.stringify(content),
      created_by: context.actor.userId,
    })
    .onConflict((clash) => clash.columns(['org_id', 'activity_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made) return null;
  await record(context, { id, customer_id: activity.customer_id, subject: activity.subject }, 'minutes.drafted');
  return id;
}

/** Writes what happened with minutes. */
export const record = (
  context: Context,
  row: { id: string; customer_id: string; subject: string },
  kind: string,
  data: Record<string, unknown> = {},
) =>
  recordEvent(context, {
    kind,
    subjectKind: 'minutes',
    subjectId: row.id,
    customerId: row.customer_id,
    data: { subject: row.subject, ...data },
  });

export async function setMinutes(context: Context, id: string, columns: Record<string, unknown>): Promise<void> {
  await context.tx
    .updateTable('minutes')
    .set({ ...columns, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
}

export async function writeMinutes(
  context: Context,
  id: string,
  input: { subject: string; content: MinutesContent },
): Promise<void> {
  const row = await forAct(context, id, ['draft', 'returned']);
  if (new Date(input.content.heldAt).getTime() > context.now().getTime() + 300_000)
    throw invalid([{ field: 'content.heldAt', code: 'activity.future' }]);
  const { actions } = input.content;
  for (const [index, action] of actions.entries()) {
    if (!action.assigneeId) continue;
    await checkAssignee(context, action.assigneeId).catch(() => {
      throw invalid([{ field: `content.actions.${index}.assigneeId`, code: 'link.unknown' }]);
    });
  }
  await setMinutes(context, id, { subject: input.subject, content: JSON.stringify(input.content) });
  await record(context, { ...row, subject: input.subject }, 'minutes.written', { edition: row.edition });
}

/** Puts the draft before a reviewer, or lets it stand where the company asks for no review. */
export async function submitMinutes(context: Context, id: string): Promise<void> {
  const row = await forAct(context, id, ['draft', 'returned']);
  const content = row.content as MinutesContent;
  if (content.body.trim() === '' && content.decisions.length === 0)
    throw invalid([{ field: 'content.body', code: 'minutes.empty' }]);
  const approval = await approvalOf(context, 'minutes', id);
  if (!(await workSettings(context)).minutesReview) {
    if (approval) await withdrawSubject(context, 'minutes', id);
    await setMinutes(context, id, { state: 'approved' });
    await record(context, row, 'minutes.approved', { edition: row.edition });
    return;
  }
  const mine = row.submitted_by === context.actor.userId;
  await setMinutes(context, id, { state: 'review', submitted_by: context.actor.userId });
  await record(context, row, 'minutes.submitted', { edition: row.edition });
  const snapshot = await snapshotOf(context, row);
  if (approval?.state === 'returned' && mine) {
    await resubmitSubject(context, { kind: 'minutes', subjectId: id, title: row.subject, snapshot });
    return;
  }
  if (approval) await withdrawSubject(context, 'minutes', id);
  await requestApproval(context, {
    kind: 'minutes',
    subjectId: id,
    title: row.subject,
    snapshot,
    customerId: row.customer_id,
  });
}

async function snapshotOf(context: Context, row: Pick<MinutesRow, 'content' | 'subject' | 'edition'>) {
  const content = row.content as MinutesContent;
  const zone = await timeZoneOf(context);
  return {
    subject: row.subject,
    edition: row.edition,
    heldAt: clockText(new Date(content.heldAt), zone),
    place: content.place,
    ours: content.ours.join('、'),
    theirs: content.theirs.join('、'),
    others: content.others.join('、'),
    body: content.body,
    decisions: content.decisions.join('\n'),
    actions: content.actions
      .map((action) => [action.title, action.owner, action.dueOn].filter(Boolean).join(' · '))
      .join('\n'),
  };
}

registerApprovalSubject({
  kind: 'minutes',
  permission: 'minutes:review',
  path: (id) => `/minutes/${id}`,
  fields: [
    { key: 'subject', type: 'text', label: { zh: '主题', en: 'Subject' } },
    { key: 'edition', type: 'number', label: { zh: '版本', en: 'Version' } },
    { key: 'heldAt', type: 'text', label: { zh: '会谈时间', en: 'Held' } },
    { key: 'place', type: 'text', label: { zh: '地点', en: 'Place' } },
    { key: 'ours', type: 'text', label: { zh: '我方出席', en: 'From our side' } },
    { key: 'theirs', type: 'text', label: { zh: '对方出席', en: 'From their side' } },
    { key: 'others', type: 'text', label: { zh: '其他出席', en: 'Others' } },
    { key: 'body', type: 'text', label: { zh: '会谈内容', en: 'What was said' } },
    { key: 'decisions', type: 'text', label: { zh: '决议', en: 'Decisions' } },
    { key: 'actions', type: 'text', label: { zh: '行动项', en: 'Action items' } },
  ],
  async current(context, id) {
    const row = await context.tx
      .selectFrom('minutes')
      .select(['subject', 'edition', 'content'])
      .where('org_id', '=', context.orgId)
      .where('id', '=', id)
      .executeTakeFirst();
    return row ? snapshotOf(context, row) : null;
  },
  async decided(context, { subjectId }, outcome) {
    const state = outcome === 'approved' ? 'approved' : outcome === 'refused' ? 'returned' : 'draft';
    await afterReview(context, subjectId, state);
  },
  returned: (context, { subjectId }) => afterReview(context, subjectId, 'returned'),
});

async function afterReview(context: Context, id: string, state: 'approved' | 'returned' | 'draft'): Promise<void> {
  const row = await context.tx
    .selectFrom('minutes')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (row?.state !== 'review' && row?.state !== 'returned') return;
  await setMinutes(context, id, { state });
  const kind =
    state === 'approved' ? 'minutes.approved' : state === 'returned' ? 'minutes.returned' : 'minutes.withdrawn';
  await record(context, row, kind, { edition: row.edition });
}

/** Back to the draft: of what was sent a new version, which the customer gets anew. */
export async function reviseMinutes(context: Context, id: string): Promise<void> {
  const row = await forAct(context, id, ['review', 'approved', 'sent', 'commented']);
  await withdrawSubject(context, 'minutes', id);
  const sent = row.state === 'sent' || row.state === 'commented';
  const edition = row.edition + (sent ? 1 : 0);
  await setMinutes(context, id, { state: 'draft', edition });
  await record(context, row, 'minutes.revised', { edition });
}

export async function waiveMinutes(context: Context, id: string, reason: string): Promise<void> {
  const row = await forAct(context, id, ['draft', 'returned', 'approved']);
  if (row.edition > 1) throw conflict('minutes.sentAlready');
  await withdrawSubject(context, 'minutes', id, reason);
  await setMinutes(context, id, { state: 'waived', waived_reason: reason });
  await record(context, row, 'minutes.waived', { reason });
}

/** The activity was recorded by mistake: minutes of it that nobody was sent are not owed any more. */
export async function dropDraft(context: Context, activityId: string, reason: string): Promise<void> {
  const row = await context.tx
    .selectFrom('minutes')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('activity_id', '=', activityId)
    .where('edition', '=', 1)
    .where('state', 'in', unsent)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return;
  await withdrawSubject(context, 'minutes', row.id, reason);
  await setMinutes(context, row.id, { state: 'waived', waived_reason: reason });
  await record(context, row, 'minutes.waived', { reason });
}
