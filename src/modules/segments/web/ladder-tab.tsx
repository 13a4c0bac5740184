import { type CSSProperties, lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { CustomersLink } from '#modules/customers/web/index.tsx';
import { dayOr, useAddress } from '#ui/address.ts';
import { useEndpoint } from '#ui/api.ts';
import { companyToday, formatNumber } from '#ui/format.ts';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { Period } from '#ui/period.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { distribution, movement } from '../classes-contract.ts';
import { classValues } from '../spec.ts';
import { hasClass, percent, useClassNames } from './shared.tsx';

const Chart = lazy(() => import('#ui/chart.tsx'));

/** Who stands on which rung now, who moved in a period, and the rungs over time. */
export default function LadderTab() {
  const { t } = useTranslation();
  const { valueName } = useClassNames();
  const [{ from, to }, put] = useAddress({ from: dayOr(companyToday(-90)), to: dayOr(companyToday()) });
  const counts = useEndpoint(distribution);
  const moves = useEndpoint(
    movement,
    { params: { dimension: 'ladder' }, query: { from, to } },
    { enabled: from !== '' && to !== '', retry: false },
  );
  if (!counts.data) return <Loading />;
  const rung = (value: string) =>
    counts.data.items.find((item) => item.dimension === 'ladder' && item.value === value)?.customers ?? 0;
  const days = [...new Set(moves.data?.days.map((item) => item.day) ?? [])];
  const flows = moves.data?.flows ?? [];
  const over = {
    tooltip: { trigger: 'axis' },
    legend: { type: 'scroll' },
    grid: { left: 48, right: 16, top: 40, bottom: 28 },
    xAxis: { type: 'category', data: days },
    yAxis: { type: 'value', minInterval: 1 },
    series: classValues.ladder.map((value) => ({
      type: 'bar',
      stack: 'ladder',
      name: valueName('ladder', value),
      data: days.map(
        (day) => moves.data?.days.find((item) => item.day === day && item.value === value)?.customers ?? 0,
      ),
    })),
  };
  // A Sankey goes one way: where one came from stands left, where to right.
  const flow = {
    tooltip: {},
    series: [
      {
        type: 'sankey',
        left: 8,
        right: 110,
        data: [
          ...new Set(
            flows.flatMap((item) => [`← ${valueName('ladder', item.from)}`, `→ ${valueName('ladder', item.to)}`]),
          ),
        ].map((name) => ({ name })),
        links: flows.map((item) => ({
          source: `← ${valueName('ladder', item.from)}`,
          target: `→ ${valueName('ladder', item.to)}`,
          value: item.customers,
        })),
      },
    ],
  };
  return (
    <>
      <section className="panel" aria-labelledby="ladder-now">
        <h2 id="ladder-now">{t('segments.ladderNow')}</h2>
        <ol className="ladder">
          {classValues.ladder.map((value) => (
            <li
              key={value}
              style={{ '--share': percent(rung(value), counts.data.total).replace(' ', '') } as CSSProperties}
            >
              <span>{valueName('ladder', value)}</span>
              <CustomersLink
                filter={hasClass('ladder', value)}
                title={t('segments.openOf', { name: valueName('ladder', value) })}
              >
                {formatNumber(rung(value))}
              </CustomersLink>
              <span className="muted">{percent(rung(value), counts.data.total)}</span>
            </li>
          ))}
        </ol>
      </section>
      <section className="panel" aria-labelledby="ladder-moves">
        <h2 id="ladder-moves">{t('segments.movement')}</h2>
        <div className="bar">
          <Period from={from} to={to} onChange={put} />
        </div>
        <ProblemAlert problem={moves.error} />
        {moves.data && flows.length === 0 ? <EmptyState text={t('segments.noMoves')} /> : null}
        {flows.length > 0 ? (
          <>
            <Suspense fallback={<Loading />}>
              <Chart option={flow} height={280} />
            </Suspense>
            <ScrollRegion name={t('segments.movement')}>
              <table className="plain">
                <thead>
                  <tr>
                    <th scope="col">{t('ui.from')}</th>
                    <th scope="col">{t('ui.to')}</th>
                    <th scope="col">{t('segments.customers')}</th>
                  </tr>
                </thead>
                <tbody>
                  {flows.map((item) => (
                    <tr key={`${item.from}-${item.to}`}>
                      <td>{valueName('ladder', item.from)}</td>
                      <td>{valueName('ladder', item.to)}</td>
                      <td>{formatNumber(item.customers)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </ScrollRegion>
          </>
        ) : null}
        {days.length > 0 ? (
          <Suspense fallback={<Loading />}>
            <Chart option={over} />
          </Suspense>
        ) : null}
      </section>
    </>
  );
}
