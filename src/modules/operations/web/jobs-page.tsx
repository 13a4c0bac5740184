import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listJobs } from '#shared/jobs.ts';
import { invalidate, useEndpoint, useSend } from '#ui/api.ts';
import { formatTime } from '#ui/format.ts';
import { JobProgress, useJob } from '#ui/job-progress.tsx';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Page, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { loadSample, removeSample, sampleState } from '../contract.ts';

export default function JobsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const pages = usePages(listJobs);
  const items = itemsOf(pages);
  return (
    <Page title={t('operations.jobs.title')}>
      {can('org:manage') ? <SamplePanel /> : null}
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {items.length === 0 && !pages.isPending ? <EmptyState text={t('operations.jobs.none')} /> : null}
      <ul className="cards panel">
        {items.map((job) => (
          <li key={job.id} className="list-row">
            <span className="grow">
              {t(`operations.jobs.kinds.${job.kind.replace('.', '_')}`, { defaultValue: job.kind })}
              <span className="block muted small">{formatTime(job.createdAt)}</span>
            </span>
            <LiveJob id={job.id} />
          </li>
        ))}
      </ul>
      <LoadMore query={pages} />
    </Page>
  );
}

function LiveJob({ id }: { id: string }) {
  const job = useJob(id);
  return <div className="job">{job.data ? <JobProgress job={job.data} /> : null}</div>;
}

/** Sample customers come and go with one click. */
function SamplePanel() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { modal } = App.useApp();
  const { data } = useEndpoint(sampleState, {}, { staleTime: 0 });
  const load = useSend(loadSample);
  const remove = useSend(removeSample);
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJob(jobId);
  const state = job.data?.state;
  useEffect(() => {
    if (state === 'done') void invalidate(client, ['/sample-data', '/customers', '/jobs']);
  }, [state, client]);
  const running = state === 'queued' || state === 'running';
  const kept = Number(job.data?.result?.keptCount ?? 0);
  return (
    <section className="panel" aria-labelledby="sample">
      <h2 id="sample">{t('operations.sample.title')}</h2>
      <p className="muted">{t(data?.loaded ? 'operations.sample.loaded' : 'operations.sample.text')}</p>
      <ProblemAlert problem={load.error ?? remove.error} />
      {job.data ? <JobProgress job={job.data} /> : null}
      {kept > 0 ? <p>{t('operations.sample.kept', { n: kept })}</p> : null}
      {data?.loaded ? (
        <Button
          danger
          disabled={running}
          onClick={() =>
            void modal.confirm({
              title: t('operations.sample.remove'),
              content: t('operations.sample.removeText'),
              okText: t('operations.sample.remove'),
              okButtonProps: { danger: true },
              cancelText: t('ui.cancel'),
              onOk: () => remove.mutate({}, { onSuccess: (answer) => setJobId(answer.jobId) }),
            })
          }
        >
          {t('operations.sample.remove')}
        </Button>
      ) : (
        <Button disabled={running} onClick={() => load.mutate({}, { onSuccess: (answer) => setJobId(answer.jobId) })}>
          {t('operations.sample.load')}
        </Button>
      )}
    </section>
  );
}
