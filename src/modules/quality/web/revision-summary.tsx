import { Button } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { ResponseOf } from '#shared/endpoint.ts';
import { formatNumber } from '#ui/format.ts';
import { Loading } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { useNarrow } from '#ui/use-narrow.ts';
import { type getRevision, type OwnerProgress, type RevisionResult, revisionResults } from '../revision-contract.ts';

const Chart = lazy(() => import('#ui/chart.tsx'));
const colors: Record<RevisionResult | 'open', string> = {
  grown: '#389e0d',
  stable: '#1677ff',
  shrinking: '#d46b08',
  lost: '#cf1322',
  open: '#bfbfbf',
};
/** Owners drawn; the table has them all. */
const drawn = 15;

/** Results of a revision in pictures, by owner, and the reasons given; every number opens its customers. */
export function RevisionSummary({
  data,
  onShow,
}: {
  data: ResponseOf<typeof getRevision>;
  onShow(chosen: { owner?: string; result?: RevisionResult; why?: string }): void;
}) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const { total } = data;
  const results = [...revisionResults, 'open' as const];
  const nameOf = (result: (typeof results)[number]) =>
    t(result === 'open' ? 'quality.revision.itemStates.open' : `quality.revision.results.${result}`);
  const count = (row: typeof total, result: (typeof results)[number]) =>
    result === 'open' ? row.total - row.grown - row.stable - row.shrinking - row.lost : row[result];
  const ownerName = (row: OwnerProgress) => row.name ?? t('quality.completeness.none.owner');
  const owners = data.owners.slice(0, drawn).reverse();
  const whole = {
    tooltip: { trigger: 'item' },
    legend: { bottom: 0 },
    series: [
      {
        type: 'pie',
        radius: narrow ? ['38%', '60%'] : ['45%', '70%'],
        center: ['50%', narrow ? '38%' : '44%'],
        // On a phone there is no room for names beside the ring; the legend has them, in two lines perhaps.
        label: { formatter: narrow ? '{c}' : '{b} {c}' },
        data: results
          .filter((result) => count(total, result) > 0)
          .map((result) => ({
            name: nameOf(result),
            value: count(total, result),
            itemStyle: { color: colors[result] },
          })),
      },
    ],
  };
  const byOwner = {
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
    legend: { bottom: 0, type: 'scroll' },
    grid: { left: 8, right: 16, top: 8, bottom: 36, containLabel: true },
    xAxis: { type: 'value', minInterval: 1 },
    yAxis: { type: 'category', data: owners.map(ownerName), axisLabel: { width: 90, overflow: 'truncate' } },
    series: results.map((result) => ({
      type: 'bar',
      stack: 'all',
      name: nameOf(result),
      barMaxWidth: 22,
      itemStyle: { color: colors[result] },
      data: owners.map((row) => count(row, result)),
    })),
  };
  return (
    <>
      {total.total > 0 ? (
        <Suspense fallback={<Loading />}>
          <div className={narrow ? '' : 'revision-charts'}>
            <Chart option={whole} height={260} />
            <Chart option={byOwner} height={Math.max(260, owners.length * 30 + 70)} />
          </div>
        </Suspense>
      ) : null}
      <ScrollRegion name={t('quality.revision.summary')}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('quality.completeness.by.owner')}</th>
              <th scope="col">{t('quality.revision.doneOf')}</th>
              {revisionResults.map((result) => (
                <th scope="col" key={result}>
                  {nameOf(result)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.owners.map((row) => (
              <Row
                key={row.ownerId ?? 'none'}
                row={row}
                name={ownerName(row)}
                away={row.away}
                onShow={(result) => onShow({ owner: row.ownerId ?? 'none', result })}
              />
            ))}
            <Row row={total} name={t('quality.completeness.all')} onShow={(result) => onShow({ result })} />
          </tbody>
        </table>
      </ScrollRegion>
      {data.reasons.length > 0 ? (
        <section className="panel under-form" aria-labelledby="revision-reasons">
          <h2 id="revision-reasons">{t('quality.revision.reasons')}</h2>
          <table className="plain">
            <tbody>
              {data.reasons.map((reason) => (
                <tr key={`${reason.result}${reason.why}`}>
                  <th scope="row">{nameOf(reason.result)}</th>
                  <td>{reason.why}</td>
                  <td>
                    <Button
                      type="link"
                      size="small"
                      aria-label={t('quality.open', {
                        name: `${nameOf(reason.result)} ${reason.why}`,
                        n: reason.customers,
                      })}
                      onClick={() => onShow({ result: reason.result, why: reason.why })}
                    >
                      {formatNumber(reason.customers)}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </>
  );
}

function Row({
  row,
  name,
  away,
  onShow,
}: {
  row: Pick<OwnerProgress, 'total' | RevisionResult>;
  name: string;
  away?: boolean;
  onShow(result?: RevisionResult): void;
}) {
  const { t } = useTranslation();
  const done = row.grown + row.stable + row.shrinking + row.lost;
  return (
    <tr>
      <th scope="row">
        {name}
        {away ? <span className="muted small"> · {t('approvals.awayNow')}</span> : null}
      </th>
      <td>
        <Button
          type="link"
          size="small"
          aria-label={t('quality.open', { name, n: `${done} / ${row.total}` })}
          onClick={() => onShow()}
        >
          {formatNumber(done)} / {formatNumber(row.total)}
        </Button>
      </td>
      {revisionResults.map((result) => (
        <td key={result}>
          <Button
            type="link"
            size="small"
            aria-label={t('quality.open', {
              name: `${name} ${t(`quality.revision.results.${result}`)}`,
              n: row[result],
            })}
            onClick={() => onShow(result)}
          >
            {formatNumber(row[result])}
          </Button>
        </td>
      ))}
    </tr>
  );
}
