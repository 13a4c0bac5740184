import { Input } from 'antd';
import { FormField } from '#ui/fields/form-field.tsx';

/** A labelled number; what is not one yet stays in the box and counts as nothing. */
export function NumberField({
  id,
  label,
  value,
  error,
  disabled,
  onChange,
}: {
  id: string;
  label: string;
  value: number | null;
  error?: string;
  disabled?: boolean;
  onChange(value: number | null): void;
}) {
  return (
    <FormField id={id} label={label} error={error}>
      <Input
        id={id}
        type="number"
        inputMode="decimal"
        disabled={disabled}
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value === '' ? null : Number(event.target.value))}
      />
    </FormField>
  );
}
