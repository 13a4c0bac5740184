import type { ReactNode } from 'react';
import type { FieldDefinition } from '#shared/fields.ts';
import { label } from '#ui/i18n.ts';
import { FieldInput } from './field-input.tsx';

/** Label, input, help and the reason it was refused, tied together for screen readers. */
export function FormField({
  id,
  label: text,
  required = false,
  error,
  help,
  children,
}: {
  id: string;
  label: ReactNode;
  required?: boolean;
  error?: string;
  help?: string;
  children: ReactNode;
}) {
  return (
    <div className="form-field">
      <label htmlFor={id}>
        {text}
        {required ? <span className="form-error"> *</span> : null}
      </label>
      {children}
      {help ? (
        <div className="muted small" id={`${id}-help`}>
          {help}
        </div>
      ) : null}
      {error ? (
        <div className="form-error" id={`${id}-error`} role="alert">
          {error}
        </div>
      ) : null}
    </div>
  );
}

export interface RecordFormProps {
  prefix: string;
  fields: FieldDefinition[];
  values: Record<string, unknown>;
  onChange(key: string, value: unknown): void;
  errors?: Record<string, string>;
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
              describedBy={error ? `${id}-error` : undefined}
              onChange={(value) => onChange(field.key, value)}
            />
          </FormField>
        );
      })}
    </div>
  );
}

/** Server errors of a form by field key (`values.name` → `name`). */
export function errorsByField(errors: { field: string; message?: string; code: string }[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const error of errors) {
    const key = error.field.replace(/^values\./, '').split('.')[0] ?? '';
    result[key] ??= error.message ?? error.code;
  }
  return result;
}
