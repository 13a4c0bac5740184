import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { listMinutes } from '../../minutes-contract.ts';
import { MinutesState } from './minutes-state.tsx';

/** Minutes I owe, on the Today page; absent when there are none. */
export default function MinutesToday() {
  const { t } = useTranslation();
  const found = useEndpoint(listMinutes, { query: { author: 'me', view: 'open', limit: 10 } });
  const items = found.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="today-minutes">
      <div className="row">
        <h2 id="today-minutes" className="grow">
          {t('work.minutes.owed')}
        </h2>
        <Link to="/minutes">{t('work.minutes.title')}</Link>
      </div>
      <ul className="cards">
        {items.map((item) => (
          <li key={item.id} className="list-row">
            <Link to="/minutes/$id" params={{ id: item.id }} className="grow visit-aim">
              {item.subject}
            </Link>
            <span className={item.overdue ? 'small overdue' : 'small muted'}>{item.dueOn}</span>
            <MinutesState minutes={item} />
          </li>
        ))}
      </ul>
    </section>
  );
}
