import { Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { CustomersLink } from '#modules/customers/web/index.tsx';
import { useEndpoint } from '#ui/api.ts';
import { atFields } from '#ui/fields/form-field.tsx';
import { formatNumber } from '#ui/format.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { distribution } from '../classes-contract.ts';
import type { DivisionsConfig } from '../schemes-contract.ts';
import { type Dimension, dimensions } from '../spec.ts';
import { NumberField } from './number-field.tsx';
import { SaveScheme } from './save-scheme.tsx';
import { hasClass, percent, useClassNames } from './shared.tsx';
import { useScheme } from './use-scheme.ts';

/** How many customers are in each class; every number opens them. Below: the thresholds. */
export default function DivisionsTab() {
  const { t } = useTranslation();
  const { data, error, refetch } = useEndpoint(distribution);
  if (error) return <ProblemAlert problem={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <>
      {data.total === 0 ? (
        <p className="muted">{t('segments.totalNone')}</p>
      ) : (
        <>
          <p className="muted">{t('segments.total', { n: formatNumber(data.total) })}</p>
          <div className="grid-2">
            {dimensions.map((dimension) => (
              <DistributionPanel
                key={dimension}
                dimension={dimension}
                total={data.total}
                items={data.items.filter((item) => item.dimension === dimension)}
              />
            ))}
          </div>
        </>
      )}
      <Thresholds />
    </>
  );
}

function DistributionPanel({
  dimension,
  items,
  total,
}: {
  dimension: Dimension;
  items: { value: string | null; customers: number }[];
  total: number;
}) {
  const { t } = useTranslation();
  const { fieldName, valueName, optionsOf } = useClassNames();
  const order = optionsOf(dimension).map((option) => option.value);
  const place = (value: string | null) => (value === null ? 999 : order.indexOf(value));
  return (
    <section className="panel" aria-labelledby={`class-${dimension}`}>
      <h2 id={`class-${dimension}`}>{fieldName(dimension)}</h2>
      <table className="plain">
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{t('ui.value')}</th>
            <th scope="col">{t('segments.customers')}</th>
            <th scope="col">{t('segments.share')}</th>
          </tr>
        </thead>
        <tbody>
          {[...items]
            .sort((a, b) => place(a.value) - place(b.value))
            .map((item) => (
              <tr key={item.value ?? ''}>
                <th scope="row" className={item.value === null ? 'muted' : ''}>
                  {valueName(dimension, item.value)}
                </th>
                <td className="nowrap">
                  <CustomersLink
                    filter={hasClass(dimension, item.value)}
                    title={t('segments.openOf', { name: valueName(dimension, item.value) })}
                  >
                    {formatNumber(item.customers)}
                  </CustomersLink>
                </td>
                <td className="share-cell">
                  <Progress
                    percent={total > 0 ? (100 * item.customers) / total : 0}
                    size="small"
                    aria-label={percent(item.customers, total)}
                    format={() => percent(item.customers, total)}
                  />
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}

const days = ['currentDays', 'newDays', 'ongoingDays'] as const;
const volumes = ['days', 'mainOrders', 'mainAmount', 'generalOrders'] as const;

function Thresholds() {
  const { t } = useTranslation();
  const { draft, setDraft, editable, problem, saving, save } = useScheme<DivisionsConfig>('divisions');
  if (!draft) return null;
  const { errors, rest } = atFields(
    problem,
    ...days.map((key) => `config.${key}` as const),
    ...volumes.map((key) => `config.volume.${key}` as const),
  );
  const number = (key: (typeof days)[number]) => (
    <NumberField
      key={key}
      id={`divisions-${key}`}
      label={t(`segments.thresholds.${key}`)}
      value={draft[key]}
      disabled={!editable}
      error={errors[`config.${key}`]}
      onChange={(value) => setDraft({ ...draft, [key]: value ?? 0 })}
    />
  );
  const volume = (key: (typeof volumes)[number]) => (
    <NumberField
      key={key}
      id={`volume-${key}`}
      label={t(`segments.thresholds.${key}`)}
      value={draft.volume[key]}
      disabled={!editable}
      error={errors[`config.volume.${key}`]}
      onChange={(value) =>
        setDraft({ ...draft, volume: { ...draft.volume, [key]: key === 'mainAmount' ? value : (value ?? 0) } })
      }
    />
  );
  return (
    <section className="panel" aria-labelledby="thresholds">
      <h2 id="thresholds">{t('segments.thresholds.title')}</h2>
      <ProblemAlert problem={rest} />
      <div className="grid-2">
        {days.map(number)}
        {volumes.map(volume)}
      </div>
      {editable ? <SaveScheme saving={saving} save={() => save(draft)} /> : null}
    </section>
  );
}
