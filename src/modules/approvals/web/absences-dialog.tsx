import { App, Button, Input, Modal, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { DayInput } from '#ui/fields/day-input.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { companyToday } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { cancelDelegation, createDelegation, type DelegationView, listDelegations } from '../delegation-contract.ts';

const stale = ['/approval-delegations', '/approvals'];

/** Absences: from when to when, and who decides meanwhile. */
export function AbsencesDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const pages = usePages(listDelegations, { query: { limit: 20 } });
  const items = itemsOf(pages);
  return (
    <Modal open title={t('approvals.absence.title')} footer={null} onCancel={onClose} width={620}>
      <p className="muted">{t('approvals.absence.text')}</p>
      <NewAbsence />
      <ProblemAlert problem={pages.error} />
      <ul className="cards">
        {items.map((item) => (
          <Absence key={item.id} item={item} />
        ))}
      </ul>
      <LoadMore query={pages} />
    </Modal>
  );
}

function Absence({ item }: { item: DelegationView }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const cancel = useSend(cancelDelegation, stale);
  return (
    <li className="list-row">
      <span className="grow">
        <strong>{item.userName}</strong> {item.from} – {item.to}
        <span className="muted">
          {' '}
          {item.delegateName ? t('approvals.absence.by', { name: item.delegateName }) : t('approvals.absence.nobody')}{' '}
          {item.reason}
        </span>
      </span>
      {item.active ? <Tag color="blue">{t('approvals.absence.now')}</Tag> : null}
      {item.can.cancel ? (
        <Button
          size="small"
          loading={cancel.isPending}
          onClick={() =>
            cancel.mutate(
              { params: { id: item.id }, ifMatch: item.version },
              { onError: (problem) => void message.error(problem.message) },
            )
          }
        >
          {t('approvals.absence.end')}
        </Button>
      ) : null}
    </li>
  );
}

function NewAbsence() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const create = useSend(createDelegation, stale);
  const [delegateId, setDelegateId] = useState<string | null>(null);
  const [from, setFrom] = useState(companyToday);
  const [to, setTo] = useState(companyToday);
  const [reason, setReason] = useState('');
  const { errors, rest } = atFields(create.error, 'from', 'to', 'delegateId', 'reason');
  const save = () =>
    create.mutate(
      { body: { delegateId, from, to, reason } },
      {
        onSuccess: () => {
          setDelegateId(null);
          setReason('');
          void message.success(t('ui.saved'));
        },
      },
    );
  return (
    <section className="panel" aria-label={t('approvals.absence.new')}>
      <ProblemAlert problem={rest} />
      <div className="grid-2">
        <FormField id="absence-from" label={t('approvals.absence.from')} required error={errors.from}>
          <DayInput id="absence-from" value={from} onChange={(day) => setFrom(day ?? '')} />
        </FormField>
        <FormField id="absence-to" label={t('approvals.absence.to')} required error={errors.to}>
          <DayInput id="absence-to" value={to} onChange={(day) => setTo(day ?? '')} />
        </FormField>
        <FormField
          id="absence-delegate"
          label={t('approvals.absence.delegate')}
          help={t('approvals.absence.delegateHelp')}
          error={errors.delegateId}
        >
          <RecordSelect id="absence-delegate" kind="user" value={delegateId} onChange={setDelegateId} />
        </FormField>
        <FormField id="absence-reason" label={t('approvals.absence.reason')} error={errors.reason}>
          <Input
            id="absence-reason"
            maxLength={200}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </FormField>
      </div>
      <Button type="primary" loading={create.isPending} onClick={save}>
        {t('approvals.absence.save')}
      </Button>
    </section>
  );
}
