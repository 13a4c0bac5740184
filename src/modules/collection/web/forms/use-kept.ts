import { useEffect, useState } from 'react';
import { recall, remember } from '#ui/stored.ts';
import type { AnswerValues, FrozenQuestion } from '../../form-content.ts';

/** Nothing typed. */
export const blank: AnswerValues = {};

/** What was typed, each with what its question asked for: only to the same question of a later revision is it still an answer. */
type Kept = Record<string, { value: unknown; asked: string }>;

/** What a question asks for, however it is worded. */
const askedBy = ({ type, object, field, definition }: FrozenQuestion): string =>
  [type, object, field, definition?.type].join(' ');

/** What of an answer can still be chosen, where an option was taken out. */
function offered(item: FrozenQuestion, value: unknown): unknown {
  if (value === null) return null;
  const known = (key: unknown) => item.options?.some((one) => one.key === key);
  switch (item.type) {
    case 'single':
      return known(value) ? value : undefined;
    case 'multiple':
      return (value as string[]).filter(known);
    case 'matrix':
      return Object.fromEntries(
        Object.entries(value as object).filter(
          ([row, column]) => known(column) && item.rows?.some((one) => one.key === row),
        ),
      );
    default:
      return value;
  }
}

export const toKeep = (questions: FrozenQuestion[], typed: AnswerValues): Kept =>
  Object.fromEntries(
    questions.flatMap((item) =>
      typed[item.id] === undefined ? [] : [[item.id, { value: typed[item.id], asked: askedBy(item) }]],
    ),
  );

/** What was typed into one revision of a form, as far as it answers the questions of this one. */
export function stillTyped(questions: FrozenQuestion[], kept: Kept): AnswerValues {
  const same = questions.flatMap((item): [string, unknown][] => {
    const answer = kept[item.id];
    return answer?.asked === askedBy(item) ? [[item.id, offered(item, answer.value)]] : [];
  });
  return same.length === 0 ? blank : Object.fromEntries(same.filter(([, value]) => value !== undefined));
}

/** What was typed into a form, kept in this tab: it outlives a reload, the way back and a new revision, until it is set to `blank`. */
export function useKept(key: string, questions: FrozenQuestion[]) {
  const [typed, setTyped] = useState(() =>
    stillTyped(questions, JSON.parse(recall(key, 'sessionStorage') ?? '{}') as Kept),
  );
  useEffect(() => {
    remember(key, typed === blank ? null : JSON.stringify(toKeep(questions, typed)), 'sessionStorage');
  }, [key, questions, typed]);
  return [typed, setTyped] as const;
}
