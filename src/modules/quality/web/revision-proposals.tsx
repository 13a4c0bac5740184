import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ResponseOf } from '#shared/endpoint.ts';
import { useSend } from '#ui/api.ts';
import { formatNumber, labelled } from '#ui/format.ts';
import { JobProgress, useJob } from '#ui/job-progress.tsx';
import { EmptyState, ProblemAlert } from '#ui/page.tsx';
import { acceptProposals, type getRevision } from '../revision-contract.ts';
import { RevisionItems } from './revision-items.tsx';

/** Grades the results speak for: all at once, or customer by customer. */
export function RevisionProposals({ data }: { data: ResponseOf<typeof getRevision> }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const queries = useQueryClient();
  const accept = useSend(acceptProposals, ['/revisions', '/customers']);
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJob(jobId).data;
  const ended = job?.state === 'done';
  const done = ended ? (job.result as { changed: number; left: number }) : null;
  useEffect(() => {
    if (ended) void queries.invalidateQueries();
  }, [ended, queries]);
  const open = data.proposals.reduce((sum, item) => sum + item.acceptable, 0);
  return (
    <>
      <p className="muted">
        {t(data.can.reclassify ? 'quality.revision.proposalsHelp' : 'quality.revision.proposalsSeen')}
      </p>
      <ProblemAlert problem={accept.error} />
      {data.proposals.length === 0 ? (
        <EmptyState text={t('quality.revision.noProposals')} />
      ) : (
        <div className="bar">
          {data.proposals.map((item) => (
            <span key={`${item.from}${item.to}`}>
              {labelled(`${item.from} → ${item.to}`, formatNumber(item.customers))}
            </span>
          ))}
          {data.can.reclassify ? (
            <Button
              type="primary"
              loading={accept.isPending}
              onClick={() =>
                modal.confirm({
                  title: t('quality.revision.acceptAllAsk', { n: formatNumber(open) }),
                  content: t('quality.revision.acceptAllHelp'),
                  okText: t('quality.revision.acceptAll'),
                  cancelText: t('ui.cancel'),
                  onOk: () => accept.mutate({ params: { id: data.id } }, { onSuccess: (made) => setJobId(made.jobId) }),
                })
              }
            >
              {t('quality.revision.acceptAll')}
            </Button>
          ) : null}
        </div>
      )}
      {job ? <JobProgress job={job} /> : null}
      {done ? (
        <p role="status">
          {t('quality.revision.reclassified', { n: formatNumber(done.changed) })}{' '}
          {done.left > 0 ? t('quality.revision.reclassifiedLeft', { n: formatNumber(done.left) }) : null}
        </p>
      ) : null}
      {data.proposals.length > 0 ? (
        <RevisionItems revisionId={data.id} owner={undefined} result={undefined} proposal="open" />
      ) : null}
    </>
  );
}
