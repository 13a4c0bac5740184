import { useNavigate } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { CustomersLink } from '#modules/customers/web/index.tsx';
import { useEndpoint } from '#ui/api.ts';
import { atFields } from '#ui/fields/form-field.tsx';
import { formatNumber } from '#ui/format.ts';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { abcCurve, distribution } from '../classes-contract.ts';
import type { AbcConfig } from '../schemes-contract.ts';
import { NumberField } from './number-field.tsx';
import { SaveScheme } from './save-scheme.tsx';
import { amountText, hasClass, percent, useClassNames } from './shared.tsx';
import { useScheme } from './use-scheme.ts';

const Chart = lazy(() => import('#ui/chart.tsx'));

/** The Pareto curve: few customers make most of the purchases. A point opens the customers up to it. */
export default function AbcTab() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { fieldName, valueName } = useClassNames();
  const { draft, setDraft, editable, problem, saving, save } = useScheme<AbcConfig>('abc');
  const curve = useEndpoint(abcCurve, { query: draft ? { basis: draft.basis } : {} }, { enabled: draft !== null });
  const counts = useEndpoint(distribution);
  if (curve.error) return <ProblemAlert problem={curve.error} onRetry={() => void curve.refetch()} />;
  if (!curve.data || !draft) return <Loading />;
  const { points, customers, amount, basis } = curve.data;
  const { errors, rest } = atFields(problem, 'config.a', 'config.b');
  const share = (part: number, whole: number) => (whole > 0 ? Math.round((1000 * part) / whole) / 10 : 0);
  const mark = (at: number, name: string) => ({
    yAxis: at,
    name,
    label: { formatter: `${name} ${at} %`, position: 'insideEndTop' },
  });
  const option = {
    tooltip: { trigger: 'axis' },
    grid: { left: 48, right: 24, top: 24, bottom: 44 },
    xAxis: {
      type: 'value',
      min: 0,
      max: 100,
      name: t('segments.shareOfCustomers'),
      nameLocation: 'middle',
      nameGap: 26,
    },
    yAxis: { type: 'value', min: 0, max: 100, axisLabel: { formatter: '{value} %' } },
    series: [
      {
        type: 'line',
        name: t('segments.shareOfAmount'),
        areaStyle: { opacity: 0.15 },
        symbolSize: 7,
        data: [[0, 0], ...points.map((point) => [share(point.customers, customers), share(point.amount, amount)])],
        markLine: { silent: true, symbol: 'none', data: [mark(draft.a, 'A'), mark(draft.b, 'B')] },
      },
    ],
  };
  const rows = ['A', 'B', 'C'].map((value) => ({
    value,
    ...(counts.data?.items.find((item) => item.dimension === 'abcClass' && item.value === value) ?? {
      customers: 0,
      amount: 0,
    }),
  }));
  return (
    <>
      <section className="panel" aria-labelledby="abc-curve">
        <h2 id="abc-curve">{t('segments.abcCurve', { basis: fieldName(basis) })}</h2>
        {points.length === 0 ? (
          <EmptyState text={t('segments.noPurchases')} />
        ) : (
          <Suspense fallback={<Loading />}>
            <Chart
              option={option}
              onPick={({ dataIndex }) => {
                const point = points[dataIndex - 1];
                if (point)
                  void navigate({
                    to: '/customers',
                    search: { filter: { field: basis, op: 'gte', value: point.least } },
                  });
              }}
            />
          </Suspense>
        )}
        <p className="muted">{t('segments.abcHelp')}</p>
        <ScrollRegion name={t('segments.tabs.abc')}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{fieldName('abcClass')}</th>
                <th scope="col">{t('segments.customers')}</th>
                <th scope="col">{t('segments.shareOfCustomers')}</th>
                <th scope="col">{fieldName('purchaseTotal12m')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.value}>
                  <th scope="row">{valueName('abcClass', row.value)}</th>
                  <td>
                    <CustomersLink
                      filter={hasClass('abcClass', row.value)}
                      title={t('segments.openOf', { name: row.value })}
                    >
                      {formatNumber(row.customers)}
                    </CustomersLink>
                  </td>
                  <td>{percent(row.customers, customers)}</td>
                  <td>{amountText(row.amount)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      </section>
      <section className="panel" aria-labelledby="abc-cutoffs">
        <h2 id="abc-cutoffs">{t('segments.cutoffs')}</h2>
        <ProblemAlert problem={rest} />
        <div className="bar">
          <Segmented
            aria-label={t('segments.cutoffs')}
            value={draft.basis}
            disabled={!editable}
            options={(['purchaseTotal12m', 'purchaseTotal'] as const).map((value) => ({
              value,
              label: fieldName(value),
            }))}
            onChange={(value) => setDraft({ ...draft, basis: value as AbcConfig['basis'] })}
          />
        </div>
        <div className="grid-2">
          {(['a', 'b'] as const).map((key) => (
            <NumberField
              key={key}
              id={`abc-${key}`}
              label={t(`segments.abcCutoff.${key}`)}
              value={draft[key]}
              disabled={!editable}
              error={errors[`config.${key}`]}
              onChange={(value) => setDraft({ ...draft, [key]: value ?? 0 })}
            />
          ))}
        </div>
        {editable ? <SaveScheme saving={saving} save={() => save(draft)} /> : null}
      </section>
    </>
  );
}
