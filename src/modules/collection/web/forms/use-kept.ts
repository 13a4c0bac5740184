import { useEffect, useState } from 'react';
import { recall, remember } from '#ui/stored.ts';
import type { AnswerValues } from '../../form-content.ts';

/** Nothing typed. */
export const blank: AnswerValues = {};

/** What was typed into a form, kept in this tab: it outlives a reload and the way back, until it is set to `blank`. */
export function useKept(key: string) {
  const [typed, setTyped] = useState(
    () => (JSON.parse(recall(key, 'sessionStorage') ?? 'null') as AnswerValues | null) ?? blank,
  );
  useEffect(() => {
    remember(key, typed === blank ? null : JSON.stringify(typed), 'sessionStorage');
  }, [key, typed]);
  return [typed, setTyped] as const;
}
