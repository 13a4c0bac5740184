import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { listJobs } from '#shared/jobs.ts';
import { useEndpoint } from '#ui/api.ts';
import { JobProgress } from '#ui/job-progress.tsx';

/** The rebuilding of the search index this person caused, while it runs. */
export function ReindexProgress() {
  const { t } = useTranslation();
  const { data } = useEndpoint(
    listJobs,
    { query: { limit: '10' } },
    {
      staleTime: 0,
      refetchInterval: (query) => (query.state.data?.items.some(isRebuilding) ? 1000 : false),
    },
  );
  const job = data?.items.find(isRebuilding);
  if (!job) return null;
  return <Alert type="info" title={t('fields.reindexing')} description={<JobProgress job={job} />} />;
}

const isRebuilding = (job: { kind: string; state: string }) =>
  job.kind === 'fields.reindex' && (job.state === 'queued' || job.state === 'running');
