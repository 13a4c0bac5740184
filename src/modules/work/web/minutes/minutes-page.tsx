import '../work.css';
import { Checkbox, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { flag, oneOf, useAddress } from '#ui/address.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { listMinutes } from '../../minutes-contract.ts';
import { MinutesList } from './minutes-list.tsx';

const views = ['open', 'overdue', 'waiting', 'all'] as const;

/** Minutes to write, late ones, those waiting for the customer. */
export default function MinutesPage() {
  const { t } = useTranslation();
  const can = useCan();
  const reviews = can('minutes:review');
  const [{ view, mine }, put] = useAddress({ view: oneOf(views, 'open'), mine: flag(!reviews) });
  const pages = usePages(listMinutes, { query: { limit: 50, view, ...(mine ? { author: 'me' } : {}) } });
  const items = itemsOf(pages);
  return (
    <Page title={t('work.minutes.title')}>
      <div className="bar">
        <Segmented
          aria-label={t('ui.shown')}
          value={view}
          options={views.map((key) => ({ value: key, label: t(`work.minutes.views.${key}`) }))}
          onChange={(next) => put({ view: next })}
        />
        <Checkbox checked={mine} onChange={(event) => put({ mine: event.target.checked })}>
          {t('work.minutes.mine')}
        </Checkbox>
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? <EmptyState text={t(`work.minutes.empty.${view}`)} /> : null}
      {items.length > 0 ? <MinutesList minutes={items} /> : null}
      <LoadMore query={pages} />
    </Page>
  );
}
