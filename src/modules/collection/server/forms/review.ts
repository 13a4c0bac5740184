import { sql } from 'kysely';
import { applyContactChange, loadContact, writeNamedPeople } from '#modules/contacts/index.ts';
import {
  admitCustomer,
  applyChange,
  loadCustomer,
  registerOrigin,
  type SourceNote,
  storedOf,
} from '#modules/customers/index.ts';
import { checkValues, fromRow } from '#modules/fields/index.ts';
import { checkContextOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { badRequest, conflict, type FieldError, invalid, notFound } from '#shared/errors.ts';
import type { CustomerKind, FieldValues, Provenance } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import type { AnswerView } from '../../form-answers-contract.ts';
import type { AnswerValues, FormContent } from '../../form-content.ts';
import { type AnswerRow, type AskedField, loadAnswer, personOf, readable, valuesOf, viewAnswer } from './answers.ts';
import { checkAnswers } from './check-answers.ts';
import { recordConsent } from './consent.ts';
import { contentOf, loadForm, loadRevision } from './forms.ts';
import { acceptedValue, agrees } from './proposals.ts';
import { countAnswer } from './public.ts';

async function open(context: Context, id: string): Promise<{ row: AnswerRow; current: AnswerView }> {
  const row = await loadAnswer(context, id, true);
  const current = await viewAnswer(context, row);
  requireVersion(context, row.version, () => current);
  if (row.state !== 'new') throw conflict('form.decided');
  return { row, current };
}

async function set(context: Context, id: string, values: Record<string, unknown>): Promise<void> {
  await context.tx
    .updateTable('form_answer')
    .set({ ...values, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
}

async function write(context: Context, id: string, values: Record<string, unknown>): Promise<AnswerView> {
  await set(context, id, values);
  return viewAnswer(context, await loadAnswer(context, id));
}

/** The consent follows the person it is of. */
async function moveConsent(context: Context, answerId: string, customerId: string | null, contactId: string | null) {
  await context.tx
    .updateTable('form_consent')
    .set({ customer_id: customerId, contact_id: contactId })
    .where('org_id', '=', context.orgId)
    .where('answer_id', '=', answerId)
    .execute();
}

async function requireRecords(context: Context, customerId: string | null, contactId: string | null): Promise<void> {
  if (customerId) await loadCustomer(context, customerId, 'customer:read');
  if (!contactId) return;
  const contact = await loadContact(context, contactId, 'customer:read');
  if (contact.customer_id !== customerId) throw notFound('contact');
}

export async function matchAnswer(
  context: Context,
  id: string,
  input: { customerId: string | null; contactId: string | null },
): Promise<AnswerView> {
  const { row } = await open(context, id);
  await requireRecords(context, input.customerId, input.contactId);
  // Who lets an answer go could not find it again: only who sees those of nobody may.
  await moveConsent(context, row.id, input.customerId, input.contactId);
  return write(context, id, { customer_id: input.customerId, contact_id: input.contactId });
}

/** Values as the dictionary takes them now; what it refuses is told beside its question. */
async function checked(
  context: Context,
  asked: AskedField[],
  object: 'customer' | 'contact',
  values: FieldValues,
  kind: string | null,
): Promise<FieldValues> {
  const own = asked.filter(({ question }) => question.object === object);
  const fields = new Map(own.map(({ field }) => [field.key, field] as const));
  const result = checkValues(fields, values, { ...(await checkContextOf(context)), kind, create: false });
  if (result.errors.length > 0) throw invalid(toQuestions(result.errors, own));
  return result.values;
}

const toQuestions = (errors: FieldError[], asked: AskedField[]): FieldError[] =>
  errors.map((error) => {
    const key = error.field.replace(/^values\./, '').split('.')[0];
    const item = asked.find(({ field }) => field.key === key);
    return item ? { ...error, field: `values.${item.question.id}` } : error;
  });

interface Accepted {
  row: AnswerRow;
  asked: AskedField[];
  values: AnswerValues;
  /** Answers that were as the record already is. */
  same: AnswerValues;
  /** The person the reviewer saw the answer beside. */
  person: string | null;
  note: string;
}

/** Writes the accepted values of the customer; without a match the customer is made. Returns its id. */
async function acceptCustomer(
  context: Context,
  accepted: Accepted,
  allowDuplicate: boolean,
): Promise<{ customerId: string; intakeId: null } | { customerId: null; intakeId: string }> {
  const { row, asked, values, note } = accepted;
  const entered = valuesOf(asked, values, 'customer');
  const sources: Record<string, SourceNote> = Object.fromEntries(
    Object.keys(entered).map((key) => [key, { source: 'form', note }]),
  );
  const data = { formId: row.form_id, answerId: row.id };
  if (!row.customer_id) {
    const kind = row.form_kind as CustomerKind;
    const given = await checked(context, asked, 'customer', entered, kind);
    const person = await newPerson(context, asked, values);
    return admitCustomer(context, {
      kind,
      values: given,
      sources,
      source: 'form',
      note,
      allowDuplicate,
      byRules: true,
      people: person ? [person] : [],
      origin: { kind: originKind, id: row.id },
    });
  }
  const customer = await loadCustomer(context, row.customer_id, 'customer:update', true);
  if (customer.state !== 'active') throw conflict('customer.trashed');
  const stored = await storedOf(context, customer);
  const confirmed = confirmedOf(context, stored, accepted);
  if (Object.keys(entered).length + Object.keys(confirmed).length === 0)
    return { customerId: customer.id, intakeId: null };
  const merged = Object.fromEntries(
    asked
      .filter(({ field, question }) => question.object === 'customer' && field.key in entered)
      .map(({ field, shown }) => [
        field.key,
        acceptedValue(field, stored.values[field.key], entered[field.key], shown),
      ]),
  );
  const given = await checked(context, asked, 'customer', merged, customer.kind);
  await applyChange(
    context,
    { ...stored, provenance: { ...stored.provenance, ...confirmed } },
    {
      values: given,
      sources,
      source: 'form',
      data: { ...data, confirmed: Object.keys(confirmed) },
      ...(Object.keys(confirmed).length > 0 ? { columns: { state: customer.state } } : {}),
      ...(Object.keys(entered).length === 0 ? { event: 'customer.reconfirmed' } : {}),
    },
  );
  return { customerId: customer.id, intakeId: null };
}

/** What the customer said again just as it stands: as unverified as it was, but no longer old. */
function confirmedOf(
  context: Context,
  stored: { values: FieldValues; provenance: Record<string, Provenance> },
  { asked, same }: Accepted,
): Record<string, Provenance> {
  const confirmedAt = context.now().toISOString();
  return Object.fromEntries(
    asked.flatMap(({ field, question }): [string, Provenance][] => {
      const entry = question.object === 'customer' && question.id in same && stored.provenance[field.key];
      const agreed = entry && agrees(field, stored.values[field.key], same[question.id]);
      return agreed ? [[field.key, { ...entry, confirmedAt }]] : [];
    }),
  );
}

/** The accepted values of a person who is not in the records yet. */
async function newPerson(context: Context, asked: AskedField[], values: AnswerValues): Promise<FieldValues | null> {
  const entered = valuesOf(asked, values, 'contact');
  if (Object.keys(entered).length === 0) return null;
  const given = await checked(context, asked, 'contact', entered, null);
  if (typeof given.name !== 'string') throw invalid([{ field: 'accept', code: 'form.contactName' }]);
  return given;
}

const originKind = 'formAnswer';
registerOrigin(originKind, {
  async became(context, id, { customerId, contactIds }) {
    const contactId = contactIds[0] ?? null;
    await moveConsent(context, id, customerId, contactId);
    await set(context, id, { customer_id: customerId, contact_id: contactId });
  },
  dropped: (context, id) =>
    set(context, id, {
      state: 'new',
      intake_id: null,
      decisions: '{}',
      reviewed_at: null,
      reviewed_by: null,
      reviewer_name: null,
    }),
});

/** Writes the accepted values of the person: the one the answer is of, one of that name, or a new one. Returns its id. */
async function acceptContact(
  context: Context,
  { person, asked, values, note }: Accepted,
  customerId: string,
): Promise<string | null> {
  const entered = valuesOf(asked, values, 'contact');
  const contactId = await personOf(context, { customerId, contactId: person }, entered.name);
  if (Object.keys(entered).length === 0) return contactId;
  const sources: Record<string, SourceNote> = Object.fromEntries(
    Object.keys(entered).map((key) => [key, { source: 'form', note }]),
  );
  if (!contactId) {
    const given = await newPerson(context, asked, values);
    if (given) await writeNamedPeople(context, [{ customerId, values: given, sources, source: 'form' }], 'fill');
    return personOf(context, { customerId, contactId: null }, entered.name);
  }
  const contact = await loadContact(context, contactId, 'customer:update', true);
  const own = asked.filter(({ question }) => question.object === 'contact');
  const present = fromRow(
    own.map(({ field }) => field),
    contact,
  );
  const merged = Object.fromEntries(
    own
      .filter(({ field }) => field.key in entered)
      .map(({ field, shown }) => [field.key, acceptedValue(field, present[field.key], entered[field.key], shown)]),
  );
  const given = await checked(context, asked, 'contact', merged, null);
  await applyContactChange(context, contact, { values: given, sources, source: 'form' });
  return contact.id;
}

/**
 * Accepts the named answers and refuses the others, in one transaction; what is accepted is unverified, its source the form.
 * An answer that is as the record already is needs no decision: it is confirmed.
 */
export async function decideAnswer(
  context: Context,
  id: string,
  input: { accept: string[]; allowDuplicate: boolean },
): Promise<AnswerView> {
  const { row, current } = await open(context, id);
  const { asked, values } = await readable(context, row);
  const answered = asked.filter(({ question }) => values[question.id] !== undefined);
  const stranger = input.accept.find((one) => !answered.some(({ question }) => question.id === one));
  if (stranger !== undefined)
    throw badRequest('form.unknownQuestion', { field: 'accept', params: { question: stranger } });
  const decision = (one: string) =>
    !current.proposals.includes(one) ? 'confirmed' : input.accept.includes(one) ? 'accepted' : 'refused';
  const decisions = answered.map(({ question }) => [question.id, decision(question.id)] as const);
  const decided = (as: string) => decisions.flatMap(([one, what]) => (what === as ? [one] : []));
  const only = (ids: string[]) => Object.fromEntries(Object.entries(values).filter(([one]) => ids.includes(one)));
  const accepted: Accepted = {
    row,
    asked,
    values: only(input.accept),
    same: only(decided('confirmed')),
    person: current.contact?.id ?? null,
    note: (row.form_content as FormContent).title.zh,
  };
  const touches = input.accept.length > 0 || row.customer_id !== null;
  const { customerId, intakeId } = touches
    ? await acceptCustomer(context, accepted, input.allowDuplicate)
    : { customerId: null, intakeId: null };
  // A customer made here came with its person.
  const contactId =
    row.customer_id && customerId
      ? await acceptContact(context, accepted, customerId)
      : await personOf(context, { customerId, contactId: null }, valuesOf(asked, accepted.values, 'contact').name);
  await moveConsent(context, id, customerId, contactId);
  await recordEvent(context, {
    kind: 'form.accepted',
    subjectKind: 'form_answer',
    subjectId: id,
    customerId,
    data: {
      title: accepted.note,
      intakeId,
      accepted: decided('accepted').length,
      refused: decided('refused').length,
      confirmed: decided('confirmed').length,
    },
  });
  return write(context, id, {
    state: 'accepted',
    customer_id: customerId,
    intake_id: intakeId,
    contact_id: contactId,
    decisions: JSON.stringify(Object.fromEntries(decisions)),
    ...reviewed(context),
  });
}

const reviewed = (context: Context) => ({
  reviewed_at: context.now(),
  reviewed_by: context.actor.userId,
  reviewer_name: context.actor.name,
});

export async function refuseAnswer(context: Context, id: string, reason: string): Promise<AnswerView> {
  const { row } = await open(context, id);
  await recordEvent(context, {
    kind: 'form.refused',
    subjectKind: 'form_answer',
    subjectId: id,
    customerId: row.customer_id,
    data: { title: (row.form_content as FormContent).title.zh },
    reason,
  });
  return write(context, id, { state: 'refused', reason, ...reviewed(context) });
}

/** Keeps an answer typed in from paper: a proposal like any other. */
export async function typeAnswer(
  context: Context,
  formId: string,
  input: {
    values: AnswerValues;
    lang: string;
    customerId: string | null;
    contactId: string | null;
    consent: boolean;
  },
): Promise<{ id: string }> {
  const form = await loadForm(context, formId);
  const content = await loadRevision(context, formId, form.revision);
  if (!content) throw conflict('form.notPublished');
  await requireRecords(context, input.customerId, input.contactId);
  const questions = content.questions.filter((question) => question.type !== 'file');
  const values = await checkAnswers(context, { ...content, questions }, input.values);
  await countAnswer(context, formId);
  const id = newId();
  await context.tx
    .insertInto('form_answer')
    .values({
      org_id: context.orgId,
      id,
      form_id: formId,
      revision: form.revision,
      customer_id: input.customerId,
      contact_id: input.contactId,
      channel: 'typed',
      lang: input.lang,
      values: JSON.stringify(values),
      submitted_at: context.now(),
      typed_by: context.actor.userId,
      author_name: context.actor.name,
    })
    .execute();
  if (input.consent && content.consent.zh !== '') {
    const { lang, customerId, contactId } = input;
    const facts = { answerId: id, formId, revision: form.revision, lang, customerId, contactId };
    await recordConsent(context, content, { ...facts, channel: 'typed', ipHash: null });
  }
  await recordEvent(context, {
    kind: 'form.typed',
    subjectKind: 'form_answer',
    subjectId: id,
    customerId: input.customerId,
    data: { title: contentOf(form).title.zh, formId },
    source: 'form',
  });
  return { id };
}
