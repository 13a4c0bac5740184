import { Link, useParams } from '@tanstack/react-router';
import { Drawer, Segmented, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { oneOf, useAddress } from '#ui/address.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { useNarrow } from '#ui/use-narrow.ts';
import { itemStates, listItems } from '../contract.ts';
import { InspectCard } from './inspect-card.tsx';

const shown = ['all', ...itemStates] as const;
const colors = { open: 'default', passed: 'success', remarked: 'warning' } as const;

/** One weekly sample: its cards, each opened to be inspected. */
export default function RoundPage() {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const [{ state }, put] = useAddress({ state: oneOf(shown, 'all') });
  const [opened, setOpened] = useState<string | null>(null);
  const pages = usePages(listItems, { params: { id }, query: state === 'all' ? { limit: 50 } : { limit: 50, state } });
  const items = itemsOf(pages);
  const round = pages.data?.pages[0]?.round;
  const item = items.find((candidate) => candidate.id === opened);
  return (
    <Page title={round ? `${round.planName} · ${round.week}` : t('oversight.inspections')}>
      <p className="crumb">
        <Link to="/inspections">‹ {t('oversight.inspections')}</Link>
      </p>
      <div className="bar">
        <Segmented
          aria-label={t('oversight.state')}
          value={state}
          options={shown.map((key) => ({ value: key, label: t(`oversight.itemStates.${key}`) }))}
          onChange={(next) => put({ state: next })}
        />
        {round ? (
          <span className="muted">
            {t('oversight.progress', { done: round.total - round.open, total: round.total, n: round.remarked })}
          </span>
        ) : null}
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? <EmptyState text={t('oversight.noItems')} /> : null}
      {items.length > 0 ? (
        <ul className="cards panel">
          {items.map((row) => (
            <li key={row.id} className="list-row">
              <button type="button" className="inline-value grow" onClick={() => setOpened(row.id)}>
                <strong>{row.customer.name}</strong>
                <span className="muted small block">
                  {row.customer.number} · {row.repName}
                  {row.remarks > 0 ? ` · ${t('oversight.remarkCount', { n: row.remarks, open: row.openRemarks })}` : ''}
                </span>
              </button>
              <Tag color={colors[row.state]}>{t(`oversight.itemStates.${row.state}`)}</Tag>
            </li>
          ))}
        </ul>
      ) : null}
      <LoadMore query={pages} />
      {item && round ? (
        <Drawer open title={item.customer.name} size={narrow ? '100%' : 720} onClose={() => setOpened(null)}>
          <InspectCard key={item.id} item={item} round={round} />
        </Drawer>
      ) : null}
    </Page>
  );
}
