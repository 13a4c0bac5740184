import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { invalidate, useSend } from '#ui/api.ts';
import { useJob } from '#ui/job-progress.tsx';
import { startRun } from '../classes-contract.ts';

/** Recalculates now, and shows the new figures when that is done. */
export function RunButton() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const start = useSend(startRun);
  const [jobId, setJobId] = useState<string | null>(null);
  const { data: job } = useJob(jobId);
  const ended = job && !['queued', 'running'].includes(job.state) ? job.state : undefined;
  useEffect(() => {
    if (!jobId || !ended) return;
    setJobId(null);
    if (ended === 'done') void message.success(t('segments.recalculated'));
    else void message.error(t(`ui.jobState.${ended}`));
    void invalidate(client, ['/class', '/abc-curve', '/rfm-map', '/customers', '/segments']);
  }, [client, ended, jobId, message, t]);
  return (
    <Button
      loading={start.isPending || jobId !== null}
      onClick={() =>
        start.mutate(
          {},
          {
            onSuccess: (answer) => setJobId(answer.jobId),
            onError: (error) => void message.error(error.message),
          },
        )
      }
    >
      {job?.total && jobId
        ? t('segments.recalculating', { percent: Math.floor((100 * job.done) / job.total) })
        : t('segments.recalculate')}
    </Button>
  );
}
