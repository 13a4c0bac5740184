import { useQuery } from '@tanstack/react-query';
import { Cascader, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Operator } from '#shared/conditions.ts';
import type { FieldDefinition, MoneyValue } from '#shared/fields.ts';
import { parseMoney } from '#shared/money.ts';
import { countryCodes, countryName } from '#shared/reference/countries.ts';
import { industries } from '#shared/reference/industries.ts';
import { cellText } from '#shared/values/text.ts';
import { companyZone } from '#ui/format.ts';
import { useSession } from '#ui/session.tsx';
import { byLabel } from './choice-options.ts';
import { useLookups } from './lookups.tsx';
import { RecordSelect } from './record-select.tsx';
import { regionPath, useRegions } from './regions.ts';

interface OperandProps {
  field: FieldDefinition;
  op: Operator;
  value: unknown;
  onChange(value: unknown): void;
}

/** The right-hand side of a condition: what it looks like depends on the field's type and the operator. */
export function OperandInput({ field, op, value, onChange }: OperandProps) {
  const { t } = useTranslation();
  if (op === 'empty' || op === 'notEmpty' || op === 'isMe') return null;
  if (op === 'withinLast' || op === 'olderThan' || op === 'withinNext')
    return <Interval value={value} onChange={onChange} />;
  if (op === 'inTeam') return <TeamOperand value={value} onChange={onChange} name={t('ui.value')} />;
  if (op === 'between') {
    const pair = (Array.isArray(value) ? value : [undefined, undefined]) as [unknown, unknown];
    return (
      <>
        <One field={field} value={pair[0]} onChange={(next) => onChange([next, pair[1]])} name={t('ui.from')} />
        <One field={field} value={pair[1]} onChange={(next) => onChange([pair[0], next])} name={t('ui.to')} />
      </>
    );
  }
  return (
    <One field={field} value={value} onChange={onChange} many={op === 'in' || op === 'notIn'} name={t('ui.value')} />
  );
}

interface OneProps {
  field: FieldDefinition;
  value: unknown;
  onChange(value: unknown): void;
  name: string;
  many?: boolean;
}

function One({ field, value, onChange, name, many = false }: OneProps) {
  const { t, i18n } = useTranslation();
  const common = { 'aria-label': name, className: 'condition-value' };
  const choose = (options: { value: string; label: string }[]) => (
    <Select
      {...common}
      mode={many ? 'multiple' : undefined}
      showSearch={byLabel}
      value={(value ?? (many ? [] : undefined)) as string}
      options={options}
      onChange={(next: unknown) => onChange(next)}
    />
  );
  switch (field.type) {
    case 'choice':
    case 'multichoice':
      return choose(
        (field.rules.reference === 'industry' ? industries : field.options).map((option) => ({
          value: option.key,
          label: i18n.language === 'en-US' ? option.en : option.zh,
        })),
      );
    case 'country':
      return choose(countryCodes.map((code) => ({ value: code, label: countryName(code, i18n.language) })));
    case 'boolean':
      return (
        <Select
          {...common}
          value={value === undefined ? undefined : String(value)}
          options={['true', 'false'].map((key) => ({ value: key, label: t(key === 'true' ? 'ui.yes' : 'ui.no') }))}
          onChange={(next) => onChange(next === 'true')}
        />
      );
    case 'region':
      return <RegionOperand {...{ value, onChange, name }} />;
    case 'user':
    case 'customer':
    case 'contact':
      return (
        <span className="condition-value">
          {many ? (
            <RecordSelect
              aria-label={name}
              kind={field.type}
              multiple
              value={(value ?? []) as string[]}
              onChange={onChange}
            />
          ) : (
            <RecordSelect
              aria-label={name}
              kind={field.type}
              value={(value ?? null) as string | null}
              onChange={onChange}
            />
          )}
        </span>
      );
    case 'money':
      return <MoneyOperand {...{ field, value, onChange, name }} />;
    case 'date':
    case 'datetime':
      return (
        <Input {...common} type="date" value={String(value ?? '')} onChange={(event) => onChange(event.target.value)} />
      );
    case 'number':
    case 'score':
      return (
        <Input
          {...common}
          inputMode="decimal"
          value={String(value ?? '')}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    default:
      if (many)
        return (
          <Select
            {...common}
            mode="tags"
            open={false}
            suffixIcon={null}
            value={(value ?? []) as string[]}
            onChange={(next) => onChange(next)}
          />
        );
      return <Input {...common} value={String(value ?? '')} onChange={(event) => onChange(event.target.value)} />;
  }
}

function TeamOperand({ value, onChange, name }: Omit<OneProps, 'field'>) {
  const { team } = useLookups();
  const { data = [] } = useQuery({ queryKey: ['lookup', 'team'], queryFn: team });
  return (
    <Select
      aria-label={name}
      className="condition-value"
      mode="multiple"
      showSearch={byLabel}
      value={(value ?? []) as string[]}
      options={data.map((item) => ({ value: item.id, label: item.name }))}
      onChange={onChange}
    />
  );
}

function RegionOperand({ value, onChange, name }: Omit<OneProps, 'field'>) {
  const { data = [] } = useRegions();
  return (
    <Cascader
      aria-label={name}
      changeOnSelect
      options={data}
      fieldNames={{ label: 'name', value: 'code', children: 'children' }}
      value={value ? regionPath(data, String(value)).map((node) => node.code) : []}
      onChange={(path) => onChange(path?.at(-1))}
    />
  );
}

function MoneyOperand({ field, value, onChange, name }: OneProps) {
  const { t, i18n } = useTranslation();
  const { org } = useSession();
  const [text, setText] = useState(() =>
    String((value ? cellText(field, value as MoneyValue, i18n.language, {}, companyZone()) : '') ?? ''),
  );
  const parsed = text === '' ? undefined : parseMoney(text, org.currency);
  return (
    <Input
      aria-label={name}
      className="condition-value"
      status={parsed && !parsed.ok ? 'error' : undefined}
      placeholder={t('ui.moneyHint')}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        const money = parseMoney(event.target.value, org.currency);
        onChange(money.ok ? money.value : undefined);
      }}
    />
  );
}

function Interval({ value, onChange }: { value: unknown; onChange(value: unknown): void }) {
  const { t } = useTranslation();
  const { count, unit = 'day' } = (value ?? {}) as { count?: number; unit?: string };
  return (
    <>
      <Input
        aria-label={t('ui.value')}
        className="condition-count"
        inputMode="numeric"
        value={count ?? ''}
        onChange={(event) => {
          const next = Number(event.target.value);
          onChange(Number.isInteger(next) && next > 0 ? { count: next, unit } : { unit });
        }}
      />
      <Select
        aria-label={t('ui.unit')}
        value={unit}
        options={['day', 'week', 'month', 'year'].map((key) => ({ value: key, label: t(`ui.units.${key}`) }))}
        onChange={(next) => onChange(count ? { count, unit: next } : { unit: next })}
      />
    </>
  );
}
