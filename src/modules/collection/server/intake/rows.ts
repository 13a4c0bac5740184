import { approvalOf, takesPart, waitingFor } from '#modules/approvals/index.ts';
import { dictionaryFor, linkLabels } from '#modules/fields/index.ts';
import { userNames } from '#modules/people/index.ts';
import { calendarDays } from '#modules/work/index.ts';
import { holds } from '#platform/access/actor.ts';
import { mayTouch } from '#platform/access/visible.ts';
import { companyOf, companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { requireVersion } from '#platform/http/version.ts';
import { dayIn, iso } from '#platform/time.ts';
import { addDays, laterDay } from '#shared/dates/zoned.ts';
import { notFound } from '#shared/errors.ts';
import type { FieldValues } from '#shared/fields.ts';
import type { IntakeRowView, IntakeView } from '../../intake-contract.ts';

export const intakeKind = 'intake';
export const intakePath = (id: string) => `/intakes/${id}`;

export const selectIntakes = (context: Context) =>
  context.tx.selectFrom('intake').selectAll().where('org_id', '=', context.orgId);
export type IntakeRow = Awaited<ReturnType<ReturnType<typeof selectIntakes>['executeTakeFirstOrThrow']>>;

/** Lateness is counted no further back than this. */
const longest = 366;

/** Working days from the due day to the end, for many intakes by one look into the calendar. */
export async function lateness<T extends Pick<IntakeRow, 'due_on' | 'decided_at' | 'state'>>(
  context: Context,
  rows: T[],
  now: string,
): Promise<(row: T) => number> {
  const org = await companyOf(context);
  const endOf = (row: T) => (row.decided_at ? dayIn(org.timeZone, row.decided_at) : now);
  const late = rows.filter((row) => row.state !== 'refused' && row.due_on < endOf(row));
  const first = late.map((row) => row.due_on).sort()[0];
  if (first === undefined) return () => 0;
  const oldest = addDays(now, -longest);
  const days = await calendarDays(context, laterDay(first, oldest), now);
  const working = days.filter((item) => item.kind === 'workday').map((item) => item.day);
  return (row) => (late.includes(row) ? working.filter((day) => day > row.due_on && day <= endOf(row)).length : 0);
}

/** What was due before this day is late: with a deadline in working days a Saturday makes nothing late by none of them. */
export async function lateSince(context: Context, today: string): Promise<string> {
  const days = await calendarDays(context, addDays(today, -31), today);
  return days.findLast((item) => item.kind === 'workday')?.day ?? today;
}

/** Rows of the list: a handful of queries however many. */
export async function viewRows(context: Context, rows: IntakeRow[]): Promise<IntakeRowView[]> {
  if (rows.length === 0) return [];
  const waiting = await waitingFor(
    context,
    intakeKind,
    rows.filter((row) => row.state === 'submitted').map((row) => row.id),
  );
  const daysLate = await lateness(context, rows, await companyToday(context));
  const names = await userNames(context, [
    ...rows.map((row) => row.owner_id),
    ...[...waiting.values()].flatMap((item) => item.userIds),
  ]);
  const name = (id: string) => names[id] ?? '';
  const seen = await seenCustomers(context, rows);
  return rows.map((row) => {
    const open = waiting.get(row.id);
    const mine = row.state === 'draft' || row.state === 'returned';
    return {
      id: row.id,
      version: row.version,
      state: row.state as IntakeRowView['state'],
      kind: row.kind as IntakeRowView['kind'],
      name: row.name,
      collector: { id: row.owner_id, name: name(row.owner_id) },
      collectedOn: row.collected_on,
      dueOn: row.due_on,
      daysLate: daysLate(row),
      waitingFor: mine
        ? { step: '', people: [name(row.owner_id)] }
        : open
          ? { step: open.steps.join('、'), people: open.userIds.slice(0, 5).map(name) }
          : null,
      submittedAt: row.submitted_at ? iso(row.submitted_at) : null,
      decidedAt: row.decided_at ? iso(row.decided_at) : null,
      number: row.number,
      customerId: row.customer_id && seen.has(row.customer_id) ? row.customer_id : null,
    };
  });
}

/** Customers the intakes became, as far as the caller may open them. */
async function seenCustomers(context: Context, rows: IntakeRow[]): Promise<Set<string>> {
  const ids = rows.flatMap((row) => (row.customer_id ? [row.customer_id] : []));
  if (ids.length === 0) return new Set();
  const found = await context.tx
    .selectFrom('customer')
    .select(['id', 'owner_id', 'team_id', 'region_id', 'pool'])
    .where('org_id', '=', context.orgId)
    .where('id', 'in', ids)
    .where('state', 'in', ['active', 'trashed', 'merged'])
    .execute();
  return new Set(found.filter((row) => mayTouch(context.actor, 'customer:read', row)).map((row) => row.id));
}

/** The dictionary fields of customers and contacts the caller may read. */
async function readable(context: Context) {
  const customer = (await dictionaryFor(context, 'customer')).fields;
  const contact = (await dictionaryFor(context, 'contact')).fields;
  const only = (fields: { key: string }[], values: FieldValues): FieldValues => {
    const keys = new Set(fields.map((field) => field.key));
    return Object.fromEntries(Object.entries(values).filter(([key]) => keys.has(key)));
  };
  return { customer, contact, only };
}

export async function viewIntake(context: Context, row: IntakeRow): Promise<IntakeView> {
  const [first] = await viewRows(context, [row]);
  if (!first) throw notFound('intake');
  const { customer, contact, only } = await readable(context);
  const values = only(customer, row.entered as FieldValues);
  const people = (row.contacts as { values: FieldValues }[]).map((item) => ({ values: only(contact, item.values) }));
  const own = row.owner_id === context.actor.userId && holds(context.actor, 'intake:collect');
  const open = row.state === 'draft' || row.state === 'returned';
  return {
    ...first,
    values,
    contacts: people,
    source: row.source as IntakeView['source'],
    note: row.note,
    labels: await linkLabels(context, [...customer, ...contact], [values, ...people.map((item) => item.values)]),
    verified: row.verified.filter((key) => customer.some((field) => field.key === key)),
    approvalId: (await approvalOf(context, intakeKind, row.id))?.id ?? null,
    can: {
      update: own && open,
      verify: row.state === 'submitted' && holds(context.actor, 'intake:verify'),
      remove: own && row.state === 'draft',
    },
  };
}

/** An intake the caller may open: in scope, or asked to decide about it. Anything else does not exist. */
export async function loadIntake(context: Context, id: string): Promise<IntakeRow> {
  const row = await selectIntakes(context).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('intake');
  const seen = mayTouch(context.actor, 'intake:read', { ...row, id: undefined });
  if (!seen && !(await takesPart(context, intakeKind, id))) throw notFound('intake');
  return row;
}

/** Locks an intake for a change and compares the version the caller read. */
export async function lockIntake(context: Context, id: string): Promise<IntakeRow> {
  await loadIntake(context, id);
  const row = await selectIntakes(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row) throw notFound('intake');
  if (context.ifMatch !== null && context.ifMatch !== row.version) {
    const current = await viewIntake(context, row);
    requireVersion(context, row.version, () => current);
  }
  return row;
}
