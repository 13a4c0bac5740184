import { Checkbox, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Lang } from '#shared/languages.ts';
import { FormField } from '#ui/fields/form-field.tsx';

export interface SendingOptions {
  mail: boolean;
  lang: Lang;
  validDays: number | null;
}

/** How links are sent: by mail, in which language, for how long. */
export function SendingOptionsInput({
  id,
  value,
  error,
  onChange,
}: {
  id: string;
  value: SendingOptions;
  error?: string;
  onChange(value: SendingOptions): void;
}) {
  const { t } = useTranslation();
  return (
    <>
      <FormField id={`${id}-valid`} label={t('collection.forms.validDays')} error={error}>
        <Select
          id={`${id}-valid`}
          className="form-add"
          value={value.validDays ?? 0}
          options={[0, 7, 14, 30, 90].map((days) => ({
            value: days,
            label: days === 0 ? t('collection.forms.asForm') : t('collection.forms.forDays', { n: days }),
          }))}
          onChange={(days: number) => onChange({ ...value, validDays: days || null })}
        />
      </FormField>
      <div className="bar">
        <Checkbox checked={value.mail} onChange={(event) => onChange({ ...value, mail: event.target.checked })}>
          {t('collection.forms.byMail')}
        </Checkbox>
        <Checkbox
          checked={value.lang === 'en-US'}
          disabled={!value.mail}
          onChange={(event) => onChange({ ...value, lang: event.target.checked ? 'en-US' : 'zh-CN' })}
        >
          {t('collection.forms.mailEnglish')}
        </Checkbox>
      </div>
    </>
  );
}
