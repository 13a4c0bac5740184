import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { invalidate, useEndpoint, useSend } from '#ui/api.ts';
import { formatNumber, formatTime } from '#ui/format.ts';
import { JobProgress, useJob } from '#ui/job-progress.tsx';
import { Page, ProblemAlert } from '#ui/page.tsx';
import { PageTabs } from '#ui/page-tabs.tsx';
import { useCan } from '#ui/session.tsx';
import { latestSweep, startSweepEndpoint } from '../duplicates-contract.ts';
import { Merges } from './duplicates-merges.tsx';
import { Queue } from './duplicates-queue.tsx';
import { Thresholds } from './duplicates-settings.tsx';

export default function DuplicatesPage() {
  const { t } = useTranslation();
  const can = useCan();
  return (
    <Page title={t('quality.duplicates.title')}>
      <Sweep />
      <PageTabs
        items={[
          { key: 'queue', label: t('quality.duplicates.queue'), children: <Queue /> },
          { key: 'merges', label: t('quality.duplicates.merges'), children: <Merges /> },
          ...(can('duplicate:sweep')
            ? [{ key: 'settings', label: t('quality.duplicates.settings'), children: <Thresholds /> }]
            : []),
        ]}
      />
    </Page>
  );
}

/** When the base was last checked, what became of a later check, and the button that checks it now. */
function Sweep() {
  const { t } = useTranslation();
  const can = useCan();
  const latest = useEndpoint(
    latestSweep,
    {},
    { staleTime: 0, refetchInterval: ({ state }) => (state.data?.sweep?.state === 'running' ? 2000 : false) },
  );
  const start = useSend(startSweepEndpoint, ['/duplicates/sweep']);
  const { sweep, whole } = latest.data ?? {};
  const running = sweep?.state === 'running';
  // Somebody else's check has no job here: how far it is stands on the check itself.
  const job = useJob(running ? sweep.jobId : null).data;
  const over = job !== undefined && !['queued', 'running'].includes(job.state);
  const client = useQueryClient();
  const ended = latest.data ? `${sweep?.jobId}:${sweep?.state}` : undefined;
  const known = useRef(ended);
  useEffect(() => {
    // The end is heard of from the job or from the sweep itself, whichever is asked first; a short one never as running.
    if (over || (known.current !== undefined && known.current !== ended)) void invalidate(client, ['/duplicates']);
    known.current = ended;
  }, [over, ended, client]);
  const checked = formatNumber(sweep?.checked ?? 0);
  return (
    <section className="panel" aria-label={t('quality.duplicates.sweep')}>
      <div className="row">
        <div className="grow">
          <div>
            {whole
              ? t('quality.duplicates.lastSweep', {
                  when: formatTime(whole.finishedAt),
                  checked: formatNumber(whole.checked),
                  found: formatNumber(whole.found),
                })
              : t('quality.duplicates.neverSwept')}
          </div>
          {sweep?.state === 'cancelled' || sweep?.state === 'failed' ? (
            <div className="muted small">
              {t(`quality.duplicates.sweepEnded.${sweep.state}`, { when: formatTime(sweep.startedAt), checked })}
            </div>
          ) : null}
          {running && !sweep.jobId ? (
            <div className="muted small" role="status">
              {sweep.total === 0
                ? t('quality.duplicates.sweepWaits')
                : t('quality.duplicates.sweeping', { checked, total: formatNumber(sweep.total) })}
            </div>
          ) : null}
        </div>
        {can('duplicate:sweep') ? (
          <Button loading={start.isPending || running} onClick={() => start.mutate({})}>
            {t('quality.duplicates.sweep')}
          </Button>
        ) : null}
      </div>
      <ProblemAlert problem={start.error ?? latest.error} />
      {running && job ? <JobProgress job={job} /> : null}
    </section>
  );
}
