import { Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { getNumbering, updateNumbering } from '../contract.ts';

const resets = ['never', 'year', 'month'] as const;

/** Rule of the dossier number; numbers already given stay. */
export function NumberingDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const { data, error } = useEndpoint(getNumbering);
  const update = useSend(updateNumbering, ['/numbering']);
  const [pattern, setPattern] = useState<string>();
  const [reset, setReset] = useState<(typeof resets)[number]>();
  const { errors, rest } = atFields(update.error, 'pattern');
  const save = () => {
    if (data)
      update.mutate(
        { ifMatch: data.version, body: { pattern: pattern ?? data.pattern, reset: reset ?? data.reset } },
        { onSuccess: onClose },
      );
  };
  return (
    <Modal
      open
      title={t('fields.numbering.title')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      confirmLoading={update.isPending}
      onOk={save}
      onCancel={onClose}
    >
      <ProblemAlert problem={error ?? rest} />
      {data ? (
        <>
          <FormField
            id="numbering-pattern"
            label={t('fields.numbering.pattern')}
            help={t('fields.numbering.patternHelp', {
              year: '{YYYY}',
              shortYear: '{YY}',
              month: '{MM}',
              sequence: '{SEQ:6}',
            })}
            error={errors.pattern}
          >
            <Input
              id="numbering-pattern"
              maxLength={60}
              value={pattern ?? data.pattern}
              onChange={(event) => setPattern(event.target.value)}
            />
          </FormField>
          <FormField id="numbering-reset" label={t('fields.numbering.reset')}>
            <Select
              id="numbering-reset"
              className="full-width"
              value={reset ?? data.reset}
              options={resets.map((item) => ({ value: item, label: t(`fields.numbering.resets.${item}`) }))}
              onChange={setReset}
            />
          </FormField>
          <p className="muted">{t('fields.numbering.example', { number: data.example })}</p>
        </>
      ) : (
        <Loading />
      )}
    </Modal>
  );
}
