import { useTranslation } from 'react-i18next';
import { JobButton } from '#ui/job-button.tsx';
import { startRun } from '../classes-contract.ts';

const recalculated = ['/class', '/abc-curve', '/rfm-map', '/customers', '/segments'];

/** Recalculates now, and shows the new figures when that is done. */
export function RunButton() {
  const { t } = useTranslation();
  return (
    <JobButton
      start={startRun}
      stale={recalculated}
      done={t('segments.recalculated')}
      label={(percent) => (percent === null ? t('segments.recalculate') : t('segments.recalculating', { percent }))}
    />
  );
}
