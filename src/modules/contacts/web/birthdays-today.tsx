import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { listUpcomingDates } from '../contract.ts';
import { BirthdayList } from './birthday-list.tsx';

/** Birthdays of this week, for the Today page; nothing when there are none. */
export default function BirthdaysToday() {
  const { t } = useTranslation();
  const { data } = useEndpoint(listUpcomingDates, { query: { days: 7, limit: 10 } });
  if (!data || data.items.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="today-birthdays">
      <h2 id="today-birthdays">{t('contacts.birthdays.title')}</h2>
      <BirthdayList items={data.items} />
      {data.nextCursor ? <Link to="/birthdays">{t('ui.more')}</Link> : null}
    </section>
  );
}
