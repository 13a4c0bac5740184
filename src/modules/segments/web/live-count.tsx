import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Condition } from '#shared/conditions.ts';
import { Problem } from '#shared/errors.ts';
import type { Count } from '#shared/pages.ts';
import { call } from '#ui/api.ts';
import { formatNumber } from '#ui/format.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { countCondition } from '../contract.ts';

/** How many customers the condition has, as it is being written. */
export function LiveCount({ condition }: { condition: Condition | undefined }) {
  const { t } = useTranslation();
  const [answer, setAnswer] = useState<Count | Problem | null>(null);
  const text = JSON.stringify(condition);
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      const body = text === undefined ? {} : { condition: JSON.parse(text) as Condition };
      call(countCondition, { body, signal: abort.signal }).then(setAnswer, (error: unknown) => {
        if (error instanceof Problem) setAnswer(error);
      });
    }, 200);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text]);
  if (answer instanceof Problem) return <ProblemAlert problem={answer} />;
  return (
    <p className="muted" aria-live="polite">
      {answer ? t(answer.exact ? 'segments.live' : 'segments.liveAbout', { n: formatNumber(answer.value) }) : ' '}
    </p>
  );
}
