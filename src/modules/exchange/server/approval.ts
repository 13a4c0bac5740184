import { registerApprovalSubject, type SnapshotField } from '#modules/approvals/index.ts';
import { exportSources } from '#platform/sheets/source.ts';
import type { Lang } from '#shared/languages.ts';
import { customersLabel, queueRun } from './runs.ts';

registerApprovalSubject({
  kind: 'export',
  permission: 'export:approve',
  path: () => '/exports',
  // Asked for when shown: modules that stand later in the order register their sources after this.
  get fields(): SnapshotField[] {
    return [
      {
        key: 'object',
        type: 'choice',
        label: { zh: '内容', en: 'Content' },
        options: [
          { value: 'customer', label: customersLabel },
          ...exportSources().map(({ key, label }) => ({ value: key, label })),
        ],
      },
      { key: 'records', type: 'text', label: { zh: '范围', en: 'Records' } },
      { key: 'purpose', type: 'text', label: { zh: '用途', en: 'Purpose' } },
      { key: 'rows', type: 'number', label: { zh: '行数', en: 'Rows' } },
      { key: 'fields', type: 'fieldKeys', label: { zh: '字段', en: 'Fields' } },
      { key: 'limit', type: 'number', label: { zh: '免审批上限', en: 'Limit without approval' } },
      {
        key: 'format',
        type: 'choice',
        label: { zh: '格式', en: 'Format' },
        options: ['xlsx', 'csv', 'pdf', 'vcf'].map((value) => ({ value, label: { zh: value, en: value } })),
      },
    ];
  },
  async decided(context, approval, outcome) {
    if (outcome !== 'approved') {
      await context.tx
        .updateTable('export_run')
        .set({ state: outcome === 'refused' ? 'refused' : 'cancelled' })
        .where('org_id', '=', context.orgId)
        .where('id', '=', approval.subjectId)
        .execute();
      return;
    }
    const { lang } = await context.tx
      .selectFrom('export_run')
      .select('lang')
      .where('org_id', '=', context.orgId)
      .where('id', '=', approval.subjectId)
      .executeTakeFirstOrThrow();
    // The job runs with the requester's rights and in the requester's language, not the approver's.
    const asked = { ...context, lang: (lang as Lang | null) ?? context.lang };
    await queueRun({ ...asked, actor: { ...context.actor, userId: approval.requestedBy } }, approval.subjectId);
  },
});
