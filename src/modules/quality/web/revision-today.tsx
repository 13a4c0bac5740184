import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { formatNumber, formatTime } from '#ui/format.ts';
import { listRevisions } from '../revision-contract.ts';
import { StateTag, useRevisionName } from './revision-list-page.tsx';

/** On the Today page: revisions in which own customers still wait for a result. Absent when there are none. */
export default function RevisionToday() {
  const { t } = useTranslation();
  const nameOf = useRevisionName();
  const { data } = useEndpoint(listRevisions, { query: { limit: 10 } });
  const waiting = (data?.items ?? []).filter((item) => item.state === 'open' && item.mine.open > 0);
  if (waiting.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="today-revision">
      <h2 id="today-revision">{t('quality.revision.title')}</h2>
      <ul className="cards">
        {waiting.map((item) => (
          <li key={item.id} className="list-row wrap">
            <Link to="/revisions/$id" params={{ id: item.id }} className="grow">
              {nameOf(item)}
            </Link>
            <span className="muted small">
              {t('quality.revision.mineOpen', { n: formatNumber(item.mine.open) })} ·{' '}
              {t('quality.revision.due', { day: formatTime(item.dueOn, false) })}
            </span>
            {item.overdue ? <StateTag item={item} /> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
