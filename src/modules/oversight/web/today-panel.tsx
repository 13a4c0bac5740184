import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { listRemarks } from '../contract.ts';

/** Remarks the reader has to fix, on the Today page; absent when there are none. */
export function RemarksToday() {
  const { t } = useTranslation();
  const { data } = useEndpoint(listRemarks, { query: { box: 'mine', state: 'open', limit: 5 } });
  const remarks = data?.items ?? [];
  if (remarks.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="today-remarks">
      <h2 id="today-remarks">
        <Link to="/inspections">{t('oversight.today')}</Link>
      </h2>
      <ul className="cards">
        {remarks.map((remark) => (
          <li key={remark.id} className="list-row">
            <Link to="/customers/$id" params={{ id: remark.customer.id }}>
              {remark.customer.name}
            </Link>
            <span className="grow muted">{remark.body}</span>
            <span className={remark.overdue ? 'form-error' : 'muted small'}>
              {t(remark.overdue ? 'oversight.overdue' : 'oversight.fixBy', { day: remark.fixBy })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
