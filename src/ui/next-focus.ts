import { type FocusEvent, type RefObject, useEffect, useRef } from 'react';

/**
 * For a list whose items leave it when they are dealt with: who goes through it by keyboard goes on with the next. Items and
 * what holds them take focus (`tabIndex={-1}`).
 */
export function useNextFocus<Holder extends HTMLElement = HTMLDivElement>(
  /** Ids of the items: where a next one moves up, their number stays. */
  shown: readonly string[],
  items = ':scope > section',
): {
  ref: RefObject<Holder | null>;
  onFocus(event: FocusEvent): void;
} {
  const ref = useRef<Holder>(null);
  const held = useRef<number | null>(null);
  const known = shown.join(' ');
  useEffect(() => {
    const { current: at } = held;
    if (at === null || document.activeElement !== document.body) return;
    const left = known === '' ? [] : itemsOf(ref.current, items);
    (left[Math.min(at, left.length - 1)] ?? ref.current)?.focus();
  }, [known, items]);
  const onFocus = (event: FocusEvent) => {
    const at = itemsOf(ref.current, items).findIndex((item) => item.contains(event.target));
    if (at >= 0) held.current = at;
  };
  return { ref, onFocus };
}

const itemsOf = (list: HTMLElement | null, items: string) => [...(list?.querySelectorAll<HTMLElement>(items) ?? [])];
