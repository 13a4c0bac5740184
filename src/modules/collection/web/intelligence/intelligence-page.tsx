import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '#ui/page.tsx';
import { NotePage } from './note-list.tsx';

/** All intelligence the caller is cleared for. */
export default function IntelligencePage() {
  const { t } = useTranslation();
  return (
    <Page
      title={t('collection.intelligence.title')}
      actions={<Link to="/competitors">{t('collection.intelligence.competitors')}</Link>}
    >
      <p className="muted">{t('collection.intelligence.text')}</p>
      <NotePage />
    </Page>
  );
}
