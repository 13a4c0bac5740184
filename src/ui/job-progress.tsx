import { Button, Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { cancelJob, getJob, type JobView } from '#shared/jobs.ts';
import { useEndpoint, useSend } from './api.ts';
import { formatNumber } from './format.ts';

const running = (job: JobView | undefined) => job === undefined || job.state === 'queued' || job.state === 'running';

/** Follows a background job until it ends. */
export function useJob(id: string | null) {
  return useEndpoint(
    getJob,
    { params: { id: id ?? '' } },
    { enabled: id !== null, staleTime: 0, refetchInterval: (query) => (running(query.state.data) ? 500 : false) },
  );
}

/** How far a background job is, with its way out. */
export function JobProgress({ job }: { job: JobView }) {
  const { t } = useTranslation();
  const cancel = useSend(cancelJob, ['/jobs']);
  const percent = job.total ? Math.min(100, Math.floor((job.done / job.total) * 100)) : job.state === 'done' ? 100 : 0;
  const status =
    job.state === 'failed'
      ? 'exception'
      : job.state === 'done'
        ? 'success'
        : job.state === 'cancelled'
          ? 'normal'
          : 'active';
  return (
    <div aria-live="polite">
      <Progress percent={percent} aria-label={t('ui.progress')} status={status} />
      <div className="row">
        <span className="muted">
          {t(`ui.jobState.${job.state}`)}{' '}
          {job.total
            ? `${formatNumber(job.done)} / ${formatNumber(job.total)}`
            : job.done > 0
              ? formatNumber(job.done)
              : ''}
        </span>
        {running(job) ? (
          <Button size="small" loading={cancel.isPending} onClick={() => cancel.mutate({ params: { id: job.id } })}>
            {t('ui.cancel')}
          </Button>
        ) : null}
        {job.error ? <span className="form-error">{job.error.message}</span> : null}
      </div>
    </div>
  );
}
