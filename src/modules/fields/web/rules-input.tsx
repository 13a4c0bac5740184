import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { FieldDefinition, FieldRules, FieldType } from '#shared/fields.ts';
import { FormField, Refusal } from '#ui/fields/form-field.tsx';
import { label } from '#ui/i18n.ts';

interface RulesInputProps {
  type: FieldType;
  rules: FieldRules;
  /** Fields a score may add up. */
  fields: FieldDefinition[];
  errors: Partial<Record<string, string>>;
  onChange(rules: FieldRules): void;
}

const formats = ['uscc', 'idCard', 'postcode', 'bankCard'] as const;

/** The checks that make sense for a type. */
export function RulesInput({ type, rules, fields, errors, onChange }: RulesInputProps) {
  const { t } = useTranslation();
  const error = errors.rules;
  const set = (part: Partial<FieldRules>) =>
    onChange(
      Object.fromEntries(
        Object.entries({ ...rules, ...part }).filter(
          ([, value]) => value !== undefined && value !== null && value !== '',
        ),
      ) as FieldRules,
    );
  if (type === 'number') {
    return (
      <div className="grid-2">
        {(['min', 'max', 'decimals'] as const).map((name) => (
          <FormField key={name} id={`rule-${name}`} label={t(`fields.rules.${name}`)} error={errors[`rules.${name}`]}>
            <InputNumber
              id={`rule-${name}`}
              className="full-width"
              {...(name === 'decimals' ? { min: 0, max: 6, precision: 0 } : {})}
              value={rules[name]}
              onChange={(value) => set({ [name]: value ?? undefined })}
            />
          </FormField>
        ))}
        <FormField id="rule-unit" label={t('fields.rules.unit')} error={error}>
          <Input
            id="rule-unit"
            maxLength={20}
            value={rules.unit ?? ''}
            onChange={(event) => set({ unit: event.target.value })}
          />
        </FormField>
      </div>
    );
  }
  if (type === 'text' || type === 'longtext') {
    return (
      <div className="grid-2">
        <FormField id="rule-length" label={t('fields.rules.maxLength')} error={error}>
          <InputNumber
            id="rule-length"
            className="full-width"
            min={1}
            max={20000}
            value={rules.maxLength}
            onChange={(value) => set({ maxLength: value ?? undefined })}
          />
        </FormField>
        {type === 'text' ? (
          <FormField id="rule-format" label={t('fields.rules.format')}>
            <Select
              id="rule-format"
              className="full-width"
              allowClear
              value={rules.format}
              options={formats.map((item) => ({ value: item, label: t(`fields.formats.${item}`) }))}
              onChange={(format) => set({ format })}
            />
          </FormField>
        ) : null}
      </div>
    );
  }
  if (type === 'date' || type === 'lunarDate')
    return (
      <Checkbox checked={rules.past ?? false} onChange={(event) => set({ past: event.target.checked || undefined })}>
        {t('fields.rules.past')}
      </Checkbox>
    );
  if (type === 'score')
    return <ScoreInput terms={rules.score ?? []} fields={fields} error={error} onChange={(score) => set({ score })} />;
  return null;
}

type Term = NonNullable<FieldRules['score']>[number];

function ScoreInput({
  terms,
  fields,
  error,
  onChange,
}: {
  terms: Term[];
  fields: FieldDefinition[];
  error?: string;
  onChange(terms: Term[]): void;
}) {
  const { t } = useTranslation();
  const set = (index: number, part: Partial<Term>) =>
    onChange(terms.map((term, place) => (place === index ? { ...term, ...part } : term)));
  return (
    <fieldset className="options" id="field-score">
      <legend>{t('fields.rules.score')}</legend>
      {terms.map((term, index) => (
        <div key={term.field} className="option">
          <Select
            aria-label={t('fields.rules.scoreField')}
            className="grow"
            showSearch={{ optionFilterProp: 'label' }}
            value={term.field}
            options={fields
              .filter((field) => field.type !== 'score')
              .map((field) => ({ value: field.key, label: label(field.label) }))}
            onChange={(field) => set(index, { field })}
          />
          <Select
            aria-label={t('fields.rules.scoreCount')}
            value={term.count}
            options={(['value', 'filled'] as const).map((item) => ({ value: item, label: t(`fields.rules.${item}`) }))}
            onChange={(count) => set(index, { count })}
          />
          <InputNumber
            aria-label={t('fields.rules.scoreWeight')}
            value={term.weight}
            onChange={(weight) => set(index, { weight: weight ?? 0 })}
          />
          <Button
            size="small"
            type="text"
            icon={<DeleteOutlined aria-hidden />}
            aria-label={t('ui.remove', { name: term.field })}
            onClick={() => onChange(terms.filter((_, place) => place !== index))}
          />
        </div>
      ))}
      <Button
        size="small"
        icon={<PlusOutlined aria-hidden />}
        onClick={() => {
          const next = fields.find(
            (field) => field.type !== 'score' && !terms.some((term) => term.field === field.key),
          );
          if (next) onChange([...terms, { field: next.key, weight: 1, count: 'filled' }]);
        }}
      >
        {t('fields.rules.addTerm')}
      </Button>
      <Refusal id="field-score" error={error} />
    </fieldset>
  );
}
