import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { MinutesView } from '../../minutes-contract.ts';
import { MinutesState } from './minutes-state.tsx';

/** Minutes as a list. */
export function MinutesList({ minutes, showCustomer = true }: { minutes: MinutesView[]; showCustomer?: boolean }) {
  const { t } = useTranslation();
  return (
    <ul className="cards panel">
      {minutes.map((item) => (
        <li key={item.id} className="list-row">
          <div className="grow">
            <Link to="/minutes/$id" params={{ id: item.id }} className="visit-aim">
              {item.subject}
            </Link>
            <div className="muted small task-facts">
              {showCustomer ? (
                <Link to="/customers/$id" params={{ id: item.customerId }}>
                  {item.customerName}
                </Link>
              ) : null}
              <span>{item.author.name}</span>
              <span className={item.overdue ? 'overdue' : undefined}>{t('work.minutes.due', { day: item.dueOn })}</span>
            </div>
          </div>
          <MinutesState minutes={item} />
        </li>
      ))}
    </ul>
  );
}
