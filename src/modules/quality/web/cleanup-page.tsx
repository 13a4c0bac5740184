import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { formatNumber } from '#ui/format.ts';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { PageTabs } from '#ui/page-tabs.tsx';
import { listCleanup } from '../cleanup-contract.ts';
import { CleanupQueueList } from './cleanup-queue.tsx';

export default function CleanupPage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useEndpoint(listCleanup, {}, { staleTime: 0 });
  return (
    <Page title={t('quality.cleanup.title')}>
      <ProblemAlert problem={error} onRetry={() => void refetch()} />
      {!data && !error ? <Loading /> : null}
      {data ? (
        <PageTabs
          destroyOnHidden
          items={data.items.map((item) => ({
            key: item.key,
            label: `${t(`quality.cleanup.queues.${item.key}`)} ${item.count.exact ? '' : '≈ '}${formatNumber(item.count.value)}`,
            children: (
              <>
                <p className="muted">{t(`quality.cleanup.help.${item.key}`)}</p>
                <CleanupQueueList queue={item.key} condition={item.condition} />
              </>
            ),
          }))}
        />
      ) : null}
    </Page>
  );
}
