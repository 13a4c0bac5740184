import { type ReactNode, useEffect } from 'react';
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
  useTold(id, error, help);
  useFirstRefused(id, error);
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

/** Ties help and reason to the control, where it does not say so itself. */
function useTold(id: string, error: string | undefined, help: string | undefined): void {
  useEffect(() => {
    const control = document.getElementById(id);
    const told = [help ? `${id}-help` : '', error ? `${id}-error` : ''].filter((part) => part !== '').join(' ');
    if (!control || told === '' || control.hasAttribute('aria-describedby')) return;
    control.setAttribute('aria-describedby', told);
    if (error) control.setAttribute('aria-invalid', 'true');
    return () => {
      control.removeAttribute('aria-describedby');
      control.removeAttribute('aria-invalid');
    };
  }, [id, error, help]);
}

/** Who pressed a button and was refused goes on with the first field that is wrong, which may lie far above; who types is left alone. */
function useFirstRefused(id: string, error: string | undefined): void {
  useEffect(() => {
    if (!error) return;
    const control = document.getElementById(id);
    const first = control
      ?.closest('form, .ant-modal, .ant-drawer, .page')
      ?.querySelector('.form-field > [role="alert"]');
    const { activeElement } = document;
    const pressed = activeElement === document.body || activeElement instanceof HTMLButtonElement;
    if (!control || first?.id !== `${id}-error` || !pressed) return;
    control.focus();
    first.scrollIntoView({ block: 'nearest' });
  }, [id, error]);
}

/** A problem as a form shows it: beside the form's own fields what is said of them, and above them unless that is all. */
export function atFields(
  problem: Problem | null | undefined,
  ...fields: string[]
): { errors: Record<string, string>; rest: Problem | null } {
  if (!problem) return { errors: {}, rest: null };
  const { field, code, message } = problem;
  const errors = errorsByField(problem.errors.length > 0 ? problem.errors : field ? [{ field, code, message }] : []);
  const told = Object.keys(errors);
  return { errors, rest: told.length > 0 && told.every((key) => fields.includes(key)) ? null : problem };
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
