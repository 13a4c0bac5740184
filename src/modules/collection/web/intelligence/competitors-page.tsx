import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAddress, words } from '#ui/address.ts';
import { formatNumber } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { listCompetitors } from '../../intelligence-contract.ts';
import './intelligence.css';

/** Competitors with what is known of them. */
export default function CompetitorsPage() {
  const { t } = useTranslation();
  const [{ q }, put] = useAddress({ q: words });
  const pages = usePages(listCompetitors, { query: { limit: 50, ...(q ? { q } : {}) } });
  const items = itemsOf(pages);
  return (
    <Page title={t('collection.intelligence.competitors')}>
      <p className="crumb">
        <Link to="/intelligence">‹ {t('collection.intelligence.title')}</Link>
      </p>
      <p className="muted">{t('collection.intelligence.competitorsText')}</p>
      <div className="bar">
        <SearchBox
          label={t('collection.intelligence.competitorsSearch')}
          value={q}
          onChange={(next) => put({ q: next })}
        />
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? (
        <EmptyState text={t(q ? 'collection.intelligence.nothing' : 'collection.intelligence.competitorsNone')} />
      ) : (
        <ul className="cards panel">
          {items.map((item) => (
            <li key={item.key} className="list-row">
              <Link to="/competitors/$key" params={{ key: item.key }} className="grow">
                {item.name}
                <span className="block muted small">
                  {t('collection.intelligence.items', {
                    n: formatNumber(item.items),
                    valid: formatNumber(item.valid),
                  })}
                  {' · '}
                  {t('collection.intelligence.last', { day: item.lastOn })}
                </span>
              </Link>
              {item.customerId ? (
                <Link to="/customers/$id" params={{ id: item.customerId }}>
                  {t('collection.intelligence.customer')}
                </Link>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      <LoadMore query={pages} />
    </Page>
  );
}
