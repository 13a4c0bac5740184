import type { FieldDefinition } from '#shared/fields.ts';
import { label } from '#ui/i18n.ts';
import { FieldInput } from './field-input.tsx';
import { FormField } from './form-field.tsx';

export interface RecordFormProps {
  prefix: string;
  fields: FieldDefinition[];
  values: Record<string, unknown>;
  onChange(key: string, value: unknown): void;
  errors?: Record<string, string | undefined>;
  labels?: Record<string, string>;
}

/** Inputs for dictionary fields, in their order. */
export function RecordForm({ prefix, fields, values, onChange, errors = {}, labels }: RecordFormProps) {
  return (
    <div className="grid-2">
      {fields.map((field) => {
        const id = `${prefix}-${field.key}`;
        const error = errors[field.key];
        return (
          <FormField
            key={field.key}
            id={id}
            label={label(field.label)}
            required={field.required}
            help={label(field.help)}
            error={error}
          >
            <FieldInput
              id={id}
              field={field}
              value={values[field.key] ?? null}
              labels={labels}
              invalid={error !== undefined}
              onChange={(value) => onChange(field.key, value)}
            />
          </FormField>
        );
      })}
    </div>
  );
}
