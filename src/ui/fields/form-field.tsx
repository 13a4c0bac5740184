import { type ReactNode, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { Problem } from '#shared/errors.ts';

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
      <Refusal id={id} error={error} helped={Boolean(help)} />
    </div>
  );
}

/** Why the control `id` (an input, or a group of them) was refused; `helped` where an element `<id>-help` stands beside it too. */
export function Refusal({ id, error, helped = false }: { id: string; error?: string; helped?: boolean }) {
  useTold(id, error, helped);
  useFirstRefused(id, error);
  return error ? (
    <div className="form-error" id={`${id}-error`} role="alert">
      {error}
    </div>
  ) : null;
}

const inputs = 'input, textarea, button, select, [tabindex]';
const firstInput = (control: HTMLElement) =>
  control.matches(inputs) ? control : control.querySelector<HTMLElement>(inputs);

/** Ties help and reason to the control, where it does not say so itself. */
function useTold(id: string, error: string | undefined, helped: boolean): void {
  useEffect(() => {
    const control = document.getElementById(id);
    const told = [helped ? `${id}-help` : '', error ? `${id}-error` : ''].filter((part) => part !== '').join(' ');
    if (!control || told === '' || control.hasAttribute('aria-describedby')) return;
    // Of a group the reason belongs to its first input as well: it is where the reader goes on.
    const input = error ? firstInput(control) : null;
    for (const element of [control, input]) element?.setAttribute('aria-describedby', told);
    if (input === control) control.setAttribute('aria-invalid', 'true');
    return () => {
      for (const element of [control, input]) element?.removeAttribute('aria-describedby');
      control.removeAttribute('aria-invalid');
    };
  }, [id, error, helped]);
}

let lastKey = '';
globalThis.document?.addEventListener('keydown', (event) => (lastKey = event.isComposing ? '' : event.key), true);

/** Who sent a form and was refused goes on with the first field that is wrong, which may lie far above; who types is left alone. */
function useFirstRefused(id: string, error: string | undefined): void {
  useEffect(() => {
    if (!error) return;
    const control = document.getElementById(id);
    const first = control?.closest('form, .ant-modal, .ant-drawer, .page')?.querySelector('.form-error[id$="-error"]');
    const { activeElement: active } = document;
    const sent =
      active === document.body ||
      active instanceof HTMLButtonElement ||
      (active instanceof HTMLInputElement && lastKey === 'Enter');
    if (!control || first?.id !== `${id}-error` || !sent) return;
    firstInput(control)?.focus({ preventScroll: true });
    (control.closest('.form-field') ?? first).scrollIntoView({ block: 'nearest' });
  }, [id, error]);
}

/**
 * Whether a form that judges before it sends was tried, what to call at each try, and once it is done: its reasons are taken away and told anew, as those
 * of the server are, so that who tries again with the same thing wrong is led to the field again.
 */
export function useTried(): [tried: boolean, again: () => void, forget: () => void] {
  const [tried, setTried] = useState(false);
  const again = () => {
    flushSync(() => setTried(false));
    setTried(true);
  };
  return [tried, again, () => setTried(false)];
}

/**
 * A problem as a form shows it: what is said of its own fields stands beside them, the rest above. `names` are the form's fields, as the
 * server calls them (`label`, or `label.en` where a part has an input of its own); of record forms without the `values.` in front.
 */
export function atFields<Name extends string>(
  problem: Problem | null | undefined,
  ...names: Name[]
): { errors: Partial<Record<Name, string>>; rest: Problem | null } {
  const errors: Partial<Record<Name, string>> = {};
  if (!problem) return { errors, rest: null };
  const { status, code, field, message, data } = problem;
  const all = problem.errors.length > 0 ? problem.errors : field ? [{ field, code, message }] : [];
  const others = all.filter((error) => {
    const path = error.field.replace(/^values\./, '');
    const [name] = names
      .filter((known) => path === known || path.startsWith(`${known}.`))
      .sort((a, b) => b.length - a.length);
    if (name !== undefined) errors[name] ??= error.message ?? error.code;
    return name === undefined;
  });
  if (others.length === all.length) return { errors, rest: problem };
  return { errors, rest: others.length > 0 ? new Problem(status, code, { message, data, errors: others }) : null };
}
