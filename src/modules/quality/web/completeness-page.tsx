import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { CustomersLink } from '#modules/customers/web/index.tsx';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { Condition } from '#shared/conditions.ts';
import { oneOf, useAddress } from '#ui/address.ts';
import { useEndpoint } from '#ui/api.ts';
import { formatNumber, formatTime } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { JobButton } from '#ui/job-button.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { PageTabs } from '#ui/page-tabs.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { useCan } from '#ui/session.tsx';
import {
  type CompletenessFigure,
  calculateCompleteness,
  completenessFigures,
  completenessGroups,
} from '../completeness-contract.ts';
import { columnConditions, countedColumns, customersOf } from '../completeness-targets.ts';
import { CompletenessSettings } from './completeness-settings.tsx';
import './completeness.css';

export default function CompletenessPage() {
  const { t } = useTranslation();
  const can = useCan();
  return (
    <Page title={t('quality.completeness.title')} actions={can('quality:manage') ? <Calculate /> : null}>
      {can('quality:manage') ? (
        <PageTabs
          items={[
            { key: 'figures', label: t('quality.completeness.figures'), children: <Figures /> },
            { key: 'settings', label: t('quality.completeness.settings'), children: <CompletenessSettings /> },
          ]}
        />
      ) : (
        <Figures />
      )}
    </Page>
  );
}

function Figures() {
  const { t } = useTranslation();
  const [{ by }, put] = useAddress({ by: oneOf(completenessGroups, 'owner') });
  const dictionary = useDictionary('customer');
  const { data, error, refetch } = useEndpoint(completenessFigures, { query: { by } });
  if (error) return <ProblemAlert problem={error} onRetry={() => void refetch()} />;
  const nameOf = (row: CompletenessFigure) => {
    if (!row.id) return t(`quality.completeness.none.${by}`);
    if (by === 'kind') return t(`ui.kind.${row.id}`);
    const option =
      by === 'grade' ? dictionary?.byKey.get('grade')?.options.find((item) => item.key === row.id) : undefined;
    return option ? label(option) : (row.name ?? row.id);
  };
  return (
    <>
      <div className="bar">
        <Segmented
          aria-label={t('ui.shown')}
          value={by}
          options={completenessGroups.map((value) => ({ value, label: t(`quality.completeness.by.${value}`) }))}
          onChange={(next) => put({ by: next })}
        />
        {data?.calculatedAt ? (
          <span className="muted small">
            {t('quality.completeness.calculatedAt', { when: formatTime(data.calculatedAt) })}
          </span>
        ) : null}
      </div>
      {!data ? <Loading /> : null}
      {data && data.items.length === 0 ? <EmptyState text={t('quality.completeness.notYet')} /> : null}
      {data && data.items.length > 0 ? (
        <ScrollRegion name={t('quality.completeness.title')}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t(`quality.completeness.by.${by}`)}</th>
                {(['average', ...countedColumns] as const).map((key) => (
                  <th scope="col" key={key}>
                    {t(`quality.completeness.columns.${key}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.items.map((row) => (
                <Row
                  key={row.id ?? 'none'}
                  row={row}
                  name={nameOf(row)}
                  conditions={[customersOf[by](row, data.items)]}
                />
              ))}
              <Row row={data.total} name={t('quality.completeness.all')} conditions={[]} />
            </tbody>
          </table>
        </ScrollRegion>
      ) : null}
    </>
  );
}

function Row({ row, name, conditions }: { row: CompletenessFigure; name: string; conditions: Condition[] }) {
  const { t } = useTranslation();
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{row.average === null ? '—' : `${formatNumber(row.average)} %`}</td>
      {countedColumns.map((key) => (
        <td key={key}>
          <CustomersLink
            filter={{ all: [...conditions, ...columnConditions[key]] }}
            title={`${name} ${t(`quality.completeness.columns.${key}`)}`}
          >
            {formatNumber(row[key])}
          </CustomersLink>
        </td>
      ))}
    </tr>
  );
}

const calculated = ['/completeness', '/customers', '/governance', '/cleanup'];

function Calculate() {
  const { t } = useTranslation();
  return (
    <JobButton
      start={calculateCompleteness}
      stale={calculated}
      done={t('quality.completeness.calculated')}
      label={() => t('quality.completeness.calculate')}
    />
  );
}
