import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { oneOf, useAddress } from '#ui/address.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { listUpcomingDates } from '../contract.ts';
import { BirthdayList } from './birthday-list.tsx';

const ranges = [7, 30, 60, 90];

export default function BirthdaysPage() {
  const { t } = useTranslation();
  const [{ days }, put] = useAddress({ days: oneOf(ranges, 60) });
  const pages = usePages(listUpcomingDates, { query: { days, limit: 100 } });
  const items = itemsOf(pages);
  return (
    <Page title={t('contacts.birthdays.title')}>
      <p className="muted">{t('contacts.birthdays.intro', { days })}</p>
      <div className="bar">
        <Segmented
          aria-label={t('contacts.birthdays.days')}
          value={days}
          onChange={(next) => put({ days: next })}
          options={ranges.map((n) => ({ value: n, label: t('contacts.birthdays.range', { n }) }))}
        />
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? <EmptyState text={t('contacts.birthdays.none')} /> : null}
      {items.length > 0 ? (
        <div className="panel">
          <BirthdayList items={items} />
        </div>
      ) : null}
      <LoadMore query={pages} />
    </Page>
  );
}
