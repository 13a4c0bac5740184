import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { getImport, type ImportView } from '../contract.ts';
import { ImportMapping } from './import-mapping.tsx';
import { ImportResult } from './import-result.tsx';

/** Other columns begin anew with what the server proposes for them; saving what was chosen, or a refused start, keeps it on the page. */
const draftKey = ({ target, options }: ImportView) => `${target} ${options.headerRow} ${options.sheet}`;

const moving = ['queued', 'running', 'undoing'];

export default function ImportPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { data, error, refetch } = useEndpoint(
    getImport,
    { params: { id } },
    {
      staleTime: 0,
      refetchInterval: (query) =>
        moving.includes((query.state.data as ImportView | undefined)?.state ?? '') ? 500 : false,
    },
  );
  if (!data)
    return (
      <Page title={t('collection.title')}>
        {error ? <ProblemAlert problem={error} onRetry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  return (
    <Page title={data.fileName}>
      <p className="crumb">
        <Link to="/imports">‹ {t('collection.title')}</Link>
      </p>
      {data.state === 'draft' ? <ImportMapping key={draftKey(data)} item={data} /> : <ImportResult item={data} />}
    </Page>
  );
}
