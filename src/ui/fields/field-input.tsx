import { Cascader, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldDefinition } from '#shared/fields.ts';
import { cellText } from '#shared/values/text.ts';
import { companyZone } from '#ui/format.ts';
import { byLabel, choiceOptions } from './choice-options.ts';
import { DayInput } from './day-input.tsx';
import { PictureInput } from './picture-input.tsx';
import { PointsInput } from './points-input.tsx';
import { RecordSelect } from './record-select.tsx';
import { regionPath, useRegions } from './regions.ts';
import { TextsInput } from './texts-input.tsx';

export interface FieldInputProps {
  id: string;
  field: FieldDefinition;
  value: unknown;
  onChange(value: unknown): void;
  labels?: Record<string, string>;
  /** Enter in a one-line input. */
  onEnter?(): void;
  /** Where no label points at `id`. */
  labelledBy?: string;
}

/** The input of a dictionary field. What is typed is kept as typed; the server checks and says what is wrong. */
export function FieldInput({ id, field, value, onChange, labels = {}, onEnter, labelledBy }: FieldInputProps) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language;
  const common = {
    id,
    'aria-labelledby': labelledBy,
    'aria-required': field.required || undefined,
  };
  const line = (more: Partial<Parameters<typeof Input>[0]> = {}) => (
    <Input
      {...common}
      value={typeof value === 'string' || typeof value === 'number' ? String(value) : ''}
      onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
      onPressEnter={(event) => {
        if (!event.nativeEvent.isComposing) onEnter?.();
      }}
      {...more}
    />
  );
  const select = (options: { value: string; label: string }[], multiple = false) => (
    <Select
      {...common}
      className="full-width"
      allowClear={!field.required}
      showSearch={byLabel}
      mode={multiple ? 'multiple' : undefined}
      value={(value ?? (multiple ? [] : undefined)) as string}
      onChange={(next: unknown) => onChange(next ?? null)}
      options={options}
    />
  );
  switch (field.type) {
    case 'longtext':
      return (
        <Input.TextArea
          {...common}
          autoSize={{ minRows: 2, maxRows: 12 }}
          value={String(value ?? '')}
          onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
        />
      );
    case 'number':
      return line({ inputMode: 'decimal', suffix: field.rules.unit });
    case 'money':
      return <MoneyInput {...{ common, field, value, onChange, lang, onEnter }} />;
    case 'boolean':
      return (
        <Select
          {...common}
          className="full-width"
          allowClear
          value={value === null || value === undefined ? undefined : String(value)}
          onChange={(next?: string) => onChange(next === undefined ? null : next === 'true')}
          options={['true', 'false'].map((key) => ({ value: key, label: t(key === 'true' ? 'ui.yes' : 'ui.no') }))}
        />
      );
    case 'date':
    case 'datetime':
      return (
        <DayInput
          {...common}
          type={field.type === 'date' ? 'date' : 'datetime-local'}
          max={field.type === 'date' ? '9999-12-31' : undefined}
          value={value}
          onChange={onChange}
          onPressEnter={onEnter}
        />
      );
    case 'lunarDate':
      return <TextOf {...{ common, field, value, onChange, lang, onEnter }} placeholder={t('ui.lunarHint')} />;
    case 'choice':
    case 'multichoice':
    case 'country':
      return select(choiceOptions(field, lang, value), field.type === 'multichoice');
    case 'region':
      return <RegionInput {...{ common, value, onChange }} />;
    case 'phone':
    case 'phones':
    case 'emails':
    case 'urls':
    case 'addresses':
      return (
        <PointsInput
          id={id}
          type={field.type}
          value={value}
          onChange={onChange}
          labelledBy={labelledBy}
          onEnter={onEnter}
        />
      );
    case 'texts':
      return <TextsInput {...common} value={value} onChange={onChange} />;
    case 'user':
    case 'customer':
    case 'contact':
      return (
        <RecordSelect
          {...common}
          kind={field.type}
          value={(value ?? null) as string | null}
          label={labels[String(value)]}
          onChange={onChange}
        />
      );
    case 'picture':
      return <PictureInput {...{ id, value, onChange }} />;
    case 'email':
      return line({ type: 'email', inputMode: 'email' });
    case 'url':
      return line({ inputMode: 'url' });
    default:
      return line();
  }
}

interface PartProps {
  common: object;
  field: FieldDefinition;
  value: unknown;
  onChange(value: unknown): void;
  lang: string;
  onEnter?(): void;
}

/** Typed as text in any usual writing; a stored value is first shown in words. */
function TextOf({ common, field, value, onChange, lang, onEnter, placeholder }: PartProps & { placeholder: string }) {
  const [text, setText] = useState(() =>
    typeof value === 'string' ? value : String(cellText(field, value, lang, {}, companyZone()) ?? ''),
  );
  return (
    <Input
      {...common}
      placeholder={placeholder}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        onChange(event.target.value === '' ? null : event.target.value);
      }}
      onPressEnter={(event) => {
        if (!event.nativeEvent.isComposing) onEnter?.();
      }}
    />
  );
}

function MoneyInput(props: PartProps) {
  const { t } = useTranslation();
  return <TextOf {...props} placeholder={t('ui.moneyHint')} />;
}

function RegionInput({ common, value, onChange }: { common: object; value: unknown; onChange(value: unknown): void }) {
  const { data = [] } = useRegions();
  return (
    <Cascader
      {...common}
      className="full-width"
      changeOnSelect
      showSearch
      options={data}
      fieldNames={{ label: 'name', value: 'code', children: 'children' }}
      value={value ? regionPath(data, String(value)).map((node) => node.code) : []}
      onChange={(path) => onChange(path?.at(-1) ?? null)}
    />
  );
}
