import type { FieldDefinition } from '#shared/fields.ts';
import { label } from '#ui/i18n.ts';
import { FieldInput } from './field-input.tsx';
import { FormField } from './form-field.tsx';

export interface RecordFormProps {
  prefix: string;
  fields: FieldDefinition[];
  values: Record<string, unknown>;
  onChange(key: string, value: unknown): void;
  errors?: Partial<Record<string, string>>;
  /** What stands before a field's key in `errors`. */
  path?: string;
  labels?: Record<string, string>;
}

/** Inputs for dictionary fields, in their order. */
export function RecordForm({ prefix, fields, values, onChange, errors = {}, path = '', labels }: RecordFormProps) {
  return (
    <div className="grid-2">
      {fields.map((field) => {
        const id = `${prefix}-${field.key}`;
        return (
          <FormField
            key={field.key}
            id={id}
            label={label(field.label)}
            required={field.required}
            help={label(field.help)}
            error={errors[`${path}${field.key}`]}
          >
            <FieldInput
              id={id}
              field={field}
              value={values[field.key] ?? null}
              labels={labels}
              onChange={(value) => onChange(field.key, value)}
            />
          </FormField>
        );
      })}
    </div>
  );
}
