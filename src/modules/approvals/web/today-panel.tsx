import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { formatTime } from '#ui/format.ts';
import { countApprovals, listApprovals } from '../contract.ts';
import { useKindName } from './parts.tsx';

/** What waits for the reader's yes, on the Today page; absent when nothing does. */
export function ApprovalsToday() {
  const { t } = useTranslation();
  const kindName = useKindName();
  const count = useEndpoint(countApprovals);
  const list = useEndpoint(listApprovals, { query: { box: 'decide', limit: 5 } });
  const waiting = count.data?.decide ?? 0;
  const returned = count.data?.returned ?? 0;
  if (waiting + returned === 0) return null;
  return (
    <section className="panel" aria-labelledby="today-approvals">
      <div className="row">
        <h2 id="today-approvals" className="grow">
          {t('approvals.today', { n: waiting })}
        </h2>
        <Link to="/approvals">
          <Button size="small" tabIndex={-1}>
            {t('ui.open')}
          </Button>
        </Link>
      </div>
      <ul className="cards">
        {(list.data?.items ?? []).map((item) => (
          <li key={item.id} className="list-row">
            <span className="muted">{kindName(item.subjectKind)}</span>
            <Link to="/approvals/$id" params={{ id: item.id }} className="grow">
              {item.title}
            </Link>
            <span className="muted small">
              {item.requestedByName} · {formatTime(item.requestedAt)}
            </span>
          </li>
        ))}
      </ul>
      {returned > 0 ? (
        <p>
          <Link to="/approvals">{t('approvals.todayReturned', { n: returned })}</Link>
        </p>
      ) : null}
    </section>
  );
}
