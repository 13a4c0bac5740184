import { App, Button, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { DayInput } from '#ui/fields/day-input.tsx';
import { atFields, FormField, useTried } from '#ui/fields/form-field.tsx';
import { companyToday } from '#ui/format.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { type customerClass, endOverride, setOverride } from '../classes-contract.ts';
import type { Overridable } from '../spec.ts';
import { useClassNames } from './shared.tsx';

type Item = (typeof customerClass)['_output'];

/** Sets a class against the facts, with the reason and until when. */
export function OverrideDialog({ customerId, item, onClose }: { customerId: string; item: Item; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { fieldName, optionsOf } = useClassNames();
  const set = useSend(setOverride, ['/customers', '/class']);
  const end = useSend(endOverride, ['/customers', '/class']);
  const [value, setValue] = useState(item.override?.value ?? item.value ?? undefined);
  const [reason, setReason] = useState(item.override?.reason ?? '');
  const [expiresOn, setExpiresOn] = useState(item.override?.expiresOn ?? '');
  const [tried, again] = useTried();
  const problem = set.error ?? end.error;
  const { errors, rest } = atFields(problem, 'input', 'value', 'reason', 'expiresOn');
  const params = { id: customerId, dimension: item.dimension as Overridable };
  const done = () => {
    void message.success(t('ui.saved'));
    onClose();
  };
  const missing = tried ? t('errors.input.required') : undefined;
  return (
    <Modal
      open
      title={t('segments.overrideTitle', { name: fieldName(item.dimension) })}
      onCancel={onClose}
      footer={
        <>
          {item.override ? (
            <Button
              danger
              type="text"
              loading={end.isPending}
              onClick={() => end.mutate({ params }, { onSuccess: done })}
            >
              {t('segments.endOverride')}
            </Button>
          ) : null}
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button
            type="primary"
            loading={set.isPending}
            onClick={() => {
              again();
              if (!value || reason.trim() === '') return;
              set.mutate({ params, body: { value, reason, expiresOn: expiresOn || null } }, { onSuccess: done });
            }}
          >
            {t('ui.save')}
          </Button>
        </>
      }
    >
      <ProblemAlert problem={rest} />
      <FormField
        id="override-value"
        label={t('ui.value')}
        required
        error={errors.value ?? (value ? undefined : missing)}
      >
        <Select
          id="override-value"
          className="full-width"
          value={value}
          options={optionsOf(item.dimension)}
          onChange={setValue}
        />
      </FormField>
      <FormField
        id="override-reason"
        label={t('segments.reason')}
        required
        error={errors.reason ?? (reason.trim() ? undefined : missing)}
      >
        <Input
          id="override-reason"
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </FormField>
      <FormField
        id="override-expires"
        label={t('segments.expiresOn')}
        help={t('segments.expiresHelp')}
        error={errors.expiresOn}
      >
        <DayInput
          id="override-expires"
          min={companyToday()}
          value={expiresOn}
          onChange={(day) => setExpiresOn(day ?? '')}
        />
      </FormField>
    </Modal>
  );
}
