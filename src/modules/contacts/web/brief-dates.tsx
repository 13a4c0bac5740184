import { useTranslation } from 'react-i18next';
import type { ResponseOf } from '#shared/endpoint.ts';
import type { listUpcomingDates } from '../contract.ts';
import { BirthdayList } from './birthday-list.tsx';

/** Days to remember within the coming month. */
export default function BriefDates({ data }: { data: unknown }) {
  const { t } = useTranslation();
  const { items } = data as ResponseOf<typeof listUpcomingDates>;
  if (items.length === 0) return <p className="muted">{t('contacts.brief.noDates')}</p>;
  return <BirthdayList items={items} />;
}
