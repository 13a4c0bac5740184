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
          items={data.items.map(({ key, condition, count }) => {
            const size = `${count.exact ? '' : '≈ '}${formatNumber(count.value)}`;
            return {
              key,
              label: `${t(`quality.cleanup.queues.${key}`)} ${size}`,
              children: (
                <>
                  <p className="muted">{t(`quality.cleanup.help.${key}`)}</p>
                  <CleanupQueueList queue={key} condition={condition} count={size} />
                </>
              ),
            };
          })}
        />
      ) : null}
    </Page>
  );
}
