import { plainStep, registerApprovalSubject } from '#modules/approvals/index.ts';
import { insertContacts } from '#modules/contacts/index.ts';
import { insertCustomers, originHandler, setProvenance } from '#modules/customers/index.ts';
import { notify } from '#modules/notifications/index.ts';
import { ownerTeam, userNames } from '#modules/people/index.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { conflict, Problem } from '#shared/errors.ts';
import type { CustomerKind, FieldValues, Provenance, ValueSource } from '#shared/fields.ts';
import { makeSubmitted, setIntake, snapshotOf } from './intakes.ts';
import { type IntakeRow, intakeKind, intakePath, selectIntakes } from './rows.ts';
import { sourceOptions } from './source-options.ts';

const locked = async (context: Context, id: string): Promise<IntakeRow> => {
  const row = await selectIntakes(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row) throw conflict('approval.subjectGone');
  return row;
};

/** The collector stays the owner; one who has left leaves the customer to the rules of assignment. */
async function ownerOf(context: Context, userId: string): Promise<{ ownerId: string | null; teamId: string | null }> {
  try {
    return { ownerId: userId, teamId: await ownerTeam(context, userId, 'ownerId') };
  } catch (error) {
    if (error instanceof Problem) return { ownerId: null, teamId: null };
    throw error;
  }
}

/** Makes the customer of a verified intake, with its number, in the transaction of the last yes. */
async function number(context: Context, row: IntakeRow): Promise<void> {
  const values = row.entered as FieldValues;
  const source = row.source as ValueSource;
  const collector = (await userNames(context, [row.owner_id]))[row.owner_id] ?? '';
  const [customerId = ''] = await insertCustomers(context, [
    {
      kind: row.kind as CustomerKind,
      values,
      source,
      ...(await ownerOf(context, row.owner_id)),
      author: collector,
    },
  ]);
  const at = context.now().toISOString();
  const entries = Object.keys(values).flatMap((key): [string, Provenance][] => {
    const verified = row.verified.includes(key);
    const entry = { source, ...(row.note ? { note: row.note.slice(0, 500) } : {}), at, by: collector };
    const mark = { verifiedAt: verified ? at : null, verifiedBy: verified ? context.actor.name : null };
    return [[key, { ...entry, ...mark }]];
  });
  const made = await context.tx
    .selectFrom('customer')
    .select(['number', 'provenance'])
    .where('org_id', '=', context.orgId)
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow();
  const tracked = new Set(Object.keys(made.provenance as object));
  await setProvenance(context, customerId, Object.fromEntries(entries.filter(([key]) => tracked.has(key))));
  const contactIds = await insertContacts(
    context,
    (row.contacts as { values: FieldValues }[]).map((contact) => ({ customerId, values: contact.values, source })),
  );
  await setIntake(context, row.id, {
    state: 'approved',
    decided_at: context.now(),
    customer_id: customerId,
    number: made.number,
  });
  if (row.origin_id) await originHandler(row.origin_kind)?.became(context, row.origin_id, { customerId, contactIds });
  await recordEvent(context, {
    kind: 'intake.numbered',
    subjectKind: intakeKind,
    subjectId: row.id,
    customerId,
    data: {
      number: made.number,
      collector,
      collectorId: row.owner_id,
      collectedOn: row.collected_on,
      verified: row.verified,
    },
  });
  // Who came first is a question of when it was handed in, not of when it got its number.
  await recordEvent(context, {
    kind: 'intake.collected',
    subjectKind: intakeKind,
    subjectId: row.id,
    customerId,
    data: { collectorId: row.owner_id, collectedOn: row.collected_on },
    occurredAt: row.submitted_at,
    author: collector,
  });
  await notify(context, {
    userIds: [row.owner_id],
    type: 'intake.numbered',
    params: { name: row.name, number: made.number, by: context.actor.name },
    path: `/customers/${customerId}`,
    customerId,
  });
}

registerApprovalSubject({
  kind: intakeKind,
  permission: 'intake:verify',
  path: intakePath,
  fields: [
    { key: 'name', type: 'text', label: { zh: '客户名称', en: 'Customer' } },
    {
      key: 'kind',
      type: 'choice',
      label: { zh: '客户类型', en: 'Kind' },
      options: [
        { value: 'company', label: { zh: '企业', en: 'Company' } },
        { value: 'individual', label: { zh: '个人', en: 'Individual' } },
        { value: 'household', label: { zh: '家庭', en: 'Household' } },
        { value: 'government', label: { zh: '政府机构', en: 'Government' } },
        { value: 'special', label: { zh: '特殊企业', en: 'Special' } },
        { value: 'partner', label: { zh: '贸易伙伴', en: 'Trading partner' } },
      ],
    },
    { key: 'source', type: 'choice', label: { zh: '资料来源', en: 'Source' }, options: sourceOptions },
    { key: 'collectedOn', type: 'date', label: { zh: '收集日期', en: 'Collected on' } },
    { key: 'dueOn', type: 'date', label: { zh: '建档期限', en: 'Due on' } },
    { key: 'fields', type: 'fieldKeys', label: { zh: '已收集的字段', en: 'Fields collected' } },
    { key: 'contacts', type: 'number', label: { zh: '联系人数', en: 'Contacts' } },
    { key: 'note', type: 'text', label: { zh: '说明', en: 'Note' } },
  ],
  stepNames: {
    'manager-review': { zh: '主管审核', en: 'Manager review' },
    numbering: { zh: '档案员核实编号', en: 'Verify and number' },
  },
  // The collector's manager looks whether it is worth a dossier, the archivist whether it is right.
  steps: async () => [
    plainStep('manager-review', { by: 'manager', level: 1 }),
    plainStep('numbering', { by: 'permission', permission: 'intake:verify' }),
  ],
  async decided(context, approval, outcome) {
    const row = await locked(context, approval.subjectId);
    if (row.state === 'approved') return;
    if (outcome === 'approved') return number(context, row);
    await setIntake(
      context,
      row.id,
      // What was withdrawn is a draft again: nothing typed is lost.
      outcome === 'refused' ? { state: 'refused', decided_at: context.now() } : { state: 'draft' },
    );
  },
  async current(context, subjectId) {
    const row = await selectIntakes(context).where('id', '=', subjectId).executeTakeFirst();
    return row ? snapshotOf(row) : null;
  },
  async returned(context, approval) {
    const row = await locked(context, approval.subjectId);
    await setIntake(context, row.id, { state: 'returned' });
  },
  async resubmitted(context, approval) {
    const row = await locked(context, approval.subjectId);
    if (row.state === 'returned') await makeSubmitted(context, row);
  },
});
