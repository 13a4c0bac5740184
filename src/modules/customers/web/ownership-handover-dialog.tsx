import { App, Input, Modal, Radio } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ResponseOf } from '#shared/endpoint.ts';
import { call, useSend } from '#ui/api.ts';
import { DayInput } from '#ui/fields/day-input.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { previewHandover, startHandover } from '../handover-contract.ts';

type HandoverPreview = ResponseOf<typeof previewHandover>;

/** Arranges a hand-over: whose customers, all or some, to whom, for good or for a time. */
export function HandoverDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const start = useSend(startHandover, ['/handovers', '/customers']);
  const [fromUserId, setFrom] = useState<string | null>(null);
  const [toUserId, setTo] = useState<string | null>(null);
  const [kind, setKind] = useState<'transfer' | 'standIn'>('transfer');
  const [fromOn, setFromOn] = useState('');
  const [toOn, setToOn] = useState('');
  const [reason, setReason] = useState('');
  const [some, setSome] = useState(false);
  const [chosen, setChosen] = useState<string[]>([]);
  const [preview, setPreview] = useState<HandoverPreview | null>(null);
  const ids = chosen.join();
  useEffect(() => {
    setPreview(null);
    if (!fromUserId || (some && ids === '')) return;
    const abort = new AbortController();
    const body = { fromUserId, ...(some ? { customerIds: ids.split(',') } : {}) };
    call(previewHandover, { body, signal: abort.signal }).then(setPreview, () => undefined);
    return () => abort.abort();
  }, [fromUserId, some, ids]);
  const { errors, rest } = atFields(start.error, 'fromUserId', 'customerIds', 'toUserId', 'fromOn', 'toOn');
  const save = () => {
    if (!fromUserId || !toUserId) return;
    const body = {
      ...{ fromUserId, toUserId, kind, reason },
      ...(some ? { customerIds: chosen } : {}),
      ...(fromOn ? { fromOn } : {}),
      ...(kind === 'standIn' && toOn ? { toOn } : {}),
    };
    start.mutate(
      { body },
      {
        onSuccess: () => {
          void message.success(t('customers.handovers.started'));
          onClose();
        },
      },
    );
  };
  return (
    <Modal
      open
      title={t('customers.handovers.new')}
      okText={t('customers.handovers.start')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !fromUserId || !toUserId || (some && chosen.length === 0), loading: start.isPending }}
      onOk={save}
      onCancel={onClose}
    >
      <ProblemAlert problem={rest} />
      <FormField id="handover-from" label={t('customers.handovers.from')} required error={errors.fromUserId}>
        <RecordSelect
          id="handover-from"
          kind="user"
          blocked
          value={fromUserId}
          onChange={(id) => {
            setFrom(id);
            setChosen([]);
          }}
        />
      </FormField>
      <FormField id="handover-which" label={t('customers.handovers.which')} error={errors.customerIds}>
        <Radio.Group
          id="handover-which"
          optionType="button"
          value={some}
          options={[
            { value: false, label: t('customers.handovers.all') },
            { value: true, label: t('customers.handovers.some') },
          ]}
          onChange={(event) => setSome(event.target.value)}
        />
      </FormField>
      {some && fromUserId ? (
        <FormField id="handover-customers" label={t('customers.handovers.chosen')} required>
          <RecordSelect
            key={fromUserId}
            id="handover-customers"
            kind="customer"
            multiple
            ownerId={fromUserId}
            maxCount={500}
            value={chosen}
            onChange={setChosen}
          />
        </FormField>
      ) : null}
      <FormField id="handover-to" label={t('customers.handovers.to')} required error={errors.toUserId}>
        <RecordSelect id="handover-to" kind="user" value={toUserId} onChange={setTo} />
      </FormField>
      <FormField id="handover-kind" label={t('customers.handovers.kind')} help={t(`customers.handovers.help.${kind}`)}>
        <Radio.Group
          id="handover-kind"
          optionType="button"
          value={kind}
          options={(['transfer', 'standIn'] as const).map((value) => ({
            value,
            label: t(`customers.handovers.kinds.${value}`),
          }))}
          onChange={(event) => setKind(event.target.value)}
        />
      </FormField>
      <div className="grid-2">
        <FormField
          id="handover-first"
          label={t('customers.handovers.firstDay')}
          help={t('customers.handovers.today')}
          error={errors.fromOn}
        >
          <DayInput id="handover-first" value={fromOn} onChange={(day) => setFromOn(day ?? '')} />
        </FormField>
        {kind === 'standIn' ? (
          <FormField id="handover-last" label={t('customers.handovers.lastDay')} required error={errors.toOn}>
            <DayInput id="handover-last" value={toOn} onChange={(day) => setToOn(day ?? '')} />
          </FormField>
        ) : null}
      </div>
      <FormField id="handover-reason" label={t('customers.reason')}>
        <Input
          id="handover-reason"
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </FormField>
      <p aria-live="polite">{preview ? t('customers.handovers.preview', { n: preview.customers }) : ' '}</p>
      {preview ? (
        <ul className="muted">
          {preview.parts
            .filter((part) => part.count > 0)
            .map((part) => (
              <li key={part.name}>
                {t(`customers.handovers.parts.${part.name}`)} {part.count}
              </li>
            ))}
        </ul>
      ) : null}
    </Modal>
  );
}
