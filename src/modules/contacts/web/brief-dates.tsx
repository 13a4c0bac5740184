import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { listUpcomingDates } from '../contract.ts';
import { BirthdayList } from './birthday-list.tsx';

/** Days to remember within the coming month. */
export default function BriefDates({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const { data, error } = useEndpoint(listUpcomingDates, { query: { customerId, days: 30, limit: 10 } });
  if (error) return <ProblemAlert problem={error} />;
  if (!data) return <Loading />;
  if (data.items.length === 0) return <p className="muted">{t('contacts.brief.noDates')}</p>;
  return <BirthdayList items={data.items} />;
}
