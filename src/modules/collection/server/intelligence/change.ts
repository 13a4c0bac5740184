import { sql } from 'kysely';
import { loadCustomer } from '#modules/customers/index.ts';
import { mayTouch } from '#platform/access/visible.ts';
import { companyOf, companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { type Change, recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { conflict, type FieldError, invalid, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { isCurrency } from '#shared/money.ts';
import { normalizeCompanyName } from '#shared/text/company-name.ts';
import { normalizeText } from '#shared/text/normalize.ts';
import { collectionMethods, type IntelligenceView } from '../../intelligence-contract.ts';
import { loadNote, type NoteRow, viewNote, viewNotes } from './notes.ts';
import { searchColumns } from './search.ts';

export interface NoteInput {
  subject: IntelligenceView['subject'];
  customerId?: string | null;
  subjectName?: string;
  item: string;
  content: string;
  method: string;
  source: string;
  reliability: string;
  credibility: number;
  costMinor?: number | null;
  currency?: string;
  collectedOn: string;
  expiresOn?: string | null;
  sensitivity: string;
}

/** Columns of a checked note; every wrong input is named. */
async function columnsOf(context: Context, input: NoteInput, permission: string | null) {
  const { currency } = await companyOf(context);
  const today = await companyToday(context);
  const errors: FieldError[] = [];
  // With what else is wrong, not before it: a form left empty names all it needs at once.
  if (input.item === '') errors.push({ field: 'item', code: 'input.required' });
  if ((input.costMinor ?? 0) < 0) errors.push({ field: 'costMinor', code: 'number.min', params: { min: 0 } });
  if (input.collectedOn > today) errors.push({ field: 'collectedOn', code: 'intelligence.future' });
  if (input.collectedOn < '1900-01-01') errors.push({ field: 'collectedOn', code: 'intelligence.tooOld' });
  if (input.expiresOn && input.expiresOn < input.collectedOn)
    errors.push({ field: 'expiresOn', code: 'intelligence.expiresBefore' });
  if (input.currency && !isCurrency(input.currency)) errors.push({ field: 'currency', code: 'money.currency' });
  if (!collectionMethods.some((method) => method === input.method))
    errors.push({ field: 'method', code: 'intelligence.method' });
  const subjectName = normalizeText(input.subjectName ?? '');
  if (input.subject === 'customer' && !input.customerId) errors.push({ field: 'customerId', code: 'input.required' });
  if (input.subject === 'market' && input.customerId) errors.push({ field: 'customerId', code: 'intelligence.market' });
  if (input.subject !== 'customer' && !input.customerId && subjectName === '')
    errors.push({ field: 'subjectName', code: 'input.required' });
  if (errors.length > 0) throw invalid(errors);
  const customer = input.customerId ? await loadCustomer(context, input.customerId, 'customer:read') : null;
  if (customer && permission && !mayTouch(context.actor, permission, customer)) throw notFound('customer');
  const name = customer?.name ?? subjectName;
  return {
    ...searchColumns({ item: input.item, subject_name: name, content: input.content }),
    subject: input.subject,
    customer_id: customer?.id ?? null,
    subject_name: name,
    subject_key: normalizeCompanyName(name).slice(0, 250),
    item: input.item,
    content: input.content,
    method: input.method,
    source: input.source,
    reliability: input.reliability,
    credibility: input.credibility,
    cost_minor: input.costMinor ?? null,
    currency: input.costMinor === null || input.costMinor === undefined ? null : (input.currency ?? currency),
    collected_on: input.collectedOn,
    expires_on: input.expiresOn ?? null,
    sensitivity: input.sensitivity,
  };
}

/** The timeline of the customer tells that there is something, not what: who reads it may not be cleared for it. */
const told = (row: { customer_id: string | null }) => ({ subjectKind: 'intelligence', customerId: row.customer_id });

export async function recordNote(context: Context, input: NoteInput): Promise<IntelligenceView> {
  const columns = await columnsOf(context, input, 'intelligence:create');
  const id = newId();
  await context.tx
    .insertInto('intelligence')
    .values({
      ...columns,
      org_id: context.orgId,
      id,
      owner_id: context.actor.userId,
      team_id: context.actor.teamId,
      author_name: context.actor.name,
      created_at: context.now(),
      updated_at: context.now(),
    })
    .execute();
  await recordEvent(context, { kind: 'intelligence.recorded', subjectId: id, ...told(columns) });
  return viewNote(context, id);
}

/** A note the actor may change, locked. */
export async function openNote(context: Context, id: string): Promise<NoteRow> {
  const row = await loadNote(context, id, 'intelligence:update', true);
  const [current] = await viewNotes(context, [row]);
  if (!current?.can.update) throw notFound('intelligence');
  requireVersion(context, row.version, () => current);
  return row;
}

const inputOf = (row: NoteRow): NoteInput => ({
  subject: row.subject as NoteInput['subject'],
  customerId: row.customer_id,
  subjectName: row.subject_name,
  item: row.item,
  content: row.content,
  method: row.method,
  source: row.source,
  reliability: row.reliability,
  credibility: row.credibility,
  costMinor: row.cost_minor === null ? null : Number(row.cost_minor),
  currency: row.currency ?? undefined,
  collectedOn: row.collected_on,
  expiresOn: row.expires_on,
  sensitivity: row.sensitivity,
});

export async function updateNote(context: Context, id: string, input: Partial<NoteInput>): Promise<IntelligenceView> {
  const row = await openNote(context, id);
  if (row.state !== 'active') throw conflict('intelligence.trashed');
  const before = inputOf(row);
  const after = { ...before, ...input };
  // Its author may correct it at a customer of others; moving it to another is recording it there.
  const moved = after.customerId !== before.customerId;
  const columns = await columnsOf(context, after, moved ? 'intelligence:create' : null);
  const changes: Record<string, Change> = {};
  for (const key of Object.keys(after) as (keyof NoteInput)[])
    if ((before[key] ?? null) !== (after[key] ?? null))
      changes[key] = { from: before[key] ?? null, to: after[key] ?? null };
  if (Object.keys(changes).length === 0) return viewNote(context, id);
  await write(context, id, columns);
  // Kept for the audit, off the customer's timeline.
  await recordEvent(context, { kind: 'intelligence.updated', subjectKind: 'intelligence', subjectId: id, changes });
  return viewNote(context, id);
}

const write = (context: Context, id: string, columns: Record<string, unknown>) =>
  context.tx
    .updateTable('intelligence')
    .set({ ...columns, version: sql`version + 1`, updated_at: context.now() })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();

export async function setNoteTrashed(context: Context, id: string, trashed: boolean): Promise<IntelligenceView> {
  const row = await openNote(context, id);
  if ((row.state === 'trashed') !== trashed) {
    await write(context, id, { state: trashed ? 'trashed' : 'active' });
    const kind = trashed ? 'intelligence.trashed' : 'intelligence.restored';
    await recordEvent(context, { kind, subjectId: id, ...told(row) });
  }
  return viewNote(context, id);
}
