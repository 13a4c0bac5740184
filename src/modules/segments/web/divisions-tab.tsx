import { Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { CustomersLink } from '#modules/customers/web/index.tsx';
import { useEndpoint } from '#ui/api.ts';
import { errorsByField } from '#ui/fields/form-field.tsx';
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

function Thresholds() {
  const { t } = useTranslation();
  const { draft, setDraft, editable, problem, saving, save } = useScheme<DivisionsConfig>('divisions');
  if (!draft) return null;
  const errors = errorsByField(problem?.errors ?? []);
  const number = (key: 'currentDays' | 'newDays' | 'ongoingDays') => (
    <NumberField
      id={`divisions-${key}`}
      label={t(`segments.thresholds.${key}`)}
      value={draft[key]}
      disabled={!editable}
      error={errors[`config.${key}`]}
      onChange={(value) => setDraft({ ...draft, [key]: value ?? 0 })}
    />
  );
  const volume = (key: 'days' | 'mainOrders' | 'mainAmount' | 'generalOrders') => (
    <NumberField
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
      <ProblemAlert problem={problem && problem.errors.length === 0 ? problem : null} />
      <div className="grid-2">
        {number('currentDays')}
        {number('newDays')}
        {number('ongoingDays')}
        {volume('days')}
        {volume('mainOrders')}
        {volume('mainAmount')}
        {volume('generalOrders')}
      </div>
      {editable ? <SaveScheme saving={saving} save={() => save(draft)} /> : null}
    </section>
  );
}
