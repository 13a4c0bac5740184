import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Refusal } from '#ui/fields/form-field.tsx';
import { label } from '#ui/i18n.ts';
import { operatorsOf, type SnapshotField, type StepCondition } from '../flow-shapes.ts';

const emptyValue = (field: SnapshotField): StepCondition['value'] =>
  field.type === 'number' ? 0 : field.type === 'boolean' ? true : (field.options?.[0]?.value ?? '');

const newCondition = (field: SnapshotField): StepCondition => ({
  field: field.key,
  op: operatorsOf(field.type)[0] ?? 'eq',
  value: emptyValue(field),
});

/** Conditions of a step over the fields of the snapshot; all of them must hold. */
export function ConditionsEditor({
  prefix,
  fields,
  value,
  errors,
  onChange,
}: {
  prefix: string;
  fields: SnapshotField[];
  value: StepCondition[];
  errors: Record<string, string>;
  onChange(value: StepCondition[]): void;
}) {
  const { t } = useTranslation();
  const first = fields[0];
  const put = (index: number, condition: StepCondition) =>
    onChange(value.map((item, at) => (at === index ? condition : item)));
  return (
    <div>
      <div className="form-label">{value.length > 0 ? t('approvals.flows.onlyIf') : t('approvals.flows.always')}</div>
      {value.map((condition, index) => {
        const field = fields.find((item) => item.key === condition.field);
        const error =
          errors[`conditions.${index}.value`] ??
          errors[`conditions.${index}.op`] ??
          errors[`conditions.${index}.field`];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity of their own
          <div key={index} className="condition-leaf">
            <Select
              aria-label={t('ui.field')}
              className="condition-field"
              value={condition.field}
              options={fields.map((item) => ({ value: item.key, label: label(item.label) }))}
              onChange={(key) => {
                const chosen = fields.find((item) => item.key === key);
                if (chosen) put(index, newCondition(chosen));
              }}
            />
            <Select
              aria-label={t('ui.operatorLabel')}
              value={condition.op}
              popupMatchSelectWidth={false}
              options={(field ? operatorsOf(field.type) : []).map((op) => ({
                value: op,
                label: t(`ui.operator.${op}`),
              }))}
              onChange={(op) => put(index, { ...condition, op })}
            />
            {field ? (
              <ConditionValue
                id={`${prefix}-${index}`}
                field={field}
                value={condition.value}
                onChange={(next) => put(index, { ...condition, value: next })}
              />
            ) : null}
            <Button
              size="small"
              type="text"
              icon={<DeleteOutlined aria-hidden />}
              aria-label={t('ui.removeCondition')}
              onClick={() => onChange(value.filter((_, at) => at !== index))}
            />
            <Refusal id={`${prefix}-${index}`} error={error} />
          </div>
        );
      })}
      {first && value.length < 10 ? (
        <Button
          size="small"
          icon={<PlusOutlined aria-hidden />}
          onClick={() => onChange([...value, newCondition(first)])}
        >
          {t('ui.addCondition')}
        </Button>
      ) : null}
    </div>
  );
}

function ConditionValue({
  id,
  field,
  value,
  onChange,
}: {
  id: string;
  field: SnapshotField;
  value: StepCondition['value'];
  onChange(value: StepCondition['value']): void;
}) {
  const { t } = useTranslation();
  const name = t('approvals.flows.value', { name: label(field.label) });
  if (field.type === 'number')
    return (
      <InputNumber
        id={id}
        aria-label={name}
        value={typeof value === 'number' ? value : 0}
        onChange={(next) => onChange(next ?? 0)}
      />
    );
  if (field.type === 'boolean')
    return (
      <Select
        id={id}
        aria-label={name}
        value={value === true}
        options={[true, false].map((item) => ({ value: item, label: t(item ? 'approvals.yes' : 'approvals.no') }))}
        onChange={onChange}
      />
    );
  if (field.options)
    return (
      <Select
        id={id}
        aria-label={name}
        className="condition-value"
        value={String(value)}
        options={field.options.map((item) => ({ value: item.value, label: label(item.label) }))}
        onChange={onChange}
      />
    );
  return (
    <Input
      id={id}
      aria-label={name}
      type={field.type === 'date' ? 'date' : 'text'}
      className="condition-value"
      maxLength={200}
      value={String(value)}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
