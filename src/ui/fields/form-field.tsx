import type { ReactNode } from 'react';
import type { Problem } from '#shared/errors.ts';

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

/** A problem as a form shows it: what is said beside the form's own fields, and what is left for above them. */
export function atFields(
  problem: Problem | null | undefined,
  ...fields: string[]
): { errors: Record<string, string>; rest: Problem | null } {
  if (!problem) return { errors: {}, rest: null };
  const { field, code, message } = problem;
  const errors = errorsByField(problem.errors.length > 0 ? problem.errors : field ? [{ field, code, message }] : []);
  return { errors, rest: fields.some((key) => key in errors) ? null : problem };
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
