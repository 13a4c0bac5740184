import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { formatTime, listed } from '#ui/format.ts';
import type { VisitView } from '../../visit-contract.ts';
import { VisitState } from './visit-state.tsx';

/** Visits as a list of slips. */
export function VisitList({ visits, showCustomer = true }: { visits: VisitView[]; showCustomer?: boolean }) {
  const { t } = useTranslation();
  return (
    <ul className="cards panel">
      {visits.map((visit) => (
        <li key={visit.id} className="list-row visit-row">
          <div className="grow">
            <Link to="/visits/$id" params={{ id: visit.id }} className="visit-aim">
              {visit.aim}
            </Link>
            <div className="muted small task-facts">
              <span>{formatTime(visit.plannedAt)}</span>
              {showCustomer ? (
                <Link to="/customers/$id" params={{ id: visit.customerId }}>
                  {visit.customerName}
                </Link>
              ) : null}
              <span>{visit.visitor.name}</span>
              {visit.place ? <span>{visit.place}</span> : null}
              {visit.contacts.length > 0 ? (
                <span>{t('work.visit.with', { names: listed(visit.contacts.map((person) => person.name)) })}</span>
              ) : null}
            </div>
          </div>
          <VisitState state={visit.state} />
        </li>
      ))}
    </ul>
  );
}
