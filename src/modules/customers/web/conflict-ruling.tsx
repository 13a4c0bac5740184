import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Input, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { decideApproval, getApproval } from '#modules/approvals/contract.ts';
import type { Problem } from '#shared/errors.ts';
import { call, invalidate, useEndpoint } from '#ui/api.ts';
import { CountInput } from '#ui/fields/count-input.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { labelled } from '#ui/format.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { type ConflictView, setRuling } from '../conflict-contract.ts';

const stale = ['/conflicts', '/approvals', '/customers', '/notifications'];

/** The ruler decides: whose the customer is, whether the other goes on, for how long it is safe; applied at once. */
export function RulingForm({ data }: { data: ConflictView }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const approval = useEndpoint(getApproval, { params: { id: data.approvalId ?? '' } }, { enabled: !!data.approvalId });
  const [owner, setOwner] = useState(data.ruling?.owner ?? ('claimant' as const));
  const [collaborator, setCollaborator] = useState(data.ruling?.collaborator ?? false);
  const [lockDays, setLockDays] = useState(data.ruling?.lockDays ?? 30);
  const [reason, setReason] = useState(data.ruling?.reason ?? '');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { errors, rest } = atFields(problem, 'lockDays', 'reason');
  if (!approval.data?.can.decide) return null;
  const save = async () => {
    if (!data.approvalId || !approval.data) return;
    setBusy(true);
    setProblem(null);
    try {
      const body = { owner, collaborator, lockDays, reason };
      await call(setRuling, { params: { id: data.id }, ifMatch: data.version, body });
      await call(decideApproval, {
        params: { id: data.approvalId },
        ifMatch: approval.data.version,
        body: { decision: 'approve', comment: reason },
      });
      void message.success(t('customers.conflicts.ruledDone'));
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setBusy(false);
      await invalidate(client, stale);
    }
  };
  const other = owner === 'claimant' ? data.holder?.name : data.claimant.name;
  return (
    <section className="panel" aria-labelledby="conflict-rule">
      <h2 id="conflict-rule">{t('customers.conflicts.rule')}</h2>
      <FormField id="ruling-owner" label={t('customers.conflicts.winner')}>
        <Radio.Group
          id="ruling-owner"
          value={owner}
          options={[
            { value: 'claimant', label: t('customers.conflicts.toClaimant', { name: data.claimant.name }) },
            { value: 'holder', label: t('customers.conflicts.toHolder', { name: data.holder?.name ?? '' }) },
          ]}
          onChange={(event) => setOwner(event.target.value)}
        />
      </FormField>
      <p>
        <Checkbox checked={collaborator} onChange={(event) => setCollaborator(event.target.checked)}>
          {t('customers.conflicts.collaborator', { name: other ?? '' })}
        </Checkbox>
      </p>
      <FormField
        id="ruling-lock"
        label={t('customers.conflicts.lockDays')}
        help={t('customers.conflicts.lockHelp')}
        error={errors.lockDays}
      >
        <CountInput id="ruling-lock" value={lockDays} onChange={setLockDays} />
      </FormField>
      <FormField id="ruling-reason" label={t('customers.reason')} required error={errors.reason}>
        <Input.TextArea
          id="ruling-reason"
          autoSize={{ minRows: 2 }}
          maxLength={2000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </FormField>
      <ProblemAlert problem={rest} />
      <Button type="primary" loading={busy} onClick={() => void save()}>
        {t('customers.conflicts.ruleNow')}
      </Button>
    </section>
  );
}

/** The ruling as both read it. */
export function RulingText({ data }: { data: ConflictView }) {
  const { t } = useTranslation();
  if (!data.ruling) return null;
  const names = {
    claimant: data.claimant.name,
    holder: data.holder?.name ?? t('customers.conflicts.somebody'),
  };
  const { owner, collaborator, lockDays, reason } = data.ruling;
  const lines = [
    t('customers.conflicts.ruledTo', { name: names[owner], by: data.ruledBy ?? '' }),
    ...(collaborator
      ? [t('customers.conflicts.collaborator', { name: names[owner === 'claimant' ? 'holder' : 'claimant'] })]
      : []),
    ...(lockDays > 0 ? [t('customers.conflicts.lockedFor', { n: lockDays })] : []),
    labelled(t('customers.reason'), reason),
  ];
  return (
    <Alert
      type="success"
      showIcon
      className="problem"
      title={t('customers.conflicts.ruling')}
      description={
        <ul>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      }
    />
  );
}
