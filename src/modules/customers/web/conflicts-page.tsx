import { Link } from '@tanstack/react-router';
import { Segmented, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { oneOf, useAddress } from '#ui/address.ts';
import { formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { type ConflictView, listConflicts } from '../conflict-contract.ts';

const colors = { open: 'blue', ruled: 'success', dismissed: 'default', withdrawn: 'default' };

export function ConflictState({ state }: { state: ConflictView['state'] }) {
  const { t } = useTranslation();
  return <Tag color={colors[state]}>{t(`customers.conflicts.states.${state}`)}</Tag>;
}

const boxes = ['open', 'closed'] as const;

/** Conflicts about customers one takes part in or may rule on. */
export default function ConflictsPage() {
  const { t } = useTranslation();
  const [{ state }, put] = useAddress({ state: oneOf(boxes, 'open') });
  const pages = usePages(listConflicts, { query: { state, limit: 50 } });
  const items = itemsOf(pages);
  return (
    <Page title={t('customers.conflicts.title')}>
      <div className="bar">
        <Segmented
          aria-label={t('customers.conflicts.which')}
          value={state}
          options={boxes.map((value) => ({ value, label: t(`customers.conflicts.boxes.${value}`) }))}
          onChange={(next) => put({ state: next })}
        />
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? <EmptyState text={t(`customers.conflicts.empty.${state}`)} /> : null}
      {items.length > 0 ? (
        <ScrollRegion name={t('customers.conflicts.title')}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t('customers.conflicts.customer')}</th>
                <th scope="col">{t('customers.conflicts.claimant')}</th>
                <th scope="col">{t('customers.conflicts.holder')}</th>
                <th scope="col">{t('customers.conflicts.openedAt')}</th>
                <th scope="col">{t('customers.conflicts.state')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.id}>
                  <td>
                    <Link to="/conflicts/$id" params={{ id: item.id }}>
                      {item.name}
                    </Link>{' '}
                    <span className="muted small">{item.customer?.number}</span>
                  </td>
                  <td>{item.claimant.name}</td>
                  <td>{item.holder?.name ?? t('customers.conflicts.somebody')}</td>
                  <td className="nowrap">{formatTime(item.openedAt)}</td>
                  <td>
                    <ConflictState state={item.state} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      ) : null}
      <LoadMore query={pages} />
    </Page>
  );
}
