import { CloseOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { FieldOption, FieldType } from '#shared/fields.ts';
import { Refusal } from '#ui/fields/form-field.tsx';
import { moved } from '#ui/grid/column-chooser.tsx';

/** Types whose values come from a list of options. */
export const optionTypes: ReadonlySet<FieldType> = new Set(['choice', 'multichoice']);

interface OptionsInputProps {
  id?: string;
  options: FieldOption[];
  error?: string;
  onChange(options: FieldOption[]): void;
}

/** The choices of a field; one that is hidden stays for old values and is not offered again. */
export function OptionsInput({ id = 'field-options', options, error, onChange }: OptionsInputProps) {
  const { t } = useTranslation();
  const set = (index: number, part: Partial<FieldOption>) =>
    onChange(options.map((option, place) => (place === index ? { ...option, ...part } : option)));
  return (
    <fieldset className="options" id={id}>
      <legend>{t('fields.options')}</legend>
      {options.map((option, index) => (
        <div key={option.key} className="option">
          <Input
            aria-label={t('fields.optionZh', { n: index + 1 })}
            placeholder={t('fields.labelZh')}
            maxLength={200}
            value={option.zh}
            onChange={(event) => set(index, { zh: event.target.value })}
          />
          <Input
            aria-label={t('fields.optionEn', { n: index + 1 })}
            placeholder={t('fields.labelEn')}
            maxLength={200}
            value={option.en}
            onChange={(event) => set(index, { en: event.target.value })}
          />
          <span className="nowrap">
            <input
              type="color"
              className={option.color ? 'option-color' : 'option-color none'}
              aria-label={t('fields.optionColor', { n: index + 1 })}
              value={option.color ?? '#888888'}
              onChange={(event) => set(index, { color: event.target.value })}
            />
            {option.color ? (
              <Button
                size="small"
                type="text"
                icon={<CloseOutlined aria-hidden />}
                aria-label={t('fields.optionNoColor', { n: index + 1 })}
                onClick={() => set(index, { color: undefined })}
              />
            ) : null}
          </span>
          <Checkbox
            checked={option.hidden === true}
            onChange={(event) => set(index, { hidden: event.target.checked || undefined })}
          >
            {t('fields.hide')}
          </Checkbox>
          <span className="nowrap">
            <Button
              size="small"
              type="text"
              aria-label={t('ui.moveUp', { name: option.zh })}
              onClick={() => onChange(moved(options, index, index - 1))}
            >
              ↑
            </Button>
            <Button
              size="small"
              type="text"
              icon={<DeleteOutlined aria-hidden />}
              aria-label={t('ui.remove', { name: option.zh })}
              onClick={() => onChange(options.filter((_, place) => place !== index))}
            />
          </span>
        </div>
      ))}
      <Button
        size="small"
        icon={<PlusOutlined aria-hidden />}
        onClick={() => onChange([...options, { key: crypto.randomUUID().slice(0, 8), zh: '', en: '' }])}
      >
        {t('fields.addOption')}
      </Button>
      <Refusal id={id} error={error} />
    </fieldset>
  );
}
