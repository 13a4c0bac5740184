import { type FocusEvent, type RefObject, useEffect, useRef } from 'react';

/**
 * For a list whose items leave it when they are dealt with: who goes through it by keyboard goes on with the next. Items are the `section`s
 * of the list and take focus (`tabIndex={-1}`).
 */
export function useNextFocus(shown: number): {
  ref: RefObject<HTMLDivElement | null>;
  onFocus(event: FocusEvent): void;
} {
  const ref = useRef<HTMLDivElement>(null);
  const held = useRef<number | null>(null);
  useEffect(() => {
    const { current: at } = held;
    if (at === null || document.activeElement !== document.body) return;
    (itemsOf(ref.current)[Math.min(at, shown - 1)] ?? ref.current)?.focus();
  }, [shown]);
  const onFocus = (event: FocusEvent) => {
    const at = itemsOf(ref.current).findIndex((item) => item.contains(event.target));
    if (at >= 0) held.current = at;
  };
  return { ref, onFocus };
}

const itemsOf = (list: HTMLElement | null) => [...(list?.querySelectorAll<HTMLElement>(':scope > section') ?? [])];
