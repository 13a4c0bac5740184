import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { Page, ProblemAlert } from '#ui/page.tsx';
import { getCompetitor } from '../../intelligence-contract.ts';
import { NotePage } from './note-list.tsx';

/** Everything known of one competitor. */
export default function CompetitorPage() {
  const { t } = useTranslation();
  const { key = '' } = useParams({ strict: false }) as { key?: string };
  const { data, error, isPending, refetch } = useEndpoint(getCompetitor, { params: { key } }, { retry: false });
  // Nothing is known (any more): the page stays, for the trash and for the first item.
  const unknown = error?.status === 404;
  return (
    <Page title={data?.name ?? (isPending ? '…' : key)}>
      <p className="crumb">
        <Link to="/competitors">‹ {t('collection.intelligence.competitors')}</Link>
      </p>
      {data?.customerId ? (
        <p>
          <Link to="/customers/$id" params={{ id: data.customerId }}>
            {t('collection.intelligence.competitorCard', { name: data.name })}
          </Link>
        </p>
      ) : null}
      <ProblemAlert problem={unknown ? null : error} onRetry={() => void refetch()} />
      {isPending ? null : (
        <NotePage
          fixed={{ competitor: key }}
          initial={{
            subject: 'competitor',
            ...(data?.customerId ? { customerId: data.customerId } : { subjectName: data?.name ?? key }),
          }}
        />
      )}
    </Page>
  );
}
