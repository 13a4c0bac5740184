import { Link, useParams } from '@tanstack/react-router';
import { App, Button, Segmented, Tag } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CustomersLink } from '#modules/customers/web/index.tsx';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { oneOf, useAddress } from '#ui/address.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { ConditionText } from '#ui/fields/condition-text.tsx';
import { formatNumber, formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { getSegment, refreshSegment, segmentChanges, segmentHistory } from '../contract.ts';
import { SegmentDialog } from './segment-dialog.tsx';
import { ColorName } from './shared.tsx';

const Chart = lazy(() => import('#ui/chart.tsx'));

const changeKinds = ['all', 'entered', 'left'] as const;

/** One segment: what it is, how it grew, who came and went. */
export default function SegmentPage() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const dictionary = useDictionary('customer');
  const segment = useEndpoint(getSegment, { params: { id } });
  const history = useEndpoint(segmentHistory, { params: { id } });
  const refresh = useSend(refreshSegment, ['/segments']);
  const [{ kind }, put] = useAddress({ kind: oneOf(changeKinds, 'all') });
  const [edit, setEdit] = useState(false);
  const changes = usePages(segmentChanges, {
    params: { id },
    query: { limit: 50, ...(kind === 'all' ? {} : { kind }) },
  });
  const days = history.data?.days;
  const option = useMemo(
    () => ({
      tooltip: { trigger: 'axis' },
      legend: {},
      grid: { left: 48, right: 16, top: 36, bottom: 28 },
      xAxis: { type: 'category', data: (days ?? []).map((item) => item.day) },
      yAxis: { type: 'value', minInterval: 1 },
      series: [
        { type: 'line', name: t('segments.customers'), data: (days ?? []).map((item) => item.customers) },
        { type: 'bar', name: t('segments.entered'), data: (days ?? []).map((item) => item.entered) },
        { type: 'bar', name: t('segments.left'), data: (days ?? []).map((item) => -item.departed) },
      ],
    }),
    [days, t],
  );
  if (!segment.data)
    return (
      <Page title={t('segments.title')}>{segment.error ? <ProblemAlert problem={segment.error} /> : <Loading />}</Page>
    );
  const { data } = segment;
  const items = itemsOf(changes);
  return (
    <Page
      title={data.name}
      actions={
        data.can.update ? (
          <>
            <Button
              loading={refresh.isPending}
              onClick={() =>
                refresh.mutate(
                  { params: { id } },
                  { onSuccess: () => void message.success(t('segments.refreshQueued')) },
                )
              }
            >
              {t('segments.refresh')}
            </Button>
            <Button type="primary" onClick={() => setEdit(true)}>
              {t('ui.edit')}
            </Button>
          </>
        ) : null
      }
    >
      <ProblemAlert problem={refresh.error} />
      <section className="panel">
        <div className="row">
          <ColorName color={data.color}>{t(`segments.kinds.${data.kind}`)}</ColorName>
          <CustomersLink filter={{ field: 'segments', op: 'contains', value: id }}>
            {data.customers === null
              ? t('segments.openList')
              : t('segments.openCustomers', { n: formatNumber(data.customers) })}
          </CustomersLink>
          <span className="muted">{formatTime(data.countedAt)}</span>
        </div>
        <p>{data.description}</p>
        {data.condition && dictionary ? (
          <p>
            <ConditionText condition={data.condition} fields={dictionary.fields} />
          </p>
        ) : null}
      </section>
      <section className="panel" aria-labelledby="segment-history">
        <h2 id="segment-history">{t('segments.history')}</h2>
        {days && days.length > 1 ? (
          <Suspense fallback={<Loading />}>
            <Chart option={option} />
          </Suspense>
        ) : (
          <p className="muted">{t('segments.historyLater')}</p>
        )}
      </section>
      <section className="panel" aria-labelledby="segment-changes">
        <h2 id="segment-changes">{t('segments.changes')}</h2>
        <div className="bar">
          <Segmented
            aria-label={t('ui.shown')}
            value={kind}
            options={changeKinds.map((value) => ({
              value,
              label: t(value === 'all' ? 'segments.allChanges' : `segments.${value}`),
            }))}
            onChange={(next) => put({ kind: next })}
          />
        </div>
        <ProblemAlert problem={changes.error} />
        {!changes.isPending && items.length === 0 ? <EmptyState text={t('segments.noChanges')} /> : null}
        <ul className="cards">
          {items.map((item) => (
            <li className="list-row" key={`${item.day}-${item.kind}-${item.customerId}`}>
              <span className="muted nowrap">{item.day}</span>
              <Tag>{t(`segments.${item.kind}`)}</Tag>
              <Link to="/customers/$id" params={{ id: item.customerId }}>
                {item.name}
              </Link>
              <span className="muted">{item.number}</span>
            </li>
          ))}
        </ul>
        <LoadMore query={changes} />
      </section>
      {edit ? <SegmentDialog segment={data} onClose={() => setEdit(false)} /> : null}
    </Page>
  );
}
