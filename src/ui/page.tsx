import { InboxOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '#shared/errors.ts';
import { useInView } from './in-view.ts';

/** Names the document after the page. */
export function usePageTitle(title: string): void {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · ${t('ui.product')}`;
  }, [title, t]);
}

/** Frame of a page: one heading, its actions, its content. Sets the document's title. */
export function Page({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  usePageTitle(title);
  return (
    <div className="page">
      <div className="page-head">
        <h1>{title}</h1>
        <div className="page-actions">{actions}</div>
      </div>
      {children}
    </div>
  );
}

/** What went wrong and the way out, in the reader's language. */
export function ProblemAlert({ problem, onRetry }: { problem: Problem | null | undefined; onRetry?: () => void }) {
  const { t } = useTranslation();
  const alert = useInView(problem);
  if (!problem) return null;
  // A single mistake is the title already.
  const errors = problem.errors.filter((error) => error.message !== problem.message);
  return (
    <Alert
      ref={alert}
      role="alert"
      type="error"
      showIcon
      className="problem"
      title={problem.message}
      description={
        errors.length > 0 ? (
          <ul>
            {errors.map((error) => (
              <li key={error.field + error.code}>
                {error.field.replace(/^values\./, '')}: {error.message}
              </li>
            ))}
          </ul>
        ) : undefined
      }
      action={onRetry ? <Button onClick={onRetry}>{t('ui.retry')}</Button> : undefined}
    />
  );
}

/** An empty list that says what could be here and how it gets here. */
export function EmptyState({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <InboxOutlined aria-hidden className="empty-mark" />
      <p>{text}</p>
      {children}
    </div>
  );
}

/** Stands where content will be, in lines of its usual size. */
export function Loading() {
  const { t } = useTranslation();
  return (
    <div className="loading" role="status" aria-label={t('ui.loading')}>
      {['38%', '100%', '100%', '100%', '100%', '61%'].map((width, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are always the same
        <div key={line} style={{ width }} />
      ))}
    </div>
  );
}
