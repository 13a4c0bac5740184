import { DownloadOutlined } from '@ant-design/icons';
import { Button, Tag } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { downloadUrl } from '#ui/api.ts';
import { formatNumber, formatTime } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { JobProgress, useJob } from '#ui/job-progress.tsx';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { downloadExport, type ExportView, listExports } from '../contract.ts';

export default function ExportsPage() {
  const { t } = useTranslation();
  const pages = usePages(listExports);
  const items = itemsOf(pages);
  return (
    <Page title={t('exchange.title')}>
      <p className="muted">{t('exchange.text')}</p>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? <EmptyState text={t('exchange.none')} /> : null}
      <ul className="cards panel">
        {items.map((item) => (
          <ExportRow key={item.id} item={item} onEnd={() => void pages.refetch()} />
        ))}
      </ul>
      <LoadMore query={pages} />
    </Page>
  );
}

function ExportRow({ item, onEnd }: { item: ExportView; onEnd(): void }) {
  const { t } = useTranslation();
  const busy = item.state === 'queued' || item.state === 'running';
  const job = useJob(busy ? item.jobId : null);
  const ended = busy && job.data !== undefined && !['queued', 'running'].includes(job.data.state);
  useEffect(() => {
    if (ended) onEnd();
  }, [ended, onEnd]);
  return (
    <li className="list-row">
      <span className="grow">
        {item.purpose}
        <span className="block muted small">
          {label(item.what)} · {formatTime(item.createdAt)} · {item.format}
          {item.encrypted ? ` · ${t('exchange.encrypted')}` : ''}
          {item.rows === null ? '' : ` · ${t('exchange.rows', { n: formatNumber(item.rows) })}`}
        </span>
      </span>
      {busy && job.data ? (
        <JobProgress job={job.data} />
      ) : (
        <Tag
          color={
            item.state === 'done'
              ? 'success'
              : item.state === 'failed' || item.state === 'refused'
                ? 'error'
                : 'default'
          }
        >
          {t(`exchange.states.${item.state}`)}
        </Tag>
      )}
      {item.ready ? (
        <Button
          icon={<DownloadOutlined aria-hidden />}
          href={downloadUrl(downloadExport, { params: { id: item.id } })}
          download
        >
          {t('exchange.download')}
        </Button>
      ) : null}
    </li>
  );
}
