import { Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { FormField } from '#ui/fields/form-field.tsx';
import type { Both } from '../../form-content.ts';

/** A text in Chinese and English side by side. */
export function BothInput({
  id,
  label,
  value,
  onChange,
  error,
  errorEn,
  long = false,
  maxLength,
}: {
  id: string;
  label: string;
  value: Both;
  onChange(value: Both): void;
  error?: string;
  errorEn?: string;
  long?: boolean;
  maxLength: number;
}) {
  const { t } = useTranslation();
  return (
    <div className="grid-2">
      {(['zh', 'en'] as const).map((lang) => {
        const common = {
          id: `${id}-${lang}`,
          maxLength,
          value: value[lang],
          onChange: (event: { target: { value: string } }) => onChange({ ...value, [lang]: event.target.value }),
        };
        return (
          <FormField
            key={lang}
            id={common.id}
            label={`${label} · ${t(lang === 'zh' ? 'collection.forms.chinese' : 'collection.forms.english')}`}
            error={lang === 'zh' ? error : errorEn}
          >
            {long ? <Input.TextArea {...common} autoSize={{ minRows: 2, maxRows: 10 }} /> : <Input {...common} />}
          </FormField>
        );
      })}
    </div>
  );
}
