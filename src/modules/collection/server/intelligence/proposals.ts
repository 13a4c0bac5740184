import { registerApprovalSubject, requestApproval } from '#modules/approvals/index.ts';
import { loadContact, updateContact } from '#modules/contacts/index.ts';
import { loadCustomer, updateCustomer, waitForChains } from '#modules/customers/index.ts';
import { checkValues, dictionaryFor, fromRow, fullDictionary, linkLabels } from '#modules/fields/index.ts';
import { mayTouch } from '#platform/access/visible.ts';
import { checkContextOf, companyOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { badRequest, conflict, invalid } from '#shared/errors.ts';
import { type FieldDefinition, type FieldValues, type Sensitivity, sensitivities } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import { languages } from '#shared/languages.ts';
import { wrongPoints } from '#shared/values/points.ts';
import { cellText } from '#shared/values/text.ts';
import type { IntelligenceView } from '../../intelligence-contract.ts';
import { loadNote, type NoteRow, selectNotes, viewNote } from './notes.ts';

const kind = 'intelligenceValue';

interface Target {
  customerId: string;
  contactId: string | null;
  field: string;
}

/**
 * Writes the value under the rules of any change of the customer or the person. The item it came from is named beside it only where
 * everybody who may read the field is cleared for the item too.
 */
async function apply(
  context: Context,
  { customerId, contactId, field }: Target,
  value: unknown,
  from: Pick<NoteRow, 'item' | 'sensitivity'>,
) {
  const object = contactId ? 'contact' : 'customer';
  const { fields } = await fullDictionary(context);
  const known = fields.find((one) => one.object === object && one.key === field)?.sensitivity ?? 'open';
  const told = sensitivities.indexOf(from.sensitivity as Sensitivity) <= sensitivities.indexOf(known);
  const change = {
    values: { [field]: value } as FieldValues,
    sources: { [field]: { source: 'intelligence' as const, ...(told ? { note: from.item } : {}) } },
  };
  const unlocked = { ...context, ifMatch: null };
  return contactId ? updateContact(unlocked, contactId, change) : updateCustomer(unlocked, customerId, change);
}

async function personAt(context: Context, customerId: string, contactId: string) {
  const person = await loadContact(context, contactId, 'customer:read');
  if (person.customer_id !== customerId || person.state !== 'active')
    throw invalid([{ field: 'contactId', code: 'link.unknown' }]);
  return person;
}

/** Puts a value from an item into a field of its customer, or of a person there: at once by who may change the customer, else after a yes. */
export async function proposeFrom(
  context: Context,
  id: string,
  { field, value, contactId = null }: { field: string; value: unknown; contactId?: string | null },
): Promise<IntelligenceView> {
  if (field === 'parentCustomerId') await waitForChains(context);
  const note = await loadNote(context, id, 'intelligence:read', true);
  if (note.state !== 'active') throw conflict('intelligence.trashed');
  if (!note.customer_id || note.subject === 'market') throw conflict('intelligence.noCustomer');
  const customer = await loadCustomer(context, note.customer_id, 'customer:read');
  if (customer.state !== 'active') throw conflict('customer.trashed');
  const person = contactId ? await personAt(context, customer.id, contactId) : null;
  const directly = mayTouch(context.actor, 'customer:update', customer);
  const { fields } = await dictionaryFor(context, person ? 'contact' : 'customer');
  const definition = fields.find((item) => item.key === field);
  if (!definition) throw badRequest('field.unknown', { field: 'field', params: { field } });
  const checked = checkValues(
    new Map([[field, definition]]),
    { [field]: value },
    { ...(await checkContextOf(context, customer.country)), kind: person ? null : customer.kind, create: false },
  );
  const wrong = checked.errors.map((error) => ({ ...error, field: 'value' }));
  if (checked.values[field] === null) wrong.push({ field: 'value', code: 'input.required' });
  if (wrong.length > 0) throw invalid(wrong);
  const proposalId = newId();
  const target = { customerId: customer.id, contactId, field };
  await context.tx
    .insertInto('intelligence_proposal')
    .values({
      org_id: context.orgId,
      id: proposalId,
      intelligence_id: id,
      customer_id: customer.id,
      contact_id: contactId,
      field,
      value: JSON.stringify(checked.values[field]),
      state: directly ? 'applied' : 'waiting',
      proposed_by: context.actor.userId,
      created_at: context.now(),
    })
    .execute();
  if (directly) await apply(context, target, value, note);
  else {
    // Kept as written, so whoever decides is told.
    const wrong = wrongPoints(checked.values[field]).map((point) => point.value);
    const label = context.lang === 'en-US' ? definition.label.en : definition.label.zh;
    await requestApproval(context, {
      kind,
      subjectId: proposalId,
      title: [customer.name, person?.name, label].filter(Boolean).join(' · '),
      customerId: customer.id,
      snapshot: {
        // Keys of the customer's fields only; a person's field is named in the title.
        ...(person ? { person: person.name } : { fields: [field] }),
        value: await plainText(context, definition, checked.values[field]),
        ...(wrong.length > 0 ? { wrong: wrong.join('; ') } : {}),
        before: await plainText(context, definition, fromRow([definition], person ?? customer)[field]),
        reliability: `${note.reliability}${note.credibility}`,
        collectedOn: note.collected_on,
      },
    });
  }
  await recordEvent(context, {
    kind: 'intelligence.used',
    subjectKind: 'intelligence',
    subjectId: id,
    customerId: customer.id,
    data: { field, contactId, directly },
  });
  return viewNote(context, id);
}

/** A value as the decider reads it. */
async function plainText(context: Context, field: FieldDefinition, value: unknown): Promise<string> {
  const labels = await linkLabels(context, [field], [{ [field.key]: value } as FieldValues]);
  const { timeZone } = await companyOf(context);
  return String(cellText(field, value, context.lang, labels, timeZone) ?? '').slice(0, 500);
}

registerApprovalSubject({
  kind,
  // Who vouches for values of the card.
  permission: 'customer:verify',
  fields: [
    { key: 'fields', type: 'fieldKeys', label: { zh: '字段', en: 'Field' } },
    { key: 'person', type: 'text', label: { zh: '联系人', en: 'Person' } },
    { key: 'value', type: 'text', label: { zh: '新值', en: 'New value' } },
    { key: 'wrong', type: 'text', label: { zh: '格式有误', en: 'Not valid' } },
    { key: 'before', type: 'text', label: { zh: '原值', en: 'Present value' } },
    { key: 'reliability', type: 'text', label: { zh: '情报可靠性', en: 'Reliability' } },
    { key: 'collectedOn', type: 'date', label: { zh: '收集日期', en: 'Collected on' } },
  ],
  async shown(context, approvals) {
    const ids = approvals.map((approval) => approval.subjectId);
    const proposals = await context.tx
      .selectFrom('intelligence_proposal')
      .select(['id', 'contact_id', 'field'])
      .where('org_id', '=', context.orgId)
      .where('id', 'in', ids)
      .execute();
    const { fields } = await dictionaryFor(context);
    return approvals.map(({ subjectId, snapshot }) => {
      const asked = proposals.find((item) => item.id === subjectId);
      const object = asked?.contact_id ? 'contact' : 'customer';
      const readable = fields.some((field) => field.object === object && field.key === asked?.field);
      if (readable) return snapshot;
      const { wrong: _wrong, ...rest } = snapshot;
      return { ...rest, value: '***', before: '***' };
    });
  },
  /** The value it would replace may be another by now: whoever decides says yes to what is there. */
  async current(context, subjectId, snapshot) {
    const asked = await context.tx
      .selectFrom('intelligence_proposal')
      .select(['customer_id', 'contact_id', 'field'])
      .where('org_id', '=', context.orgId)
      .where('id', '=', subjectId)
      .executeTakeFirst();
    if (!asked) return null;
    const { fields } = await dictionaryFor(context, asked.contact_id ? 'contact' : 'customer');
    const definition = fields.find((item) => item.key === asked.field);
    const record = await context.tx
      .selectFrom((asked.contact_id ? 'contact' : 'customer') as 'customer')
      .selectAll()
      .where('org_id', '=', context.orgId)
      .where('id', '=', asked.contact_id ?? asked.customer_id)
      .executeTakeFirst();
    // Who may not read the field is told of no change either.
    if (!definition || !record) return snapshot;
    const present = fromRow([definition], record)[asked.field];
    // Kept in the language of who proposed it.
    for (const lang of languages)
      if ((await plainText({ ...context, lang }, definition, present)) === snapshot.before) return snapshot;
    return { ...snapshot, before: await plainText(context, definition, present) };
  },
  async waitTurn(context, subjectId) {
    const asked = await context.tx
      .selectFrom('intelligence_proposal')
      .select('field')
      .where('org_id', '=', context.orgId)
      .where('id', '=', subjectId)
      .executeTakeFirst();
    if (asked?.field === 'parentCustomerId') await waitForChains(context);
  },
  async decided(context, approval, outcome) {
    const proposal = await context.tx
      .updateTable('intelligence_proposal')
      .set({ state: outcome === 'approved' ? 'applied' : outcome })
      .where('org_id', '=', context.orgId)
      .where('id', '=', approval.subjectId)
      .where('state', '=', 'waiting')
      .returningAll()
      .executeTakeFirst();
    if (!proposal) throw conflict('approval.subjectGone');
    if (outcome !== 'approved') return;
    const note = await selectNotes(context).where('id', '=', proposal.intelligence_id).executeTakeFirstOrThrow();
    const { customer_id: customerId, contact_id: contactId, field, value } = proposal;
    await apply(context, { customerId, contactId, field }, value, note);
  },
});
