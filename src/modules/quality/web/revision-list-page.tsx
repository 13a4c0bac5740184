import { Link } from '@tanstack/react-router';
import { Button, Progress, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatNumber, formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { listRevisions, type RevisionView } from '../revision-contract.ts';
import { RevisionDialog, RevisionSettingsDialog } from './revision-dialogs.tsx';
import './revision.css';

export function useRevisionName() {
  const { t } = useTranslation();
  return (item: { name: string; scheduled: boolean }) =>
    item.scheduled ? t('quality.revision.scheduledName', { day: item.name }) : item.name;
}

export default function RevisionListPage() {
  const { t } = useTranslation();
  const can = useCan();
  const nameOf = useRevisionName();
  const [dialog, setDialog] = useState<'new' | 'settings' | null>(null);
  const pages = usePages(listRevisions, { query: { limit: 20 } }, true, (fetched) =>
    fetched.some((page) => page.items.some((item) => item.state === 'preparing')) ? 2000 : false,
  );
  const items = itemsOf(pages);
  return (
    <Page
      title={t('quality.revision.title')}
      actions={
        can('revision:manage') ? (
          <>
            <Button onClick={() => setDialog('settings')}>{t('quality.revision.settings')}</Button>
            <Button type="primary" onClick={() => setDialog('new')}>
              {t('quality.revision.new')}
            </Button>
          </>
        ) : null
      }
    >
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? <EmptyState text={t('quality.revision.none')} /> : null}
      {items.map((item) => (
        <section className="panel" key={item.id} aria-label={nameOf(item)}>
          <div className="row">
            <Link to="/revisions/$id" params={{ id: item.id }}>
              {nameOf(item)}
            </Link>
            <StateTag item={item} />
          </div>
          <p className="muted small">
            {t('quality.revision.due', { day: formatTime(item.dueOn, false) })} ·{' '}
            {t('quality.revision.progress', {
              done: formatNumber(item.decided),
              total: formatNumber(item.customers),
            })}
            {item.state === 'open' && item.mine.open > 0
              ? ` · ${t('quality.revision.mineOpen', { n: formatNumber(item.mine.open) })}`
              : ''}
          </p>
          <Progress
            size="small"
            status="normal"
            aria-label={t('quality.revision.progressOf', { name: nameOf(item) })}
            percent={item.customers > 0 ? Math.floor((100 * item.decided) / item.customers) : 0}
          />
        </section>
      ))}
      <LoadMore query={pages} />
      {dialog === 'new' ? <RevisionDialog onClose={() => setDialog(null)} /> : null}
      {dialog === 'settings' ? <RevisionSettingsDialog onClose={() => setDialog(null)} /> : null}
    </Page>
  );
}

export function StateTag({ item }: { item: RevisionView }) {
  const { t } = useTranslation();
  if (item.overdue) return <Tag color="red">{t('quality.revision.overdue')}</Tag>;
  return <Tag color={item.state === 'open' ? 'blue' : 'default'}>{t(`quality.revision.states.${item.state}`)}</Tag>;
}
