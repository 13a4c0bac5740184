import { sql } from 'kysely';
import { loadCustomer } from '#modules/customers/index.ts';
import { mayTouch, visible } from '#platform/access/visible.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { iso } from '#platform/time.ts';
import { cursorOf, cursorPart, cursorParts, pageOfRows } from '#shared/cursor.ts';
import { addDays, instantOf } from '#shared/dates/zoned.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { ActivityType, ActivityView, NextStepInput, Outcome } from '../activity-contract.ts';
import { refreshWorkFacts } from './facts.ts';
import { draftOwed, dropDraft } from './minutes/draft.ts';
import { insertTask } from './tasks.ts';
import { itsCustomer } from './with-customer.ts';

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

const select = (context: Context) =>
  context.tx
    .selectFrom('activity')
    .innerJoin('customer', (join) => join.on(itsCustomer('activity')))
    .selectAll('activity')
    .select([
      'customer.name as customer_name',
      'customer.owner_id',
      'customer.team_id',
      'customer.region_id',
      'customer.state as customer_state',
    ])
    .where('activity.org_id', '=', context.orgId)
    .where('activity.state', '=', 'active');
type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

/** Own records are corrected by their author, others' by who holds the permission for it. */
const mayCorrect = (context: Context, row: Row) =>
  row.customer_state === 'active' &&
  (mayTouch(context.actor, 'activity:correct', row) ||
    (mayTouch(context.actor, 'activity:record', row) &&
      (row.author_id === context.actor.userId || row.created_by === context.actor.userId)));

async function views(context: Context, rows: Row[]): Promise<ActivityView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const contacts = await context.tx
    .selectFrom('activity_contact')
    .innerJoin('contact', (join) =>
      join
        .onRef('contact.org_id', '=', 'activity_contact.org_id')
        .onRef('contact.id', '=', 'activity_contact.contact_id'),
    )
    .select(['activity_contact.activity_id', 'contact.id', 'contact.name'])
    .where('activity_contact.org_id', '=', context.orgId)
    .where('activity_contact.activity_id', 'in', ids)
    .where('contact.state', '=', 'active')
    .execute();
  const customers = [...new Set(rows.map((row) => row.customer_id))];
  const steps = await context.tx
    .selectFrom('task')
    .select(['id', 'title', 'due_on', 'due_at', 'state', 'activity_id'])
    .where('org_id', '=', context.orgId)
    .where('customer_id', 'in', customers)
    .where('activity_id', 'in', ids)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    customerId: row.customer_id,
    customerName: row.customer_name,
    type: row.type as ActivityType,
    subject: row.subject,
    body: row.body,
    outcome: row.outcome as Outcome | null,
    place: row.place,
    happenedAt: iso(row.happened_at),
    durationMinutes: row.duration_minutes,
    authorId: row.author_id,
    authorName: row.author_name,
    source: row.source,
    contacts: contacts
      .filter((contact) => contact.activity_id === row.id)
      .map((contact) => ({ id: contact.id, name: contact.name })),
    nextSteps: steps
      .filter((step) => step.activity_id === row.id)
      .map((step) => ({
        id: step.id,
        title: step.title,
        dueOn: step.due_on as string | null,
        dueAt: step.due_at ? iso(step.due_at) : null,
        state: step.state,
      })),
    can: { update: mayCorrect(context, row) },
  }));
}

/** One activity, if its customer may be seen. */
async function load(context: Context, id: string, permission: string, lock = false): Promise<Row> {
  let query = select(context)
    .where('activity.id', '=', id)
    .where('customer.state', 'in', ['active', 'trashed'])
    .where(visible(context.actor, permission, 'customer'));
  if (lock) query = query.forUpdate('activity');
  const row = await query.executeTakeFirst();
  if (!row) throw notFound('activity');
  return row;
}

export async function getActivity(context: Context, id: string): Promise<ActivityView> {
  const [view] = await views(context, [await load(context, id, 'customer:read')]);
  if (!view) throw notFound('activity');
  return view;
}

export interface ActivityQuery {
  limit: number;
  cursor?: string;
  customerId?: string;
  contactId?: string;
  authorId?: string;
  type?: ActivityType;
  from?: string;
  to?: string;
}

/** Activities with the customers the actor may see, by when they happened. */
export async function listActivities(context: Context, query: ActivityQuery) {
  if (query.customerId) await loadCustomer(context, query.customerId, 'customer:read');
  const zone = await timeZoneOf(context);
  let rows = select(context)
    .where('customer.state', '=', 'active')
    .orderBy('activity.happened_at', 'desc')
    .orderBy('activity.id', 'desc')
    .limit(query.limit + 1);
  if (query.customerId) rows = rows.where('activity.customer_id', '=', query.customerId);
  else rows = rows.where(visible(context.actor, 'customer:read', 'customer'));
  if (query.authorId) rows = rows.where('activity.author_id', '=', query.authorId);
  if (query.type) rows = rows.where('activity.type', '=', query.type);
  if (query.from) rows = rows.where('activity.happened_at', '>=', instantOf(query.from, zone));
  if (query.to) rows = rows.where('activity.happened_at', '<', instantOf(addDays(query.to, 1), zone));
  if (query.contactId) {
    rows = rows.where(
      sql<boolean>`exists (select 1 from activity_contact ac where ac.org_id = activity.org_id
        and ac.activity_id = activity.id and ac.contact_id = ${query.contactId}::uuid)`,
    );
  }
  if (query.cursor) {
    const [at, id] = cursorParts(query.cursor, cursorPart.instant, cursorPart.id);
    rows = rows.where(sql<boolean>`(activity.happened_at, activity.id) < (${at}::timestamptz, ${id}::uuid)`);
  }
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit, (last) =>
    cursorOf(iso(last.happened_at), last.id),
  );
  return { items: await views(context, page), nextCursor };
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

async function openForChange(context: Context, id: string): Promise<Row> {
  const row = await load(context, id, 'activity:record', true);
  if (context.ifMatch !== row.version) {
    const [current] = await views(context, [row]);
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
  const wanted: [key: string, column: keyof Row, value: unknown][] = [
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
