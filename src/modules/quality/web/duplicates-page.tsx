import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
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

/** When the base was last checked, and the button that checks it now. */
function Sweep() {
  const { t } = useTranslation();
  const can = useCan();
  const latest = useEndpoint(latestSweep, {}, { staleTime: 0 });
  const start = useSend(startSweepEndpoint, ['/duplicates/sweep']);
  const [jobId, setJobId] = useState<string | null>(null);
  const sweep = latest.data?.sweep;
  const running = jobId ?? (sweep && !sweep.finishedAt ? sweep.jobId : null);
  const job = useJob(running);
  const over = job.data !== undefined && !['queued', 'running'].includes(job.data.state);
  const client = useQueryClient();
  useEffect(() => {
    if (over) void invalidate(client, ['/duplicates']);
  }, [over, client]);
  return (
    <section className="panel" aria-label={t('quality.duplicates.sweep')}>
      <div className="row">
        <span className="grow">
          {sweep?.finishedAt
            ? t('quality.duplicates.lastSweep', {
                when: formatTime(sweep.finishedAt),
                checked: formatNumber(sweep.checked),
                found: formatNumber(sweep.found),
              })
            : t('quality.duplicates.neverSwept')}
        </span>
        {can('duplicate:sweep') ? (
          <Button
            loading={start.isPending || (running !== null && job.data !== undefined && !over)}
            onClick={() =>
              start.mutate(
                {},
                {
                  onSuccess: ({ jobId: id }) => setJobId(id),
                },
              )
            }
          >
            {t('quality.duplicates.sweep')}
          </Button>
        ) : null}
      </div>
      <ProblemAlert problem={start.error ?? latest.error} />
      {running && job.data ? <JobProgress job={job.data} /> : null}
    </section>
  );
}
