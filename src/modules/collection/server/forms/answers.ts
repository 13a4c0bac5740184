import { sql } from 'kysely';
import { loadContact, viewContact } from '#modules/contacts/index.ts';
import { findDuplicates, loadCustomer, viewCard } from '#modules/customers/index.ts';
import { dictionaryFor } from '#modules/fields/index.ts';
import { scopeOf } from '#platform/access/actor.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { logAccess } from '#platform/events/index.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { notFound } from '#shared/errors.ts';
import type { CustomerKind, FieldDefinition, FieldValues, Provenance } from '#shared/fields.ts';
import type { AnswerView } from '../../form-answers-contract.ts';
import type { AnswerValues, FormContent, FrozenContent, FrozenQuestion } from '../../form-content.ts';
import { loadRevision } from './forms.ts';
import { differs } from './proposals.ts';

/** Answers of customers within the reviewer's scope; of nobody yet: those who see all, made the form or typed it in. */
function mine(context: Context) {
  const own = sql<boolean>`(form.created_by = ${context.actor.userId}::uuid or form_answer.typed_by = ${context.actor.userId}::uuid)`;
  const all = scopeOf(context.actor, 'form:review') === 'all' ? sql<boolean>`true` : own;
  return sql<boolean>`case when form_answer.customer_id is null then ${all}
    else customer.state in ('active', 'trashed') and ${visible(context.actor, 'form:review', 'customer')}
      and ${visible(context.actor, 'customer:read', 'customer')} end`;
}

/** The name somebody gave, of the customer or else of the person: what an answer of nobody yet is known by. */
const answeredName = sql<string | null>`(
  select form_answer.values ->> (q ->> 'id') from form_revision r, jsonb_array_elements(r.content -> 'questions') q
  where r.org_id = form_answer.org_id and r.form_id = form_answer.form_id and r.number = form_answer.revision
    and q ->> 'field' = 'name' and form_answer.values ? (q ->> 'id')
  order by q ->> 'object' desc limit 1)`;

/** Answers the caller may review, with their form and customer. */
export const answerRows = (context: Context) =>
  context.tx
    .selectFrom('form_answer')
    .innerJoin('form', (join) =>
      join.onRef('form.org_id', '=', 'form_answer.org_id').onRef('form.id', '=', 'form_answer.form_id'),
    )
    .leftJoin('customer', (join) =>
      join.onRef('customer.org_id', '=', 'form_answer.org_id').onRef('customer.id', '=', 'form_answer.customer_id'),
    )
    .selectAll('form_answer')
    .select([
      'form.content as form_content',
      'form.kind as form_kind',
      'customer.name as customer_name',
      'customer.number as customer_number',
    ])
    .select(answeredName.as('answered_name'))
    .where('form_answer.org_id', '=', context.orgId)
    .where(mine(context));
export type AnswerRow = Awaited<ReturnType<ReturnType<typeof answerRows>['executeTakeFirstOrThrow']>>;

/** Loads an answer the caller may review; `lock` for a decision. */
export async function loadAnswer(context: Context, id: string, lock = false): Promise<AnswerRow> {
  const query = answerRows(context).where('form_answer.id', '=', id);
  const row = await (lock ? query.forUpdate('form_answer') : query).executeTakeFirst();
  if (!row) throw notFound('formAnswer');
  return row;
}

const item = (row: AnswerRow) => ({
  id: row.id,
  version: row.version,
  form: { id: row.form_id, title: (row.form_content as FormContent).title },
  state: row.state as AnswerView['state'],
  channel: row.channel as AnswerView['channel'],
  customer: row.customer_id ? { id: row.customer_id, name: row.customer_name ?? '' } : null,
  name: row.answered_name,
  submittedAt: iso(row.submitted_at),
  reviewer: row.reviewer_name,
});

export async function listAnswers(
  context: Context,
  query: { limit: number; cursor?: string; form?: string; customer?: string; state?: string },
) {
  let rows = answerRows(context)
    .orderBy('form_answer.id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('form_answer.id', '<', idCursor(query.cursor));
  if (query.form) rows = rows.where('form_answer.form_id', '=', query.form);
  if (query.customer) rows = rows.where('form_answer.customer_id', '=', query.customer);
  if (query.state) rows = rows.where('form_answer.state', '=', query.state);
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: page.map(item), nextCursor };
}

/** A question that asks for a field the reader may see, with the field as it is now. */
export interface AskedField {
  question: FrozenQuestion;
  field: FieldDefinition;
  /** The person saw the present value when answering. */
  shown: boolean;
}

/** What the reader may see of an answer: its questions, and those of them that are fields. */
export async function readable(context: Context, row: AnswerRow) {
  const content = (await loadRevision(context, row.form_id, row.revision)) as FrozenContent;
  const { fields } = await dictionaryFor(context);
  const asked: AskedField[] = [];
  const questions = content.questions.filter((question) => {
    if (question.type !== 'field') return true;
    const field = fields.find((one) => one.object === question.object && one.key === question.field);
    if (!field) return false;
    asked.push({ question, field, shown: row.channel === 'personal' && field.sensitivity === 'open' });
    return true;
  });
  const all = row.values as AnswerValues;
  const ids = new Set(questions.map((question) => question.id));
  const values = Object.fromEntries(Object.entries(all).filter(([id]) => ids.has(id)));
  return { content, questions, asked, values, hidden: Object.keys(all).length - Object.keys(values).length };
}

/** The person an answer is of: the one it was matched with, else the one of the name given. */
export async function personOf(
  context: Context,
  of: { customerId: string | null; contactId: string | null },
  name: unknown,
): Promise<string | null> {
  if (of.contactId || !of.customerId || typeof name !== 'string') return of.contactId;
  const found = await context.tx
    .selectFrom('contact')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('customer_id', '=', of.customerId)
    .where('state', '=', 'active')
    .where(sql<boolean>`lower(name) = lower(${name}::text)`)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return found?.id ?? null;
}

async function recordsOf(context: Context, row: AnswerRow, name: unknown) {
  const card = row.customer_id
    ? await viewCard(context, await loadCustomer(context, row.customer_id, 'customer:read'))
    : null;
  const contactId = await personOf(context, { customerId: row.customer_id, contactId: row.contact_id }, name);
  const contact =
    card && contactId
      ? await loadContact(context, contactId, 'customer:read')
          .then((found) => viewContact(context, found))
          .catch(() => null)
      : null;
  return { customer: card, contact };
}

/** Field values of an answer by record, as they would be entered. */
export function valuesOf(asked: AskedField[], values: AnswerValues, object: 'customer' | 'contact'): FieldValues {
  return Object.fromEntries(
    asked
      .filter(({ question }) => question.object === object && values[question.id] !== undefined)
      .map(({ question, field }) => [field.key, values[question.id]]),
  );
}

/** Customers this may be the answer of, by what was entered for the customer and for the person. */
async function suggest(context: Context, kind: string, asked: AskedField[], values: AnswerValues) {
  const found = new Map<string, AnswerView['suggestions'][number]>();
  for (const object of ['customer', 'contact'] as const) {
    const entered = valuesOf(asked, values, object);
    if (Object.keys(entered).length === 0) continue;
    const record = { object, kind: object === 'customer' ? kind : null, values: entered };
    for (const one of (await findDuplicates(context, record, null)).items)
      if (object === 'customer' || one.certain) found.set(one.id, found.get(one.id) ?? one);
  }
  return [...found.values()].slice(0, 8);
}

export async function viewAnswer(context: Context, row: AnswerRow): Promise<AnswerView> {
  const { content, questions, asked, values, hidden } = await readable(context, row);
  const records = await recordsOf(context, row, valuesOf(asked, values, 'contact').name);
  const present: AnswerView['present'] = {};
  const proposals: string[] = [];
  for (const { question, field, shown } of asked) {
    const record = question.object ? records[question.object] : null;
    const value = record?.values[field.key] ?? null;
    const entries = (record?.provenance ?? {}) as Record<string, Provenance>;
    if (record) present[question.id] = { value, provenance: entries[field.key] ?? null };
    const answer = values[question.id];
    if (answer !== undefined && differs(field, value, answer, shown)) proposals.push(question.id);
  }
  const org = context.orgId;
  const contacts = row.customer_id
    ? await context.tx
        .selectFrom('contact')
        .select(['id', 'name'])
        .where('org_id', '=', org)
        .where('customer_id', '=', row.customer_id)
        .where('state', '=', 'active')
        .orderBy('name_sort')
        .limit(200)
        .execute()
    : [];
  const consent = await context.tx
    .selectFrom('form_consent')
    .select(['purpose', 'consent_text', 'given_at'])
    .where('org_id', '=', org)
    .where('answer_id', '=', row.id)
    .executeTakeFirst();
  const files = await context.tx
    .selectFrom('form_file')
    .innerJoin('file', (join) =>
      join.onRef('file.org_id', '=', 'form_file.org_id').onRef('file.id', '=', 'form_file.file_id'),
    )
    .select(['form_file.id', 'form_file.question', 'file.name', 'file.size'])
    .where('form_file.org_id', '=', org)
    .where('form_file.answer_id', '=', row.id)
    .orderBy('form_file.id')
    .execute();
  await logAccess(context, {
    action: 'view',
    subjectKind: 'formAnswer',
    subjectId: row.id,
    customerId: row.customer_id,
  });
  return {
    ...item(row),
    revision: row.revision,
    kind: row.form_kind as CustomerKind,
    intakeId: row.intake_id,
    typedBy: row.author_name,
    reason: row.reason,
    contact: records.contact ? { id: records.contact.id, name: String(records.contact.values.name ?? '') } : null,
    questions,
    hidden,
    values,
    present,
    proposals,
    decisions: row.decisions as AnswerView['decisions'],
    suggestions: row.customer_id || row.state !== 'new' ? [] : await suggest(context, row.form_kind, asked, values),
    contacts,
    consent: consent ? { purpose: consent.purpose, text: consent.consent_text, givenAt: iso(consent.given_at) } : null,
    consentMissing: content.consent.zh !== '' && consent === undefined,
    files: files.map((file) => ({ ...file, size: Number(file.size) })),
  };
}
