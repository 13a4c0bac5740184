import { sql } from 'kysely';
import { loadCustomer } from '#modules/customers/index.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { conflict, invalid } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { ActivityType, ActivityView, NextStepInput, Outcome } from '../activity-contract.ts';
import { type ActivityRow, activityViews, getActivity, loadActivity, mayCorrect } from './activity-views.ts';
import { refreshWorkFacts } from './facts.ts';
import { draftOwed, dropDraft } from './minutes/draft.ts';
import { insertTask } from './tasks.ts';

export interface NewActivity {
  customerId: string;
  type: ActivityType;
  subject: string;
  body?: string;
  outcome?: Outcome | null;
  place?: string;
  happenedAt: Date;
  durationMinutes?: number | null;
  /** People at the customer it was done with. */
  contactIds?: string[];
  nextStep?: NextStepInput;
  /** Module or way it came by: `visit`, `minutes`, `import`, `campaign` …; none for what a user typed. */
  source?: string | null;
  batchId?: string | null;
  /** Who really did it, for imported history; the caller unless told. */
  author?: { id: string | null; name: string };
}

/**
 * Records something done with a customer, with its event, its next step and the facts on the card. Whether the caller may is
 * decided by who calls; imported history keeps its author and date. Returns the activity's id.
 */
export async function recordActivity(context: Context, input: NewActivity): Promise<string> {
  if (input.happenedAt.getTime() > context.now().getTime() + 300_000)
    throw invalid([{ field: 'happenedAt', code: 'activity.future' }]);
  const contactIds = [...new Set(input.contactIds ?? [])];
  await checkContacts(context, input.customerId, contactIds);
  const system = context.actor.kind === 'system';
  const author = input.author ?? { id: system ? null : context.actor.userId, name: context.actor.name };
  const id = newId();
  await context.tx
    .insertInto('activity')
    .values({
      org_id: context.orgId,
      id,
      customer_id: input.customerId,
      type: input.type,
      subject: input.subject,
      body: input.body ?? '',
      outcome: input.outcome ?? null,
      place: input.place ?? '',
      happened_at: input.happenedAt,
      duration_minutes: input.durationMinutes ?? null,
      author_id: author.id,
      author_name: author.name,
      source: input.source ?? null,
      batch_id: input.batchId ?? null,
      created_by: system ? null : context.actor.userId,
    })
    .execute();
  await setContacts(context, id, contactIds);
  const imported = input.author !== undefined;
  await recordEvent(context, {
    kind: 'activity.recorded',
    subjectKind: 'activity',
    subjectId: id,
    customerId: input.customerId,
    data: { type: input.type, subject: input.subject, outcome: input.outcome ?? null },
    batchId: input.batchId ?? null,
    occurredAt: input.happenedAt,
    author: imported ? author.name : null,
  });
  if (input.nextStep) {
    // Writes the facts of the card as well.
    await insertTask(context, { ...input.nextStep, customerId: input.customerId, activityId: id, source: 'nextStep' });
  } else await refreshWorkFacts(context, input.customerId);
  return id;
}

export async function checkContacts(context: Context, customerId: string, contactIds: string[]): Promise<void> {
  if (contactIds.length === 0) return;
  const found = await context.tx
    .selectFrom('contact')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', customerId)
    .where('state', '=', 'active')
    .where('id', 'in', contactIds)
    .execute();
  if (found.length < contactIds.length) throw invalid([{ field: 'contactIds', code: 'link.unknown' }]);
}

async function setContacts(context: Context, activityId: string, contactIds: string[]): Promise<void> {
  await context.tx
    .deleteFrom('activity_contact')
    .where('org_id', '=', context.orgId)
    .where('activity_id', '=', activityId)
    .execute();
  if (contactIds.length === 0) return;
  await context.tx
    .insertInto('activity_contact')
    .values(
      contactIds.map((contactId) => ({
        org_id: context.orgId,
        id: newId(),
        activity_id: activityId,
        contact_id: contactId,
      })),
    )
    .execute();
}

/** What a user records: within the customers for which he may. */
export async function createActivity(
  context: Context,
  input: Omit<NewActivity, 'happenedAt'> & { happenedAt: string },
): Promise<ActivityView> {
  const customer = await loadCustomer(context, input.customerId, 'activity:record');
  if (customer.state !== 'active') throw conflict('customer.trashed');
  const happenedAt = new Date(input.happenedAt);
  const id = await recordActivity(context, { ...input, happenedAt });
  await draftOwed(context, { id, type: input.type, happenedAt, outcome: input.outcome });
  return getActivity(context, id);
}

export interface ActivityChange {
  type?: ActivityType;
  subject?: string;
  body?: string;
  outcome?: Outcome | null;
  place?: string;
  happenedAt?: string;
  durationMinutes?: number | null;
  contactIds?: string[];
}

async function openForChange(context: Context, id: string): Promise<ActivityRow> {
  const row = await loadActivity(context, id, 'activity:record', true);
  if (context.ifMatch !== row.version) {
    const [current] = await activityViews(context, [row]);
    requireVersion(context, row.version, () => current);
  }
  if (row.customer_state !== 'active') throw conflict('customer.trashed');
  if (!mayCorrect(context, row)) throw conflict('activity.notYours');
  return row;
}

export async function updateActivity(context: Context, id: string, input: ActivityChange): Promise<ActivityView> {
  const row = await openForChange(context, id);
  const happenedAt = input.happenedAt ? new Date(input.happenedAt) : undefined;
  if (happenedAt && happenedAt.getTime() > context.now().getTime() + 300_000)
    throw invalid([{ field: 'happenedAt', code: 'activity.future' }]);
  if (input.contactIds) {
    const contactIds = [...new Set(input.contactIds)];
    await checkContacts(context, row.customer_id, contactIds);
    await setContacts(context, id, contactIds);
  }
  const wanted: [key: string, column: keyof ActivityRow, value: unknown][] = [
    ['type', 'type', input.type],
    ['subject', 'subject', input.subject],
    ['body', 'body', input.body],
    ['outcome', 'outcome', input.outcome],
    ['place', 'place', input.place],
    ['happenedAt', 'happened_at', happenedAt],
    ['durationMinutes', 'duration_minutes', input.durationMinutes],
  ];
  const plain = (value: unknown) => (value instanceof Date ? value.toISOString() : value);
  const changed = wanted.filter(([, column, value]) => value !== undefined && plain(value) !== plain(row[column]));
  await context.tx
    .updateTable('activity')
    .set({
      ...Object.fromEntries(changed.map(([, column, value]) => [column, value])),
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await recordEvent(context, {
    kind: 'activity.corrected',
    subjectKind: 'activity',
    subjectId: id,
    customerId: row.customer_id,
    data: {
      type: input.type ?? row.type,
      subject: input.subject ?? row.subject,
      outcome: input.outcome === undefined ? row.outcome : input.outcome,
      before: Object.fromEntries(changed.map(([key, column]) => [key, plain(row[column]) ?? null])),
    },
  });
  await refreshWorkFacts(context, row.customer_id);
  return getActivity(context, id);
}

export async function removeActivity(context: Context, id: string, reason: string): Promise<void> {
  const row = await openForChange(context, id);
  await context.tx
    .updateTable('activity')
    .set({ state: 'removed', version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await recordEvent(context, {
    kind: 'activity.removed',
    subjectKind: 'activity',
    subjectId: id,
    customerId: row.customer_id,
    data: { type: row.type, subject: row.subject, outcome: row.outcome },
    reason,
  });
  await dropDraft(context, id, reason);
  await refreshWorkFacts(context, row.customer_id);
}
