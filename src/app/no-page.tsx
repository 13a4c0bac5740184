import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Problem } from '#shared/errors.ts';
import { labelled } from '#ui/format.ts';
import { EmptyState, Page, ProblemAlert } from '#ui/page.tsx';

/** An address that leads nowhere. */
export function NoPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('ui.noPage')}>
      <EmptyState text={t('ui.noPageText')}>
        <Link to="/">{t('ui.toStart')}</Link>
      </EmptyState>
    </Page>
  );
}

/** A page that broke; what is kept on the server is not touched by that. */
export function BrokenPage({ error }: { error: unknown }) {
  const { t } = useTranslation();
  return (
    <Page title={t('ui.brokenPage')}>
      <ProblemAlert
        problem={
          new Problem(0, 'brokenPage', {
            message: labelled(t('ui.brokenPageText'), error instanceof Error ? error.message : String(error)),
          })
        }
        onRetry={() => location.reload()}
      />
    </Page>
  );
}
