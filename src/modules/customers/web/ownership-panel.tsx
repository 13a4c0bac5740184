import { App, Button, Input, Modal, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { DayInput } from '#ui/fields/day-input.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { label } from '#ui/i18n.ts';
import { ProblemAlert } from '#ui/page.tsx';
import {
  claimCustomers,
  getOwnership,
  lockCustomer,
  type OwnershipView,
  releaseCustomer,
  unlockCustomer,
} from '../ownership-contract.ts';
import { CollaboratorsDialog } from './ownership-collaborators.tsx';

const stale = ['/customers', '/pools'];

/** Days until the customer returns to its pool, or the pool it is in, and what can be done about it. */
export default function OwnershipPanel({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { data, error } = useEndpoint(getOwnership, { params: { id: customerId } });
  const claim = useSend(claimCustomers, stale);
  const unlock = useSend(unlockCustomer, stale);
  const [dialog, setDialog] = useState<'release' | 'lock' | 'collaborators' | null>(null);
  if (error) return <ProblemAlert problem={error} />;
  if (!data) return null;
  const failed = (problem: Error) => void message.error(problem.message);
  const take = () => {
    if (!data.pool) return;
    claim.mutate(
      { params: { id: data.pool.id }, body: { customerIds: [customerId] } },
      {
        onError: failed,
        onSuccess: ({ items: [item] }) =>
          void (item?.ok
            ? message.success(t('customers.pools.claimed', { n: 1 }))
            : message.error(t(`errors.${item?.code}`))),
      },
    );
  };
  return (
    <section className="panel ownership-panel" aria-label={t('customers.pools.ownership')}>
      <Term data={data} />
      <div className="row">
        {data.can.claim ? (
          <Button size="small" type="primary" loading={claim.isPending} onClick={take}>
            {t('customers.pools.claim')}
          </Button>
        ) : null}
        {data.can.lock && !data.lockedUntil ? (
          <Button size="small" onClick={() => setDialog('lock')}>
            {t('customers.pools.lock')}
          </Button>
        ) : null}
        {data.can.lock && data.lockedUntil ? (
          <Button
            size="small"
            loading={unlock.isPending}
            onClick={() => unlock.mutate({ params: { id: customerId }, ifMatch: data.version }, { onError: failed })}
          >
            {t('customers.pools.unlock')}
          </Button>
        ) : null}
        {data.can.release ? (
          <Button size="small" onClick={() => setDialog('release')}>
            {t('customers.pools.release')}
          </Button>
        ) : null}
        <Button size="small" onClick={() => setDialog('collaborators')}>
          {t('customers.pools.collaborators')}
        </Button>
      </div>
      {dialog === 'release' ? <ReleaseDialog id={customerId} data={data} onClose={() => setDialog(null)} /> : null}
      {dialog === 'lock' ? <LockDialog id={customerId} data={data} onClose={() => setDialog(null)} /> : null}
      {dialog === 'collaborators' ? (
        <CollaboratorsDialog customerId={customerId} onClose={() => setDialog(null)} />
      ) : null}
    </section>
  );
}

const poolName = (pool: { name: string; nameEn: string }) => label({ zh: pool.name, en: pool.nameEn || pool.name });

function Term({ data }: { data: OwnershipView }) {
  const { t } = useTranslation();
  if (data.pool)
    return (
      <p>
        <Tag color="blue">{poolName(data.pool)}</Tag>
        {data.contactsHidden ? <span className="muted">{t('customers.pools.hidden')}</span> : null}
      </p>
    );
  if (data.lockedUntil) return <p>{t('customers.pools.lockedUntil', { day: data.lockedUntil })}</p>;
  if (data.daysLeft === null || !data.homePool) return <p className="muted">{t('customers.pools.stays')}</p>;
  const color = data.daysLeft <= 1 ? 'error' : data.daysLeft <= 3 ? 'warning' : 'default';
  return (
    <p>
      <Tag color={color}>
        {data.daysLeft < 0
          ? t('customers.pools.tonight')
          : data.daysLeft === 0
            ? t('customers.pools.lastDay')
            : t('customers.pools.daysLeft', { n: data.daysLeft })}
      </Tag>
      <span className="muted">
        {t(`customers.pools.because.${data.rule ?? 'followUp'}`, {
          day: data.returnDueOn ?? '',
          pool: poolName(data.homePool),
        })}
      </span>
    </p>
  );
}

interface DialogProps {
  id: string;
  data: OwnershipView;
  onClose(): void;
}

function ReleaseDialog({ id, data, onClose }: DialogProps) {
  const { t } = useTranslation();
  const release = useSend(releaseCustomer, stale);
  const [reason, setReason] = useState('');
  const { errors, rest } = atFields(release.error, 'reason');
  return (
    <Modal
      open
      title={t('customers.pools.release')}
      okText={t('customers.pools.release')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ loading: release.isPending }}
      onCancel={onClose}
      onOk={() => release.mutate({ params: { id }, ifMatch: data.version, body: { reason } }, { onSuccess: onClose })}
    >
      <ProblemAlert problem={rest} />
      {data.homePool ? <p>{t('customers.pools.releaseText', { pool: poolName(data.homePool) })}</p> : null}
      <FormField id="release-reason" label={t('customers.reason')} required error={errors.reason}>
        <Input.TextArea
          id="release-reason"
          rows={2}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </FormField>
    </Modal>
  );
}

function LockDialog({ id, data, onClose }: DialogProps) {
  const { t } = useTranslation();
  const lock = useSend(lockCustomer, stale);
  const [until, setUntil] = useState('');
  const { errors, rest } = atFields(lock.error, 'until');
  return (
    <Modal
      open
      title={t('customers.pools.lock')}
      okText={t('customers.pools.lock')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ loading: lock.isPending }}
      onCancel={onClose}
      onOk={() => lock.mutate({ params: { id }, ifMatch: data.version, body: { until } }, { onSuccess: onClose })}
    >
      <ProblemAlert problem={rest} />
      <FormField
        id="lock-until"
        label={t('customers.pools.until')}
        required
        help={t('customers.pools.lockHelp', { n: data.lockDays })}
        error={errors.until}
      >
        <DayInput id="lock-until" value={until} onChange={(day) => setUntil(day ?? '')} />
      </FormField>
    </Modal>
  );
}
