import { Link } from '@tanstack/react-router';
import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { listViews } from '#modules/customers/contract.ts';
import type { ResponseOf } from '#shared/endpoint.ts';
import { useEndpoint } from '#ui/api.ts';
import { formatNumber, formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { useNarrow } from '#ui/use-narrow.ts';
import { type Governance, listUsage, type NightlyFigures } from '../governance-contract.ts';
import { createdIn } from '../governance-targets.ts';
import { type Details, Opens } from './governance-opens.tsx';

interface DetailsProps {
  details: Details;
  data: Governance;
  n: NightlyFigures;
  megabytes(bytes: number): string;
  onClose(): void;
}

/** What a figure consists of where no other page lists it. */
export function GovernanceDetails({ details, data, n, megabytes, onClose }: DetailsProps) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  return (
    <Drawer open title={t(`quality.governance.details.${details}`)} size={narrow ? '100%' : 560} onClose={onClose}>
      {details === 'sizes' ? <Sizes n={n} megabytes={megabytes} /> : null}
      {details === 'growth' ? <Growth data={data} n={n} megabytes={megabytes} /> : null}
      {details === 'views' ? <SharedViews /> : null}
      {details === 'readers' ? <Usage by="reader" since={n.since} /> : null}
      {details === 'viewedCustomers' ? <Usage by="customer" since={n.since} /> : null}
    </Drawer>
  );
}

function Head({ columns }: { columns: string[] }) {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <th scope="col" key={column}>
            {column}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Sizes({ n, megabytes }: Pick<DetailsProps, 'n' | 'megabytes'>) {
  const { t } = useTranslation();
  const share = (bytes: number) => `${formatNumber(Math.round((1000 * bytes) / n.databaseBytes) / 10)} %`;
  return (
    <table className="plain">
      <Head columns={(['part', 'size', 'share'] as const).map((key) => t(`quality.governance.columns.${key}`))} />
      <tbody>
        {n.sizes.map(({ part, bytes }) => (
          <tr key={part}>
            <th scope="row">{t(`quality.governance.parts.${part}`)}</th>
            <td>{megabytes(bytes)}</td>
            <td>{share(bytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The last count of each month, and the customers created in each. */
function Growth({ data, n, megabytes }: Pick<DetailsProps, 'data' | 'n' | 'megabytes'>) {
  const { t } = useTranslation();
  const counts = [...new Map(data.growth.map((count) => [count.day.slice(0, 7), count])).values()].reverse();
  return (
    <>
      <h2>{t('quality.governance.createdByMonth')}</h2>
      <table className="plain">
        <Head columns={(['month', 'created'] as const).map((key) => t(`quality.governance.columns.${key}`))} />
        <tbody>
          {n.months.map(({ month, customers }) => (
            <tr key={month}>
              <th scope="row">{month}</th>
              <td>
                <Opens target={createdIn(month)} name={month}>
                  {formatNumber(customers)}
                </Opens>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2>{t('quality.governance.countedByMonth')}</h2>
      <table className="plain">
        <Head columns={(['day', 'customers', 'size'] as const).map((key) => t(`quality.governance.columns.${key}`))} />
        <tbody>
          {counts.map(({ day, customers, databaseBytes }) => (
            <tr key={day}>
              <th scope="row">{formatTime(day, false)}</th>
              <td>{formatNumber(customers)}</td>
              <td>{megabytes(databaseBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** The address of the list as a view keeps it. */
function searchOf({ id, query }: ResponseOf<typeof listViews>['items'][number]) {
  const { columns, ...rest } = query;
  const cols = columns.map(({ key, width }) => `${key}:${width}`).join(',');
  return { ...rest, ...(cols ? { cols } : {}), view: id };
}

function SharedViews() {
  const { t } = useTranslation();
  const { data, error } = useEndpoint(listViews);
  if (error) return <ProblemAlert problem={error} />;
  if (!data) return <Loading />;
  const shared = data.items.filter((view) => view.shared);
  if (shared.length === 0) return <EmptyState text={t('quality.governance.noViews')} />;
  return (
    <ul className="cards">
      {shared.map((view) => (
        <li key={view.id} className="list-row">
          <Link to="/customers" search={searchOf(view)}>
            {view.name}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Usage({ by, since }: { by: 'reader' | 'customer'; since: string }) {
  const { t } = useTranslation();
  const pages = usePages(listUsage, { query: { by } });
  const items = itemsOf(pages);
  return (
    <>
      <p className="muted">{t('quality.governance.usedSince', { day: formatTime(since, false) })}</p>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? <EmptyState text={t('quality.governance.notUsed')} /> : null}
      {items.length > 0 ? (
        <table className="plain">
          <Head columns={([by, 'times'] as const).map((key) => t(`quality.governance.columns.${key}`))} />
          <tbody>
            {items.map((item) => (
              <tr key={item.id}>
                <th scope="row">
                  {by === 'customer' && item.name !== null ? (
                    <Link to="/customers/$id" params={{ id: item.id }}>
                      {item.name}
                    </Link>
                  ) : (
                    (item.name ?? t(`quality.governance.unnamed.${by}`))
                  )}
                </th>
                <td>{formatNumber(item.times)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      <LoadMore query={pages} />
    </>
  );
}
