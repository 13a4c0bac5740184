import './contacts.css';
import { Link } from '@tanstack/react-router';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { formatLunar } from '#shared/dates/lunar-text.ts';
import type { UpcomingDate } from '../contract.ts';

/** Coming birthdays, nearest first. */
export function BirthdayList({ items }: { items: UpcomingDate[] }) {
  const { t, i18n } = useTranslation();
  const when = (ahead: number) =>
    ahead === 0
      ? t('contacts.birthdays.today')
      : ahead === 1
        ? t('contacts.birthdays.tomorrow')
        : t('contacts.birthdays.inDays', { n: ahead });
  return (
    <ul className="cards">
      {items.map((item) => (
        <li key={item.object + item.id + item.day} className="list-row">
          <span className="birthday-day">
            {item.day}
            <Tag className="flag" color={item.daysAhead <= 7 ? 'orange' : undefined}>
              {when(item.daysAhead)}
            </Tag>
          </span>
          {item.object === 'contact' ? (
            <Link to="/contacts/$id" params={{ id: item.id }}>
              {item.name}
            </Link>
          ) : (
            <Link to="/customers/$id" params={{ id: item.id }}>
              {item.name}
            </Link>
          )}
          {item.object === 'contact' ? (
            <Link to="/customers/$id" params={{ id: item.customerId }} className="muted small">
              {item.customerName}
            </Link>
          ) : null}
          <span className="grow" />
          {item.lunar ? (
            <span className="muted small">
              {t('contacts.birthdays.lunar', { day: formatLunar({ ...item.lunar, year: undefined }, i18n.language) })}
            </span>
          ) : null}
          {item.turns === null ? null : <span>{t('contacts.birthdays.turns', { n: item.turns })}</span>}
        </li>
      ))}
    </ul>
  );
}
