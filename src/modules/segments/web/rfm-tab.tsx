import { useNavigate } from '@tanstack/react-router';
import { Radio } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { CustomersLink } from '#modules/customers/web/index.tsx';
import { useEndpoint } from '#ui/api.ts';
import { atFields, FormField, Refusal } from '#ui/fields/form-field.tsx';
import { formatNumber } from '#ui/format.ts';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { rfmMap } from '../classes-contract.ts';
import type { RfmConfig } from '../schemes-contract.ts';
import { classValues } from '../spec.ts';
import { NumberField } from './number-field.tsx';
import { SaveScheme } from './save-scheme.tsx';
import { amountText, hasClass, useClassNames } from './shared.tsx';
import { useScheme } from './use-scheme.ts';

const Chart = lazy(() => import('#ui/chart.tsx'));
const scores = [1, 2, 3, 4, 5];

/** The heat map of recency and frequency, the eight named groups, and how they are made. */
export default function RfmTab() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { fieldName, valueName } = useClassNames();
  const { data, error, refetch } = useEndpoint(rfmMap);
  if (error) return <ProblemAlert problem={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  const at = (r: number, f: number) => data.cells.find((cell) => cell.r === r && cell.f === f)?.customers ?? 0;
  const cellFilter = (r: number, f: number) => ({
    all: [
      { field: 'rfmR', op: 'eq' as const, value: r },
      { field: 'rfmF', op: 'eq' as const, value: f },
    ],
  });
  const most = Math.max(1, ...data.cells.map((cell) => cell.customers));
  const option = {
    tooltip: {},
    grid: { left: 56, right: 28, top: 24, bottom: 96 },
    xAxis: { type: 'category', name: 'F', data: scores.map((score) => `F${score}`), splitArea: { show: true } },
    yAxis: { type: 'category', name: 'R', data: scores.map((score) => `R${score}`), splitArea: { show: true } },
    visualMap: { min: 0, max: most, calculable: true, orient: 'horizontal', left: 'center', bottom: 0 },
    series: [
      {
        type: 'heatmap',
        name: t('segments.customers'),
        label: { show: true },
        data: scores.flatMap((r) => scores.map((f) => [f - 1, r - 1, at(r, f)])),
      },
    ],
  };
  return (
    <>
      {data.cells.length === 0 ? <EmptyState text={t('segments.noPurchases')} /> : null}
      {data.cells.length > 0 ? (
        <div className="halves">
          <section className="panel" aria-labelledby="rfm-map">
            <h2 id="rfm-map">{t('segments.rfmMap')}</h2>
            <Suspense fallback={<Loading />}>
              <Chart
                option={option}
                onPick={({ data: cell }) => {
                  const [f = 0, r = 0] = cell as number[];
                  void navigate({ to: '/customers', search: { filter: cellFilter(r + 1, f + 1) } });
                }}
              />
            </Suspense>
            <ScrollRegion name={t('segments.rfmMap')}>
              <table className="plain">
                <thead>
                  <tr>
                    <th scope="col">R \ F</th>
                    {scores.map((f) => (
                      <th scope="col" key={f}>
                        F{f}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {[...scores].reverse().map((r) => (
                    <tr key={r}>
                      <th scope="row">R{r}</th>
                      {scores.map((f) => (
                        <td key={f}>
                          {at(r, f) > 0 ? (
                            <CustomersLink
                              filter={cellFilter(r, f)}
                              title={t('segments.openOf', { name: `R${r} F${f}` })}
                            >
                              {formatNumber(at(r, f))}
                            </CustomersLink>
                          ) : (
                            <span className="muted">0</span>
                          )}
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </ScrollRegion>
          </section>
          <section className="panel" aria-labelledby="rfm-groups">
            <h2 id="rfm-groups">{fieldName('rfmSegment')}</h2>
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">{fieldName('rfmSegment')}</th>
                  <th scope="col">{t('segments.customers')}</th>
                  <th scope="col">{fieldName('purchaseTotal12m')}</th>
                </tr>
              </thead>
              <tbody>
                {classValues.rfmSegment.map((segment) => {
                  const found = data.segments.find((item) => item.segment === segment);
                  return (
                    <tr key={segment}>
                      <th scope="row">{valueName('rfmSegment', segment)}</th>
                      <td>
                        <CustomersLink
                          filter={hasClass('rfmSegment', segment)}
                          title={t('segments.openOf', { name: valueName('rfmSegment', segment) })}
                        >
                          {formatNumber(found?.customers ?? 0)}
                        </CustomersLink>
                      </td>
                      <td>{amountText(found ? found.amount : 0)}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </section>
        </div>
      ) : null}
      <Method />
    </>
  );
}

function Method() {
  const { t } = useTranslation();
  const { draft, setDraft, editable, problem, saving, save } = useScheme<RfmConfig>('rfm');
  if (!draft) return null;
  const { errors, rest } = atFields(problem, 'config.r', 'config.f', 'config.m');
  return (
    <section className="panel" aria-labelledby="rfm-method">
      <h2 id="rfm-method">{t('segments.rfmMethod')}</h2>
      <ProblemAlert problem={rest} />
      <FormField id="rfm-scores" label={t('segments.rfmScores')} help={t(`segments.rfmMethods.${draft.method}Help`)}>
        <Radio.Group
          id="rfm-scores"
          optionType="button"
          disabled={!editable}
          value={draft.method}
          options={(['quintile', 'cutoffs'] as const).map((value) => ({
            value,
            label: t(`segments.rfmMethods.${value}`),
          }))}
          onChange={(event) => setDraft({ ...draft, method: event.target.value })}
        />
      </FormField>
      {draft.method === 'cutoffs'
        ? (['r', 'f', 'm'] as const).map((part) => (
            <fieldset className="condition" key={part} id={`rfm-${part}`}>
              <legend>{t(`segments.rfmBounds.${part}`)}</legend>
              <div className="condition-leaf">
                {draft[part].map((value, index) => (
                  <NumberField
                    // biome-ignore lint/suspicious/noArrayIndexKey: the four bounds are told apart by their place only.
                    key={index}
                    id={`rfm-${part}-${index}`}
                    label={String(index + 1)}
                    value={value}
                    disabled={!editable}
                    onChange={(next) =>
                      setDraft({
                        ...draft,
                        [part]: draft[part].map((item, place) => (place === index ? (next ?? 0) : item)),
                      })
                    }
                  />
                ))}
              </div>
              <Refusal id={`rfm-${part}`} error={errors[`config.${part}`]} />
            </fieldset>
          ))
        : null}
      <FormField id="rfm-high" label={t('segments.rfmHigh')}>
        <Radio.Group
          id="rfm-high"
          optionType="button"
          disabled={!editable}
          value={draft.high}
          options={(['mean', 'score'] as const).map((value) => ({ value, label: t(`segments.rfmHighs.${value}`) }))}
          onChange={(event) => setDraft({ ...draft, high: event.target.value })}
        />
      </FormField>
      {draft.high === 'score' ? (
        <NumberField
          id="rfm-high-from"
          label={t('segments.rfmHighFrom')}
          value={draft.highFrom}
          disabled={!editable}
          onChange={(value) => setDraft({ ...draft, highFrom: value ?? 4 })}
        />
      ) : null}
      {editable ? <SaveScheme saving={saving} save={() => save(draft)} /> : null}
    </section>
  );
}
