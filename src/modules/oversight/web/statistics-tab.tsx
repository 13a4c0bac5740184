import { useTranslation } from 'react-i18next';
import { dayOr, useAddress } from '#ui/address.ts';
import { useEndpoint } from '#ui/api.ts';
import { companyToday } from '#ui/format.ts';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { Period } from '#ui/period.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { inspectionStatistics } from '../contract.ts';

const columns = ['drawn', 'inspected', 'passed', 'remarks', 'open', 'overdue', 'closed', 'reopened'] as const;

/** Results of the inspections per rep. */
export function StatisticsTab() {
  const { t } = useTranslation();
  const [days, put] = useAddress({ from: dayOr(companyToday(-30)), to: dayOr(companyToday()) });
  const { data, error, isPending } = useEndpoint(
    inspectionStatistics,
    { query: days },
    { enabled: days.from !== '' && days.to !== '' },
  );
  return (
    <>
      <div className="bar">
        <Period from={days.from} to={days.to} onChange={put} />
      </div>
      <ProblemAlert problem={error} />
      {isPending ? <Loading /> : null}
      {data?.items.length === 0 ? <EmptyState text={t('oversight.noStatistics')} /> : null}
      {data && data.items.length > 0 ? (
        <ScrollRegion name={t('oversight.statistics')} className="panel">
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t('oversight.rep')}</th>
                {columns.map((key) => (
                  <th scope="col" key={key} className="nowrap">
                    {t(`oversight.columns.${key}`)}
                  </th>
                ))}
                <th scope="col" className="nowrap">
                  {t('oversight.columns.rate')}
                </th>
                <th scope="col" className="nowrap">
                  {t('oversight.columns.days')}
                </th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((row) => (
                <tr key={row.repId}>
                  <th scope="row">{row.repName}</th>
                  {columns.map((key) => (
                    <td key={key} className={key === 'overdue' && row.overdue > 0 ? 'form-error' : undefined}>
                      {row[key]}
                    </td>
                  ))}
                  <td>{row.inspected > 0 ? `${Math.round((row.passed / row.inspected) * 100)}%` : '—'}</td>
                  <td>{row.daysToFix ?? '—'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      ) : null}
    </>
  );
}
