import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '#ui/page.tsx';
import { NoteList } from './note-list.tsx';

/** All intelligence the caller is cleared for. */
export default function IntelligencePage() {
  const { t } = useTranslation();
  const { q } = useSearch({ strict: false }) as { q?: unknown };
  const words = q === undefined ? '' : String(q);
  return (
    <Page
      title={t('collection.intelligence.title')}
      actions={<Link to="/competitors">{t('collection.intelligence.competitors')}</Link>}
    >
      <p className="muted">{t('collection.intelligence.text')}</p>
      <NoteList key={words} words={words} />
    </Page>
  );
}
