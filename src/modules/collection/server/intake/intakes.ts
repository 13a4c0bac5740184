import { sql, type UpdateObject } from 'kysely';
import type { DB } from '#db/types.ts';
import { requestApproval, resubmitSubject } from '#modules/approvals/index.ts';
import { checkedContact } from '#modules/contacts/index.ts';
import { checkedCustomer, findDuplicates, originHandler } from '#modules/customers/index.ts';
import { dictionaryFor } from '#modules/fields/index.ts';
import { addWorkingDays } from '#modules/work/index.ts';
import { visible } from '#platform/access/visible.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { logAccess, recordEvent } from '#platform/events/index.ts';
import { cursorOf, cursorPart, cursorParts, pageOfRows } from '#shared/cursor.ts';
import { conflict, type FieldError, invalid, Problem } from '#shared/errors.ts';
import type { CustomerKind, FieldValues } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import type { IntakeView } from '../../intake-contract.ts';
import {
  type IntakeRow,
  intakeKind,
  lateness,
  lateSince,
  loadIntake,
  lockIntake,
  selectIntakes,
  viewIntake,
  viewRows,
} from './rows.ts';
import { intakeSettings } from './settings.ts';

export interface Entered {
  kind: CustomerKind;
  values: FieldValues;
  contacts: { values: FieldValues }[];
  source: string;
  note: string;
  collectedOn?: string;
}

/** More than a card can hold is no card. */
const largest = 200_000;

async function columnsOf(context: Context, input: Partial<Entered>) {
  const errors: FieldError[] = [];
  for (const key of ['values', 'contacts'] as const)
    if (JSON.stringify(input[key] ?? null).length > largest) errors.push({ field: key, code: 'intake.tooLarge' });
  if (input.collectedOn !== undefined && input.collectedOn > (await companyToday(context)))
    errors.push({ field: 'collectedOn', code: 'intake.future' });
  if (errors.length > 0) throw invalid(errors);
  const { name } = input.values ?? {};
  return {
    ...(input.kind === undefined ? {} : { kind: input.kind }),
    ...(input.values === undefined
      ? {}
      : { entered: JSON.stringify(input.values), name: typeof name === 'string' ? name.trim().slice(0, 200) : '' }),
    ...(input.contacts === undefined ? {} : { contacts: JSON.stringify(input.contacts) }),
    ...(input.source === undefined ? {} : { source: input.source }),
    ...(input.note === undefined ? {} : { note: input.note }),
    ...(input.collectedOn === undefined
      ? {}
      : {
          collected_on: input.collectedOn,
          due_on: await addWorkingDays(context, input.collectedOn, (await intakeSettings(context)).dueDays),
        }),
  };
}

/** Keeps a draft as it was typed: nothing is refused for being wrong before it is submitted. */
export async function createIntake(context: Context, input: Entered): Promise<IntakeView> {
  const columns = await columnsOf(context, {
    ...input,
    collectedOn: input.collectedOn ?? (await companyToday(context)),
  });
  const row = await context.tx
    .insertInto('intake')
    .values({
      org_id: context.orgId,
      id: newId(),
      owner_id: context.actor.userId,
      team_id: context.actor.teamId,
      ...columns,
    } as never)
    .returningAll()
    .executeTakeFirstOrThrow();
  return viewIntake(context, row);
}

/** The collector's own draft or returned intake, locked. */
async function ownOpen(context: Context, id: string): Promise<IntakeRow> {
  const row = await lockIntake(context, id);
  if (row.owner_id !== context.actor.userId) throw new Problem(403, 'intake.notYours');
  if (row.state !== 'draft' && row.state !== 'returned') throw conflict('intake.handedIn');
  return row;
}

export const setIntake = (context: Context, id: string, values: UpdateObject<DB, 'intake'>): Promise<IntakeRow> =>
  context.tx
    .updateTable('intake')
    .set({ ...values, version: sql`version + 1`, updated_at: context.now() })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();

export async function updateIntake(context: Context, id: string, input: Partial<Entered>): Promise<IntakeView> {
  const row = await ownOpen(context, id);
  return viewIntake(context, await setIntake(context, row.id, await columnsOf(context, input)));
}

export async function removeIntake(context: Context, id: string): Promise<void> {
  const row = await ownOpen(context, id);
  if (row.state !== 'draft') throw conflict('intake.handedIn');
  if (row.origin_id) await originHandler(row.origin_kind)?.dropped(context, row.origin_id);
  await context.tx.deleteFrom('intake').where('org_id', '=', context.orgId).where('id', '=', id).execute();
  await recordEvent(context, {
    kind: 'intake.removed',
    subjectKind: intakeKind,
    subjectId: id,
    data: { name: row.name },
  });
}

/** What was entered, checked as the create form checks it; every wrong input is named. */
async function checked(context: Context, row: IntakeRow) {
  const errors: FieldError[] = [];
  const collect = async <T>(prefix: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Problem) || (error.status !== 422 && error.status !== 400)) throw error;
      const found = error.errors.length > 0 ? error.errors : [{ ...error, field: error.field ?? '' }];
      for (const item of found) errors.push({ field: `${prefix}${item.field}`, code: item.code, params: item.params });
      return undefined;
    }
  };
  const values = await collect('', () =>
    checkedCustomer(context, row.kind as CustomerKind, row.entered as FieldValues),
  );
  const contacts: { values: FieldValues }[] = [];
  for (const [index, contact] of (row.contacts as { values: FieldValues }[]).entries()) {
    const person = await collect(`contacts.${index}.`, () => checkedContact(context, contact.values, true));
    const given = Object.entries(person ?? {}).filter(([, value]) => value !== null);
    contacts.push({ values: Object.fromEntries(given) });
  }
  if (errors.length > 0 || !values) throw invalid(errors);
  return { values, contacts };
}

/** Checks the intake and makes it a submitted one; what was typed becomes what will be written. */
export async function makeSubmitted(context: Context, row: IntakeRow): Promise<IntakeRow> {
  const { values, contacts } = await checked(context, row);
  const submitted = await setIntake(context, row.id, {
    state: 'submitted',
    entered: JSON.stringify(values),
    name: String(values.name ?? '').slice(0, 200),
    contacts: JSON.stringify(contacts),
    verified: [],
    submitted_at: row.submitted_at ?? context.now(),
  });
  await recordEvent(context, {
    kind: 'intake.submitted',
    subjectKind: intakeKind,
    subjectId: row.id,
    data: { name: submitted.name, collectedOn: row.collected_on },
  });
  return submitted;
}

export const snapshotOf = (row: IntakeRow) => ({
  name: row.name,
  kind: row.kind,
  source: row.source,
  collectedOn: row.collected_on,
  dueOn: row.due_on,
  fields: Object.keys(row.entered as FieldValues).sort(),
  contacts: (row.contacts as unknown[]).length,
  note: row.note,
});

export async function submitIntake(context: Context, id: string, comment: string): Promise<IntakeView> {
  const before = await ownOpen(context, id);
  const row = await makeSubmitted(context, before);
  const request = { kind: intakeKind, subjectId: id, title: row.name, snapshot: snapshotOf(row) };
  if (before.state === 'returned') await resubmitSubject(context, { ...request, comment });
  else await requestApproval(context, request);
  // A flow without a step for this intake has decided already.
  return viewIntake(context, await selectIntakes(context).where('id', '=', id).executeTakeFirstOrThrow());
}

/** The archivist marks what was checked; it becomes verified on the card when the intake is numbered. */
export async function verifyIntake(context: Context, id: string, fields: string[]): Promise<IntakeView> {
  const row = await lockIntake(context, id);
  if (row.state !== 'submitted') throw conflict('intake.notHandedIn');
  if (row.owner_id === context.actor.userId) throw new Problem(403, 'approval.ownRequest');
  const { fields: known } = await dictionaryFor(context, 'customer');
  const entered = row.entered as FieldValues;
  const able = new Set(known.filter((field) => field.tracked && entered[field.key] !== undefined).map((f) => f.key));
  const errors = fields.flatMap((key, index) =>
    able.has(key) ? [] : [{ field: `fields.${index}`, code: 'intake.notTracked', params: { field: key } }],
  );
  if (errors.length > 0) throw invalid(errors);
  // Marks on fields the caller may not read are somebody else's and stay.
  const kept = row.verified.filter((key) => !known.some((field) => field.key === key));
  return viewIntake(context, await setIntake(context, id, { verified: [...new Set([...kept, ...fields])] }));
}

export async function getIntake(context: Context, id: string): Promise<IntakeView> {
  const row = await loadIntake(context, id);
  await logAccess(context, { action: 'view', subjectKind: intakeKind, subjectId: id, customerId: row.customer_id });
  return viewIntake(context, row);
}

/** Likely twins of what was collected, for the collector and whoever reviews. */
export async function intakeDuplicates(context: Context, id: string) {
  const row = await loadIntake(context, id);
  const values = row.state === 'submitted' ? (row.entered as FieldValues) : await valuesOfDraft(context, row);
  const found = await findDuplicates(context, { object: 'customer', kind: row.kind, values }, row.customer_id);
  await logAccess(context, {
    action: 'search',
    subjectKind: 'customer',
    detail: { part: 'duplicates', intake: id, count: found.items.length + found.hidden },
  });
  return found;
}

/** A draft is searched by what is right in it so far. */
async function valuesOfDraft(context: Context, row: IntakeRow): Promise<FieldValues> {
  try {
    return (await checked(context, row)).values;
  } catch (error) {
    if (error instanceof Problem) return {};
    throw error;
  }
}

const openStates = ['draft', 'submitted', 'returned'];

export async function listIntakes(
  context: Context,
  query: { box: 'mine' | 'open' | 'late' | 'all'; limit: number; cursor?: string },
) {
  const late = query.box === 'late';
  let rows = selectIntakes(context)
    .where(visible(context.actor, 'intake:read', 'intake'))
    .limit(query.limit + 1);
  if (query.box === 'mine') rows = rows.where('owner_id', '=', context.actor.userId).where('state', 'in', openStates);
  if (query.box === 'open') rows = rows.where('state', 'in', ['submitted', 'returned']);
  if (late)
    rows = rows
      .where('state', 'in', openStates)
      .where('due_on', '<', await lateSince(context, await companyToday(context)));
  // The latest first means here the longest due; drafts of others are nobody's business until handed in or late.
  if (query.box === 'all')
    rows = rows.where((eb) => eb.or([eb('state', '<>', 'draft'), eb('owner_id', '=', context.actor.userId)]));
  if (query.cursor) {
    const [day, id] = cursorParts(query.cursor, late ? cursorPart.day : cursorPart.oneOf(''), cursorPart.id);
    rows = late ? rows.where(sql<boolean>`(due_on, id) > (${day}::date, ${id}::uuid)`) : rows.where('id', '<', id);
  }
  const { page, nextCursor } = pageOfRows(
    await (late ? rows.orderBy('due_on').orderBy('id') : rows.orderBy('id', 'desc')).execute(),
    query.limit,
    (last) => cursorOf(late ? last.due_on : '', last.id),
  );
  return { items: await viewRows(context, page), nextCursor };
}

/** Who has late intakes in the caller's scope. */
export async function lateCollectors(context: Context) {
  const day = await companyToday(context);
  const found = await sql<{ owner_id: string; name: string; count: number; oldest: string }>`
    select intake.owner_id, u.name, count(*) as count, to_char(min(intake.due_on), 'YYYY-MM-DD') as oldest
    from intake join app_user u on u.org_id = intake.org_id and u.id = intake.owner_id
    where intake.org_id = ${context.orgId} and intake.state in ('draft', 'submitted', 'returned') and intake.due_on < ${await lateSince(context, day)}::date
      and ${visible(context.actor, 'intake:read', 'intake')}
    group by 1, 2 order by oldest, 1 limit 200`.execute(context.tx);
  const rows = found.rows.map((row) => ({ ...row, due_on: row.oldest, state: 'draft', decided_at: null }));
  const late = await lateness(context, rows, day);
  return {
    items: rows.map((row) => ({
      collector: { id: row.owner_id, name: row.name },
      count: row.count,
      daysLate: late(row),
    })),
  };
}
