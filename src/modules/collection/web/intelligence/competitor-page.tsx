import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '#ui/page.tsx';
import { NotePage } from './note-list.tsx';

/** Everything known of one competitor. */
export default function CompetitorPage() {
  const { t } = useTranslation();
  const { key = '' } = useParams({ strict: false }) as { key?: string };
  const { name } = useSearch({ strict: false }) as { name?: string };
  return (
    <Page title={name ?? key}>
      <p className="crumb">
        <Link to="/competitors">‹ {t('collection.intelligence.competitors')}</Link>
      </p>
      <NotePage fixed={{ competitor: key }} initial={{ subject: 'competitor', subjectName: name ?? key }} />
    </Page>
  );
}
