import { Link } from '@tanstack/react-router';
import { Alert, App, Button, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type FieldDefinition,
  type FieldOption,
  type FieldType,
  fieldTypeKeys,
  isConvertible,
} from '#shared/fields.ts';
import { useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { formatNumber } from '#ui/format.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { convertField, previewConversion } from '../contract.ts';
import { dictionaryStale } from './dictionary.ts';
import { OptionsInput, optionTypes } from './options-input.tsx';

/** Changes the type of a custom field, after every present value was tried in the new one. */
export function ConversionDialog({
  field,
  onClose,
  onDone,
}: {
  field: FieldDefinition;
  onClose(): void;
  onDone(): void;
}) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const preview = useSend(previewConversion);
  const convert = useSend(convertField, dictionaryStale);
  const [type, setType] = useState<FieldType>();
  const [options, setOptions] = useState<FieldOption[]>(field.options);
  const body = type ? { type, rules: {}, ...(optionTypes.has(type) ? { options } : {}) } : undefined;
  const result = preview.data;
  const failures = result ? result.total - result.convertible : 0;
  const { errors, rest } = atFields(preview.error ?? convert.error, 'type', 'options');
  return (
    <Modal
      open
      title={t('fields.convert.title')}
      onCancel={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button
            disabled={!body}
            loading={preview.isPending}
            onClick={() => body && preview.mutate({ params: { id: field.id }, body })}
          >
            {t('fields.convert.try')}
          </Button>
          <Button
            type="primary"
            disabled={!body || !result || failures > 0}
            loading={convert.isPending}
            onClick={() =>
              body &&
              convert.mutate(
                { params: { id: field.id }, ifMatch: field.version, body },
                {
                  onSuccess: () => {
                    void message.success(t('ui.saved'));
                    onDone();
                  },
                },
              )
            }
          >
            {t('fields.convert.do')}
          </Button>
        </>
      }
    >
      <ProblemAlert problem={rest} />
      <FormField id="convert-type" label={t('fields.convert.to')} error={errors.type}>
        <Select<FieldType>
          id="convert-type"
          className="full-width"
          value={type}
          options={fieldTypeKeys
            .filter((item) => item !== field.type && isConvertible(item))
            .map((item) => ({ value: item, label: t(`fields.types.${item}`) }))}
          onChange={(value) => {
            setType(value);
            preview.reset();
          }}
        />
      </FormField>
      {type && optionTypes.has(type) ? (
        <OptionsInput id="convert-options" options={options} error={errors.options} onChange={setOptions} />
      ) : null}
      {result ? (
        <Alert
          role="status"
          showIcon
          type={failures === 0 ? 'success' : 'warning'}
          title={t('fields.convert.result', { n: result.convertible, total: result.total })}
          description={
            <>
              {failures > 0 ? (
                <ul>
                  {result.failures.map(({ recordId, name, customerId, value, code, params }) => (
                    <li key={recordId}>
                      {customerId ? (
                        <Link to="/customers/$id" params={{ id: customerId }} target="_blank">
                          {name}
                        </Link>
                      ) : null}{' '}
                      <q>{value}</q> {t(`errors.${code}`, params ?? {})}
                    </li>
                  ))}
                </ul>
              ) : null}
              {failures > result.failures.length ? (
                <p>{t('fields.convert.more', { n: formatNumber(failures - result.failures.length) })}</p>
              ) : null}
              {result.defaultLost ? <p>{t('fields.convert.defaultLost')}</p> : null}
            </>
          }
        />
      ) : null}
    </Modal>
  );
}
