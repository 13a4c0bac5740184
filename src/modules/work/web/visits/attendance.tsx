import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { formatTime } from '#ui/format.ts';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import type { VisitView } from '../../visit-contract.ts';
import { ArrivalPlace } from './visit-page.tsx';
import { VisitState } from './visit-state.tsx';

const columns = [
  'visitor',
  'customer',
  'plannedAt',
  'departedAt',
  'arrivedAt',
  'leftAt',
  'duration',
  'arrivalPlace',
  'state',
] as const;

/** Who planned to be where, and when he was. */
export function Attendance({ visits }: { visits: VisitView[] }) {
  const { t } = useTranslation();
  const at = (value: string | null) => (value ? formatTime(value) : '');
  return (
    <div className="panel">
      <ScrollRegion name={t('work.visit.views.attendance')}>
        <table className="plain attendance">
          <thead>
            <tr>
              {columns.map((key) => (
                <th key={key} scope="col">
                  {t(`work.visit.${key}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {visits.map((visit) => (
              <tr key={visit.id}>
                <th scope="row">{visit.visitor.name}</th>
                <td>
                  <Link to="/visits/$id" params={{ id: visit.id }}>
                    {visit.customerName}
                  </Link>
                </td>
                <td>{at(visit.plannedAt)}</td>
                <td>{at(visit.departedAt)}</td>
                <td>{at(visit.arrivedAt)}</td>
                <td>{at(visit.leftAt)}</td>
                <td>{visit.duration === null ? '' : t('work.activity.minutes', { n: visit.duration })}</td>
                <td>{visit.arrival ? <ArrivalPlace arrival={visit.arrival} /> : ''}</td>
                <td>
                  <VisitState state={visit.state} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </div>
  );
}
